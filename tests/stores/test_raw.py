"""Raw texts: kept only where the policy says so, opened only by two persons with a reason, destroyed in time."""

import asyncio
import datetime as dt
import traceback

import pytest
import sqlalchemy as sa

from ai_gov.audit.retention import set_hold
from ai_gov.errors import BadRequest, Blocked, Conflict, Forbidden, Held, StoreFailed, UnknownRoute
from ai_gov.model import Actor, Step
from ai_gov.people.model import Grant, Role
from ai_gov.review.openings import OpeningState
from ai_gov.review.record import Who
from ai_gov.service.ask import Ask
from ai_gov.service.governance import FixedConfig
from ai_gov.service.raw_openings import RawOpenings
from ai_gov.stores.rawtables import raw_texts
from ai_gov.stores.searchtables import FTS
from tests.service import reviewing
from tests.service.reviewing import AUTHOR, BOSS, NEIGHBOUR, PARTNER, SECOND, SECTION, STRANGER, TOWN
from tests.service.world import Recording, governance, reader, request, said
from tests.traces import traces, traces_below

CAIO, HELPER, AUDITOR, IT = BOSS, SECOND, STRANGER, Who(TOWN, "4001")
ON = ("raw_days: 0", "raw_days: 30")
HOLDS = ("levels: []\n  entities: []", "levels: []\n  entities: [PROCUREMENT_INFO]")
ACTOR = Actor(AUTHOR.person, TOWN, SECTION)
NAME, PHONE, NUMBER = "綾小路蓮太郎", "090-6283-9147", "5820 3917 4625"
PROMPT = f"氏名：{NAME}\n電話番号：{PHONE}\nこの方へのお礼状を書いてください。"
SEALED = [NAME, PHONE, NUMBER, NUMBER.replace(" ", "")]
WHY = "事故報告 第3号の原因の確認"


@pytest.fixture
def clock():
    return reviewing.Clock(dt.datetime.now(dt.UTC))


@pytest.fixture
def town(opener, data, clock):
    store = opener(data, clock=clock)
    reviewing.settle(store)
    give(store, CAIO, Role.CAIO)
    give(store, HELPER, Role.CAIO_ASSISTANT)
    give(store, AUDITOR, Role.AUDITOR)
    give(store, NEIGHBOUR, Role.CAIO, scope=PARTNER)
    return store


def give(store, who, role, *, scope=TOWN):
    return store.register.grant(Grant("", who.organisation, who.person, role, scope), actor="test")


def asking(store, clock, *changes, upstream=None, raw=True):
    return Ask(
        config=FixedConfig(governance(*changes)),
        reader=reader(),
        store=store,
        upstreams={"default": upstream or Recording()},
        clock=clock,
        keys=store.keys,
        raw=store.raw if raw is True else raw,
    )


@pytest.fixture
def ask(town, clock):
    return asking(town, clock, ON)


@pytest.fixture
def desk(town, clock):
    return RawOpenings(town.raw, clock=clock)


async def kept(ask, text=PROMPT):
    return (await ask.ask(request(text, actor=ACTOR))).record


def rows(store):
    with store.database.read() as connection:
        return connection.execute(sa.select(raw_texts)).all()


def everything(store):
    """Every value of every table, as bytes."""
    tables = sa.MetaData()
    out = []
    with store.database.read() as connection:
        tables.reflect(connection)
        for table in tables.tables.values():
            if table.name == FTS:  # has no content; its own tables are read too
                continue
            for row in connection.execute(sa.select(table)):
                out += [bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in row]
    return b"\n".join(out)


def kinds(store, record):
    return [entry.columns["kind"] for entry in store.audit.of_exchange(record)]


async def test_nothing_is_kept_where_the_policy_does_not_say_so(town, clock, desk):
    record = await kept(asking(town, clock))
    assert rows(town) == []
    with pytest.raises(UnknownRoute):
        desk.request(CAIO, record, WHY)


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
async def test_what_was_typed_and_answered_is_opened_by_two(town, clock, desk, stream):
    upstream = Recording()
    ask = asking(town, clock, ON, upstream=upstream)
    if stream:
        made = await ask.ask_stream(request(PROMPT, stream=True, actor=ACTOR))
        shown, record = said([chunk async for chunk in made.chunks]), made.record
    else:
        made = await ask.ask(request(PROMPT, actor=ACTOR))
        shown, record = made.body["choices"][0]["message"]["content"], made.record
    assert NAME not in upstream.left
    assert town.audit.of_exchange(record)[0].event.data["raw_kept"] is True

    made = desk.request(AUDITOR, record, WHY)
    desk.approve(CAIO, made.id)
    text = desk.open(AUDITOR, made.id)

    assert text.prompt == (("messages[0].content", PROMPT),)
    assert text.answer == (("content", PROMPT),)  # the service of the test says what it was asked, restored
    assert shown.startswith(PROMPT)
    assert kinds(town, record) == ["decided", "outcome", "raw_requested", "raw_approved", "raw_opened"]
    by = [entry.columns["actor"] for entry in town.audit.of_exchange(record)[2:]]
    assert by == [AUDITOR.person, CAIO.person, AUDITOR.person]
    with pytest.raises(Conflict, match="開示済み"):
        desk.open(AUDITOR, made.id)
    town.sequence_now()
    assert town.audit.verify().ok


async def test_nothing_of_it_stands_anywhere_else(ask, town, desk, caplog, capfd):
    record = await kept(ask)
    made = desk.request(CAIO, record, WHY)
    desk.approve(HELPER, made.id)
    assert NAME in str(desk.open(CAIO, made.id).prompt)
    town.sequence_now()
    town.index.catch_up()
    assert traces(everything(town), SEALED) == []
    assert traces_below(town.keys.folder.parent, SEALED) == []
    out = capfd.readouterr()
    assert traces((caplog.text + out.out + out.err).encode(), SEALED) == []
    opened = desk.request(CAIO, record, WHY)
    desk.approve(AUDITOR, opened.id)
    assert NAME not in repr(desk.open(CAIO, opened.id))


async def test_a_my_number_is_kept_nowhere_not_even_sealed(town, clock, desk):
    ask = asking(town, clock, ON)
    with pytest.raises(Blocked):
        await kept(ask, f"個人番号は {NUMBER} です。")
    assert rows(town) == []
    echo = asking(town, clock, ON, upstream=Recording(answer=f"番号は {NUMBER} です。"))
    record = await kept(echo)
    made = desk.request(CAIO, record, WHY)
    desk.approve(AUDITOR, made.id)
    assert NUMBER not in str(desk.open(CAIO, made.id).answer)


async def test_of_what_was_blocked_or_held_nothing_is_kept(town, clock):
    with pytest.raises(Held):
        await kept(asking(town, clock, ON, HOLDS), "開札前の予定価格は12,340,000円です。説明文を直してください。")
    assert rows(town) == []


async def test_nobody_opens_alone(ask, town, desk):
    give(town, CAIO, Role.AUDITOR)  # two roles are still one person
    record = await kept(ask)
    made = desk.request(CAIO, record, WHY)
    with pytest.raises(Forbidden, match="自分の依頼"):
        desk.approve(CAIO, made.id)
    with pytest.raises(Conflict, match="承認待ち"):
        desk.open(CAIO, made.id)
    with pytest.raises(Conflict, match="すでに依頼"):
        desk.request(CAIO, record, WHY)


async def test_one_of_the_two_is_the_caio(ask, desk):
    made = desk.request(HELPER, await kept(ask), WHY)
    with pytest.raises(Forbidden, match="CAIO"):
        desk.approve(AUDITOR, made.id)
    desk.approve(CAIO, made.id)
    with pytest.raises(Forbidden, match="本人だけ"):
        desk.open(CAIO, made.id)
    assert desk.open(HELPER, made.id)


async def test_who_does_not_read_the_log_of_that_organisation_is_told_nothing(ask, town, desk):
    record = await kept(ask)
    made = desk.request(CAIO, record, WHY)
    give(town, AUTHOR, Role.IT)
    for who in (AUTHOR, NEIGHBOUR, IT):
        for call in (
            lambda who=who: desk.request(who, record, WHY),
            lambda who=who: desk.approve(who, made.id),
            lambda who=who: desk.refuse(who, made.id, WHY),
            lambda who=who: desk.open(who, made.id),
        ):
            with pytest.raises(UnknownRoute):
                call()
    assert desk.listed(NEIGHBOUR) == []
    assert [item.id for item in desk.listed(AUDITOR)] == [made.id]


async def test_a_partner_towns_auditor_with_a_role_here_may(ask, town, desk):
    give(town, NEIGHBOUR, Role.AUDITOR, scope=TOWN)
    record = await kept(ask)
    made = desk.request(NEIGHBOUR, record, WHY)
    desk.approve(CAIO, made.id)
    assert desk.open(NEIGHBOUR, made.id)
    assert town.audit.of_exchange(record)[-1].event.data["actor_organisation"] == PARTNER


async def test_a_role_that_was_taken_away_meanwhile_counts(ask, town, desk):
    record = await kept(ask)
    made = desk.request(AUDITOR, record, WHY)
    grant = next(g for g in town.people.member(*astuple(AUDITOR)).grants if g.role is Role.AUDITOR)
    desk.approve(CAIO, made.id)
    town.register.revoke_grant(grant, actor="test")
    with pytest.raises(UnknownRoute):
        desk.open(AUDITOR, made.id)


def astuple(who):
    return who.organisation, who.person


async def test_what_nobody_approves_in_a_day_is_over(ask, town, desk, clock):
    record = await kept(ask)
    made = desk.request(AUDITOR, record, WHY)
    clock.later(hours=24)
    with pytest.raises(Conflict, match="期限"):
        desk.approve(CAIO, made.id)
    assert desk.expire() == 1
    assert desk.expire() == 0
    assert kinds(town, record)[-1] == "raw_expired"
    assert desk.listed(CAIO)[0].state is OpeningState.EXPIRED
    assert desk.request(AUDITOR, record, WHY).id != made.id


async def test_what_is_not_opened_in_a_day_stays_shut(ask, town, desk, clock):
    record = await kept(ask)
    made = desk.request(AUDITOR, record, WHY)
    clock.later(hours=23)
    desk.approve(CAIO, made.id)
    clock.later(hours=24)
    with pytest.raises(Conflict, match="期限"):
        desk.open(AUDITOR, made.id)
    assert desk.expire() == 1
    assert kinds(town, record)[-1] == "raw_expired"


async def test_what_was_refused_stays_shut(ask, town, desk):
    record = await kept(ask)
    made = desk.request(AUDITOR, record, WHY)
    desk.refuse(CAIO, made.id, "記録の伏せ字で足ります")
    with pytest.raises(Conflict, match="不承認"):
        desk.open(AUDITOR, made.id)
    with pytest.raises(Conflict, match="不承認"):
        desk.approve(HELPER, made.id)
    entry = town.audit.of_exchange(record)[-1]
    assert (entry.columns["kind"], entry.event.data["reason"]) == ("raw_refused", "記録の伏せ字で足ります")


@pytest.mark.parametrize("reason", ["", "あ", "長" * 201])
async def test_a_reason_is_needed(ask, desk, reason):
    record = await kept(ask)
    with pytest.raises(BadRequest, match="理由を"):
        desk.request(CAIO, record, reason)


async def test_a_reason_names_nobody(ask, town, clock):
    desk = RawOpenings(town.raw, clock=clock, confidential=lambda text: NAME in text)
    record = await kept(ask)
    with pytest.raises(BadRequest) as refused:
        desk.request(CAIO, record, f"{NAME}さんの件の確認")
    assert NAME not in str(refused.value)


async def test_of_two_who_open_at_once_one_sees_it(ask, desk):
    made = desk.request(AUDITOR, await kept(ask), WHY)
    desk.approve(CAIO, made.id)
    results = await asyncio.gather(
        *(asyncio.to_thread(desk.open, AUDITOR, made.id) for _ in range(4)), return_exceptions=True
    )
    assert sum(isinstance(result, Conflict) for result in results) == 3


@pytest.mark.parametrize("part", ["prompt", "answer"])
async def test_what_can_not_be_kept_is_not_sent_or_not_answered(town, clock, part):
    class Broken:
        async def keep(self, exchange, given, texts):
            if given == part:
                raise StoreFailed("場所が一杯です。")
            await town.raw.keep(exchange, given, texts)

    upstream = Recording()
    ask = asking(town, clock, ON, upstream=upstream, raw=Broken())
    with pytest.raises(StoreFailed) as failed:
        await kept(ask)
    assert len(upstream.calls) == (0 if part == "prompt" else 1)
    assert town.audit.of_exchange(failed.value.record)[-1].columns["outcome"] == "failed"


async def test_it_is_destroyed_when_its_days_are_over_but_not_what_is_held(ask, town, desk, clock):
    old, held = await kept(ask), await kept(ask)
    event = set_hold(at=clock.now(), by="9001", reason="訴訟", organisation=TOWN, exchange=held)
    town.record_sync(Step(None, event))
    sealed = [bytes(row.prompt) for row in rows(town) if row.exchange == old]
    clock.later(days=29)
    young = await kept(ask)
    holds = town.retention.holds()
    assert town.raw.destroy(30, holds, actor="9001", reason="満了") == 0
    clock.later(days=1, seconds=1)
    assert [(due.count, due.held) for due in town.raw.due(30, holds)] == [(2, 1)]
    assert town.raw.destroy(30, holds, actor="9001", reason="満了") == 1
    town.raw.scrub()

    assert {row.exchange for row in rows(town)} == {held, young}
    with pytest.raises(UnknownRoute):
        desk.request(CAIO, old, WHY)
    said = town.audit.entries()[0]
    assert (said.columns["kind"], said.event.data["records"]) == ("raw_destroyed", [old])
    assert sealed[0] not in everything(town)
    if town.database.__class__.__name__ == "SqliteDatabase":
        files = b"".join(path.read_bytes() for path in town.database.path.parent.glob("ai-gov.db*"))
        assert sealed[0][:64] not in files
    town.sequence_now()
    assert town.audit.verify().ok


async def test_what_is_left_when_it_is_switched_off_goes_at_once(ask, town, clock):
    await kept(ask)
    clock.later(seconds=1)
    assert town.raw.destroy(0, [], actor="", reason="満了") == 1


async def test_a_text_that_was_destroyed_after_the_approval_is_said_so(ask, town, desk, clock):
    made = desk.request(AUDITOR, await kept(ask), WHY)
    desk.approve(CAIO, made.id)
    clock.later(seconds=1)
    town.raw.destroy(0, [], actor="", reason="満了")
    with pytest.raises(UnknownRoute, match="消えています"):
        desk.open(AUDITOR, made.id)


async def test_a_row_that_was_changed_or_exchanged_does_not_open(ask, town, desk):
    first, second = await kept(ask), await kept(ask)
    made = desk.request(CAIO, first, WHY)
    desk.approve(AUDITOR, made.id)
    of = {row.exchange: row for row in rows(town)}
    with town.database.write() as connection:
        other = {"prompt": of[second].prompt, "answer": of[second].answer, "wrapped_key": of[second].wrapped_key}
        connection.execute(sa.update(raw_texts).where(raw_texts.c.exchange == first).values(**other))
    with pytest.raises(StoreFailed) as failed:
        desk.open(CAIO, made.id)
    assert NAME not in "".join(traceback.format_exception(failed.value))
    assert desk.listed(CAIO)[0].state is OpeningState.APPROVED  # and is not used up
