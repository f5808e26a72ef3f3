"""A town with a CAIO, an assistant, an auditor and somebody of IT, a partner town's CAIO, and uses in the log."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ai_gov import flow
from ai_gov.audit.alerts import Alert
from ai_gov.model import Action, Actor, Decision, Event, Finding, Level, Reason, State, Step
from ai_gov.people.model import Department, Grant, Organisation, Person, Role
from ai_gov.people.plan import added
from ai_gov.review.permits import Permit, PermitState
from ai_gov.service.incidents import IncidentService

TOWN, PARTNER = "132012", "132021"
PEOPLE = (
    (TOWN, "1003", Role.CAIO),
    (TOWN, "1004", Role.CAIO_ASSISTANT),
    (TOWN, "1005", Role.AUDITOR),
    (TOWN, "1006", Role.IT),
    (PARTNER, "9003", Role.CAIO),
)
NOW = dt.datetime(2026, 11, 25, 3, tzinfo=dt.UTC)
USE = "019d4657-0000-7000-8000-00000000000{}"


class Clock:
    at = NOW

    def now(self) -> dt.datetime:
        return self.at


def settle(store: Any) -> None:
    """Register towns and people."""
    for town, name in ((TOWN, "見本市"), (PARTNER, "隣町")):
        store.register.set_organisation(Organisation(town, name), actor="test")
        store.register.set_department(Department(town, "110", "市民課"), actor="test")
    for town, number, role in PEOPLE:
        person = Person(town, number, "110", f"架空 {number}")
        store.register.change(added(person, frozenset({Role.STAFF})), actor="test")
        store.register.grant(Grant("", town, number, role, town), actor="test")


def member(store: Any, number: str, town: str = TOWN) -> Any:
    return store.people.member(town, number)


def use(
    store: Any, number: int, *, town: str = TOWN, action: Action = Action.REDACT, sent: str = "〔氏名1〕さん"
) -> str:
    """A use in the log; its record number."""
    record, at = USE.format(number), NOW - dt.timedelta(hours=number)
    actor = Actor("1001", town, "110")
    received = flow.receive(record, at=at, client="gateway", actor=actor, destination="default", use="general")
    goes = action in (Action.ALLOW, Action.REDACT)
    kind = "PERSON" if goes else "JP_MY_NUMBER"
    decided = flow.decide(
        received,
        Decision(action, Level.L3C if goes else Level.L3A, Level.L1, "default", ()),
        [Finding(kind, 0, 4, Level.L3C if goes else Level.L3A, "r")],
        at=at,
        config_digest="d",
        sent=[["messages[0].content", sent]] if goes else None,
    )
    store.record_sync(decided)
    if goes:
        done = {"answer": [["content", "承知しました。"]], "usage": {"prompt_tokens": 12, "completion_tokens": 5}}
        store.record_sync(flow.finish(decided.exchange, State.ANSWERED, at=at + dt.timedelta(seconds=2), data=done))
    return record


def decided(number: int, town: str = TOWN) -> Step:
    """One of many decisions, the record number of which nobody asks for."""
    actor, at = Actor("1001", town, "110"), NOW - dt.timedelta(minutes=number)
    received = flow.receive(f"019d4657-0000-7000-9000-{number:012d}", at=at, client="web", actor=actor)
    nothing = Decision(Action.BLOCK, Level.L3A, Level.L3A, "default", ())
    return flow.decide(received, nothing, (), at=at, config_digest="d")


def refusal(record: str) -> Step:
    """A request that was not read."""
    received = flow.receive(record, at=NOW, client="gateway", actor=Actor("1001", TOWN, "110"))
    return flow.refuse(received, at=NOW, code="bad_request", status=400, param="model")


def story(store: Any, held: str, sent: str) -> None:
    """A held request, its permit, the request that used it, and the review of its answer until it was withdrawn."""
    actor = Actor("1001", TOWN, "110")
    unmarked = [{"type": "PERSON", "rule": "name", "level": "3C", "at": [0, 4], "reason": "published"}]

    def decide(record: str, action: Action, more: dict[str, Any], *reasons: str) -> Step:
        received = flow.receive(record, at=NOW, client="web", actor=actor, destination="default", use="general")
        why = tuple(Reason(code, "") for code in reasons)
        decision = Decision(action, Level.L3C, Level.L1, "default", why)
        texts = [["messages[0].content", "文"]]
        return flow.decide(received, decision, (), at=NOW, config_digest="d", sent=texts, more=more)

    def event(what: str, record: str, who: str, **data: Any) -> Event:
        return Event(what, NOW, record, TOWN, "110", who, data)

    def told(what: str, record: str, who: str, **data: Any) -> None:
        store.record_sync(Step(None, event(what, record, who, **data)))

    store.record_sync(decide(held, Action.HOLD, {"unmarked": unmarked}, "unmark_held"))
    permit = Permit("p1", TOWN, "110", "1001", held, "unmark", "b", "general", "default", PermitState.ASKED, NOW)
    store.permits.ask(permit, event("permit_asked", held, "1001", permit="p1", kind="unmark", state="asked"), NOW)
    told("permit_granted", held, "1002", permit="p1", kind="unmark", state="granted", valid_hours=24)
    told("permit_used", held, "1001", permit="p1", kind="unmark", state="used", used_by=sent)
    step = decide(sent, Action.ALLOW, {"unmarked": unmarked, "permit": "p1"}, "permitted")
    store.record_sync(step)
    store.record_sync(flow.finish(step.exchange, State.ANSWERED, at=NOW, data={"answer": [["content", "案"]]}))
    of = {"review": "v1", "audience": "external", "degree": "L2", "revision": 1}
    told("review_started", sent, "1001", **of, state="draft")
    told("review_requested", sent, "1001", **of, state="requested", labelled=True)
    approval = {"approvals": [1, 1], "checks": ["facts", "label"], "files": ["txt", "docx"], "waited_s": 5400}
    told("review_approved", sent, "1002", **of, state="approved", **approval, deputy_for="9")
    told("review_released", sent, "1001", **of, state="released", release="R1234", files={"txt": "ab12"})
    told("review_withdrawn", sent, "1002", **of, state="withdrawn", release="R1234", reason="mistake", released=True)


def alert(store: Any, *records: str, town: str = TOWN) -> str:
    """An alert in the log; the id of its entry."""
    raised = Alert("my-number", "k", "個人番号の入力", "検知されました。", NOW, "", town, "110", "1001", 1, records)
    return str(store.record_sync(Step(None, raised.event())).entry_id)


def service(store: Any, clock: Clock | None = None, *, named: str = "山田太郎") -> IncidentService:
    """The service; whoever writes ``named`` has named somebody."""
    return IncidentService(
        store.incidents, log=store.search, clock=clock or Clock(), confidential=lambda text: named in text
    )
