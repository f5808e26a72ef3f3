"""Whatever fails, and whenever: a clear error, a row that says so, and not a byte more than the row knows of."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import threading
import time

import pytest

from ai_gov.errors import (
    AiGovError,
    Blocked,
    DetectorFailed,
    FailClosed,
    StoreFailed,
    TooLarge,
    UnknownRoute,
    UpstreamBusy,
    UpstreamError,
    UpstreamModelMissing,
    UpstreamRejected,
    UpstreamTimeout,
)
from ai_gov.service.ports import ReceiptSpentError
from tests.service.world import Recording, answered, governance, reader, request, said, world

NAME = "綾小路蓮太郎"
PROMPT = f"{NAME}さんへのお礼状を書いてください。"
LONG = f"{NAME}さんへの通知。" + "令和七年度の事業計画について取りまとめました。" * 2_000

REFUSALS = [
    UpstreamError("送信先の異常", upstream_status=500),
    UpstreamError("接続できない"),
    UpstreamRejected("受け付けない", upstream_status=400, upstream_code="context_length_exceeded"),
    UpstreamModelMissing("モデルがない", upstream_status=404),
    UpstreamBusy("上限", upstream_status=429, retry_after=7),
    UpstreamTimeout("時間切れ"),
]


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda error: f"{type(error).__name__}-{error.upstream_status}")
async def test_a_service_that_fails_is_an_error_with_its_row(store, stream, refusal):
    made = world(store, upstream=Recording(refuses=refusal))
    with pytest.raises(type(refusal)) as caught:
        await answered(made, request(PROMPT, stream=stream))
    assert caught.value is refusal
    assert made.outcomes(refusal.record) == ["decided", "failed"] == made.outcomes()
    data = made.rows(refusal.record)[1].event.data
    assert data["code"] == refusal.code
    assert data.get("upstream_status") == refusal.upstream_status
    assert len(made.upstream.calls) == 1, "one receipt, one attempt"
    assert NAME not in made.upstream.left


async def gather(made, asked, shown: list) -> None:
    """Read an answer; the list keeps what came of a stream before an error."""
    if not asked.stream:
        await made.ask.ask(asked)
        return
    async for chunk in (await made.ask.ask_stream(asked)).chunks:
        shown.append(chunk)  # noqa: PERF401 - a comprehension would lose it


def ends(shown: list) -> bool:
    """Whether any choice was told to be complete."""
    return any(choice["finish_reason"] for chunk in shown for choice in chunk["choices"])


async def given(made, asked) -> list:
    """What the client gets of an answer that fails: nothing, or the start of a stream, gathered until then."""
    shown: list = []
    with pytest.raises((AiGovError, RuntimeError)) as caught:
        await gather(made, asked, shown)
    shown.append(caught.value)
    return shown


async def test_a_service_that_stops_in_mid_stream_ends_the_stream_without_its_last_chunk(store):
    made = world(store, upstream=Recording(breaks=UpstreamError("途中で終わった", upstream_status=200)))
    *shown, error = await given(made, request(PROMPT, stream=True))
    assert isinstance(error, UpstreamError)
    assert said(shown)
    assert not ends(shown)
    assert shown[0]["ai_gov"]["record"] == error.record
    assert made.outcomes(error.record) == ["decided", "failed"]
    assert (len(made.upstream.calls), made.upstream.closed) == (1, 1)


async def test_a_fault_of_ours_while_the_service_answers_is_a_row_too(store, stream, capfd):
    made = world(store, upstream=Recording(refuses=RuntimeError(f"choked on {PROMPT}")))
    with pytest.raises(RuntimeError):
        await answered(made, request(PROMPT, stream=stream))
    assert made.outcomes() == ["decided", "failed"]
    assert made.rows()[1].event.data["code"] == "internal_error"
    assert NAME not in made.texts() + "".join(capfd.readouterr())


@pytest.mark.parametrize("answer", [{"choices": "x"}, {"choices": [{"index": 0}]}, {"choices": [3]}, {"choices": [{}]}])
async def test_an_answer_of_another_shape_is_not_given_and_is_a_row(store, answer):
    class Odd(Recording):
        async def complete(self, request, receipt):
            await self._take(request, receipt)
            return answer

    made = world(store, upstream=Odd())
    with contextlib.suppress(Exception):
        await made.ask.ask(request(PROMPT))
    assert made.outcomes()[0] == "decided"
    assert made.outcomes()[1:] in (["failed"], ["answered"])
    assert len(made.upstream.calls) == 1


# Who asks goes away


class Blocking:
    """A reader that waits until it is told to go on."""

    def __init__(self):
        self.began, self.go_on = threading.Event(), threading.Event()

    def read(self, text):
        self.began.set()
        assert self.go_on.wait(10)
        return reader().read(text)


async def cancelled(task: asyncio.Task) -> None:
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_who_leaves_during_the_inspection_has_a_row_and_nothing_is_sent(store, stream):
    blocking = Blocking()
    made = world(store, read=blocking)
    task = asyncio.create_task(answered(made, request(PROMPT, stream=stream)))
    await asyncio.to_thread(blocking.began.wait, 5)
    await cancelled(task)
    blocking.go_on.set()
    assert made.outcomes() == ["refused"]
    assert made.rows()[0].event.data["code"] == "client_gone"
    await asyncio.sleep(0.1)  # what is still being read must not come to anything
    assert made.upstream.calls == []
    assert made.outcomes() == ["refused"]


async def test_who_leaves_while_the_service_thinks_has_a_row(store, stream):
    made = world(store, upstream=Recording(waits=asyncio.Event()))
    task = asyncio.create_task(answered(made, request(PROMPT, stream=stream)))
    await made.upstream.asked.wait()
    await cancelled(task)
    assert made.outcomes() == ["decided", "client_gone"]
    assert len(made.upstream.calls) == 1


@pytest.mark.parametrize("chunks", [0, 1, 3])
async def test_who_leaves_a_stream_has_a_row_however_much_was_read_of_it(store, chunks):
    made = world(store)
    answer = await made.ask.ask_stream(request(PROMPT, stream=True))
    stream = aiter(answer.chunks)
    for _ in range(chunks):
        await anext(stream)
    await stream.aclose()
    assert made.outcomes(answer.record) == ["decided", "client_gone"]
    assert made.upstream.closed == 1, "the service is hung up on"


async def test_who_leaves_after_the_end_was_answered(store):
    made = world(store)
    answer = await made.ask.ask_stream(request(PROMPT, stream=True))
    stream = aiter(answer.chunks)
    async for chunk in stream:
        if any(choice["finish_reason"] for choice in chunk["choices"]):
            break
    await stream.aclose()
    assert made.outcomes(answer.record) == ["decided", "answered"]


async def test_who_leaves_while_the_decision_waits_for_the_disk_leaves_nothing_open_and_nothing_is_sent(sqlite, stream):
    made = world(sqlite)
    with locked(sqlite):
        task = asyncio.create_task(answered(made, request(PROMPT, stream=stream)))
        await asyncio.sleep(0.15)
        await cancelled(task)
    await asyncio.sleep(0.5)
    assert made.outcomes() in ([], ["decided", "client_gone"])
    assert made.upstream.calls == []


# The detector fails


class Breaking:
    """A reader that chokes from the n-th text on, and says on what."""

    def __init__(self, at: int = 1, *, error: Exception | None = None, seconds: float = 0):
        self.left, self.error, self.seconds = at, error, seconds

    def read(self, text):
        self.left -= 1
        if self.left <= 0:
            time.sleep(self.seconds)
            raise self.error or RuntimeError(f"can't read {text}")
        return reader().read(text)


@pytest.mark.parametrize("error", [None, DetectorFailed("検査器が止まった"), MemoryError(), RecursionError()], ids=repr)
async def test_a_detector_that_breaks_stops_everything(store, stream, error, capfd):
    made = world(store, read=Breaking(error=error))
    with pytest.raises(DetectorFailed) as caught:
        await answered(made, request(PROMPT, stream=stream))
    assert made.upstream.calls == []
    assert made.outcomes(caught.value.record) == ["refused"] == made.outcomes()
    assert made.rows()[0].event.data["code"] == "detector_failed"
    assert NAME not in str(caught.value) + made.texts() + "".join(capfd.readouterr())


async def test_a_detector_that_exceeds_its_time_stops_everything(store, stream):
    made = world(store, read=Breaking(seconds=0.4), deadline=0.1)
    began = time.monotonic()
    with pytest.raises(DetectorFailed, match=r"0\.1秒以内に終わらなかった"):
        await answered(made, request(PROMPT, stream=stream))
    assert time.monotonic() - began < 0.35
    assert made.upstream.calls == []
    assert made.outcomes() == ["refused"]
    await asyncio.sleep(0.4)  # the thread ends, and nothing comes of it
    assert (made.upstream.calls, made.outcomes()) == ([], ["refused"])


@pytest.mark.parametrize("seconds", [0, 0.4], ids=["breaks", "takes too long"])
async def test_an_answer_that_can_not_be_inspected_does_not_end_well(store, stream, seconds):
    """The log's copy can't be made, so the outcome can't be recorded: no whole answer, no end of a stream."""
    made = world(store, read=Breaking(2, seconds=seconds), deadline=0.3)
    *shown, _ = await given(made, request(PROMPT, stream=stream))
    assert not ends(shown)
    assert bool(shown) == stream
    assert made.outcomes() == ["decided", "failed"]
    assert len(made.upstream.calls) == 1


async def test_rules_that_can_not_be_had_stop_everything(store, stream):
    class Nothing:
        def current(self, organisation=""):
            raise FailClosed("規則がない")

    made = world(store, config=Nothing())
    with pytest.raises(FailClosed):
        await answered(made, request(PROMPT, stream=stream))
    assert (made.upstream.calls, made.outcomes()) == ([], ["refused"])


# The store fails


@contextlib.contextmanager
def locked(store):
    other = sqlite3.connect(store.database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


@contextlib.contextmanager
def full(store):
    with store.database.write() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    yield
    with store.database.write() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")


@contextlib.contextmanager
def closed(store):
    store.close()
    yield


@contextlib.contextmanager
def without_its_table(store):
    with contextlib.closing(sqlite3.connect(store.database.path)) as other:
        other.execute("ALTER TABLE entries RENAME TO elsewhere")
        yield
        other.execute("ALTER TABLE elsewhere RENAME TO entries")


FAULTS = [
    (locked, "占有されています"),
    (full, "ディスクの空きがありません"),
    (without_its_table, "監査記録を書けません"),
]


@pytest.mark.parametrize(("fault", "words"), FAULTS, ids=lambda value: getattr(value, "__name__", ""))
async def test_a_store_that_can_not_keep_the_decision_lets_nothing_out(sqlite, stream, fault, words):
    made = world(sqlite)
    with fault(sqlite), pytest.raises(StoreFailed, match=words):
        await answered(made, request(LONG, stream=stream))
    assert made.upstream.calls == []
    assert made.outcomes() == []
    assert await answered(made, request(LONG, stream=stream)) == LONG, "it goes on once the store does"
    assert made.outcomes() == ["decided", "answered"]


@pytest.mark.parametrize(("fault", "words"), FAULTS, ids=lambda value: getattr(value, "__name__", ""))
async def test_a_store_that_can_not_keep_the_outcome_ends_no_answer(sqlite, stream, fault, words):
    """What was sent is known already; the answer, or its end, is kept back, and the next start closes the row."""
    with contextlib.ExitStack() as stack:
        made = world(sqlite, upstream=Recording(answer=LONG))
        made.upstream.meanwhile = lambda: stack.enter_context(fault(sqlite))
        *shown, error = await given(made, request(PROMPT, stream=stream))
    assert isinstance(error, StoreFailed)
    assert words in error.message
    assert not ends(shown)
    assert made.outcomes() == ["decided"]
    assert len(made.upstream.calls) == 1


async def test_a_store_that_is_closed_lets_nothing_out(store, stream):
    made = world(store)
    with closed(store), pytest.raises(StoreFailed, match="終了処理中"):
        await answered(made, request(PROMPT, stream=stream))
    assert made.upstream.calls == []


async def test_a_store_that_can_not_keep_a_refusal_says_so_instead(sqlite):
    """A request that is refused anyway is a 503 where that can't be recorded: no row, no word on the request."""
    made = world(sqlite)
    with locked(sqlite), pytest.raises(StoreFailed):
        await made.ask.ask(request("個人番号は 1234 5678 9018 です。"))
    with locked(sqlite), pytest.raises(StoreFailed):
        await made.ask.refused(TooLarge("長すぎる"), actor=None, client="test")
    assert (made.upstream.calls, made.outcomes()) == ([], [])
    with pytest.raises(Blocked):
        await made.ask.ask(request("個人番号は 1234 5678 9018 です。"))
    assert made.outcomes() == ["blocked"]


# The receipt


async def test_other_bytes_than_those_recorded_do_not_leave(store, stream):
    made = world(store, upstream=Recording(tampers=True))
    with pytest.raises(ReceiptSpentError):
        await answered(made, request(PROMPT, stream=stream))
    assert made.upstream.calls == []
    assert made.outcomes() == ["decided", "failed"]


async def test_a_receipt_is_spent_by_its_first_attempt(store, stream):
    class Twice(Recording):
        async def complete(self, request, receipt):
            await super().complete(request, receipt)
            return await super().complete(request, receipt)

        async def stream(self, request, receipt):
            for _ in range(2):
                async for chunk in super().stream(request, receipt):
                    yield chunk

    made = world(store, upstream=Twice())
    with pytest.raises(ReceiptSpentError):
        await answered(made, request(PROMPT, stream=stream))
    assert len(made.upstream.calls) == 1
    assert made.outcomes() == ["decided", "failed"]


async def test_what_is_sent_is_what_the_row_says(store, stream):
    made = world(store)
    await answered(made, request(PROMPT, stream=stream))
    (sent,) = [row.event.data["sent"] for row in made.rows() if "sent" in row.event.data]
    assert [text for _, text in sent] == ["〔氏名1〕さんへのお礼状を書いてください。"]
    assert '"〔氏名1〕さんへのお礼状を書いてください。"' in made.upstream.left


# Requests that are never sent


@pytest.mark.parametrize(
    ("asked", "error", "outcome"),
    [
        (lambda: request("個人番号は 1234 5678 9018 です。"), Blocked, "blocked"),
        (lambda: request("こんにちは", model="demo"), UnknownRoute, "refused"),
    ],
    ids=["blocked", "unknown model"],
)
async def test_what_is_refused_has_a_row_and_no_call(store, asked, error, outcome):
    made = world(store)
    with pytest.raises(error):
        await made.ask.ask(asked())
    assert made.outcomes() == [outcome]
    assert made.upstream.calls == []


def test_the_world_is_the_shipped_one():
    assert len(governance().rules) > 30
