"""採点: the figures equal the definitions, worked out here a second time and naively."""

import random
import unicodedata
from pathlib import Path

import pytest

from ai_gov.corpus import CONTENT_TYPES, load_corpus
from ai_gov.model import Action, Level
from ai_gov.scoring import Detected, Prediction, Rate, Scores, score
from ai_gov.scoring.column import Column
from ai_gov.scoring.table import render_ja

FILES = sorted((Path(__file__).parent.parent / "corpus").glob("*.marked.jsonl"))


def prompt(action, level, marked):
    line = f'{{"id": "A", "action": "{action}", "level": "{level}", "marked": "{marked}"}}'
    return load_corpus([line])


NAME_AND_AGE = "<<PERSON|御堂 柊>>さん（<<?AGE|41>>）の手紙"
PRICE = "価格は<<PROCUREMENT_INFO|八百万円>>、担当<<PERSON|御堂>>"
HARMLESS = "<<?PERSON|御堂>>議員の質問"


def judged(gold, action, *spans, level=Level.L3C):
    return score(gold, {"A": Prediction(action, level, tuple(Detected(*span) for span in spans))})


@pytest.mark.parametrize(
    ("action", "spans", "leak"),
    [
        (Action.ALLOW, [(0, 4)], 1),
        (Action.REDACT, [(0, 4)], 0),
        (Action.REDACT, [(0, 2), (3, 4)], 0),  # the blank may stay
        (Action.REDACT, [(0, 2)], 1),
        (Action.REDACT, [], 1),
        (Action.BLOCK, [], 0),
        (Action.HOLD, [], 0),
    ],
)
def test_a_prompt_to_redact_leaks_when_a_character_of_a_hard_mark_is_left(action, spans, leak):
    scores = judged(prompt("redact", "3C", NAME_AND_AGE), action, *spans)
    assert scores.leak == scores.hard_leak == scores.identifier_leak == Rate(leak, 1)
    assert [miss.id for miss in scores.misses] == ["A"] * leak


@pytest.mark.parametrize(
    ("action", "spans", "leak", "hard", "identifier"),
    [
        (Action.BLOCK, [], 0, 0, 0),
        (Action.REDACT, [(3, 7), (10, 12)], 1, 0, 0),
        (Action.REDACT, [(10, 12)], 1, 1, 0),
        (Action.REDACT, [(3, 7)], 1, 1, 1),
        (Action.ALLOW, [], 1, 1, 1),
    ],
)
def test_a_prompt_to_block_leaks_unless_it_is_stopped(action, spans, leak, hard, identifier):
    scores = judged(prompt("block", "3C", PRICE), action, *spans)
    found = scores.leak.part, scores.hard_leak.part, scores.identifier_leak.part
    assert found == (leak, hard, identifier)


@pytest.mark.parametrize(
    ("action", "spans", "harm"),
    [
        (Action.ALLOW, [], 0),
        (Action.ALLOW, [(2, 4)], 0),
        (Action.REDACT, [(0, 2)], 0),
        (Action.REDACT, [(0, 4)], 1),
        (Action.BLOCK, [], 1),
        (Action.HOLD, [(0, 2)], 1),
    ],
)
def test_a_public_prompt_is_harmed_when_stopped_or_cut_outside_optional_marks(action, spans, harm):
    scores = judged(prompt("allow", "1", HARMLESS), action, *spans)
    assert scores.benign_harm == Rate(harm, 1)
    assert scores.leak == Rate(0, 0)


def test_a_prompt_without_a_prediction_counts_as_allowed():
    scores = score(prompt("redact", "3C", NAME_AND_AGE), {})
    assert (scores.missing, scores.leak, scores.level_under) == (1, Rate(1, 1), Rate(1, 1))


def test_a_miss_tells_where_but_not_what():
    scores = judged(prompt("redact", "3C", NAME_AND_AGE), Action.ALLOW)
    (miss,) = scores.misses
    assert [(mark.type, mark.start, mark.end) for mark in miss.left] == [("PERSON", 0, 4)]
    assert "御堂" not in repr(scores)


def test_the_table_is_japanese_and_gives_numerator_and_denominator():
    table = render_ja([Column("fast", judged(prompt("redact", "3C", NAME_AND_AGE), Action.REDACT, (0, 4)))])
    assert "漏えい" in table
    assert "0/1 (0.0%)" in table
    assert "PERSON" in table


# against the definitions


def guesses(gold, seed):
    """Random predictions, near enough to the truth that every branch is walked."""
    chance = random.Random(seed)
    predictions = {}
    for one in gold:
        if chance.random() < 0.05:
            continue
        keep = chance.choice([0, 0.6, 0.95, 1])
        spans = [
            Detected(max(0, mark.start - chance.choice([0, 0, 1])), mark.end - chance.choice([0, 0, 0, 0, 1]))
            for mark in one.marks
            if chance.random() < keep
        ]
        for _ in range(chance.choice([0, 0, 1, 2])):
            start = chance.randrange(len(one.text))
            spans.append(Detected(start, start + chance.randint(1, 8)))  # some reach beyond the end
        action = chance.choice([one.action, one.action, *Action])
        predictions[one.id] = Prediction(action, chance.choice([one.level, *Level]), tuple(spans))
    return predictions


def naive(gold, predictions):
    """Sets of positions, one definition after the other."""

    def matters(text, places):
        return {k for k in places if not text[k].isspace() and unicodedata.category(text[k])[0] not in "PZC"}

    def inside(spans, text):
        return {k for span in spans for k in range(span.start, span.end) if k < len(text)}

    out = dict.fromkeys(
        [
            "leak",
            "hard",
            "id",
            "harm",
            "stopped",
            "exact",
            "over",
            "spans",
            "chars",
            "ident",
            "content",
            "right",
            "rightchars",
            "binary",
            "level",
            "under",
        ],
        0,
    )
    whole = dict(out)
    for one in gold:
        seen = predictions.get(one.id, Prediction(Action.ALLOW, Level.L1))
        cut = inside(seen.spans, one.text)
        hard = [m for m in one.marks if not m.optional]
        must, may = inside(hard, one.text), inside([m for m in one.marks if m.optional], one.text)
        left = [m for m in hard if matters(one.text, range(m.start, m.end)) - cut]
        stopped = seen.action in (Action.BLOCK, Action.HOLD)
        if one.action is Action.ALLOW:
            whole["harm"] += 1
            out["harm"] += stopped or (seen.action is Action.REDACT and bool(matters(one.text, cut) - may))
        else:
            for key in ("leak", "hard", "id"):
                whole[key] += 1
            if not stopped:
                all_cut = seen.action is Action.REDACT and not left
                out["hard"] += not all_cut
                out["leak"] += not all_cut or one.action is Action.BLOCK
                gone = left if seen.action is Action.REDACT else hard
                out["id"] += any(m.type not in CONTENT_TYPES for m in gone)
            if one.action is Action.BLOCK:
                whole["stopped"] += 1
                out["stopped"] += stopped
            else:
                whole["exact"] += 1
                whole["over"] += 1
                out["exact"] += seen.action is Action.REDACT
                out["over"] += stopped
        for mark in hard:
            kind = "content" if mark.type in CONTENT_TYPES else "ident"
            for key in ("spans", kind):
                whole[key] += 1
                out[key] += mark not in left
        whole["chars"] += len(matters(one.text, must))
        out["chars"] += len(matters(one.text, must & cut))
        whole["rightchars"] += len(matters(one.text, cut))
        out["rightchars"] += len(matters(one.text, cut & (must | may)))
        for span in seen.spans:
            whole["right"] += 1
            out["right"] += bool(inside([span], one.text) & (must | may))
        for key in ("binary", "level", "under"):
            whole[key] += 1
        out["binary"] += (one.level > Level.L1) == (seen.level > Level.L1)
        out["level"] += one.level == seen.level
        out["under"] += seen.level < one.level
    return {key: Rate(out[key], whole[key]) for key in out}


NAMES = {
    "leak": "leak",
    "hard": "hard_leak",
    "id": "identifier_leak",
    "harm": "benign_harm",
    "stopped": "block_stopped",
    "exact": "redact_exact",
    "over": "redact_over_blocked",
    "spans": "span_recall",
    "chars": "character_recall",
    "ident": "identifier_recall",
    "content": "content_recall",
    "right": "span_precision",
    "rightchars": "character_precision",
    "binary": "level_confidential",
    "level": "level_exact",
    "under": "level_under",
}


@pytest.mark.parametrize("seed", range(4))
def test_random_predictions_over_the_corpus_score_as_the_definitions_say(seed):
    gold = [one for path in FILES for one in load_corpus(path.read_text(encoding="utf-8").splitlines(), path.name)]
    predictions = guesses(gold, seed)
    scores: Scores = score(gold, predictions)
    expected = naive(gold, predictions)
    assert {key: getattr(scores, name) for key, name in NAMES.items()} == expected
    assert 0 < expected["leak"].part < expected["leak"].whole
    assert sum(t.full.whole for t in scores.by_type.values()) == scores.span_recall.whole
    assert sum(t.full.part for t in scores.by_type.values()) == scores.span_recall.part
