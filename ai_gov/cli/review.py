"""ai-gov review: 公開・決裁の前の確認を、画面を使わずに行う. Who acts proves it by the password of the pages."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from ai_gov import settings, wiring
from ai_gov.cli import opening
from ai_gov.cli.folder import read_text, write_all
from ai_gov.cli.opening import In
from ai_gov.cli.proving import Person, proven
from ai_gov.errors import BadRequest
from ai_gov.model import JST
from ai_gov.review.checks import CHECKS, REJECTIONS, WITHDRAWALS
from ai_gov.review.diff import Hunk, Piece
from ai_gov.review.record import Who
from ai_gov.review.states import Act
from ai_gov.service.review import Listed, Opened, ReviewService

app = typer.Typer(help="公開・決裁の前の確認（依頼・承認・差戻し・却下・公開・取下げ）をします。", no_args_is_help=True)

Number = Annotated[str, typer.Argument(metavar="確認番号")]
Comment = Annotated[str, typer.Option("--comment", "-m", help="相手に伝えること。本文と同じく、終わると消去されます。")]
Revision = Annotated[int, typer.Option("--revision", help="見た版の番号（show に表示されます）。")]
_LISTS = {"queue": "確認待ち", "mine": "自分が作ったもの", "overdue": "期限を過ぎたもの", "decided": "確認した後のもの"}
_MARKS = {"same": "  ", "removed": "- ", "added": "+ "}


@contextmanager
def _desk(person: str, organisation: str) -> Iterator[tuple[ReviewService, Who]]:
    """The service and who acts."""
    current = settings.load(os.environ)
    with opening.store(must_exist=True) as store:
        who = proven(store, person, organisation)
        yield wiring.review_service(store, current), who


@app.command("list")
def list_(
    which: Annotated[str, typer.Argument(metavar="一覧", help="queue・mine・overdue・decided のいずれか。")] = "queue",
    actor: Person = "",
    organisation: In = "",
) -> None:
    """確認の一覧を表示します（queue＝自分が確認するもの、mine＝自分が作ったもの、overdue＝期限を過ぎたもの）。"""
    if which not in _LISTS:
        raise BadRequest(f"一覧は {'・'.join(_LISTS)} のいずれかで指定してください。")
    with _desk(actor, organisation) as (desk, who):
        lists = {"queue": desk.queue, "mine": desk.mine, "overdue": desk.overdue, "decided": desk.decided}
        found = lists[which](who)
    for item in found:
        typer.echo(_row(item))
    if not found:
        typer.echo(f"{_LISTS[which]}はありません。")


@app.command()
def show(
    number: Number,
    actor: Person = "",
    text: Annotated[bool, typer.Option("--text", help="公開される文章（表示の文を含む）だけを表示します。")] = False,
    organisation: In = "",
) -> None:
    """内容、AIの案との違い、コメント、いまできる操作を表示します。"""
    with _desk(actor, organisation) as (desk, who):
        opened = desk.open(who, number)
    if text:
        typer.echo(opened.content.released if opened.content else "", nl=False)
        return
    for line in _described(opened):
        typer.echo(line)


@app.command()
def start(
    file: Annotated[Path, typer.Argument(metavar="本文", exists=True, dir_okay=False, help="公開する文章（UTF-8）。")],
    title: Annotated[str, typer.Option("--title", help="件名。")],
    actor: Person = "",
    draft: Annotated[
        Path | None, typer.Option("--draft", exists=True, dir_okay=False, help="生成AIの案（違いを見るため）。")
    ] = None,
    use: Annotated[str, typer.Option("--use", help="用途の記号。")] = "",
    internal: Annotated[bool, typer.Option("--internal", help="庁外に出さず、庁内の決裁だけに使います。")] = False,
    organisation: In = "",
) -> None:
    """下書きを作ります。"""
    body, before = read_text(file), read_text(draft) if draft else ""
    with _desk(actor, organisation) as (desk, who):
        made = desk.start(
            who, title=title, text=body, ai_draft=before, use=use, audience="internal" if internal else "external"
        )
    typer.echo(f"下書き {made.id} を作りました（{made.degree.ja}）。次: ai-gov review request {made.id} --revision 1")


@app.command()
def request(
    number: Number,
    revision: Revision,
    actor: Person = "",
    comment: Comment = "",
    reviewer: Annotated[str, typer.Option("--reviewer", help="確認者の職員番号（同じ団体の人）。")] = "",
    organisation: In = "",
) -> None:
    """確認を依頼します。"""
    with _desk(actor, organisation) as (desk, who):
        named = Who(who.organisation, reviewer) if reviewer else None
        made = desk.request(who, number, revision=revision, reviewer=named, comment=comment)
    assert made.due_at is not None
    typer.echo(f"確認を依頼しました（必要な承認 {made.reviewers}人、期限 {made.due_at.astimezone(JST):%Y-%m-%d}）。")


@app.command()
def approve(
    number: Number,
    revision: Revision,
    actor: Person = "",
    checked: Annotated[
        list[str] | None, typer.Option("--check", help=f"確かめた事項（何度でも）: {'・'.join(CHECKS)}。")
    ] = None,
    comment: Comment = "",
    organisation: In = "",
) -> None:
    """承認します。確認事項のすべてに --check が要ります。"""
    with _desk(actor, organisation) as (desk, who):
        made = desk.approve(who, number, revision=revision, checked=checked or (), comment=comment)
    typer.echo("承認しました。" + (f"あと{made.missing}人の承認が必要です。" if made.missing else made.state.hint))


@app.command("return")
def return_(
    number: Number,
    comment: Comment = "",
    actor: Person = "",
    suggestion: Annotated[
        Path | None, typer.Option("--suggestion", exists=True, dir_okay=False, help="修正案のファイル。")
    ] = None,
    organisation: In = "",
) -> None:
    """差し戻します。理由と、直してほしいことを --comment に書きます。"""
    wording = read_text(suggestion) if suggestion else None
    with _desk(actor, organisation) as (desk, who):
        desk.return_(who, number, comment=comment, suggestion=wording)
    typer.echo("差し戻しました。作成者が直して、もう一度依頼します。")


@app.command()
def reject(
    number: Number,
    reason: Annotated[str, typer.Option("--reason", help=f"理由: {'・'.join(REJECTIONS)}。")],
    actor: Person = "",
    organisation: In = "",
) -> None:
    """却下します。本文は消去されます。"""
    with _desk(actor, organisation) as (desk, who):
        desk.reject(who, number, reason=reason)
    typer.echo(f"却下しました（{REJECTIONS[reason]}）。本文は消去しました。")


@app.command()
def release(
    number: Number,
    folder: Annotated[Path, typer.Argument(metavar="フォルダー", file_okay=False, help="ファイルを受け取る先。")],
    actor: Person = "",
    organisation: In = "",
) -> None:
    """承認されたファイルを受け取り、公開・決裁に進めます。その後、本文は消去されます。"""
    with _desk(actor, organisation) as (desk, who):
        name = desk.open(who, number).review.release
        files = desk.files(who, number)
        paths = {folder / f"{name}.{kind}": data for kind, data in files.items()}
        write_all(paths)  # before the text is destroyed, so that nothing is lost where it can't be written
        made = desk.release(who, number)
    typer.echo(f"公開・決裁に進めました（公開番号 {made.id}）。")
    for path in paths:
        typer.echo(f"  {path}")


@app.command()
def withdraw(
    number: Number,
    reason: Annotated[str, typer.Option("--reason", help=f"理由: {'・'.join(WITHDRAWALS)}。")] = "other",
    actor: Person = "",
    organisation: In = "",
) -> None:
    """取り下げます。公開の後なら、公開の記録に取下げ済みと表示されます。"""
    with _desk(actor, organisation) as (desk, who):
        desk.withdraw(who, number, reason=reason)
    typer.echo(f"取り下げました（{WITHDRAWALS[reason]}）。")


def _row(item: Listed) -> str:
    review = item.review
    due = f"期限 {review.due_at.astimezone(JST):%Y-%m-%d}" if review.due_at else ""
    marks = [word for word, on in (("期限超過", item.overdue), ("まもなく消去", item.ends_soon)) if on]
    parts = [review.id, review.state.ja, item.title, f"{review.department} {review.author}", due, "・".join(marks)]
    return "\t".join(parts).rstrip()


def _described(opened: Opened) -> Iterator[str]:
    review, content = opened.review, opened.content
    yield f"{review.id}　{review.state.ja}　第{review.revision}版　{review.department} {review.author}"
    yield f"用途 {review.use}　{review.degree.ja}　承認 {len(review.approvals)}/{review.reviewers}人"
    if content is not None:
        yield f"件名 {content.title}"
        yield f"表示 {content.label or 'なし'}"
        yield f"AIの案との違い（残った割合 {opened.kept:.0%}）"
        for hunk in opened.hunks:
            yield from _hunk(hunk)
        if content.suggestion.strip():
            yield "修正案"
            yield from (f"  {line}" for line in content.suggestion.splitlines())
        for comment in content.comments:
            when = f"{comment.at.astimezone(JST):%Y-%m-%d %H:%M}"
            yield f"{comment.act.ja} {comment.by.person} {when}　{comment.text}"
    if review.checklist and Act.APPROVE in opened.allowed:
        yield "確認事項"
        yield from (f"  {name}: {CHECKS[name]}" for name in review.checklist)
    reason = {**WITHDRAWALS, **REJECTIONS}.get(review.reason, "")
    if reason:
        yield f"理由 {reason}"
    yield f"できる操作 {'・'.join(act.ja for act in opened.allowed) or 'なし'}　{review.state.hint}"


def _hunk(hunk: Hunk) -> Iterator[str]:
    for row in hunk.rows:
        if hunk.kind != "changed":
            yield _MARKS[hunk.kind] + _text(row.left or row.right)
        else:
            yield f"- {_text(row.left)}"
            yield f"+ {_text(row.right)}"


def _text(pieces: tuple[Piece, ...]) -> str:
    return "".join(piece.text for piece in pieces)
