"""時刻印の窓口: has the newest checkpoint stamped by a time stamping authority, when asked and once in a while."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ai_gov.audit.event import timestamp
from ai_gov.audit.timestamps import KIND, Root, Stamp, TimestampError, accept, ask
from ai_gov.errors import AiGovError, BadRequest
from ai_gov.model import Event
from ai_gov.service.ports import Clock


class TimestampFailed(AiGovError):
    """時刻印を得られない: the checkpoint stands as it is, and can be stamped later."""

    code = "timestamp_failed"
    status = 502


class Authority(Protocol):
    """時刻認証局: answers queries of RFC 3161."""

    @property
    def name(self) -> str:
        """How the log names it: its address without anything secret."""
        ...

    def answer(self, query: bytes) -> bytes:
        """Its answer. Raises TimestampFailed."""
        ...


@dataclass(frozen=True, slots=True)
class Newest:
    """最新のチェックポイント: and when the last stamp was got (empty for never), over how many entries."""

    number: int
    note: str = field(repr=False)
    stamped_at: str = ""
    stamped_size: int = 0


class StampStore(Protocol):
    """時刻印の保存: what a store does for it. Raises StoreFailed."""

    def newest(self) -> Newest | None:
        """The newest checkpoint; none while nothing is signed."""
        ...

    def add(self, checkpoint: int, stamp: Stamp, event: Event) -> bool:
        """Keep a stamp with its entry, inside and outside the database. Whether the checkpoint had none yet."""
        ...

    def publish(self) -> None:
        """Copy to the file outside what it lacks."""
        ...


@dataclass(frozen=True, slots=True)
class Got:
    """得られた時刻印: its time, and over how many entries. ``trusted``: compared with a root certificate."""

    stamp: Stamp
    time: dt.datetime
    trusted: bool


class TimestampService:
    """時刻印の窓口: ``settle`` brings what waits into the tree and signs it. ``roots`` where they are known."""

    def __init__(
        self,
        store: StampStore,
        *,
        clock: Clock,
        roots: Sequence[Root] | None = None,
        settle: Callable[[], object] = lambda: None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._roots = roots
        self._settle = settle

    def stamp(self, authority: Authority, *, actor: str = "") -> Got:
        """時刻印を得る: over the newest checkpoint. Raises TimestampFailed, StoreFailed, BadRequest."""
        self._settle()
        newest = self._store.newest()
        if newest is None:
            raise BadRequest("記録がまだ1件もありません。")
        query = ask(newest.note)
        answer = authority.answer(query.body)
        try:
            time = accept(answer, newest.note, query, self._roots)
        except TimestampError as error:
            raise TimestampFailed(
                f"{error}。チェックポイントはそのまま残っています。時刻認証局の設定を確かめて、もう一度実行してください。"
            ) from None
        now = self._clock.now()
        stamp = Stamp(newest.note, answer, authority.name, timestamp(now))
        data = {"size": stamp.size, "authority": authority.name, "time": timestamp(time), "trusted": bool(self._roots)}
        self._store.add(newest.number, stamp, Event(KIND, now, "", "", "", actor, data))
        return Got(stamp, time, bool(self._roots))

    def due(self, every: dt.timedelta) -> bool:
        """Whether the last stamp is older than that, where anything is signed at all."""
        newest = self._store.newest()
        if newest is None:
            return False
        last = dt.datetime.fromisoformat(newest.stamped_at) if newest.stamped_at else None
        return last is None or self._clock.now() - last >= every

    def keep(self, authority: Authority, every: dt.timedelta) -> Got | None:
        """定期の時刻印: one where it is due. What a crash left out of the file outside is copied first."""
        self._store.publish()
        return self.stamp(authority) if self.due(every) else None
