"""ai-gov training: 生成AIの研修の資料を作り、問題を解いて、受けたことを記録する."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from ai_gov import settings, wiring
from ai_gov.cli import guideline, opening
from ai_gov.cli.folder import write_all
from ai_gov.cli.proving import Person, proven
from ai_gov.documents.guideline.training import Item, grade, handout, training
from ai_gov.errors import BadRequest
from ai_gov.register.training import Count

app = typer.Typer(help="研修の資料（build）と練習（quiz）、受講（take）と結果（results）。", no_args_is_help=True)
STEM = "training"


@app.command()
def build(
    folder: guideline.Folder,
    formats: Annotated[
        str, typer.Option("--format", help="作る形を「,」で並べます（md,html,docx,pdf）。")
    ] = "docx,pdf",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="置く場所（省略すると同じフォルダー）。")
    ] = None,
    config: guideline.Config = None,
) -> None:
    """研修の資料（学ぶこと・問題・答えと解説）を作ります。"""
    composed, made = guideline.composed_with(folder, config, training)
    writers = wiring.document_writers()
    wanted = [part.strip() for part in formats.split(",") if part.strip()]
    if unknown := [part for part in wanted if part not in writers] or ([] if wanted else ["（なし）"]):
        raise BadRequest(f"--format に {'・'.join(unknown)} は使えません。使えるのは {'・'.join(writers)} です。")
    document = handout(made, composed)
    files = {(output or folder) / f"{STEM}.{name}": writers[name](document) for name in wanted}
    write_all(files)
    typer.echo(f"作りました（{len(made.items)}問）: " + "、".join(str(path) for path in files))


@app.command()
def quiz(
    folder: guideline.Folder,
    count: Annotated[int, typer.Option("--count", min=1, max=200, help="出す問題の数。")] = 10,
    config: guideline.Config = None,
) -> int:
    """問題で練習します（記録は残りません）。1問ごとに解説が出ます。合格しなかったときの終了コードは1です。"""
    _, made = guideline.composed_with(folder, config, training)
    chosen = random.SystemRandom().sample(made.items, min(count, len(made.items)))
    answers = [_asked(item, number, len(chosen)) for number, item in enumerate(chosen, start=1)]
    result = grade(chosen, answers, made.pass_percent)
    typer.secho(
        f"\n{result.total}問のうち{result.right}問正解。{'合格です。' if result.passed else '合格まであと少しです。'}",
        bold=True,
    )
    for item in result.wrong:
        typer.echo(f"  見直すところ: 第{item.article}条　{item.ask}")
    return 0 if result.passed else 1


@app.command()
def take(actor: Person = "", organisation: opening.In = "") -> int:
    """研修の問題に答えて、合格を記録します（画面の「研修」と同じ）。解説は、すべて答えたあとに出ます。"""
    with opening.store(must_exist=True) as store:
        who = proven(store, actor, organisation)
        desk = wiring.training_service(store, settings.load(os.environ))
        desk.start(who)
        attempt, items = desk.questions(who)
        answers = {item.id: _answer(item, number, len(items)) for number, item in enumerate(items, start=1)}
        made = desk.answer(who, attempt.id, answers)
    for number, (item, given) in enumerate(zip(made.items, made.answers, strict=True), start=1):
        typer.echo(f"[{number}] {_explained(item, given)}")
    said = f"合格です。{made.attempt.until} まで有効です。" if made.result.passed else "合格まであと少しです。"
    typer.secho(f"\n{made.result.total}問のうち{made.result.right}問正解。{said}", bold=True)
    return 0 if made.result.passed else 1


@app.command()
def results(actor: Person = "", organisation: opening.In = "") -> None:
    """有効な合格がある職員の数を、所属ごとに表示します（CAIO・CAIO補佐官・監査）。少ない数は幅で示します。"""
    with opening.store(must_exist=True) as store:
        who = proven(store, actor, organisation)
        rows = wiring.training_service(store, settings.load(os.environ)).results(who)
    typer.echo("所属\t職員\t有効な合格あり\tなし")
    for row in rows:
        typer.echo(f"{row.name}\t{row.staff}人\t{row.passed.ja}\t{row.missing.ja}")
    staff = sum(row.staff for row in rows)
    passed = sum((row.passed for row in rows), Count(0, 0))
    missing = sum((row.missing for row in rows), Count(0, 0))
    typer.echo(f"全体\t{staff}人\t{passed.ja}\t{missing.ja}")


def _asked(item: Item, number: int, total: int) -> frozenset[int]:
    """The answer to a question, explained at once."""
    answer = _answer(item, number, total)
    typer.echo(f"  {_explained(item, answer)}")
    return answer


def _explained(item: Item, answer: frozenset[int]) -> str:
    right = "正解です。" if answer == item.right else f"正しくは {_listed(sorted(item.right))} です。"
    return right + item.explain


def _answer(item: Item, number: int, total: int) -> frozenset[int]:
    typer.secho(f"\n[{number}/{total}] {item.ask}", bold=True)
    for index, choice in enumerate(item.choices, start=1):
        typer.echo(f"    {index}. {choice}")
    while True:
        answer = _numbers(typer.prompt("  答え（いくつかあるときは「1,3」）").strip(), len(item.choices))
        if answer:
            return answer
        typer.echo("  番号で答えてください。")


def _numbers(text: str, most: int) -> frozenset[int]:
    parts = [part.strip() for part in text.replace("、", ",").split(",")]
    found = {int(part) for part in parts if part.isascii() and part.isdigit() and 1 <= int(part) <= most}
    return frozenset(found) if len(found) == len(parts) else frozenset()


def _listed(numbers: Sequence[int]) -> str:
    return "・".join(map(str, numbers))
