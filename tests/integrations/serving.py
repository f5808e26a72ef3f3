"""A gateway that runs on loopback with the built-in model, and a key for it."""

import contextlib
import threading
import time

import sqlalchemy as sa
import uvicorn

from ai_gov import wiring
from ai_gov.people.keys import key_digest, new_key
from ai_gov.settings import Settings
from ai_gov.stores import tables
from ai_gov.stores.peoplestore import KEY_PURPOSE


def register(store):
    """Register one member of staff; the key is returned."""
    key = new_key()
    digest = key_digest(key, store.keys.hmac_key(KEY_PURPOSE, ""))
    own = {"organisation": "132012", "person": "1001"}
    rows = [
        (tables.organisations, {"id": "132012", "name": "見本市"}),
        (
            tables.persons,
            {"organisation": "132012", "id": "1001", "department": "110", "name": "", "mail": ""},
        ),
        (
            tables.grants,
            {**own, "id": "1", "role": "staff", "scope_organisation": "132012", "scope_department": ""}
            | {"deputy_for": "", "by_roster": False},
        ),
        (
            tables.api_keys,
            {**own, "id": key.id, "digest": digest, "label": "", "default_use": ""}
            | {"created_at": "2026-01-01T00:00:00+00:00", "expires_at": "2099-01-01T00:00:00+00:00"},
        ),
    ]
    with store.database.write() as connection:
        for table, row in rows:
            connection.execute(sa.insert(table), row)
    return key.text


@contextlib.contextmanager
def gateway(data_dir):
    """Its base URL and a key."""
    settings = Settings(data_dir=data_dir)
    opened = wiring.store(settings)
    key = register(opened)
    opened.close()
    config = uvicorn.Config(wiring.app(settings), host="127.0.0.1", port=0, log_config=None)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}/v1", key
    finally:
        server.should_exit = True
        thread.join()
