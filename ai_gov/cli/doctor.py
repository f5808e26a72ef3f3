"""ai-gov doctor: 足りないものと、次にすることを示す."""

from __future__ import annotations

import os
from collections.abc import Iterator

import typer

from ai_gov import settings, wiring
from ai_gov.errors import AiGovError
from ai_gov.wiring import checking, health


def doctor() -> None:
    """設定・規則・データベース・空き容量・鍵・送信先を確かめ、直し方を示します。"""
    failed = False
    for ok, message in _checks():
        typer.echo(f"{'○' if ok else '×'} {message}")
        failed |= not ok
    raise typer.Exit(1 if failed else 0)


def _checks() -> Iterator[health.Finding]:
    try:
        current = settings.load(os.environ)
    except AiGovError as error:
        yield False, f"設定に誤りがあります。\n    {error.message}"
        return
    yield from health.of_machine(current)
    if current.data_dir.exists() or current.database_url.get_secret_value():
        yield from _database(current)
    else:
        yield True, "データベースはまだありません（最初の起動で作られます）"
    yield from health.of_upstreams(current)
    yield from checking.of_sign_in(current)
    yield from checking.of_mail(current)


def _database(current: settings.Settings) -> Iterator[health.Finding]:
    try:
        store = wiring.store(current)
    except AiGovError as error:
        yield False, f"データベース: {error.message}"
        return
    try:
        yield from health.of_store(store)
        yield from checking.of_register(current, store)
        yield from checking.of_mail(current, store)
    finally:
        store.close()
