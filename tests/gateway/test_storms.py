"""断った依頼の記録: a storm of refusals is in the log without filling it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ai_gov.errors import TooMany, Unauthenticated
from ai_gov.gateway.refusals import EACH, SOURCES, Refusals
from ai_gov.stores.keyfile import KeyFolder
from ai_gov.stores.sqlite import SqliteStore
from tests.service.world import TARO, world


@pytest.fixture
def sqlite(tmp_path) -> Iterator[SqliteStore]:
    store = SqliteStore(tmp_path / "ai-gov.db", keys=KeyFolder(tmp_path / "keys"), busy_s=0.2, deadline_s=1.5)
    yield store
    store.close()


async def test_a_storm_is_some_rows_and_one_with_the_count(sqlite) -> None:
    made = world(sqlite)
    refusals = Refusals(made.ask, "gateway", minute_s=3600)
    records = [await refusals.record(Unauthenticated("鍵が無効"), actor=None, address="10.0.0.5") for _ in range(500)]
    assert len(set(records)) == EACH
    assert len(made.rows()) == EACH
    await refusals.flush()
    assert len(made.rows()) == EACH + 1
    last = made.rows()[-1]
    assert (last.columns["kind"], last.columns["exchange"]) == ("refused_again", records[-1])
    assert last.event.data["count"] == 500 - EACH
    assert (last.event.data["code"], last.event.data["address"]) == ("unauthenticated", "10.0.0.5")
    assert records[-1] != await refusals.record(Unauthenticated("鍵が無効"), actor=None, address="10.0.0.5")
    sqlite.sequence_now()
    assert sqlite.audit.verify().ok


async def test_a_storm_from_everywhere_is_bounded_too(sqlite) -> None:
    made = world(sqlite)
    refusals = Refusals(made.ask, "gateway", minute_s=3600)
    for number in range(SOURCES + 200):
        await refusals.record(Unauthenticated("鍵が無効"), actor=None, address=f"10.0.{number // 256}.{number % 256}")
    assert len(made.rows()) == SOURCES + EACH
    await refusals.flush()
    assert made.rows()[-1].event.data["count"] == 200 - EACH
    assert not refusals._counted


async def test_what_could_not_be_written_is_written_later(sqlite, monkeypatch) -> None:
    made = world(sqlite)
    refusals = Refusals(made.ask, "gateway", minute_s=3600)
    for _ in range(EACH + 5):
        await refusals.record(TooMany("多すぎる"), actor=TARO, address="10.0.0.5")
    with sqlite.database.write():  # somebody else holds the only pen
        await refusals._flush_or_say()
    await refusals.flush()
    last = made.rows()[-1]
    assert (last.columns["actor"], last.event.data["count"]) == ("1001", 5)
    assert "address" not in last.event.data
