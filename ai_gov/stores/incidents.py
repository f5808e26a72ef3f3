"""事故の保存: incidents, each change with its entry in one transaction. No text of a prompt rests here."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Collection, Sequence
from typing import Any

import sqlalchemy as sa

from ai_gov.audit.event import timestamp
from ai_gov.audit.incidents import Facts, Incident, IncidentState, Note, Report, Stage
from ai_gov.model import Event
from ai_gov.stores.incidenttables import incident_records, incidents
from ai_gov.stores.peoplestore import moment
from ai_gov.stores.recording import RecordingStore


class Incidents(RecordingStore):
    """事故の保存: service.incidents.IncidentStore."""

    def add(self, organisation: str, year: int, make: Callable[[str], tuple[Incident, Sequence[Event]]]) -> Incident:
        """A new one under the next number of a fiscal year. ``make`` gives it and its entries for the id."""
        begins = f"{organisation}-{year}-"
        with self._database.write() as connection:
            self._database.lock(connection, "incidents")
            known = connection.scalars(
                sa.select(incidents.c.id).where(incidents.c.id.startswith(begins, autoescape=True))
            )
            number = max((int(name.removeprefix(begins)) for name in known), default=0) + 1
            incident, events = make(f"{begins}{number:03d}")
            connection.execute(sa.insert(incidents), _row(incident))
            self._link(connection, incident)
            self._tell(connection, events)
        return incident

    def change(self, before: Incident, after: Incident, events: Sequence[Event]) -> bool:
        """Whether ``before`` was still what is there; nothing is written where it was not."""
        where = sa.and_(incidents.c.id == before.id, incidents.c.version == before.version)
        with self._database.write() as connection:
            if connection.execute(sa.update(incidents).where(where).values(**_row(after))).rowcount != 1:
                return False
            connection.execute(sa.delete(incident_records).where(incident_records.c.incident == after.id))
            self._link(connection, after)
            self._tell(connection, events)
        return True

    def incident(self, id_: str) -> Incident | None:
        """One."""
        found = self._found(sa.select(incidents).where(incidents.c.id == id_))
        return found[0] if found else None

    def listed(self, organisations: Collection[str], limit: int) -> list[Incident]:
        """Those of organisations (of all where none is named): open ones first, the oldest of them first."""
        query = sa.select(incidents)
        if organisations:
            query = query.where(incidents.c.organisation.in_(sorted(organisations)))
        open_first = sa.case((incidents.c.state == IncidentState.OPEN.value, 0), else_=1)
        return self._found(query.order_by(open_first, incidents.c.known_at, incidents.c.id).limit(limit))

    def of_record(self, record: str) -> list[Incident]:
        """Those that a record is linked to."""
        linked = sa.select(incident_records.c.incident).where(incident_records.c.record == record)
        return self._found(sa.select(incidents).where(incidents.c.id.in_(linked)).order_by(incidents.c.id))

    def _link(self, connection: sa.Connection, incident: Incident) -> None:
        if incident.records:
            rows = [{"incident": incident.id, "record": record} for record in incident.records]
            connection.execute(sa.insert(incident_records), rows)

    def _tell(self, connection: sa.Connection, events: Sequence[Event]) -> None:
        for event in events:
            self._append(connection, event)

    def _found(self, query: sa.Select[Any]) -> list[Incident]:
        with self._database.read() as connection:
            return [_incident(row) for row in connection.execute(query)]


def _row(incident: Incident) -> dict[str, object]:
    data = {
        "title": incident.title,
        "opened_at": timestamp(incident.opened_at),
        "opened_by": incident.opened_by,
        "updated_at": timestamp(incident.updated_at),
        "how": incident.how,
        "alert": incident.alert,
        "records": list(incident.records),
        "facts": incident.facts.data(),
        "reports": [
            [item.stage.value, item.on.isoformat(), item.by, timestamp(item.at), item.reference]
            for item in incident.reports
        ],
        "notes": [[timestamp(item.at), item.by, item.text] for item in incident.notes],
        "closing": incident.closing,
        "closed_at": timestamp(incident.closed_at) if incident.closed_at else None,
    }
    return {
        "id": incident.id,
        "organisation": incident.organisation,
        "state": incident.state.value,
        "version": incident.version,
        "known_at": timestamp(incident.known_at),
        "data": json.dumps(data, ensure_ascii=False),
    }


def _incident(row: Any) -> Incident:
    data = json.loads(row.data)
    return Incident(
        row.id,
        row.organisation,
        data["title"],
        _known(row.known_at),
        _known(data["opened_at"]),
        data["opened_by"],
        _known(data["updated_at"]),
        data["how"],
        data["alert"],
        IncidentState(row.state),
        tuple(data["records"]),
        Facts.of(data["facts"]),
        tuple(
            Report(Stage(stage), dt.date.fromisoformat(on), by, _known(at), reference)
            for stage, on, by, at, reference in data["reports"]
        ),
        tuple(Note(_known(at), by, text) for at, by, text in data["notes"]),
        data["closing"],
        moment(data["closed_at"]),
        row.version,
    )


def _known(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)
