"""原文の組み立て: the service that opens raw texts, and what destroys them when their time is up."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from ai_gov.service.ports import Config, Reader
from ai_gov.service.raw_openings import RawOpenings
from ai_gov.wiring.services import names_somebody
from ai_gov.wiring.storage import live_config

if TYPE_CHECKING:
    from ai_gov.stores.store import DatabaseStore

REASON: Final = "原文の保存日数の満了"


def raw_openings(opened: DatabaseStore, config: Config | None = None, read: Reader | None = None) -> RawOpenings:
    """原文の開示の窓口: ``config`` and ``read`` are those of a process that has them at hand."""
    rules = config or live_config(opened)
    return RawOpenings(opened.raw, clock=opened.clock, confidential=names_somebody(rules, read))


def raw_expiring(opened: DatabaseStore, config: Config) -> Callable[[], int]:
    """期限の見回り: ends requests and destroys raw texts whose time is up; how many texts."""
    openings = RawOpenings(opened.raw, clock=opened.clock)

    def expire() -> int:
        openings.expire()
        days = config.current().policy.retention.raw_days
        count = opened.raw.destroy(days, opened.retention.holds(), actor="", reason=REASON)
        if count:
            opened.raw.scrub()
        return count

    return expire
