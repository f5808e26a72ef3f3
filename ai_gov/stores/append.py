"""追記: one step into an open transaction: the exchange's state by compare-and-set, and the entry beside it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
import uuid_utils

from ai_gov import flow
from ai_gov.audit import event as audit
from ai_gov.errors import StoreFailed
from ai_gov.model import State, Step
from ai_gov.stores.errors import NOT_SENT, StepConflict
from ai_gov.stores.tables import entries, exchanges, tokens

PREVIOUS = {state: frozenset(s for s, following in flow.NEXT.items() if state in following) for state in State}
"""From which states a state may be reached; a request that is only received has no row yet."""


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
    position = connection.execute(_INSERT_ENTRY, new.row).inserted_primary_key
    if new.tokens and position is not None:
        connection.execute(_INSERT_TOKEN, [{"token": token, "entry": position[0]} for token in new.tokens])


def _advance(connection: sa.Connection, exchange_id: str, state: State, instance: str, at: str) -> None:
    values = {"id": exchange_id, "state": state.value, "instance": instance, "updated": at}
    previous = PREVIOUS[state]
    if State.RECEIVED in previous:
        if connection.execute(_KNOWN, {"id": exchange_id}).first() is not None:
            raise conflict(exchange_id, state)
        connection.execute(_INSERT_EXCHANGE, values)
        return
    changed = connection.execute(_ADVANCE, {"of": exchange_id, "previous": [s.value for s in previous], **values})
    if changed.rowcount != 1:
        raise conflict(exchange_id, state)


_INSERT_ENTRY = sa.insert(entries)
_INSERT_TOKEN = sa.insert(tokens)
_INSERT_EXCHANGE = sa.insert(exchanges)
_KNOWN = sa.select(exchanges.c.state).where(exchanges.c.id == sa.bindparam("id"))
_ADVANCE = (
    sa.update(exchanges)
    .where(exchanges.c.id == sa.bindparam("of"), exchanges.c.state.in_(sa.bindparam("previous", expanding=True)))
    .values(state=sa.bindparam("state"), instance=sa.bindparam("instance"), updated=sa.bindparam("updated"))
)


def conflict(exchange_id: str, state: State) -> StepConflict:
    """The error for a step that does not follow."""
    return StepConflict(
        f"記録の順序が正しくありません: {state.value} は今の状態に続けられません（記録番号 {exchange_id}）。"
        "この要求の処理を止めました。情報担当に知らせてください。"
    )
