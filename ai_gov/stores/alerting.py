"""警報の材料と台帳: counts of the last hours by person, and which alerts were raised already."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from ai_gov.audit import alerts as audit
from ai_gov.audit import search
from ai_gov.audit.event import timestamp
from ai_gov.model import Step
from ai_gov.stores.append import append, draft
from ai_gov.stores.engine import Database
from ai_gov.stores.entry import readable
from ai_gov.stores.searchtables import alerts
from ai_gov.stores.searchterms import candidates
from ai_gov.stores.tables import entries

KEPT = dt.timedelta(days=60)
"""How long it is remembered that an alert was raised."""


@dataclass(frozen=True, slots=True)
class Tally:
    """件数: of one person's uses."""

    organisation: str
    department: str
    person: str
    count: int


@dataclass(frozen=True, slots=True)
class Sighting:
    """検知のあった依頼."""

    organisation: str
    department: str
    person: str
    record: str
    at: str


class Alerting:
    """警報の台帳: service.audit_alerts.AlertPort."""

    def __init__(self, database: Database, *, instance: str) -> None:
        self._database = database
        self._instance = instance

    def tallies(self, since: dt.datetime, until: dt.datetime, actions: Collection[str], least: int) -> list[Tally]:
        """Who made at least so many uses with one of these actions (any where there are none)."""
        who = (entries.c.organisation, entries.c.department, entries.c.actor)
        query = (
            sa.select(*who, sa.func.count().label("many"))
            .where(entries.c.at >= timestamp(since), entries.c.at < timestamp(until), entries.c.kind == "decided")
            .group_by(*who)
            .having(sa.func.count() >= least)
        )
        if actions:
            query = query.where(entries.c.action.in_(list(actions)))
        with self._database.read() as connection:
            return [Tally(row.organisation, row.department, row.actor, row.many) for row in connection.execute(query)]

    def sightings(self, entity: str, since: dt.datetime, limit: int = 1000) -> list[Sighting]:
        """The newest prompts in which a type was found."""
        wanted = search.Terms((search.facet("f", entity), search.facet("k", "use")))
        with self._database.read() as connection:
            query = candidates(connection, wanted, limit=limit).where(entries.c.at >= timestamp(since))
            return [
                Sighting(row.organisation, row.department, row.actor, row.exchange, row.at)
                for row in connection.execute(query)
                if row.deleted or entity in search.finding_types(readable(row.text))
            ]

    def oldest_waiting(self) -> dt.datetime | None:
        """Since when the oldest entry that is not in the tree has waited."""
        query = sa.select(entries.c.recorded_at).where(entries.c.seq.is_(None)).order_by(entries.c.position).limit(1)
        with self._database.read() as connection:
            found = connection.execute(query).scalar()
        return None if found is None else dt.datetime.fromisoformat(found)

    def claim(self, raised: Sequence[audit.Alert], now: dt.datetime) -> list[audit.Alert]:
        """Record those that are new, each with its entry, in one transaction. Returns them; nobody else gets them."""
        if not raised:
            return []
        with self._database.write() as connection:
            self._database.lock(connection, "alerts")
            keys = [alert.key for alert in raised]
            known = set(connection.scalars(sa.select(alerts.c.key).where(alerts.c.key.in_(keys))))
            new = list({alert.key: alert for alert in raised if alert.key not in known}.values())
            for alert in new:
                made = draft(Step(None, alert.event()))
                append(connection, made, instance=self._instance)
                connection.execute(sa.insert(alerts), {"key": alert.key, "at": timestamp(now), "entry": made.id})
            connection.execute(sa.delete(alerts).where(alerts.c.at < timestamp(now - KEPT)))
        return new
