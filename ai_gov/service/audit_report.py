"""監査の報告: the figures of a period for who may see them; each report made is an entry that names its files."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Protocol

from ai_gov.audit.figures import Figures, add_up
from ai_gov.audit.period import Period
from ai_gov.audit.usage import DAY, MONTH, Place
from ai_gov.model import Event, Json, Step
from ai_gov.service.audit import LogReader, within
from ai_gov.service.ports import Clock


class FiguresPort(Protocol):
    """集計: what a store does for reports."""

    def catch_up(self) -> int:
        """Let the figures be those of every entry that is in the tree."""
        ...

    def summed(
        self, since: str, until: str, organisations: Collection[str] = (), *, over: int
    ) -> Iterator[tuple[Place, int]]:
        """The figures from a month on, before another, added up; actions by so many characters of their time."""
        ...

    def recount(
        self, since: dt.datetime, until: dt.datetime, organisations: Collection[str] = ()
    ) -> Iterator[tuple[Place, int]]:
        """The same from the records themselves."""
        ...


class ReportService:
    """報告の窓口."""

    def __init__(self, *, log: FiguresPort, clock: Clock, record: Callable[[Step], object]) -> None:
        self._log = log
        self._clock = clock
        self._record = record

    def figures(
        self, reader: LogReader, period: Period, organisations: Collection[str] = (), *, recount: bool = False
    ) -> tuple[Figures, Figures]:
        """集計値: of a period and of the one before. Raises Forbidden."""
        allowed = within(reader, tuple(organisations))
        self._log.catch_up()
        return self._of(period, allowed, recount=recount), self._of(period.before(), allowed, recount=False)

    def read(
        self, reader: LogReader, period: Period, organisations: Collection[str] = (), *, how: str = "figures"
    ) -> tuple[Figures, Figures]:
        """集計値を見る: the same for a page, with an entry of who looked. Raises Forbidden, StoreFailed."""
        found = self.figures(reader, period, organisations)
        data: dict[str, Json] = {
            "how": how,
            "period": [period.first.isoformat(), period.months],
            "organisations": sorted(within(reader, tuple(organisations))),
        }
        self._note("log_read", reader, data)
        return found

    def made(
        self,
        reader: LogReader,
        period: Period,
        files: Mapping[str, bytes],
        *,
        public: bool,
        organisations: Iterable[str],
    ) -> None:
        """報告の記録: which files were made, by their digests, so that a copy can be told from another."""
        data: dict[str, Json] = {
            "period": [period.first.isoformat(), period.months],
            "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
            "public": public,
            "organisations": sorted(organisations),
        }
        self._note("report_made", reader, data)

    def _note(self, kind: str, reader: LogReader, data: dict[str, Json]) -> None:
        if reader.login:
            data["login"] = reader.login
        self._record(Step(None, Event(kind, self._clock.now(), "", "", "", reader.name, data)))

    def _of(self, period: Period, organisations: Collection[str], *, recount: bool) -> Figures:
        if not recount:
            since, until = f"{period.first:%Y-%m}", f"{period.end:%Y-%m}"
            over = DAY if period.months == 1 else MONTH
            return add_up(period, self._log.summed(since, until, organisations, over=over))
        counted: Counter[Place] = Counter()
        for place, amount in self._log.recount(period.since, period.until, organisations):
            counted[place] += amount
        return add_up(period, counted.items())
