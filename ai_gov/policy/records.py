"""名簿: how many records of a person a text holds. Pure; reads line breaks and positions, never a value."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
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

_NEXT_LINES: Final = 3
"""A record may go on over this many lines after the name."""


def count_records(text: str, findings: Sequence[Finding]) -> int:
    r"""記録の件数: how many lines or blocks hold a person's name together with another attribute of a person.

    A line of a table is one record however many names it holds (氏名 and カナ); where each record takes several
    lines, it begins with the name and the attribute follows within three lines, before the next name.

    >>> from ai_gov.model import Level
    >>> text = "山田太郎,080-1111-2222\n鈴木花子\n桜町1-2\n佐藤"
    >>> spans = [(0, 4, "PERSON"), (5, 18, "PHONE_NUMBER"), (19, 23, "PERSON"), (24, 29, "JP_ADDRESS")]
    >>> count_records(text, [Finding(kind, start, end, Level.L3C, "r") for start, end, kind in spans])
    2
    """
    if len(findings) < 2:
        return 0
    breaks = [at for at, char in enumerate(text) if char == "\n"]
    lines: dict[int, tuple[bool, bool]] = {}
    for finding in findings:
        person = finding.type == "PERSON"
        attribute = finding.type in ATTRIBUTES
        if not (person or attribute):
            continue
        line = bisect.bisect_left(breaks, finding.start)
        was = lines.get(line, (False, False))
        lines[line] = (was[0] or person, was[1] or attribute)
    records = 0
    opened: int | None = None  # the line of a name that has no attribute yet
    for line, (person, attribute) in sorted(lines.items()):
        if person:
            records += attribute
            opened = None if attribute else line
        elif attribute and opened is not None and line - opened <= _NEXT_LINES:
            records += 1
            opened = None
    return records
