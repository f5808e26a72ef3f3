"""ai-gov audit search, resident: 利用を検索し、住民を照合する."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from ai_gov import wiring
from ai_gov.audit.found import Use
from ai_gov.audit.residents import NUMBER_TYPES, Resident
from ai_gov.audit.search import Query, levels
from ai_gov.cli import opening
from ai_gov.cli.opening import Actor
from ai_gov.model import JST, Json

Purpose = Annotated[
    str,
    typer.Option("--purpose", help="検索の目的（必須。監査記録に残ります。氏名などは書かないでください）。"),
]
Since = Annotated[str, typer.Option("--since", help="この日から（日本時間）。")]
Until = Annotated[str, typer.Option("--until", help="この日まで（その日を含む）。")]
Before = Annotated[int | None, typer.Option("--before", help="この番号より前（次のページ）。")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=1000, help="件数。")]
AsJson = Annotated[bool, typer.Option("--json", help="1行1件のJSONで出します。")]

WIDTH = 240
"""Columns of the table where there is no terminal."""

ACTIONS = {"allow": "そのまま送信", "redact": "伏せて送信", "hold": "保留", "block": "停止", "refused": "受付せず"}
OUTCOMES = {
    "decided": "処理中",
    "answered": "回答済み",
    "failed": "失敗",
    "client_gone": "切断",
    "interrupted": "中断",
    "blocked": "",
    "held": "",
    "refused": "",
}


def search(
    purpose: Purpose = "",
    text: Annotated[
        str, typer.Option("--text", help="送信した文章・回答に含まれる語（2文字以上。空白で区切るとすべて含むもの）。")
    ] = "",
    organisation: Annotated[
        list[str] | None, typer.Option("--organisation", "-o", help="団体の番号（何度でも）。")
    ] = None,
    department: Annotated[str, typer.Option("--department", "-d", help="所属コード。")] = "",
    person: Annotated[str, typer.Option("--person", help="利用した人の職員番号。")] = "",
    use: Annotated[str, typer.Option("--use", help="用途。")] = "",
    model: Annotated[str, typer.Option("--model", help="送信先（モデル）の名前。")] = "",
    level: Annotated[str, typer.Option("--level", help="自治体機密性（3C）。「3C以上」とも書けます。")] = "",
    action: Annotated[str, typer.Option("--action", help="判定（allow・redact・hold・block・refused）。")] = "",
    outcome: Annotated[
        str, typer.Option("--outcome", help="結果（answered・failed・client_gone・interrupted など）。")
    ] = "",
    finding: Annotated[str, typer.Option("--finding", help="検知の種類（PERSON・JP_MY_NUMBER など）。")] = "",
    record: Annotated[str, typer.Option("--record", help="記録番号。")] = "",
    since: Since = "",
    until: Until = "",
    before: Before = None,
    limit: Limit = 50,
    as_json: AsJson = False,
    actor: Actor = "",
) -> None:
    """利用を検索します（新しい順）。検索したこと自体も、目的とともに記録に残ります。

    文章（--text と抜粋）を見られるのは、--actor に指定した人に CAIO・CAIO補佐官・監査の役割があるときだけです。
    """
    query = Query(
        since=opening.midnight(since, "--since"),
        until=opening.midnight(until, "--until", days=1),
        organisations=tuple(organisation or ()),
        department=department,
        person=person,
        use=use,
        destination=model,
        levels=levels(level),
        action=action,
        outcome=outcome,
        finding=finding,
        record=record,
        text=text,
    )
    with opening.store(must_exist=True) as store:
        reader = opening.reader(store, actor, organisation[0] if organisation else "")
        store.sequence_now()
        found = wiring.audit_service(store).search(reader, query, purpose=purpose, before=before, limit=limit)
    if as_json:
        for item in found.uses:
            typer.echo(json.dumps(_as_json(item), ensure_ascii=False))
    elif found.uses:
        _print(found.uses, excerpts=reader.reads_text)
    else:
        typer.echo("該当する利用はありません。")
    _next_page(found.before)


def resident(
    purpose: Purpose = "",
    name: Annotated[
        str, typer.Option("--name", help="氏名（姓と名の間を空けると、姓だけの利用も確かに探せます）。")
    ] = "",
    reading: Annotated[str, typer.Option("--reading", help="読み（仮名）。")] = "",
    address: Annotated[str, typer.Option("--address", help="住所（町名から）。")] = "",
    number: Annotated[
        str, typer.Option("--number", help="電話番号・証の番号・口座番号・メールアドレスなど（個人番号は除く）。")
    ] = "",
    number_type: Annotated[str, typer.Option("--type", help=f"番号の種類（{'・'.join(NUMBER_TYPES)}）。")] = "",
    ask: Annotated[
        bool, typer.Option("--ask", help="氏名などを、端末の履歴に残らないように入力して指定します。")
    ] = False,
    organisation: opening.In = "",
    since: Since = "",
    until: Until = "",
    before: Before = None,
    limit: Limit = 50,
    as_json: AsJson = False,
    actor: Actor = "",
) -> None:
    """ある住民の氏名・住所・番号を含んでいた利用を照合します。照合した値は、どこにも平文では残りません。"""
    if ask:
        name = typer.prompt("氏名（なければ空のままEnter）", default="", show_default=False, hide_input=True)
        reading = typer.prompt("読み", default="", show_default=False, hide_input=True)
        address = typer.prompt("住所", default="", show_default=False, hide_input=True)
        number = typer.prompt("番号", default="", show_default=False, hide_input=True)
    asked = Resident(name, reading, address, number, number_type)
    with opening.store(must_exist=True) as store:
        where = opening.organisation(store, organisation)
        reader = opening.reader(store, actor, where)
        store.sequence_now()
        found = wiring.audit_service(store).residents(
            reader,
            asked,
            where,
            purpose=purpose,
            since=opening.midnight(since, "--since"),
            until=opening.midnight(until, "--until", days=1),
            before=before,
            limit=limit,
        )
    if as_json:
        for item in found.uses:
            line = {"grade": item.grade.value, "by": list(item.by), "passed": item.passed, **_as_json(item.use)}
            typer.echo(json.dumps(line, ensure_ascii=False))
    elif found.uses:
        _print(
            [item.use for item in found.uses],
            first=[(f"{item.grade}（{'・'.join(item.by)}）", item.passed) for item in found.uses],
            excerpts=True,
        )
    else:
        typer.echo("該当する利用はありません。")
    for sentence in found.unfindable:
        typer.echo(f"※ {sentence}", err=True)
    _next_page(found.before)


def _print(uses: Iterable[Use], *, first: list[tuple[str, str]] | None = None, excerpts: bool) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    heads = [
        *(("照合", "送信") if first else ()),
        "番号",
        "日時",
        "団体/所属/職員",
        "用途",
        "送信先",
        "区分",
        "判定",
        "結果",
        "検知",
    ]
    for head in [*heads, *(("抜粋",) if excerpts else ())]:
        table.add_column(head, overflow="fold")
    for number, use in enumerate(uses):
        row = [
            *(first[number] if first else ()),
            str(use.position),
            f"{use.at.astimezone(JST):%Y-%m-%d %H:%M}",
            "/".join(filter(None, (use.organisation, use.department, use.person))),
            use.use,
            use.destination,
            use.level,
            ACTIONS.get(use.action, use.kind),
            "文章は削除済み" if use.deleted else OUTCOMES.get(use.outcome, use.outcome),
            " ".join(use.findings),
            use.record,
        ]
        table.add_row(*row, *((use.excerpt,) if excerpts else ()))
    console = Console(highlight=False, markup=False)
    if not console.is_terminal:
        console.width = WIDTH
    console.print(table)
    typer.echo("1件の経過は「ai-gov audit list --record 記録番号」で見られます。", err=True)


def _as_json(use: Use) -> dict[str, Json]:
    out = {name: value for name, value in dataclasses.asdict(use).items() if value not in ("", None)}
    return {**out, "at": use.at.isoformat()}


def _next_page(before: int | None) -> None:
    if before is not None:
        typer.echo(f"続きは --before {before} で見られます。", err=True)
