"""知らせのメールの保存: who was mailed on which day and of what, so that nobody gets two (service.reminders)."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence

import sqlalchemy as sa

from ai_gov.audit.event import timestamp
from ai_gov.model import Event
from ai_gov.review.record import Review, Who
from ai_gov.review.states import ReviewState
from ai_gov.stores.reviews import Reviews
from ai_gov.stores.reviewtables import reviews
from ai_gov.stores.tables import reminder_mails

SENDING, SENT, UNSENT, FAILED, DOUBTFUL = "sending", "sent", "unsent", "failed", "doubtful"


class ReminderMails(Reviews):
    """知らせのメールの保存: service.reminders.ReminderStore."""

    def of_author_in(self, who: Who, states: Sequence[ReviewState]) -> list[Review]:
        """Those of an author."""
        mine = sa.and_(reviews.c.organisation == who.organisation, reviews.c.author == who.person)
        return self._found(sa.select(reviews).where(mine, _in(states)).order_by(reviews.c.id))

    def all_in(self, states: Sequence[ReviewState]) -> list[Review]:
        """Those of every organisation."""
        return self._found(sa.select(reviews).where(_in(states)).order_by(reviews.c.due_at, reviews.c.id))

    def claim_mail(
        self, who: Who, day: dt.date, at: dt.datetime, told: Sequence[str], *, tries: int, new: bool
    ) -> bool:
        """Whether this process is to send the mail of that day."""
        row = {
            "day": day.isoformat(),
            "state": SENDING,
            "tries": 1,
            "at": timestamp(at),
            "told": json.dumps(sorted(told)),
        }
        with self._database.write() as connection:
            self._database.lock(connection, "reminders")
            last = connection.execute(sa.select(reminder_mails).where(_of(who))).first()
            if last is None:
                connection.execute(
                    sa.insert(reminder_mails), {"organisation": who.organisation, "person": who.person, **row}
                )
                return True
            if last.day == row["day"]:
                if last.state != UNSENT and (last.state != FAILED or last.tries >= tries):
                    return False
                row["tries"] = last.tries + (last.state == FAILED)
            elif not new and last.state == SENT and set(told) <= set(json.loads(last.told)):
                return False
            connection.execute(sa.update(reminder_mails).where(_of(who)).values(**row))
        return True

    def mail_done(self, who: Who, state: str, event: Event) -> None:
        """How it ended, with its entry."""
        with self._database.write() as connection:
            connection.execute(sa.update(reminder_mails).where(_of(who)).values(state=state))
            self._append(connection, event)

    def mails_failing(self, since: dt.date) -> int:
        """How many people's last mail, of that day or later, did not surely arrive at the server."""
        query = sa.select(sa.func.count()).where(
            reminder_mails.c.day >= since.isoformat(), reminder_mails.c.state.in_((UNSENT, FAILED, DOUBTFUL))
        )
        with self._database.read() as connection:
            return int(connection.execute(query).scalar() or 0)


def _in(states: Sequence[ReviewState]) -> sa.ColumnElement[bool]:
    return reviews.c.state.in_([state.value for state in states])


def _of(who: Who) -> sa.ColumnElement[bool]:
    return sa.and_(reminder_mails.c.organisation == who.organisation, reminder_mails.c.person == who.person)
