"""除外: named pure predicates that say why a candidate is no finding after all.

Each takes a candidate and the text and says yes where it speaks *against* the candidate.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import re2

from ai_gov.detect.candidate import Candidate
from ai_gov.rules.lint import options
from ai_gov.rules.schema import Rule

Filter = Callable[[Candidate, str], bool]

_PLACEHOLDER_BEFORE: Final = re.compile(r"[〔\[][^〔〕\[\]\n]{0,16}$")
_PLACEHOLDER: Final = re.compile(r"[〔\[][^〔〕\[\]・0-9\s]{1,12}[0-9]{1,4}(?:・[^〔〕\[\]\s]{1,6})?[〕\]]")
_TIMESTAMP: Final = re.compile(
    r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?:(?:[01][0-9]|2[0-3])[0-5][0-9](?:[0-5][0-9])?)?"
)
_REPEATED: Final = 4
_NUMBERS: Final = frozenset(
    {
        "JP_MY_NUMBER", "JP_RESIDENT_CODE", "JP_DRIVER_LICENSE", "JP_PENSION_NUMBER", "JP_HEALTH_INSURANCE",
        "JP_BANK_ACCOUNT", "CREDIT_CARD", "JP_EMPLOYMENT_INSURANCE", "PHONE_NUMBER", "JP_POSTAL_CODE",
    }
)  # fmt: skip


def is_placeholder(candidate: Candidate, text: str) -> bool:
    """伏せ字: it lies inside a placeholder such as 〔氏名1〕, which holds nothing confidential."""
    before = _PLACEHOLDER_BEFORE.search(text, max(0, candidate.start - 18), candidate.start)
    if before is None and text[candidate.start : candidate.start + 1] not in {"〔", "["}:
        return False
    start = before.start() if before else candidate.start
    found = _PLACEHOLDER.match(text, start)
    return found is not None and found.end() >= candidate.end


def is_one_digit_repeated(candidate: Candidate, text: str) -> bool:
    """同じ数字だけ: 0000-0000-0000 and the like are examples of a form, never a number."""
    digits = {char for char in text[candidate.start : candidate.end] if char.isdecimal()}
    if candidate.entity == "LOCAL_ID":
        return digits == {"0"} and candidate.end - candidate.start >= _REPEATED
    return candidate.entity in _NUMBERS and len(digits) == 1


def is_timestamp(candidate: Candidate, text: str) -> bool:
    """日時: 202604131005 without a label is a time of the day before it is a number of a person."""
    if candidate.entity not in _NUMBERS or candidate.anchored or candidate.evidence:
        return False
    return bool(_TIMESTAMP.fullmatch(text, candidate.start, candidate.end))


FILTERS: Final[Mapping[str, Filter]] = {
    "伏せ字": is_placeholder,
    "同じ数字だけ": is_one_digit_repeated,
    "日時": is_timestamp,
}


class Excluded:
    """除く値: what a rule's own ``exclude`` says is no match of it."""

    def __init__(self, rules: Mapping[str, Rule]) -> None:
        self._patterns = {
            (rule.id, index): [re2.compile(f"(?:{text})", options(ignore_case=True)) for text in detection.exclude]
            for rule in rules.values()
            for index, detection in enumerate(rule.detect)
            if detection.exclude
        }

    def __call__(self, candidate: Candidate, text: str) -> bool:
        """Whether one of them fits the whole candidate."""
        patterns = self._patterns.get((candidate.source.rule.id, candidate.source.index), ())
        value = text[candidate.start : candidate.end]
        return any(pattern.fullmatch(value) is not None for pattern in patterns)


def against(candidate: Candidate, text: str, filters: Sequence[tuple[str, Filter]]) -> str | None:
    """The name of the first filter that speaks against a candidate."""
    return next((name for name, speaks_against in filters if speaks_against(candidate, text)), None)
