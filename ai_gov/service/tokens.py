"""仮名と検索用の符号: keyed digests that leave the service or rest in the log, instead of values."""

from __future__ import annotations

from collections.abc import Container, Iterable

from ai_gov.audit import tokens
from ai_gov.model import Action, Actor, Finding
from ai_gov.service.inspect import Inspected
from ai_gov.service.ports import Keys


def pseudonym(actor: Actor, keys: Keys) -> str:
    """仮名: what an upstream is told of the person who asks."""
    key = keys.hmac_key("pseudonym", actor.organisation)
    return tokens.pseudonym(actor.person, key, actor.organisation)


def search_tokens(seen: Inspected, keys: Keys, organisation: str) -> list[str]:
    """検索用の符号: with which the CAIO finds the uses that held a resident; none for a 個人番号.

    What goes out as it stands is told apart from what is hidden.
    """
    decision = seen.decision
    hidden = set(decision.redact) if decision.action in (Action.ALLOW, Action.REDACT) else set(seen.findings)
    return _tokens(seen.findings, seen.document.text, keys, organisation, hidden)


def answer_tokens(findings: Iterable[Finding], text: str, keys: Keys, organisation: str) -> list[str]:
    """The same for what a service said: it is shown to the person who asked as it stands."""
    return _tokens(findings, text, keys, organisation, frozenset())


def _tokens(
    findings: Iterable[Finding], text: str, keys: Keys, organisation: str, hidden: Container[Finding]
) -> list[str]:
    key = keys.hmac_key("search", organisation)
    return [
        token
        for found in findings
        if not found.irreversible
        for token in tokens.finding_tokens(
            found, text[found.start : found.end], key, organisation, clear=found not in hidden
        )
    ]
