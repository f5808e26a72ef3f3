"""番号の照合: runs of digits that one of ai_gov.identifiers accepts."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from types import ModuleType
from typing import Final

from ai_gov.detect.candidate import Candidate, Source, sources
from ai_gov.detect.scan import Scan
from ai_gov.rules.schema import Number, Rule
from ai_gov.text import DigitRun, digit_runs

_ATTACHED: Final = re.compile(r"[0-9A-Za-z_#@\\]$|[0-9A-Za-z一-龥][./_-]$|[0-9],$|[¥$€]$")
_FOLLOWED: Final = re.compile(r"^(?:[0-9A-Za-z_@]|[./_-][0-9A-Za-z]|,[0-9]{3}(?:[^0-9]|$)|[円冊枚件点%]|個(?:$|[^人]))")
_LEAST_UNIFORM: Final = 2
_LONG_RUN: Final = 60  # groups: a column of figures rather than one number


@dataclass(frozen=True, slots=True)
class Form:
    """書き方: how many digits a number has, and the groups in which it is written when nothing else explains it."""

    lengths: frozenset[int]
    groups: frozenset[tuple[int, ...]]


def _form(*groups: tuple[int, ...]) -> Form:
    return Form(frozenset(map(sum, groups)), frozenset(groups))


FORMS: Final[Mapping[str, Form]] = {
    "my_number": _form((12,), (4, 4, 4), (1,) * 12),
    "resident_code": _form((11,), (4, 4, 3), (3, 4, 4), (5, 6), (1, 5, 5)),
    "driver_license": _form((12,), (4, 4, 4), (2, 2, 6, 1, 1), (2, 10)),
    "pension": _form((10,), (4, 6)),
    "employment_insurance": _form((11,), (4, 6, 1)),
    "corporate_number": _form((13,), (1, 4, 4, 4)),
    "credit_card": _form((16,), (4, 4, 4, 4), (15,), (4, 6, 5), (14,), (4, 6, 4), (4, 4, 4, 2)),
    "postal_code": _form((7,), (3, 4)),
    "health_insurance": _form((6,), (8,), (10,)),
    "bank_account": _form((7,), (3, 7), (4, 3, 7), (5, 8), (5, 7), (5, 6)),
}
"""Numbers a ``number`` detection may name: those that are made of digits and of nothing else."""


def identifier(name: str) -> ModuleType:
    """The module of ai_gov.identifiers with this name."""
    return importlib.import_module(f"ai_gov.identifiers.{name}")


@dataclass(frozen=True, slots=True)
class _Compiled:
    source: Source
    form: Form
    module: ModuleType
    keep_invalid: bool


class NumberMatcher:
    """番号の規則の照合: candidates of every ``number`` detection.

    A number in its usual groups is a candidate by itself. Otherwise grouped ones, ones that hang on other text, and
    those with a wrong check digit (``invalid: keep_with_context``) need context, which is weighed later.
    """

    def __init__(self, rules: Mapping[str, Rule]) -> None:
        self._all = [
            _Compiled(
                source, FORMS[number.identifier], identifier(number.identifier), number.invalid == "keep_with_context"
            )
            for source, number in sources(rules, Number)
        ]
        self._shortest = min((min(one.form.lengths) for one in self._all), default=0)

    def find(self, scan: Scan) -> Iterable[Candidate]:
        """Every number that is well formed."""
        if not self._all:
            return
        view = scan.reading.digits
        for run in digit_runs(view):
            if len(run.digits) < self._shortest:
                continue
            groups = _Groups(run)
            for one in self._all:
                yield from _in_run(one, groups, view)


class _Groups:
    """The groups of a run of digits: where each begins, in the text and in the digits alone."""

    __slots__ = ("digits", "places", "run")

    def __init__(self, run: DigitRun) -> None:
        self.run = run
        self.digits = list(accumulate(run.groups, initial=0))
        gaps = (0, *accumulate(map(len, run.separators)))
        self.places = [run.start + digits + gap for digits, gap in zip(self.digits, gaps, strict=False)]

    def span(self, first: int, last: int) -> tuple[int, int]:
        """The span of groups ``first`` to ``last`` (exclusive) in the text."""
        return self.places[first], self.places[last - 1] + self.run.groups[last - 1]


def _in_run(one: _Compiled, groups: _Groups, view: str) -> Iterator[Candidate]:
    run = groups.run
    for first, last in _windows(run.groups, one.form.lengths):
        natural = run.groups[first:last] in one.form.groups and _apart(run, first, last)
        natural = natural or _unbroken(run, first, last) in one.form.groups
        if not natural and not _covers(run, first, last):
            continue
        valid = one.module.is_valid(run.digits[groups.digits[first] : groups.digits[last]])
        if not valid and not one.keep_invalid:
            continue
        start, end = groups.span(first, last)
        free = valid and natural and not _hangs(view, start, end)
        yield Candidate(one.source, start, end, confirmed=valid and natural, needs_context=not free)


def _windows(groups: tuple[int, ...], lengths: frozenset[int]) -> Iterator[tuple[int, int]]:
    longest = max(lengths)
    for first in range(len(groups)):
        total = 0
        for last in range(first, len(groups)):
            total += groups[last]
            if total > longest:
                break
            if total in lengths:
                yield first, last + 1


def _separator(run: DigitRun, index: int) -> str:
    return run.separators[index].strip() or " "


def _unbroken(run: DigitRun, first: int, last: int) -> tuple[int, ...]:
    """The groups of a window of which line breaks alone cut one in two; empty where something else stands in it."""
    inner = run.separators[first : last - 1]
    outer = [run.separators[i] for i in (first - 1, last - 1) if 0 <= i < len(run.separators)]
    if not inner or any("\n" not in one or one.strip() for one in inner) or any(one.strip() for one in outer):
        return ()
    return (sum(run.groups[first:last]),) if len(inner) == 1 else ()


def _apart(run: DigitRun, first: int, last: int) -> bool:
    """Whether a window is a number of its own and not a piece of a longer one written alike."""
    inner = {_separator(run, i) for i in range(first, last - 1)}
    size = last - first
    if len(inner) > 1 or (inner == {" "} and size == sum(run.groups[first:last])):
        return False  # single digits between blanks are figures rather than one number
    outer = {_separator(run, i) for i in (first - 1, last - 1) if 0 <= i < len(run.separators)}
    if size == 1:
        return outer <= {" "}
    if not outer & inner:
        return True
    # Several numbers in a row with the same separator throughout: whole multiples only.
    return first % size == 0 and len(run.groups) % size == 0 and size >= _LEAST_UNIFORM


def _covers(run: DigitRun, first: int, last: int) -> bool:
    """Whether only blanks and line breaks join a window to the rest of its run; in a long run only line breaks."""
    outer = [run.separators[i] for i in (first - 1, last - 1) if 0 <= i < len(run.separators)]
    long = len(run.groups) > _LONG_RUN
    return all("\n" in one if long else not one.strip() for one in outer)


def _hangs(view: str, start: int, end: int) -> bool:
    """Whether a number is part of a longer code, an amount or a count."""
    return bool(_ATTACHED.search(view[max(0, start - 2) : start]) or _FOLLOWED.search(view[end : end + 5]))
