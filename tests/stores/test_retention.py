"""What is kept too long goes, whole and for good; what is held stays; the tree verifies before and after."""

import datetime as dt
from dataclasses import replace

import pytest
import sqlalchemy as sa

from ai_gov.audit.retention import Periods, lift_hold, set_hold
from ai_gov.model import JST, Event, Step
from ai_gov.stores.tables import exchanges
from tests.stores.steps import decided, outcome

PERIODS = Periods(text_years=1, metadata_years=3)
NOW = dt.datetime.now(dt.UTC)
SECRET = "廃棄される文言"


def years_ago(years):
    """A moment in the fiscal year so many years before this one."""
    now = NOW.astimezone(JST)
    return dt.datetime(now.year - (now.month < 4) - years, 9, 1, tzinfo=JST)


def at(step, moment):
    return Step(step.exchange, replace(step.event, at=moment))


async def ask(store, exchange, years, *, sent="〔氏名1〕さんへ", actor=None):
    """A request and its answer so many years ago."""
    step = decided(exchange, tokens=[f"t-{exchange}"], sent=sent, **({"actor": actor} if actor else {}))
    await store.record(at(step, years_ago(years)))
    await store.record(at(outcome(step), years_ago(years)))


def deleted(store):
    with store.database.read() as connection:
        query = "SELECT exchange FROM entries WHERE deleted AND kind = 'decided' ORDER BY seq"
        return connection.execute(sa.text(query)).scalars().all()


def check(store):
    store.sequence_now()
    report = store.audit.verify()
    assert report.problems == ()
    return report


async def filled(store):
    for exchange, years in (("new", 0), ("last", 1), ("old", 2), ("older", 3), ("oldest", 4)):
        await ask(store, exchange, years)
    await store.record(Step(None, Event("config_applied", years_ago(2), "", "town", "", "2001", {"digest": "d"})))
    store.sequence_now()
    return store


async def test_what_is_due_is_shown_and_nothing_is_touched(store):
    await filled(store)
    found = {(due.tier, due.organisation): due.count for due in store.retention.due(PERIODS)}
    assert found == {("text", "town"): 6, ("metadata", "town"): 2}
    assert deleted(store) == []


async def test_texts_go_after_their_years_and_columns_after_theirs(store):
    await filled(store)
    assert store.retention.delete(PERIODS, actor="2001") == 6
    report = check(store)
    assert report.deleted == 6
    assert deleted(store) == ["old", "older"]  # of the oldest not even the exchange is left
    kept = store.audit.of_exchange("old")
    assert [entry.event for entry in kept] == [None, None]
    assert kept[0].columns["actor"] == "1001"
    assert store.audit.of_exchange("oldest") == []
    assert store.audit.of_exchange("last")[0].event is not None
    says = [entry for entry in store.audit.entries() if entry.columns["kind"] == "deleted"]
    assert [entry.columns["actor"] for entry in says] == ["2001", "2001"]
    assert says[0].event.data["reason"] == "保存期間の満了"
    with store.database.read() as connection:
        assert "oldest" not in connection.scalars(sa.select(exchanges.c.id)).all()
        codes = connection.execute(sa.text("SELECT token FROM tokens ORDER BY token")).scalars().all()
    assert codes == ["t-last", "t-new"]
    assert store.retention.delete(PERIODS, actor="2001") == 0


async def test_columns_that_outlived_their_text_go_with_the_entry_that_named_them(store, monkeypatch):
    monkeypatch.setattr("ai_gov.stores.retention.BATCH", 3)
    await filled(store)
    store.retention.delete(Periods(1, 10), actor="2001")
    check(store)
    assert deleted(store) == ["old", "older", "oldest"]
    store.retention.delete(Periods(1, 2), actor="2001")
    report = check(store)
    assert report.deleted > 6  # also the entries that held their columns
    assert deleted(store) == ["old"]
    assert store.audit.of_exchange("older") == []
    with store.database.read() as connection:
        texts = connection.execute(sa.text("SELECT text FROM entries WHERE kind = 'deleted'")).scalars().all()
    assert not any('"exchange":"older"' in (text or "") for text in texts)


async def test_what_is_held_stays_until_the_hold_is_lifted(store):
    await filled(store)
    event = set_hold(at=NOW, by="2001", reason="令和7年(ワ)第1号", organisation="town", exchange="older")
    store.record_sync(Step(None, event))
    (hold,) = store.retention.holds()
    assert (hold.exchange, hold.reason, hold.set_by) == ("older", "令和7年(ワ)第1号", "2001")
    text = next(due for due in store.retention.due(PERIODS) if due.tier == "text")
    assert (text.count, text.held) == (6, 2)
    store.retention.delete(PERIODS, actor="2001")
    check(store)
    assert deleted(store) == ["old"]
    assert store.audit.of_exchange("older")[0].event is not None
    store.record_sync(Step(None, lift_hold(hold, at=NOW, by="2001", reason="判決の確定")))
    assert store.retention.holds() == []
    store.retention.delete(PERIODS, actor="2001")
    assert check(store).deleted == 6


async def test_a_hold_on_one_of_those_that_lost_their_text_together_keeps_its_columns(store):
    await filled(store)
    store.retention.delete(Periods(1, 10), actor="2001")
    store.record_sync(Step(None, set_hold(at=NOW, by="2001", reason="監査", organisation="town", exchange="older")))
    store.sequence_now()
    store.retention.delete(Periods(1, 1), actor="2001")
    check(store)
    assert [entry.columns["actor"] for entry in store.audit.of_exchange("older")] == ["1001", "1001"]
    assert store.audit.of_exchange("oldest") == []


@pytest.mark.parametrize(
    "fits",
    [{}, {"actor": "1001"}, {"since": years_ago(5), "until": years_ago(0)}],
    ids=["everything", "a person", "a time"],
)
async def test_a_hold_fits_by_all_that_it_names(store, fits):
    await filled(store)
    store.record_sync(Step(None, set_hold(at=NOW, by="2001", reason="監査", organisation="town", **fits)))
    assert store.retention.delete(PERIODS, actor="2001") == 0


async def test_a_hold_of_another_organisation_keeps_nothing(store):
    await filled(store)
    store.record_sync(Step(None, set_hold(at=NOW, by="2001", reason="監査", organisation="city")))
    assert store.retention.delete(PERIODS, actor="2001") == 6


def bytes_of(folder, value):
    forms = [value.encode(), value.encode("utf-16-le")]
    return [path.name for path in folder.rglob("*") for form in forms if form in _bytes(path)]


def _bytes(path):
    try:
        return path.read_bytes() if path.is_file() else b""
    except FileNotFoundError:  # a running server renames and removes its own files
        return b""


async def test_no_byte_of_a_deleted_text_is_left_in_the_files_of_sqlite(opened, data):
    store = opened(data)
    for n in range(5):
        await ask(store, f"x{n}", 2, sent=f"{SECRET}{n}" * (1 + n * 200))
    store.sequence_now()
    store.index.catch_up()
    assert bytes_of(data, SECRET)
    store.retention.delete(PERIODS, actor="2001")
    assert store.retention.scrub() == ""
    assert bytes_of(data, SECRET) == []  # while it is open, -wal and all
    assert bytes_of(data, "廃棄 棄さ") == []  # nor the pairs of characters that it was found by
    check(store)


async def test_no_byte_of_a_deleted_text_is_left_in_the_files_of_postgres(pg, postgres):
    for n in range(5):
        await ask(pg, f"x{n}", 2, sent=f"{SECRET}{n}" * (1 + n * 200))
    pg.sequence_now()
    pg.index.catch_up()
    postgres.sql("CHECKPOINT")
    assert bytes_of(postgres.data, SECRET)
    pg.retention.delete(PERIODS, actor="2001")
    left = pg.retention.scrub()
    assert "pg_wal" in left
    assert "wal_recycle" not in left  # this server is set to remove its old log
    postgres.sql("SELECT pg_switch_wal()")
    postgres.sql("CHECKPOINT")
    assert bytes_of(postgres.data, SECRET) == []
    check(pg)


async def test_a_reader_that_holds_the_old_pages_is_said_so(opened, data, monkeypatch):
    monkeypatch.setattr("ai_gov.stores.sqlitedb.BUSY_S", 0.05)
    store = opened(data)
    await ask(store, "x", 2)
    store.sequence_now()
    with store.database.read() as connection:
        connection.execute(sa.text("SELECT count(*) FROM entries")).scalar()
        store.retention.delete(PERIODS, actor="2001")
        assert "読み取り中" in store.retention.scrub()
    assert store.retention.scrub() == ""
