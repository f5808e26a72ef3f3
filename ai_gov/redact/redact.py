"""伏せ字: findings → edits that put placeholders in their place, and the map that restores them.

Numbers are given by first appearance in the text, so the same conversation always yields the same placeholders,
whichever process serves it.
"""

from __future__ import annotations

import collections
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ai_gov.model import Edit, Finding
from ai_gov.redact.persons import mentions
from ai_gov.redact.placeholder import ESCAPE_LABEL, Grammar, Placeholder, mask
from ai_gov.text import name_key


@dataclass(frozen=True, slots=True)
class Vault:
    """対応表: placeholder → what stood there. Lives in memory for one request and is never written anywhere."""

    grammar: Grammar
    surfaces: Mapping[Placeholder, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Redaction:
    """伏せた結果: the edits (sorted, disjoint) and the map that takes them back."""

    edits: tuple[Edit, ...]
    vault: Vault

    def apply(self, text: str) -> str:
        """The text with the edits made."""
        pieces, at = [], 0
        for edit in self.edits:
            pieces += [text[at : edit.start], edit.replacement]
            at = edit.end
        return "".join([*pieces, text[at:]])


def redact(text: str, findings: Sequence[Finding], grammar: Grammar) -> Redaction:
    """Placeholders for the findings of a text.

    ``findings`` are sorted and disjoint, in code points of ``text``. Whatever looks like a placeholder already is
    replaced too, so that nobody can forge one: it comes back as it was typed.

    >>> from ai_gov.model import Level, NameParts
    >>> name = Finding("PERSON", 0, 4, Level.L3C, "name", label="氏名", name=NameParts("山田", "太郎"))
    >>> again = Finding("PERSON", 6, 8, Level.L3C, "name", label="氏名", name=NameParts("山田"))
    >>> text = "山田太郎と、山田さんと〔氏名1〕"
    >>> done = redact(text, [name, again], Grammar(["氏名"]))
    >>> done.apply(text)
    '〔氏名1〕と、〔氏名1・姓〕さんと〔表記1〕'
    """
    spans: list[tuple[int, int, Finding | None]] = [(f.start, f.end, f) for f in findings]
    spans += [(start, end, None) for start, end in _typed(text, findings, grammar)]
    spans.sort(key=lambda span: span[:2])
    people = mentions(text, findings)
    numbers: dict[tuple[str, str], int] = {}
    counts: collections.Counter[str] = collections.Counter()
    given: dict[tuple[str, int, str, str], Placeholder] = {}  # label, number, suffix, surface
    taken: dict[Placeholder, str] = {}
    edits = []
    for start, end, finding in spans:
        surface = text[start:end]
        if finding is not None and finding.irreversible:
            edits.append(Edit(start, end, mask(finding.label)))
            continue
        label = ESCAPE_LABEL if finding is None else finding.label
        mention = people.get(finding) if finding is not None else None
        if mention is not None:
            key, suffix = f"p:{mention.person}", mention.suffix
        else:
            key, suffix = surface if finding is None else _same(surface), ""
        if (label, key) not in numbers:
            counts[label] += 1
            numbers[label, key] = counts[label]
        slot = (label, numbers[label, key], suffix, surface)
        if slot not in given:
            given[slot] = _free(*slot[:3], taken)
            taken[given[slot]] = surface
        edits.append(Edit(start, end, given[slot].format()))
    return Redaction(tuple(edits), Vault(grammar, taken))


def _typed(text: str, findings: Sequence[Finding], grammar: Grammar) -> list[tuple[int, int]]:
    """Where the text holds placeholder-like strings that no finding touches."""
    out, index = [], 0
    for start, end, _ in grammar.find(text):
        while index < len(findings) and findings[index].end <= start:
            index += 1
        if index == len(findings) or findings[index].start >= end:
            out.append((start, end))
    return out


def _free(label: str, number: int, suffix: str, taken: Mapping[Placeholder, str]) -> Placeholder:
    """The first placeholder of a number and suffix that no other surface has."""
    candidate, spelling = Placeholder(label, number, suffix), 2
    while candidate in taken:
        candidate = Placeholder(label, number, f"{suffix or '表記'}{spelling}")
        spelling += 1
    return candidate


def _same(surface: str) -> str:
    """What makes two surfaces of an address or a number the same: width, blanks and hyphens aside."""
    return "".join(c for c in name_key(surface) if c.isalnum())
