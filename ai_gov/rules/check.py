"""例の点検: every example of every rule, tried both ways, every pattern in need of one, and every slow pattern."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from re import _constants as sre  # type: ignore[attr-defined]
from typing import Any, Final

import re2

from ai_gov import datafile
from ai_gov.errors import Problem
from ai_gov.model import Finding
from ai_gov.rules.cost import is_slow
from ai_gov.rules.library import RuleSet
from ai_gov.rules.lint import options, patterns_of, python_tree
from ai_gov.rules.schema import Labelled, NearRule, Regex, Rule
from ai_gov.text import digit_view, normalize

Detect = Callable[[str], Sequence[Finding]]
_ANY: Final = "あ"


def check_examples(rules: RuleSet, detect: Detect) -> list[Problem]:
    """Every example that fails, with its file and line, and every pattern that no example shows.

    A ``match`` example passes when each of its ``found`` is a finding of the rule's type with exactly these bounds
    and the rule finds nothing else in it; a ``no_match`` example when the rule finds nothing. A pattern that is slow
    on a text of its own characters is a problem too.
    """
    problems: list[Problem] = []
    for rule_id, rule in sorted(rules.rules.items()):
        path = rules.paths[rule_id]
        text = rules.texts[path]
        for place, message in (*_examples(rule, detect), *_unshown(rule), *_slow(rule)):
            problems.append(Problem(path, datafile.line_of_key(text, *place), message))
    return problems


Found = Iterator[tuple[tuple[str | int, ...], str]]


def _examples(rule: Rule, detect: Detect) -> Found:
    for number, example in enumerate(rule.examples.match):
        findings = detect(example.text)
        place = ("examples", "match", number)
        of_type = [example.text[f.start : f.end] for f in findings if f.type == rule.entity]
        of_rule = [example.text[f.start : f.end] for f in findings if f.rule == rule.id]
        for wanted in example.found:
            if wanted not in of_type:
                got = "、".join(f"「{surface}」" for surface in of_type) or "何も見つかりません"
                yield place, f"「{wanted}」が見つかるはずですが、見つかったのは {got} です。"
        extra = [surface for surface in of_rule if surface not in example.found]
        if extra:
            yield place, f"found にない「{'」「'.join(extra)}」も見つかりました。"
    for number, text in enumerate(rule.examples.no_match):
        wrong = [text[f.start : f.end] for f in detect(text) if f.rule == rule.id]
        if wrong:
            yield ("examples", "no_match", number), f"当てはまらない例なのに「{'」「'.join(wrong)}」が見つかりました。"


def _unshown(rule: Rule) -> Found:
    """Patterns that no ``match`` example shows, with an example made from the pattern to start from."""
    views = [normalize(example.text).text for example in rule.examples.match]
    views += [digit_view(view) for view in views]
    for index, detection in enumerate(rule.detect):
        if isinstance(detection, Regex):
            key, patterns, fold = "patterns", detection.patterns, detection.ignore_case
        elif isinstance(detection, NearRule):
            key, patterns, fold = "terms", detection.terms, False
        elif isinstance(detection, Labelled):
            key, patterns, fold = "labels", detection.labels, True
        else:
            continue
        for number, pattern in enumerate(patterns):
            compiled = re2.compile(pattern, options(ignore_case=fold))
            if not any(compiled.search(view) for view in views):
                message = "この式に当てはまる例が examples の match にありません。"
                message += f"たとえば「{sample(pattern)}」のような例を足してください。"
                yield ("detect", index, key, number), message


def _slow(rule: Rule) -> Found:
    """Patterns that take very long on some text."""
    for place, pattern, _ in patterns_of(rule):
        if is_slow(re2.compile(pattern, options()), python_tree(pattern)):
            message = "照合がとても遅くなる書き方です（繰り返しの中の繰り返しなど）。"
            yield place, message + "繰り返しを短くするか、式を分けてください。"


def sample(pattern: str) -> str:
    """A short string that a pattern matches, as a start for an example; empty where none can be made.

    >>> sample("(?:宛名|世帯)番号[: ]{1,3}[0-9]{4}(?:-[0-9])?")
    '宛名番号:0000'
    """
    tree = python_tree(pattern)
    return "" if tree is None else "".join(_sample(tree))


def _sample(items: Any) -> Iterator[str]:
    for op, argument in items:
        if op is sre.LITERAL:
            yield chr(argument)
        elif op is sre.IN:
            yield _member(argument)
        elif op in {sre.ANY, sre.NOT_LITERAL}:
            yield _ANY
        elif op is sre.BRANCH:
            yield from _sample(argument[1][0])
        elif op is sre.SUBPATTERN:
            yield from _sample(argument[3])
        elif op in {sre.MAX_REPEAT, sre.MIN_REPEAT}:
            yield "".join(_sample(argument[2])) * argument[0]


def _member(items: Any) -> str:
    kind, value = items[0]
    if kind is sre.LITERAL:
        return chr(value)
    if kind is sre.RANGE:
        return chr(value[0])
    if kind is sre.CATEGORY:
        return {"CATEGORY_DIGIT": "0", "CATEGORY_SPACE": " "}.get(str(value), _ANY)
    return _ANY
