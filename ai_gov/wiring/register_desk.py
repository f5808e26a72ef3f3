"""台帳の窓口の組み立て: the register of uses over a store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ai_gov.service.ports import Config, Reader
from ai_gov.service.uses import UseService
from ai_gov.settings import Settings
from ai_gov.wiring.services import names_somebody
from ai_gov.wiring.storage import live_config

if TYPE_CHECKING:
    from ai_gov.stores.store import DatabaseStore


def use_service(
    opened: DatabaseStore, settings: Settings | None = None, config: Config | None = None, read: Reader | None = None
) -> UseService:
    """利用台帳の窓口: ``config`` and ``read`` are those of a process that has them at hand."""
    rules = config or live_config(opened, settings)
    return UseService(opened.uses, config=rules, clock=opened.clock, confidential=names_somebody(rules, read))
