"""警報: what somebody must hear of, as an entry and as the words that are sent. No text and no value is in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from ai_gov.model import JST, Event, Json

KIND = "alert"
UNDELIVERED = "alert_undelivered"
MOST_RECORDS = 20
"""Record numbers named in one alert."""


@dataclass(frozen=True, slots=True)
class Alert:
    """警報1件. ``key`` is what makes two of them the same; ``subject`` says in Japanese what happened."""

    rule: str
    key: str
    title: str
    subject: str
    at: dt.datetime
    advice: str = ""
    organisation: str = ""
    department: str = ""
    person: str = ""
    count: int = 0
    records: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """All of it in one line."""
        who = "/".join(filter(None, (self.organisation, self.department, self.person)))
        parts = [f"【生成AI統制】{self.title}", f"（{who}）" if who else "", f"：{self.subject}"]
        return "".join(parts) + (f" {self.advice}" if self.advice else "")

    def data(self) -> dict[str, Json]:
        """As JSON, for the log and for a webhook."""
        out: dict[str, Json] = {
            "rule": self.rule,
            "title": self.title,
            "subject": self.subject,
            "person": self.person,
            "count": self.count,
            "records": list(self.records[:MOST_RECORDS]),
        }
        return {name: value for name, value in out.items() if value not in ("", 0, [])}

    def event(self) -> Event:
        """警報の記録."""
        return Event(KIND, self.at, "", self.organisation, self.department, "", self.data())

    def message(self) -> dict[str, Json]:
        """What a webhook gets: ``text`` for a chat service, the rest for a program."""
        return {
            "text": self.sentence,
            "at": self.at.astimezone(JST).isoformat(timespec="seconds"),
            "organisation": self.organisation,
            "department": self.department,
            "advice": self.advice,
            **self.data(),
        }


def undelivered(alert: Alert, channel: str, reason: str, at: dt.datetime) -> Event:
    """届かなかった知らせの記録."""
    data: Mapping[str, Json] = {"rule": alert.rule, "channel": channel, "reason": reason}
    return Event(UNDELIVERED, at, "", alert.organisation, "", "", data)
