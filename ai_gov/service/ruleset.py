"""設定の組の変更: a changed set of files, checked, and how it differs from another."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from ai_gov.documents.prompts import is_prompt
from ai_gov.errors import ConfigError, Problem
from ai_gov.rules.check import check_examples
from ai_gov.rules.library import RuleSet
from ai_gov.service.governance import SINGLE, build, rules_of
from ai_gov.service.inspector import Inspector
from ai_gov.service.ports import Governance, Reader

OWN: Final = "own/"
"""Where a municipality's own files stand in a set."""


def checked(files: Mapping[str, str], reader: Reader, today: dt.date) -> Governance:
    """規則と例の点検: the set, valid and true to the examples of its rules. Raises ConfigError with every problem."""
    governance = build(files, today)
    if problems := example_problems(files, governance, reader):
        raise ConfigError(problems)
    return governance


def example_problems(
    files: Mapping[str, str], governance: Governance, reader: Reader, *, only: Iterable[str] | None = None
) -> Sequence[Problem]:
    """例の点検: what the examples of the rules (or of ``only`` those of these ids) say against them."""
    rules = rules_of(files)
    if only is not None:
        rules = _some(rules, set(only))
    inspector = Inspector(governance, reader)
    return check_examples(rules, lambda text: inspector.explain(text).findings)


def difference(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    """違い: a readable difference of two sets of files."""
    out: list[str] = []
    for path in sorted({*old, *new}):
        before, after = old.get(path, ""), new.get(path, "")
        if before != after:
            out += difflib.unified_diff(before.splitlines(), after.splitlines(), path, path, lineterm="", n=1)
    return out


def place_of(path: str) -> str:
    """差し替え先: where a changed file stands in a set, beside the shipped one that it replaces by id.

    >>> place_of("redaction_rules/numbers/my_number.yaml"), place_of("redaction_rules/policy.yaml")
    ('own/redaction_rules/numbers/my_number.yaml', 'redaction_rules/policy.yaml')
    """
    if path.startswith(OWN) or (path.rpartition("/")[2] in SINGLE and not is_prompt(path)):
        return path
    return f"{OWN}{path}"


def changed_paths(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str | None]:
    """変わるファイル: the text of each that is new or changed, none for one that goes."""
    return {path: new.get(path) for path in sorted({*old, *new}) if old.get(path) != new.get(path)}


def _some(rules: RuleSet, ids: set[str]) -> RuleSet:
    return replace(rules, rules={key: rule for key, rule in rules.rules.items() if key in ids})
