"""専用のイベントループ: one loop in a thread of its own, where a governed model works for all of its life.

A chat model keeps connections that belong to the loop they were opened on, so that it must not be called now from
one loop and now from another; and synchronous callers have none.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import Any, Final, TypeVar

T = TypeVar("T")
_END: Final = object()


class LoopThread:
    """専用のイベントループ. Its thread ends with the process, or with ``close``."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="ai-gov-langchain", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do some work there and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def arun(self, work: Coroutine[Any, Any, T]) -> T:
        """The same without blocking; cancelling this cancels the work."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    def iterate(self, items: AsyncIterator[T]) -> Iterator[T]:
        """The items as they come. Leaving early cancels the work and waits until it has ended."""
        taken: queue.SimpleQueue[Any] = queue.SimpleQueue()
        task = asyncio.run_coroutine_threadsafe(_pump(items, taken.put), self._loop)
        task.add_done_callback(lambda _: taken.put(_END))
        try:
            while (item := taken.get()) is not _END:
                yield item
            task.result()
        finally:
            if task.cancel():
                taken.get()

    async def aiterate(self, items: AsyncIterator[T]) -> AsyncIterator[T]:
        """The same without blocking."""
        here = asyncio.get_running_loop()
        taken: asyncio.Queue[Any] = asyncio.Queue()

        def put(item: object) -> None:
            with contextlib.suppress(RuntimeError):  # the caller's loop has ended meanwhile
                here.call_soon_threadsafe(taken.put_nowait, item)

        task = asyncio.run_coroutine_threadsafe(_pump(items, put), self._loop)
        task.add_done_callback(lambda _: put(_END))
        try:
            while (item := await taken.get()) is not _END:
                yield item
            task.result()
        finally:
            task.cancel()

    def close(self) -> None:
        """Stop the loop once what is on it now has run."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)
        if not self._thread.is_alive():
            self._loop.close()


async def _pump(items: AsyncIterator[T], put: Callable[[T], None]) -> None:
    try:
        async for item in items:
            put(item)
    finally:
        closing = getattr(items, "aclose", None)
        if closing is not None:
            await closing()
