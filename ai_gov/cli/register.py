"""ai-gov register: 利用台帳（承認したサービスと用途）を見る、書き出す、期限を確かめる."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from ai_gov import settings, wiring
from ai_gov.cli import guideline
from ai_gov.cli.folder import write_all
from ai_gov.documents import register
from ai_gov.errors import BadRequest
from ai_gov.model import japan_date
from ai_gov.policy.schema import Policy
from ai_gov.service import guideline as service

app = typer.Typer(
    help="利用台帳。用途の承認は policy.yaml の uses に approval: を書いて rules apply で適用します。",
    no_args_is_help=True,
)


@app.command("list")
def list_(config: guideline.Config = None) -> None:
    """用途と承認の状態を表示します。"""
    today = japan_date()
    for row in register.uses(_policy(config), today):
        typer.echo("\t".join((row[1], row[0], row[2] or "-", row[10] or "-", row[12])))


@app.command()
def due(config: guideline.Config = None) -> int:
    """期限の切れたもの、期限が60日以内のもの、見直しの時期のものを示します。あれば終了コード1。"""
    lines = list(register.due(_policy(config), japan_date()))
    typer.echo("\n".join(lines) or "期限や見直しの近いものはありません。")
    return 1 if lines else 0


@app.command()
def export(
    output: Annotated[Path, typer.Option("--output", "-o", help="書き出す先（.xlsx・.md・.html・.docx・.pdf）。")],
    public: Annotated[bool, typer.Option("--public", help="公表する項目だけにします。")] = False,
    config: guideline.Config = None,
) -> None:
    """台帳を Excel や、公表できる文書に書き出します。"""
    policy, today = _policy(config), japan_date()
    kind = output.suffix.removeprefix(".")
    author = wiring.only_organisation(settings.load(os.environ)) or policy.title.partition(" ")[0]
    if kind == "xlsx" and not public:
        data = wiring.workbook(
            f"{author} 生成AI利用台帳",
            [
                ("サービス", register.SERVICES_HEAD, register.services(policy)),
                ("用途", register.USES_HEAD, register.uses(policy, today)),
            ],
        )
    else:
        writers = wiring.document_writers()
        if kind not in writers:
            kinds = "・".join(f".{name}" for name in (*writers, *(() if public else ("xlsx",))))
            raise BadRequest(f"{output.name} の形では書き出せません。使えるのは {kinds} です。")
        data = writers[kind](register.document(policy, today, author=author, public=public))
    write_all({output: data})
    typer.echo(f"書き出しました: {output}")


def _policy(config: Path | None) -> Policy:
    """The policy in force; without a database, that of the folder."""
    applied = wiring.applied(settings.load(os.environ))
    files = applied.files if applied is not None and config is None else wiring.files(config)
    return service.in_force(files, "").policy
