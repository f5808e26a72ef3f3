"""One member of staff and a key, in a new data directory."""

import sqlalchemy as sa

from ai_gov import wiring
from ai_gov.people.keys import key_digest, new_key
from ai_gov.settings import Settings
from ai_gov.stores import tables
from ai_gov.stores.peoplestore import KEY_PURPOSE


def register(data_dir):
    """The key."""
    key = new_key()
    store = wiring.store(Settings(data_dir=data_dir))
    own = {"organisation": "132012", "person": "1001"}
    rows = [
        (tables.organisations, {"id": "132012", "name": "見本市"}),
        (tables.persons, {"organisation": "132012", "id": "1001", "department": "110", "name": "", "mail": ""}),
        (
            tables.grants,
            {**own, "id": "1", "role": "staff", "scope_organisation": "132012", "scope_department": ""}
            | {"deputy_for": "", "by_roster": False},
        ),
        (
            tables.api_keys,
            {**own, "id": key.id, "digest": key_digest(key, store.keys.hmac_key(KEY_PURPOSE, "")), "label": ""}
            | {"default_use": "", "created_at": "2026-01-01T00:00:00+00:00", "expires_at": "2099-01-01T00:00:00+00:00"},
        ),
    ]
    with store.database.write() as connection:
        for table, row in rows:
            connection.execute(sa.insert(table), row)
    store.close()
    return key.text
