"""Two machines share one PostgreSQL: a key works on both, every request has its rows, one log verifies."""

import shutil
from concurrent.futures import ThreadPoolExecutor

import httpx2

from ai_gov import wiring
from ai_gov.people.model import Role
from ai_gov.settings import Settings
from tests.gateway import running
from tests.registering import key_for

EACH = 12


def ask(gateway, number):
    """The record of an answer that came."""
    body = {"model": "default", "messages": [{"role": "user", "content": f"依頼{number}。氏名：綾小路蓮太郎"}]}
    with httpx2.Client(trust_env=False, timeout=30) as client:
        reply = client.post(
            f"{gateway.url}/chat/completions", json=body, headers={"Authorization": f"Bearer {gateway.keys['taro']}"}
        )
    assert reply.status_code == 200, reply.text
    return reply.headers["x-ai-gov-record"]


def test_two_gateways_on_one_postgres_keep_one_log(postgres_url, tmp_path, service):
    settings = Settings(data_dir=tmp_path / "one", database_url=postgres_url)
    store = wiring.store(settings)
    keys = {"taro": key_for(store, "1001", Role.STAFF)}
    store.close()
    (tmp_path / "two").mkdir(mode=0o700)
    shutil.copytree(tmp_path / "one" / "keys", tmp_path / "two" / "keys")
    where = {"AI_GOV_DATABASE_URL": postgres_url}
    with (
        running.started(tmp_path / "one", service.url, keys, **where) as one,
        running.started(tmp_path / "two", service.url, keys, **where) as two,
        ThreadPoolExecutor(4) as threads,
    ):
        records = list(threads.map(lambda number: ask((one, two)[number % 2], number), range(2 * EACH)))
    store = wiring.store(settings)
    try:
        assert store.interrupted == 0
        for record in records:
            assert [entry.columns["outcome"] for entry in store.audit.of_exchange(record)] == ["decided", "answered"]
        store.sequence_now()
        assert store.audit.verify().problems == ()
    finally:
        store.close()
    copies = [(tmp_path / name / "checkpoints.txt").read_text() for name in ("one", "two")]
    assert all(copy.count("— ") >= 1 for copy in copies)
