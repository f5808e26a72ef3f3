"""継ぎ目: parts of one message are read joined and apart, and what either shows counts."""

from __future__ import annotations

import itertools
import re

from hypothesis import given
from hypothesis import strategies as st

from ai_gov.model import Finding, Level
from ai_gov.payload import Leaf, Payload
from ai_gov.service.parts import find, merge


def detector(pattern: str):
    def detect(text: str) -> list[Finding]:
        return [Finding("X", m.start(), m.end(), Level.L2, "r") for m in re.finditer(pattern, text)]

    return detect


def payload(*texts: str) -> Payload:
    return Payload(list(texts), tuple(Leaf((i,), text, glued=i > 0) for i, text in enumerate(texts)))


def found(pattern: str, *texts: str) -> list[str]:
    made = payload(*texts)
    document = made.document()
    return [document.text[f.start : f.end] for f in find(made, document, detector(pattern))]


def test_a_number_cut_over_two_parts_is_seen() -> None:
    assert found(r"(?<!\d)\d{4}(?!\d)", "12", "34") == ["1234"]


def test_a_name_is_not_hidden_by_the_start_of_the_next_part() -> None:
    assert found(r"山田(?!二)", "山田", "二つ目") == ["山田"]


def test_what_both_show_is_one_finding_that_covers_both() -> None:
    assert found(r"\d{2,}", "x12", "34") == ["1234"]


spans = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 8), st.sampled_from(Level)), max_size=6)


def disjoint(items: list[tuple[int, int, Level]]) -> list[Finding]:
    out: list[Finding] = []
    for start, length, level in sorted(items):
        if not out or start >= out[-1].end:
            out.append(Finding("X", start, start + length, level, "r"))
    return out


@given(spans, spans)
def test_nothing_that_either_reading_covers_is_uncovered_or_lowered(some, others) -> None:
    left, right = disjoint(some), disjoint(others)
    merged = merge(left, right)
    assert all(before.end <= after.start for before, after in itertools.pairwise(merged))
    for finding in (*left, *right):
        over = [m for m in merged if m.start <= finding.start and finding.end <= m.end]
        assert over
        assert over[0].level >= finding.level
