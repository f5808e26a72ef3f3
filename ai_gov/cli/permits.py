"""ai-gov permit: 保留した依頼を送ってよいかを、所属長（確認者）が画面を使わずに決める."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from ai_gov import wiring
from ai_gov.cli import opening
from ai_gov.cli.opening import In
from ai_gov.cli.proving import Person, proven
from ai_gov.model import JST
from ai_gov.policy.unmark import REASONS
from ai_gov.review.permits import Permit
from ai_gov.review.record import Who
from ai_gov.service.permits import PermitService

app = typer.Typer(help="保留した依頼の送信を許可します（1回だけ・24時間）。", no_args_is_help=True)
Number = Annotated[str, typer.Argument(metavar="許可番号")]


@contextmanager
def _desk(person: str, organisation: str) -> Iterator[tuple[PermitService, Who]]:
    with opening.store(must_exist=True) as store:
        who = proven(store, person, organisation)
        yield wiring.permit_service(store), who


@app.command("list")
def list_(
    actor: Person = "",
    mine: Annotated[bool, typer.Option("--mine", help="自分の依頼を表示します。")] = False,
    organisation: In = "",
) -> None:
    """許可を待っている依頼を、古い順に表示します。"""
    with _desk(actor, organisation) as (desk, who):
        found = desk.mine(who) if mine else desk.queue(who)
    for item in found:
        typer.echo(_line(item))
    if not found:
        typer.echo("許可を待っている依頼はありません。")


@app.command()
def show(number: Number, actor: Person = "", organisation: In = "") -> None:
    """依頼の内容を、見つかったものをすべて伏せた形で表示します（見たことは記録されます）。"""
    with _desk(actor, organisation) as (desk, who):
        opened = desk.open(who, number)
    typer.echo(_line(opened.permit))
    for item in opened.request.findings:
        typer.echo(f"検知 {item.get('type')} {item.get('count')}件（自治体機密性{item.get('level')}）")
    for item in opened.request.unmarked:
        typer.echo(f"検知の取消し {item.get('type')}　理由: {REASONS.get(str(item.get('reason')), '')}")
    for path, text in opened.request.texts:
        typer.echo(f"{path}\n{text}")


@app.command()
def grant(number: Number, actor: Person = "", organisation: In = "") -> None:
    """許可します。依頼した人が、24時間以内に同じ内容を1回だけ送れます。"""
    with _desk(actor, organisation) as (desk, who):
        desk.grant(who, number)
    typer.echo("許可しました。依頼した人に、24時間以内にもう一度送るよう伝えてください。")


@app.command()
def refuse(number: Number, actor: Person = "", organisation: In = "") -> None:
    """許可しません。"""
    with _desk(actor, organisation) as (desk, who):
        desk.refuse(who, number)
    typer.echo("許可しませんでした。依頼した人に、どこを直せばよいかを伝えてください。")


def _line(item: Permit) -> str:
    asked = f"{item.asked_at.astimezone(JST):%Y-%m-%d %H:%M}"
    return f"{item.id}\t{item.state.ja}\t{item.department} {item.person}\t{asked}\t{item.destination}"
