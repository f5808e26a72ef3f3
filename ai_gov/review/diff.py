"""差分: what the author changed of the AI's draft, side by side, line by line and within the lines."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

Kind = Literal["same", "changed", "removed", "added"]

_LINE: Final = 2_000
"""Characters of a line that are still compared one by one."""
_LINES: Final = 4_000
"""Lines of a text that are still matched; longer ones are shown as changed as a whole."""


@dataclass(frozen=True, slots=True)
class Piece:
    """行の一部. ``changed``: it stands on this side only."""

    text: str = field(repr=False)
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """並べた1行: the line of the draft left, of the final text right, with their numbers (from 1); one may be none."""

    left: tuple[Piece, ...] = ()
    right: tuple[Piece, ...] = ()
    left_number: int | None = None
    right_number: int | None = None


@dataclass(frozen=True, slots=True)
class Hunk:
    """まとまり: neighbouring lines that stayed, changed, went or came."""

    kind: Kind
    rows: tuple[Row, ...]


def hunks(draft: str, final: str) -> tuple[Hunk, ...]:
    r"""差分のまとまり, in the order of the texts; all rows together are both texts again.

    >>> [(hunk.kind, len(hunk.rows)) for hunk in hunks("一行目\n二行目", "一行目\n二行めです\n三行目")]
    [('same', 1), ('changed', 1), ('added', 1)]
    >>> hunks("納付は3月末まで", "納付は４月末まで")[0].rows[0].right
    (Piece(changed=False), Piece(changed=True), Piece(changed=False))
    """
    return tuple(_hunks(draft.split("\n"), final.split("\n")))


def kept(draft: str, final: str) -> float:
    r"""残った割合: which part of the final text stood in the draft, 0 to 1, by lines.

    >>> kept("一\n二", "一\n三"), kept("", "自分で書いた")
    (0.5, 0.0)
    """
    total = sum(len(line) for line in final.split("\n")) or 1
    same = sum(
        len(piece.text)
        for hunk in hunks(draft, final)
        for row in hunk.rows
        for piece in row.right
        if not piece.changed and hunk.kind in ("same", "changed")
    )
    return same / total


def _hunks(left: Sequence[str], right: Sequence[str]) -> Iterator[Hunk]:
    if max(len(left), len(right)) > _LINES and left != right:
        yield Hunk("removed", tuple(_alone(left, range(len(left)), right=False)))
        yield Hunk("added", tuple(_alone(right, range(len(right)), right=True)))
        return
    for tag, start, end, at, until in difflib.SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        match tag:
            case "equal":
                yield Hunk("same", tuple(_row(left, right, start + n, at + n) for n in range(end - start)))
            case "delete":
                yield Hunk("removed", tuple(_alone(left, range(start, end), right=False)))
            case "insert":
                yield Hunk("added", tuple(_alone(right, range(at, until), right=True)))
            case _:
                both = min(end - start, until - at)
                yield Hunk("changed", tuple(_row(left, right, start + n, at + n) for n in range(both)))
                if start + both < end:
                    yield Hunk("removed", tuple(_alone(left, range(start + both, end), right=False)))
                if at + both < until:
                    yield Hunk("added", tuple(_alone(right, range(at + both, until), right=True)))


def _alone(lines: Sequence[str], numbers: range, *, right: bool) -> Iterator[Row]:
    for number in numbers:
        pieces = (Piece(lines[number], changed=True),)
        yield Row(right=pieces, right_number=number + 1) if right else Row(pieces, left_number=number + 1)


def _row(left: Sequence[str], right: Sequence[str], at: int, to: int) -> Row:
    before, after = left[at], right[to]
    if before == after:
        return Row((Piece(before),), (Piece(after),), at + 1, to + 1)
    if max(len(before), len(after)) > _LINE:
        return Row((Piece(before, changed=True),), (Piece(after, changed=True),), at + 1, to + 1)
    lefts, rights = [], []
    for tag, start, end, first, last in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if start < end:
            lefts.append(Piece(before[start:end], changed=tag != "equal"))
        if first < last:
            rights.append(Piece(after[first:last], changed=tag != "equal"))
    return Row(tuple(lefts), tuple(rights), at + 1, to + 1)
