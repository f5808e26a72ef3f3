"""ai-gov incident: 事故（漏えいのおそれなど）を記録し、報告の期限を数え、首長への報告書を作る."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ai_gov import wiring
from ai_gov.audit.incident_deadlines import SOURCES, deadlines, next_deadline
from ai_gov.audit.incidents import Category, Incident, IncidentState, Stage
from ai_gov.cli import opening
from ai_gov.cli.folder import write_all
from ai_gov.cli.opening import In
from ai_gov.cli.proving import Person, proven
from ai_gov.documents.incident import NECESSITY, STATES, persons, summary
from ai_gov.errors import BadRequest
from ai_gov.model import JST
from ai_gov.people.model import Member
from ai_gov.service import incident_typed as typed
from ai_gov.service.audit import log_reader
from ai_gov.service.incidents import IncidentService

if TYPE_CHECKING:
    import datetime as dt

    from ai_gov.stores.store import DatabaseStore

app = typer.Typer(
    help="事故（漏えいのおそれなど）を記録し、報告の期限を確かめます。書けるのはCAIO・CAIO補佐官です。",
    no_args_is_help=True,
)
Number = Annotated[str, typer.Argument(metavar="事故番号")]
Text = Annotated[
    str, typer.Argument(metavar="文章", help="監査記録に残ります。氏名・住所・番号などは書かないでください。")
]
_WORDS = "・".join(f"{item.value}＝{item.ja}" for item in Category)


@contextmanager
def _desk(person: str, organisation: str) -> Iterator[tuple[DatabaseStore, IncidentService, Member]]:
    """The service and who acts, once the password has shown it."""
    with opening.store(must_exist=True) as store:
        who = proven(store, person, organisation)
        store.sequence_now()
        yield store, wiring.incident_service(store), opening.member(store, who.organisation, who.person)


@app.command("open")
def open_(
    title: Annotated[str, typer.Option("--title", help="件名（氏名などは書かないでください）。")],
    known: Annotated[str, typer.Option("--known", help="事故を知った日（日本時間）。報告の期限はここから数えます。")],
    time: Annotated[str, typer.Option("--time", help="知った時刻（14:30）。")] = "",
    record: Annotated[list[str] | None, typer.Option("--record", help="関係する記録番号（何度でも）。")] = None,
    alert: Annotated[str, typer.Option("--alert", help="きっかけになった警報の記録の番号。")] = "",
    actor: Person = "",
    organisation: In = "",
) -> None:
    """事故の記録を始めます。結び付けた利用の記録は、保存期間を過ぎても削除されなくなります。"""
    with _desk(actor, organisation) as (_, desk, who):
        made = desk.open(
            who,
            who.person.organisation,
            title=title,
            known_at=typed.moment(known, time, "知った日時"),
            records=record or (),
            alert=alert,
        )
        today = desk.today()
    typer.echo(f"事故番号 {made.id} で記録を始めました。")
    _deadlines(made, today)


@app.command("list")
def list_(actor: Person = "", organisation: In = "") -> None:
    """事故の一覧を、対応中のもの・古いものから順に表示します。"""
    with _desk(actor, organisation) as (store, desk, who):
        known = [item.id for item in store.people.organisations()]
        found, today = desk.listed(log_reader(who, known, on=desk.today())), desk.today()
    for item in found:
        due = next_deadline(item)
        left = "" if due is None else f"{due.stage.ja}まで {_left(due.left(today))}"
        typer.echo(f"{item.id}\t{STATES[item.state]}\t{item.known_at.astimezone(JST):%Y-%m-%d}\t{left}\t{item.title}")
    if not found:
        typer.echo("事故の記録はありません。")


@app.command()
def show(number: Number, actor: Person = "", organisation: In = "") -> None:
    """1件を表示します。"""
    with _desk(actor, organisation) as (_, desk, who):
        found, today = desk.one(who, number), desk.today()
    item, facts = found.incident, found.incident.facts
    typer.echo(f"{item.id}　{STATES[item.state]}　{item.title}")
    typer.echo(f"知った日時 {item.known_at.astimezone(JST):%Y-%m-%d %H:%M}　本人の数 {persons(facts)}")
    typer.echo(f"個人情報保護委員会への報告 {NECESSITY[facts.reportable]}")
    for category in facts.categories:
        typer.echo(f"・{category.ja}")
    names = {"概要": facts.summary, "情報の項目": facts.items, "原因": facts.cause, "対応と再発防止": facts.measures}
    for name, text in names.items():
        if text:
            typer.echo(f"{name}: {text}")
    _deadlines(item, today)
    for report in item.reports:
        typer.echo(f"報告 {report.on:%Y-%m-%d} {report.stage.ja} {report.reference}（{report.by}）")
    for use in found.uses:
        typer.echo(
            f"記録 {use.record}\t{use.at.astimezone(JST):%Y-%m-%d %H:%M}\t{use.person}\t{' '.join(use.findings)}"
        )
    for record in found.gone:
        typer.echo(f"記録 {record}\t（監査ログに見つかりません）")
    for note in item.notes:
        typer.echo(f"経過 {note.at.astimezone(JST):%Y-%m-%d %H:%M} {note.by}: {note.text}")
    if item.closing:
        typer.echo(f"終結: {item.closing}")


@app.command()
def facts(
    number: Number,
    reportable: Annotated[str, typer.Option("--reportable", help="委員会への報告の要否（undecided・yes・no）。")] = "",
    category: Annotated[list[str] | None, typer.Option("--category", help=f"当たる区分（{_WORDS}）。")] = None,
    persons_: Annotated[str, typer.Option("--persons", help="本人の数。")] = "",
    estimated: Annotated[bool, typer.Option("--estimated", help="本人の数は概数です。")] = False,
    summary_: Annotated[str, typer.Option("--summary", help="概要。")] = "",
    items: Annotated[str, typer.Option("--items", help="漏えい等した情報の項目。")] = "",
    cause: Annotated[str, typer.Option("--cause", help="原因。")] = "",
    measures: Annotated[str, typer.Option("--measures", help="対応と再発防止。")] = "",
    actor: Person = "",
    organisation: In = "",
) -> None:
    """事実を書きます。指定しなかった項目は、そのまま残ります。"""
    with _desk(actor, organisation) as (_, desk, who):
        before = desk.one(who, number).incident
        old = before.facts
        given = {"summary": summary_, "items": items, "cause": cause, "measures": measures, "reportable": reportable}
        kept = {name: value or getattr(old, name) for name, value in given.items()}
        kept["persons"] = persons_ or ("" if old.persons is None else str(old.persons))
        chosen = [item.value for item in old.categories] if category is None else category
        new = typed.facts(kept, chosen, estimated=estimated if persons_ else old.estimated)
        made, today = desk.state_facts(who, number, new, version=before.version), desk.today()
    typer.echo("書きました。")
    _deadlines(made, today)


@app.command()
def note(number: Number, text: Text, actor: Person = "", organisation: In = "") -> None:
    """経過を書き足します。"""
    with _desk(actor, organisation) as (_, desk, who):
        desk.note(who, number, text)
    typer.echo("書きました。")


@app.command()
def link(
    number: Number,
    record: Annotated[str, typer.Argument(metavar="記録番号")],
    remove: Annotated[bool, typer.Option("--remove", help="結び付けを外します（削除の停止は残ります）。")] = False,
    actor: Person = "",
    organisation: In = "",
) -> None:
    """利用の記録を事故に結び付けます。結び付けた記録は、保存期間を過ぎても削除されなくなります。"""
    with _desk(actor, organisation) as (_, desk, who):
        (desk.unlink if remove else desk.link)(who, number, record)
    typer.echo("結び付けを外しました。" if remove else "結び付けました。")


@app.command()
def reported(
    number: Number,
    stage: Annotated[str, typer.Argument(metavar="段階", help="・".join(f"{item.value}＝{item.ja}" for item in Stage))],
    on: Annotated[str, typer.Option("--on", help="報告した日（省略すると今日）。")] = "",
    reference: Annotated[str, typer.Option("--reference", help="受付番号など。")] = "",
    actor: Person = "",
    organisation: In = "",
) -> None:
    """報告したことを書きます（preliminary＝速報、final＝確報、notice＝本人への通知、mayor＝首長への報告）。"""
    with _desk(actor, organisation) as (_, desk, who):
        day = typed.day(on, "報告した日") if on else desk.today()
        made, today = desk.reported(who, number, typed.stage(stage), on=day, reference=reference), desk.today()
    typer.echo("書きました。")
    _deadlines(made, today)


@app.command()
def close(number: Number, text: Text, actor: Person = "", organisation: In = "") -> None:
    """終結します。報告が要る事故は、速報・確報・本人への通知を書いてから終結できます。"""
    with _desk(actor, organisation) as (_, desk, who):
        desk.close(who, number, text)
    typer.echo("終結しました。")


@app.command()
def reopen(number: Number, text: Text, actor: Person = "", organisation: In = "") -> None:
    """終結した事故を再開します。"""
    with _desk(actor, organisation) as (_, desk, who):
        desk.reopen(who, number, text)
    typer.echo("再開しました。")


@app.command("summary")
def summary_file(
    number: Number,
    file: Annotated[
        Path, typer.Argument(metavar="書き出し先", help="名前の終わり（.md・.docx・.pdf・.html）で形が決まります。")
    ],
    actor: Person = "",
    organisation: In = "",
) -> None:
    """首長への報告書（1枚）を書き出します。書き出したことは記録されます。"""
    kind = file.suffix.removeprefix(".").lower()
    writers = wiring.document_writers()
    if kind not in writers:
        raise BadRequest(f"書き出し先の名前は {'・'.join('.' + name for name in writers)} のいずれかで終えてください。")
    with _desk(actor, organisation) as (store, desk, who):
        found = desk.summarised(who, number, kind)
        document = summary(found.incident, found.uses, wiring.report_words(store)[0], desk.today())
    write_all({file: writers[kind](document)})
    typer.echo(f"{file} に書き出しました。")


def _deadlines(incident: Incident, today: dt.date) -> None:
    due = deadlines(incident) if incident.state is IncidentState.OPEN else ()
    for item in due:
        done = f"{item.done:%Y-%m-%d} に報告済み" if item.done else _left(item.left(today))
        typer.echo(f"{item.stage.ja}: {item.due:%Y-%m-%d}（知った日から{item.days}日目）　{done}")
    for sentence in SOURCES if due else ():
        typer.echo(f"※ {sentence}", err=True)


def _left(days: int) -> str:
    return f"残り{days}日" if days >= 0 else f"{-days}日を過ぎています"
