"""入力中の検査の結果: the text in pieces, those that are found with what becomes of them and why, in one sentence."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from ai_gov.model import Action, Finding, Level
from ai_gov.policy.schema import Destination
from ai_gov.policy.unmark import may_unmark, needs_permit
from ai_gov.rules.schema import Rule
from ai_gov.service.inspect import Inspected
from ai_gov.service.marking import KIND, MARKED
from ai_gov.service.passing import decided, wish
from ai_gov.service.ports import Governance


class Fate(StrEnum):
    """どうなるか: of what was found."""

    HIDE = "hide"  # a placeholder stands for it
    STOP = "stop"  # it may not go, and neither may the text
    PASS = "pass"  # noqa: S105 - the destination may see it
    CLEAR = "clear"  # somebody says that it is none


@dataclass(frozen=True, slots=True)
class Shown:
    """見つかったもの. ``number`` counts from 1 in the order of the text; ``placeholder`` is what would be sent."""

    number: int
    type: str
    rule: str
    title: str
    level: Level
    fate: Fate
    placeholder: str
    why: str
    unmark: str = ""
    """Whether it may be un-marked: ``self``, ``permit`` (a superior has to agree) or not at all."""
    marked: bool = False
    """Whether it is there because somebody said that it is to be hidden."""


@dataclass(frozen=True, slots=True)
class Piece:
    """一片: plain text, or a finding (by its number)."""

    text: str = field(repr=False)
    number: int = 0


@dataclass(frozen=True, slots=True)
class Preview:
    """入力中の検査の結果: of what is being typed; ``earlier`` counts what is hidden in the conversation before it."""

    pieces: tuple[Piece, ...]
    findings: tuple[Shown, ...]
    action: Action
    level: Level
    reasons: tuple[str, ...]
    redacted: str = field(repr=False)
    earlier: int = 0


def preview(seen: Inspected, governance: Governance, destination: Destination | None, text: str) -> Preview:
    """What is shown of an inspection whose last string is ``text``."""
    start = seen.document.starts[-1] if seen.document.starts else 0
    here = [found for found in seen.findings if found.start >= start]
    goes = seen.outgoing if seen.decision.action in (Action.ALLOW, Action.REDACT) else seen.logged
    edits = {edit.start: edit.replacement for edit in goes.edits}
    pieces: list[Piece] = []
    shown: list[Shown] = []
    at = start
    for number, found in enumerate(here, 1):
        pieces += [Piece(seen.document.text[at : found.start])] if at < found.start else []
        pieces.append(Piece(seen.document.text[found.start : found.end], number))
        at = found.end
        rule = MARKED if found.rule == MARKED.id else governance.rules.get(found.rule)
        fate = _fate(found, seen, governance, destination)
        placeholder = edits.get(found.start, "") if fate is Fate.HIDE else ""
        title = rule.title if rule else found.type
        why = _sentence(fate, found, rule, placeholder)
        marked = found.kind == KIND
        unmark = "" if marked else _unmark(found)
        shown.append(Shown(number, found.type, found.rule, title, found.level, fate, placeholder, why, unmark, marked))
    if at < start + len(text):
        pieces.append(Piece(seen.document.text[at:]))
    decision = decided(seen, "") if wish(seen) else seen.decision
    return Preview(
        tuple(pieces),
        tuple(shown),
        decision.action,
        decision.level,
        tuple(reason.message for reason in decision.reasons),
        seen.document.apply(goes.edits)[-1] if seen.document.starts else "",
        len(seen.findings) - len(here),
    )


def _unmark(found: Finding) -> str:
    if not may_unmark(found):
        return ""
    return "permit" if needs_permit(found) else "self"


def _fate(found: Finding, seen: Inspected, governance: Governance, destination: Destination | None) -> Fate:
    policy = governance.policy
    if any(found == dropped for dropped, _ in seen.dropped):
        return Fate.CLEAR
    if found.type in policy.stop_entities or found.level.code in policy.stop_levels:
        return Fate.STOP
    if seen.decision.action in (Action.ALLOW, Action.REDACT):
        return Fate.HIDE if found in seen.decision.redact else Fate.PASS
    maximum = destination.maximum if destination else Level.L1
    if found.level <= maximum:
        return Fate.PASS
    return Fate.HIDE if found.removable else Fate.STOP


def _sentence(fate: Fate, found: Finding, rule: Rule | None, placeholder: str) -> str:
    if rule is None:
        return f"{found.type}（{found.level}）を見つけた規則が適用されていません。情報担当に連絡してください。"
    why = f"{rule.title}（{found.level}、根拠：{rule.basis[0]}）"
    match fate:
        case Fate.HIDE:
            back = "元に戻りません" if found.irreversible else "回答では元に戻します"
            return f"{why}なので、{placeholder} に置き換えて送り、{back}。"
        case Fate.STOP:
            return f"{why}なので、送れません。{rule.advice}"
        case Fate.PASS:
            return f"{why}ですが、この送信先では扱えるので、そのまま送ります。"
        case Fate.CLEAR:
            who = "所属長の許可を得て" if needs_permit(found) else "申し出のとおり"
            return f"{rule.title}ではないものとして、{who}、伏せずに送ります。"
