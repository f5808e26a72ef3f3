"""ai-gov audit changes: 誰がいつ何を変えたかを見る."""

from __future__ import annotations

import dataclasses
import json
from typing import Annotated

import typer

from ai_gov import wiring
from ai_gov.audit.changes import Change
from ai_gov.cli import opening
from ai_gov.cli.opening import Actor
from ai_gov.cli.searching import AsJson, Before, Limit, Since
from ai_gov.model import JST

DIGEST = 12
"""Characters shown of a digest."""


def changes(
    kind: Annotated[
        str, typer.Option("--kind", help="種類（config_applied・settings_changed・role_granted など）。")
    ] = "",
    since: Since = "",
    before: Before = None,
    limit: Limit = 50,
    diff: Annotated[bool, typer.Option("--diff", help="変更の前後の違いも表示します。")] = False,
    as_json: AsJson = False,
    actor: Actor = "",
) -> None:
    """規則・方針・役割・APIキー・設定などを、誰がいつどう変えたかを新しい順に表示します。"""
    with opening.store(must_exist=True) as store:
        reader = opening.reader(store, actor)
        store.sequence_now()
        found = wiring.change_service(store).changes(
            reader, kind=kind, since=opening.midnight(since, "--since"), before=before, limit=limit
        )
    for change in found.changes:
        if as_json:
            typer.echo(json.dumps({**dataclasses.asdict(change), "at": change.at.isoformat()}, ensure_ascii=False))
        else:
            typer.echo(_line(change))
            for line in change.lines if diff else ():
                typer.echo(f"    {line}")
    if not found.changes and not as_json:
        typer.echo("変更の記録はありません。")
    if found.before is not None:
        typer.echo(f"続きは --before {found.before} で見られます。", err=True)


def _line(change: Change) -> str:
    digests = f"{change.before[:DIGEST] or '（初回）'} → {change.after[:DIGEST]}" if change.after else ""
    who = "/".join(filter(None, (change.organisation, change.actor)))
    parts = [str(change.position), f"{change.at.astimezone(JST):%Y-%m-%d %H:%M:%S}", who, change.title]
    return "\t".join([*parts, change.summary, digests]).rstrip()
