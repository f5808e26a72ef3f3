"""監査の画面の材料: what the pages at /audit call, whose records somebody sees, and the pages beside each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from ai_gov.documents.report_words import Names
from ai_gov.model import JST, japan_date
from ai_gov.people.model import Organisation, Role
from ai_gov.service.accounts import Visitor
from ai_gov.service.audit import LogReader, log_reader
from ai_gov.service.ports import Clock
from ai_gov.web.render import render

ROLES: Final = frozenset({Role.CAIO, Role.CAIO_ASSISTANT, Role.AUDITOR})
"""Who opens these pages; ``reader`` then says whose records are shown."""

TABS: Final = (("/audit", "overview"),)
"""The pages beside each other: path, and ``audit.tabs.NAME`` of the catalogue."""


@dataclass(frozen=True, slots=True)
class AuditPages:
    """監査の画面が使うもの. ``names``: what records name by codes, as it is called now."""

    clock: Clock
    organisations: Callable[[], Sequence[Organisation]]
    names: Callable[[], Names]

    def today(self) -> dt.date:
        """The day in Japan."""
        return japan_date(self.clock.now())

    def reader(self, visitor: Visitor) -> LogReader:
        """閲覧者: somebody signed in, with the organisations of the roles. Raises Forbidden. Reads the database."""
        return log_reader(visitor.member, [item.id for item in self.organisations()], on=self.today())


def page(request: Request, template: str, *, tab: str, status: int = 200, **values: Any) -> Response:
    """A page under ``tab`` (a path of ``TABS``); templates extend ``audit_base.html`` and fill its block ``audit``."""
    return render(request, template, status=status, tabs=TABS, tab=tab, zone=JST, **values)
