"""テキスト・CSV: UTF-8 (with or without a mark), UTF-16 with a mark, or Shift_JIS as Windows writes it."""

from __future__ import annotations

import codecs
from typing import Final

from ai_gov.files.read.refusal import refused

_MARKS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))

_NO_TEXT: Final = frozenset("\0\x80\uf8f0\uf8f1\uf8f2\uf8f3")
"""What Shift_JIS makes of bytes that are none of it; a text has none of these."""


def read(data: bytes) -> str:
    """The text of a file.

    >>> read("山田".encode("cp932")), read("山田".encode("utf-8-sig"))
    ('山田', '山田')
    """
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), "")
    for encoding in (marked,) if marked else ("utf-8", "cp932"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _NO_TEXT.isdisjoint(text):
            break
        return text.replace("\r\n", "\n")
    raise refused("文章のファイルとして読めません（UTF-8 か Shift_JIS で保存してください）。")
