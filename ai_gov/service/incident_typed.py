"""事故の入力を読む: days, moments and facts as somebody types them in a form or on the command line."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from typing import Final, cast, get_args

from ai_gov.audit.incidents import Category, Facts, Reportable, Stage
from ai_gov.errors import BadRequest
from ai_gov.model import JST
from ai_gov.people.csvimport import parse_date

_TIME: Final = re.compile(r"([01]?[0-9]|2[0-3])[:：]([0-5][0-9])")
_COUNT: Final = re.compile(r"[0-9]{1,9}")


def day(text: str, what: str) -> dt.date:
    """日付. Raises BadRequest.

    >>> day("令和8年11月25日", "報告した日") == day("2026-11-25", "報告した日")
    True
    """
    try:
        return parse_date(text.strip())
    except ValueError:
        raise BadRequest(f"{what}は、2026-04-01 または 令和8年4月1日 の形で書いてください。") from None


def moment(text: str, time: str, what: str) -> dt.datetime:
    """日時: a day and a time of day in Japan; without a time the beginning of the day. Raises BadRequest.

    >>> moment("2026-11-25", "9:30", "知った日時").isoformat()
    '2026-11-25T09:30:00+09:00'
    """
    known = day(text, what)
    if not time.strip():
        return dt.datetime.combine(known, dt.time(), JST)
    match = _TIME.fullmatch(time.strip())
    if match is None:
        raise BadRequest(f"{what}の時刻は、14:30 の形で書いてください。")
    return dt.datetime.combine(known, dt.time(int(match[1]), int(match[2])), JST)


def stage(text: str) -> Stage:
    """報告の段階. Raises BadRequest."""
    if text not in set(Stage):
        raise BadRequest(f"報告の段階は {'・'.join(Stage)} のいずれかで指定してください。")
    return Stage(text)


def facts(typed: Mapping[str, str], categories: Collection[str], *, estimated: bool) -> Facts:
    """事実. Raises BadRequest.

    >>> facts({"reportable": "yes", "persons": "1,200"}, ["many"], estimated=True).persons
    1200
    """
    wrong = set(categories) - set(Category)
    reportable = typed.get("reportable", "") or "undecided"
    if wrong or reportable not in get_args(Reportable):
        raise BadRequest("報告の要否と区分は、一覧から選んでください。")
    persons = typed.get("persons", "").strip().replace(",", "")
    if persons and not _COUNT.fullmatch(persons):
        raise BadRequest("本人の数は、0以上の整数で書いてください。分からないときは空にします。")
    return Facts(
        cast("Reportable", reportable),
        tuple(item for item in Category if item in set(categories)),
        int(persons) if persons else None,
        estimated and bool(persons),
        typed.get("summary", ""),
        typed.get("items", ""),
        typed.get("cause", ""),
        typed.get("measures", ""),
    )
