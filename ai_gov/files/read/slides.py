"""PowerPoint (.pptx): every slide with its tables, groups and notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pptx

from ai_gov.files.read.package import check_package


def read(data: bytes) -> str:
    """The text of a .pptx. Raises BadRequest."""
    out: list[str] = []
    for number, slide in enumerate(pptx.Presentation(check_package(data)).slides, 1):
        lines = list(_texts(slide.shapes))
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            notes = slide.notes_slide.notes_text_frame.text
            lines += [f"（発表者の覚え）{notes}"] if notes.strip() else []
        if lines:
            out += [f"［スライド{number}］", *lines]
    return "\n".join(out)


def _texts(shapes: Iterable[Any]) -> Iterator[str]:
    for shape in shapes:
        if getattr(shape, "shapes", None) is not None:
            yield from _texts(shape.shapes)
        elif getattr(shape, "has_table", False):
            for row in shape.table.rows:
                yield "\t".join(" ".join(cell.text.split()) for cell in row.cells)
        elif getattr(shape, "has_text_frame", False) and shape.text_frame.text.strip():
            yield shape.text_frame.text.replace("\v", "\n")
