"""ai-gov guideline の版の命令: what is published, what became different, and how many have read it."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ai_gov import settings, wiring
from ai_gov.cli import guideline_report, opening
from ai_gov.cli.opening import Actor, In
from ai_gov.documents.guideline.version import Version
from ai_gov.errors import BadRequest
from ai_gov.model import JST
from ai_gov.model import Actor as Who
from ai_gov.people.csvimport import parse_date
from ai_gov.service import guideline as service
from ai_gov.service.guideline_versions import GuidelineVersions

if TYPE_CHECKING:
    from ai_gov.stores.store import DatabaseStore


def add_to(app: typer.Typer) -> None:
    """Add these commands to ``ai-gov guideline``."""
    for name, command in (
        ("publish", publish),
        ("versions", versions),
        ("diff", diff),
        ("acknowledged", acknowledged),
        ("reviewed", reviewed),
    ):
        app.command(name)(command)


def publish(
    path: Annotated[Path, typer.Argument(metavar="フォルダーかファイル", help="公表する文書、またはそのフォルダー。")],
    effective: Annotated[str, typer.Option("--effective", help="施行日（省略すると文書のデータの施行日）。")] = "",
    actor: Actor = "",
    organisation: In = "",
) -> None:
    """決裁を終えた文書を、版として公表します。職員の画面に、読んで確認するように出ます。"""
    day = _day(effective)
    files = {found.name: found.read_bytes() for found in _documents(path)}
    with opening.store() as store:
        own = opening.organisation(store, organisation)
        made = _service(store).publish(Who(opening.actor_name(actor), own, ""), files, effective=day)
    typer.echo(
        f"{made.title} を第{made.number}版として公表しました（施行 {made.effective}、識別子 {made.digest[:12]}）。"
    )


def versions(organisation: In = "") -> None:
    """公表した版を、新しいものから示します。* は施行中の版です。"""
    with opening.store(must_exist=True) as store:
        own, known = opening.organisation(store, organisation), _service(store)
        found, in_force = known.versions(own), known.in_force(own)
        if not found:
            typer.echo("公表した版はありません。ai-gov guideline publish で公表してください。")
        for item in found:
            mark = "*" if in_force is not None and item.number == in_force.number else " "
            day = item.published_at.astimezone(JST)
            typer.echo(
                f"{mark} 第{item.number}版  施行 {item.effective}  公表 {day:%Y-%m-%d %H:%M}  {item.published_by}  "
                f"{item.digest[:12]}  {item.title}（{'・'.join(item.kinds)}）"
            )
        if line := due_line(store, known, own):
            typer.echo(f"注意: {line}")


def diff(
    old: Annotated[int, typer.Argument(metavar="前の版")],
    new: Annotated[int, typer.Argument(metavar="後の版")],
    text: Annotated[bool, typer.Option("--text/--no-text", help="文章の違いも示します。")] = True,
    organisation: In = "",
) -> None:
    """2つの版の違いを、文で示します。"""
    with opening.store(must_exist=True) as store:
        own, known = opening.organisation(store, organisation), _service(store)
        before, after = known.version(own, old), known.version(own, new)
        found = known.difference(before, after)
    if before.data is None or after.data is None:
        typer.echo("どちらかの版に埋め込みデータがないため、定めの違いは示せません。", err=True)
    for item in found.settings:
        typer.echo(f"{f'第{item.article}条' if item.article else '別紙'}: {item.sentence}")
    for passage in found.text if text else ():
        typer.echo(f"【{passage.heading or '表紙'}】")
        typer.echo("\n".join([*(f"  − {line}" for line in passage.gone), *(f"  ＋ {line}" for line in passage.new)]))
    if not found.settings and not found.text:
        typer.echo("違いはありません。")


def acknowledged(
    number: Annotated[int | None, typer.Argument(metavar="版", help="省略すると施行中の版。")] = None,
    organisation: In = "",
) -> None:
    """施行中の版を確認した職員の数を、所属ごとに示します（人ごとの一覧はありません）。"""
    with opening.store(must_exist=True) as store:
        own, known = opening.organisation(store, organisation), _service(store)
        version: Version | None = known.version(own, number) if number is not None else known.in_force(own)
        if version is None:
            raise BadRequest("施行中の版がありません。ai-gov guideline versions で確かめてください。")
        tallies = known.tallies(version)
    typer.echo(f"第{version.number}版 {version.title}（施行 {version.effective}）")
    for item in tallies:
        typer.echo(f"{item.name}\t{item.read}/{item.all}")
    typer.echo(f"合計\t{sum(item.read for item in tallies)}/{sum(item.all for item in tallies)}")


def reviewed(actor: Actor = "", organisation: In = "") -> None:
    """見直して、改めるところがないと確かめたことを記録します（見直しの知らせが止まります）。"""
    with opening.store(must_exist=True) as store:
        own = opening.organisation(store, organisation)
        newest = _service(store).review(Who(opening.actor_name(actor), own, ""))
    typer.echo(f"第{newest.number}版を見直したことを記録しました。")


def check_in_force(*, strict: bool, as_json: bool) -> int:
    """施行中の版の点検: the version in force against the settings in force. Exit code 1 where something differs."""
    count = 0
    with opening.store(must_exist=True) as store:
        drift = wiring.guideline_drift(store, settings.load(os.environ))
        for item in store.people.organisations():
            found = drift.of(item.id)
            if found.version is None:
                typer.echo(f"{item.name}: 施行中の版がありません。", err=True)
                continue
            if found.problem:
                raise BadRequest(f"{item.name}: {found.problem}")
            name = Path(f"{item.name} 第{found.version.number}版")
            pair = [(name, found.differences)]
            text = guideline_report.as_text(pair, "適用中の設定", strict=strict)
            for line in guideline_report.as_json(pair) if as_json else text:
                typer.echo(line)
            count += sum(1 for difference in found.differences if strict or difference.counts)
            if found.review_due is not None:
                typer.echo(f"注意: {reminder(found.review_due)}", err=True)
    return 1 if count else 0


def remind() -> None:
    """見直しの時期を知らせる: of the versions published here, if any."""
    current = settings.load(os.environ)
    if wiring.missing(current):
        return
    with opening.store() as store:
        known = _service(store)
        for item in store.people.organisations():
            if line := due_line(store, known, item.id):
                typer.echo(f"注意: {line}", err=True)


def due_line(store: DatabaseStore, known: GuidelineVersions, organisation: str) -> str:
    """見直しの知らせ: empty where nothing is due."""
    _, files = wiring.in_force(store)
    month = service.in_force(files, "").policy.guideline.review_month
    since = known.due(organisation, month)
    return reminder(since) if since is not None else ""


def reminder(since: dt.date) -> str:
    """What is said where a review is due."""
    return (
        f"見直しの時期です（{since} から）。改めて公表するか、"
        "改めるところがなければ「ai-gov guideline reviewed」で記録してください。"
    )


def _day(text: str) -> dt.date | None:
    try:
        return parse_date(text) if text else None
    except ValueError:
        raise BadRequest(
            f"施行日「{text}」を読めません。2027-04-01 や 令和9年4月1日 のように書いてください。"
        ) from None


def _documents(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    found = [path / f"{service.STEM}.{kind}" for kind in service.FORMATS]
    there = [item for item in found if item.exists()]
    if not there:
        raise BadRequest(f"{path} に文書がありません。先に「ai-gov guideline build {path}」で作ってください。")
    return there


def _service(store: DatabaseStore) -> GuidelineVersions:
    return wiring.guideline_versions(store, settings.load(os.environ))
