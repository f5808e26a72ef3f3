"""監査の画面の材料: what the pages at /audit call, whose records somebody sees, and the pages beside each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from starlette.requests import Request
from starlette.responses import Response

from ai_gov.audit.incidents import Incident
from ai_gov.audit.verification import Verified
from ai_gov.documents.report import Evidence, ReportData
from ai_gov.documents.report_words import Names
from ai_gov.errors import BadRequest
from ai_gov.model import JST, japan_date
from ai_gov.people.csvimport import parse_date
from ai_gov.people.model import Organisation, Role
from ai_gov.service.accounts import Visitor
from ai_gov.service.audit import LogReader, log_reader
from ai_gov.service.audit_alert_list import AlertList
from ai_gov.service.audit_changes import ChangeService
from ai_gov.service.audit_export import ExportService
from ai_gov.service.audit_report import ReportService
from ai_gov.service.audit_verification import VerificationService
from ai_gov.service.audit_waiting import Waiting
from ai_gov.service.guideline_drift import Drift
from ai_gov.service.ports import Clock
from ai_gov.web.render import render

ROLES: Final = frozenset({Role.CAIO, Role.CAIO_ASSISTANT, Role.AUDITOR})
"""Who opens these pages; ``reader`` then says whose records are shown."""

TABS: Final = (
    ("/audit", "overview"),
    ("/audit/search", "search"),
    ("/audit/residents", "residents"),
    ("/audit/alerts", "alerts"),
    ("/audit/incidents", "incidents"),
    ("/audit/reports", "reports"),
    ("/audit/verification", "verification"),
    ("/audit/changes", "changes"),
    ("/audit/guideline", "guideline"),
    ("/audit/export", "export"),
)
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
    ``drift``: whether the guideline of an organisation says what is in force. ``folder``: for files on their way out.
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
    incidents: Callable[[LogReader], Sequence[Incident]]
    export: ExportService
    drift: Callable[[str], Drift]
    folder: Path

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


def page_before(request: Request) -> int | None:
    """次のページ: the position that an address says; none for the first page."""
    asked = request.query_params.get("before", "")
    return int(asked) if asked.isdecimal() and len(asked) < 16 else None


def day_from(text: str, *, days: int = 0) -> dt.datetime | None:
    """日付: the beginning of a day in Japan (and ``days`` later); none for an empty text. Raises BadRequest."""
    if not text:
        return None
    try:
        day = parse_date(text) + dt.timedelta(days=days)
    except (ValueError, OverflowError):
        raise BadRequest("日付は 2026-04-01 または 令和8年4月1日 の形で書いてください。") from None
    return dt.datetime.combine(day, dt.time(), JST)
