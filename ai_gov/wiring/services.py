"""窓口の組み立て: one function for each service over a store."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ai_gov.documents.report_words import Names
from ai_gov.model import japan_date
from ai_gov.policy.alerts import Verification
from ai_gov.service.accounts import Accounts
from ai_gov.service.audit import AuditService
from ai_gov.service.audit_alerts import AlertService, Channel
from ai_gov.service.audit_changes import ChangeService
from ai_gov.service.audit_report import ReportService
from ai_gov.service.governance import alerts_of, build
from ai_gov.service.inspector import Inspector
from ai_gov.service.permits import PermitService
from ai_gov.service.ports import Config, Governance, Reader
from ai_gov.service.release_register import ReleaseRegister
from ai_gov.service.review import ReviewService
from ai_gov.settings import Settings
from ai_gov.wiring.documents import release_writers
from ai_gov.wiring.guidelines import guideline_reviews
from ai_gov.wiring.inspection import reader
from ai_gov.wiring.reminding import failing
from ai_gov.wiring.storage import in_force, live_config

if TYPE_CHECKING:
    from ai_gov.notify.verification import Verifier
    from ai_gov.notify.watch import Watch
    from ai_gov.stores.store import DatabaseStore

NAMES = frozenset({"PERSON", "JP_ADDRESS", "PHONE_NUMBER", "EMAIL_ADDRESS", "JP_MY_NUMBER", "JP_RESIDENT_CODE"})
"""What a purpose that the log keeps must not hold."""


def accounts(opened: DatabaseStore, settings: Settings | None = None) -> Accounts:
    """利用者のサインインの窓口: over a store."""
    return Accounts(opened.accounts, opened.clock, emergency=settings.emergency if settings else None)


def review_service(opened: DatabaseStore, settings: Settings, config: Config | None = None) -> ReviewService:
    """確認と公開の窓口: over a store."""
    return ReviewService(
        store=opened.reviews,
        config=config or live_config(opened, settings),
        keys=opened.keys,
        clock=opened.clock,
        writers=release_writers(),
        public_url=settings.public_url,
    )


def permit_service(opened: DatabaseStore) -> PermitService:
    """送信の許可の窓口: over a store."""
    return PermitService(opened.permits, keys=opened.keys, clock=opened.clock)


def release_register(opened: DatabaseStore) -> ReleaseRegister:
    """公開の登録簿の窓口: over a store."""
    return ReleaseRegister(
        opened.reviews, opened.clock, keys=opened.keys, signing_key=opened.keys.signing_key, record=opened.record_sync
    )


def audit_service(opened: DatabaseStore, config: Config | None = None, read: Reader | None = None) -> AuditService:
    """監査の窓口: over a store. A purpose that names somebody is found by the rules in force.

    ``config`` and ``read`` are those of a process that has them at hand.
    """
    return AuditService(
        log=opened.search,
        keys=opened.keys,
        clock=opened.clock,
        record=opened.record_sync,
        confidential=names_somebody(config or live_config(opened), read),
    )


def names_somebody(config: Config, read: Reader | None = None) -> Callable[[str], bool]:
    """個人を表すか: whether a text that is kept or published names a person, by the rules in force."""

    def confidential(text: str) -> bool:
        found = Inspector(config.current(), read or reader()).explain(text).findings
        return any(item.type in NAMES for item in found)

    return confidential


def report_service(opened: DatabaseStore) -> ReportService:
    """報告の窓口: over a store."""
    return ReportService(log=opened.search, clock=opened.clock, record=opened.record_sync)


def report_words(
    opened: DatabaseStore, governance: Governance | None = None
) -> tuple[Names, dict[str, tuple[float, float]]]:
    """名称と単価: what the register, the policy and the rules call what records name by codes.

    With the prices of destinations: yen for a million tokens, in and out. ``governance``: the set in force, where a
    process has it at hand.
    """
    governance = governance or build(in_force(opened)[1], japan_date())
    policy = governance.policy
    organisations = opened.people.organisations()
    departments = [item for own in organisations for item in opened.people.departments(own.id)]
    names = Names(
        {item.id: item.name for item in organisations},
        {(item.organisation, item.id): item.name for item in departments},
        {item.id: item.title for item in policy.uses},
        {item.name: item.title for item in policy.destinations},
        {rule.entity: rule.label for rule in governance.rules.values()},
    )
    return names, {item.name: (item.prices.input, item.prices.output) for item in policy.destinations if item.prices}


def change_service(opened: DatabaseStore) -> ChangeService:
    """変更の窓口: over a store."""
    return ChangeService(log=opened.search, clock=opened.clock, record=opened.record_sync)


def alert_channels(settings: Settings) -> list[Channel]:
    """知らせる先: those of the settings."""
    from ai_gov.notify.syslog import Syslog
    from ai_gov.notify.webhook import Webhook

    channels: list[Channel] = []
    if url := settings.alert_webhook_url.get_secret_value():
        channels.append(Webhook(url, secret=settings.alert_webhook_secret.get_secret_value()))
    if settings.alert_syslog:
        channels.append(Syslog(settings.alert_syslog))
    return channels


def alert_service(opened: DatabaseStore, settings: Settings) -> AlertService:
    """警報の窓口: over a store, with the channels of the settings."""
    return AlertService(
        log=opened.alerting,
        rules=lambda: alerts_of(in_force(opened)[1]),
        clock=opened.clock,
        record=opened.record_sync,
        channels=alert_channels(settings),
        catch_up=opened.index.catch_up,
        reviews=lambda: guideline_reviews(opened, settings),
    )


def watch(opened: DatabaseStore, settings: Settings, verifier: Verifier) -> Watch:
    """警報の見張り: for a server; ``verifier`` verifies the log when that is due."""
    from ai_gov.notify.watch import Watch

    def every_hours() -> int:
        rules = alerts_of(in_force(opened)[1]).alerts
        return max((rule.every_hours for rule in rules if isinstance(rule, Verification)), default=0)

    def measure() -> dict[str, float]:
        oldest = opened.alerting.oldest_waiting()
        waited = 0.0 if oldest is None else (opened.clock.now() - oldest).total_seconds()
        figures = {"ai_gov_unsequenced_seconds": waited, "ai_gov_unindexed_entries": float(opened.index.waiting())}
        return {**figures, "ai_gov_reminders_failing": float(failing(opened))} if settings.smtp.host else figures

    return Watch(
        alert_service(opened, settings),
        verifier,
        measure=measure,
        folder=settings.data_dir,
        seconds=settings.alert_seconds,
        every_hours=every_hours,
    )
