"""公開する文書のファイル: Word and PDF with the label's sentence, and with what machines are told beside it.

Word: custom properties. PDF: ``Iptc4xmpExt:DigitalSourceType`` in XMP, described there as PDF/A demands of a property
that its own standard doesn't know.
"""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any, Final
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

import docx
import pikepdf
from docx.opc.packuri import PackURI
from docx.opc.part import Part

from ai_gov.documents.blocks import Document
from ai_gov.documents.publication import Publication, as_document
from ai_gov.files import docx as word
from ai_gov.files import pdf
from ai_gov.files.release_qr import figure

IPTC: Final = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
OURS: Final = "urn:ai-gov:release:1"
_CUSTOM: Final = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_RELATION: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
_FORMAT: Final = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_PROPERTIES: Final = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_TYPES: Final = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_SOURCE: Final = "digitalSourceType"
_SCHEMAS_END: Final = "</rdf:Bag></pdfaExtension:schemas>"


def document(publication: Publication) -> Document:
    """The document, with the code by which it can be looked up where there is an address."""
    made = as_document(publication)
    return replace(made, blocks=(*made.blocks, figure(publication.url))) if publication.url else made


def write_docx(publication: Publication) -> bytes:
    """Word, with custom properties (``AiGovReleaseId``, ``digitalSourceType`` …)."""
    opened = docx.Document(io.BytesIO(word.write(document(publication))))
    package = opened.part.package
    part = Part(PackURI("/docProps/custom.xml"), _CUSTOM, _custom(publication.about), package)
    package.relate_to(part, _RELATION)
    out = io.BytesIO()
    opened.save(out)
    return out.getvalue()


def write_pdf(publication: Publication) -> bytes:
    """PDF/A-3a and PDF/UA-1, with the source type in XMP. Raises BadRequest for a character the font lacks."""
    with pikepdf.open(io.BytesIO(pdf.write(document(publication)))) as opened:
        metadata: Any = opened.Root.Metadata
        metadata.write(_xmp(metadata.read_bytes().decode("utf-8"), publication.about).encode("utf-8"))
        out = io.BytesIO()
        opened.save(out, deterministic_id=True)
    return out.getvalue()


def read_about(data: bytes) -> dict[str, str]:
    """文書の属性を読む: the custom properties of a Word file, by name; empty where there are none."""
    package = docx.Document(io.BytesIO(data)).part.package
    for relation in package.rels.values():
        if relation.reltype == _RELATION:
            root = ET.fromstring(relation.target_part.blob)  # noqa: S314 - expat bounds entity expansion
            return {item.get("name", ""): item[0].text or "" for item in root}
    return {}


def _custom(about: dict[str, str]) -> bytes:
    items = "".join(
        f'<property fmtid="{_FORMAT}" pid="{number}" name="{name}"><vt:lpwstr>{escape(value)}</vt:lpwstr></property>'
        for number, (name, value) in enumerate(about.items(), start=2)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<Properties xmlns="{_PROPERTIES}" xmlns:vt="{_TYPES}">{items}</Properties>'
    ).encode()


def _xmp(packet: str, about: dict[str, str]) -> str:
    """The packet with our properties and their description; typst writes the bag of descriptions already."""
    assert packet.count(_SCHEMAS_END) == 1
    own = {name: value for name, value in about.items() if name != _SOURCE}
    described = _schema("AI release schema", OURS, "aigov", dict.fromkeys(own, "About the release of the document"))
    values = "".join(f"<aigov:{name}>{escape(value)}</aigov:{name}>" for name, value in own.items())
    if source := about.get(_SOURCE):
        words = {"DigitalSourceType": "The type of the source of this document"}
        described += _schema("IPTC Extension schema", IPTC, "Iptc4xmpExt", words)
        values += f"<Iptc4xmpExt:DigitalSourceType>{escape(source)}</Iptc4xmpExt:DigitalSourceType>"
    added = f'<rdf:Description rdf:about="" xmlns:aigov="{OURS}" xmlns:Iptc4xmpExt="{IPTC}">{values}</rdf:Description>'
    packet = packet.replace(_SCHEMAS_END, described + _SCHEMAS_END)
    return packet.replace("</rdf:RDF>", f"{added}</rdf:RDF>", 1)


def _schema(title: str, namespace: str, prefix: str, properties: dict[str, str]) -> str:
    """A schema of XMP as PDF/A wants it described (ISO 19005)."""
    lines = "".join(
        '<rdf:li rdf:parseType="Resource"><pdfaProperty:category>external</pdfaProperty:category>'
        f"<pdfaProperty:description>{words}</pdfaProperty:description><pdfaProperty:name>{name}</pdfaProperty:name>"
        "<pdfaProperty:valueType>Text</pdfaProperty:valueType></rdf:li>"
        for name, words in properties.items()
    )
    return (
        f'<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>{title}</pdfaSchema:schema>'
        f"<pdfaSchema:namespaceURI>{namespace}</pdfaSchema:namespaceURI><pdfaSchema:prefix>{prefix}</pdfaSchema:prefix>"
        f"<pdfaSchema:property><rdf:Seq>{lines}</rdf:Seq></pdfaSchema:property></rdf:li>"
    )
