"""Wordの部品: properties, fields, the table of contents, and data that travels in the file."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from ai_gov.documents.blocks import Attachment, Document, Heading

NAMESPACE: Final = "urn:ai-gov:attachment:1"
_XML: Final = "application/xml"
_PROPS: Final = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"
_PROPS_RELATION: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/customXmlProps"
_DATASTORE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/customXml"


def set_properties(made: Any, document: Document) -> None:
    """Title, author and the like, as the file's own properties."""
    core = made.core_properties
    core.title, core.author, core.language = document.title, document.author, "ja-JP"
    core.subject, core.keywords, core.comments = document.subject, "、".join(document.keywords), ""
    core.created = core.modified = dt.datetime.combine(document.date, dt.time())
    core.last_modified_by, core.revision = document.author, 1


def add_field(paragraph: Any, instruction: str, shown: str, *, dirty: bool = False) -> None:
    """A field that Word computes; ``shown`` stands there until it does."""
    begin = _character("begin")
    if dirty:
        begin.set(qn("w:dirty"), "true")
    paragraph.add_run()._r.append(begin)  # noqa: SLF001
    code = OxmlElement("w:instrText")
    code.set(qn("xml:space"), "preserve")
    code.text = f" {instruction} "
    paragraph.add_run()._r.append(code)  # noqa: SLF001
    paragraph.add_run()._r.append(_character("separate"))  # noqa: SLF001
    paragraph.add_run(shown)
    paragraph.add_run()._r.append(_character("end"))  # noqa: SLF001


def add_contents(made: Any, headings: Sequence[Heading]) -> None:
    """目次: a field over the headings of the first level, filled in already so that it reads without being updated."""
    made.add_paragraph("目次", style="TOC Heading")
    for number, heading in enumerate(headings, start=1):
        paragraph = made.add_paragraph(style="TOC 1")
        if number == 1:
            begin = _character("begin")
            begin.set(qn("w:dirty"), "true")
            paragraph.add_run()._r.append(begin)  # noqa: SLF001
            code = OxmlElement("w:instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = ' TOC \\o "1-1" \\h \\z \\u '
            paragraph.add_run()._r.append(code)  # noqa: SLF001
            paragraph.add_run()._r.append(_character("separate"))  # noqa: SLF001
        link = OxmlElement("w:hyperlink")
        link.set(qn("w:anchor"), f"_Toc{number:08d}")
        run = paragraph.add_run(heading.line)
        link.append(run._r)  # noqa: SLF001
        paragraph._p.append(link)  # noqa: SLF001
        if number == len(headings):
            paragraph.add_run()._r.append(_character("end"))  # noqa: SLF001


def _character(kind: str) -> Any:
    element = OxmlElement("w:fldChar")
    element.set(qn("w:fldCharType"), kind)
    return element


def add_xml_part(made: Any, attachment: Attachment) -> None:
    """Data as a custom XML part: Word carries it along when the file is edited and saved."""
    data = base64.b64encode(attachment.data).decode("ascii")
    body = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<attachment xmlns="{NAMESPACE}" name="{attachment.name}" encoding="base64">{data}</attachment>'
    )
    package = made.part.package
    part = Part(PackURI("/customXml/item2.xml"), _XML, body.encode(), package)
    identity = "{6A1B5E0C-3F52-4C64-9B0E-2E7D0B6C7F11}"
    props = (
        '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
        f'<ds:datastoreItem ds:itemID="{identity}" xmlns:ds="{_DATASTORE}">'
        f'<ds:schemaRefs><ds:schemaRef ds:uri="{NAMESPACE}"/></ds:schemaRefs></ds:datastoreItem>'
    )
    described = Part(PackURI("/customXml/itemProps2.xml"), _PROPS, props.encode(), package)
    part.relate_to(described, _PROPS_RELATION)
    made.part.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_XML)
