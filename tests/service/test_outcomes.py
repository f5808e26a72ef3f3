"""Every state has its row, and no row, no line of a log and no byte of a file holds what was confidential."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
import structlog

from ai_gov.errors import AiGovError, UpstreamError
from ai_gov.model import State
from ai_gov.service.governance import FixedConfig
from ai_gov.stores.memory import MemoryStore
from ai_gov.stores.sqlite import open_store
from tests.service.world import World, answered, governance, request, world
from tests.traces import traces, traces_below

SEALED = [
    "綾小路蓮太郎",
    "090-1234-5678",
    "1234 5678 9018",
    "ayanokoji@mail.example",
    "東京都架空市見本町四丁目5番6号",
    "昭和61年11月23日",
    "普通 7654321",
    "Kx7!mQ2v9Lp4",
    "sk-proj-4fQ9Zr7LmN2xVb8Tc1Wd6YpKs3Hj5Ga0",
    "48,912,300円",
]
"""Invented values, each of a type of its own."""
LETTER = (
    f"氏名：{SEALED[0]}\n電話番号：{SEALED[1]}\nメール：{SEALED[3]}\n住所：{SEALED[4]}\n生年月日：{SEALED[5]}\n"
    f"振込先：見本銀行架空支店 {SEALED[6]}\nこの方へのお礼状を書いてください。"
)
NUMBER = f"個人番号は {SEALED[2]} です。"
SECRET = f"パスワード：{SEALED[7]}\nAPIキー：{SEALED[8]}\n接続できない原因を教えてください。"
HELD = (("levels: []\n  entities: []", "levels: []\n  entities: [PROCUREMENT_INFO]"),)


async def every_way(made: World) -> None:
    """Requests that end in every way that a running service knows."""
    up = made.upstream
    for stream in (False, True):
        await answered(made, request(LETTER, stream=stream))  # answered
        up.answer = f"〔氏名1〕様、{LETTER}{NUMBER}"  # a service that says what it was not told
        await answered(made, request(LETTER, stream=stream))
        up.answer = ""
        for text in (NUMBER, SECRET, LETTER + NUMBER):  # blocked
            with contextlib.suppress(AiGovError):
                await answered(made, request(text, stream=stream))
        for error in (UpstreamError("異常", upstream_status=500), RuntimeError(LETTER)):  # failed
            up.refuses = error
            with contextlib.suppress(AiGovError, RuntimeError):
                await answered(made, request(LETTER, stream=stream))
        up.refuses = None
        with contextlib.suppress(AiGovError):  # refused
            await answered(made, request(LETTER, stream=stream, model=f"no{'x' * 80}"))
        with contextlib.suppress(AiGovError):
            await answered(made, request(LETTER, stream=stream, model="demo"))
        up.waits, up.asked = asyncio.Event(), asyncio.Event()
        task = asyncio.create_task(answered(made, request(LETTER, stream=stream)))  # client gone
        await up.asked.wait()
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        up.waits = None
    holding = world(made.store, upstream=up, config=FixedConfig(governance(*HELD)))
    with contextlib.suppress(AiGovError):  # held
        await holding.ask.ask(request(f"開札前の予定価格は{SEALED[9]}です。積算の説明文を直してください。\n{LETTER}"))


async def test_every_state_has_a_row(tmp_path):
    store = open_store(tmp_path)
    made = world(store)
    await every_way(made)
    store.record_sync(unfinished(made))
    store._writer.close()  # as a kill would leave it: nothing is given its outcome
    store._instance.drop()
    again = open_store(tmp_path)
    rows = again.audit.entries(limit=10_000)
    found = {row.columns["outcome"] for row in rows if row.columns["exchange"]}
    again.close()
    store.database.close()
    assert found == set(State) - {State.RECEIVED}


def unfinished(made: World):
    """The decision of a request that goes no further."""
    from tests.stores.steps import decided

    return decided("0199ffff-0000-7000-8000-000000000001")


async def test_every_row_names_the_set_of_rules_it_was_decided_by(store):
    made = world(store)
    await every_way(made)
    decided = [row for row in made.rows() if row.event.kind == "decided"]
    digests = {governance().digest, governance(*HELD).digest}
    assert len(decided) > 10
    assert {row.event.data["config"] for row in decided} == digests == {row.columns["config"] for row in decided}


async def test_no_value_stands_in_any_row_or_line(store, capfd, caplog):
    made = world(store)
    with structlog.testing.capture_logs() as lines:
        await every_way(made)
    out, err = capfd.readouterr()
    assert len(made.rows()) > 20
    assert any(line["log_level"] == "error" for line in lines), "the lines are looked at where they are written"
    written = made.texts() + repr(lines) + out + err + caplog.text
    assert traces(written.encode("utf-8", "replace"), SEALED) == []


async def test_no_value_leaves(store):
    made = world(store)
    await every_way(made)
    assert len(made.upstream.calls) == 14
    assert traces(made.upstream.left.encode(), SEALED) == []


async def test_no_value_stands_in_any_byte_of_the_folder(tmp_path):
    store = open_store(tmp_path)
    made = world(store)
    await every_way(made)
    assert traces_below(tmp_path, SEALED) == [], "while it runs, with its write-ahead log"
    store.sequence_now()
    store.close()
    assert traces_below(tmp_path, SEALED) == []
    assert sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()) > 50_000


async def test_the_answer_of_each_is_whole_for_who_asked():
    """The canaries are found because they are sealed, not because nothing was there."""
    made = world(MemoryStore())
    answer = await answered(made, request(LETTER))
    assert answer == LETTER
    with pytest.raises(AiGovError):
        await answered(made, request(NUMBER))
