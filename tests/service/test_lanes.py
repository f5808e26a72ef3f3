"""Lanes: in turn, in time, and never all behind one that hangs."""

import asyncio
import threading
import time

import pytest

from ai_gov.service.lanes import LONG, Lanes


async def test_gives_what_the_work_gives_and_raises_what_it_raises():
    lanes = Lanes(1)

    def broken():
        raise KeyError("x")

    assert await lanes.run(lambda: 7) == 7
    with pytest.raises(KeyError):
        await lanes.run(broken)


async def test_a_short_text_does_not_wait_behind_a_long_one():
    lanes, go = Lanes(5), threading.Event()
    long = asyncio.create_task(lanes.run(lambda: go.wait(5), characters=LONG))
    await asyncio.sleep(0.01)
    assert await asyncio.wait_for(lanes.run(lambda: "short"), 1) == "short"
    assert not long.done()
    go.set()
    assert await long


async def test_short_texts_are_inspected_one_at_a_time():
    lanes, running, most = Lanes(5), [], []

    def work():
        running.append(1)
        most.append(len(running))
        time.sleep(0.002)
        running.pop()

    await asyncio.gather(*(lanes.run(work) for _ in range(10)))
    assert max(most) == 1


async def test_one_that_hangs_fails_at_its_deadline_and_those_after_it_are_served():
    lanes, go = Lanes(0.1), threading.Event()
    with pytest.raises(TimeoutError):
        await lanes.run(lambda: go.wait(10))
    assert await lanes.run(lambda: "next") == "next"
    go.set()


async def test_one_that_waited_too_long_for_its_turn_is_never_begun():
    lanes, go, begun = Lanes(0.1), threading.Event(), []
    first = asyncio.create_task(lanes.run(lambda: go.wait(10)))
    await asyncio.sleep(0.01)
    with pytest.raises(TimeoutError):
        await lanes.run(lambda: begun.append(1))
    with pytest.raises(TimeoutError):
        await first
    go.set()
    await asyncio.sleep(0.05)
    assert not begun
