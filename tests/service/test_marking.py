"""What somebody marks as missed is hidden wherever it stands, comes back in the answer, and is in no record."""

import datetime as dt

import pytest

from ai_gov.model import Action
from ai_gov.payload import Leaf, Payload
from ai_gov.redact.restore import restore
from ai_gov.service.inspect import inspect
from ai_gov.service.marking import Mark
from tests.service.world import governance, reader

TODAY = dt.date(2026, 11, 25)
WORD = "ときわ台の角の家"


def looked(*texts, marks, destination=None):
    leaves = tuple(Leaf(("messages", at, "content"), text) for at, text in enumerate(texts))
    made = governance()
    target = destination or made.policy.strictest()
    payload = Payload({}, leaves)
    return inspect(payload, made, reader(), destination=target, today=TODAY, marked=marks)


def sent(seen):
    return list(seen.document.apply(seen.outgoing.edits))


def test_a_marked_word_is_hidden_in_every_turn_and_restored():
    seen = looked(f"{WORD}に行く", "はい", f"{WORD}と、{WORD}の隣", marks=[Mark("OTHER", WORD)])
    assert seen.decision.action is Action.REDACT
    assert sent(seen) == ["〔指定1〕に行く", "はい", "〔指定1〕と、〔指定1〕の隣"]
    assert seen.logged.edits == seen.outgoing.edits
    assert restore("〔指定1〕の件、承知しました。", seen.outgoing.vault) == f"{WORD}の件、承知しました。"


def test_a_known_type_is_hidden_like_what_its_rule_finds():
    seen = looked("早乙女千尋さんと、ハナミズキさんへ", marks=[Mark("PERSON", "ハナミズキ")])
    assert sent(seen) == ["〔氏名1〕さんと、〔氏名2〕さんへ"]


def test_a_mark_over_a_finding_covers_both_and_never_shows_more():
    seen = looked("連絡先は090-1234-5678番です", marks=[Mark("OTHER", "5678番")])
    (out,) = sent(seen)
    assert "5678" not in out
    assert "090" not in out


def test_what_may_be_a_number_of_a_person_is_masked_for_good():
    seen = looked("控え：2345-6789-012 です", marks=[Mark("OTHER", "2345-6789-012")])
    assert "〔指定・非表示〕" in "".join(sent(seen))
    assert "2345" not in restore("〔指定・非表示〕", seen.outgoing.vault)


@pytest.mark.parametrize("mark", [Mark("OTHER", " "), Mark("OTHER", "ここにない語"), Mark("NO_SUCH", "ない")])
def test_a_mark_that_stands_nowhere_changes_nothing(mark):
    seen = looked("会議の準備について教えて", marks=[mark])
    assert seen.decision.action is Action.ALLOW


def test_a_text_that_is_stopped_stays_stopped():
    seen = looked(f"マイナンバーは123456789018です。{WORD}", marks=[Mark("OTHER", WORD)])
    assert seen.decision.action is Action.BLOCK
