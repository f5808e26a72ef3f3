"""知らせの組み立て: reminders for pages, and by mail where the settings name a server."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ai_gov.model import japan_date
from ai_gov.service.background import Background
from ai_gov.service.governance import build
from ai_gov.service.reminders import Reminders
from ai_gov.settings import Settings
from ai_gov.wiring.storage import in_force

if TYPE_CHECKING:
    from ai_gov.notify.mail import Mailer
    from ai_gov.stores.store import DatabaseStore

RECENT = dt.timedelta(days=3)
"""Failures of so many days are told of."""


def mailer(settings: Settings) -> Mailer | None:
    """メールの送信: none where no server is set."""
    from ai_gov.notify.mail import Mailer

    smtp = settings.smtp
    if not smtp.host:
        return None
    return Mailer(
        smtp.host,
        sender=smtp.sender,
        port=smtp.port,
        security=smtp.security,
        user=smtp.user,
        password=smtp.password.get_secret_value(),
        seconds=smtp.seconds,
        ca_file=smtp.ca_file,
    )


def reminders(opened: DatabaseStore, settings: Settings) -> Reminders:
    """知らせの窓口: over a store."""

    def uses() -> Mapping[str, str]:
        return {use.id: use.title for use in build(in_force(opened)[1], japan_date()).policy.uses}

    return Reminders(
        opened.reminders, opened.clock, uses=uses, mail=mailer(settings), entrance=settings.public_url.rstrip("/")
    )


def reminding(opened: DatabaseStore, settings: Settings) -> Background | None:
    """知らせの見回り: for a server, every ``EVERY_S``; none where no mail is sent."""
    if not settings.smtp.host:
        return None
    service = reminders(opened, settings)
    background = Background(
        "ai-gov-reminders", lambda: service.look(lambda: background.stopping), failing="確認の知らせを送れません"
    )
    return background


def failing(opened: DatabaseStore) -> int:
    """届かない知らせ: to how many people."""
    return opened.reminders.mails_failing(japan_date(opened.clock.now()) - RECENT)
