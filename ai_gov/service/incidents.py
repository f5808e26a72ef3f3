"""事故の窓口: who may handle incidents opens them, links records, writes what is known, and says what was reported.

Every step is an entry of the log beside the change. What somebody writes is kept for good, so it must name nobody.
Nothing here decides whether something must be reported. All of it reads the database: an event loop calls it in a
thread.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Final

from ai_gov.audit.alerts import KIND as ALERT
from ai_gov.audit.found import Recorded, use_of
from ai_gov.audit.incidents import (
    MOST_RECORDS,
    REFERENCE_SIZE,
    TEXT_SIZE,
    TITLE_SIZE,
    Facts,
    How,
    Incident,
    Note,
    Report,
    Stage,
)
from ai_gov.audit.retention import fiscal_year, set_hold
from ai_gov.audit.search import ANCHORS, Query
from ai_gov.errors import BadRequest, Conflict, UnknownRoute
from ai_gov.model import Event, Json, japan_date
from ai_gov.people.model import Member
from ai_gov.people.permissions import (
    can_handle_incidents,
    can_read_log,
    check_can_handle_incidents,
    check_can_read_log,
)
from ai_gov.service.audit import LogPort, LogReader
from ai_gov.service.incident_ports import IncidentStore, OpenedIncident, Raised
from ai_gov.service.ports import Clock

MOST: Final = 500
"""件数: of a list."""

_TRIES: Final = 8


class IncidentService:
    """事故の窓口. ``confidential``: whether a text names somebody."""

    def __init__(
        self, store: IncidentStore, *, log: LogPort, clock: Clock, confidential: Callable[[str], bool]
    ) -> None:
        self._store = store
        self._log = log
        self._clock = clock
        self._confidential = confidential

    def today(self) -> dt.date:
        """The day in Japan."""
        return japan_date(self._clock.now())

    def listed(self, reader: LogReader) -> list[Incident]:
        """一覧: of the organisations whose log may be read; open ones first, the oldest of them first."""
        return self._store.listed(reader.organisations or (), MOST)

    def of_record(self, reader: LogReader, record: str) -> list[Incident]:
        """ある記録の事故."""
        return [item for item in self._store.of_record(record) if _sees(reader, item.organisation)]

    def one(self, member: Member, id_: str) -> OpenedIncident:
        """詳細. Raises UnknownRoute for one that is not there or of another organisation: nobody learns which."""
        incident = self._seen(member, id_)
        uses, gone = [], []
        for record in incident.records:
            entries = self._entries(record, (incident.organisation,))
            if entries:
                uses.append(use_of(entries[0].position, entries, reads_text=True))
            else:
                gone.append(record)
        today = self.today()
        return OpenedIncident(
            incident,
            tuple(uses),
            tuple(gone),
            self.alert(incident.alert, (incident.organisation,)) if incident.alert else None,
            can_handle_incidents(member, incident.organisation, on=today),
        )

    def alert(self, id_: str, organisations: Collection[str]) -> Raised | None:
        """警報: by the id of its entry, where it is one of these organisations' or of the machine."""
        entries = self._entries(id_, (*organisations, ""))
        entry = entries[0] if entries else None
        if entry is None or entry.columns["kind"] != ALERT or entry.event is None:
            return None
        data, columns = entry.event.data, entry.columns
        records = data.get("records")
        return Raised(
            id_,
            entry.event.at,
            str(data.get("title", "")),
            str(data.get("subject", "")),
            columns["organisation"],
            columns["department"],
            str(data.get("person", "")),
            tuple(map(str, records)) if isinstance(records, list) else (),
        )

    def open(
        self,
        member: Member,
        organisation: str,
        *,
        title: str,
        known_at: dt.datetime,
        records: Sequence[str] = (),
        alert: str = "",
    ) -> Incident:
        """事故として記録を始める. Raises Forbidden, BadRequest."""
        self._check_writes(member, organisation)
        now, person = self._clock.now(), member.person.id
        title = self._text(" ".join(title.split()), "件名", TITLE_SIZE, required=True)
        if known_at > now:
            raise BadRequest("知った日時が、今より先になっています。日付と時刻を確かめてください。")
        if alert and self.alert(alert, (organisation,)) is None:
            raise BadRequest("その警報は、この団体の監査ログにありません。番号を確かめてください。")
        if len(records) > MOST_RECORDS:
            raise BadRequest(f"1件の事故に結び付けられる記録は{MOST_RECORDS}件までです。記録番号を減らしてください。")
        known = tuple(dict.fromkeys(self._record(record, organisation) for record in records if record.strip()))
        how: How = "alert" if alert else "record" if known else "hand"

        def make(id_: str) -> tuple[Incident, Sequence[Event]]:
            made = Incident(id_, organisation, title, known_at, now, person, now, how, alert, records=known)
            data: dict[str, Json] = {"title": title, "how": how, "known_at": known_at.isoformat()}
            data |= {"records": list(known)} if known else {}
            data |= {"alert": alert} if alert else {}
            holds = [self._hold(made, member, record, now) for record in known]
            return made, (self._event("incident_opened", made, member, now, data), *holds)

        return self._store.add(organisation, fiscal_year(now), make)

    def link(self, member: Member, id_: str, record: str) -> Incident:
        """記録を結び付ける; from now on its text is not deleted. Raises Forbidden, BadRequest, Conflict."""
        found = self._seen(member, id_)
        known = self._record(record, found.organisation)
        return self._change(member, id_, "incident_linked", lambda item: (item.linked(known), {"record": known}))

    def unlink(self, member: Member, id_: str, record: str) -> Incident:
        """結び付けを外す. Raises Forbidden, Conflict."""

        def without(item: Incident) -> tuple[Incident, dict[str, Json]]:
            item.check_open()
            if record not in item.records:
                raise Conflict("その記録は、この事故に結び付いていません。")
            return replace(item, records=tuple(name for name in item.records if name != record)), {"record": record}

        return self._change(member, id_, "incident_unlinked", without)

    def state_facts(self, member: Member, id_: str, facts: Facts, *, version: int | None = None) -> Incident:
        """事実を書く. ``version``: of the incident that was looked at. Raises Forbidden, BadRequest, Conflict."""
        self._check_sees(member, id_)
        names = {"summary": "概要", "items": "情報の項目", "cause": "原因", "measures": "対応と再発防止"}
        texts = {name: self._text(getattr(facts, name), ja, TEXT_SIZE) for name, ja in names.items()}
        facts = Facts.of({**facts.data(), **texts})

        def stated(item: Incident) -> tuple[Incident, dict[str, Json]]:
            item.check_open()
            if version is not None and version != item.version:
                raise Conflict("ほかの人が先に書き換えました。今の内容を確かめて、書き足してください。")
            before, after = item.facts.data(), facts.data()
            changed: dict[str, Json] = {
                name: [before[name], after[name]] for name in after if before[name] != after[name]
            }
            if not changed:
                raise BadRequest("変わったところがありません。")
            return replace(item, facts=facts), {"changed": changed}

        return self._change(member, id_, "incident_facts", stated)

    def note(self, member: Member, id_: str, text: str) -> Incident:
        """経過を書く. Raises Forbidden, BadRequest."""
        self._check_sees(member, id_)
        text = self._text(text, "経過", TEXT_SIZE, required=True)
        note = Note(self._clock.now(), member.person.id, text)
        return self._change(member, id_, "incident_noted", lambda item: (item.noted(note), {"text": text}))

    def reported(self, member: Member, id_: str, stage: Stage, *, on: dt.date, reference: str = "") -> Incident:
        """報告したことを書く. Raises Forbidden, BadRequest, Conflict."""
        self._check_sees(member, id_)
        reference = self._text(" ".join(reference.split()), "受付番号など", REFERENCE_SIZE)
        report = Report(stage, on, member.person.id, self._clock.now(), reference)

        def with_report(item: Incident) -> tuple[Incident, dict[str, Json]]:
            item.check_open()
            if not japan_date(item.known_at) <= on <= self.today():
                raise BadRequest("報告した日は、知った日から今日までの日付で書いてください。")
            data: dict[str, Json] = {"stage": stage.value, "on": on.isoformat(), "reference": reference}
            return replace(item, reports=(*item.reports, report)), data

        return self._change(member, id_, "incident_reported", with_report)

    def close(self, member: Member, id_: str, text: str) -> Incident:
        """終結する. Raises Forbidden, BadRequest, Conflict where something is still to be done."""
        self._check_sees(member, id_)
        text = self._text(text, "終結の理由", TEXT_SIZE, required=True)
        return self._change(
            member, id_, "incident_closed", lambda item: (item.closed(text, self._clock.now()), {"text": text})
        )

    def reopen(self, member: Member, id_: str, text: str) -> Incident:
        """再開する. Raises Forbidden, BadRequest, Conflict."""
        self._check_sees(member, id_)
        text = self._text(text, "再開の理由", TEXT_SIZE, required=True)
        return self._change(member, id_, "incident_reopened", lambda item: (item.reopened(), {"text": text}))

    def summarised(self, member: Member, id_: str, kind: str) -> OpenedIncident:
        """報告書を作る: the incident as it stands; that it was made is an entry. ``kind``: of the file."""
        found = self.one(member, id_)
        self._store.record_event(
            self._event("report_made", found.incident, member, self._clock.now(), {"of": "incident", "format": kind})
        )
        return found

    def _change(
        self,
        member: Member,
        id_: str,
        kind: str,
        make: Callable[[Incident], tuple[Incident, Mapping[str, Json]]],
    ) -> Incident:
        for _ in range(_TRIES):
            before = self._seen(member, id_)
            check_can_handle_incidents(member, before.organisation, on=self.today())
            now = self._clock.now()
            made, data = make(before)
            after = replace(made, version=before.version + 1, updated_at=now)
            new = [record for record in after.records if record not in before.records]
            holds = [self._hold(after, member, record, now) for record in new]
            if self._store.change(before, after, (self._event(kind, after, member, now, data), *holds)):
                return after
        raise Conflict("ほかの人の操作と重なりました。画面を開き直して、今の状態を確かめてください。")

    def _seen(self, member: Member, id_: str) -> Incident:
        incident = self._store.incident(id_)
        if incident is None or not can_read_log(member, incident.organisation, on=self.today()):
            raise UnknownRoute("この事故は見つからないか、見る権限がありません。番号を確かめてください。")
        return incident

    def _check_sees(self, member: Member, id_: str) -> None:
        check_can_handle_incidents(member, self._seen(member, id_).organisation, on=self.today())

    def _check_writes(self, member: Member, organisation: str) -> None:
        check_can_read_log(member, organisation, on=self.today())
        check_can_handle_incidents(member, organisation, on=self.today())

    def _record(self, given: str, organisation: str) -> str:
        """The record number that is meant. Raises BadRequest where the organisation has none such."""
        entries = self._entries(given.strip(), (organisation,))
        if not any(entry.columns["kind"] in ANCHORS for entry in entries):
            raise BadRequest(
                "その記録番号の利用は、この団体の監査ログにありません。番号を確かめるか、検索の結果から選んでください。"
            )
        return entries[0].columns["exchange"]

    def _entries(self, record: str, organisations: Sequence[str]) -> Sequence[Recorded]:
        if not record:
            return ()
        page = self._log.find(Query(record=record, organisations=tuple(organisations)), now=self._clock.now(), limit=1)
        return page.hits[0].entries if page.hits else ()

    def _text(self, text: str, what: str, most: int, *, required: bool = False) -> str:
        text = text.replace("\r\n", "\n").strip()
        if required and not text:
            raise BadRequest(f"{what}を書いてください。")
        if len(text) > most:
            raise BadRequest(f"{what}は{most:,}文字までです（今は{len(text):,}文字）。")
        if text and self._confidential(text):
            raise BadRequest(
                f"{what}に、氏名・住所・電話番号などを書かないでください。監査記録にそのまま残ります。"
                "職員は職員番号で、住民は「住民A」や受付番号で書いてください。"
            )
        return text

    def _hold(self, incident: Incident, member: Member, record: str, at: dt.datetime) -> Event:
        """削除の停止: what belongs to an incident is kept until somebody lifts it."""
        return set_hold(
            at=at,
            by=member.person.id,
            reason=f"事故 {incident.id}",
            organisation=incident.organisation,
            exchange=record,
        )

    def _event(self, kind: str, incident: Incident, member: Member, at: dt.datetime, data: Mapping[str, Json]) -> Event:
        person = member.person
        away = {"actor_organisation": person.organisation} if person.organisation != incident.organisation else {}
        told = {"incident": incident.id, "state": incident.state.value}
        return Event(kind, at, "", incident.organisation, "", person.id, {**told, **away, **data})


def _sees(reader: LogReader, organisation: str) -> bool:
    return reader.organisations is None or organisation in reader.organisations
