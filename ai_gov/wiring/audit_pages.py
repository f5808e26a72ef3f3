"""監査の画面の組み立て: what the CAIO's pages call, over a running service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ai_gov.service.audit_alert_list import AlertList
from ai_gov.service.audit_export import ExportService
from ai_gov.service.audit_waiting import waiting
from ai_gov.service.governance import alerts_of
from ai_gov.settings import Settings
from ai_gov.wiring.audit_desk import incident_service
from ai_gov.wiring.guidelines import guideline_drift
from ai_gov.wiring.reports import report_evidence, report_files, sheet_files
from ai_gov.wiring.services import alert_channels, change_service, report_service, report_words
from ai_gov.wiring.storage import in_force
from ai_gov.wiring.verifying import verification_service

if TYPE_CHECKING:
    from ai_gov.notify.verification import Verifier
    from ai_gov.web.audit_page import AuditPages
    from ai_gov.wiring.process import Running


def audit_pages(made: Running, settings: Settings, verifying: Verifier) -> AuditPages:
    """監査の画面が使うもの."""
    from ai_gov.web.audit_page import AuditPages

    opened = made.store
    return AuditPages(
        clock=opened.clock,
        organisations=opened.people.organisations,
        words=lambda: report_words(opened, made.config.current()),
        reports=report_service(opened),
        evidence=lambda verified: report_evidence(opened, verified=verified),
        report_files=report_files,
        sheet_files=sheet_files,
        alerts=AlertList(
            log=opened.search,
            rules=lambda: alerts_of(in_force(opened)[1]),
            clock=opened.clock,
            record=opened.record_sync,
            channels=[channel.name for channel in alert_channels(settings)],
        ),
        changes=change_service(opened),
        verification=verification_service(opened),
        verifier=verifying,
        incidents=incident_service(opened).listed,
        waiting=lambda reader: waiting(reader, reviews=opened.reviews, log=opened.search, clock=opened.clock),
        export=ExportService(
            log=opened.audit, clock=opened.clock, record=opened.record_sync, settle=opened.sequence_now
        ),
        drift=guideline_drift(opened, settings).of,
        folder=settings.data_dir,
    )
