"""ai-gov doctor: 足りないものと、次にすることを示す."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator

import typer

from ai_gov import settings, wiring
from ai_gov.errors import AiGovError
from ai_gov.model import japan_date
from ai_gov.service.governance import build

MIN_FREE = 1 << 30


def doctor() -> None:
    """設定・規則・データベース・空き容量・鍵・送信先を確かめ、直し方を示します。"""
    failed = False
    for ok, message in _checks():
        typer.echo(f"{'○' if ok else '×'} {message}")
        failed |= not ok
    raise typer.Exit(1 if failed else 0)


def _checks() -> Iterator[tuple[bool, str]]:
    yield sys.version_info >= (3, 11), f"Python {sys.version.split()[0]}（3.11 以上が必要です）"
    try:
        current = settings.load(os.environ)
    except AiGovError as error:
        yield False, f"設定に誤りがあります。\n    {error.message}"
        return
    yield True, f"設定を読みました（データ: {current.data_dir}）"
    yield _try("検知規則と方針", lambda: build(wiring.files(current.config_dir), japan_date()))
    yield _try("日本語の辞書（Sudachi）", lambda: wiring.reader().read("辞書の確認"))
    folder = current.data_dir if current.data_dir.exists() else current.data_dir.absolute().parent
    free = shutil.disk_usage(folder).free
    yield free >= MIN_FREE, f"空き容量 {free / (1 << 30):.1f} GiB（1 GiB を切ると記録できなくなる前に足してください）"
    if current.data_dir.exists() or current.database_url.get_secret_value():
        yield from _database(current)
    else:
        yield True, "データベースはまだありません（最初の起動で作られます）"
    if "default" in current.upstreams:
        yield True, f"送信先 default: {current.upstreams['default'].base_url}"
    else:
        yield True, "送信先 default は未設定です（AI_GOV_UPSTREAM_BASE_URL）。体験用モデルだけが使えます"


def _try(title: str, work: Callable[[], object]) -> tuple[bool, str]:
    try:
        work()
    except AiGovError as error:
        return False, f"{title}: {error.message}"
    return True, f"{title}: 問題ありません"


def _database(current: settings.Settings) -> Iterator[tuple[bool, str]]:
    try:
        store = wiring.store(current)
    except AiGovError as error:
        yield False, f"データベース: {error.message}"
        return
    try:
        organisations = store.people.organisations()
        yield from store.database.condition()
        yield (
            bool(organisations),
            f"団体 {len(organisations)} 件" if organisations else "団体と職員がまだありません → ai-gov user add --help",
        )
    finally:
        store.close()
