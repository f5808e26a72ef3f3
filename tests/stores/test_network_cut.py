"""The network between a gateway and its database is cut: the kernel drops every packet, and nobody is told.

The gateway's process runs in a network namespace of its own, joined to this one by a pair of virtual interfaces, of
which one is taken down and up again.
"""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ai_gov.stores.postgres import open_postgres
from tests.postgres import PostgresServer, database_of
from tests.stores.places import Place

NUMBER = os.getpid() % 64  # other tests may run on this machine
HERE, THERE = f"198.51.100.{4 * NUMBER + 1}", f"198.51.100.{4 * NUMBER + 2}"  # TEST-NET-2: nobody's
NEAR, FAR = f"agov{NUMBER}a", f"agov{NUMBER}b"
DEADLINE_S = 1.0
CUT_S = 2.5

CHILD = """
import asyncio, sys, time
from ai_gov.errors import StoreFailed
from tests.stores.steps import decided, outcome

async def one(store, name):
    n = 0
    while True:
        n += 1
        began = time.monotonic()
        try:
            step = decided(f"{name}-{n}")
            print("receipt", (await store.record(step)).entry_id, flush=True)
            print("sent", step.exchange.id, flush=True)  # what the upstream would be asked
            print("receipt", (await store.record(outcome(step))).entry_id, flush=True)
        except StoreFailed:
            print("failed", time.monotonic() - began, flush=True)
        await asyncio.sleep(0.005)

async def main():
    store = place.open(deadline_s=float(sys.argv[1]))
    store.start()
    await asyncio.gather(*(one(store, f"w{k}") for k in range(3)))

asyncio.run(main())
"""


def ip(*arguments):
    return subprocess.run(["ip", *arguments], capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="module")
def network():
    """A namespace whose only way out is the interface ``NEAR`` here."""
    name = f"aigov-{os.getpid()}"
    steps = [
        ["netns", "add", name],
        ["link", "add", NEAR, "type", "veth", "peer", "name", FAR, "netns", name],
        ["addr", "add", f"{HERE}/30", "dev", NEAR],
        ["link", "set", NEAR, "up"],
        ["-n", name, "addr", "add", f"{THERE}/30", "dev", FAR],
        ["-n", name, "link", "set", FAR, "up"],
        ["-n", name, "link", "set", "lo", "up"],
    ]
    try:
        if not all(ip(*step) for step in steps):
            pytest.skip("needs root and network namespaces")
        yield name
    finally:
        ip("link", "del", NEAR)
        ip("netns", "del", name)


@pytest.fixture(scope="module")
def server(network):
    with socket.socket() as probe:
        probe.bind((HERE, 0))
        port = probe.getsockname()[1]
    made = PostgresServer(listen_addresses=HERE, port=str(port))
    with (made.data / "pg_hba.conf").open("a") as rules:
        rules.write(f"host all all {THERE}/32 trust\n")
    made.sql("SELECT pg_reload_conf()")
    made.sql("CREATE ROLE gov LOGIN")
    yield made
    made.remove()


def started(network, place):
    code = f"from tests.stores.places import *\nplace = Place(Path({str(place.data)!r}), {place.url!r})\n{CHILD}"
    command = ["ip", "netns", "exec", network, sys.executable, "-c", code, str(DEADLINE_S)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path.cwd())


def heard(process, wanted, count=1):
    """Lines until so many of the wanted kind came."""
    lines = []
    while count:
        line = process.stdout.readline()
        assert line, "the gateway ended"
        lines.append(line.split())
        count -= line.startswith(wanted)
    return lines


def test_a_network_that_is_cut_loses_no_receipt_sends_nothing_without_a_row_and_heals(network, server, data):
    local = server.fresh()
    url = f"postgresql+psycopg://gov@{HERE}:{server.port}/{database_of(local)}"
    open_postgres(local, data).close()
    process = started(network, Place(data, url))
    try:
        lines = heard(process, "receipt", 30)
        assert ip("link", "set", NEAR, "down")
        cut = time.monotonic()
        lines += heard(process, "failed", 3)
        time.sleep(max(0.0, CUT_S - (time.monotonic() - cut)))
        assert ip("link", "set", NEAR, "up")
        after = heard(process, "receipt", 30)  # it works again by itself
        lines += after
    finally:
        process.kill()
        rest = process.stdout.read().splitlines()
        process.wait()
        process.stdout.close()
    lines += [line.split() for line in rest[:-1]]  # the last may be cut off
    of = {kind: [line[1] for line in lines if line[0] == kind and len(line) == 2] for kind in ("receipt", "sent")}
    waited = [float(line[1]) for line in lines if line[0] == "failed"]
    assert max(waited) < 2 * DEADLINE_S + 1  # each step says so in time

    store = open_postgres(local, data)
    try:
        store.sequence_now()
        assert store.audit.verify().problems == ()
        there = {entry.id for entry in store.audit.entries(limit=100_000)}
        assert set(of["receipt"]) <= there
        with store.database.read() as connection:
            known = set(connection.exec_driver_sql("SELECT id FROM exchanges").scalars())
            open_ = connection.exec_driver_sql("SELECT count(*) FROM exchanges WHERE state = 'decided'").scalar()
        assert set(of["sent"]) <= known
        assert open_ == 0  # what the dead process left open was closed when the store was opened
    finally:
        store.close()
