"""利用台帳の画面の部品: what the pages of the register share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from ai_gov.model import JST, japan_date
from ai_gov.people.model import Role
from ai_gov.register.risk import ANSWERS, AXES
from ai_gov.review.record import Who
from ai_gov.service.accounts import Visitor
from ai_gov.service.uses import UseService

STAFF: Final = frozenset({Role.STAFF})
READERS: Final = frozenset({Role.CAIO, Role.CAIO_ASSISTANT, Role.AUDITOR})
ROLES: Final = STAFF | READERS


@dataclass(frozen=True, slots=True)
class UsePages:
    """利用台帳の画面が使うもの. ``workbook`` and ``public`` write the register of an organisation."""

    uses: UseService
    name: Callable[[Who], str]
    department: Callable[[str, str], str]
    workbook: Callable[[Who], bytes]
    public: Callable[[Who], bytes]


def who_of(visitor: Visitor) -> Who:
    """Who acts."""
    return Who(visitor.member.person.organisation, visitor.member.person.id)


def common(pages: UsePages, visitor: Visitor) -> dict[str, Any]:
    """Words and lists of every page of the register."""
    policy = pages.uses.policy(who_of(visitor))
    return {
        "policy": policy,
        "titles": {item.name: item.title for item in policy.destinations},
        "axes": {axis: tuple(answers) for axis, (_, _, answers) in AXES.items()},
        "questions": tuple(ANSWERS),
        "zone": JST,
        "today": japan_date(),
        "name": pages.name,
        "department": pages.department,
    }


def usual_end(today: dt.date) -> dt.date:
    """承認の期限の初期値: the end of the fiscal year; of the next one where less than 60 days are left.

    >>> usual_end(dt.date(2026, 11, 25)), usual_end(dt.date(2027, 2, 10))
    (datetime.date(2027, 3, 31), datetime.date(2028, 3, 31))
    """
    end = dt.date(today.year if today.month < 4 else today.year + 1, 3, 31)
    return end if (end - today).days >= 60 else end.replace(year=end.year + 1)
