"""確認を見る: what a person may open, and the lists of what waits, is overdue, or is one's own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from ai_gov.errors import Conflict
from ai_gov.model import japan_date
from ai_gov.people import permissions
from ai_gov.people.model import Member
from ai_gov.review import checks
from ai_gov.review.content import Content
from ai_gov.review.diff import Hunk, hunks, kept
from ai_gov.review.record import Review, Who
from ai_gov.review.released import Release
from ai_gov.review.states import HOLDS_TEXT, Act, ReviewState
from ai_gov.service.review_frame import MOST, ReviewFrame, who_of

_SOON: Final = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Opened:
    """開いた確認: everything a page shows. ``content`` is none once it was destroyed; ``allowed`` are the buttons."""

    review: Review
    content: Content | None = field(repr=False)
    allowed: tuple[Act, ...]
    hunks: tuple[Hunk, ...] = field(repr=False)
    kept: float
    """Which part of the AI's draft is left in the text, 0 to 1."""
    release: Release | None
    files: tuple[str, ...]
    """Kinds of files that can be fetched now."""
    overdue: bool
    is_author: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """一覧の1行."""

    review: Review
    title: str = field(repr=False)
    overdue: bool
    ends_soon: bool
    """Its text is destroyed within a week."""


class ReviewReading(ReviewFrame):
    """確認を見る窓口."""

    def open(self, who: Who, id_: str) -> Opened:
        """開く: what that person may see and do now."""
        review, standing = self._seen(who, id_)
        content = self._store.content(review) if review.state in HOLDS_TEXT else None
        return Opened(
            review,
            content,
            checks.allowed(review, standing),
            hunks(content.ai_draft, content.text) if content else (),
            kept(content.ai_draft, content.text) if content else 0.0,
            self._store.release(review.release) if review.release else None,
            tuple(self._store.files(review)) if review.state is ReviewState.APPROVED else (),
            review.overdue(self._clock.now()),
            standing.who == review.who,
        )

    def files(self, who: Who, id_: str) -> Mapping[str, bytes]:
        """承認されたファイル: by kind, while it is approved and not yet released. Raises Conflict."""
        review, _ = self._seen(who, id_)
        found = self._store.files(review) if review.state is ReviewState.APPROVED else {}
        if not found:
            raise Conflict(
                f"ファイルを受け取れるのは承認済みの間だけです（今は「{review.state.ja}」）。{review.state.hint}"
            )
        return found

    def mine(self, who: Who) -> list[Listed]:
        """自分が作ったもの, newest first."""
        self.expire()
        return self._listed(self._store.of_author(who, MOST))

    def queue(self, who: Who) -> list[Listed]:
        """確認待ち: what waits for this person, oldest due first; what names this person stands before the rest."""
        found = [review for review in self._reviewed_by(who, (ReviewState.REQUESTED,)) if self._open_for(who, review)]
        return self._listed(sorted(found, key=lambda review: review.named != who))

    def overdue(self, who: Who) -> list[Listed]:
        """期限を過ぎたもの: of those that wait for this person, and of the own."""
        now = self._clock.now()
        own = [item for item in self.mine(who) if item.overdue]
        return [item for item in self.queue(who) if item.review.overdue(now)] + own

    def decided(self, who: Who) -> list[Listed]:
        """確認した後のもの: approved or returned ones of the departments this person reviews for."""
        states = (ReviewState.APPROVED, ReviewState.RETURNED, ReviewState.RELEASED)
        return self._listed([review for review in self._reviewed_by(who, states) if review.who != who])

    def reviewers(self, who: Who) -> list[Member]:
        """確認者の候補: who may review for this person's department today, the person left out."""
        author = self._member(who).person
        found = self._store.reviewers(author.organisation, author.department, japan_date(self._clock.now()))
        return [item for item in found if who_of(item) != who]

    def _reviewed_by(self, who: Who, states: tuple[ReviewState, ...]) -> list[Review]:
        """Those of every department that this person reviews for today."""
        self.expire()
        found: dict[str, Review] = {}
        today = japan_date(self._clock.now())
        for organisation, departments in permissions.review_scopes(self._member(who), today).items():
            found |= {item.id: item for item in self._store.in_states(organisation, departments, states)}
        return sorted(found.values(), key=lambda item: (item.due_at or item.updated_at, item.id))

    def _open_for(self, who: Who, review: Review) -> bool:
        return review.who != who and all(item.by != who for item in review.approvals)

    def _listed(self, found: Collection[Review]) -> list[Listed]:
        now = self._clock.now()
        out = []
        for review in found:
            holds = review.state in HOLDS_TEXT
            content = self._store.content(review) if holds else None
            soon = holds and review.expires_at - now < _SOON
            out.append(Listed(review, content.title if content else "", review.overdue(now), soon))
        return out
