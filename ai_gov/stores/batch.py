"""まとめて追記: many steps into one open transaction, with as few round trips as the database allows.

Each step is one statement that writes the exchange's state and the entry only where the state may follow; so a step
that may not is told by what it wrote, without a savepoint. PostgreSQL gets them all in a pipeline.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any, Final

import psycopg
import sqlalchemy as sa

from ai_gov.audit.event import timestamp
from ai_gov.model import State
from ai_gov.stores.append import PREVIOUS, ROW, Draft


class OneByOne(Exception):
    """A constraint refused one of them, it isn't known which: the transaction is spoilt, write each by itself."""


def append_all(connection: sa.Connection, drafts: Sequence[Draft], *, instance: str) -> list[bool]:
    """Write drafts in their order. For each whether it was written: False where its exchange is in no state for it.

    Raises OneByOne.
    """
    driver: Any = connection.connection.driver_connection
    try:
        if connection.dialect.name == "postgresql":
            return _pipelined(driver, drafts, instance)
        return [_one_on_sqlite(driver, new, instance) for new in drafts]
    except (sqlite3.IntegrityError, psycopg.IntegrityError):
        raise OneByOne from None


def _values(new: Draft, instance: str) -> dict[str, object]:
    exchange = new.step.exchange
    if exchange is None:
        return new.row
    at = timestamp(new.step.event.at)
    return {**new.row, "x_id": exchange.id, "x_state": exchange.state.value, "x_instance": instance, "x_at": at}


def _pipelined(driver: psycopg.Connection[Any], drafts: Sequence[Draft], instance: str) -> list[bool]:
    with driver.pipeline():
        sent = []
        for new in drafts:
            exchange = new.step.exchange
            key = (None if exchange is None else exchange.state, bool(new.tokens))
            values = _values(new, instance)
            if new.tokens:
                values["tokens"] = list(new.tokens)
            sent.append(driver.execute(_POSTGRES[key], values))
        return [cursor.fetchone() is not None for cursor in sent]


def _one_on_sqlite(driver: sqlite3.Connection, new: Draft, instance: str) -> bool:
    exchange = new.step.exchange
    values = _values(new, instance)
    if exchange is not None and driver.execute(_SQLITE_MOVE[exchange.state], values).rowcount != 1:
        return False
    position = driver.execute(_SQLITE_ENTRY, values).lastrowid
    if new.tokens:
        driver.executemany("INSERT INTO tokens (token, entry) VALUES (?, ?)", [(t, position) for t in new.tokens])
    return True


def _move(state: State, place: str) -> str:
    """The state of an exchange by compare-and-set, with parameters as ``place`` writes them."""
    # names of columns and states of ours; every value is a parameter
    values = {name: place.format(f"x_{name}") for name in ("id", "state", "instance", "at")}
    if State.RECEIVED in PREVIOUS[state]:
        return (  # noqa: S608
            "INSERT INTO exchanges (id, state, instance, updated) "
            "VALUES ({id}, {state}, {instance}, {at}) ON CONFLICT (id) DO NOTHING"
        ).format(**values)
    before = ", ".join(f"'{previous.value}'" for previous in sorted(PREVIOUS[state]))
    return (  # noqa: S608
        "UPDATE exchanges SET state = {state}, instance = {instance}, updated = {at} "
        "WHERE id = {id} AND state IN ({before})"
    ).format(before=before, **values)


def _postgres(state: State | None, *, tokens: bool) -> str:
    columns = ", ".join(f'"{name}"' for name in ROW)
    values = ", ".join(f"%({name})s" for name in ROW)
    parts = [] if state is None else [f"moved AS ({_move(state, '%({})s')} RETURNING id)"]
    where = "" if state is None else " WHERE EXISTS (SELECT 1 FROM moved)"
    parts.append(f"entry AS (INSERT INTO entries ({columns}) SELECT {values}{where} RETURNING position)")
    if tokens:
        parts.append(
            "token AS (INSERT INTO tokens (token, entry) SELECT unnest(%(tokens)s::text[]), position FROM entry)"
        )
    return f"WITH {', '.join(parts)} SELECT position FROM entry"  # noqa: S608


_STATES: Final = [state for state, previous in PREVIOUS.items() if previous]
_POSTGRES: Final = {
    (state, tokens): _postgres(state, tokens=tokens) for state in (None, *_STATES) for tokens in (False, True)
}
_SQLITE_MOVE: Final = {state: _move(state, ":{}") for state in _STATES}
_SQLITE_ENTRY: Final = "INSERT INTO entries ({}) VALUES ({})".format(  # noqa: S608
    ", ".join(f'"{name}"' for name in ROW), ", ".join(f":{name}" for name in ROW)
)
