r"""規則の点検: what a schema can't say about patterns, with the line of the file.

A pattern must be one RE2 compiles, must not use ``\b`` or ``\w`` (they mean ASCII, and break beside Japanese), and
must have an end: with ``*``, ``+`` or ``{n,}`` a search may read far beyond each of its matches, which makes a long
text quadratic even on RE2.
"""

from __future__ import annotations

import functools
import re
import warnings
from collections.abc import Iterator
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any, Final

import re2
import yaml

from ai_gov import datafile, identifiers
from ai_gov.errors import Problem
from ai_gov.rules.schema import Labelled, Near, NearRule, Number, Regex, Rule, SharedSigns, Topic

LONGEST: Final = 5000
"""The longest span, in characters, that a pattern may match."""
OF_DIGITS: Final = (
    "bank_account", "corporate_number", "credit_card", "driver_license", "employment_insurance", "health_insurance",
    "my_number", "pension", "postal_code", "resident_code",
)  # fmt: skip
"""Identifiers that a ``number`` detection may name: made of digits and of nothing else."""
_WORDY: Final = re.compile(r"(?<!\\)(?:\\\\)*\\[bBwW]")
_PROPERTY: Final = re.compile(r"\\[pP](?:[A-Za-z]|\{\^?[A-Za-z_]+\})")
Place = tuple[str | int, ...]


def options(*, ignore_case: bool = False) -> re2.Options:
    """The options every pattern is compiled with. One DFA is kept within 4 MiB."""
    made = re2.Options()
    made.log_errors = False
    made.case_sensitive = not ignore_case
    made.max_mem = 4 << 20
    return made


@functools.lru_cache(maxsize=4096)
def python_tree(pattern: str) -> Any:
    """The pattern as Python's own parser reads it, or None where RE2's syntax is not Python's. Not to be changed."""
    adapted = _PROPERTY.sub("〇", pattern).replace(r"\z", r"\Z").replace(r"\C", ".")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _parser.parse(adapted)
    except (re.error, OverflowError, RecursionError):
        return None


def width(pattern: str) -> int | None:
    """How many characters a pattern can match at most; None where there is no end.

    >>> width("0[0-9]{1,4}-[0-9]{4}"), width("a+b"), width("(?:ab){3}")
    (10, None, 6)
    """
    tree = python_tree(pattern)
    if tree is None:
        return None if re.search(r"(?<!\\)[*+]|,\}", pattern) else LONGEST
    most = tree.getwidth()[1]
    return None if most >= sre.MAXREPEAT else int(most)


def fault(pattern: str) -> str | None:
    r"""What is wrong with a pattern, in Japanese, or None.

    >>> fault(r"\bABC"), fault("[0-9]{12}")
    ('\\b と \\w は日本語の隣で働きません。隣の文字は boundary で書いてください。', None)
    """
    if _WORDY.search(pattern):
        return r"\b と \w は日本語の隣で働きません。隣の文字は boundary で書いてください。"
    try:
        compiled = re2.compile(pattern, options())
    except re2.error as error:
        if re.search(r"\(\?(?:[=!]|<[=!])", pattern):
            return "先読み・後読み（(?= (?! (?<= (?<!）は使えません。context・unless・boundary で書いてください。"
        reason = error.args[0].decode("utf-8", "replace") if isinstance(error.args[0], bytes) else str(error)
        return f"正規表現として読めません（{reason}）。"
    longest = width(pattern)
    if longest is None:
        return "終わりのない繰り返し（* + {n,}）は使えません。{0,20} のように上限を書いてください。"
    if longest > LONGEST:
        return f"長さが最大 {longest} 文字になります。{LONGEST} 文字までにしてください。"
    if compiled.match("") is not None:
        return "空の文字列にも当てはまります。少なくとも1文字に当てはまるようにしてください。"
    return None


def lint_rule(rule: Rule, text: str, path: str) -> list[Problem]:
    """Every problem of a rule that its schema lets through."""
    root = yaml.compose(text, Loader=datafile.Loader)
    assert root is not None  # it has been read before
    problems = []
    for place, pattern, is_value in patterns_of(rule):
        message = fault(pattern)
        if message is None and is_value and "(?P<" in pattern:
            message = "value には名前付きのグループを書けません。"
        if message:
            problems.append(Problem(path, datafile.line_of(root, place), message))
    for index, detection in enumerate(rule.detect):
        name = detection.identifier if isinstance(detection, Number | Regex | Labelled) else None
        names = OF_DIGITS if isinstance(detection, Number) else identifiers.NAMES
        if name is not None and name not in names:
            message = f"知らない番号「{name}」です。書けるのは {'・'.join(names)} です。"
            problems.append(Problem(path, datafile.line_of(root, ("detect", index, "identifier")), message))
    return problems


def lint_signs(signs: SharedSigns, text: str, path: str) -> list[Problem]:
    """Every problem of signs.yaml that its schema lets through."""
    root = yaml.compose(text, Loader=datafile.Loader)
    problems: list[Problem] = []
    if root is None:
        return problems
    for number, sign in enumerate(signs.signs):
        at: Place = ("signs", number)
        if sign.is_reference:
            empty = f"手がかり「{sign.name}」に words・patterns・entities のどれも書かれていません。"
            problems.append(Problem(path, datafile.line_of(root, at), empty))
        for place, pattern, _ in _each(at, "patterns", sign.patterns):
            if message := fault(pattern):
                problems.append(Problem(path, datafile.line_of(root, place), message))
    return problems


def patterns_of(rule: Rule) -> Iterator[tuple[Place, str, bool]]:
    """Every pattern of a rule with its place in the file, and whether it is a value, which has no named groups."""
    for index, detection in enumerate(rule.detect):
        at: Place = ("detect", index)
        if isinstance(detection, Regex):
            yield from _each(at, "patterns", detection.patterns)
        elif isinstance(detection, Labelled):
            yield from _each(at, "labels", detection.labels)
            yield (*at, "value"), detection.value, True
        elif isinstance(detection, NearRule):
            yield from _each(at, "terms", detection.terms)
            yield from _near((*at, "near"), detection.near)
        elif isinstance(detection, Topic):
            yield from _each(at, "terms", detection.terms)
            for number, sign in enumerate(detection.signs):
                yield from _each((*at, "signs", number), "patterns", sign.patterns)
        yield from _each(at, "exclude", detection.exclude)
        if detection.context:
            yield from _near((*at, "context"), detection.context)
        for number, near in enumerate(detection.unless):
            yield from _near((*at, "unless", number), near)


def _near(at: Place, near: Near) -> Iterator[tuple[Place, str, bool]]:
    yield from _each(at, "patterns", near.patterns)


def _each(at: Place, key: str, patterns: tuple[str, ...]) -> Iterator[tuple[Place, str, bool]]:
    for number, pattern in enumerate(patterns):
        yield (*at, key, number), pattern, False
