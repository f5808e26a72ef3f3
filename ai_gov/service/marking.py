"""見落としの指定: what somebody says is to be hidden, for this conversation, though no rule found it.

A marked word is hidden like a finding of its type, wherever it stands in the request. It can only tighten.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from ai_gov.model import Finding, Json, Level
from ai_gov.payload import Document, Payload
from ai_gov.redact.placeholder import MARK_LABEL
from ai_gov.rules.schema import Rule

OTHER: Final = "OTHER"
"""The type of a marked word that is none of the rules'."""
KIND: Final = "marked"
"""The kind of detection that a marked word's finding has."""
MARKED: Final = Rule.model_validate(
    {
        "schema": 1,
        "id": "marked-by-staff",
        "title": "職員が伏せると指定した語",
        "entity": OTHER,
        "label": MARK_LABEL,
        "level": Level.L3C.code,
        "removable": True,
        "basis": ["職員の指定"],
        "owner": "利用した職員",
        "updated": dt.date(2026, 11, 25),
        "advice": "指定した語が伏せられています。違うときは指定を取り消してください。",
        "detect": [{"kind": "words", "words": ["指定した語"]}],
        "examples": {"match": [{"text": "指定した語", "found": ["指定した語"]}], "no_match": ["ほかの語"]},
    }
)
"""指定した語の規則: stands in no file, as nothing but a person finds by it."""


@dataclass(frozen=True, slots=True)
class Mark:
    """指定1件: hide this text, as this type, wherever it stands."""

    type: str
    text: str = field(repr=False)


def rules_with(rules: Mapping[str, Rule], marks: Iterable[Mark]) -> Mapping[str, Rule]:
    """The rules by which a request with marks is decided."""
    return {**rules, MARKED.id: MARKED} if any(True for _ in marks) else rules


def found(payload: Payload, document: Document, marks: Iterable[Mark], rules: Mapping[str, Rule]) -> list[Finding]:
    """A finding wherever a marked text stands, sorted and disjoint; the longer of two that overlap."""
    spans: list[tuple[int, int, Rule, bool]] = []
    for mark in marks:
        rule = next((rule for rule in rules.values() if rule.entity == mark.type and rule.removable), MARKED)
        for leaf, start in zip(payload.leaves, document.starts, strict=True):
            spans += [
                (start + match.start(), start + match.end(), rule, may_be_my_number(mark.text))
                for match in re.finditer(re.escape(mark.text), leaf.text)
                if mark.text.strip()
            ]
    out: list[Finding] = []
    for start, end, rule, secret in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not out or start >= out[-1].end:
            out.append(_finding(start, end, rule, irreversible=rule.irreversible or secret))
    return out


def may_be_my_number(word: str) -> bool:
    """Whether it may be a 個人番号: it is masked for good, and no code is made of it, whatever somebody calls it.

    >>> may_be_my_number("1234-5678-901"), may_be_my_number("090-1234-567")
    (True, False)
    """
    return sum(character.isdecimal() for character in word) >= 11  # one digit may have been left out


def told(findings: Iterable[Finding]) -> list[Json]:
    """For the entry: type and place of each; never a value."""
    return [{"type": item.type, "at": [item.start, item.end]} for item in findings if item.kind == KIND]


def _finding(start: int, end: int, rule: Rule, *, irreversible: bool) -> Finding:
    level = Level.parse(rule.level)
    return Finding(rule.entity, start, end, level, rule.id, irreversible=irreversible, label=rule.label, kind=KIND)
