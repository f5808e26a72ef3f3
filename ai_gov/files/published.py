"""公表した文書を読む: a guideline's data and text out of Word (edited by hand or not) and PDF."""

from __future__ import annotations

import base64
import binascii
import io
import zipfile
from typing import Any
from xml.etree import ElementTree as ET

import docx
import pypdfium2
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn

from ai_gov.documents.guideline import embedded
from ai_gov.documents.guideline.embedded import Embedded
from ai_gov.documents.guideline.published import Gathering, Published, read_html, read_markdown
from ai_gov.errors import ConfigError, Problem
from ai_gov.files.docx_parts import NAMESPACE
from ai_gov.files.docx_table import MARK

_HEADINGS = frozenset({"heading 1", "article heading", "chapter heading", "annex heading"})
_SKIPPED = frozenset({"title", "subtitle", "toc heading", "toc 1", "caption", "header", "footer"})


def read(data: bytes, path: str) -> Published:
    """A published guideline, by the kind its name says. Raises ConfigError where it can't be read."""
    kind = path.rpartition(".")[2].lower()
    match kind:
        case "md":
            return read_markdown(_text(data, path), path)
        case "html":
            return read_html(_text(data, path), path)
        case "docx":
            return read_docx(data, path)
        case "pdf":
            return read_pdf(data, path)
    raise ConfigError([Problem(path, 1, "読めるのは .md・.html・.docx・.pdf のファイルです。")])


def _text(data: bytes, path: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError([Problem(path, 1, "文字を読めません。UTF-8で保存し直してください。")]) from None


def read_docx(data: bytes, path: str) -> Published:
    """A Word file. Deleted text of tracked changes does not count, inserted text does."""
    try:
        opened = docx.Document(io.BytesIO(data))
        attached = _attached(data)
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError, ET.ParseError, SyntaxError):
        message = "Wordの文書として開けません。壊れていないか、.docx の形で保存されているかを確かめてください。"
        raise ConfigError([Problem(path, 1, message)]) from None
    names = {style.style_id: (style.name or "").lower() for style in opened.styles}
    out = Gathering()
    for element in opened.element.body.iterchildren():
        if element.tag == qn("w:p"):
            style = _style(element, names)
            text = _paragraph(element)
            if style in _HEADINGS:
                out.heading(text)
            elif style not in _SKIPPED:
                out.sentence(text)
        elif element.tag == qn("w:tbl"):
            caption = element.find(f"{qn('w:tblPr')}/{qn('w:tblCaption')}")
            mark = caption.get(qn("w:val"), "") if caption is not None else ""
            rows = [[_cell(cell) for cell in row.iter(qn("w:tc"))] for row in element.iter(qn("w:tr"))]
            out.grid(mark.removeprefix(MARK) if mark.startswith(MARK) else "", rows)
    return out.done(path, "docx", attached)


def _style(element: Any, names: dict[str, str]) -> str:
    found = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    return names.get(found.get(qn("w:val"), ""), "") if found is not None else ""


def _paragraph(element: Any) -> str:
    return "".join(piece.text or "" for piece in element.iter(qn("w:t")))


def _cell(element: Any) -> str:
    return "\n".join(_paragraph(paragraph) for paragraph in element.iter(qn("w:p")))


def _attached(data: bytes) -> Embedded | None:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for info in package.infolist():
            if not (info.filename.startswith("customXml/item") and info.filename.endswith(".xml")):
                continue
            if info.file_size > _MOST or "Props" in info.filename:
                continue
            root = ET.fromstring(package.read(info))  # noqa: S314 - expat of Python 3.11 bounds entity expansion
            if root.tag == f"{{{NAMESPACE}}}attachment":
                try:
                    return embedded.parse(base64.b64decode(root.text or "", validate=True).decode("utf-8"))
                except (binascii.Error, UnicodeDecodeError):
                    return None
    return None


_MOST = 20_000_000
"""Bytes of a part that are read at most."""


def read_pdf(data: bytes, path: str) -> Published:
    """A PDF file: only its attached data, since nobody edits its text."""
    try:
        opened = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        message = "PDFとして開けません。壊れていないか、パスワードが付いていないかを確かめてください。"
        raise ConfigError([Problem(path, 1, message)]) from None
    try:
        found = None
        for number in range(opened.count_attachments()):
            attachment = opened.get_attachment(number)
            if attachment.get_name() == embedded.NAME:
                found = embedded.parse(bytes(attachment.get_data()).decode("utf-8", errors="replace"))
        return Published(path, "pdf", found)
    finally:
        opened.close()
