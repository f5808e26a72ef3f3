"""保存の組み立て: the database of the settings and the set in force in it."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ai_gov.audit import settings_change
from ai_gov.model import Step, japan_date
from ai_gov.service.governance import LiveConfig, build, digest
from ai_gov.settings import Settings
from ai_gov.wiring.config import files

if TYPE_CHECKING:
    from ai_gov.stores.store import DatabaseStore

NEAR = 2000
"""Entries indexed at a start at most: it never waits for a whole log."""


@dataclass(frozen=True, slots=True)
class Applied:
    """適用されている設定. ``by_person`` is false for the set that the first start stored by itself."""

    digest: str
    files: Mapping[str, str]
    by_person: bool


def applied(settings: Settings) -> Applied | None:
    """適用されている設定: none where there is no database yet."""
    if missing(settings):
        return None
    opened = _open(settings)
    try:
        current = opened.config.current()
        return None if current is None else Applied(current.digest, current.files, current.actor != "system")
    finally:
        opened.close()


def only_organisation(settings: Settings) -> str:
    """団体の名前: where exactly one is registered; else empty."""
    if missing(settings):
        return ""
    opened = _open(settings)
    try:
        known = opened.people.organisations()
        return known[0].name if len(known) == 1 else ""
    finally:
        opened.close()


def store(settings: Settings) -> DatabaseStore:
    """保存: the database of the data directory, migrated, with the set in force stored at first start."""
    opened = _open(settings)
    if opened.config.current() is None:
        try:
            first = files(settings.config_dir)
            build(first, japan_date())
            opened.config.apply(first, digest=digest(first), actor="system", diff=[])
        except BaseException:
            opened.close()
            raise
    return opened


def _open(settings: Settings) -> DatabaseStore:
    url = settings.database_url.get_secret_value()
    if url:
        from ai_gov.stores.postgres import open_postgres

        return open_postgres(url, settings.data_dir)
    from ai_gov.stores.sqlite import open_store

    return open_store(settings.data_dir)


def missing(settings: Settings) -> str:
    """データベースの有無: where ``store`` would make a new one; empty where there is one, or a server that has it."""
    from ai_gov.stores.sqlite import DATABASE

    path = settings.data_dir / DATABASE
    return "" if settings.database_url.get_secret_value() or path.exists() else str(path)


def in_force(opened: DatabaseStore) -> tuple[str, Mapping[str, str]]:
    """適用中の設定: digest and files of the set in force; there is one since ``store`` opened it."""
    current = opened.config.current()
    assert current is not None
    return current.digest, current.files


def live_config(opened: DatabaseStore, settings: Settings | None = None) -> LiveConfig:
    """適用中の設定の供給: the set in force, with the uses of the register."""
    pages = settings.public_url if settings else ""
    return LiveConfig(lambda: in_force(opened), opened.clock, register=opened.uses.held, pages=pages)


def note_settings(opened: DatabaseStore, settings: Settings) -> None:
    """設定の変更を記録する: where this machine's settings differ from those of its last start."""
    key = opened.keys.hmac_key("settings", "")
    opened.index.catch_up(most=NEAR)
    node = socket.gethostname()
    known = (entry.event.data for entry in opened.search.of_kind(settings_change.KIND) if entry.event)
    before = next((data for data in known if data.get("node") == node), None)
    now = settings_change.flat(settings.shown(lambda secret: settings_change.hidden(secret, key)))
    event = settings_change.change(before, now, node=node, at=opened.clock.now())
    if event is not None:
        opened.record_sync(Step(None, event))
