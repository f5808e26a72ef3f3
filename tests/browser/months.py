"""A month of use by invented people, so that plots have something to show."""

import datetime as dt

import uuid_utils

from ai_gov import flow
from ai_gov.model import Action, Actor, Decision, Finding, Level, State

DEPARTMENTS = ("110", "110", "110", "120", "120", "130", "140")
KINDS = ("PERSON", "JP_ADDRESS", "PHONE_NUMBER", "PERSON", "EMAIL_ADDRESS")


def busy_month(store, organisation, count=180):
    """So many uses over the days of this month up to now, in working hours."""
    now = store.clock.now()
    local = now.astimezone(dt.timezone(dt.timedelta(hours=9)))
    for number in range(count):
        day = 1 + number * 7 % local.day
        at = min(local.replace(day=day, hour=8 + number * 5 % 11, minute=number * 13 % 60), local).astimezone(dt.UTC)
        for step in steps(number, at, organisation):
            store.record_sync(step)


def steps(number, at, organisation):
    """One use: its decision and, where it left, its outcome."""
    actor = Actor(f"{1001 + number % 9}", organisation, DEPARTMENTS[number * 3 % len(DEPARTMENTS)])
    client = "web" if number % 3 else "gateway"
    received = flow.receive(str(uuid_utils.uuid7()), at=at, client=client, actor=actor)
    action = (Action.ALLOW, Action.REDACT, Action.ALLOW, Action.REDACT, Action.ALLOW, Action.BLOCK)[number % 6]
    level = {Action.ALLOW: Level.L1, Action.REDACT: Level.L3C, Action.BLOCK: Level.L3B}[action]
    decision = Decision(action, level, Level.L1, "default", ())
    found = [Finding(KINDS[(number + more) % len(KINDS)], more, more + 1, level, "r") for more in range(number % 3)]
    decided = flow.decide(received, decision, found, at=at, config_digest="d")
    if action is Action.BLOCK:
        return [decided]
    data = {"usage": {"prompt_tokens": 300 + number, "completion_tokens": 500 + number * 2}, "took_ms": 2400}
    return [decided, flow.finish(decided.exchange, State.ANSWERED, at=at + dt.timedelta(seconds=3), data=data)]
