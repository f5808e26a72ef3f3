"""試す: one text by the set in force and by a changed one, side by side. Nothing of the text is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ai_gov.errors import BadRequest, ConfigError, Problem
from ai_gov.model import Action, Level
from ai_gov.policy.schema import Policy
from ai_gov.service.explained import evidence, how
from ai_gov.service.governance import build, rules_of
from ai_gov.service.inspector import Inspector
from ai_gov.service.ports import Governance, Reader
from ai_gov.service.ruleset import example_problems

LONGEST = 20_000
"""Characters of a text that is tried."""
PUT_ASIDE = 20
"""So many candidates that became nothing are told."""


@dataclass(frozen=True, slots=True)
class Told:
    """見つかったもの: what, by which rule, how surely, on what evidence. ``cut``: whether it is hidden or passed."""

    number: int
    surface: str = field(repr=False)
    type: str
    rule: str
    title: str
    level: Level
    how: str
    evidence: str
    score: float
    changed: bool = False
    """Whether the other side does not find it so."""


@dataclass(frozen=True, slots=True)
class Side:
    """片側の結果: by one set. ``pieces`` is the text, a number with each that was found."""

    action: Action
    level: Level
    reasons: tuple[str, ...]
    pieces: tuple[tuple[str, int], ...] = field(repr=False)
    found: tuple[Told, ...] = ()
    aside: tuple[str, ...] = ()
    redacted: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    """見比べ: ``after`` is none where nothing was changed, or where ``problems`` stand against the change."""

    before: Side | None
    after: Side | None = None
    problems: tuple[Problem, ...] = ()
    tried: int = 0
    """How many rules' own examples were run."""


def compare(
    text: str,
    *,
    before: Governance,
    files: Mapping[str, str] | None,
    path: str,
    reader: Reader,
    today: dt.date,
    destination: str = "",
) -> Comparison:
    """見比べる: ``files`` is the changed set (none: no change), ``path`` its file that differs. Raises BadRequest."""
    if len(text) > LONGEST:
        raise BadRequest(f"試す文章は{LONGEST:,}文字までにしてください。", param="text")
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    first = _side(text, before, reader, destination)
    if files is None:
        return Comparison(first)
    try:
        made = build(files, today)
        only = _rules_of_file(files, path, made)
        problems = tuple(example_problems(files, made, reader, only=only))
    except ConfigError as error:
        return Comparison(first, None, error.problems)
    second = _side(text, made, reader, destination)
    if first is not None and second is not None:
        first, second = _marked(first, second), _marked(second, first)
    return Comparison(first, second, problems, len(only))


def _rules_of_file(files: Mapping[str, str], path: str, made: Governance) -> set[str]:
    """The rule that stands in a file; every one where the file belongs to all (allow.yaml, signs.yaml)."""
    rules = rules_of(files)
    own = {key for key, where in rules.paths.items() if where == path}
    return own or set(made.rules)


def _side(text: str, governance: Governance, reader: Reader, destination: str) -> Side | None:
    if not text.strip():
        return None
    inspector = Inspector(governance, reader)
    target = destination if _known(governance.policy, destination) else ""
    seen = inspector.inspect(text, destination=target)
    explained = inspector.explain(text)
    pieces: list[tuple[str, int]] = []
    told: list[Told] = []
    at = 0
    for number, item in enumerate(explained.findings, 1):
        if at < item.start:
            pieces.append((text[at : item.start], 0))
        surface, at = text[item.start : item.end], item.end
        pieces.append((surface, number))
        rule = governance.rules.get(item.rule)
        title = rule.title if rule else item.type
        told.append(
            Told(number, surface, item.type, item.rule, title, item.level, how(item), evidence(item), item.score)
        )
    if at < len(text):
        pieces.append((text[at:], 0))
    aside = dict.fromkeys(f"{each.candidate.source.rule.title}（{each.reason}）" for each in explained.discarded)
    sent = seen.action in (Action.ALLOW, Action.REDACT)
    return Side(
        seen.action,
        seen.level,
        tuple(reason.message for reason in seen.reasons),
        tuple(pieces),
        tuple(told),
        tuple(aside)[:PUT_ASIDE],
        seen.redacted if sent else "",
    )


def _known(policy: Policy, name: str) -> bool:
    return any(item.name == name for item in policy.destinations)


def _marked(one: Side, other: Side) -> Side:
    """The side with those findings marked that the other does not have at the same place with the same level."""
    there = {(place, item.type, item.level) for place, item in _placed(other)}
    found = tuple(replace(item, changed=(place, item.type, item.level) not in there) for place, item in _placed(one))
    return replace(one, found=found)


def _placed(side: Side) -> list[tuple[int, Told]]:
    at, out = 0, []
    for text, number in side.pieces:
        if number:
            out.append((at, side.found[number - 1]))
        at += len(text)
    return out
