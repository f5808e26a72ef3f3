"""同一人物: which findings of names belong to one person, so that one person keeps one placeholder.

A full name makes a person. A surname or given name alone belongs to the one person who bears it; where two do, or
nobody, it stands for itself. A reading in kana next to a name is that person's.
"""

from __future__ import annotations

import collections
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ai_gov.model import Finding
from ai_gov.text import name_key

NEXT_TO = 4
"""Characters that may stand between a name and its reading: brackets, a comma, a tab, blanks."""


@dataclass(frozen=True, slots=True)
class Mention:
    """言及: the person a finding names (an opaque key) and how: ``姓``, ``カナ``, or empty for the full name."""

    person: str
    suffix: str


def mentions(text: str, findings: Sequence[Finding]) -> Mapping[Finding, Mention]:
    """The person and surface of each finding that names one (those with ``name``), in order of the text."""
    named = [finding for finding in findings if finding.name is not None]
    by_surname: dict[str, set[str]] = collections.defaultdict(set)
    by_given: dict[str, set[str]] = collections.defaultdict(set)
    full: dict[Finding, str] = {}
    last: tuple[Finding, str] | None = None
    for finding in named:
        surname, given, reading = _keys(finding)
        if not (surname and given):
            continue
        person = f"{surname} {given}"
        if reading and last is not None and _beside(text, last[0], finding):
            person = last[1]
        elif not reading:
            last = (finding, person)
        full[finding] = person
        by_surname[surname].add(person)
        by_given[given].add(person)
    out: dict[Finding, Mention] = {}
    for finding in named:
        surname, given, reading = _keys(finding)
        kana = "カナ" if reading else ""
        if finding in full:
            out[finding] = Mention(full[finding], kana)
        elif surname:
            out[finding] = _partial(by_surname, surname, f"姓{kana}")
        else:
            out[finding] = _partial(by_given, given or name_key(text[finding.start : finding.end]), f"名{kana}")
    return out


def _partial(known: Mapping[str, set[str]], key: str, suffix: str) -> Mention:
    bearers = known.get(key, set())
    return Mention(next(iter(bearers)), suffix) if len(bearers) == 1 else Mention(f"{suffix[0]}:{key}", "")


def _keys(finding: Finding) -> tuple[str, str, bool]:
    name = finding.name
    if name is None:
        return "", "", False
    return name_key(name.surname), name_key(name.given), name.reading


def _beside(text: str, name: Finding, reading: Finding) -> bool:
    between = text[name.end : reading.start]
    return 0 <= reading.start - name.end <= NEXT_TO and not any(c.isalnum() for c in between) and "\n" not in between
