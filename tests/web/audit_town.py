"""Two towns on one installation, with uses of both, and who may see what."""

import datetime as dt

import pytest

from ai_gov.model import Action, Actor
from ai_gov.people.model import Department, Grant, Organisation, Person, Role
from ai_gov.people.plan import Change
from ai_gov.web.guard import COOKIE
from tests.stores.steps import decided, outcome
from tests.web.conftest import Browser

HERE, THERE = "132012", "999999"


PEOPLE = {
    "staff": (HERE, "110", "1001", Role.STAFF),
    "caio": (HERE, "110", "9001", Role.CAIO),
    "assistant": (HERE, "110", "9002", Role.CAIO_ASSISTANT),
    "auditor": (HERE, "110", "9003", Role.AUDITOR),
    "it": (HERE, "110", "9004", Role.IT),
    "neighbour": (THERE, "900", "7001", Role.CAIO),
}
"""Who there is: two towns, each with its CAIO."""


def uses(made, count=12, organisation=HERE, department="110", person="1001", **more):
    """So many uses, every fourth of them stopped."""
    for number in range(count):
        action = Action.BLOCK if number % 4 == 3 else Action.REDACT
        step = decided(action=action, actor=Actor(person, organisation, department), **more)
        made.store.record_sync(step)
        if action is not Action.BLOCK:
            made.store.record_sync(outcome(step))
    made.store.sequence_now()


@pytest.fixture
def people(made, accounts, site):
    """Browsers of PEOPLE, signed in."""
    register = made.store.register
    for town, name, section, called in ((HERE, "見本市", "110", "総務課"), (THERE, "隣町", "900", "隣町の秘密課")):
        register.set_organisation(Organisation(town, name), actor="cli")
        register.set_department(Department(town, section, called), actor="cli")
    out = {}
    for name, (town, section, number, role) in PEOPLE.items():
        person = Person(town, number, section, f"隣町 {number}" if town == THERE else f"見本 {number}")
        register.change(Change("added", None, person), actor="cli")
        register.grant(Grant("", town, number, role, town), actor="cli")
        member = made.store.people.member(town, number)
        out[name] = Browser(site)
        token = accounts.begin(member, user_agent="B", by="password").token
        out[name].http.cookies.set(COOKIE, token)
    return out


def kinds(made, kind):
    """The data of the entries of a kind, the newest first."""
    made.store.sequence_now()
    made.store.index.catch_up()
    return [(entry.columns["actor"], entry.event.data) for entry in made.store.search.of_kind(kind, limit=500)]


def this_month(made):
    return f"{made.store.clock.now().astimezone(dt.timezone(dt.timedelta(hours=9))):%Y-%m}"
