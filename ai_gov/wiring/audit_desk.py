"""調べる画面の組み立て: search, one record, residents and incidents, over a store."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ai_gov.model import japan_date
from ai_gov.service.audit_record import RecordService
from ai_gov.service.governance import build
from ai_gov.service.incidents import IncidentService
from ai_gov.service.inspector import Inspector
from ai_gov.wiring.documents import document_writers
from ai_gov.wiring.inspection import reader
from ai_gov.wiring.services import NAMES, audit_service
from ai_gov.wiring.storage import in_force

if TYPE_CHECKING:
    from ai_gov.stores.store import DatabaseStore
    from ai_gov.web.audit_desk import AuditDesk
    from ai_gov.web.audit_page import AuditPages
    from ai_gov.wiring.process import Running


def audit_desk(made: Running, pages: AuditPages) -> AuditDesk:
    """調べる画面が使うもの."""
    from ai_gov.web.audit_desk import AuditDesk

    def titles() -> dict[str, str]:
        rules = made.config.current().rules.values()
        return {rule.id: rule.title for rule in rules}

    return AuditDesk(
        pages,
        audit_service(made.store),
        record_service(made.store),
        incident_service(made.store),
        document_writers(),
        titles,
    )


def record_service(opened: DatabaseStore) -> RecordService:
    """利用1件の窓口: over a store."""

    def asked_for(permit: str) -> str:
        found = opened.permits.permit(permit)
        return found.exchange if found else ""

    return RecordService(
        log=opened.search,
        included=opened.audit.included,
        clock=opened.clock,
        record=opened.record_sync,
        asked_for=asked_for,
    )


def incident_service(opened: DatabaseStore) -> IncidentService:
    """事故の窓口: over a store."""
    return IncidentService(opened.incidents, log=opened.search, clock=opened.clock, confidential=names_somebody(opened))


def names_somebody(opened: DatabaseStore) -> Callable[[str], bool]:
    """だれかを名指すか: whether a text that the log is to keep holds a name, an address or a number of somebody."""

    def names(text: str) -> bool:
        governance = build(in_force(opened)[1], japan_date())
        found = Inspector(governance, reader()).explain(text).findings
        return any(item.type in NAMES for item in found)

    return names
