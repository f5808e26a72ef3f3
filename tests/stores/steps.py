"""Steps as the service makes them, for every test of a store."""

import datetime as dt

import uuid_utils

from ai_gov import flow
from ai_gov.model import Action, Actor, Decision, Finding, Level, State, Step

AT = dt.datetime.now(dt.UTC)
ACTOR = Actor("1001", "town", "zei", key="abc")


def decided(exchange: str = "", *, action: Action = Action.ALLOW, tokens=(), sent=None, actor: Actor = ACTOR) -> Step:
    """A decision that lets something leave (or not, by its action)."""
    received = flow.receive(
        exchange or str(uuid_utils.uuid7()), at=dt.datetime.now(dt.UTC), client="gateway", actor=actor
    )
    level = Level.L1 if action is Action.ALLOW else Level.L3B
    decision = Decision(action, level, Level.L1, "default", ())
    findings = [Finding("PERSON", 0, 4, Level.L3C, "name")]
    return flow.decide(
        received, decision, findings, at=dt.datetime.now(dt.UTC), config_digest="d1", sent=sent, tokens=tokens
    )


def outcome(step: Step, state: State = State.ANSWERED) -> Step:
    """How the exchange of a decision ended."""
    return flow.finish(step.exchange, state, at=dt.datetime.now(dt.UTC), data={"usage": {"tokens": 3}})


def refused(exchange: str = "") -> Step:
    """A request without a decision."""
    received = flow.receive(exchange or str(uuid_utils.uuid7()), at=AT, client="gateway", actor=None)
    return flow.refuse(received, at=AT, code="unauthenticated", status=401)
