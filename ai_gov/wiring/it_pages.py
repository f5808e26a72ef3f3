"""情報担当の画面の組み立て: what the pages of the IT staff call, over a running service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ai_gov.service.personnel import Personnel
from ai_gov.wiring.services import accounts

if TYPE_CHECKING:
    from ai_gov.stores.store import DatabaseStore


def personnel(opened: DatabaseStore) -> Personnel:
    """職員の管理の窓口: over a store."""
    return Personnel(opened.people, opened.register, accounts(opened))
