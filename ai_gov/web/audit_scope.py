"""監査の画面の範囲: which period and which organisations a page is about, as its address says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ai_gov.audit.period import Period, latest, parse
from ai_gov.service.accounts import Visitor
from ai_gov.service.audit import LogReader, within
from ai_gov.web.audit_page import AuditPages

LONGEST: Final = 40


@dataclass(frozen=True, slots=True)
class Scope:
    """範囲: whose records, of which organisations (``organisation`` empty for all one may see), of which period."""

    reader: LogReader
    period: Period
    organisation: str
    organisations: tuple[str, ...]
    known: tuple[tuple[str, str], ...]  # code and name of those that may be chosen
    periods: tuple[tuple[Period, ...], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the organisations it is about."""
        return tuple(name for code, name in self.known if code in self.organisations)


def scope(pages: AuditPages, visitor: Visitor, asked: Mapping[str, str]) -> Scope:
    """範囲を読む: of what a form or an address says. Raises Forbidden, BadRequest. Reads the database."""
    reader, today = pages.reader(visitor), pages.today()
    periods = latest(today)
    period = parse(asked["period"][:LONGEST]) if asked.get("period") else periods[0][0]
    organisation = asked.get("organisation", "")[:LONGEST]
    chosen = within(reader, (organisation,) if organisation else ())
    allowed = reader.organisations or frozenset()
    known = tuple((item.id, item.name) for item in pages.organisations() if item.id in allowed)
    if all(period.code != item.code for group in periods for item in group):
        periods = ((period, *periods[0]), *periods[1:])
    return Scope(reader, period, organisation, chosen, known, periods)
