"""PDF: a document set by typst, tagged (PDF/UA-1) and archivable (PDF/A-3a), with the font that is shipped.

Everything the document says reaches typst as JSON, so that no text is ever read as markup.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst

from ai_gov.documents.blocks import Block, Document, Figure, Heading, Listing, PageBreak, Paragraph, Run, Table
from ai_gov.documents.dates import wareki
from ai_gov.errors import BadRequest
from ai_gov.files.raster import FONTS
from ai_gov.model import Json

TEMPLATE: Final = Path(__file__).parent / "document.typ"
STANDARDS: Final = ("a-3a", "ua-1")
_NO_GLYPH: Final = re.compile(r"the text `\"(.+?)\"` could not be displayed")


def write(document: Document) -> bytes:
    """The file of a document. Raises BadRequest where the font has no glyph for a character of it."""
    data = {
        "title": document.title,
        "subtitle": document.subtitle,
        "author": document.author,
        "subject": document.subject,
        "keywords": list(document.keywords),
        "date": [document.date.year, document.date.month, document.date.day],
        "shown_date": wareki(document.date),
        "contents": document.contents,
        "blocks": [_block(block) for block in document.blocks],
        "attachment": None,
    }
    if document.attachment is not None:
        data["attachment"] = {
            "name": document.attachment.name,
            "text": document.attachment.data.decode("utf-8"),
            "description": document.attachment.description,
            "mime": document.attachment.mime,
        }
    stamp = dt.datetime.combine(document.date, dt.time(), dt.UTC)
    compiler: Any = typst.compile  # its stub takes an invariant list only
    try:
        result: bytes = compiler(
            _template(),
            format="pdf",
            pdf_standards=list(STANDARDS),
            font_paths=[str(FONTS)],
            ignore_system_fonts=True,
            sys_inputs={"document": json.dumps(data, ensure_ascii=False)},
            timestamp=int(stamp.timestamp()),
        )
    except typst.TypstError as error:
        missing = _NO_GLYPH.search(str(error))
        if missing is None:
            raise
        points = "・".join(f"U+{ord(character):04X}" for character in missing[1][:4])
        raise BadRequest(
            f"PDFの書体（BIZ UDPゴシック）にない字（{points}）があるため、PDFを作れません。"
            "その字をほかの字（正字など）に置き換えるか、Word（.docx）で出力してください。"
        ) from None
    return result


@cache
def _template() -> bytes:
    return TEMPLATE.read_bytes()


def _block(block: Block) -> dict[str, Json]:
    match block:
        case Heading():
            return {"kind": "heading", "level": block.level, "text": block.line}
        case Paragraph():
            return {"kind": "note" if block.note else "paragraph", "runs": _runs(block.runs)}
        case Listing():
            items = [{"mark": block.mark(index), "runs": _runs(item)} for index, item in enumerate(block.items)]
            return {"kind": "listing", "marks": block.marks, "items": items, "start": block.start}
        case Table():
            return {
                "kind": "table",
                "caption": block.caption,
                "header": list(block.header),
                "rows": [list(row) for row in block.rows],
                "widths": list(block.shares),
                "figures": list(block.figures),
            }
        case Figure():
            return {
                "kind": "figure",
                "format": block.kind,
                "data": list(block.data) if block.kind == "png" else block.data.decode("utf-8"),
                "alt": block.alt,
                "caption": block.caption,
                "width": block.width,
            }
        case PageBreak():
            return {"kind": "break"}


def _runs(pieces: tuple[Run, ...]) -> list[list[Json]]:
    return [[piece.text, piece.strong] for piece in pieces]
