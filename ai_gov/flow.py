"""流れ: the order of the steps of an exchange, without IO.

Each function takes the exchange as it is and returns the ``Step`` that is to be recorded before anything else
happens. A state that does not follow raises ``OutOfOrderError``: a fault of ours, never of the person who asks.

::

    received ─→ decided ─→ answered | failed | client_gone | interrupted
             ├→ blocked
             ├→ held
             └→ refused
"""

from __future__ import annotations

import collections
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace

from ai_gov.model import Action, Actor, Decision, Event, Exchange, Finding, Json, Level, State, Step

NEXT: Mapping[State, frozenset[State]] = {
    State.RECEIVED: frozenset({State.DECIDED, State.BLOCKED, State.HELD, State.REFUSED}),
    State.DECIDED: frozenset({State.ANSWERED, State.FAILED, State.CLIENT_GONE, State.INTERRUPTED}),
    State.BLOCKED: frozenset(),
    State.HELD: frozenset(),
    State.REFUSED: frozenset(),
    State.ANSWERED: frozenset(),
    State.FAILED: frozenset(),
    State.CLIENT_GONE: frozenset(),
    State.INTERRUPTED: frozenset(),
}
"""Which state may follow which."""


class OutOfOrderError(RuntimeError):
    """A step was taken that the table does not know."""


def receive(
    exchange_id: str,
    *,
    at: dt.datetime,
    client: str,
    actor: Actor | None,
    destination: str = "",
    use: str = "",
    declared: Level | None = None,
) -> Exchange:
    """A new exchange. Not yet recorded: its first step is."""
    return Exchange(exchange_id, at, client, actor, destination, use, declared)


def refuse(
    exchange: Exchange, *, at: dt.datetime, code: str, status: int, param: str | None = None, address: str = ""
) -> Step:
    """The request got no decision: unreadable, unknown, not allowed, too long, or something of ours failed.

    ``address``: where it came from, for one that nobody is known for.
    """
    data: dict[str, Json] = {"code": code, "status": status, "client": exchange.client, "use": exchange.use}
    if address:
        data["address"] = address
    if param:
        data["param"] = param
    if exchange.destination:
        data["destination"] = exchange.destination
    return _step(exchange, State.REFUSED, "refused", at, data)


def refuse_again(exchange: Exchange, *, at: dt.datetime, code: str, status: int, count: int, address: str = "") -> Step:
    """Further requests (``count``) that were refused like ``exchange``, in one entry; it changes no state."""
    refused = refuse(exchange, at=at, code=code, status=status, address=address).event
    return Step(None, replace(refused, kind="refused_again", data={**refused.data, "count": count}))


def decide(
    exchange: Exchange,
    decision: Decision,
    findings: Iterable[Finding],
    *,
    at: dt.datetime,
    config_digest: str,
    sent: Json = None,
    coverage: Mapping[str, int] | None = None,
    tokens: Iterable[str] = (),
    more: Mapping[str, Json] | None = None,
) -> Step:
    """The decision, with everything an auditor asks of it and no raw value.

    ``sent`` is the redacted text that leaves (none where nothing leaves); ``coverage`` how many strings were seen;
    ``more`` what was un-marked, and the permit that was used.
    """
    state = {
        Action.ALLOW: State.DECIDED,
        Action.REDACT: State.DECIDED,
        Action.HOLD: State.HELD,
        Action.BLOCK: State.BLOCKED,
    }[decision.action]
    data: dict[str, Json] = {
        "action": decision.action.value,
        "level": decision.level.code,
        "remaining": decision.remaining.code,
        "destination": decision.destination,
        "use": exchange.use,
        "client": exchange.client,
        "config": config_digest,
        "reasons": [reason.code for reason in decision.reasons],
        "findings": summary(findings),
    }
    if exchange.declared is not None:
        data["declared"] = exchange.declared.code
    if sent is not None:
        data["sent"] = sent
    if coverage:
        data["coverage"] = dict(coverage)
    data |= more or {}
    tokens = sorted(set(tokens))
    if tokens:
        data["tokens"] = tokens
    decided = replace(exchange, decision=decision, destination=decision.destination, config_digest=config_digest)
    return _step(decided, state, "decided", at, data)


def finish(exchange: Exchange, outcome: State, *, at: dt.datetime, data: Mapping[str, Json] | None = None) -> Step:
    """How it ended. ``data``: usage, findings of the answer, counts of restored placeholders, an error's code."""
    took = int((at - exchange.received_at).total_seconds() * 1000)
    return _step(exchange, outcome, "outcome", at, {"took_ms": max(took, 0), **(data or {})})


def summary(findings: Iterable[Finding]) -> list[Json]:
    """Findings for the log: type, rule, level and score, with count and positions; never a value.

    >>> summary([Finding("PERSON", 0, 4, Level.L3C, "name"), Finding("PERSON", 9, 11, Level.L3C, "name")])
    [{'type': 'PERSON', 'rule': 'name', 'level': '3C', 'count': 2, 'score': 1.0, 'at': [[0, 4], [9, 11]]}]
    """
    groups: dict[tuple[str, str, str], list[Finding]] = collections.defaultdict(list)
    for finding in findings:
        groups[finding.type, finding.rule, finding.level.code].append(finding)
    return [
        {
            "type": kind,
            "rule": rule,
            "level": level,
            "count": len(members),
            "score": round(max(member.score for member in members), 2),
            "at": [[member.start, member.end] for member in members[:MAX_POSITIONS]],
        }
        for (kind, rule, level), members in groups.items()
    ]


MAX_POSITIONS = 200
"""Positions kept per type and rule: a list of 10,000 names need not make a row of 100 kB."""


def _step(exchange: Exchange, state: State, kind: str, at: dt.datetime, data: Mapping[str, Json]) -> Step:
    if state not in NEXT[exchange.state]:
        raise OutOfOrderError(f"{exchange.state} -> {state}")
    actor = exchange.actor
    event = Event(
        kind,
        at,
        exchange.id,
        actor.organisation if actor else "",
        actor.department if actor else "",
        actor.person if actor else "",
        {"outcome": state.value, **({"key": actor.key} if actor and actor.key else {}), **data},
    )
    return Step(replace(exchange, state=state), event)
