"""調べる画面の組み立て: search, one record, residents and incidents, over a store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ai_gov.service.audit_record import RecordService
from ai_gov.service.incidents import IncidentService
from ai_gov.service.ports import Config, Reader
from ai_gov.wiring.documents import document_writers
from ai_gov.wiring.services import audit_service, names_somebody
from ai_gov.wiring.storage import live_config

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
        audit_service(made.store, made.config, made.reader),
        record_service(made.store),
        incident_service(made.store, made.config, made.reader),
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


def incident_service(
    opened: DatabaseStore, config: Config | None = None, read: Reader | None = None
) -> IncidentService:
    """事故の窓口: over a store. ``config`` and ``read`` are those of a process that has them at hand."""
    names = names_somebody(config or live_config(opened), read)
    return IncidentService(opened.incidents, log=opened.search, clock=opened.clock, confidential=names)
