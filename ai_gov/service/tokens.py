"""仮名と検索用の符号: keyed digests that leave the service or rest in the log, instead of values."""

from __future__ import annotations

from ai_gov.audit import tokens
from ai_gov.model import Actor
from ai_gov.service.inspect import Inspected
from ai_gov.service.ports import Keys


def pseudonym(actor: Actor, keys: Keys) -> str:
    """仮名: what an upstream is told of the person who asks."""
    key = keys.hmac_key("pseudonym", actor.organisation)
    return tokens.pseudonym(actor.person, key, actor.organisation)


def search_tokens(seen: Inspected, keys: Keys, organisation: str) -> list[str]:
    """検索用の符号: with which the CAIO finds the uses that held a resident; none for a 個人番号."""
    key = keys.hmac_key("search", organisation)
    text = seen.document.text
    return [
        token
        for finding in seen.findings
        if not finding.irreversible
        for token in tokens.finding_tokens(finding, text[finding.start : finding.end], key, organisation)
    ]
