"""文脈: words, patterns and other findings near a candidate raise its score or discard it.

Linear in the text: word hits are collected once, each condition merges its own once, and a candidate asks by
bisection.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from ai_gov.detect.candidate import Candidate, Discarded, Source
from ai_gov.detect.patterns import Pattern
from ai_gov.detect.scan import Scan
from ai_gov.detect.tables import Cell
from ai_gov.detect.words import WordIndex
from ai_gov.rules.schema import Near, NearRule, Rule

_LOOKED_AT: Final = 8  # hits of one condition on one side that are looked at
_FEW: Final = 12  # windows that are searched one by one before a pattern is run over the whole text
_Place = tuple[int, int, int, int]  # a window, and the span inside it that does not count


class _Condition:
    """A compiled ``Near``."""

    __slots__ = ("after_it", "anywhere", "before_it", "lengths", "near", "words")

    def __init__(self, near: Near, index: WordIndex) -> None:
        self.near = near
        self.words = {index.add(word): word for word in near.words}
        self.lengths = {number: len(word) for number, word in self.words.items()}
        compiled = [Pattern(text, index, ignore_case=True) for text in near.patterns]
        self.after_it = [p for p in compiled if p.text.startswith("^")]
        self.before_it = [p for p in compiled if p.text.endswith("$") and not p.text.endswith(r"\$")]
        self.anywhere = [p for p in compiled if p not in self.after_it and p not in self.before_it]


class _Hits:
    """Where a condition's words, patterns and entities stand in one text, ascending by start."""

    __slots__ = ("ends", "starts", "what")

    def __init__(self, found: list[tuple[int, int, str]]) -> None:
        found.sort()
        self.starts = array("q", [start for start, _, _ in found])
        self.ends = [end for _, end, _ in found]
        self.what = [what for _, _, what in found]

    def near(self, low: int, high: int, start: int, end: int) -> str | None:
        """The hit nearest to ``start``–``end`` that lies in ``low``–``high`` and does not overlap it."""
        at = bisect_left(self.starts, end)
        best: str | None = None
        distance = high - low + 1
        if at < len(self.starts) and self.ends[at] <= high:
            best, distance = self.what[at], self.starts[at] - end
        at = bisect_left(self.starts, start)
        for i in range(at - 1, max(-1, at - 1 - _LOOKED_AT), -1):
            if self.starts[i] < low:
                break
            if self.ends[i] <= start:
                return self.what[i] if start - self.ends[i] <= distance else best
        return best


class Weigher:
    """文脈の判定: compiled once from all rules."""

    def __init__(self, rules: Mapping[str, Rule], index: WordIndex) -> None:
        self._context: dict[tuple[str, int], _Condition] = {}
        self._unless: dict[tuple[str, int], list[_Condition]] = {}
        for rule in rules.values():
            for number, detection in enumerate(rule.detect):
                key = (rule.id, number)
                context = detection.near if isinstance(detection, NearRule) else detection.context
                if context is not None:
                    self._context[key] = _Condition(context, index)
                if detection.unless:
                    self._unless[key] = [_Condition(near, index) for near in detection.unless]

    def weigh(self, scan: Scan, candidates: Sequence[Candidate]) -> tuple[list[Candidate], list[Discarded]]:
        """The candidates with their scores, and those that context speaks against.

        Conditions on other findings are asked last, of what is left by then.
        """
        kept: list[Candidate] = []
        gone: list[Discarded] = []
        of_text = _OfText(scan)
        later: list[Candidate] = []
        for candidate in candidates:
            (later if self._asks_entities(candidate.source) else kept).append(candidate)
        kept = self._pass(of_text, kept, gone)
        if later:
            of_text.entities = kept + [c for c in later if not self._context_entities(c.source)]
            kept += self._pass(of_text, later, gone)
        return kept, gone

    def _conditions(self, source: Source) -> tuple[_Condition | None, list[_Condition]]:
        key = (source.rule.id, source.index)
        return self._context.get(key), self._unless.get(key, [])

    def _asks_entities(self, source: Source) -> bool:
        context, unless = self._conditions(source)
        return bool((context and context.near.entities) or any(one.near.entities for one in unless))

    def _context_entities(self, source: Source) -> bool:
        context, _ = self._conditions(source)
        return bool(context and context.near.entities)

    def _pass(self, of_text: _OfText, candidates: Iterable[Candidate], gone: list[Discarded]) -> list[Candidate]:
        kept = []
        for candidate in candidates:
            weighed = self._one(of_text, candidate)
            if isinstance(weighed, Discarded):
                gone.append(weighed)
            else:
                kept.append(weighed)
        return kept

    def _one(self, of_text: _OfText, candidate: Candidate) -> Candidate | Discarded:
        context, unless = self._conditions(candidate.source)
        for condition in unless:
            against = of_text.find(condition, candidate)
            if against is not None:
                return Discarded(candidate, f"近くに「{against}」がある")
        detection = candidate.source.detection
        word = of_text.find(context, candidate) if context is not None else None
        required = (candidate.needs_context and not candidate.anchored) or bool(
            detection.context and detection.context.required
        )
        if word is None and required:
            return Discarded(candidate, "文脈の語がない")
        supported = word is not None or candidate.anchored
        score = candidate.score
        if score is None:
            score = max(detection.score, detection.score_with_context) if supported else detection.score
        evidence = candidate.evidence + ((word,) if word is not None else ())
        return candidate.weighed(score, evidence)


class _OfText:
    """What the conditions found in one text."""

    def __init__(self, scan: Scan) -> None:
        self._scan = scan
        self._words: dict[int, _Hits] = {}
        self._patterns: dict[int, _Hits] = {}
        self._asked: dict[int, int] = {}
        self._cells: tuple[array[int], Sequence[Cell]] | None = None
        self.entities: list[Candidate] = []

    def find(self, condition: _Condition, candidate: Candidate) -> str | None:
        """A word, pattern or entity of the condition near a candidate, or in the header of its column."""
        text = self._scan.text
        near = condition.near
        start, end = candidate.start, candidate.end
        if near.where == "table_header":
            return self._in_header(condition, start)
        low, high = max(0, start - near.before), min(len(text), end + near.after)
        if near.same_line:
            low = text.rfind("\n", low, start) + 1 or low
            line_end = text.find("\n", end, high)
            high = high if line_end < 0 else line_end
        if any(pattern.search(text[end:high]) for pattern in condition.after_it):
            return "直後の表現"
        cell = self._cell(start) if near.before else None
        for pattern in condition.before_it:
            if pattern.search(text[low:start]) or (cell and pattern.search(text[cell.head_start : cell.head_end])):
                return "直前の表現"
        places = [(low, high, start, end)]
        if cell is not None:  # a column's header stands right before each of its cells, however far above
            places.append((cell.head_start, cell.head_end, cell.head_end, cell.head_end))
        return self._word(condition, places) or self._pattern(condition, places)

    def _in_header(self, condition: _Condition, start: int) -> str | None:
        cell = self._cell(start)
        if cell is None:
            return None
        places = [(cell.line_start, cell.line_end, cell.line_end, cell.line_end)]
        return self._word(condition, places) or self._pattern(condition, places)

    def _word(self, condition: _Condition, places: Sequence[_Place]) -> str | None:
        """The nearest word or entity in the first place that has one."""
        hits = self._words.get(id(condition))
        if hits is None:
            all_hits = self._scan.hits
            found = [
                (end - condition.lengths[number], end, word)
                for number, word in condition.words.items()
                for end in all_hits.get(number, ())
            ]
            if condition.near.entities:
                types = frozenset(condition.near.entities)
                found += [(c.start, c.end, c.source.rule.label) for c in self.entities if c.entity in types]
            hits = self._words[id(condition)] = _Hits(found)
        return next((word for place in places if (word := hits.near(*place)) is not None), None)

    def _pattern(self, condition: _Condition, places: Sequence[_Place]) -> str | None:
        """Whether a pattern matches in a place. A few windows are looked at one by one, more from one pass."""
        if not condition.anywhere:
            return None
        asked = self._asked[id(condition)] = self._asked.get(id(condition), 0) + 1
        if asked <= _FEW:
            pieces = [
                self._scan.text[slice(*cut)] for low, high, start, end in places for cut in ((low, start), (end, high))
            ]
            matches = any(pattern.search(piece) for pattern in condition.anywhere for piece in pieces if piece)
            return "表現" if matches else None
        hits = self._patterns.get(id(condition))
        if hits is None:
            found = [(*span, "表現") for pattern in condition.anywhere for span in pattern.spans(self._scan)]
            hits = self._patterns[id(condition)] = _Hits(found)
        return next((what for place in places if (what := hits.near(*place)) is not None), None)

    def _cell(self, start: int) -> Cell | None:
        if self._cells is None:
            cells = self._scan.cells
            self._cells = array("q", [cell.start for cell in cells]), cells
        starts, cells = self._cells
        at = bisect_left(starts, start + 1) - 1
        return cells[at] if at >= 0 and cells[at].end > start else None
