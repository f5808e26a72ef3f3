"""A held request passes once, for a day, for who asked, when a superior has permitted it."""

import json
from dataclasses import replace

import pytest

from ai_gov.errors import BadRequest, Blocked, Conflict, Forbidden, Held, UnknownRoute
from ai_gov.model import Action, Actor
from ai_gov.policy.unmark import Unmark
from ai_gov.service.ask import Ask
from ai_gov.service.governance import FixedConfig
from ai_gov.service.permits import PermitService
from tests.service import reviewing
from tests.service.reviewing import AUTHOR, BOSS, SECTION, STRANGER, TOWN
from tests.service.world import Recording, governance, reader, request

HOLDS = ("levels: []\n  entities: []", "levels: []\n  entities: [PROCUREMENT_INFO]")
SEALED = "開札前の予定価格は12,340,000円です。架空太郎さんに送る説明文を直してください。"
ACTOR = Actor(AUTHOR.person, TOWN, SECTION)
NAME = "山田太郎さんへの案内文を作ってください。"


@pytest.fixture
def upstream():
    return Recording(answer="承知しました。")


@pytest.fixture
def permits(town, clock):
    return PermitService(town.permits, keys=town.keys, clock=clock)


@pytest.fixture
def ask(town, clock, upstream, permits):
    return Ask(
        config=FixedConfig(governance(HOLDS)),
        reader=reader(),
        store=town,
        upstreams={"default": upstream},
        clock=clock,
        keys=town.keys,
        permits=permits,
    )


def asked(text=SEALED, *, actor=ACTOR, unmarked=(), **more):
    return replace(request(text, actor=actor, **more), unmarked=tuple(unmarked))


async def held(ask, wanted):
    with pytest.raises(Held) as stopped:
        await ask.ask(wanted)
    return stopped.value


async def test_a_held_request_waits_for_the_superior_and_passes_once_when_sent_again(ask, permits, upstream, town):
    stopped = await held(ask, asked())
    assert "24時間以内に1回だけ" in stopped.message
    (waiting,) = permits.queue(BOSS)
    assert (waiting.exchange, waiting.kind) == (stopped.record, "hold")
    permits.grant(BOSS, waiting.id)
    answer = await ask.ask(asked())
    assert answer.action is Action.REDACT
    assert "12,340,000" in upstream.left
    assert "架空太郎" not in upstream.left  # what can be hidden is hidden all the same
    await held(ask, asked())
    assert len(upstream.calls) == 1
    data = town.audit.of_exchange(answer.record)[0].event.data
    assert data["permit"] == waiting.id
    kinds = [entry.columns["kind"] for entry in town.audit.entries()[::-1]]
    assert [kind for kind in kinds if kind.startswith("permit")] == [
        "permit_asked",
        "permit_granted",
        "permit_used",
        "permit_asked",
    ]
    town.sequence_now()
    assert town.audit.verify().ok


async def test_what_the_superior_sees_and_the_log_keeps_is_hidden(ask, permits, town, tmp_path):
    await held(ask, asked())
    (waiting,) = permits.queue(BOSS)
    opened = permits.open(BOSS, waiting.id)
    assert opened.can_decide
    text = opened.request.texts[-1][1]
    assert "説明文を直してください" in text
    assert {"PROCUREMENT_INFO", "PERSON"} <= {item["type"] for item in opened.request.findings}
    raw = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for word in ("12,340,000", "架空太郎"):
        assert word not in text
        assert word.encode() not in raw
    assert town.audit.entries(limit=1)[0].columns["kind"] == "permit_opened"
    assert not permits.open(AUTHOR, waiting.id).can_decide


async def test_a_permit_is_for_this_request_this_person_and_this_day(ask, permits, clock):
    await held(ask, asked())
    permits.grant(BOSS, permits.queue(BOSS)[0].id)
    await held(ask, asked(SEALED.replace("説明文", "告知文")))
    await held(ask, asked(actor=Actor("2002", TOWN, SECTION)))
    await held(ask, replace(asked(), use="assembly"))
    clock.later(hours=24)
    await held(ask, asked())


async def test_trying_again_asks_the_superior_only_once(ask, permits):
    for _ in range(3):
        await held(ask, asked())
    assert len(permits.queue(BOSS)) == len(permits.mine(AUTHOR)) == 1


async def test_nobody_permits_the_own_request_and_no_stranger_sees_it(ask, permits, town):
    reviewing.grant(town, AUTHOR)
    await held(ask, asked())
    (waiting,) = permits.mine(AUTHOR)
    assert permits.queue(AUTHOR) == []
    with pytest.raises(Forbidden, match="自分の依頼"):
        permits.grant(AUTHOR, waiting.id)
    with pytest.raises(UnknownRoute):
        permits.open(STRANGER, waiting.id)
    assert permits.queue(STRANGER) == []


async def test_a_refusal_or_a_second_decision_is_told(ask, permits, upstream):
    await held(ask, asked())
    (waiting,) = permits.queue(BOSS)
    permits.refuse(BOSS, waiting.id)
    with pytest.raises(Conflict, match="不許可"):
        permits.grant(BOSS, waiting.id)
    await held(ask, asked())
    assert upstream.calls == []


async def test_a_request_for_a_permit_is_over_after_a_week(ask, permits, clock):
    await held(ask, asked())
    (waiting,) = permits.queue(BOSS)
    clock.later(days=8)
    assert permits.queue(BOSS) == []
    with pytest.raises(Conflict, match="7日"):
        permits.grant(BOSS, waiting.id)


def unmark(text, word, type_, reason="not_secret", path="messages[0].content"):
    at = text.index(word)
    return Unmark(path, at, at + len(word), type_, reason)


LEVEL2 = "【部外秘】会議室の予約の手順をまとめてください。"


async def test_level_2_is_unmarked_by_oneself_and_the_entry_says_so_without_the_value(ask, upstream, town):
    await ask.ask(asked(LEVEL2))
    (marking,) = [
        item
        for entry in town.audit.entries()
        if entry.columns["kind"] == "decided"
        for item in entry.event.data["findings"]
    ]
    start, end = marking["at"][0]
    answer = await ask.ask(
        asked(LEVEL2, unmarked=[Unmark("messages[0].content", start, end, marking["type"], "published")])
    )
    assert marking["level"] == "2"
    assert LEVEL2 not in upstream.calls[0].decode()
    assert LEVEL2 in upstream.calls[1].decode()
    data = town.audit.of_exchange(answer.record)[0].event.data
    assert data["unmarked"][0] == {
        "type": marking["type"],
        "rule": marking["rule"],
        "level": "2",
        "at": [start, end],
        "reason": "published",
    }
    assert "部外秘" not in json.dumps(data["sent"], ensure_ascii=False)


async def test_a_name_is_unmarked_only_with_a_permit(ask, permits, upstream):
    wanted = asked(NAME, unmarked=[unmark(NAME, "山田太郎", "PERSON", "fictional")])
    stopped = await held(ask, wanted)
    assert "検知の取消し" in stopped.message
    (waiting,) = permits.queue(BOSS)
    assert waiting.kind == "unmark"
    opened = permits.open(BOSS, waiting.id)
    assert opened.request.unmarked[0]["reason"] == "fictional"
    assert "山田太郎" not in opened.request.texts[-1][1]
    permits.grant(BOSS, waiting.id)
    await ask.ask(wanted)
    assert "山田太郎" in upstream.left
    await ask.ask(asked(NAME))  # for that request only: the next one is hidden again
    assert "山田太郎" not in upstream.calls[-1].decode()


@pytest.mark.parametrize(
    ("text", "word", "type_"),
    [
        ("個人番号は123456789018です。様式を教えて。", "123456789018", "JP_MY_NUMBER"),
        ("パスワード：Kasumi-2026-xyz を忘れました。手順を教えて。", "Kasumi-2026-xyz", "CREDENTIAL"),
    ],
)
async def test_what_never_goes_is_not_unmarked_by_anybody(ask, upstream, text, word, type_):
    with pytest.raises((BadRequest, Blocked)) as stopped:
        await ask.ask(asked(text, unmarked=[unmark(text, word, type_)]))
    assert upstream.calls == []
    assert isinstance(stopped.value, Blocked) or stopped.value.code == "unmark_refused"


async def test_a_reason_of_ones_own_words_is_refused_since_it_could_hold_the_value(ask):
    with pytest.raises(BadRequest, match="理由は次から"):
        await ask.ask(asked(NAME, unmarked=[unmark(NAME, "山田太郎", "PERSON", "山田太郎は架空です")]))


async def test_an_unmark_of_another_place_or_type_changes_nothing(ask, upstream):
    wrong = [
        unmark(NAME, "山田", "PERSON"),
        unmark(NAME, "山田太郎", "PHONE_NUMBER"),
        unmark(NAME, "山田太郎", "PERSON", path="messages[7].content"),
    ]
    await ask.ask(asked(NAME, unmarked=wrong))
    assert "山田太郎" not in upstream.left


async def test_a_blocked_request_is_not_let_pass_by_any_unmark(ask, permits):
    text = f"秘密文書です。取扱い：極秘。{NAME}"
    with pytest.raises(Blocked):
        await ask.ask(asked(text, unmarked=[unmark(text, "山田太郎", "PERSON")]))
    assert permits.queue(BOSS) == []
