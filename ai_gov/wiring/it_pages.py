"""情報担当の画面の組み立て: what the pages of the IT staff call, over a running service."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from ai_gov.people.model import Member
from ai_gov.service import guideline
from ai_gov.service.inspector import Inspector
from ai_gov.service.personnel import Personnel
from ai_gov.service.rule_desk import RuleDesk
from ai_gov.service.suggestion_desk import SuggestionDesk
from ai_gov.settings import Settings
from ai_gov.wiring import checking, health
from ai_gov.wiring.config import files, guideline_files
from ai_gov.wiring.services import NAMES, accounts

if TYPE_CHECKING:
    from ai_gov.stores.store import DatabaseStore
    from ai_gov.web.it_page import ItPages
    from ai_gov.wiring.process import Running


def personnel(opened: DatabaseStore) -> Personnel:
    """職員の管理の窓口: over a store."""
    return Personnel(opened.people, opened.register, accounts(opened), opened.clock)


@functools.cache
def _shipped() -> dict[str, str]:
    """出荷時の設定: it changes with the version only."""
    return files(None)


def it_pages(settings: Settings, made: Running) -> ItPages:
    """情報担当の画面が使うもの."""
    from ai_gov.files.settings_zip import read_zip, write_zip
    from ai_gov.web.it_page import ItPages

    opened = made.store

    def healthy() -> list[health.Finding]:
        return [
            *health.of_machine(settings, made.reader),
            *health.of_store(opened),
            *checking.of_register(settings, opened),
            *checking.of_mail(settings, opened),
            *health.of_running(opened, settings),
            *health.of_upstreams(settings),
        ]

    def organisation(name: str) -> str:
        return next((item.name for item in opened.people.organisations() if item.id == name), name)

    def catch_up() -> None:
        opened.sequence_now()
        opened.search.catch_up()

    def confidential(text: str) -> bool:
        found = Inspector(made.config.current(), made.reader).explain(text).findings
        return any(item.type in NAMES for item in found)

    return ItPages(
        desk=rule_desk(settings, made),
        personnel=personnel(opened),
        suggestions=SuggestionDesk(
            log=opened.search,
            record=opened.record_sync,
            clock=opened.clock,
            confidential=confidential,
            catch_up=catch_up,
        ),
        config=made.config,
        reader=made.reader,
        health=healthy,
        organisation=organisation,
        read_zip=read_zip,
        write_zip=write_zip,
    )


def rule_desk(settings: Settings, made: Running) -> RuleDesk:
    """規則の変更の窓口: over a running service. Where several organisations share it, the log names both."""
    opened = made.store

    def signed(member: Member) -> str:
        person = member.person
        return person.id if len(opened.people.organisations()) == 1 else f"{person.organisation}/{person.id}"

    return RuleDesk(
        opened.config,
        reader=made.reader,
        clock=opened.clock,
        shipped=_shipped,
        template=lambda: guideline.template(guideline_files(*([settings.config_dir] if settings.config_dir else []))),
        signed=signed,
    )
