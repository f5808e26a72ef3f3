"""利用台帳の窓口: takes an application for a use of AI to its approval, and tells what the register holds.

Every act reads who it is and what stands there anew, asks ``register.checks`` whether it may, and writes state and
entry in one transaction by compare-and-set.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import uuid_utils

from ai_gov.errors import BadRequest, Conflict, Forbidden, UnknownRoute
from ai_gov.model import Event, Json, japan_date
from ai_gov.people import permissions
from ai_gov.people.model import Member, Role
from ai_gov.policy.schema import Policy
from ai_gov.register import checks
from ai_gov.register.checks import READERS, Standing
from ai_gov.register.record import Application, Judged, Wanted
from ai_gov.register.states import TABLE, Act, UseState
from ai_gov.review.record import Who
from ai_gov.service.ports import Clock, Config
from ai_gov.service.use_ports import UseStore

MOST: Final = 500
MAX_COMMENT: Final = 400
KINDS: Final = {
    Act.APPLY: "use_applied",
    Act.APPROVE: "use_approved",
    Act.RETURN: "use_returned",
    Act.REJECT: "use_rejected",
    Act.WITHDRAW: "use_withdrawn",
    Act.END: "use_ended",
    Act.REPLACE: "use_replaced",
}
"""記録の種類: the kind of the entry of each act."""


@dataclass(frozen=True, slots=True)
class Opened:
    """開いた申請: with what this person may do with it."""

    application: Application
    allowed: tuple[Act, ...]
    is_applicant: bool
    needs_caio: bool
    """A CAIO's assistant looks at it, and only the CAIO may approve."""


class UseService:
    """利用台帳の窓口. ``who`` is the person who acts; all raise UnknownRoute for what that person can't see."""

    def __init__(self, store: UseStore, *, config: Config, clock: Clock, confidential: Callable[[str], bool]) -> None:
        """``confidential``: whether a text names a person, which no register may."""
        self._store = store
        self._config = config
        self._clock = clock
        self._confidential = confidential

    def apply(self, who: Who, wanted: Wanted) -> Application:
        """申請する. Raises BadRequest, Forbidden."""
        now = self._clock.now()
        member = self._member(who)
        permissions.check_can_ask(member, on=japan_date(now))
        self._check(wanted)
        department = member.person.department
        made = Application(
            str(uuid_utils.uuid7()), who.organisation, department, who.person, wanted, UseState.REQUESTED, now, now
        )
        self._store.add(made, _event(KINDS[Act.APPLY], made, who, now))
        return made

    def reapply(self, who: Who, id_: str, *, version: int, wanted: Wanted) -> Application:
        """直して申請する, after it was returned. The use stays the one that was applied for."""

        def make(application: Application, _: Standing, __: dt.datetime) -> Application:
            if wanted.use != application.wanted.use:
                raise BadRequest("差し戻された申請の用途は変えられません。別の用途は、新しく申請してください。")
            return replace(application, wanted=wanted)

        self._check(wanted)
        return self._act(who, id_, Act.APPLY, version, make)

    def approve(
        self,
        who: Who,
        id_: str,
        *,
        version: int,
        until: dt.date,
        review_on: dt.date | None = None,
        conditions: str = "",
        comment: str = "",
    ) -> Application:
        """承認する, until a day; from then on the gateway knows the use. Raises BadRequest, Forbidden, Conflict."""
        told = self._said(comment)
        terms = self._said(conditions, "承認の条件")

        def make(application: Application, standing: Standing, now: dt.datetime) -> Application:
            checks.check_term(until, review_on, japan_date(now))
            return replace(application, judged=Judged(standing.who, standing.role, now, told, until, review_on, terms))

        return self._act(who, id_, Act.APPROVE, version, make)

    def return_(self, who: Who, id_: str, *, version: int, comment: str) -> Application:
        """差し戻す, with what is to be changed."""
        return self._answer(who, id_, Act.RETURN, version, comment, "差し戻す理由と、直してほしいこと")

    def reject(self, who: Who, id_: str, *, version: int, comment: str) -> Application:
        """承認しない, with the reason."""
        return self._answer(who, id_, Act.REJECT, version, comment, "承認しない理由")

    def withdraw(self, who: Who, id_: str, *, version: int) -> Application:
        """取り下げる."""
        return self._act(who, id_, Act.WITHDRAW, version, lambda application, _, __: application)

    def end(self, who: Who, id_: str, *, version: int, comment: str = "") -> Application:
        """利用を終える: from now on the use is approved no longer."""
        said = self._said(comment)

        def make(application: Application, standing: Standing, now: dt.datetime) -> Application:
            made = application.judged
            assert made is not None
            role = standing.role if standing.who != application.who else "申請者"
            return replace(application, judged=replace(made, by=standing.who, role=role, at=now, comment=said))

        return self._act(who, id_, Act.END, version, make)

    def open(self, who: Who, id_: str) -> Opened:
        """開く."""
        application, standing = self._seen(who, id_)
        found = checks.allowed(application, standing)
        lacks = application.wanted.risk_class.needs_caio and Act.RETURN in found and Act.APPROVE not in found
        return Opened(application, found, standing.who == application.who, lacks)

    def mine(self, who: Who) -> list[Application]:
        """自分の申請, newest first."""
        return self._store.of_person(who, MOST)

    def all(self, who: Who) -> list[Application]:
        """すべての申請 of the organisation, those that wait first. Raises Forbidden."""
        self._check_reads(who)
        found = self._store.of_organisation(who.organisation, MOST)
        return sorted(found, key=lambda item: item.state is not UseState.REQUESTED)

    def reads_all(self, who: Who) -> bool:
        """Whether somebody sees every application of the own organisation."""
        return bool(self._standing(who, who.organisation).roles & READERS)

    def policy(self, who: Who) -> Policy:
        """いまの方針: with the uses of the register, as a decision on this person's request is made."""
        return self._config.current(who.organisation).policy

    def check_can_export(self, who: Who) -> None:
        """Raises Forbidden for who does not read every application."""
        self._check_reads(who)

    def _answer(self, who: Who, id_: str, act: Act, version: int, comment: str, what: str) -> Application:  # noqa: PLR0917
        if not comment.strip():
            raise BadRequest(f"{what}を書いてください。相手に伝わらないと、次に何をすればよいか分かりません。")
        said = self._said(comment)

        def make(application: Application, standing: Standing, now: dt.datetime) -> Application:
            return replace(application, judged=Judged(standing.who, standing.role, now, said))

        return self._act(who, id_, act, version, make)

    def _act(
        self,
        who: Who,
        id_: str,
        act: Act,
        version: int,
        make: Callable[[Application, Standing, dt.datetime], Application],
    ) -> Application:
        application, standing = self._seen(who, id_)
        checks.check_can_act(application, act, standing)
        checks.check_is_current(application, version)
        now = self._clock.now()
        made = make(application, standing, now)
        to = TABLE[application.state, act].to
        after = replace(made, state=to, version=application.version + 1, updated_at=now)

        def replaced(before: Application) -> tuple[Application, Event]:
            gone = replace(before, state=UseState.REPLACED, version=before.version + 1, updated_at=now)
            return gone, _event(KINDS[Act.REPLACE], gone, who, now, {"by": after.id})

        if not self._store.change(application, after, _event(KINDS[act], after, who, now), replaced):
            raise Conflict("ほかの人の操作と重なりました。画面を開き直して、今の状態を確かめてください。")
        return after

    def _check(self, wanted: Wanted) -> None:
        policy = self._config.current().policy
        known = {item.name: item for item in policy.destinations}
        for name in wanted.destinations:
            item = known.get(name)
            if item is None:
                raise BadRequest(f"サービス「{name}」は方針にありません。一覧から選び直してください。")
            if item.trains_on_input and wanted.risk.learning == "none":
                raise BadRequest(
                    f"サービス「{item.title}」は、入力が学習に使われる（または未確認の）ものとして方針にあります。"
                    "「使われないことを確かめた」は選べません。選び直してください。"
                )
        if self._confidential(wanted.written):
            raise BadRequest(
                "氏名・住所・電話番号など、個人を表すものが書かれています。台帳は公表することがあるので、"
                "役職や課の名前に書き換えてください。"
            )

    def _said(self, text: str, what: str = "コメント") -> str:
        said = text.strip()
        if len(said) > MAX_COMMENT:
            raise BadRequest(f"{what}は{MAX_COMMENT}文字以内にしてください（いま{len(said):,}文字）。")
        if said and self._confidential(said):
            raise BadRequest(f"{what}に、氏名など個人を表すものが書かれています。書き換えてください。")
        return said

    def _check_reads(self, who: Who) -> None:
        if not self.reads_all(who):
            raise Forbidden("すべての申請を見られるのは、CAIO・CAIO補佐官・監査の役割の人だけです。")

    def _seen(self, who: Who, id_: str) -> tuple[Application, Standing]:
        application = self._store.application(id_)
        if application is not None:
            standing = self._standing(who, application.organisation)
            if checks.can_see(application, standing):
                return application, standing
        raise UnknownRoute("この申請は見つからないか、見る権限がありません。番号を確かめてください。")

    def _standing(self, who: Who, organisation: str) -> Standing:
        member, today = self._member(who), japan_date(self._clock.now())
        return Standing(who, frozenset(role for role in Role if member.has(role, organisation, on=today)))

    def _member(self, who: Who) -> Member:
        member = self._store.member(who.organisation, who.person)
        if member is None or not member.person.active(japan_date(self._clock.now())):
            raise Forbidden("利用期間が終わっているか、異動・退職済みです。所属の情報担当に確かめてください。")
        return member


def _event(
    kind: str, application: Application, who: Who, at: dt.datetime, more: Mapping[str, Json] | None = None
) -> Event:
    asked, made = application.wanted, application.judged
    away = {"actor_organisation": who.organisation} if who.organisation != application.organisation else {}
    data: dict[str, Json] = {
        "application": application.id,
        "use": asked.use,
        "title": asked.title,
        "state": application.state.value,
        "version": application.version,
        "applicant": application.person,
        "destinations": list(asked.destinations),
        "personal": asked.personal,
        "evaluates": asked.evaluates,
        "risk": asked.risk.model_dump(),
        "class": asked.risk_class.value,
    }
    if made is not None and made.at == at:
        data |= {"role": made.role, "comment": made.comment, "conditions": made.conditions}
        data["until"] = made.until.isoformat() if made.until else ""
    return Event(
        kind,
        at,
        "",
        application.organisation,
        application.department,
        who.person,
        {**data, **away, **(more or {})},
    )
