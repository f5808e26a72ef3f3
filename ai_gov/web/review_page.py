"""確認の画面の材料: what the pages for release call, and what every one of them shows of a review."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from ai_gov.errors import AiGovError, BadRequest
from ai_gov.model import JST
from ai_gov.people.model import Role
from ai_gov.policy.schema import Policy
from ai_gov.review.checks import CHECKS, REJECTIONS, WITHDRAWALS
from ai_gov.review.labels import Degree, degree_of
from ai_gov.review.record import Review, Who
from ai_gov.review.states import Act
from ai_gov.service.accounts import Visitor
from ai_gov.service.permits import PermitService
from ai_gov.service.review import Opened, ReviewService
from ai_gov.web.render import render

ROLES: Final = frozenset({Role.STAFF, Role.REVIEWER})
MAX_BYTES: Final = 8_000_000
DEGREES: Final = (Degree.L1, Degree.L2, Degree.L3)
"""What an author may declare; without it the two texts decide."""


@dataclass(frozen=True, slots=True)
class ReviewPages:
    """確認の画面が使うもの. ``name`` is that of a person, ``department`` that of a 所属 of an organisation."""

    reviews: ReviewService
    permits: PermitService
    policy: Callable[[str], Policy]
    """方針: with the uses of the register of an organisation."""
    name: Callable[[Who], str]
    department: Callable[[str, str], str]


def who_of(visitor: Visitor) -> Who:
    """Who acts."""
    return Who(visitor.member.person.organisation, visitor.member.person.id)


def declared(review: Review, draft: str, text: str) -> str:
    """申告した度合い: empty where it is what the texts show by themselves."""
    return "" if review.degree == degree_of(draft, text) else review.degree.value


def degree_from(value: str, *, otherwise: Degree | None = Degree.L0) -> Degree | None:
    """The degree a form declares; ``otherwise`` where it declares none. Raises BadRequest."""
    if not value:
        return otherwise
    if value not in DEGREES:
        raise BadRequest("利用の度合いは、一覧から選んでください。")
    return Degree(value)


def use_from(pages: ReviewPages, organisation: str, value: str) -> str:
    """The use a form names; empty for the usual one. Raises BadRequest."""
    if value and pages.policy(organisation).use(value) is None:
        raise BadRequest("その用途は今の方針にありません。一覧から選び直してください。")
    return value


def common(pages: ReviewPages, visitor: Visitor) -> dict[str, Any]:
    """Words and lists of every form."""
    policy = pages.policy(visitor.actor.organisation)
    return {
        "titles": {use.id: use.title for use in policy.uses},
        "uses": policy.uses,
        "default_use": policy.default_use,
        "degrees": DEGREES,
        "checks": CHECKS,
        "rejections": REJECTIONS,
        "withdrawals": WITHDRAWALS,
        "zone": JST,
        "name": pages.name,
        "department": pages.department,
    }


async def shown(
    request: Request,
    visitor: Visitor,
    pages: ReviewPages,
    id_: str,
    *,
    error: AiGovError | None = None,
    typed: dict[str, Any] | None = None,
) -> Response:
    """詳細: a review as it stands now, with what went wrong and everything that was typed and not kept."""
    try:
        found = await asyncio.to_thread(pages.reviews.open, who_of(visitor), id_)
    except AiGovError as gone:
        if not typed:
            raise
        return render(request, "review_lost.html", status=gone.status, message=gone.message, typed=typed)
    candidates = await asyncio.to_thread(pages.reviews.reviewers, who_of(visitor)) if found.is_author else []
    policy = pages.policy(found.review.organisation)
    done = request.query_params.get("done", "")
    return render(
        request,
        "review.html",
        status=error.status if error else 200,
        **common(pages, visitor),
        found=found,
        review=found.review,
        rule=policy.review_rule(found.review.use),
        allowed={act.value for act in found.allowed},
        candidates=candidates,
        edited=_edited(found, typed or {}, take=request.query_params.get("take") == "suggestion"),
        typed=typed or {},
        message=error.message if error else "",
        done=done if done in set(Act) and not error else "",
    )


def _edited(found: Opened, typed: dict[str, Any], *, take: bool) -> dict[str, str]:
    """What stands in the form for editing."""
    content, review = found.content, found.review
    if content is None:
        return {}
    stands = {
        "title": content.title,
        "text": content.suggestion if take and content.suggestion else content.text,
        "use": review.use,
        "audience": review.audience,
        "degree": declared(review, content.ai_draft, content.text),
    }
    return stands | {name: typed[name] for name in stands if name in typed}
