"""原文の開示の窓口: two persons and a reason open one raw text, once; every step is an entry of the log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

import uuid_utils

from ai_gov.errors import BadRequest, Conflict, UnknownRoute
from ai_gov.model import Event, Json, japan_date
from ai_gov.people import permissions
from ai_gov.people.model import Member
from ai_gov.review.openings import VALID, Opening, OpeningState, check_can_decide, check_can_open
from ai_gov.review.record import Who
from ai_gov.service.ports import Clock

REASON_SIZE: Final = (4, 200)
"""Characters of a reason, at least and at most."""

_MOST: Final = 200
_GONE: Final = "この記録の原文は残っていないか、見る権限がありません。記録番号を確かめてください。"
_UNKNOWN: Final = "この開示の依頼は見つからないか、見る権限がありません。番号を確かめてください。"


@dataclass(frozen=True, slots=True)
class RawText:
    """原文: pairs of where it stood and what, of the request and of the answer (none where none came)."""

    prompt: tuple[tuple[str, str], ...] = field(repr=False)
    answer: tuple[tuple[str, str], ...] = field(default=(), repr=False)


class OpeningStore(Protocol):
    """保存: each write puts its event beside it in one transaction; all raise StoreFailed."""

    def member(self, organisation: str, person: str) -> Member | None:
        """A person with every grant, as of now."""
        ...

    def organisation_of(self, exchange: str) -> str | None:
        """Whose record it is; none where no raw text of it is kept."""
        ...

    def text(self, exchange: str) -> RawText | None:
        """The raw text; none once it was destroyed."""
        ...

    def add(self, opening: Opening, event: Event) -> bool:
        """Keep a request, unless the same person waits for the same record already."""
        ...

    def change(self, before: Opening, after: Opening, event: Event) -> bool:
        """By compare-and-set on the state."""
        ...

    def opening(self, id_: str) -> Opening | None:
        """One request."""
        ...

    def openings(self, organisations: Collection[str], limit: int) -> list[Opening]:
        """The newest requests over records of these organisations."""
        ...

    def over(self, now: dt.datetime) -> list[Opening]:
        """Requests whose time is up."""
        ...


class RawOpenings:
    """原文の開示の窓口: ``confidential`` says whether a reason names somebody."""

    def __init__(
        self, store: OpeningStore, *, clock: Clock, confidential: Callable[[str], bool] = lambda _: False
    ) -> None:
        self._store = store
        self._clock = clock
        self._confidential = confidential

    def request(self, who: Who, exchange: str, reason: str) -> Opening:
        """開示を依頼する. Raises UnknownRoute, BadRequest, Conflict."""
        now, organisation = self._clock.now(), self._store.organisation_of(exchange)
        if organisation is None or not self._reads(who, organisation):
            raise UnknownRoute(_GONE)
        self.expire()
        opening = Opening(str(uuid_utils.uuid7()), organisation, exchange, who, self._reason(reason), now)
        if not self._store.add(opening, self._event("raw_requested", opening, who, now, {"reason": opening.reason})):
            raise Conflict("この記録の原文の開示を、すでに依頼しています。一覧で確かめてください。")
        return opening

    def approve(self, who: Who, id_: str) -> Opening:
        """承認する: another person than who asked; one of the two is the CAIO. Raises Forbidden, Conflict."""
        opening, now = self._seen(who, id_), self._clock.now()
        check_can_decide(opening, who, now)
        first, second = self._member(opening.by), self._member(who)
        permissions.check_pair_can_open_raw(first, second, opening.organisation, on=japan_date(now))
        data: dict[str, Json] = {"valid_hours": int(VALID.total_seconds() // 3600)}
        return self._decide(opening, who, OpeningState.APPROVED, "raw_approved", data)

    def refuse(self, who: Who, id_: str, reason: str) -> Opening:
        """承認しない. Raises Forbidden, Conflict, BadRequest."""
        opening = self._seen(who, id_)
        check_can_decide(opening, who, self._clock.now())
        return self._decide(opening, who, OpeningState.REFUSED, "raw_refused", {"reason": self._reason(reason)})

    def open(self, who: Who, id_: str) -> RawText:
        """開く: once, by who asked, within 24 hours of the approval. Raises Forbidden, Conflict, UnknownRoute."""
        opening, now = self._seen(who, id_), self._clock.now()
        check_can_open(opening, who, now)
        text = self._store.text(opening.exchange)
        if text is None:
            raise UnknownRoute("この記録の原文は、保存期間が過ぎて消えています。")
        after = replace(opening, state=OpeningState.OPENED)
        if not self._store.change(opening, after, self._event("raw_opened", after, who, now, {})):
            raise Conflict("この開示は、たった今使われました。一覧で今の状態を確かめてください。")
        return text

    def listed(self, who: Who) -> list[Opening]:
        """一覧: the newest requests over records of organisations whose log the person reads."""
        self.expire()
        member, today = self._member(who), japan_date(self._clock.now())
        mine = {grant.scope_organisation for grant in member.grants}
        return self._store.openings({name for name in mine if permissions.can_read_log(member, name, on=today)}, _MOST)

    def expire(self) -> int:
        """期限切れにする: what nobody approved or opened in time. Returns how many."""
        now, count = self._clock.now(), 0
        for opening in self._store.over(now):
            after = replace(opening, state=OpeningState.EXPIRED)
            event = self._event("raw_expired", after, Who(opening.organisation, ""), now, {})
            count += self._store.change(opening, after, event)
        return count

    def _decide(self, opening: Opening, who: Who, state: OpeningState, kind: str, data: Mapping[str, Json]) -> Opening:
        now = self._clock.now()
        after = replace(opening, state=state, decided_by=who, decided_at=now)
        if not self._store.change(opening, after, self._event(kind, after, who, now, data)):
            raise Conflict("ほかの人が先に決めました。一覧で今の状態を確かめてください。")
        return after

    def _seen(self, who: Who, id_: str) -> Opening:
        opening = self._store.opening(id_)
        if opening is None or not self._reads(who, opening.organisation):
            raise UnknownRoute(_UNKNOWN)
        return opening

    def _reads(self, who: Who, organisation: str) -> bool:
        member = self._store.member(who.organisation, who.person)
        return member is not None and permissions.can_read_log(member, organisation, on=japan_date(self._clock.now()))

    def _member(self, who: Who) -> Member:
        member = self._store.member(who.organisation, who.person)
        if member is None:
            raise UnknownRoute(_UNKNOWN)
        return member

    def _reason(self, text: str) -> str:
        reason, (least, most) = " ".join(text.split()), REASON_SIZE
        if not least <= len(reason) <= most:
            raise BadRequest(f"理由を{least}〜{most}文字で書いてください（例: 事故報告 第3号の原因の確認）。")
        if self._confidential(reason):
            raise BadRequest(
                "理由に、氏名・住所・番号などを書かないでください。理由は監査記録にそのまま残ります。"
                "受付番号や件名で書いてください。"
            )
        return reason

    def _event(self, kind: str, opening: Opening, who: Who, at: dt.datetime, data: Mapping[str, Json]) -> Event:
        away = {"actor_organisation": who.organisation} if who.organisation != opening.organisation else {}
        told = {"opening": opening.id, "state": opening.state.value, **away, **data}
        return Event(kind, at, opening.exchange, opening.organisation, "", who.person, told)
