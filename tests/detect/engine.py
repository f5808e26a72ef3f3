"""What the tests of the detection engine share: a reading without tokens, and a detector of a few rules."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from ai_gov.detect.detector import Detector
from ai_gov.detect.reading import Reading
from ai_gov.rules.library import parse_rules, shipped
from ai_gov.text import digit_view, normalize

NUMBERS = ("numbers", "contact", "local")

HEAD = """\
schema: 1
id: {id}
title: 試験の規則
entity: {entity}
label: {label}
level: "{level}"
removable: true
basis: [試験]
owner: 試験
updated: 2026-11-25
advice: 消してください。
"""
TAIL = """
examples:
  match: [{text: 例, found: [例]}]
  no_match: [別]
"""


def read(text: str) -> Reading:
    normalized = normalize(text)
    return Reading(normalized, (), digit_view(normalized.text))


def rule(detect: str, *, id: str = "a-rule", entity: str = "LOCAL_ID", label: str = "番号", level: str = "3C") -> str:  # noqa: A002
    """A rule file with this ``detect`` section (indented YAML)."""
    return HEAD.format(id=id, entity=entity, label=label, level=level) + "detect:\n" + detect + TAIL


def detector(*rules: str) -> Detector:
    return Detector(parse_rules({f"{number}.yaml": text for number, text in enumerate(rules)}))


def found(made: Detector, text: str) -> list[tuple[str, str]]:
    """Type and surface of each finding."""
    return [(f.type, text[f.start : f.end]) for f in made.detect(read(text))]


def files(*topics: str) -> Mapping[str, str]:
    return {path: text for path, text in shipped("redaction_rules").items() if path.split("/")[1] in topics}


@functools.cache
def numbers() -> Detector:
    """The shipped rules for numbers, telephones, mail addresses and local ids."""
    return Detector(parse_rules(files(*NUMBERS)))
