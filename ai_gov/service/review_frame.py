"""確認の骨組み: what every act on a review goes through: who it is, what stands there, and the compare-and-set write.

Somebody who may not see a review is told the same as where there is none.
"""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from ai_gov.errors import Conflict, Forbidden, UnknownRoute
from ai_gov.model import Event, Json, japan_date
from ai_gov.people.model import Member, Role
from ai_gov.review import checks
from ai_gov.review.checks import Standing
from ai_gov.review.content import Content
from ai_gov.review.record import Review, Who
from ai_gov.review.released import Release
from ai_gov.review.states import HOLDS_TEXT, Act, ReviewState
from ai_gov.service.ports import Clock, Config, Keys
from ai_gov.service.review_ports import Change, ReviewStore, Writers

_TRIES: Final = 8
MOST: Final = 500
"""件数: of a list, and of texts that are destroyed at a time."""

_KINDS: Final = {
    Act.EDIT: "review_edited",
    Act.REQUEST: "review_requested",
    Act.COMMENT: "review_commented",
    Act.APPROVE: "review_approved",
    Act.RETURN: "review_returned",
    Act.REJECT: "review_rejected",
    Act.RELEASE: "review_released",
    Act.WITHDRAW: "review_withdrawn",
    Act.EXPIRE: "review_expired",
}
"""記録の種類: the kind of the entry of each act; ``review_started`` for a new draft."""

_ANSWERS: Final = frozenset({Act.APPROVE, Act.RETURN, Act.REJECT})
"""返事: what an author waits for; its entry says how long (``waited_s``)."""


@dataclass(frozen=True, slots=True)
class Made:
    """What an act makes of a review, before it is written. ``data``: what its entry says besides the usual."""

    after: Review
    content: Content | None = None
    data: Mapping[str, Json] = field(default_factory=dict)
    files: Mapping[str, bytes] | None = None
    release: Release | None = None


class ReviewFrame:
    """確認の骨組み."""

    def __init__(
        self,
        *,
        store: ReviewStore,
        config: Config,
        keys: Keys,
        clock: Clock,
        writers: Writers,
        public_url: str = "",
    ) -> None:
        """``public_url``: where residents can look a release up; empty where they can't."""
        self._store = store
        self._config = config
        self._keys = keys
        self._clock = clock
        self._writers = writers
        self._public_url = public_url

    def expire(self) -> int:
        """期限切れにする: destroys the texts that rest no longer. Returns how many. To be called now and then."""
        now, count = self._clock.now(), 0
        for review in self._store.expired(now, MOST):
            after = replace(review, state=ReviewState.EXPIRED, version=review.version + 1, updated_at=now)
            event = self._event(_KINDS[Act.EXPIRE], after, None, now, {"text_destroyed": True})
            count += self._store.change(Change(review, after, event))
        return count

    def _act(
        self,
        who: Who,
        id_: str,
        act: Act,
        make: Callable[[Review, Content, Standing, dt.datetime], Made],
    ) -> Review:
        for _ in range(_TRIES):
            review, standing = self._seen(who, id_)
            checks.check_can_act(review, act, standing)
            content = self._store.content(review)
            if content is None and review.state in HOLDS_TEXT:
                continue  # destroyed between the two reads
            now = self._clock.now()
            made = make(review, content or Content("", "", ""), standing, now)
            after = replace(made.after, version=review.version + 1, updated_at=now)
            ends = review.state in HOLDS_TEXT and after.state not in HOLDS_TEXT
            data = {**made.data, **self._deputy(who, review, now), **({"text_destroyed": True} if ends else {})}
            if act in _ANSWERS and review.requested_at is not None:
                data["waited_s"] = int((now - review.requested_at).total_seconds())
            event = self._event(_KINDS[act], after, who, now, data)
            if self._store.change(Change(review, after, event, made.content, made.files, made.release)):
                return after
        raise Conflict("ほかの人の操作と重なりました。画面を開き直して、今の状態を確かめてください。")

    def _seen(self, who: Who, id_: str) -> tuple[Review, Standing]:
        """The review as it stands, and in which position that person is to it now."""
        now = self._clock.now()
        review = self._store.review(id_)
        if review is not None and review.state in HOLDS_TEXT and review.expires_at <= now:
            self.expire()
            review = self._store.review(id_)
        if review is None:
            raise _unknown()
        member = self._member(who)
        reviewer = member.has(Role.REVIEWER, review.organisation, review.department, on=japan_date(now))
        standing = Standing(who, reviewer)
        if not checks.can_see(review, standing):
            raise _unknown()
        return review, standing

    def _member(self, who: Who) -> Member:
        member = self._store.member(who.organisation, who.person)
        if member is None or not member.person.active(japan_date(self._clock.now())):
            raise Forbidden("利用期間が終わっているか、異動・退職済みです。所属の情報担当に確かめてください。")
        return member

    def _names(self, review: Review) -> tuple[str, str]:
        return self._store.names(review.organisation, review.department)

    def _digest(self, review: Review, content: Content) -> str:
        """照合用の符号: an HMAC of what would be released, so that no entry holds a digest that could be guessed."""
        key = self._keys.hmac_key("review", review.organisation)
        parts = (review.id, content.title, content.released)
        return hmac.digest(key, "\x00".join(parts).encode("utf-8", "replace"), "sha256").hex()

    def _deputy(self, who: Who, review: Review, now: dt.datetime) -> dict[str, Json]:
        """代理: for whom, where the person acts as a reviewer by such a grant alone."""
        if who == review.who:
            return {}
        today = japan_date(now)
        held = [
            grant
            for grant in self._member(who).grants
            if grant.role is Role.REVIEWER
            and grant.holds(today)
            and grant.covers(review.organisation, review.department)
        ]
        if not held or any(not grant.deputy_for for grant in held):
            return {}
        return {"deputy_for": held[0].deputy_for}

    def _event(self, kind: str, review: Review, who: Who | None, at: dt.datetime, data: Mapping[str, Json]) -> Event:
        away = who is not None and who.organisation != review.organisation
        return Event(
            kind,
            at,
            review.exchange,
            review.organisation,
            review.department,
            who.person if who else "",
            {
                "review": review.id,
                "state": review.state.value,
                "use": review.use,
                "audience": review.audience,
                "degree": review.degree.value,
                "revision": review.revision,
                "digest": review.digest,
                "release": review.release,
                **({"actor_organisation": who.organisation} if away and who else {}),
                **data,
            },
        )


def who_of(member: Member) -> Who:
    """Who a member is."""
    return Who(member.person.organisation, member.person.id)


def _unknown() -> UnknownRoute:
    return UnknownRoute("この確認は見つからないか、見る権限がありません。番号を確かめるか、作成者に尋ねてください。")
