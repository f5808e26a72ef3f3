"""ai-gov audit の時刻印: has a checkpoint stamped, and reads the root certificate that stamps are compared with."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from ai_gov import settings
from ai_gov.audit.timestamps import Root
from ai_gov.errors import BadRequest
from ai_gov.model import JST
from ai_gov.wiring.stamping import authority, timestamp_roots, timestamp_service

if TYPE_CHECKING:
    from ai_gov.stores.store import DatabaseStore


def roots(path: Path | None) -> tuple[Root, ...] | None:
    """The root certificate that is named here, or in the settings."""
    return timestamp_roots(path or settings.load(os.environ).timestamp_root)


def stamp(store: DatabaseStore, url: str, root: Path | None, token: Path | None, actor: str) -> str:
    """The note of the newest checkpoint, once it has its time stamp; the token also goes to a file of its own."""
    if not url.startswith(("http://", "https://")):
        raise BadRequest("--timestamp には、時刻認証局の http:// か https:// で始まるアドレスを書いてください。")
    if token is not None and token.exists():
        raise BadRequest(f"{token} はすでにあります。別の名前にしてください。")
    service = timestamp_service(store, root or settings.load(os.environ).timestamp_root)
    got = service.stamp(authority(url), actor=actor)
    if token is not None:
        token.write_bytes(got.stamp.token)
    seen = "" if got.trusted else "発行者は確かめていません（--tsa-root でルート証明書を指定すると確かめます）。"
    typer.echo(
        f"時刻印: {got.stamp.size}件目までのチェックポイントに、{got.time.astimezone(JST):%Y-%m-%d %H:%M:%S}"
        f"（日本時間）のものを得て保存しました。{seen}",
        err=True,
    )
    return got.stamp.note
