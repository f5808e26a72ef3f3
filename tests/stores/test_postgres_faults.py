"""PostgreSQL goes away, or the way to it, or its disk is full: nothing without a row, no receipt lost, all put right."""

import asyncio
import contextlib
import signal
import socket
import threading
import time

import pytest

from ai_gov.errors import StoreFailed
from ai_gov.model import State
from ai_gov.stores.errors import StepConflict
from ai_gov.stores.postgres import open_postgres
from tests.postgres import PostgresServer, database_of
from tests.stores.steps import decided, outcome


@pytest.fixture(scope="module")
def server():
    """A server of its own, because these tests stop it."""
    made = PostgresServer(listen_addresses="127.0.0.1", port=str(free_port()))
    made.sql("CREATE ROLE gov LOGIN")
    yield made
    made.remove()


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr("ai_gov.stores.doubtful.WAIT_S", 0.2)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def url(server):
    return server.fresh()


@pytest.fixture
def opened_here():
    stores = []

    def open_(url, data, **options):
        stores.append(open_postgres(url, data, **options))
        return stores[-1]

    yield open_
    for store in stores:
        store.close()


async def requests(store, count, receipts, *, workers=4, name="x"):
    """Requests one after the other by several workers; those that failed are failures, never half done."""

    async def one(worker):
        for n in range(count):
            step = decided(f"{name}-{worker}-{n}")
            try:
                receipts.append((await store.record(step)).entry_id)
                receipts.append((await store.record(outcome(step))).entry_id)
            except StepConflict:
                raise
            except StoreFailed:
                await asyncio.sleep(0.02)

    await asyncio.gather(*(one(str(k)) for k in range(workers)))


def whole(store, receipts):
    """Every receipt is there, no exchange is open, the tree verifies."""
    store.sequence_now()
    assert store.audit.verify().problems == ()
    assert set(receipts) <= {entry.id for entry in store.audit.entries(limit=10_000)}
    with store.database.read() as connection:
        return connection.exec_driver_sql("SELECT count(*) FROM exchanges WHERE state = 'decided'").scalar()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["fast", "crash"])
@pytest.mark.usefixtures("impatient")
async def test_a_server_that_is_restarted_loses_no_receipt(server, url, data, opened_here, how):
    store = opened_here(url, data)
    store.start()
    receipts = []
    work = asyncio.create_task(requests(store, 60, receipts))
    await asyncio.sleep(0.3)
    await asyncio.to_thread(server.restart, how)
    await work
    again = []
    await requests(store, 3, again, workers=1, name="y")
    assert len(again) == 6  # it works again without a restart of ours
    await asyncio.sleep(1.5)  # until what a broken COMMIT left open is closed
    assert whole(store, receipts) == 0
    other = opened_here(url, data)
    assert other.interrupted == 0  # the process that went on is not taken for dead


async def test_a_process_that_died_elsewhere_is_found_by_those_that_go_on(url, data, opened_here, monkeypatch):
    monkeypatch.setattr("ai_gov.stores.store.LOOK_S", 0.1)
    alive, gone = opened_here(url, data), opened_here(url, data)
    await gone.record(decided("x"))
    gone._instance.drop()
    alive.start()
    for _ in range(50):
        await asyncio.sleep(0.1)
        if len(found := alive.audit.of_exchange("x")) == 2:
            break
    assert found[-1].columns["outcome"] == State.INTERRUPTED


async def test_a_living_process_that_a_restart_cut_off_is_given_time(server, url, data, opened_here):
    store = opened_here(url, data)
    await store.record(decided("x"))
    await asyncio.to_thread(server.restart)
    other = opened_here(url, data)  # before the first has noticed
    assert other.interrupted == 0
    store._instance.keep()
    assert other._instance.is_alive(store._instance.id)
    await store.record(outcome(decided("x")))


def ended(end):
    """Say so to the other side: closing alone doesn't while another thread still reads from here."""
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)


class Wire:
    """A line to the server that can be cut (closed) or go dead (nothing passes, nobody is told)."""

    def __init__(self, port):
        self._target = ("127.0.0.1", port)
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self._ends = []
        self.dead = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                near = self._server.accept()[0]
                far = socket.create_connection(self._target)
            except OSError:
                return
            for end in (near, far):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._ends += [near, far]
            for pair in ((near, far), (far, near)):
                threading.Thread(target=self._pass, args=pair, daemon=True).start()

    def _pass(self, source, target):
        try:
            while data := source.recv(65536):
                while self.dead.is_set():
                    time.sleep(0.02)
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            ended(end)
            end.close()

    def cut(self):
        while self._ends:
            ended(self._ends.pop())

    def close(self):
        self.dead.clear()
        self._server.close()
        self.cut()


@pytest.fixture
def wire(server):
    made = Wire(int(server.port))
    yield made
    made.close()


@pytest.fixture
def over_wire(wire, url):
    return f"postgresql+psycopg://gov@127.0.0.1:{wire.port}/{database_of(url)}"


@pytest.mark.usefixtures("impatient")
async def test_a_connection_that_is_cut_again_and_again_loses_no_receipt(wire, over_wire, data, opened_here):
    store = opened_here(over_wire, data)
    store.start()
    receipts = []
    work = asyncio.create_task(requests(store, 40, receipts))
    for _ in range(4):
        await asyncio.sleep(0.08)
        wire.cut()
    await work
    await asyncio.sleep(1.5)
    assert whole(store, receipts) == 0


async def test_a_line_that_went_dead_is_waited_for_only_until_the_deadline(wire, over_wire, data, opened_here):
    store = opened_here(over_wire, data, deadline_s=0.5)
    await store.record(decided("before"))
    wire.dead.set()
    began = time.monotonic()
    results = await asyncio.gather(*(store.record(decided(f"x{n}")) for n in range(4)), return_exceptions=True)
    assert time.monotonic() - began < 1.5
    assert all(isinstance(result, StoreFailed) for result in results)
    wire.dead.clear()
    for _ in range(100):  # what got through after all has its outcome from the writer itself
        await asyncio.sleep(0.05)
        try:
            await store.record(decided())
        except StoreFailed:
            continue
        break
    await asyncio.sleep(0.3)
    with store.database.read() as connection:
        query = "SELECT id FROM exchanges WHERE state = 'decided' AND id LIKE 'x%%'"
        assert connection.exec_driver_sql(query).all() == []


async def test_a_full_disk_of_the_server_fails_every_step_and_heals(data, opened_here):
    """The kernel lets no file of the server grow beyond 20 MB; a text of two million characters each fills that."""
    server = PostgresServer(file_limit=20 << 20)
    try:
        server.sql("CREATE ROLE gov LOGIN")
        store = opened_here(server.fresh(), data)
        receipts = []

        async def fill():
            for n in range(40):
                receipt = await store.record(decided(f"x{n}", sent=noise(n)))
                receipts.append(receipt.entry_id)

        with pytest.raises(StoreFailed, match="送信していません"):
            await fill()
        assert receipts
        receipts.append((await store.record(decided("small"))).entry_id)
        assert len(store.audit.of_exchange(f"x{len(receipts) - 1}")) == 0
        whole(store, receipts)
        store.close()
    finally:
        server.remove()


def noise(seed):
    """Text that doesn't compress."""
    import random

    return random.Random(seed).randbytes(1_000_000).hex()


async def test_two_sequencers_without_their_lock_do_not_fork_the_tree(url, data, opened_here, monkeypatch):
    first, second = opened_here(url, data), opened_here(url, data)
    for store in (first, second):
        monkeypatch.setattr(store.database, "lock", lambda *_: None)
    for _ in range(5):
        await asyncio.gather(*(store.record(decided()) for store in (first, second) for _ in range(20)))
        ready = threading.Barrier(2)

        def sequence(store, ready=ready):
            ready.wait()
            for _ in range(20):
                try:
                    return store.sequence_now()
                except StoreFailed:
                    continue
            raise AssertionError("never its turn")

        await asyncio.gather(*(asyncio.to_thread(sequence, store) for store in (first, second)))
    assert first.audit.verify().problems == ()
    assert first.audit.counts().waiting == 0
