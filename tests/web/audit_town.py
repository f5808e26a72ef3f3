"""Two towns on one installation, with uses of both, and who may see what."""

import datetime as dt

import pytest

from ai_gov.model import Action, Actor
from ai_gov.people.model import Department, Grant, Organisation, Person, Role
from ai_gov.people.plan import Change
from tests.stores.steps import decided, outcome
from tests.web.conftest import WORD, Browser

HERE, THERE = "132012", "999999"


def other_town(made, accounts):
    """A second town, with a CAIO of its own."""
    register = made.store.register
    register.set_organisation(Organisation(THERE, "隣町"), actor="cli")
    register.set_department(Department(THERE, "900", "隣町の秘密課"), actor="cli")
    person = Person(THERE, "7001", "900", "隣町 太郎")
    register.change(Change("added", None, person), actor="cli")
    register.grant(Grant("", THERE, "7001", Role.CAIO, THERE), actor="cli")
    accounts.set_first(person, WORD)


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
async def people(enrol, made, accounts, site):
    """Signed-in browsers: a CAIO, an assistant, an auditor, a member of staff, IT, and the CAIO next door."""
    other_town(made, accounts)
    enrol("1001")
    enrol("9001", Role.CAIO)
    enrol("9002", Role.CAIO_ASSISTANT)
    enrol("9003", Role.AUDITOR)
    enrol("9004", Role.IT)
    out = {}
    for name, number in (
        ("staff", "1001"),
        ("caio", "9001"),
        ("assistant", "9002"),
        ("auditor", "9003"),
        ("it", "9004"),
    ):
        out[name] = Browser(site)
        assert (await out[name].sign_in(number)).status_code == 303
    out["neighbour"] = Browser(site)
    data = {"organisation": THERE, "person": "7001", "password": WORD, "next": "/"}
    assert (await out["neighbour"].http.post("/signin", data=data)).status_code == 303
    return out


def kinds(made, kind):
    """The data of the entries of a kind, the newest first."""
    made.store.sequence_now()
    made.store.index.catch_up()
    return [(entry.columns["actor"], entry.event.data) for entry in made.store.search.of_kind(kind, limit=500)]


def this_month(made):
    return f"{made.store.clock.now().astimezone(dt.timezone(dt.timedelta(hours=9))):%Y-%m}"
