"""時刻印の保存: stamps of checkpoints, inside the database and copied to the file outside it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from ai_gov.audit.event import timestamp
from ai_gov.audit.timestamps import Stamp
from ai_gov.model import Event, Step
from ai_gov.service.audit_timestamps import Newest
from ai_gov.service.ports import Clock
from ai_gov.stores.append import append, draft
from ai_gov.stores.engine import Database
from ai_gov.stores.stampfile import StampFile
from ai_gov.stores.tables import checkpoints, timestamps


class Timestamps:
    """時刻印の保存: service.audit_timestamps.StampStore."""

    def __init__(self, database: Database, outside: StampFile, *, instance: str, clock: Clock) -> None:
        self._database = database
        self._instance = instance
        self._clock = clock
        self.outside = outside

    def newest(self) -> Newest | None:
        """The newest checkpoint, and when the last stamp was got; none while nothing is signed."""
        with self._database.read() as connection:
            row = connection.execute(_NEWEST).first()
            last = connection.execute(_LAST).first()
        return None if row is None else Newest(row.number, row.note, last.at if last else "", last.size if last else 0)

    def add(self, checkpoint: int, stamp: Stamp, event: Event) -> bool:
        """Keep a stamp with its entry, then copy it outside. Whether the checkpoint had none yet."""
        row = {"checkpoint": checkpoint, "size": stamp.size, "token": stamp.token, "authority": stamp.authority}
        has = sa.select(timestamps.c.checkpoint).where(timestamps.c.checkpoint == checkpoint)
        with self._database.write() as connection:
            self._database.lock(connection, "timestamps")
            fresh = connection.execute(has).first() is None
            if fresh:
                connection.execute(sa.insert(timestamps), {**row, "at": stamp.at or timestamp(self._clock.now())})
                append(connection, draft(Step(None, event)), instance=self._instance)
        self.publish()
        return fresh

    def publish(self) -> None:
        """Copy to the file outside what it lacks; a crash in between only leaves that for the next time."""
        with self._database.read() as connection:
            stamps = stamps_of(connection)
        if stamps:
            self.outside.append(stamps)


def stamps_of(connection: sa.Connection) -> list[Stamp]:
    """Every stamp in the database, oldest checkpoint first."""
    return [_stamp(row) for row in connection.execute(_ALL)]


def _stamp(row: Any) -> Stamp:
    return Stamp(row.note, bytes(row.token), row.authority, row.at)


_NEWEST = sa.select(checkpoints.c.number, checkpoints.c.note).order_by(checkpoints.c.number.desc()).limit(1)
_LAST = sa.select(timestamps.c.at, timestamps.c.size).order_by(timestamps.c.checkpoint.desc()).limit(1)
_ALL = (
    sa.select(timestamps.c.token, timestamps.c.authority, timestamps.c.at, checkpoints.c.note)
    .join(checkpoints, checkpoints.c.number == timestamps.c.checkpoint)
    .order_by(timestamps.c.checkpoint)
)
