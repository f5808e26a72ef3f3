"""公表した文書: what stands in a guideline that was published, and perhaps edited by hand since.

Markdown and HTML are read here; Word and PDF by ``ai_gov.files.published``, which makes the same object.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Literal

from ai_gov.documents import markdown
from ai_gov.documents.blocks import Block, Heading, Listing, Paragraph, Run, Table, plain
from ai_gov.documents.guideline import embedded
from ai_gov.documents.guideline.embedded import Embedded

Kind = Literal["md", "html", "docx", "pdf"]
_COMMENT = re.compile(r"<!-- ai-gov:([a-z]+) -->")
_FRONT = re.compile(rf"\A---\r?\n{embedded.FRONT_MATTER}: (.*)\r?\n---\r?\n")


@dataclass(frozen=True, slots=True)
class Section:
    """条や別紙: what stands under one heading of the first level."""

    heading: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """表. ``id`` is empty where the mark was lost."""

    id: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Published:
    """公表した文書. ``sections`` and ``grids`` are empty for a PDF, which is not read as text."""

    path: str
    kind: Kind
    data: Embedded | None
    sections: tuple[Section, ...] = ()
    grids: tuple[Grid, ...] = ()
    blocks: tuple[Block, ...] = ()
    """The same in the order in which it stands, to be shown."""

    @property
    def readable(self) -> bool:
        """Whether its text can be compared."""
        return self.kind != "pdf"


@dataclass(slots=True)
class Gathering:
    """読み取り中の文書: sections and tables in the order in which they come."""

    sections: list[tuple[str, list[str]]] = field(default_factory=lambda: [("", [])])
    grids: list[Grid] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    def heading(self, text: str) -> None:
        """A new section begins."""
        self.sections.append((squeezed(text), []))
        self.blocks.append(Heading(1, squeezed(text)))

    def sentence(self, text: str) -> None:
        """A paragraph or an item."""
        if clean := squeezed(text):
            self.sections[-1][1].append(clean)
            self.blocks.append(Paragraph((Run(clean),)))

    def _cell(self, text: str) -> None:
        if clean := squeezed(text):
            self.sections[-1][1].append(clean)

    def grid(self, name: str, rows: Sequence[Sequence[str]]) -> None:
        """A table, its cells also as sentences."""
        clean = [tuple(squeezed(cell) for cell in row) for row in rows]
        if not clean:
            return
        self.grids.append(Grid(name, clean[0], tuple(clean[1:])))
        wide = max(map(len, clean))
        header, *rows = [(*row, *[""] * (wide - len(row))) for row in clean]
        if wide:
            self.blocks.append(Table(header, tuple(rows), "", name))
        if not name:
            for row in clean:
                for cell in row:
                    self._cell(cell)

    def done(self, path: str, kind: Kind, data: Embedded | None) -> Published:
        """The whole."""
        sections = tuple(Section(heading, tuple(sentences)) for heading, sentences in self.sections)
        return Published(path, kind, data, sections, tuple(self.grids), tuple(self.blocks))


def squeezed(text: str) -> str:
    r"""A text for comparison: without blanks at its ends and without line ends.

    >>> squeezed(" あ \n い\u200b")
    'あ い'
    """
    return " ".join(text.replace("\u200b", "").replace("\u3000", " ").split())


def read_markdown(text: str, path: str) -> Published:
    """A Markdown file."""
    data = None
    if found := _FRONT.match(text):
        data, text = embedded.parse(found[1]), text[found.end() :]
    out, name = Gathering(), ""
    for block in markdown.read(text, deepest=4):
        match block:
            case Heading(level=2):
                out.heading(block.text)
            case Heading():
                out.sentence(block.text)
            case Paragraph():
                if mark := _COMMENT.search(block.text):
                    name = mark[1]
                    continue
                out.sentence(block.text)
            case Listing():
                for item in block.items:
                    out.sentence(plain(item))
            case Table():
                out.grid(name, [block.header, *block.rows])
                name = ""
    return out.done(path, "md", data)


def read_html(text: str, path: str) -> Published:
    """An HTML file."""
    parser = _Page()
    parser.feed(text)
    parser.close()
    data = embedded.parse(parser.script) if parser.script else None
    return parser.out.done(path, "html", data)


_TEXT_TAGS = frozenset({"p", "li", "h3", "h4", "caption"})


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out = Gathering()
        self.script = ""
        self._tag = ""
        self._text: list[str] = []
        self._name = ""
        self._rows: list[list[str]] | None = None
        self._skip = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given: Mapping[str, str | None] = dict(attrs)
        if tag == "nav" or (tag == "span" and given.get("class") == "mark"):
            self._skip += 1
        elif tag == "span":
            self._skip += 1 if self._skip else 0
        elif tag == "script":
            self._tag = "script" if given.get("id") == embedded.NAME else "other"
        elif tag == "table":
            self._name, self._rows = given.get("data-ai-gov") or "", []
        elif tag == "tr" and self._rows is not None:
            self._rows.append([])
        elif tag == "br":
            self._text.append("\n")
        elif tag in _TEXT_TAGS or tag in {"h2", "td", "th"}:
            self._tag, self._text = tag, []

    def handle_data(self, data: str) -> None:
        if self._tag == "script":
            self.script += data
        elif not self._skip:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        text = "".join(self._text)
        if tag in {"nav", "span"}:
            self._skip = max(0, self._skip - 1)
        elif tag == "script":
            self._tag = ""
        elif tag == "h2":
            self.out.heading(text)
        elif tag in {"td", "th"} and self._rows:
            self._rows[-1].append(text)
        elif tag == "table" and self._rows is not None:
            self.out.grid(self._name, self._rows)
            self._rows = None
        elif tag in _TEXT_TAGS and tag == self._tag and tag != "caption":
            self.out.sentence(text)
