"""書き込み: threads that make steps durable, as many as are waiting in one commit (グループコミット).

A receipt is given out only after the commit that holds its step. A step that can't be written does not take
the others down. No caller waits longer than its deadline, whatever becomes of the disk.
"""

from __future__ import annotations

import asyncio
import collections
import queue
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from ai_gov import flow
from ai_gov.errors import StoreFailed
from ai_gov.model import State, Step
from ai_gov.service.ports import Clock, Receipt
from ai_gov.stores.append import Draft, append, conflict, draft
from ai_gov.stores.batch import OneByOne, append_all
from ai_gov.stores.doubtful import Doubtful
from ai_gov.stores.engine import Database
from ai_gov.stores.errors import StepConflict, closed, store_failed

BATCH = 256
"""Steps in one commit at most."""

DEADLINE_S = 5.0
"""How long a caller waits for its receipt at most."""

Result = Receipt | StoreFailed

_OPEN_OR_ENDED = flow.NEXT[State.DECIDED] | {State.DECIDED}


@dataclass(slots=True, eq=False)
class Job:
    """書き込みの依頼. ``written`` once it is durable; ``abandoned``: how it ends, where its caller no longer waits."""

    draft: Draft
    sent_sha256: bytes = field(repr=False)
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Receipt]
    written: bool = False
    abandoned: State | None = None

    @property
    def opens(self) -> bool:
        """Whether its receipt would let something leave."""
        exchange = self.draft.step.exchange
        return exchange is not None and exchange.state is State.DECIDED

    def receipt(self) -> Receipt:
        """What the caller gets."""
        exchange = self.draft.step.exchange
        return Receipt(self.draft.id, exchange.id if exchange else "", self.sent_sha256)

    def refused(self) -> StepConflict:
        """What its caller gets where the step does not follow."""
        exchange = self.draft.step.exchange
        assert exchange is not None
        return conflict(exchange.id, exchange.state)


class Writer:
    """記録係: the queue and its threads."""

    def __init__(
        self,
        database: Database,
        *,
        instance: str,
        clock: Clock,
        deadline_s: float = DEADLINE_S,
        committed: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._instance = instance
        self.doubtful = Doubtful(database, instance=instance, clock=clock)
        self._deadline_s = deadline_s
        self._committed = committed
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()  # guards _closed and every job's written and abandoned
        self._closed = False
        self._threads = [
            threading.Thread(target=self._run, name=f"ai-gov-writer-{number}", daemon=True)
            for number in range(database.writers)
        ]
        for thread in self._threads:
            thread.start()

    async def record(self, step: Step, sent_sha256: bytes) -> Receipt:
        """The receipt of a step once it is durable. Raises StoreFailed, at the deadline at the latest.

        Where the caller gives up (deadline, cancellation), a decision that was not begun is never written, and one
        that may be written gets its outcome from here, because nobody will send anything for it. Other steps say
        what has happened already and are written all the same.
        """
        loop = asyncio.get_running_loop()
        job = Job(draft(step), sent_sha256, loop, loop.create_future())
        with self._lock:
            if self._closed:
                raise closed()
            self._queue.put(job)
        try:
            async with asyncio.timeout(self._deadline_s):
                return await job.future
        except TimeoutError:
            self._abandon(job, State.FAILED)
            raise StoreFailed(
                "監査記録を書けません: 時間内に書き込みが終わりませんでした。このため、生成AIには何も送信していません。"
                "しばらく待ってもう一度送ってください。続くときは情報担当に知らせてください。"
            ) from None
        except asyncio.CancelledError:
            self._abandon(job, State.CLIENT_GONE)
            raise

    def close(self, timeout_s: float = 10.0) -> None:
        """Write what is waiting, then stop; later steps are refused."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            for _ in self._threads:
                self._queue.put(None)
        for thread in self._threads:
            thread.join(timeout_s)

    def _abandon(self, job: Job, outcome: State) -> None:
        with self._lock:
            if not job.opens:
                return
            job.abandoned = outcome
            if job.written and not self._closed:  # its receipt was lost on the way; the thread gives it its outcome
                self._queue.put(job)

    def _run(self) -> None:
        closing = False
        while not closing:
            batch = []
            first = self._queue.get()
            while first is not None:
                batch.append(first)
                if len(batch) == BATCH:
                    break
                try:
                    first = self._queue.get_nowait()
                except queue.Empty:
                    break
            closing = first is None
            batch = self._take(batch)
            if batch:
                self._write(batch)

    def _take(self, jobs: Sequence[Job]) -> list[Job]:
        """Those that are to be written. A decision that was given up before is left out."""
        with self._lock:
            lost = [job for job in jobs if job.abandoned and job.written]
            taken = [job for job in jobs if not job.abandoned]
        self._finish(lost)
        return taken

    def _write(self, batch: Sequence[Job]) -> None:
        results: list[tuple[Job, Result]]
        try:
            results = self._together(batch)
        except Exception as error:  # noqa: BLE001 - whatever it is, every caller must hear of it
            failure = store_failed(error)
            results = [(job, failure) for job in batch]
            for job in batch:
                if (exchange := job.draft.step.exchange) is not None and exchange.state in _OPEN_OR_ENDED:
                    self.doubtful.add(exchange)
        else:
            self._committed()
        with self._lock:
            lost = []
            for job, result in results:
                job.written = isinstance(result, Receipt)
                if job.written and job.abandoned:
                    lost.append(job)
        _resolve(results)
        self._finish(lost)

    def _together(self, batch: Sequence[Job]) -> list[tuple[Job, Result]]:
        """All in one transaction: at once, or where one of them spoils that, each in its savepoint."""
        try:
            with self._database.write() as connection:
                written = append_all(connection, [job.draft for job in batch], instance=self._instance)
        except OneByOne:
            with self._database.write() as connection:
                return [(job, self._one(connection, job)) for job in batch]
        return [(job, job.receipt() if good else job.refused()) for job, good in zip(batch, written, strict=True)]

    def _one(self, connection: sa.Connection, job: Job) -> Result:
        connection.exec_driver_sql("SAVEPOINT step")
        result: Result = job.receipt()
        try:
            append(connection, job.draft, instance=self._instance)
        except (StepConflict, IntegrityError) as error:  # this step's fault; any other is everybody's
            connection.exec_driver_sql("ROLLBACK TO SAVEPOINT step")
            result = store_failed(error)
        connection.exec_driver_sql("RELEASE SAVEPOINT step")
        return result

    def _finish(self, jobs: Sequence[Job]) -> None:
        """Give each decision that nobody waits for its outcome, so that no exchange stays open."""
        for job in jobs:
            exchange, outcome = job.draft.step.exchange, job.abandoned
            if exchange is None or outcome is None:
                continue
            try:
                self.doubtful.close(exchange, outcome)
            except StoreFailed:
                self.doubtful.add(exchange, outcome)


def _resolve(results: Iterable[tuple[Job, Result]]) -> None:
    """Hand results to their loops, one wake-up a loop."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[Job, Result]]] = collections.defaultdict(list)
    for job, result in results:
        by_loop[job.loop].append((job, result))
    for loop, items in by_loop.items():
        try:
            loop.call_soon_threadsafe(_hand_over, items)
        except RuntimeError:  # that loop is closed: nobody waits any more
            continue


def _hand_over(items: Iterable[tuple[Job, Result]]) -> None:
    for job, result in items:
        if job.future.done():
            continue
        if isinstance(result, Receipt):
            job.future.set_result(result)
        else:
            job.future.set_exception(result)
