"""/readyz: 503 with a sentence for each thing that keeps the gateway from serving, and no value of any kind."""

from __future__ import annotations

import contextlib
import shutil
import types

import httpx2
import pytest

from ai_gov import wiring
from ai_gov.gateway.ready import Ready
from ai_gov.settings import Settings
from ai_gov.stores import readiness


@contextlib.asynccontextmanager
async def served(settings):
    app = wiring.app(settings)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://gateway") as client,
    ):
        yield client


async def problems(settings):
    async with served(settings) as client:
        reply = await client.get("/readyz")
    body = reply.json()
    assert (reply.status_code, body["status"]) == ((503, "unavailable") if body["problems"] else (200, "ok"))
    assert str(settings.data_dir) not in reply.text
    return body["problems"]


@pytest.fixture
def settings(tmp_path):
    return Settings(data_dir=tmp_path / "data")


async def test_all_is_well_with_a_fresh_installation(settings):
    assert await problems(settings) == []
    assert not list(settings.data_dir.glob(".readyz*"))


async def test_a_disk_that_is_nearly_full_is_said_with_the_threshold(settings, monkeypatch):
    free = types.SimpleNamespace(free=readiness.READY_FREE - 1)
    monkeypatch.setattr(readiness.shutil, "disk_usage", lambda _: free)
    (said,) = await problems(settings)
    assert "256 MiB 以上" in said
    assert "255 MiB" in said


async def test_a_database_that_takes_no_writer_is_said(settings):
    async with served(settings) as client:
        opened = wiring.store(settings)
        with opened.database.write():  # another process holds it
            reply = await client.get("/readyz")
        opened.close()
    assert reply.status_code == 503
    assert any("占有" in said for said in reply.json()["problems"])


async def test_a_folder_that_takes_no_file_is_said(settings):
    async with served(settings) as client:
        moved = settings.data_dir.with_name("moved")
        shutil.move(settings.data_dir, moved)
        try:
            reply = await client.get("/readyz")
        finally:
            shutil.rmtree(settings.data_dir, ignore_errors=True)
            shutil.move(moved, settings.data_dir)
    assert reply.status_code == 503
    assert any("データの場所" in said for said in reply.json()["problems"])


async def test_a_policy_that_leads_nowhere_is_said(settings, tmp_path):
    folder = tmp_path / "config"
    folder.mkdir()
    policy = wiring.files(None)["redaction_rules/policy.yaml"]
    (folder / "policy.yaml").write_text(policy.replace("2099-03-31", "2020-03-31"), encoding="utf-8")
    (said,) = await problems(settings.model_copy(update={"config_dir": folder}))
    assert "destinations" in said


async def test_a_check_that_breaks_or_does_not_end_is_a_problem_without_its_words():
    import asyncio

    async def breaks():
        raise ValueError("綾小路蓮太郎")

    async def hangs():
        await asyncio.sleep(60)
        return []

    said = await Ready(breaks, hangs, patience_s=0.01)()
    assert len(said) == 2
    assert "綾小路" not in "".join(said)


async def test_many_who_ask_at_once_cost_one_check():
    import asyncio

    asked = []

    async def check():
        asked.append(1)
        await asyncio.sleep(0)
        return ["点検"]

    ready = Ready(check)
    assert await asyncio.gather(*(ready() for _ in range(20))) == [["点検"]] * 20
    assert len(asked) == 1
