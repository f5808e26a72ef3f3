"""点検: what ``ai-gov doctor`` and the page of the IT staff find: what is missing, and what to do next."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from ai_gov.errors import AiGovError
from ai_gov.model import japan_date
from ai_gov.service.governance import build, digest
from ai_gov.service.ports import Reader
from ai_gov.settings import Settings
from ai_gov.wiring.config import files
from ai_gov.wiring.inspection import reader
from ai_gov.wiring.storage import in_force

if TYPE_CHECKING:
    from ai_gov.stores.store import DatabaseStore

MIN_FREE = 1 << 30
Finding = tuple[bool, str]
"""Whether it is well, and a sentence."""


def of_machine(settings: Settings, read: Reader | None = None) -> Iterator[Finding]:
    """機械と設定: needs no database. ``read`` is the reader that a server has already."""
    yield sys.version_info >= (3, 11), f"Python {sys.version.split()[0]}（3.11 以上が必要です）"
    yield True, f"設定を読みました（データ: {settings.data_dir}）"
    yield _try("検知規則と方針", lambda: build(files(settings.config_dir), japan_date()))
    yield _try("日本語の辞書（Sudachi）", lambda: (read or reader()).read("辞書の確認"))
    folder = settings.data_dir if settings.data_dir.exists() else settings.data_dir.absolute().parent
    free = shutil.disk_usage(folder).free
    yield free >= MIN_FREE, f"空き容量 {free / (1 << 30):.1f} GiB（1 GiB を切ると記録できなくなる前に足してください）"


def of_store(opened: DatabaseStore) -> Iterator[Finding]:
    """データベース."""
    organisations = opened.people.organisations()
    yield from opened.database.condition()
    yield (
        bool(organisations),
        f"団体 {len(organisations)} 件" if organisations else "団体と職員がまだありません → ai-gov user add --help",
    )


def of_upstreams(settings: Settings) -> Iterator[Finding]:
    """送信先."""
    if "default" in settings.upstreams:
        yield True, f"送信先 default: {settings.upstreams['default'].base_url}"
    else:
        yield True, "送信先 default は未設定です（AI_GOV_UPSTREAM_BASE_URL）。体験用モデルだけが使えます"


def of_running(opened: DatabaseStore, settings: Settings) -> Iterator[Finding]:
    """動いているサーバー: records that wait, and a folder that is ahead of what is in force."""
    oldest = opened.alerting.oldest_waiting()
    waited = 0 if oldest is None else int((opened.clock.now() - oldest).total_seconds())
    yield waited < 60, f"順序の確定を待つ記録: 最も古いもので {waited} 秒（60秒を超えると検証が失敗します）"
    if settings.config_dir is not None:
        try:
            ahead = digest(files(settings.config_dir)) != in_force(opened)[0]
        except AiGovError as error:
            yield False, f"設定フォルダー: {error.message}"
            return
        yield (
            not ahead,
            "設定フォルダーに、適用中の設定と違うところがあります → 「変更と適用」か ai-gov rules apply"
            if ahead
            else "設定フォルダーは適用中の設定と同じです",
        )


def _try(title: str, work: Callable[[], object]) -> Finding:
    try:
        work()
    except AiGovError as error:
        return False, f"{title}: {error.message}"
    return True, f"{title}: 問題ありません"
