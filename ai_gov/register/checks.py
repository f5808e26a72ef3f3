"""できること: may this be done with an application by somebody in this position. ``check_can_x`` raises.

A CAIO's assistant decides on what takes the ordinary way; what has to be judged as a risk, the CAIO alone approves.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from ai_gov.errors import BadRequest, Conflict, Forbidden
from ai_gov.people.model import Role
from ai_gov.register import states
from ai_gov.register.record import Application
from ai_gov.register.states import Act, Party
from ai_gov.review.record import Who

JUDGES: Final = frozenset({Role.CAIO, Role.CAIO_ASSISTANT})
READERS: Final = JUDGES | {Role.AUDITOR}
"""Who sees every application of the organisation."""
LONGEST: Final = dt.timedelta(days=5 * 366)
"""How far away the end of an approval may lie."""


@dataclass(frozen=True, slots=True)
class Standing:
    """立場: who acts, and the roles held today for the whole organisation of the application."""

    who: Who
    roles: frozenset[Role] = frozenset()

    def parties(self, application: Application) -> frozenset[Party]:
        """In which capacities: an applicant is never a judge of the own application."""
        if self.who == application.who:
            return frozenset({Party.APPLICANT})
        return frozenset({Party.JUDGE}) if self.roles & JUDGES else frozenset()

    @property
    def role(self) -> str:
        """職名: in which capacity this person decides, the higher first."""
        return (Role.CAIO if Role.CAIO in self.roles else Role.CAIO_ASSISTANT).ja


def can_see(application: Application, standing: Standing) -> bool:
    """見る: the applicant, and who reads every application of that organisation."""
    return standing.who == application.who or bool(standing.roles & READERS)


def check_can_act(application: Application, act: Act, standing: Standing) -> None:
    """操作する: by the table of transitions. Raises Forbidden, Conflict."""
    row = states.transition(application.state, act)
    if row is None:
        raise Conflict(f"「{application.state.ja}」なので、{act.ja}はできません。{application.state.hint}")
    parties = standing.parties(application)
    if not row.by & parties:
        if Party.APPLICANT in parties and Party.JUDGE in row.by:
            raise Forbidden(
                "自分の申請を自分で承認・差戻し・不承認にすることはできません。別のCAIOまたはCAIO補佐官に依頼してください。"
            )
        who = "・".join(party.ja for party in Party if party in row.by)
        raise Forbidden(f"{act.ja}ができるのは{who}だけです。")
    if act is Act.APPROVE and application.wanted.risk_class.needs_caio and Role.CAIO not in standing.roles:
        raise Forbidden(
            f"この申請は「{application.wanted.risk_class.ja}」なので、承認できるのはCAIOだけです。"
            "CAIOに判定と承認を依頼してください。"
        )


def can_act(application: Application, act: Act, standing: Standing) -> bool:
    """Whether ``check_can_act`` lets it pass."""
    try:
        check_can_act(application, act, standing)
    except (Forbidden, Conflict):
        return False
    return True


def allowed(application: Application, standing: Standing) -> tuple[Act, ...]:
    """操作の一覧: what this person may do with it now."""
    return tuple(act for act in Act if can_act(application, act, standing))


def check_is_current(application: Application, version: int) -> None:
    """Raises Conflict where somebody changed it since it was read."""
    if application.version != version:
        raise Conflict(
            f"この申請は、画面を開いたあとに変わっています（いまは「{application.state.ja}」）。"
            "開き直して、今の内容を確かめてください。"
        )


def check_term(until: dt.date, review_on: dt.date | None, today: dt.date) -> None:
    """承認の期限と見直す日: from today, the review within the term. Raises BadRequest."""
    if not today <= until <= today + LONGEST:
        raise BadRequest("承認の期限は、今日から5年以内の日にしてください。")
    if review_on is not None and not today <= review_on <= until:
        raise BadRequest("見直す日は、今日から承認の期限までの日にしてください。")
