"""文書の部品: what a document is made of, before anybody decides whether it becomes Markdown, HTML, Word or PDF.

A document is a flat row of blocks; every writer (``documents.markdown``, ``documents.html``, ``files.docx``,
``files.pdf``) renders all of them.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

Numbering = Literal["", "article", "chapter", "annex"]
"""見出しの番号: none, 第1条, 1, 別紙1."""
Marks = Literal["bullet", "number", "paren", "clause", "box"]
"""箇条書きの印: ・, 1., (1), 項 in full-width digits, □ to be ticked."""
_STRONG = re.compile(r"\*\*(.+?)\*\*")


@dataclass(frozen=True, slots=True)
class Run:
    """文字列: a piece of text in one weight."""

    text: str
    strong: bool = False


def runs(text: str) -> tuple[Run, ...]:
    """The pieces of a line in which ``**…**`` is strong.

    >>> [(run.text, run.strong) for run in runs("必ず**確認**する")]
    [('必ず', False), ('確認', True), ('する', False)]
    """
    out = []
    for index, part in enumerate(_STRONG.split(text)):
        if part:
            out.append(Run(part, strong=bool(index % 2)))
    return tuple(out)


def plain(pieces: Iterable[Run]) -> str:
    """The text of pieces, without weight."""
    return "".join(run.text for run in pieces)


@dataclass(frozen=True, slots=True)
class Heading:
    """見出し. ``number`` is what is printed before the text: 第3条, 3, 別紙2."""

    level: Literal[1, 2, 3]
    text: str
    numbering: Numbering = ""
    number: str = ""

    @property
    def line(self) -> str:
        """Number and text as they are read: ``第3条（適用範囲）``."""
        joint = "" if self.numbering == "article" or not self.number else "　"
        return f"{self.number}{joint}{self.text}"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """段落. ``note`` is smaller, for what is not part of the rule itself."""

    runs: tuple[Run, ...]
    note: bool = False

    @property
    def text(self) -> str:
        """Without weight."""
        return plain(self.runs)


@dataclass(frozen=True, slots=True)
class Listing:
    """箇条書き. ``start`` is the number of the first item."""

    items: tuple[tuple[Run, ...], ...]
    marks: Marks = "bullet"
    start: int = 1

    def mark(self, index: int) -> str:
        """What stands before an item (from 0).

        >>> Listing(((), ()), "clause", 2).mark(1)
        '３'
        """
        number = self.start + index
        match self.marks:
            case "bullet":
                return "・"
            case "box":
                return "□"
            case "number":
                return f"{number}."
            case "paren":
                return f"({number})"
            case "clause":
                return str(number).translate(FULL_WIDTH)


FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


@dataclass(frozen=True, slots=True)
class Table:
    """表. ``id`` names a table made from settings, by which it is found again in a published document.

    ``widths`` are relative; empty for columns as wide as their texts want. ``figures``: columns of numbers, set to
    the right.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    id: str = ""
    widths: tuple[int, ...] = ()
    figures: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        for row in self.rows:
            assert len(row) == len(self.header), f"{self.id}: {len(row)} cells under {len(self.header)} headings"

    @property
    def shares(self) -> tuple[int, ...]:
        """The relative width of each column: as given, or from its longest line, within bounds.

        >>> Table(("項目", "記入欄"), (("氏名", ""), ("所属", "")), widths=()).shares
        (8, 8)
        """
        if self.widths:
            return self.widths
        columns = zip(self.header, *self.rows, strict=True)
        return tuple(
            min(40, max(8, *(len(line) for text in column for line in text.split("\n")))) for column in columns
        )


@dataclass(frozen=True, slots=True)
class Figure:
    """図. ``alt`` says in words what is seen; ``width`` is a part of the text's width, 0 to 1."""

    data: bytes = field(repr=False)
    kind: Literal["svg", "png"]
    alt: str
    caption: str = ""
    width: float = 1.0


@dataclass(frozen=True, slots=True)
class PageBreak:
    """改ページ."""


Block = Heading | Paragraph | Listing | Table | Figure | PageBreak


@dataclass(frozen=True, slots=True)
class Attachment:
    """埋め込みデータ: machine-readable data that travels in the document. ``name`` is a file name in ASCII."""

    name: str
    data: bytes = field(repr=False)
    description: str
    mime: str = "application/json"


@dataclass(frozen=True, slots=True)
class Document:
    """文書."""

    title: str
    blocks: tuple[Block, ...]
    author: str
    """The organisation that issues it."""
    date: dt.date
    subtitle: str = ""
    subject: str = ""
    keywords: tuple[str, ...] = ()
    contents: bool = True
    """With a table of contents."""
    attachment: Attachment | None = None
