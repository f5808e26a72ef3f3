"""判定: findings, destination and policy → what becomes of a prompt, and why. Pure and total.

Whatever is not known to be allowed is stopped, with a reason. The level of a prompt is that of its highest finding,
raised by combinations, lists and what the user declared. What can be cut out is cut out where it is above the
destination's class; then everything is looked at again on what remains.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from ai_gov.model import Action, Decision, Finding, Level, Reason
from ai_gov.policy import reasons
from ai_gov.policy.combine import present
from ai_gov.policy.records import Records, count_records
from ai_gov.policy.schema import Combination, Destination, Policy
from ai_gov.rules.schema import Rule

LIST_LEVEL = Level.L3B
"""A list of residents, whatever its columns."""


def decide(
    findings: Iterable[Finding],
    *,
    text: str,
    destination: Destination | None,
    policy: Policy,
    rules: Mapping[str, Rule],
    today: dt.date,
    declared: Level | None = None,
    use: str = "",
    detector_failed: bool = False,
    apply_at: str = "",
) -> Decision:
    """判定: the action, the levels before and after cutting, and the reasons.

    ``text`` is what the findings stand in (read for its line breaks only); ``rules`` are those in force, by id;
    ``destination`` is what ``Policy.destination`` gave, none where the client named nothing that may be used;
    ``apply_at`` is the address where the approval of a use is applied for, to be told where one is missing.
    Never raises; never allows or redacts what remains above the destination's class.
    """
    spoken = sorted(
        (finding for finding in findings if finding.score >= policy.min_score),
        key=lambda finding: (finding.start, finding.end, finding.type),
    )
    known = [finding for finding in spoken if finding.rule in rules]
    records = count_records(text, known)
    whole = _level(known, records, policy, declared)
    name = destination.name if destination else ""

    refused = _refused(
        destination,
        policy,
        rules,
        today=today,
        use=use,
        unknown=len(spoken) - len(known),
        detector_failed=detector_failed,
        apply_at=apply_at,
    )
    if refused or destination is None:
        return Decision(Action.BLOCK, whole, whole, name, refused or (reasons.NO_DESTINATION,))

    if stopped := _stopped(known, whole, declared, policy, rules):
        return Decision(Action.BLOCK, whole, whole, name, stopped)

    cut, kept, undone = _cut(known, policy, destination.maximum)
    other = _raised(kept, records, policy, declared)
    remaining = max([other, *(finding.level for finding in kept)])
    if remaining > destination.maximum:
        action = _held_or_blocked(kept, remaining, other, destination.maximum, policy)
        why = _why(kept, policy, rules, destination, records=records, declared=declared, action=action)
        held = tuple(cut) if action is Action.HOLD else ()  # what stays hidden where a superior lets it pass
        return Decision(action, whole, remaining, name, why, redact=held)
    if cut:
        return Decision(
            Action.REDACT, whole, remaining, name, reasons.redacted(cut, rules, whole, undone), redact=tuple(cut)
        )
    return Decision(Action.ALLOW, whole, remaining, name, ())


def _level(findings: Sequence[Finding], records: Records, policy: Policy, declared: Level | None) -> Level:
    return max([_raised(findings, records, policy, declared), *(finding.level for finding in findings)])


def _raised(findings: Sequence[Finding], records: Records, policy: Policy, declared: Level | None) -> Level:
    """The level that findings have together, and what else raises it; without their own levels."""
    levels = [Level.L1, *(item.raises_to for item in present(policy.combinations, findings))]
    if policy.is_list(records):
        levels.append(LIST_LEVEL)
    if declared is not None:
        levels.append(declared)
    return max(levels)


def _refused(
    destination: Destination | None,
    policy: Policy,
    rules: Mapping[str, Rule],
    *,
    today: dt.date,
    use: str,
    unknown: int,
    detector_failed: bool,
    apply_at: str,
) -> tuple[Reason, ...]:
    """Why nothing can be decided at all; empty where it can."""
    why: list[Reason] = []
    if not rules:
        why.append(reasons.NO_RULES)
    if detector_failed:
        why.append(reasons.DETECTOR)
    if rules and unknown:
        why.append(reasons.unknown_types(unknown))
    wanted = policy.use(use)
    if wanted is None:
        why.append(reasons.no_use(apply_at))
    elif policy.unapproved(wanted, today):
        why.append(reasons.use_not_approved(wanted, apply_at))
    if destination is None:
        why.append(reasons.NO_DESTINATION)
        return tuple(why)
    if today > destination.approved_until:
        why.append(reasons.expired(destination))
    if wanted and wanted.destinations and destination.name not in wanted.destinations:
        why.append(reasons.use_elsewhere(wanted.title, destination))
    return tuple(why)


def _stopped(
    findings: Sequence[Finding], whole: Level, declared: Level | None, policy: Policy, rules: Mapping[str, Rule]
) -> tuple[Reason, ...]:
    """Why it goes nowhere, whatever the destination; empty where it may go somewhere."""
    levels = {Level.parse(code) for code in policy.stop_levels}
    members = [finding for finding in findings if finding.type in policy.stop_entities or finding.level in levels]
    why = list(reasons.of_findings("stopped", "どの送信先にも送れません", members, rules))
    why += [
        reasons.of_combination(item, "どの送信先にも送れません")
        for item in present(policy.combinations, findings)
        if item.raises_to in levels
    ]
    if declared in levels and declared is not None:
        why.append(
            Reason(
                "declared_stopped",
                f"申告された区分が{declared}のため、どの送信先にも送れません。生成AIを使わずに作業してください。",
            )
        )
    if not why and whole in levels:  # a list of residents where the policy stops 3B everywhere
        why.append(
            Reason("level_stopped", f"{whole}の内容はどの送信先にも送れません。内容を除いてから送ってください。")
        )
    return tuple(why)


def _cut(
    findings: Sequence[Finding], policy: Policy, maximum: Level
) -> tuple[list[Finding], list[Finding], list[Combination]]:
    """What to cut, what is kept, and the combinations that the cut undoes."""
    before = [item for item in present(policy.combinations, findings) if item.raises_to > maximum]
    cut = [finding for finding in findings if finding.removable and finding.level > maximum]
    kept = [finding for finding in findings if not (finding.removable and finding.level > maximum)]
    for _ in range(len(policy.combinations) + 1):  # each turn undoes one at least, or is the last
        types = {
            name for item in present(policy.combinations, kept) if item.raises_to > maximum for name in item.removes
        }
        more = [finding for finding in kept if finding.removable and finding.type in types]
        if not more:
            break
        cut += more
        kept = [finding for finding in kept if not (finding.removable and finding.type in types)]
    cut.sort(key=lambda finding: (finding.start, finding.end))
    after = {item.id for item in present(policy.combinations, kept)}
    return cut, kept, [item for item in before if item.id not in after]


def _held_or_blocked(kept: Sequence[Finding], remaining: Level, other: Level, maximum: Level, policy: Policy) -> Action:
    """保留 where the policy lets a superior permit this level, or each of the types that stand in the way.

    ``other`` is the level without the findings' own: that of combinations, lists and the declaration.
    """
    if remaining.code in policy.hold.levels:
        return Action.HOLD
    in_the_way = {finding.type for finding in kept if finding.level > maximum}
    if in_the_way and other <= maximum and in_the_way.issubset(policy.hold.entities):
        return Action.HOLD
    return Action.BLOCK


def _why(
    kept: Sequence[Finding],
    policy: Policy,
    rules: Mapping[str, Rule],
    destination: Destination,
    *,
    records: Records,
    declared: Level | None,
    action: Action,
) -> tuple[Reason, ...]:
    maximum = destination.maximum
    verb = "所属長の許可が必要です" if action is Action.HOLD else "停止しました"
    above = [finding for finding in kept if finding.level > maximum]
    why = list(reasons.of_findings("content", verb, above, rules))
    why += [
        reasons.of_combination(item, verb) for item in present(policy.combinations, kept) if item.raises_to > maximum
    ]
    if policy.is_list(records) and maximum < LIST_LEVEL:
        why.append(reasons.of_list(records.all, verb))
    if declared is not None and declared > maximum:
        why.append(reasons.of_declared(declared, destination, verb))
    if action is Action.HOLD:
        why.append(reasons.HELD)
    return tuple(why)
