"""検証の組み立て: who verifies the log of a server, and who keeps and shows what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ai_gov.service.audit_verification import VerificationService
from ai_gov.settings import PREFIX, Settings

if TYPE_CHECKING:
    from ai_gov.notify.verification import Verifier
    from ai_gov.stores.store import DatabaseStore


def verification_service(opened: DatabaseStore) -> VerificationService:
    """検証の窓口: over a store."""
    return VerificationService(
        log=opened.search,
        checkpoints=opened.audit,
        clock=opened.clock,
        record=opened.record_sync,
        settle=opened.sequence_now,
    )


def verifier(opened: DatabaseStore, settings: Settings) -> Verifier:
    """検証係: of the database of these settings, in a process of its own."""
    from ai_gov.notify.verification import Apart, Verifier

    where = {
        f"{PREFIX}DATA_DIR": str(settings.data_dir.resolve()),
        f"{PREFIX}DATABASE_URL": settings.database_url.get_secret_value(),
    }
    if settings.timestamp_root is not None:
        where[f"{PREFIX}TIMESTAMP_ROOT"] = str(settings.timestamp_root.resolve())
    now = opened.clock.now
    return Verifier(Apart(where, now), note=verification_service(opened).note, now=now)
