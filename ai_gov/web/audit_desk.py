"""調べる画面の材料: what the pages for search, one record, residents and incidents call besides ``AuditPages``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ai_gov.documents.blocks import Document
from ai_gov.service.audit import AuditService
from ai_gov.service.audit_record import RecordService
from ai_gov.service.incidents import IncidentService
from ai_gov.web.audit_page import AuditPages


@dataclass(frozen=True, slots=True)
class AuditDesk:
    """調べる画面が使うもの. ``titles``: of rules and their types, uses and destinations, by id, as in force."""

    pages: AuditPages
    audit: AuditService
    records: RecordService
    incidents: IncidentService
    writers: Mapping[str, Callable[[Document], bytes]]
    titles: Callable[[], Mapping[str, str]]
