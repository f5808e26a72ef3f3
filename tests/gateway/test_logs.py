"""動作記録: whatever goes wrong, no text stands in what the server writes."""

from __future__ import annotations

import json
import subprocess
import sys

NAME = "綾小路蓮太郎"

SCRIPT = f"""
import asyncio, gc, logging, warnings
import structlog
from ai_gov.errors import StoreFailed
from ai_gov.gateway import logs
logs.configure()

def choke(text):
    raise ValueError(f"can't read {{text}}")

try:
    choke("{NAME}")
except ValueError as error:
    structlog.get_logger("x").exception("ours", exc_info=error)
    structlog.get_logger("x").exception("ours too")
    logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
    logging.getLogger("other").error("first line\\n%s", error, exc_info=True, stack_info=True)
structlog.get_logger("x").error("known", exc_info=StoreFailed("監査記録を書けません。"))
logging.getLogger("uvicorn.access").info("GET /v1?q={NAME}")
logging.getLogger("httpx2").info("POST {NAME}")

async def forgotten():
    asyncio.get_running_loop().create_task(fails())
    await asyncio.sleep(0)
    await asyncio.sleep(0)

async def fails():
    choke("{NAME}")

asyncio.run(forgotten())
gc.collect()
choke("{NAME}")
"""


def test_exceptions_are_written_by_type_and_place_only() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 1
    assert NAME not in done.stdout + done.stderr
    assert "can't read" not in done.stderr
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    events = {line["event"]: line for line in lines}
    assert events["ours"]["error"] == events["ours too"]["error"] == "ValueError"
    assert events["Exception in ASGI application"]["at"][-1].endswith("choke")
    assert events["first line"]["error"] == "ValueError"
    assert events["known"]["message"] == "監査記録を書けません。"
    assert events["Task exception was never retrieved"]["error"] == "ValueError"
    assert events["the process ends"]["error"] == "ValueError"
    assert done.stdout == ""
