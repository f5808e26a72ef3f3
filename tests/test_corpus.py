"""注釈付き入力: reading marks, and what the project's own corpus promises."""

import json
import re
import unicodedata
from collections import Counter
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_gov.corpus import TYPES, AnnotatedPrompt, Mark, MarkError, load_corpus, parse_marked, write_marked
from ai_gov.errors import ConfigError
from ai_gov.identifiers import my_number
from ai_gov.model import Action, Level

FILES = sorted((Path(__file__).parent / "corpus").glob("*.marked.jsonl"))
NUMBERS = {
    "JP_MY_NUMBER": "my_number",
    "JP_RESIDENT_CODE": "resident_code",
    "JP_DRIVER_LICENSE": "driver_license",
    "JP_RESIDENCE_CARD": "residence_card",
    "JP_PASSPORT": "passport",
    "JP_PENSION_NUMBER": "pension",
    "CREDIT_CARD": "credit_card",
}
KANJI_DIGITS = str.maketrans("〇一二三四五六七八九⓪", "01234567890")


def read(path):
    return load_corpus(path.read_text(encoding="utf-8").splitlines(), path.name)


@pytest.fixture(scope="module")
def corpus():
    return {path.name.partition(".")[0]: read(path) for path in FILES}


def surfaces(prompts):
    return [(p, m, p.text[m.start : m.end]) for p in prompts for m in p.marks]


def bare(surface):
    """What a person reads: digits and letters only, whatever their form."""
    plain = unicodedata.normalize("NFKC", surface.translate(KANJI_DIGITS))
    return "".join(c for c in plain if c.isascii() and c.isalnum())


# marks


def test_a_marked_text_gives_its_bare_text_and_places():
    text, marks = parse_marked("甲は<<PERSON|鷹栖 凜>>、口座は<<?JP_BANK_ACCOUNT|普通 0012>>。")
    assert text == "甲は鷹栖 凜、口座は普通 0012。"
    assert [(text[m.start : m.end], m.type, m.optional) for m in marks] == [
        ("鷹栖 凜", "PERSON", False),
        ("普通 0012", "JP_BANK_ACCOUNT", True),
    ]


def test_a_surface_may_hold_line_breaks_bars_and_single_angle_brackets():
    text, marks = parse_marked("<<CREDENTIAL|a>b|c<d\ne>>")
    assert text == "a>b|c<d\ne"
    assert marks == (Mark("CREDENTIAL", 0, 9),)


@pytest.mark.parametrize(
    ("marked", "position", "says"),
    [
        ("ab<<PERSON|甲", 2, "閉じて"),
        ("ab>>", 2, "開いていない"),
        ("<<PERSON|甲<<AGE|3>>>>", 0, "重ねられません"),
        ("a<<甲>>", 1, "種類がありません"),
        ("a<<PERSON|>>", 1, "空"),
        ("あい<<PERSNO|甲>>", 2, "知らない種類"),
        ("<<PERSON|甲>>と<<PERSON", 13, "閉じて"),
    ],
)
def test_a_broken_mark_is_refused_with_its_position(marked, position, says):
    with pytest.raises(MarkError, match=says) as caught:
        parse_marked(marked)
    assert caught.value.position == position


PIECES = st.text(st.characters(exclude_characters="<>", exclude_categories=["Cs"]), max_size=8)


@given(st.lists(st.tuples(PIECES, st.sampled_from(sorted(TYPES)), PIECES.filter(bool), st.booleans()), max_size=5))
def test_writing_and_reading_marks_are_inverse(pieces):
    text, marks = "", []
    for before, kind, surface, optional in pieces:
        text += before
        marks.append(Mark(kind, len(text), len(text) + len(surface), optional))
        text += surface
    assert parse_marked(write_marked(text, marks)) == (text, tuple(marks))


# lines


def line(**changes):
    return json.dumps({"id": "A", "action": "allow", "level": "1", "marked": "本文"} | changes)


def test_both_forms_of_a_line_give_the_same_prompt():
    marked = line(action="redact", level="3C", marked="甲は<<PERSON|鷹栖>>")
    entities = [{"start": 2, "end": 4, "type": "PERSON", "optional": False}]
    bare_form = json.dumps({"id": "A", "action": "redact", "level": "3C", "text": "甲は鷹栖", "entities": entities})
    expected = AnnotatedPrompt("A", Action.REDACT, Level.L3C, "甲は鷹栖", (Mark("PERSON", 2, 4),))
    assert load_corpus([marked]) == load_corpus([bare_form]) == [expected]


def test_every_problem_is_told_with_its_line():
    lines = [line(), "", "{", line(level="機密性2"), line(action="hold"), line(marked="<<PERSON|甲"), line(), "[]"]
    with pytest.raises(ConfigError) as caught:
        load_corpus(lines, "x.jsonl")
    assert [(p.path, p.line) for p in caught.value.problems] == [("x.jsonl", n) for n in (3, 4, 5, 6, 7, 8)]
    assert "1行目と同じ" in caught.value.problems[4].message


@pytest.mark.parametrize(
    ("entities", "says"),
    [
        (None, "一覧"),
        ([{"start": 0, "end": 9, "type": "PERSON"}], "範囲"),
        ([{"start": 1, "end": 1, "type": "PERSON"}], "範囲"),
        ([{"start": 0, "end": 2, "type": "PERSON"}, {"start": 1, "end": 3, "type": "AGE"}], "重なる"),
        ([{"start": "0", "end": 2, "type": "PERSON"}], "1件目"),
        ([{"start": 0, "end": 2, "type": "PERSNO"}], "知らない種類"),
        ([{"start": 0, "end": 2, "type": "PERSON", "optional": "no"}], "optional"),
    ],
)
def test_wrong_entities_are_refused(entities, says):
    row = {"id": "A", "action": "redact", "level": "3C", "text": "鷹栖凜", "entities": entities}
    with pytest.raises(ConfigError, match=says):
        load_corpus([json.dumps(row)])


def test_neither_an_error_nor_a_repr_holds_the_text_of_a_prompt():
    with pytest.raises(ConfigError) as caught:
        load_corpus([line(marked="<<PERSNO|鷹栖>>"), '{"id": "鷹栖'])
    assert "鷹栖" not in str(caught.value)
    assert "鷹栖" not in repr(load_corpus([line(action="redact", marked="<<PERSON|鷹栖>>")]))


# the project's own prompts


def test_the_corpus_holds_what_its_parts_promise(corpus):
    assert set(corpus) >= {"tuning", "heldout", "evasion"}
    for part, (redact, block, allow) in {"tuning": (90, 40, 70), "heldout": (45, 20, 35)}.items():
        actions = Counter(prompt.action for prompt in corpus[part])
        assert actions[Action.REDACT] >= redact
        assert actions[Action.BLOCK] >= block
        assert actions[Action.ALLOW] >= allow
        assert len({prompt.genre for prompt in corpus[part]}) >= 25
    assert len(corpus["evasion"]) >= 60


def test_every_id_occurs_once_in_the_whole_corpus(corpus):
    ids = [prompt.id for prompts in corpus.values() for prompt in prompts]
    assert len(ids) == len(set(ids))


def test_the_level_and_the_marks_agree_with_the_action(corpus):
    for prompt in (p for part in ("tuning", "heldout", "evasion") for p in corpus[part]):
        hard = [mark for mark in prompt.marks if not mark.optional]
        assert (prompt.action is Action.ALLOW) == (prompt.level is Level.L1) == (not hard), prompt.id


def test_marks_are_in_order_and_never_overlap(corpus):
    for prompt in (p for prompts in corpus.values() for p in prompts):
        for before, after in zip(prompt.marks, prompt.marks[1:], strict=False):
            assert before.end <= after.start, prompt.id


def test_a_surface_marked_as_a_number_is_one(corpus):
    for prompt, mark, surface in surfaces(p for part in ("tuning", "heldout", "evasion") for p in corpus[part]):
        if mark.type in NUMBERS:
            module = import_module(f"ai_gov.identifiers.{NUMBERS[mark.type]}")
            assert module.is_valid(bare(surface)), (prompt.id, mark.type)


def test_no_twelve_digits_that_are_let_through_are_a_my_number(corpus):
    for prompt in (p for part in ("tuning", "heldout") for p in corpus[part]):
        kept = list(unicodedata.normalize("NFKC", prompt.text)) if prompt.action is Action.ALLOW else []
        runs = re.findall(r"(?<![0-9])[0-9]{12}(?![0-9])", "".join(kept))
        assert not any(map(my_number.is_valid, runs)), prompt.id


def test_a_person_named_once_is_marked_wherever_the_whole_name_stands(corpus):
    for prompt in (p for part in ("tuning", "heldout", "evasion") for p in corpus[part]):
        names = {prompt.text[m.start : m.end] for m in prompt.marks if m.type == "PERSON" and m.end - m.start > 3}
        for name in names:
            for found in re.finditer(re.escape(name), prompt.text):
                assert any(m.start <= found.start() and found.end() <= m.end for m in prompt.marks), prompt.id


def test_the_parts_share_no_name_of_a_person(corpus):
    tuning, heldout = (
        {s for _, m, s in surfaces(corpus[part]) if m.type == "PERSON" and len(s) > 3 and not m.optional}
        for part in ("tuning", "heldout")
    )
    assert not tuning & heldout
