"""ai-gov training: 生成AIの研修の資料を作り、問題を解いて、受けたことを記録する."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from ai_gov import wiring
from ai_gov.cli import guideline, opening
from ai_gov.cli.folder import write_all
from ai_gov.documents.guideline.training import Item, Result, Training, grade, handout, training
from ai_gov.errors import BadRequest
from ai_gov.model import Event, Step

app = typer.Typer(help="研修の資料（build）と問題（quiz）を、動いている方針から作ります。", no_args_is_help=True)
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
    person: Annotated[str, typer.Option("--person", help="受ける人の職員番号（付けると、結果を記録します）。")] = "",
    organisation: opening.In = "",
    config: guideline.Config = None,
) -> int:
    """問題を解きます。1問ごとに解説が出ます。合格しなかったときの終了コードは1です。"""
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
    if person:
        _record(person, organisation, result, made)
    return 0 if result.passed else 1


def _asked(item: Item, number: int, total: int) -> frozenset[int]:
    typer.secho(f"\n[{number}/{total}] {item.ask}", bold=True)
    for index, choice in enumerate(item.choices, start=1):
        typer.echo(f"    {index}. {choice}")
    while True:
        answer = _numbers(typer.prompt("  答え（いくつかあるときは「1,3」）").strip(), len(item.choices))
        if answer:
            break
        typer.echo("  番号で答えてください。")
    right = answer == item.right
    typer.echo(("  正解です。" if right else f"  正しくは {_listed(sorted(item.right))} です。") + item.explain)
    return answer


def _numbers(text: str, most: int) -> frozenset[int]:
    parts = [part.strip() for part in text.replace("、", ",").split(",")]
    found = {int(part) for part in parts if part.isascii() and part.isdigit() and 1 <= int(part) <= most}
    return frozenset(found) if len(found) == len(parts) else frozenset()


def _listed(numbers: Sequence[int]) -> str:
    return "・".join(map(str, numbers))


def _record(person: str, organisation: str, result: Result, made: Training) -> None:
    with opening.store(must_exist=True) as store:
        here = opening.organisation(store, organisation)
        found = opening.still_here(opening.member(store, here, person))
        data = {
            "right": result.right,
            "total": result.total,
            "pass_percent": made.pass_percent,
            "passed": result.passed,
            "config": wiring.in_force(store)[0],
        }
        event = Event("training_taken", store.clock.now(), "", here, found.department, person, data)
        store.record_sync(Step(None, event))
    typer.echo("結果を記録しました（正解の数だけで、どの問題を間違えたかは残りません）。")
