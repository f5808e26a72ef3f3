"""保存: what every store with a database does: write, read, sequence, and close what dead processes left open.

Which database it is, and how processes tell that another one is alive, its builder says (``sqlite``, ``postgres``).
"""

from __future__ import annotations

import datetime as dt
import logging
import time

import sqlalchemy as sa

from ai_gov import flow
from ai_gov.errors import StoreFailed
from ai_gov.model import Actor, Event, Exchange, State, Step
from ai_gov.service.ports import Clock, Receipt
from ai_gov.stores import writer
from ai_gov.stores.accounts import AccountStore
from ai_gov.stores.alerting import Alerting
from ai_gov.stores.append import append, draft
from ai_gov.stores.auditlog import AuditLog
from ai_gov.stores.checkpointfile import CheckpointFile
from ai_gov.stores.clock import SystemClock
from ai_gov.stores.configsets import ConfigSets
from ai_gov.stores.engine import Database
from ai_gov.stores.federation import FederationStore
from ai_gov.stores.guidelines import Guidelines
from ai_gov.stores.incidents import Incidents
from ai_gov.stores.installation import check_keys
from ai_gov.stores.instance import Presence
from ai_gov.stores.keyfile import KeyFolder
from ai_gov.stores.peoplestore import PeopleStore
from ai_gov.stores.permits import Permits
from ai_gov.stores.raw import RawTexts
from ai_gov.stores.register import Register
from ai_gov.stores.remindermails import ReminderMails
from ai_gov.stores.retention import Retention
from ai_gov.stores.reviews import Reviews
from ai_gov.stores.searchindex import SearchIndex
from ai_gov.stores.searching import LogSearch
from ai_gov.stores.sequencer import Sequencer
from ai_gov.stores.tables import entries, exchanges
from ai_gov.stores.timestamps import Timestamps
from ai_gov.stores.trainings import Trainings
from ai_gov.stores.uses import UseApplications

log = logging.getLogger(__name__)


LOOK_S = 30.0
"""How often a server looks for processes that died elsewhere and left exchanges open (seconds)."""


class DatabaseStore:
    """保存: ports.Store. ``record`` for the server, ``record_sync`` for the command line, and what reads the log."""

    def __init__(
        self,
        database: Database,
        *,
        presence: Presence,
        keys: KeyFolder,
        outside: CheckpointFile,
        clock: Clock | None = None,
        deadline_s: float = writer.DEADLINE_S,
    ) -> None:
        self.clock = clock or SystemClock()
        self.keys = keys
        self.database = database
        self._instance = presence
        check_keys(database, keys, keys.folder)
        self.interrupted = self._close_interrupted()
        self._looked_at = time.monotonic()
        self.people = PeopleStore(database, keys=keys, clock=self.clock)
        self.accounts = AccountStore(database, self.people, instance=presence.id)
        self.federation = FederationStore(database, self.people, instance=presence.id)
        self.register = Register(database, instance=presence.id, keys=keys, clock=self.clock)
        self.reviews = Reviews(database, self.people, instance=presence.id, keys=keys)
        self.reminders = ReminderMails(database, self.people, instance=presence.id, keys=keys)
        self.permits = Permits(database, self.people, instance=presence.id)
        self.guidelines = Guidelines(database, self.people, instance=presence.id)
        self.incidents = Incidents(database, self.people, instance=presence.id)
        self.uses = UseApplications(database, self.people, instance=presence.id)
        self.trainings = Trainings(database, self.people, instance=presence.id)
        self.raw = RawTexts(database, self.people, instance=presence.id, keys=keys, clock=self.clock)
        self.config = ConfigSets(database, instance=presence.id, clock=self.clock)
        self.audit = AuditLog(database, outside=outside, keys=keys.verifiers, clock=self.clock)
        self.sequencer = Sequencer(database, key=keys.signing_key, outside=outside, clock=self.clock)
        self.timestamps = Timestamps(database, self.audit.stamps, instance=presence.id, clock=self.clock)
        self.index = SearchIndex(database)
        self.search = LogSearch(database, self.index)
        self.retention = Retention(database, self.index, instance=presence.id, clock=self.clock)
        self.sequencer.settle()
        self.alerting = Alerting(database, instance=presence.id)
        self._writer = writer.Writer(database, instance=presence.id, clock=self.clock, deadline_s=deadline_s)

    async def record(self, step: Step, *, sent_sha256: bytes = b"") -> Receipt:
        """Write a step durably, together with whatever else is waiting. Raises StoreFailed, never hangs."""
        return await self._writer.record(step, sent_sha256)

    def record_sync(self, step: Step, *, sent_sha256: bytes = b"") -> Receipt:
        """The same at once and alone, for callers without an event loop."""
        new = draft(step)
        with self.database.write() as connection:
            append(connection, new, instance=self._instance.id)
        return Receipt(new.id, step.exchange.id if step.exchange else "", sent_sha256)

    def start(self) -> None:
        """Sequence, and index for the search, in the background from now on, as a server does."""
        self.sequencer.start(also=self._look_after)
        self.index.start()

    def sequence_now(self) -> int:
        """Bring every durable entry into the tree, sign it, and copy the checkpoint outside. Returns how many."""
        return self.sequencer.sequence_now()

    def change_signing_key(self, *, actor: str) -> str:
        """署名鍵の更新: an entry, a checkpoint by both keys, then the new key alone. Returns its public half (vkey).

        Other processes sign with the old key, which stays known, until they are started anew.
        """
        old, new = self.keys.signing_key, self.keys.prepare()
        data = {"before": str(old.verifier), "after": str(new.verifier)}
        self.record_sync(Step(None, Event("signing_key_changed", self.clock.now(), "", "", "", actor, data)))
        self.sequencer.sign_with(old, new)
        self.sequencer.sequence_now()
        self.keys.change(new)
        self.sequencer.sign_with(new)
        self.audit.keys = self.keys.verifiers
        return str(new.verifier)

    def close(self) -> None:
        """Write and sequence what is waiting, then let go of everything. Later steps are refused."""
        self._writer.close()
        self.index.stop()
        self.sequencer.stop()
        try:
            self.sequencer.sequence_now()
        except StoreFailed as error:  # the next start does it
            log.warning("終了時に監査記録の順序を確定できませんでした。次の起動で行います: %s", error)
        self._instance.close()
        self.database.close()

    def _look_after(self) -> None:
        """What a server does all the time beside its requests: stay known as alive, and leave no exchange open."""
        self._instance.keep()
        self._writer.doubtful.settle()
        if time.monotonic() - self._looked_at >= LOOK_S:
            self._looked_at = time.monotonic()
            self._close_interrupted()

    def _close_interrupted(self) -> int:
        """Give every decision of a dead process its outcome. Returns how many there were."""
        with self.database.read() as connection:
            owners = set(
                connection.scalars(sa.select(exchanges.c.instance).where(exchanges.c.state == State.DECIDED).distinct())
            )
        dead = {owner for owner in owners - {self._instance.id} if not self._instance.is_alive(owner)}
        if not dead:
            return 0
        count = 0
        with self.database.write() as connection:
            self.database.lock(connection, "interrupted")
            for exchange in _decided_by(connection, dead):
                step = flow.finish(exchange, State.INTERRUPTED, at=self.clock.now(), data={"took_ms": None})
                append(connection, draft(step), instance=self._instance.id)
                count += 1
        for owner in dead:
            self._instance.forget(owner)
        if count:
            log.warning("前回の終了時に処理中だった要求 %d 件を「中断」と記録しました。", count)
        return count


def _decided_by(connection: sa.Connection, instances: set[str]) -> list[Exchange]:
    query = (
        sa.select(exchanges.c.id, entries.c.at, entries.c.client, entries.c.organisation, entries.c.department)
        .add_columns(entries.c.actor, entries.c.destination, entries.c.use)
        .join(entries, sa.and_(entries.c.exchange == exchanges.c.id, entries.c.kind == "decided"))
        .where(exchanges.c.state == State.DECIDED, exchanges.c.instance.in_(instances))
        .order_by(entries.c.position)
    )
    found = []
    for row in connection.execute(query):
        actor = Actor(row.actor, row.organisation, row.department) if row.actor else None
        at = dt.datetime.fromisoformat(row.at)
        found.append(Exchange(row.id, at, row.client, actor, row.destination, row.use, state=State.DECIDED))
    return found
