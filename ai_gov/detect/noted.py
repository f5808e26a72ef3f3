"""別の読み取りの結果: what a second reader (GiNZA, a Presidio recognizer) noted in a reading, as candidates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from ai_gov.detect.candidate import Candidate, Source, sources
from ai_gov.detect.reading import Reading
from ai_gov.errors import DetectorFailed
from ai_gov.rules.schema import Detection, ReaderRule, Rule

OTHER: Final = "LOCAL_ID"
"""Of what type a note is whose own type no rule knows."""


class NotedMatcher:
    """別の読み取りの照合: each note gets the rule of its type, and with it level, label and advice."""

    def __init__(self, rules: Mapping[str, Rule]) -> None:
        self._sources: dict[str, Source] = {}
        for source, detection in sources(rules, Detection):
            best = self._sources.get(source.entity)
            if best is None or (isinstance(detection, ReaderRule) and not isinstance(best.detection, ReaderRule)):
                self._sources[source.entity] = source

    def find(self, reading: Reading) -> Iterator[Candidate]:
        """Candidates in positions of the normalised text. Raises DetectorFailed where no rule can take one."""
        for note in reading.noted:
            source = self._sources.get(note.type) or self._sources.get(OTHER)
            if source is None:
                raise DetectorFailed(
                    f"{note.source} が見つけた {note.type} を受ける規則がありません。"
                    f"redaction_rules に entity: {OTHER} の規則を置いてください。"
                )
            evidence = note.source if note.type == source.entity else f"{note.source}（{note.type}）"
            yield Candidate(source, note.start, note.end, score=note.score, anchored=True, evidence=(evidence,))
