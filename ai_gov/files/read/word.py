"""Word (.docx): paragraphs and tables in order, with headers, footers, notes and comments: whatever holds text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from ai_gov.files.read.package import check_package

_TEXT: Final = frozenset({qn("w:t"), qn("w:delText"), qn("w:instrText")})
_BREAKS: Final = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_ENDS: Final = {qn("w:p"): "\n", qn("w:tc"): "\t", qn("w:tr"): "\n"}
_PARTS: Final = re.compile(r"/word/(?:header|footer|footnotes|endnotes|comments)\d*\.xml")


def read(data: bytes) -> str:
    """The text of a .docx. Raises BadRequest."""
    package = check_package(data)
    document = docx.Document(package)
    roots = [document.element.body]
    parts = sorted(document.part.package.iter_parts(), key=lambda part: str(part.partname))
    roots += [_root(part) for part in parts if _PARTS.fullmatch(str(part.partname))]
    texts = ["".join(_walk(root)) for root in roots]
    return "\n".join(text.strip("\n") for text in (_tidy(text) for text in texts) if text.strip())


def _root(part: Any) -> Any:
    return part.element if hasattr(part, "element") else parse_xml(part.blob)


def _walk(node: Any) -> Iterator[str]:
    if node.tag == _FALLBACK:  # the same text again, for old programs
        return
    yield (node.text or "") if node.tag in _TEXT else _BREAKS.get(node.tag, "")
    for child in node:
        yield from _walk(child)
    yield _ENDS.get(node.tag, "")


_FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def _tidy(text: str) -> str:
    """Cells of a row stand in one line, with tabs between them."""
    text = re.sub(r"\n+\t", "\t", text)
    return re.sub(r"\t+\n", "\n", re.sub(r"\n{3,}", "\n\n", text))
