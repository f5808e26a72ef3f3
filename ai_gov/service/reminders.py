"""確認の知らせの窓口: what a page counts for a person, and one mail a day to whoever is waited for.

A mail is claimed in the database before it is sent, so that of several processes one sends it; what may have been
taken by the mail server is never sent again that day.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final, Protocol

from ai_gov.model import JST, Event, Json, japan_date
from ai_gov.people import permissions
from ai_gov.people.model import Member
from ai_gov.review.record import Review, Who
from ai_gov.review.reminders import OPEN, Reminder, addressed, body, in_order, reminder, subject
from ai_gov.review.states import ReviewState
from ai_gov.service.ports import Clock

EVERY_S: Final = 600.0
"""How often a server looks (seconds)."""

FROM_HOUR, UNTIL_HOUR = 8, 18
"""Mails go on working days between these hours in Japan."""

TRIES: Final = 3
"""A mail that the server surely did not take is tried so often on its day."""

_SATURDAY: Final = 5


class ReminderStore(Protocol):
    """保存: all raise StoreFailed."""

    def member(self, organisation: str, person: str) -> Member | None:
        """A person with every grant, as of now."""
        ...

    def reviewers(self, organisation: str, department: str, on: dt.date) -> list[Member]:
        """Everybody who may review for a department on a day, of whatever organisation."""
        ...

    def in_states(self, organisation: str, departments: Collection[str], states: Sequence[ReviewState]) -> list[Review]:
        """Those of departments (all of the organisation where none is named)."""
        ...

    def of_author_in(self, who: Who, states: Sequence[ReviewState]) -> list[Review]:
        """Those of an author."""
        ...

    def all_in(self, states: Sequence[ReviewState]) -> list[Review]:
        """Those of every organisation."""
        ...

    def claim_mail(
        self, who: Who, day: dt.date, at: dt.datetime, told: Sequence[str], *, tries: int, new: bool
    ) -> bool:
        """Whether this process is to send the mail of that day. ``new``: even where all of it was told before."""
        ...

    def mail_done(self, who: Who, state: str, event: Event) -> None:
        """How it ended, with its entry.

        ``sent``; ``unsent`` (no server was there: to be tried again), ``failed`` (so often), ``doubtful`` (not again).
        """
        ...


class NotMailed(Exception):
    """メールが送れない: why, without an address or a secret. ``again``: the server surely has not taken it.

    ``server``: that is so for everybody's mail, not for this one's address.
    """

    def __init__(self, reason: str, *, again: bool, server: bool) -> None:
        super().__init__(reason)
        self.again = again
        self.server = server


class Mail(Protocol):
    """メールの送信."""

    def send(self, to: str, subject: str, body: str) -> None:
        """Send one. Raises NotMailed."""
        ...


class Reminders:
    """知らせ. ``uses`` gives the titles of uses; ``mail`` is none where none is sent."""

    def __init__(
        self,
        store: ReminderStore,
        clock: Clock,
        *,
        uses: Callable[[], Mapping[str, str]] = dict,
        mail: Mail | None = None,
        entrance: str = "",
    ) -> None:
        self._store = store
        self._clock = clock
        self._uses = uses
        self._mail = mail
        self._entrance = entrance

    def of(self, member: Member) -> list[Reminder]:
        """あなたへの知らせ: the most urgent first."""
        now = self._clock.now()
        who = Who(member.person.organisation, member.person.id)
        found = {review.id: (review, False) for review in self._store.of_author_in(who, OPEN)}
        for organisation, departments in permissions.review_scopes(member, japan_date(now)).items():
            for review in self._store.in_states(organisation, departments, (ReviewState.REQUESTED,)):
                found.setdefault(review.id, (review, True))
        made = [reminder(review, who, reviewer=reviewer, now=now) for review, reviewer in found.values()]
        return in_order([item for item in made if item is not None])

    def look(self, stopping: Callable[[], bool] = lambda: False) -> int:
        """メールを送る: to everybody who is waited for and has not had today's. Returns how many were sent."""
        now = self._clock.now()
        here = now.astimezone(JST)
        if self._mail is None or here.weekday() >= _SATURDAY or not FROM_HOUR <= here.hour < UNTIL_HOUR:
            return 0
        sent = 0
        for member, found in self.due(now):
            if stopping():
                break
            try:
                sent += self._send(self._mail, member, found, now)
            except NotMailed as error:
                if error.server:  # nobody's mail goes now; the next round tries again
                    break
        return sent

    def due(self, now: dt.datetime) -> list[tuple[Member, list[Reminder]]]:
        """知らせる人: everybody with a mail address, and of what."""
        found: dict[Who, list[Reminder]] = {}
        members: dict[Who, Member] = {}
        today = japan_date(now)
        member = functools.cache(self._store.member)
        reviewers_of = functools.cache(self._store.reviewers)
        for review in self._store.all_in(OPEN):
            author = member(review.organisation, review.author)
            reviewers = reviewers_of(review.organisation, review.department, today)
            asked = [(item, True) for item in reviewers] + ([(author, False)] if author is not None else [])
            for one, reviewer in asked:
                who = Who(one.person.organisation, one.person.id)
                item = reminder(review, who, reviewer=reviewer, now=now)
                if item is None or (reviewer and (who == review.who or not addressed(review, who, now))):
                    continue
                if one.person.mail and one.person.active(today):
                    members[who] = one
                    found.setdefault(who, []).append(item)
        return [(members[who], in_order(items)) for who, items in found.items()]

    def _send(self, mail: Mail, member: Member, found: list[Reminder], now: dt.datetime) -> bool:
        person = member.person
        who = Who(person.organisation, person.id)
        keys = [item.key for item in found]
        urgent = any(item.again for item in found)
        if not self._store.claim_mail(who, japan_date(now), now, keys, tries=TRIES, new=urgent):
            return False
        data: dict[str, Json] = {"person": person.id, "reviews": [item.review for item in found]}
        try:
            text = body(found, uses=self._uses(), entrance=self._entrance)
            mail.send(person.mail, subject(found), text)
        except NotMailed as error:
            event = self._event("reminder_failed", member, {**data, "reason": str(error)})
            again = "unsent" if error.server else "failed"
            self._store.mail_done(who, again if error.again else "doubtful", event)
            raise
        self._store.mail_done(who, "sent", self._event("reminded", member, data))
        return True

    def _event(self, kind: str, member: Member, data: Mapping[str, Json]) -> Event:
        person = member.person
        return Event(kind, self._clock.now(), "", person.organisation, person.department, "", data)
