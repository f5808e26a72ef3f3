"""裏の仕事の組み立て: what a server does now and then beside its requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ai_gov.service.background import Background
from ai_gov.service.ports import Config
from ai_gov.settings import Settings
from ai_gov.wiring.raw import raw_expiring
from ai_gov.wiring.stamping import stamping

if TYPE_CHECKING:
    from ai_gov.stores.store import DatabaseStore

ROUND_S: Final = 600.0
"""How often it is looked whether something is due, and what could not be done is tried again (seconds)."""


def rounds(opened: DatabaseStore, settings: Settings, config: Config) -> list[Background]:
    """裏の仕事: not yet started. Raises ConfigError."""
    raw = Background("ai-gov-raw", raw_expiring(opened, config), failing="原文の期限の見回りができません")
    stamper = stamping(opened, settings)
    return [raw] if stamper is None else [raw, stamper]
