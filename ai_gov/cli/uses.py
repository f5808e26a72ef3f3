"""ai-gov uses: 利用台帳への申請と承認を、画面を使わずに行う. Who acts proves it by the password of the pages."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
import yaml

from ai_gov import settings, wiring
from ai_gov.cli import opening
from ai_gov.cli.folder import read_text, write_all
from ai_gov.cli.opening import In
from ai_gov.cli.proving import Person, proven
from ai_gov.documents import register
from ai_gov.errors import BadRequest
from ai_gov.model import JST, Json, japan_date
from ai_gov.people.csvimport import parse_date
from ai_gov.register.record import Application, new_use_id, wanted
from ai_gov.register.risk import ANSWERS, AXES
from ai_gov.register.states import Act
from ai_gov.review.record import Who
from ai_gov.service.uses import UseService

if TYPE_CHECKING:
    from ai_gov.stores.store import DatabaseStore

app = typer.Typer(help="利用台帳。用途を申請し、CAIO・CAIO補佐官が承認します。", no_args_is_help=True)
Number = Annotated[str, typer.Argument(metavar="申請番号")]
ACTS = ("approve", "return", "reject", "end")
_SAMPLE = """# 利用の申請。書いたら「ai-gov uses apply このファイル --actor 職員番号」で出します。
# 個人の名前は書かないでください（公表することがあります）。
use: ""              # 用途の記号。方針にある用途ならその記号、新しい用途なら空のまま
title: 審議会の議事録の要約
owner: 総務課         # 所管課
purpose: 公開した審議会の録音を起こした文章を要約する
destinations: [default]   # 使うサービスの記号
personal: false      # 個人情報を扱うか
evaluates: false     # 個人や集団の評価の参考にするか
risk:
{risk}
# CAIOの判定が必要なときは、次も書きます（そうでなければ空のまま）。
{answers}
published: true      # 公表する台帳に載せるか
"""


@contextmanager
def _desk(person: str, organisation: str) -> Iterator[tuple[UseService, Who, DatabaseStore]]:
    """The service, who acts, and the store."""
    with opening.store(must_exist=True) as store:
        who = proven(store, person, organisation)
        yield wiring.use_service(store, settings.load(os.environ)), who, store


@app.command()
def form() -> None:
    """申請のひな形（YAML）を表示します。保存して、書き込んでください。"""
    usual = {"users": "staff", "work": "internal", "learning": "none", "judged": "always"}
    risk = "\n".join(
        f"  {axis}: {usual[axis]}    # {question}（"
        + " / ".join(f"{name} {word}" for name, word in answers.items())
        + "）"
        for axis, (_, question, answers) in AXES.items()
    )
    answers = "\n".join(f'{name}: ""    # {question}' for name, question in ANSWERS.items())
    typer.echo(_SAMPLE.format(risk=risk, answers=answers), nl=False)


@app.command()
def apply(
    file: Annotated[Path, typer.Argument(metavar="申請", exists=True, dir_okay=False, help="form で作った YAML。")],
    actor: Person = "",
    again: Annotated[str, typer.Option("--again", help="差し戻された申請の番号（直して出し直すとき）。")] = "",
    organisation: In = "",
) -> None:
    """用途を申請します。"""
    given = _read(file)
    with _desk(actor, organisation) as (desk, who, _):
        if again:
            before = desk.open(who, again).application
            asked = wanted({**given, "use": before.wanted.use, "title": before.wanted.title})
            made = desk.reapply(who, again, version=before.version, wanted=asked)
        else:
            policy = desk.policy(who)
            chosen = policy.use(str(given["use"])) if given.get("use") else None
            given |= {"use": given.get("use") or new_use_id(), **({"title": chosen.title} if chosen else {})}
            made = desk.apply(who, wanted(given))
    typer.echo(f"申請しました（申請番号 {made.id}、用途の記号 {made.wanted.use}）。")
    typer.echo(_risk(made))


@app.command("list")
def list_(
    actor: Person = "",
    everything: Annotated[bool, typer.Option("--all", help="団体のすべての申請（CAIO・CAIO補佐官・監査）。")] = False,
    organisation: In = "",
) -> None:
    """申請の一覧を表示します。"""
    with _desk(actor, organisation) as (desk, who, _):
        found = desk.all(who) if everything else desk.mine(who)
    for item in found:
        typer.echo(_line(item))
    if not found:
        typer.echo("申請はありません。")


@app.command()
def show(number: Number, actor: Person = "", organisation: In = "") -> None:
    """申請の内容、高リスクの判定とその理由、できる操作を表示します。"""
    with _desk(actor, organisation) as (desk, who, _):
        opened = desk.open(who, number)
    item, asked = opened.application, opened.application.wanted
    typer.echo(_line(item))
    typer.echo(_risk(item))
    rows = {
        "所管課": asked.owner,
        "目的と内容": asked.purpose,
        "使うサービス": "、".join(asked.destinations),
        "個人情報": "扱う" if asked.personal else "扱わない",
        "評価の参考": "する" if asked.evaluates else "しない",
        **{question: words[getattr(asked.risk, axis)] for axis, (_, question, words) in AXES.items()},
        **{ANSWERS[name]: text for name, text in asked.answers.items() if text},
    }
    if item.judged is not None:
        rows |= {
            "判断": f"{item.judged.role}　{item.judged.at.astimezone(JST):%Y-%m-%d %H:%M}",
            "承認の期限": str(item.judged.until or ""),
            "見直す日": str(item.judged.review_on or ""),
            "承認の条件": item.judged.conditions,
            "コメント": item.judged.comment,
        }
    for name, text in rows.items():
        if text:
            typer.echo(f"{name}: {text}")
    typer.echo(f"版 {item.version}　できる操作 {'・'.join(act.ja for act in opened.allowed) or 'なし'}")
    typer.echo(item.state.hint)


@app.command()
def decide(
    number: Number,
    act: Annotated[str, typer.Argument(metavar="操作", help=f"{'・'.join(ACTS)} のいずれか。")],
    version: Annotated[int, typer.Option("--version", help="見た版の番号（show に表示されます）。")],
    actor: Person = "",
    until: Annotated[str, typer.Option("--until", help="承認の期限（例 2027-03-31、令和9年3月31日）。")] = "",
    review_on: Annotated[str, typer.Option("--review-on", help="見直す日。")] = "",
    conditions: Annotated[str, typer.Option("--conditions", help="承認の条件。")] = "",
    comment: Annotated[
        str, typer.Option("--comment", "-m", help="申請者に伝えること（差戻しと不承認では必ず）。")
    ] = "",
    organisation: In = "",
) -> None:
    """承認（approve）・差戻し（return）・不承認（reject）・利用の終了（end）をします。自分の申請はできません。"""
    if act not in ACTS:
        raise BadRequest(f"操作は {'・'.join(ACTS)} のいずれかで指定してください。")
    with _desk(actor, organisation) as (desk, who, _):
        if act == "approve":
            made = desk.approve(
                who,
                number,
                version=version,
                until=_day(until, "--until"),
                review_on=_day(review_on, "--review-on") if review_on else None,
                conditions=conditions,
                comment=comment,
            )
        elif act == "return":
            made = desk.return_(who, number, version=version, comment=comment)
        elif act == "reject":
            made = desk.reject(who, number, version=version, comment=comment)
        else:
            made = desk.end(who, number, version=version, comment=comment)
    typer.echo(f"{Act(act).ja}をしました。{made.state.hint}")


@app.command()
def withdraw(
    number: Number,
    version: Annotated[int, typer.Option("--version", help="見た版の番号（show に表示されます）。")],
    actor: Person = "",
    organisation: In = "",
) -> None:
    """自分の申請を取り下げます。"""
    with _desk(actor, organisation) as (desk, who, _):
        made = desk.withdraw(who, number, version=version)
    typer.echo(f"取り下げました。{made.state.hint}")


@app.command()
def due(actor: Person = "", organisation: In = "") -> int:
    """期限の切れた用途、期限が60日以内の用途、見直しの時期の用途を示します。あれば終了コード1。"""
    with _desk(actor, organisation) as (desk, who, store):
        lines = list(register.due(desk.policy(who), japan_date(store.clock.now())))
    typer.echo("\n".join(lines) or "期限や見直しの近いものはありません。")
    return 1 if lines else 0


@app.command()
def export(
    output: Annotated[Path, typer.Option("--output", help="書き出す先（.xlsx・.md・.html・.docx・.pdf）。")],
    actor: Person = "",
    public: Annotated[bool, typer.Option("--public", help="公表する項目だけにします。")] = False,
    organisation: In = "",
) -> None:
    """方針と承認された申請を合わせた台帳を、Excel や公表できる文書に書き出します（個人の名前は入りません）。"""
    kind = output.suffix.removeprefix(".")
    with _desk(actor, organisation) as (desk, who, store):
        desk.check_can_export(who)
        if kind == "xlsx" and not public:
            data = wiring.use_workbook(store, desk, who)
        else:
            data = wiring.use_document(store, desk, who, kind, public=public)
    write_all({output: data})
    typer.echo(f"書き出しました: {output}")


def _read(file: Path) -> dict[str, Json]:
    try:
        given = yaml.safe_load(read_text(file))
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + 1
        raise BadRequest(f"{file}:{line}: YAMLとして読めません。字下げと引用符を確かめてください。") from None
    if not isinstance(given, dict):
        raise BadRequest(f"{file} は申請の形になっていません。「ai-gov uses form」のひな形を使ってください。")
    return given


def _day(text: str, option: str) -> dt.date:
    try:
        return parse_date(text)
    except ValueError:
        raise BadRequest(f"{option} は 2027-03-31 または 令和9年3月31日 の形で書いてください。") from None


def _line(item: Application) -> str:
    until = f"期限 {item.judged.until}" if item.judged and item.judged.until else ""
    parts = [item.id, item.state.ja, item.wanted.use, item.wanted.title, f"{item.department} {item.person}", until]
    return "\t".join(parts).rstrip()


def _risk(item: Application) -> str:
    why = f"（{'、'.join(item.wanted.reasons)}）" if item.wanted.reasons else ""
    return f"高リスクの判定: {item.wanted.risk_class.ja}{why}"
