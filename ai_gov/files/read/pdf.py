"""PDF: the text layer of every page. One without (a scan) is refused: what can't be read can't be inspected."""

from __future__ import annotations

import threading
from typing import Final

import pypdfium2

from ai_gov.files.read.refusal import refused

MAX_PAGES: Final = 500
_ONE_AT_A_TIME: Final = threading.Lock()  # PDFium is not thread-safe


def read(data: bytes) -> str:
    """The text of a PDF. Raises BadRequest."""
    if b"%PDF-" not in data[:1024]:
        raise refused("ファイルの中身が PDF ではありません。")
    with _ONE_AT_A_TIME:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            if "password" in str(error).lower():
                raise refused("パスワードで保護された PDF なので、読めません。") from None
            raise refused("PDF が壊れているため、読めません。") from None
        try:
            return _pages(document)
        finally:
            document.close()


def _pages(document: pypdfium2.PdfDocument) -> str:
    if len(document) > MAX_PAGES:
        raise refused(f"ページが多すぎます（{MAX_PAGES}ページまで）。")
    texts, pictures = [], []
    for number in range(len(document)):
        page = document[number]
        layer = page.get_textpage()
        text = layer.get_text_range().replace("\r\n", "\n").replace("\x02", "")
        if not text.strip() and next(page.get_objects(max_depth=2), None) is not None:
            pictures.append(str(number + 1))
        texts.append(text)
        layer.close()
        page.close()
    if pictures:
        pages = "・".join(pictures[:5]) + (" ほか" if len(pictures) > 5 else "")
        raise refused(f"文字の情報がないページ（{pages}ページ）があります。読み取った画像の PDF は検査できません。")
    return "\n\n".join(text.strip() for text in texts if text.strip())
