"""ai-gov audit raw: 残してある原文を、CAIOを含む2人と理由で開く."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from ai_gov.cli import opening
from ai_gov.cli.opening import In
from ai_gov.cli.proving import Person, proven
from ai_gov.model import JST
from ai_gov.review.openings import Opening
from ai_gov.review.record import Who
from ai_gov.service.raw_openings import RawOpenings
from ai_gov.wiring.raw import raw_openings

app = typer.Typer(
    help="残してある原文（policy.yaml の retention.raw_days）を、CAIOを含む2人と理由で、1回だけ開きます。",
    no_args_is_help=True,
)
Number = Annotated[str, typer.Argument(metavar="開示番号")]
Reason = Annotated[str, typer.Option("--reason", help="理由（監査記録に残ります。氏名などは書けません）。")]


@contextmanager
def _desk(person: str, organisation: str) -> Iterator[tuple[RawOpenings, Who]]:
    with opening.store(must_exist=True) as store:
        who = proven(store, person, organisation)
        yield raw_openings(store), who


@app.command()
def request(
    record: Annotated[str, typer.Argument(metavar="記録番号")],
    reason: Reason,
    actor: Person = "",
    organisation: In = "",
) -> None:
    """記録1件の原文の開示を依頼します。24時間以内に、別の人の承認が要ります（どちらかがCAIO）。"""
    with _desk(actor, organisation) as (desk, who):
        made = desk.request(who, record, reason)
    typer.echo(f"依頼しました。開示番号: {made.id}")
    typer.echo("CAIO・CAIO補佐官・監査担当の別の人に、ai-gov audit raw approve で承認してもらってください。")


@app.command()
def approve(number: Number, actor: Person = "", organisation: In = "") -> None:
    """ほかの人の依頼を承認します。依頼した人が、24時間以内に1回だけ開けます。"""
    with _desk(actor, organisation) as (desk, who):
        desk.approve(who, number)
    typer.echo("承認しました。依頼した人に、24時間以内に開くよう伝えてください。")


@app.command()
def refuse(number: Number, reason: Reason, actor: Person = "", organisation: In = "") -> None:
    """ほかの人の依頼を承認しません。"""
    with _desk(actor, organisation) as (desk, who):
        desk.refuse(who, number, reason)
    typer.echo("承認しませんでした。理由は監査記録に残りました。")


@app.command("open")
def open_(number: Number, actor: Person = "", organisation: In = "") -> None:
    """承認された原文を表示します。依頼した本人が1回だけ開けます。開いたことは記録されます。"""
    with _desk(actor, organisation) as (desk, who):
        text = desk.open(who, number)
    for title, parts in (("依頼の原文", text.prompt), ("回答の原文", text.answer)):
        typer.echo(f"【{title}】" + ("" if parts else "（ありません）"))
        for place, piece in parts:
            typer.echo(f"{place}\n{piece}")


@app.command("list")
def list_(actor: Person = "", organisation: In = "") -> None:
    """開示の依頼を、新しい順に表示します。"""
    with _desk(actor, organisation) as (desk, who):
        found = desk.listed(who)
    for item in found:
        typer.echo(_line(item))
    if not found:
        typer.echo("開示の依頼はありません。")


def _line(item: Opening) -> str:
    asked = f"{item.asked_at.astimezone(JST):%Y-%m-%d %H:%M}"
    second = f"{item.decided_by.person}" if item.decided_by else ""
    return f"{item.id}\t{item.state.ja}\t{item.exchange}\t{asked}\t{item.by.person}\t{second}\t{item.reason}"
