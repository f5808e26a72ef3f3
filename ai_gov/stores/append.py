"""追記: one step into an open transaction: the exchange's state by compare-and-set, and the entry beside it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import sqlalchemy as sa
import uuid_utils
from sqlalchemy.exc import IntegrityError

from ai_gov import flow
from ai_gov.audit import event as audit
from ai_gov.errors import StoreFailed
from ai_gov.model import State, Step
from ai_gov.stores.errors import NOT_SENT, StepConflict
from ai_gov.stores.tables import entries, exchanges, tokens

PREVIOUS = {state: frozenset(s for s, following in flow.NEXT.items() if state in following) for state in State}
"""From which states a state may be reached; a request that is only received has no row yet."""


ROW: Final = ("id", "text", "salt", "leaf", "deleted", "recorded_at", *audit.COLUMNS)
"""Columns of an entry that are written with it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """書く前の記録: an entry as it will be stored, made before the transaction so that this costs nobody else time."""

    step: Step
    id: str
    text: str = field(repr=False)
    salt: bytes = field(repr=False)
    leaf: bytes
    columns: Mapping[str, str] = field(repr=False)
    tokens: tuple[str, ...] = field(repr=False)

    @property
    def row(self) -> dict[str, object]:
        """The same as a row of the table."""
        return {
            "id": self.id,
            "text": self.text,
            "salt": self.salt,
            "leaf": self.leaf,
            "deleted": False,
            "recorded_at": audit.timestamp(audit.entry_time(self.id)),
            **self.columns,
        }


def draft(step: Step, entry_id: str | None = None) -> Draft:
    """The entry of a step, with a fresh salt. Raises StoreFailed for an event that is not JSON."""
    entry_id = entry_id or str(uuid_utils.uuid7())
    event = step.event
    salt = secrets.token_bytes(audit.SALT_SIZE)
    try:
        text = audit.canonical(entry_id, event)
    except (TypeError, ValueError, RecursionError) as error:
        raise StoreFailed(
            f"監査記録を書けません: 記録の内容を文字にできません。{NOT_SENT}情報担当に知らせてください。"
        ) from error
    return Draft(step, entry_id, text, salt, audit.leaf_hash(salt, text), audit.columns(event), audit.tokens(event))


def append(connection: sa.Connection, new: Draft, *, instance: str) -> None:
    """Write state and entry. Raises StepConflict where the exchange is not in a state that this step may follow."""
    exchange = new.step.exchange
    if exchange is not None:
        _advance(connection, exchange.id, exchange.state, instance, audit.timestamp(new.step.event.at))
    if not new.tokens:
        _INSERT_ENTRY.run(connection, new.row)
        return
    position = _INSERT_ENTRY_FOR_TOKENS.run(connection, new.row).scalar_one()
    for token in new.tokens:
        _INSERT_TOKEN.run(connection, {"token": token, "entry": position})


def _advance(connection: sa.Connection, exchange_id: str, state: State, instance: str, at: str) -> None:
    values = {"id": exchange_id, "state": state.value, "instance": instance, "updated": at}
    if State.RECEIVED not in PREVIOUS[state]:
        if _ADVANCE[state].run(connection, values).rowcount != 1:
            raise conflict(exchange_id, state)
        return
    try:
        _INSERT_EXCHANGE.run(connection, values)
    except IntegrityError as error:  # it has gone on already
        raise conflict(exchange_id, state) from error


class _Prepared:
    """A statement as text, compiled once for a kind of database.

    For every record Core would spend several times what the database does; the text is the same.
    """

    def __init__(self, statement: sa.Insert | sa.Update, *columns: str) -> None:
        self._statement = statement
        self._columns = list(columns)
        self._text: dict[str, str] = {}

    def run(self, connection: sa.Connection, values: Mapping[str, object]) -> sa.CursorResult[Any]:
        """Execute it with a value for each of its parameters."""
        dialect = connection.dialect
        text = self._text.get(dialect.name)
        if text is None:
            text = str(self._statement.compile(dialect=dialect, column_keys=self._columns))
            self._text[dialect.name] = text
        return connection.exec_driver_sql(text, dict(values))


_INSERT_ENTRY = _Prepared(sa.insert(entries).inline(), *ROW)
_INSERT_ENTRY_FOR_TOKENS = _Prepared(sa.insert(entries).returning(entries.c.position), *ROW)
_INSERT_TOKEN = _Prepared(sa.insert(tokens).inline(), "token", "entry")
_INSERT_EXCHANGE = _Prepared(sa.insert(exchanges).inline(), "id", "state", "instance", "updated")


def _from(previous: Iterable[State]) -> sa.ColumnElement[bool]:
    return sa.or_(*(exchanges.c.state == sa.literal_column(f"'{state.value}'") for state in sorted(previous)))


_ADVANCE = {
    state: _Prepared(
        sa.update(exchanges)
        .where(exchanges.c.id == sa.bindparam("id"), _from(previous))
        .values({name: sa.bindparam(name) for name in ("state", "instance", "updated")})
    )
    for state, previous in PREVIOUS.items()
    if previous
}


def conflict(exchange_id: str, state: State) -> StepConflict:
    """The error for a step that does not follow."""
    return StepConflict(
        f"記録の順序が正しくありません: {state.value} は今の状態に続けられません（記録番号 {exchange_id}）。"
        "この要求の処理を止めました。情報担当に知らせてください。"
    )
