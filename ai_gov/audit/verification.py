"""検証の記録: what a verification of the whole log said, as an entry, so that it is known later when and how far."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from ai_gov.audit.found import Recorded
from ai_gov.audit.verify import Report
from ai_gov.model import Event, Json

KIND: Final = "verified"
MOST: Final = 20
"""Problems that an entry names; ``problem_count`` has them all."""


@dataclass(frozen=True, slots=True)
class Verified:
    """検証の結果: ``ran`` is false where it could not be carried out, and ``reason`` says why.

    ``first_line`` says what it could not show; ``compared``: with checkpoints that were kept elsewhere.
    """

    at: dt.datetime
    ran: bool = True
    first_line: str = ""
    problems: tuple[str, ...] = ()
    problem_count: int = 0
    entries: int = 0
    deleted: int = 0
    waiting: int = 0
    unprovable: int = 0
    checkpoints: int = 0
    root: str = ""  # hexadecimal
    seconds: float = 0.0
    compared: bool = False
    reason: str = ""
    actor: str = ""  # empty where a server did it by itself

    @property
    def ok(self) -> bool:
        """Whether it was carried out and nothing was found."""
        return self.ran and not self.problem_count

    def event(self) -> Event:
        """検証の記録."""
        data: dict[str, Json] = {"ran": self.ran, "seconds": round(self.seconds, 1), "compared": self.compared}
        if self.ran:
            data |= {name: getattr(self, name) for name in _COUNTS}
            data |= {"first_line": self.first_line, "root": self.root}
            data |= {"problem_count": self.problem_count, "problems": list(self.problems[:MOST])}
        else:
            data["reason"] = self.reason
        return Event(KIND, self.at, "", "", "", self.actor, data)


_COUNTS: Final = ("entries", "deleted", "waiting", "unprovable", "checkpoints")


def plain(report: Report) -> dict[str, Json]:
    """A report as JSON that ``from_plain`` reads again."""
    out: dict[str, Json] = {name: getattr(report, name) for name in _COUNTS}
    problems: list[Json] = [*report.problems[:MOST]]
    said: dict[str, Json] = {"first_line": report.head, "root": report.root.hex()}
    return out | said | {"problem_count": len(report.problems), "problems": problems}


def from_plain(data: Mapping[str, Json], at: dt.datetime) -> Verified:
    """結果を読む: of ``plain``. Raises ValueError where it is none."""
    problems = data.get("problems")
    return Verified(
        at,
        first_line=str(data.get("first_line", "")),
        problems=tuple(item for item in problems if isinstance(item, str)) if isinstance(problems, list) else (),
        problem_count=_number(data.get("problem_count")),
        entries=_number(data.get("entries")),
        deleted=_number(data.get("deleted")),
        waiting=_number(data.get("waiting")),
        unprovable=_number(data.get("unprovable")),
        checkpoints=_number(data.get("checkpoints")),
        root=str(data.get("root", "")),
    )


def verified_of(entry: Recorded) -> Verified | None:
    """記録を読む: what an entry says; none where its text was deleted."""
    if entry.event is None:
        return None
    at, data = dt.datetime.fromisoformat(entry.columns["at"]), entry.event.data
    seconds = data.get("seconds")
    spent = float(seconds) if isinstance(seconds, int | float) else 0.0
    ran = data.get("ran") is True
    found = from_plain(data, at) if ran else Verified(at, ran=False, reason=str(data.get("reason", "")))
    return replace(found, seconds=spent, actor=entry.columns["actor"], compared=data.get("compared") is True)


def _number(value: Json) -> int:
    if type(value) is not int:
        raise ValueError("not the result of a verification")
    return value
