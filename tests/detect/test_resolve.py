"""Overlapping candidates become disjoint spans, the riskier first, and no character is left open."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from ai_gov.detect.candidate import Candidate, sources
from ai_gov.detect.resolve import resolve
from ai_gov.rules.library import parse_rules
from ai_gov.rules.schema import Words
from tests.detect.engine import detector, found, rule


def words(word: str, entity: str, level: str = "3C") -> str:
    return rule(
        f"  - {{kind: words, words: [{word}]}}", id=entity.lower().replace("_", "-"), entity=entity, level=level
    )


def test_the_rest_of_the_loser_stays_covered():
    made = detector(words("あいう", "LOCAL_ID"), words("うえお", "PHONE_NUMBER"))
    assert found(made, "あいうえお") == [("LOCAL_ID", "あい"), ("PHONE_NUMBER", "うえお")]


def test_the_higher_level_wins_over_the_longer_span():
    made = detector(words("あいうえ", "PHONE_NUMBER"), words("うえお", "JP_RESIDENT_CODE", "3B"))
    assert found(made, "あいうえお") == [("PHONE_NUMBER", "あい"), ("JP_RESIDENT_CODE", "うえお")]


def test_a_name_inside_a_statement_is_cut_out_of_it_whatever_the_levels():
    made = detector(words("見本", "PERSON"), words("長男の見本が入院", "HEALTH_INFO", "3B"))
    assert found(made, "長男の見本が入院") == [("HEALTH_INFO", "長男の"), ("PERSON", "見本"), ("HEALTH_INFO", "が入院")]


def test_overlapping_findings_of_one_type_become_one():
    made = detector(
        rule("  - {kind: words, words: [あいう, いうえ]}\n  - {kind: words, words: [えお]}", entity="PERSON")
    )
    assert found(made, "あいうえお") == [("PERSON", "あいうえお")]


def test_neighbours_that_do_not_overlap_stay_apart():
    made = detector(rule("  - {kind: words, words: [あい, うえ]}", entity="PERSON"))
    assert found(made, "あいうえ") == [("PERSON", "あい"), ("PERSON", "うえ")]


RULES = parse_rules(
    {
        "1.yaml": words("あ", "PERSON"),
        "2.yaml": words("あ", "HEALTH_INFO", "3B"),
        "3.yaml": words("あ", "LOCAL_ID"),
        "4.yaml": words("あ", "PHONE_NUMBER"),
    }
)
SOURCES = [source for source, _ in sources(RULES.rules, Words)]
SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 12), st.sampled_from(SOURCES)), max_size=25)


@given(SPANS)
def test_spans_are_sorted_disjoint_and_cover_what_the_candidates_covered(spans):
    candidates = [Candidate(source, start, start + length, 0.5) for start, length, source in spans]
    resolved = resolve(candidates, 60)
    assert all(one.end <= other.start for one, other in itertools.pairwise(resolved))
    covered = {position for one in resolved for position in range(one.start, one.end)}
    assert covered == {position for one in candidates for position in range(one.start, one.end)}
