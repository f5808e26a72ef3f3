"""ai-gov rules: 検知規則と方針を確かめ、適用する."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ai_gov import wiring
from ai_gov.cli import opening
from ai_gov.cli.opening import Actor
from ai_gov.model import japan_date
from ai_gov.service import guideline, guideline_impact, ruleset
from ai_gov.service.governance import build, digest

app = typer.Typer(help="検知規則（redaction_rules/）と方針（policy.yaml）を確かめ、適用します。", no_args_is_help=True)
Config = Annotated[
    Path | None,
    typer.Option("--config", help="自治体の設定フォルダ（出荷時の規則に上書きします）。", envvar="AI_GOV_CONFIG_DIR"),
]


@app.command()
def check(config: Config = None) -> None:
    """規則・方針の書式と、規則に書かれた例を確かめます。誤りはファイル名と行番号ですべて示します。"""
    files = checked(config)
    made = build(files, japan_date())
    told = f"検知規則 {len(made.rules)} 件、プロンプト {len(made.prompts)} 件"
    typer.echo(f"問題はありません（{told}、識別子 {made.digest[:12]}）。")


@app.command()
def apply(
    config: Config = None,
    actor: Actor = "",
    yes: Annotated[bool, typer.Option("--yes", help="確認せずに適用します。")] = False,
) -> None:
    """確かめてからデータベースに適用します。動いているサーバーにも数秒で反映されます。"""
    files = checked(config)
    with opening.store() as store:
        name, current = wiring.in_force(store)
        if name == digest(files):
            typer.echo("適用中の設定と同じです。変更はありません。")
            return
        diff = ruleset.difference(current, files)
        made = guideline.template(wiring.guideline_files(*([config] if config is not None else [])))
        typer.echo("\n".join([*diff, *guideline_impact.touched(made, current, files)]))
        if not yes:
            typer.confirm("この内容で適用しますか", abort=True)
        store.config.apply(files, digest=digest(files), actor=opening.actor_name(actor), diff=diff, expected=name)
        typer.echo(f"適用しました（識別子 {digest(files)[:12]}）。")


def checked(config: Path | None) -> dict[str, str]:
    """The files of a folder over the shipped ones, valid and true to their examples. Raises ConfigError."""
    files = wiring.files(config)
    ruleset.checked(files, wiring.reader(), japan_date())
    return files
