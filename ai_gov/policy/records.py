"""名簿: the records of persons that a text holds. Pure; reads line breaks and positions, never a value."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ai_gov.model import Finding

ATTRIBUTES: Final = frozenset(
    {
        "JP_ADDRESS",
        "JP_POSTAL_CODE",
        "PHONE_NUMBER",
        "EMAIL_ADDRESS",
        "DATE_OF_BIRTH",
        "AGE",
        "JP_MY_NUMBER",
        "JP_RESIDENT_CODE",
        "JP_DRIVER_LICENSE",
        "JP_PASSPORT",
        "JP_RESIDENCE_CARD",
        "JP_PENSION_NUMBER",
        "JP_HEALTH_INSURANCE",
        "JP_BANK_ACCOUNT",
        "CREDIT_CARD",
        "JP_VEHICLE_NUMBER",
        "LOCAL_ID",
        "HEALTH_INFO",
        "WELFARE_INFO",
        "TAX_INFO",
        "CRIME_INFO",
        "FAMILY_INFO",
        "BELIEF_INFO",
    }
)
"""個人の属性: what makes a record of a name."""

SENSITIVE: Final = frozenset(name for name in ATTRIBUTES if name.endswith("_INFO"))
"""要配慮個人情報等."""

_NEXT_LINES: Final = 3
"""A record may go on over this many lines after the name."""


@dataclass(frozen=True, slots=True)
class Records:
    """記録の件数: ``all`` with any attribute, ``detailed`` as an extract of a register has them."""

    all: int
    detailed: int


def count_records(text: str, findings: Sequence[Finding]) -> Records:
    r"""記録の件数: how many lines or blocks hold a person's name together with other attributes of a person.

    A line of a table is one record however many names it holds (氏名 and カナ); where each record takes several
    lines, it begins with the name, and what follows within three lines, before the next name, belongs to it.
    A record is detailed where it holds two of 生年月日, 住所 and 要配慮個人情報等.

    >>> from ai_gov.model import Level
    >>> text = "山田太郎,080-1111-2222\n鈴木花子\n桜町1-2\n佐藤"
    >>> spans = [(0, 4, "PERSON"), (5, 18, "PHONE_NUMBER"), (19, 23, "PERSON"), (24, 29, "JP_ADDRESS")]
    >>> count_records(text, [Finding(kind, start, end, Level.L3C, "r") for start, end, kind in spans])
    Records(all=2, detailed=0)
    """
    if len(findings) < 2:
        return Records(0, 0)
    breaks = [at for at, char in enumerate(text) if char == "\n"]
    lines: dict[int, set[str]] = {}
    for finding in findings:
        if finding.type == "PERSON" or finding.type in ATTRIBUTES:
            lines.setdefault(bisect.bisect_left(breaks, finding.start), set()).add(finding.type)
    records: list[set[str]] = []
    begun = 0
    for line, types in sorted(lines.items()):
        if "PERSON" in types:
            records.append(set(types))
            begun = line
        elif records and line - begun <= _NEXT_LINES:
            records[-1] |= types
    found = [kinds for kinds in records if not ATTRIBUTES.isdisjoint(kinds)]
    return Records(len(found), sum(map(_detailed, found)))


def _detailed(kinds: set[str]) -> bool:
    return ("DATE_OF_BIRTH" in kinds) + ("JP_ADDRESS" in kinds) + (not SENSITIVE.isdisjoint(kinds)) > 1
