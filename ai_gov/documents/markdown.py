r"""Markdown: the small part of it that our documents use, read into blocks and written from blocks.

=====================  ==========================================================
``# ## ###``           headings
``- ``                 bullet
``1. ``                number
``(1) ``               号
``2 `` (full-width 2)  項, with a full-width blank after the number
``- [ ] ``             box to be ticked
``> ``                 note
``| a | b |``          table (the second line is ``|---|---|``)
``---``                page break
``**x**``              strong
=====================  ==========================================================

Any other line is a paragraph; lines that follow each other are joined.

>>> read("# 目的\n\n業務で使う。\n\n(1) 一つ\n(2) 二つ\n")[2].marks
'paren'
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from ai_gov.documents.blocks import (
    Block,
    Document,
    Figure,
    Heading,
    Listing,
    Marks,
    PageBreak,
    Paragraph,
    Run,
    Table,
    runs,
)

_HEADING = re.compile(r"(#{1,6}) +(.+)")
_ITEMS: tuple[tuple[Marks, re.Pattern[str]], ...] = (
    ("box", re.compile(r"- \[ \] +(.*)")),
    ("bullet", re.compile(r"- +(.*)")),
    ("number", re.compile(r"([0-9]{1,3})\. +(.*)")),
    ("paren", re.compile(r"\(([0-9]{1,3})\) *(.*)")),
    ("clause", re.compile(r"([０-９]{1,3})　(.*)")),
)
_RULE = re.compile(r"\|(?: *:?-+:? *\|)+")
_HALF = str.maketrans("０１２３４５６７８９", "0123456789")
_PARTS: dict[int, Literal[1, 2, 3]] = {1: 1, 2: 2, 3: 3}


def read(text: str, *, deepest: int = 3) -> tuple[Block, ...]:
    """The blocks of a Markdown text. Headings below level 3 count as level 3, down to ``deepest``."""
    out: list[Block] = []
    lines = text.replace("\r\n", "\n").split("\n")
    at = 0
    while at < len(lines):
        line = lines[at].strip()
        if not line:
            at += 1
        elif line == "---":
            out.append(PageBreak())
            at += 1
        elif (found := _HEADING.fullmatch(line)) and len(found[1]) <= deepest:
            out.append(Heading(_PARTS[min(3, len(found[1]))], found[2].strip()))
            at += 1
        elif line.startswith("|"):
            block = _while(lines, at, lambda text: text.startswith("|"))
            out.append(_table(block))
            at += len(block)
        elif line.startswith("> "):
            block = _while(lines, at, lambda text: text.startswith(">"))
            out.append(Paragraph(runs("".join(part[1:].strip() for part in block)), note=True))
            at += len(block)
        elif (item := _item(line)) is not None:
            marks = item[0]
            items: list[tuple[Run, ...]] = []
            while at < len(lines) and (more := _item(lines[at].strip())) is not None and more[0] == marks:
                items.append(runs(more[2]))
                at += 1
            out.append(Listing(tuple(items), marks, item[1]))
        else:
            block = _while(lines, at, _is_prose) or [line]
            out.append(Paragraph(runs("".join(block))))
            at += len(block)
    return tuple(out)


def _is_prose(line: str) -> bool:
    return bool(line) and line != "---" and not line.startswith(("#", "|", "> ")) and _item(line) is None


def _while(lines: Sequence[str], at: int, wanted: object) -> list[str]:
    assert callable(wanted)
    out = []
    while at < len(lines) and wanted(lines[at].strip()):
        out.append(lines[at].strip())
        at += 1
    return out


def _item(line: str) -> tuple[Marks, int, str] | None:
    for marks, pattern in _ITEMS:
        if found := pattern.fullmatch(line):
            if len(found.groups()) == 1:
                return marks, 1, found[1]
            return marks, int(found[1].translate(_HALF)), found[2]
    return None


def cells(line: str) -> tuple[str, ...]:
    r"""The cells of a table's line; ``\|`` is a bar inside one.

    >>> cells(r"| a | b \| c |")
    ('a', 'b | c')
    """
    bare = line.strip().removeprefix("|").removesuffix("|")
    return tuple(part.replace("\\|", "|").replace("<br>", "\n").strip() for part in re.split(r"(?<!\\)\|", bare))


def _table(lines: Sequence[str]) -> Table:
    rows = [cells(line) for line in lines if not _RULE.fullmatch(line)]
    width = len(rows[0])
    body = tuple((*row, *[""] * width)[:width] for row in rows[1:])
    return Table(rows[0], body)


def write(document: Document) -> str:
    """The Markdown of a document, its attachment in the front matter's stead left to the caller."""
    head = [f"# {document.title}", ""]
    if document.subtitle:
        head += [document.subtitle, ""]
    return "\n".join([*head, *_lines(document.blocks)]).rstrip("\n") + "\n"


def _lines(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Heading():
                yield f"{'#' * (block.level + 1)} {block.line}"
            case Paragraph():
                yield f"{'> ' if block.note else ''}{_inline(block.runs)}"
            case Listing():
                for index, item in enumerate(block.items):
                    if index and block.marks in {"paren", "clause"}:
                        yield ""  # Markdown has no such list: without a blank line they would run together
                    yield f"{_MARKS[block.marks].format(block.mark(index))}{_inline(item)}"
            case Table():
                if block.id:
                    yield f"<!-- ai-gov:{block.id} -->"
                if block.caption:
                    yield f"**{block.caption}**"
                    yield ""
                yield _row(block.header)
                yield "|" + " --- |" * len(block.header)
                for row in block.rows:
                    yield _row(row)
            case Figure():
                yield f"（図: {block.caption or block.alt}）"
            case PageBreak():
                yield "---"
        yield ""


_MARKS: dict[Marks, str] = {"bullet": "- ", "box": "- [ ] ", "number": "{} ", "paren": "{} ", "clause": "{}　"}


def _inline(pieces: Iterable[Run]) -> str:
    return "".join(f"**{run.text}**" if run.strong else run.text for run in pieces)


def _row(texts: Iterable[str]) -> str:
    return "| " + " | ".join(text.replace("|", "\\|").replace("\n", "<br>") for text in texts) + " |"
