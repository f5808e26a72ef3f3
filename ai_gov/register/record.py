"""申請の記録: what somebody wants to use generative AI for, as far as it has come."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final

from pydantic import Field, ValidationError

from ai_gov.datafile import Strict
from ai_gov.errors import BadRequest
from ai_gov.model import Json
from ai_gov.policy.approval import Approval, Risk
from ai_gov.register.risk import ANSWERS, RiskClass, high_axes, reasons, risk_class
from ai_gov.register.states import UseState
from ai_gov.review.record import Who

Line = Annotated[str, Field(min_length=1, max_length=100)]
LONGEST: Final = 1_000
_LETTERS: Final = "abcdefghijkmnpqrstuvwxyz23456789"
TITLES: Final = {
    "use": "用途の記号",
    "title": "用途の名前",
    "owner": "所管課",
    "purpose": "目的と内容",
    "destinations": "使うサービス",
    "personal": "個人情報を扱うか",
    "evaluates": "個人や集団の評価の参考にするか",
    "users": "だれが使いますか",
    "work": "何に使いますか",
    "learning": "入力した情報は学習などに使われますか",
    "judged": "職員が適否を判断してから使われますか",
    "published": "公表する台帳に載せるか",
    **ANSWERS,
}
"""項目: what is asked, by its name."""


class Wanted(Strict):
    """申請の内容."""

    use: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
    title: Line
    owner: Line
    purpose: Annotated[str, Field(min_length=1, max_length=200)]
    destinations: Annotated[tuple[str, ...], Field(min_length=1, max_length=20)]
    personal: bool
    evaluates: bool
    risk: Risk
    affected: Annotated[str, Field(max_length=LONGEST)] = ""
    mitigation: Annotated[str, Field(max_length=LONGEST)] = ""
    notice: Annotated[str, Field(max_length=LONGEST)] = ""
    stop: Annotated[str, Field(max_length=LONGEST)] = ""
    measure: Annotated[str, Field(max_length=LONGEST)] = ""
    published: bool = True

    @property
    def risk_class(self) -> RiskClass:
        """高リスクの判定."""
        return risk_class(self.risk, evaluates=self.evaluates)

    @property
    def reasons(self) -> tuple[str, ...]:
        """判定の理由."""
        return reasons(self.risk, evaluates=self.evaluates)

    @property
    def high(self) -> tuple[tuple[str, str], ...]:
        """高い観点: pairs of an axis and its answer."""
        return high_axes(self.risk)

    @property
    def answers(self) -> dict[str, str]:
        """記述した答え, by the name of the question."""
        return {name: str(getattr(self, name)) for name in ANSWERS}

    @property
    def written(self) -> str:
        """Everything that was written in one's own words, to be inspected."""
        return "\n".join((self.title, self.owner, self.purpose, *self.answers.values()))


def wanted(given: Mapping[str, Json]) -> Wanted:
    """申請を読む: the four axes stand in ``risk``. Raises BadRequest with a sentence for each fault."""
    try:
        made = Wanted.model_validate(given)
    except ValidationError as error:
        lines = dict.fromkeys(_line(str(item["loc"][-1]), item["loc"], item["type"]) for item in error.errors())
        raise BadRequest("\n".join(lines)) from None
    if made.risk_class.needs_caio:
        missing = [title for name, title in ANSWERS.items() if not made.answers[name]]
        if missing:
            why = "・".join(made.reasons)
            raise BadRequest(f"CAIOの判定が必要な用途（{why}）なので、次のことも書いてください: {'、'.join(missing)}")
    return made


def _line(name: str, place: tuple[int | str, ...], kind: str) -> str:
    if kind == "extra_forbidden":
        return f"「{name}」という項目はありません。綴りを確かめるか、消してください。"
    title = TITLES.get(name) or TITLES.get(str(place[0]), name)
    if kind in ("string_too_long", "too_long"):
        most = {"purpose": 200, **dict.fromkeys(ANSWERS, LONGEST)}.get(name, 100)
        return f"「{title}」は{most:,}文字以内にしてください。"
    if name == "use":
        return f"「{title}」は、英小文字・数字・ハイフンで64文字以内にしてください。"
    if kind in ("missing", "literal_error", "too_short", "bool_parsing", "bool_type"):
        return f"「{title}」を選んでください。"
    return f"「{title}」を書いてください。"


def new_use_id() -> str:
    """用途の記号: of a use that is new.

    >>> len(new_use_id())
    10
    """
    return "use-" + "".join(secrets.choice(_LETTERS) for _ in range(6))


@dataclass(frozen=True, slots=True)
class Judged:
    """判断: who decided (by which role), when, with what. ``comment`` is for the applicant."""

    by: Who
    role: str
    at: dt.datetime
    comment: str = ""
    until: dt.date | None = None
    review_on: dt.date | None = None
    conditions: str = ""


@dataclass(frozen=True, slots=True)
class Application:
    """申請1件. ``version`` counts every change (for compare-and-set)."""

    id: str
    organisation: str
    department: str
    person: str
    wanted: Wanted
    state: UseState
    created_at: dt.datetime
    updated_at: dt.datetime
    version: int = 1
    judged: Judged | None = field(default=None)
    """The last decision; stays while it is applied for again."""

    @property
    def who(self) -> Who:
        """The applicant."""
        return Who(self.organisation, self.person)

    def approval(self) -> Approval | None:
        """承認: as the policy knows it; none where it is in force no longer or not yet."""
        made = self.judged
        if self.state is not UseState.APPROVED or made is None or made.until is None:
            return None
        asked = self.wanted
        return Approval(
            owner=asked.owner,
            purpose=asked.purpose,
            personal=asked.personal,
            evaluates=asked.evaluates,
            risk=asked.risk,
            approved_by=made.role,
            caio_judged=asked.risk_class.needs_caio,
            approved_on=(made.at + dt.timedelta(hours=9)).date(),
            approved_until=made.until,
            review_on=made.review_on,
            conditions=made.conditions,
            published=asked.published,
        )
