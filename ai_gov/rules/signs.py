"""手がかりの共有: topics that name a sign of signs.yaml get its words and patterns."""

from __future__ import annotations

from collections.abc import Mapping

from ai_gov.rules.schema import Detections, Rule, Sign, Topic


def with_shared(rule: Rule, shared: Mapping[str, Sign]) -> tuple[Rule, tuple[str, ...]]:
    """The rule with every reference replaced by the sign it means (its own weight kept), and names not found.

    >>> import datetime
    >>> shared = {"口止め": Sign(name="口止め", words=("他言",))}
    >>> Sign(name="口止め", weight=2).is_reference, shared["口止め"].is_reference
    (True, False)
    """
    missing: list[str] = []
    detections: list[Detections] = []
    for detection in rule.detect:
        if isinstance(detection, Topic):
            signs = tuple(_resolved(sign, shared, missing) for sign in detection.signs)
            detections.append(detection.model_copy(update={"signs": signs}))
        else:
            detections.append(detection)
    return rule.model_copy(update={"detect": tuple(detections)}), tuple(missing)


def _resolved(sign: Sign, shared: Mapping[str, Sign], missing: list[str]) -> Sign:
    if not sign.is_reference:
        return sign
    meant = shared.get(sign.name)
    if meant is None or meant.is_reference:
        missing.append(sign.name)
        return sign
    return sign.model_copy(
        update={"words": meant.words, "patterns": meant.patterns, "entities": meant.entities}
        | ({"at_least": meant.at_least} if sign.at_least == 1 else {})
    )
