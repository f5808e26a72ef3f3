"""文書の組み立て: who writes and reads documents, by the ending of the file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ai_gov.documents.blocks import Document
    from ai_gov.documents.guideline.compose import Composed
    from ai_gov.documents.guideline.published import Published
    from ai_gov.documents.publication import Publication


def document_writers() -> dict[str, Callable[[Document], bytes]]:
    """文書を書く: by the ending of the file."""
    from ai_gov.documents import html, markdown
    from ai_gov.files import docx, pdf

    return {
        "md": lambda document: markdown.write(document).encode(),
        "html": lambda document: html.write(document).encode(),
        "docx": docx.write,
        "pdf": pdf.write,
    }


def workbook(title: str, sheets: Sequence[tuple[str, Sequence[str], Sequence[Sequence[str]]]]) -> bytes:
    """Excel の帳票: a sheet for each table (name, heading, rows)."""
    from ai_gov.files.sheets import write_xlsx

    return write_xlsx(title, [], sheets=sheets)


def release_writers() -> dict[str, Callable[[Publication], bytes]]:
    """公開する文書を書く: by the ending of the file."""
    from ai_gov.documents.publication import as_html, as_text
    from ai_gov.files.release import write_docx, write_pdf

    return {"txt": as_text, "html": as_html, "docx": write_docx, "pdf": write_pdf}


def guideline_writers() -> dict[str, Callable[[Composed], bytes]]:
    """ガイドラインを書く: by the ending of the file, with its data inside."""
    from ai_gov.documents.guideline.embedded import attached
    from ai_gov.service.guideline import as_markdown

    write = document_writers()
    return {
        "md": as_markdown,
        "html": lambda composed: write["html"](attached(composed)),
        "docx": lambda composed: write["docx"](attached(composed)),
        "pdf": lambda composed: write["pdf"](attached(composed)),
    }


def read_published(data: bytes, name: str) -> Published:
    """公表したガイドラインを読む. Raises ConfigError."""
    from ai_gov.files.published import read

    return read(data, name)
