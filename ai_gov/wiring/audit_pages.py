"""監査の画面の組み立て: what the CAIO's pages call, over a running service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ai_gov.wiring.services import report_words

if TYPE_CHECKING:
    from ai_gov.web.audit_page import AuditPages
    from ai_gov.wiring.process import Running


def audit_pages(made: Running) -> AuditPages:
    """監査の画面が使うもの."""
    from ai_gov.web.audit_page import AuditPages

    opened = made.store
    return AuditPages(
        clock=opened.clock,
        organisations=opened.people.organisations,
        names=lambda: report_words(opened, made.config.current())[0],
    )
