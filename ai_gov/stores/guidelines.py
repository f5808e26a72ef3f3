"""ガイドラインの保存: drafts, versions with their files, and who has read which, each change with its entry."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from ai_gov.audit.event import timestamp
from ai_gov.documents.guideline import embedded
from ai_gov.documents.guideline.published import Section
from ai_gov.documents.guideline.version import Content, Version
from ai_gov.model import Event
from ai_gov.people.model import Role
from ai_gov.service.guideline_draft import Kept
from ai_gov.service.guideline_versions import Tally
from ai_gov.stores.guidelinetables import acknowledgements, guideline_drafts, guideline_files, guideline_versions
from ai_gov.stores.peoplestore import date, moment
from ai_gov.stores.recording import RecordingStore
from ai_gov.stores.tables import organisations

_LIGHT = [column for column in guideline_versions.c if column.name not in {"sections", "body"}]


class Guidelines(RecordingStore):
    """ガイドラインの保存: service.guideline_versions.VersionStore, service.guideline_draft.DraftStore."""

    def draft(self, organisation: str) -> Kept | None:
        """The answers that an organisation has given so far."""
        query = sa.select(guideline_drafts).where(guideline_drafts.c.organisation == organisation)
        with self._database.read() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        saved = moment(row.saved_at)
        assert saved is not None
        return Kept(row.answers, saved, row.saved_by)

    def save_draft(self, organisation: str, kept: Kept) -> None:
        """Keep them, instead of those before."""
        row = {"answers": kept.answers, "saved_at": timestamp(kept.saved_at), "saved_by": kept.saved_by}
        own = guideline_drafts.c.organisation == organisation
        with self._database.write() as connection:
            self._database.lock(connection, "guideline_drafts")
            if connection.execute(sa.update(guideline_drafts).where(own).values(**row)).rowcount == 0:
                connection.execute(sa.insert(guideline_drafts), {"organisation": organisation, **row})

    def add(self, version: Version, content: Content, files: Mapping[str, bytes], event: Event) -> bool:
        """Keep a version, unless there is one of its number."""
        place = {"organisation": version.organisation, "number": version.number}
        newest = sa.select(sa.func.max(guideline_versions.c.number)).where(
            guideline_versions.c.organisation == version.organisation
        )
        with self._database.write() as connection:
            self._database.lock(connection, "guideline_versions")
            if (connection.scalar(newest) or 0) >= version.number:
                return False
            connection.execute(sa.insert(guideline_versions), {**place, **_row(version, content)})
            for kind, data in files.items():
                sha256 = hashlib.sha256(data).hexdigest()
                connection.execute(
                    sa.insert(guideline_files), {**place, "kind": kind, "sha256": sha256, "content": data}
                )
            self._append(connection, event)
        return True

    def versions(self, organisation: str) -> list[Version]:
        """Every version, the newest first."""
        query = sa.select(*_LIGHT).where(guideline_versions.c.organisation == organisation)
        kinds = sa.select(guideline_files.c.number, guideline_files.c.kind).where(
            guideline_files.c.organisation == organisation
        )
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(guideline_versions.c.number.desc())).all()
            files: dict[int, list[str]] = {}
            for row in connection.execute(kinds.order_by(guideline_files.c.kind)):
                files.setdefault(row.number, []).append(row.kind)
        return [_version(row, tuple(files.get(row.number, ()))) for row in rows]

    def content(self, organisation: str, number: int) -> Content:
        """The text of one; empty where there is none."""
        query = sa.select(guideline_versions.c.sections, guideline_versions.c.body).where(*_of(organisation, number))
        with self._database.read() as connection:
            row = connection.execute(query).first()
        if row is None:
            return Content()
        sections = tuple(Section(heading, tuple(sentences)) for heading, sentences in json.loads(row.sections))
        return Content(sections, row.body)

    def file(self, organisation: str, number: int, kind: str) -> bytes | None:
        """A file as it was published."""
        query = sa.select(guideline_files.c.content).where(
            guideline_files.c.organisation == organisation,
            guideline_files.c.number == number,
            guideline_files.c.kind == kind,
        )
        with self._database.read() as connection:
            found = connection.scalar(query)
        return None if found is None else bytes(found)

    def review(self, organisation: str, number: int, on: dt.date, event: Event) -> None:
        """Note that somebody looked at a version and found it right."""
        with self._database.write() as connection:
            where = sa.and_(*_of(organisation, number))
            connection.execute(sa.update(guideline_versions).where(where).values(reviewed_on=on.isoformat()))
            self._append(connection, event)

    def acknowledge(self, organisation: str, person: str, number: int, event: Event) -> bool:
        """Note that somebody has read a version; False where that was noted before."""
        own = {"organisation": organisation, "person": person, "number": number}
        there = sa.select(acknowledgements.c.at).where(
            *(acknowledgements.c[name] == value for name, value in own.items())
        )
        with self._database.write() as connection:
            self._database.lock(connection, "acknowledgements")
            if connection.execute(there).first() is not None:
                return False
            connection.execute(sa.insert(acknowledgements), {**own, "at": timestamp(event.at)})
            self._append(connection, event)
        return True

    def acknowledgements(self, organisation: str, person: str) -> dict[int, dt.datetime]:
        """Which versions somebody has read, and when."""
        query = sa.select(acknowledgements.c.number, acknowledgements.c.at).where(
            acknowledgements.c.organisation == organisation, acknowledgements.c.person == person
        )
        with self._database.read() as connection:
            return {row.number: dt.datetime.fromisoformat(row.at) for row in connection.execute(query)}

    def tallies(self, organisation: str, number: int, on: dt.date) -> list[Tally]:
        """How many of the staff of each department have read a version."""
        query = sa.select(acknowledgements.c.person).where(
            acknowledgements.c.organisation == organisation, acknowledgements.c.number == number
        )
        with self._database.read() as connection:
            read = set(connection.scalars(query))
        names = {item.id: item.name for item in self._people.departments(organisation)}
        counts: dict[str, list[int]] = {}
        for member in self._people.members(organisation):
            if Role.STAFF in member.roles(on):
                count = counts.setdefault(member.person.department, [0, 0])
                count[0] += member.person.id in read
                count[1] += 1
        return [Tally(name, names.get(name, name), *count) for name, count in sorted(counts.items())]

    def organisation_name(self, organisation: str) -> str:
        """The name of a 団体; its id where there is none."""
        query = sa.select(organisations.c.name).where(organisations.c.id == organisation)
        with self._database.read() as connection:
            return connection.scalar(query) or organisation


def _of(organisation: str, number: int) -> tuple[sa.ColumnElement[bool], ...]:
    return guideline_versions.c.organisation == organisation, guideline_versions.c.number == number


def _row(version: Version, content: Content) -> dict[str, object]:
    sections = [[section.heading, list(section.sentences)] for section in content.sections]
    return {
        "title": version.title,
        "effective": version.effective.isoformat(),
        "published_at": timestamp(version.published_at),
        "published_by": version.published_by,
        "reviewed_on": version.reviewed_on.isoformat() if version.reviewed_on else "",
        "digest": version.digest,
        "data": embedded.text(version.data) if version.data else "",
        "sections": json.dumps(sections, ensure_ascii=False),
        "body": content.body,
    }


def _version(row: Any, kinds: tuple[str, ...]) -> Version:
    published = moment(row.published_at)
    assert published is not None
    return Version(
        row.organisation,
        row.number,
        row.title,
        dt.date.fromisoformat(row.effective),
        published,
        row.published_by,
        row.digest,
        embedded.parse(row.data) if row.data else None,
        date(row.reviewed_on or None),
        kinds,
    )
