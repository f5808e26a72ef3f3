"""監査の画面の材料: what the pages at /audit call, whose records somebody sees, and the pages beside each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from starlette.requests import Request
from starlette.responses import Response

from ai_gov.audit.verification import Verified
from ai_gov.documents.report import Evidence, ReportData
from ai_gov.documents.report_words import Names
from ai_gov.model import JST, japan_date
from ai_gov.people.model import Organisation, Role
from ai_gov.service.accounts import Visitor
from ai_gov.service.audit import LogReader, log_reader
from ai_gov.service.audit_alert_list import AlertList
from ai_gov.service.audit_changes import ChangeService
from ai_gov.service.audit_report import ReportService
from ai_gov.service.audit_verification import VerificationService
from ai_gov.service.audit_waiting import Waiting
from ai_gov.service.ports import Clock
from ai_gov.web.render import render

ROLES: Final = frozenset({Role.CAIO, Role.CAIO_ASSISTANT, Role.AUDITOR})
"""Who opens these pages; ``reader`` then says whose records are shown."""

TABS: Final = (("/audit", "overview"),)
"""The pages beside each other: path, and ``audit.tabs.NAME`` of the catalogue."""

Prices = Mapping[str, tuple[float, float]]
"""単価: yen for a million tokens, in and out, by destination."""


class RunningPort(Protocol):
    """検証中: since when, and how many entries are done."""

    @property
    def since(self) -> dt.datetime: ...  # noqa: D102
    @property
    def done(self) -> int: ...  # noqa: D102


class VerifierPort(Protocol):
    """検証係: verifies the log in the background."""

    @property
    def running(self) -> RunningPort | None: ...  # noqa: D102
    @property
    def last(self) -> Verified | None: ...  # noqa: D102

    def start(self, *, actor: str = "", against: str = "") -> bool:
        """Begin, unless one is under way."""
        ...


@dataclass(frozen=True, slots=True)
class AuditPages:
    """監査の画面が使うもの.

    ``words``: what records name by codes, as it is called now, and the prices of destinations. ``evidence``: what a
    report made now rests on, given the sentence of a verification. ``report_files`` and ``sheet_files``: by name.
    """

    clock: Clock
    organisations: Callable[[], Sequence[Organisation]]
    words: Callable[[], tuple[Names, Prices]]
    reports: ReportService
    evidence: Callable[[str], Evidence]
    report_files: Callable[[ReportData, Sequence[str]], Mapping[str, bytes]]
    sheet_files: Callable[[ReportData, Sequence[str]], Mapping[str, bytes]]
    alerts: AlertList
    changes: ChangeService
    verification: VerificationService
    verifier: VerifierPort
    waiting: Callable[[LogReader], Waiting]

    def names(self) -> Names:
        """名称: of what records name by codes."""
        return self.words()[0]

    def today(self) -> dt.date:
        """The day in Japan."""
        return japan_date(self.clock.now())

    def reader(self, visitor: Visitor) -> LogReader:
        """閲覧者: somebody signed in, with the organisations of the roles. Raises Forbidden. Reads the database."""
        return log_reader(visitor.member, [item.id for item in self.organisations()], on=self.today())


def page(request: Request, template: str, *, tab: str, status: int = 200, **values: Any) -> Response:
    """A page under ``tab`` (a path of ``TABS``); templates extend ``audit_base.html`` and fill its block ``audit``."""
    return render(request, template, status=status, tabs=TABS, tab=tab, zone=JST, **values)
