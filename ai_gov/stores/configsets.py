"""設定の組: rules and policies that were applied, the last of them in force in every process."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from ai_gov.audit.event import timestamp
from ai_gov.errors import Conflict
from ai_gov.model import Event, Json, Step
from ai_gov.service.ports import Clock
from ai_gov.stores.append import append, draft
from ai_gov.stores.engine import Database
from ai_gov.stores.tables import config_sets

FRESH_S = 1.0
"""How long a process may go on serving the set it knows before it looks again (seconds)."""


@dataclass(frozen=True, slots=True)
class ConfigSet:
    """適用された設定: every file by its path, and one digest that names them all."""

    number: int
    digest: str
    files: Mapping[str, str] = field(repr=False)
    applied_at: str
    actor: str


class ConfigSets:
    """設定の台帳."""

    def __init__(
        self,
        database: Database,
        *,
        instance: str,
        clock: Clock,
        fresh_s: float = FRESH_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._instance = instance
        self._clock = clock
        self._fresh_s = fresh_s
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._known: ConfigSet | None = None
        self._looked_at = float("-inf")

    def apply(
        self,
        files: Mapping[str, str],
        *,
        digest: str,
        actor: str,
        diff: Json,
        organisation: str = "",
        expected: str | None = None,
    ) -> ConfigSet:
        """Put a set in force: it and its entry (``config_applied``: digests and diff) stand together or not at all.

        ``expected`` is the digest of the set that the diff was made against. Raises Conflict where it is another now.
        """
        now = self._clock.now()
        with self._database.write() as connection:
            self._database.lock(connection, "config")
            before = connection.execute(_CURRENT).first()
            if expected is not None and (before is None or before.digest != expected):
                raise Conflict(
                    "確かめている間に、別の設定が適用されました。今の設定との違いを、もう一度確かめてください。"
                )
            data = {"digest": digest, "before": before.digest if before else "", "diff": diff}
            event = Event("config_applied", now, "", organisation, "", actor, data)
            values = {"digest": digest, "files": json.dumps(dict(files), ensure_ascii=False, sort_keys=True)}
            connection.execute(sa.insert(config_sets), {**values, "applied_at": timestamp(now), "actor": actor})
            append(connection, draft(Step(None, event)), instance=self._instance)
        with self._lock:
            self._looked_at = float("-inf")
        found = self.current()
        assert found is not None
        return found

    def current(self) -> ConfigSet | None:
        """The set in force; at most ``fresh_s`` old. Raises StoreFailed where the database can't be read."""
        known = self._known
        if self._monotonic() - self._looked_at < self._fresh_s:
            return known
        with self._lock:
            now = self._monotonic()
            if now - self._looked_at >= self._fresh_s:
                self._known = self._read(self._known)
                self._looked_at = now
            return self._known

    def _read(self, known: ConfigSet | None) -> ConfigSet | None:
        with self._database.read() as connection:
            row = connection.execute(_CURRENT).first()
            if row is None or (known is not None and row.number == known.number):
                return known if row is not None else None
            files = connection.execute(sa.select(config_sets.c.files).where(config_sets.c.number == row.number))
            return ConfigSet(row.number, row.digest, json.loads(files.scalar_one()), row.applied_at, row.actor)


_CURRENT = (
    sa.select(config_sets.c.number, config_sets.c.digest, config_sets.c.applied_at, config_sets.c.actor)
    .order_by(config_sets.c.number.desc())
    .limit(1)
)
