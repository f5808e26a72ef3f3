import asyncio

from ai_gov.errors import StoreFailed
from ai_gov.service.review_expiry import keep_expiring


async def test_it_goes_on_after_a_fault_of_the_database_and_ends_when_told():
    calls = []
    reached = asyncio.Event()
    loop = asyncio.get_running_loop()

    def expire():
        calls.append(1)
        if len(calls) == 1:
            raise StoreFailed("x")
        if len(calls) == 3:
            loop.call_soon_threadsafe(reached.set)
        return 1

    task = asyncio.create_task(keep_expiring(expire, every_s=0.001))
    await asyncio.wait_for(reached.wait(), 10)
    task.cancel()
    assert await asyncio.gather(task, return_exceptions=True)
    assert len(calls) >= 3
