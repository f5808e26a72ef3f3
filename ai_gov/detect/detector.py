"""検知: a Reading → findings in the original text, sorted and disjoint."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from ai_gov.detect.alike import find_alike
from ai_gov.detect.attached import with_attached
from ai_gov.detect.candidate import Candidate, Discarded
from ai_gov.detect.content import TopicMatcher
from ai_gov.detect.context import Weigher
from ai_gov.detect.filters import FILTERS, Excluded, Filter, against
from ai_gov.detect.labels import LabelMatcher
from ai_gov.detect.near import NearMatcher
from ai_gov.detect.noted import NotedMatcher
from ai_gov.detect.numbers import NumberMatcher
from ai_gov.detect.patterns import PatternMatcher
from ai_gov.detect.published import Published
from ai_gov.detect.readers import ReaderMatcher
from ai_gov.detect.reading import Reading
from ai_gov.detect.resolve import resolve
from ai_gov.detect.scan import Scan
from ai_gov.detect.substance import SubstanceMatcher
from ai_gov.detect.words import WordIndex, WordMatcher
from ai_gov.model import Finding
from ai_gov.rules.library import RuleSet
from ai_gov.rules.schema import AllowList


@dataclass(frozen=True, slots=True)
class Explanation:
    """説明: what was found, and what was considered and put aside (in positions of the normalised text)."""

    findings: tuple[Finding, ...]
    discarded: tuple[Discarded, ...]


class Detector:
    """検知器: compiled once from a RuleSet; holds no state between texts and may be shared by threads."""

    def __init__(self, rules: RuleSet, allow: AllowList | None = None, today: dt.date | None = None) -> None:
        index = WordIndex()
        self._words = WordMatcher(rules.rules, index)
        self._patterns = PatternMatcher(rules.rules, index)
        self._labels = LabelMatcher(rules.rules, index)
        self._near = NearMatcher(rules.rules, index)
        self._numbers = NumberMatcher(rules.rules)
        self._topics = TopicMatcher(rules.rules, index)
        self._substance = SubstanceMatcher(rules.rules)
        self._weigher = Weigher(rules.rules, index)
        self._published = Published(rules.allow if allow is None else allow, today, index)
        self._readers = ReaderMatcher(rules)
        self._noted = NotedMatcher(rules.rules)
        self._filters: tuple[tuple[str, Filter], ...] = (*FILTERS.items(), ("除く値", Excluded(rules.rules)))
        self._index = index
        index.build()
        self.digest = rules.digest

    def detect(self, reading: Reading) -> tuple[Finding, ...]:
        """Findings in code points of the original text, sorted and disjoint."""
        return self.explain(reading).findings

    def explain(self, reading: Reading) -> Explanation:
        """The findings, and every candidate that became none, with the reason."""
        scan = Scan(reading, self._index)
        candidates: list[Candidate] = []
        for matcher in (self._words, self._patterns, self._labels, self._near, self._numbers):
            candidates += matcher.find(scan)
        candidates += self._readers.find(reading)
        candidates += self._noted.find(reading)
        weighed, discarded = self._weigher.weigh(scan, candidates)
        weighed += self._topics.find(scan, weighed)
        substance, against_it = self._weigher.weigh(scan, tuple(self._substance.find(reading, weighed)))
        weighed += substance
        discarded += against_it
        published = self._published.spans(scan)
        kept: list[Candidate] = []
        for candidate in weighed:
            reason = against(candidate, scan.reading.digits, self._filters)
            if reason is None and self._published.covers(candidate, published):
                reason = "公表済み"
            if reason is None:
                kept.append(candidate)
            else:
                discarded.append(Discarded(candidate, reason))
        kept += tuple(find_alike(kept, scan.reading.digits))
        kept = [with_attached(candidate, scan.text) for candidate in kept]
        findings = _findings(resolve(kept, len(scan.text)), reading)
        return Explanation(findings, tuple(discarded))


def _findings(candidates: Iterable[Candidate], reading: Reading) -> tuple[Finding, ...]:
    """Candidates as findings of the original text.

    Two spans may share a character of the original where one character became several (㈱): the first keeps it.
    """
    out: list[Finding] = []
    done = 0
    for candidate in candidates:
        start, end = reading.source.to_original(candidate.start, candidate.end)
        start = max(start, done)
        if start >= end:
            continue
        done = end
        source = candidate.source
        out.append(
            Finding(
                type=source.rule.entity,
                start=start,
                end=end,
                level=candidate.level or source.level,
                rule=source.rule.id,
                score=round(candidate.score or 0.0, 3),
                removable=source.removable if candidate.removable is None else candidate.removable,
                irreversible=source.rule.irreversible,
                label=source.rule.label,
                evidence=candidate.evidence,
                name=candidate.name,
                kind=getattr(source.detection, "kind", ""),
                confirmed=candidate.confirmed,
                anchored=candidate.anchored,
            )
        )
    return tuple(out)
