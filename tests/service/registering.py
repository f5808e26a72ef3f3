"""A town with an applicant, two who decide, and the register of uses over a real store. Not a test."""

from __future__ import annotations

from typing import Any

from ai_gov.people.model import Grant, Person, Role
from ai_gov.people.plan import added
from ai_gov.review.record import Who
from ai_gov.service.governance import FixedConfig
from ai_gov.service.uses import UseService
from tests.service import reviewing
from tests.service.reviewing import PARTNER, SECTION, TOWN, Clock
from tests.service.world import governance

APPLICANT = reviewing.AUTHOR
COLLEAGUE = reviewing.BOSS
CAIO = Who(TOWN, "9001")
ASSISTANT = Who(TOWN, "9002")
AUDITOR = Who(TOWN, "9003")
OTHER_CAIO = Who(PARTNER, "9100")
NAMED = "霧沢"
"""What the stand-in for the inspection takes for a person."""


def settle(store: Any) -> None:
    """Register the town, its CAIO, the assistant, an auditor, and the CAIO of the town beside it."""
    reviewing.settle(store)
    for who, role in (
        (CAIO, Role.CAIO),
        (ASSISTANT, Role.CAIO_ASSISTANT),
        (AUDITOR, Role.AUDITOR),
        (OTHER_CAIO, Role.CAIO),
    ):
        person = Person(who.organisation, who.person, SECTION, f"架空 {who.person}")
        store.register.change(added(person, frozenset({Role.STAFF})), actor="test")
        give(store, who, role)


def give(store: Any, who: Who, role: Role) -> None:
    """A role for the person's own organisation."""
    grant = Grant("", who.organisation, who.person, role, who.organisation)
    store.register.grant(grant, actor="test")


def desk(store: Any, clock: Clock, *changes: tuple[str, str]) -> UseService:
    """The service; ``changes`` are words of the policy to be replaced."""
    return UseService(
        store.uses,
        config=FixedConfig(governance(*changes)),
        clock=clock,
        confidential=lambda text: NAMED in text,
    )


def kinds(store: Any) -> list[str]:
    """The kinds of the entries of uses, oldest first."""
    found = [entry.columns["kind"] for entry in store.audit.entries(limit=1000)[::-1]]
    return [kind.removeprefix("use_") for kind in found if kind.startswith("use_")]
