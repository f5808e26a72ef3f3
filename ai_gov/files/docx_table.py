"""Wordの表: a table as one element; hundreds of rows take milliseconds, where cell by cell they take seconds."""

from __future__ import annotations

from typing import Any, Final

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm

from ai_gov.documents.blocks import Table

MARK: Final = "ai-gov:"
"""Stands before the id in a table's alternative text."""
TEXT_WIDTH: Final = Mm(160)
_TWIP: Final = 635


def table_element(block: Table, styles: Any) -> Any:
    """The element of a table: its heading repeats on every page, no row is torn, its id stands as alternative text."""
    table = OxmlElement("w:tbl")
    properties = _child(table, "w:tblPr")
    _child(properties, "w:tblStyle", val=styles["Table Grid"].style_id)
    total = TEXT_WIDTH // _TWIP
    _child(properties, "w:tblW", w=total, type="dxa")
    _child(properties, "w:tblLayout", type="fixed")
    _child(
        properties, "w:tblLook", val="0620", firstRow=1, lastRow=0, firstColumn=0, lastColumn=0, noHBand=1, noVBand=1
    )
    if block.id:
        _child(properties, "w:tblCaption", val=f"{MARK}{block.id}")
    if block.caption:
        _child(properties, "w:tblDescription", val=block.caption)
    widths = [total * part // sum(block.shares) for part in block.shares]
    grid = _child(table, "w:tblGrid")
    for width in widths:
        _child(grid, "w:gridCol", w=width)
    heading, text = styles["Table Heading"].style_id, styles["Table Text"].style_id
    _row(table, block.header, widths, heading, head=True, right=block.figures)
    for row in block.rows:
        _row(table, row, widths, text, right=block.figures)
    return table


def _row(
    table: Any,
    texts: tuple[str, ...],
    widths: list[int],
    style: str,
    *,
    head: bool = False,
    right: tuple[int, ...] = (),
) -> None:
    row = _child(table, "w:tr")
    properties = _child(row, "w:trPr")
    _child(properties, "w:cantSplit")
    if head:
        _child(properties, "w:tblHeader")
    for at, (text, width) in enumerate(zip(texts, widths, strict=True)):
        cell = _child(row, "w:tc")
        cell_properties = _child(cell, "w:tcPr")
        _child(cell_properties, "w:tcW", w=width, type="dxa")
        if head:
            _child(cell_properties, "w:shd", val="clear", color="auto", fill="E8F1FE")
        for line in text.split("\n"):
            paragraph = _child(cell, "w:p")
            about = _child(paragraph, "w:pPr")
            _child(about, "w:pStyle", val=style)
            if at in right:
                _child(about, "w:jc", val="right")
            piece = _child(_child(paragraph, "w:r"), "w:t")
            piece.set(qn("xml:space"), "preserve")
            piece.text = line


def _child(parent: Any, tag: str, **attributes: str | int) -> Any:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), str(value))
    parent.append(element)
    return element
