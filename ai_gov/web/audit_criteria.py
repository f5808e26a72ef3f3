"""検索条件の読み取り: what forms and addresses ask for, as a query; a text or a name is never in an address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

from starlette.datastructures import FormData, QueryParams

from ai_gov.audit.facets import DIMENSIONS
from ai_gov.audit.search import Query, levels
from ai_gov.errors import BadRequest
from ai_gov.model import Level
from ai_gov.web.audit_page import day_from

ADDRESSED: Final = (
    "since",
    "until",
    "organisation",
    "department",
    "person",
    "use",
    "destination",
    "level",
    "action",
    "outcome",
    "finding",
    "record",
)
"""条件: those that may stand in an address, by which other pages lead here."""

TYPED: Final = (*ADDRESSED, "text", "purpose")
LEVELS: Final = (*(level.code for level in Level), *(f"{level.code}+" for level in Level if 1 < level < max(Level)))
ACTIONS: Final = ("allow", "redact", "hold", "block", "refused")
OUTCOMES: Final = ("answered", "failed", "client_gone", "interrupted", "blocked", "held", "refused", "decided")
_LONGEST: Final = 500


def of_address(params: QueryParams) -> dict[str, str]:
    """The conditions of an address."""
    return {name: params.get(name, "")[:_LONGEST] for name in ADDRESSED}


def of_form(form: FormData) -> dict[str, str]:
    """The conditions of a form, narrowed by the button that was pressed."""
    typed = {name: str(form.get(name, ""))[:_LONGEST] for name in TYPED}
    name, _, value = str(form.get("narrow", "")).partition("=")
    return typed | {name: value[:_LONGEST]} if name in DIMENSIONS else typed


def query_of(typed: Mapping[str, str]) -> Query:
    """The query. Raises BadRequest."""
    given = {name: typed.get(name, "").strip() for name in TYPED}
    organisation, slash, department = given["department"].rpartition("/")
    if slash and given["organisation"] not in ("", organisation):
        raise BadRequest("団体と、その団体にない所属が選ばれています。どちらかを選び直してください。")
    town = given["organisation"] or organisation
    return Query(
        since=day_from(given["since"]),
        until=day_from(given["until"], days=1),
        organisations=(town,) if town else (),
        department=department,
        person=given["person"],
        use=given["use"],
        destination=given["destination"],
        levels=levels(given["level"]),
        action=given["action"],
        outcome=given["outcome"],
        finding=given["finding"],
        record=given["record"],
        text=given["text"],
    )


def position_of(form: FormData) -> int | None:
    """次のページ: where it begins; none for the first."""
    asked = str(form.get("before", ""))
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 16 else None


def span_of(typed: Mapping[str, str]) -> tuple[dt.datetime | None, dt.datetime | None]:
    """期間: from the beginning of a day to the end of another. Raises BadRequest."""
    return day_from(typed.get("since", "").strip()), day_from(typed.get("until", "").strip(), days=1)
