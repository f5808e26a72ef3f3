"""A town with an author and reviewers, and the review service over a real store. Not a test."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from ai_gov.documents.publication import as_html, as_text
from ai_gov.people.model import Department, Grant, Organisation, Person, Role
from ai_gov.people.plan import added
from ai_gov.review.record import Who
from ai_gov.service.governance import FixedConfig
from ai_gov.service.review import ReviewService
from tests.service.world import governance

TOWN, PARTNER, SECTION, OTHER = "132012", "132021", "110", "120"
AUTHOR = Who(TOWN, "1001")
BOSS = Who(TOWN, "2001")
SECOND = Who(TOWN, "2002")
STRANGER = Who(TOWN, "3001")  # a reviewer of another department
NEIGHBOUR = Who(PARTNER, "9001")  # of a partner town
DRAFT = "納付期限は3月31日です。\n問い合わせは市民課へ。"
FINAL = "納付期限は4月30日です。\n問い合わせは市民課へ。"
CHECKED = ("facts", "rights", "fairness", "privacy", "label")


@dataclass
class Clock:
    at: dt.datetime = dt.datetime(2026, 11, 25, 1, tzinfo=dt.UTC)

    def now(self) -> dt.datetime:
        return self.at

    def later(self, **by: float) -> None:
        self.at += dt.timedelta(**by)


def settle(store: Any) -> None:
    """Register the town and its people."""
    register = store.register
    for town, name in ((TOWN, "見本市"), (PARTNER, "隣町")):
        register.set_organisation(Organisation(town, name), actor="test")
        register.set_department(Department(town, SECTION, "市民課"), actor="test")
        register.set_department(Department(town, OTHER, "税務課"), actor="test")
    staff, reviewer = frozenset({Role.STAFF}), frozenset({Role.STAFF, Role.REVIEWER})
    for who, section, roles in (
        (AUTHOR, SECTION, staff),
        (BOSS, SECTION, reviewer),
        (SECOND, SECTION, reviewer),
        (STRANGER, OTHER, reviewer),
        (NEIGHBOUR, SECTION, staff),
    ):
        person = Person(who.organisation, who.person, section, f"架空 {who.person}")
        register.change(added(person, frozenset({Role.STAFF})), actor="test")
        if Role.REVIEWER in roles:
            grant(store, who, section)


def grant(store: Any, who: Who, section: str = SECTION, *, scope: str = "", **more: Any) -> Grant:
    """Make somebody a reviewer of a department."""
    made = Grant("", who.organisation, who.person, Role.REVIEWER, scope or who.organisation, section, **more)
    return store.register.grant(made, actor="test")


def demote(store: Any, who: Who) -> None:
    """Take every reviewer's role from somebody."""
    for held in store.people.member(who.organisation, who.person).grants:
        if held.role is Role.REVIEWER:
            store.register.revoke_grant(held, actor="test")


def service(store: Any, clock: Clock, *changes: tuple[str, str], public_url: str = "", writers=None) -> ReviewService:
    """The service; ``changes`` are words of the policy to be replaced."""
    return ReviewService(
        store=store.reviews,
        config=FixedConfig(governance(*changes)),
        keys=store.keys,
        clock=clock,
        writers=writers or {"txt": as_text, "html": as_html},
        public_url=public_url,
    )


def started(made: ReviewService, **more: Any) -> str:
    """A draft of the author's."""
    values = {"title": "納付のお知らせ", "text": FINAL, "ai_draft": DRAFT, "use": "public-notice", **more}
    return made.start(AUTHOR, **values).id


def requested(made: ReviewService, **more: Any) -> str:
    """The same, its release requested."""
    id_ = started(made, **more)
    made.request(AUTHOR, id_, revision=1)
    return id_


def approved(made: ReviewService, **more: Any) -> str:
    """The same, approved by the head of the section."""
    id_ = requested(made, **more)
    made.approve(BOSS, id_, revision=1, checked=CHECKED)
    return id_


def kinds(store: Any) -> list[str]:
    """The kinds of the entries of reviews, oldest first."""
    found = [entry.columns["kind"] for entry in store.audit.entries(limit=1000)[::-1]]
    return [kind.removeprefix("review_") for kind in found if kind.startswith("review_")]
