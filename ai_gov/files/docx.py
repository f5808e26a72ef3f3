"""Word: a document as DOCX that staff go on editing, with styles, automatic numbers and a table of contents.

The attachment becomes a custom XML part, which Word keeps when it saves the file. A table made from settings carries
its id in its alternative text (``ai-gov:ID``), which Word keeps too.
"""

from __future__ import annotations

import io
from typing import Any

import docx
from docx.enum.text import WD_BREAK
from docx.shared import Mm

from ai_gov.documents.blocks import Block, Document, Figure, Heading, Listing, PageBreak, Paragraph, Run, Table
from ai_gov.documents.dates import wareki
from ai_gov.files.docx_parts import add_contents, add_field, add_xml_part, set_properties
from ai_gov.files.docx_styles import Numbers, prepare
from ai_gov.files.docx_table import TEXT_WIDTH, table_element
from ai_gov.files.raster import png


def write(document: Document) -> bytes:
    """The file of a document."""
    made = docx.Document()
    numbers = prepare(made)
    set_properties(made, document)
    _page(made, document)
    made.add_paragraph(document.title, style="Title")
    if document.subtitle:
        made.add_paragraph(document.subtitle, style="Subtitle")
    if document.contents:
        add_contents(made, [block for block in document.blocks if isinstance(block, Heading) and block.level == 1])
    for block in document.blocks:
        _add(made, block, numbers)
    if document.attachment is not None:
        add_xml_part(made, document.attachment)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _page(made: Any, document: Document) -> None:
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    section.top_margin = section.bottom_margin = Mm(25)
    header = section.header.paragraphs[0]
    header.text, header.style = document.title, made.styles["Header"]
    footer = section.footer.paragraphs[0]
    footer.style = made.styles["Footer"]
    footer.add_run(f"{document.author}　{wareki(document.date)}　")
    add_field(footer, "PAGE", "1")


def _add(made: Any, block: Block, numbers: Numbers) -> None:
    match block:
        case Heading():
            paragraph = made.add_paragraph(block.text, style=numbers.heading_style(block))
            numbers.bookmark(paragraph, block)
        case Paragraph():
            _runs(made.add_paragraph(style="Note" if block.note else "Body Text"), block.runs)
        case Listing():
            number = numbers.listing(block)
            for item in block.items:
                paragraph = made.add_paragraph(style=numbers.LIST_STYLES[block.marks])
                numbers.apply(paragraph, number)
                _runs(paragraph, item)
        case Table():
            _table(made, block)
        case Figure():
            _figure(made, block)
        case PageBreak():
            made.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def _runs(paragraph: Any, pieces: tuple[Run, ...]) -> None:
    for piece in pieces:
        run = paragraph.add_run(piece.text)
        if piece.strong:
            run.bold = True


def _table(made: Any, block: Table) -> None:
    if block.caption:
        made.add_paragraph(block.caption, style="Caption")
    made.add_paragraph(style="Table Gap")._p.addprevious(table_element(block, made.styles))  # noqa: SLF001


def _figure(made: Any, block: Figure) -> None:
    if block.caption:
        made.add_paragraph(block.caption, style="Caption")
    data = block.data if block.kind == "png" else png(block.data)
    picture = made.add_picture(io.BytesIO(data), width=int(TEXT_WIDTH * block.width))
    picture._inline.docPr.set("descr", block.alt)  # noqa: SLF001
