"""ai-gov evaluate: 注釈つきの文章で検知の精度を測る."""

from __future__ import annotations

import json
import shlex
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from ai_gov import wiring
from ai_gov.cli.inspecting import inspector_of, progress
from ai_gov.cli.textfile import read_lines
from ai_gov.corpus import AnnotatedPrompt, load_corpus
from ai_gov.errors import BadRequest
from ai_gov.model import Action, japan_date
from ai_gov.scoring import Detected, Prediction, score
from ai_gov.scoring.column import Column
from ai_gov.scoring.data import as_json
from ai_gov.scoring.predictions import load_predictions
from ai_gov.scoring.public import CONTACTS, Passage, load_passages, score_public
from ai_gov.scoring.report import Conditions, render_html
from ai_gov.scoring.table import render_ja
from ai_gov.service.inspector import Inspector


def evaluate(
    file: Annotated[Path, typer.Argument(help="注釈つきの JSONL（印つき、または text と entities）。")],
    destination: Annotated[str, typer.Option(help="送信先の名前。なければ最も厳しい送信先。")] = "",
    reader: Annotated[str, typer.Option(help="読み取りの方式（fast・thorough）。")] = "fast",
    config: Annotated[Path | None, typer.Option(help="自治体の設定フォルダ。", envvar="AI_GOV_CONFIG_DIR")] = None,
    compare: Annotated[
        tuple[str, str] | None,
        typer.Option(help="2つを並べて測ります。読み取りの方式か、設定フォルダの場所を2つ書きます。", metavar="A B"),
    ] = None,
    predictions: Annotated[
        Path | None, typer.Option(help="検査をせず、保存した判定（ai-gov inspect の出力の形）を採点します。")
    ] = None,
    listing: Annotated[bool, typer.Option("--list", help="漏れと止めすぎを1件ずつ画面に表示します。")] = False,
    report: Annotated[Path | None, typer.Option(help="報告書（HTML）を書き出します。文章の中身は入りません。")] = None,
    public: Annotated[
        bool, typer.Option("--public", help="印のない、公表された文章の JSONL で、止めすぎだけを測ります。")
    ] = False,
    as_data: Annotated[bool, typer.Option("--json", help="値を JSON で出します。文章の中身は入りません。")] = False,
) -> None:
    """漏えい率・公表情報の阻害・種類ごとの再現率と適合率を出します（何も送信せず、何も保存しません）。"""
    if predictions is not None and compare is not None:
        raise BadRequest("--predictions と --compare は同時に使えません。どちらか一方にしてください。")
    name, lines = read_lines(file)
    if public:
        _public(load_passages(lines, name), _inspectors(compare, reader, config), destination, listing=listing)
        return
    gold = load_corpus(lines, name)
    if not gold:
        raise BadRequest(f"{name} に文章がありません。1行に1件の JSON を書いてください。")
    digests: list[str] = []
    if predictions is not None:
        _, saved = read_lines(predictions)
        columns = [Column(predictions.name, score(gold, load_predictions(saved, str(predictions))))]
    else:
        columns = []
        for title, made in _inspectors(compare, reader, config):
            columns.append(measure(title, made, gold, destination))
            digests.append(made.governance.digest[:12])
    if report is not None:
        _write(report, render_html(columns, _conditions(file, digests)))
    if as_data:
        sys.stdout.write(json.dumps(as_json(columns), ensure_ascii=False, indent=1) + "\n")
        return
    typer.echo(render_ja(columns))
    if listing:
        for column in columns:
            _list(column, gold)
    if report is not None:
        typer.echo(f"\n報告書を {report} に書き出しました。")


def _inspectors(compare: tuple[str, str] | None, reader: str, config: Path | None) -> list[tuple[str, Inspector]]:
    """The inspectors to measure with their titles."""
    sides = compare or (reader,)
    made = []
    for side in sides:
        folder = Path(side)
        try:
            if side in wiring.READERS:
                made.append((side, inspector_of(config, side)))
            elif compare and folder.is_dir():
                made.append((folder.name or side, inspector_of(folder, reader)))
            else:
                raise BadRequest(
                    f"「{side}」は読み取りの方式（{'・'.join(wiring.READERS)}）でも、あるフォルダーでもありません。"
                )
        except ValueError as error:
            raise BadRequest(str(error)) from None
    return made


def measure(title: str, inspector: Inspector, gold: Sequence[AnnotatedPrompt], destination: str = "") -> Column:
    """One inspector over a corpus. The dictionary is loaded before the clock starts."""
    predictions, seconds = predict(title, inspector, gold, destination)
    return Column(title, score(gold, predictions), sum(len(item.text) for item in gold), seconds)


def predict(
    title: str, inspector: Inspector, texts: Sequence[AnnotatedPrompt] | Sequence[Passage], destination: str = ""
) -> tuple[dict[str, Prediction], float]:
    """What an inspector makes of each text, by id, and the seconds it took."""
    predictions: dict[str, Prediction] = {}
    seconds = 0.0
    inspector.inspect("準備の文です。山田太郎さん")
    for row in progress([{"id": item.id, "text": item.text} for item in texts], f"評価中（{title}）"):
        start = time.perf_counter()
        try:
            seen = inspector.inspect(row["text"], destination=destination)
        except ValueError as error:
            raise BadRequest(str(error)) from None
        seconds += time.perf_counter() - start
        spans = tuple(Detected(item.start, item.end, item.type) for item in seen.entities)
        predictions[row["id"]] = Prediction(seen.action, seen.level, spans)
    return predictions, seconds


def _public(
    passages: Sequence[Passage], made: Sequence[tuple[str, Inspector]], destination: str, *, listing: bool
) -> None:
    for title, inspector in made:
        predictions, _ = predict(title, inspector, passages, destination)
        typer.echo(f"{title}\n{score_public(passages, predictions).render_ja()}")
        for passage in passages if listing else ():
            seen = predictions[passage.id]
            found = [f"{s.type}「{passage.text[s.start : s.end]}」" for s in seen.spans if s.type not in CONTACTS]
            if found and seen.action is not Action.ALLOW:
                typer.echo(f"{passage.id}　{seen.action.ja}　{'、'.join(found)}".replace("\n", "⏎"))


def _conditions(file: Path, digests: Sequence[str]) -> Conditions:
    command = shlex.join(["ai-gov", *sys.argv[1:]]) if sys.argv[1:2] == ["evaluate"] else f"ai-gov evaluate {file}"
    return Conditions(file.name, japan_date().isoformat(), command, "・".join(dict.fromkeys(digests)) or "－")


def _write(report: Path, html: str) -> None:
    try:
        report.write_text(html, encoding="utf-8")
    except OSError as error:
        raise BadRequest(f"{report} に書けません（{error.strerror}）。場所と権限を確かめてください。") from None


def _list(column: Column, gold: Sequence[AnnotatedPrompt]) -> None:
    """The misses with the text that leaked or was too much: on the terminal only."""
    texts: Mapping[str, str] = {item.id: item.text for item in gold}
    typer.echo(f"\n誤りの一覧（{column.title}、{len(column.scores.misses)}件）")
    for miss in column.scores.misses:
        text = texts[miss.id]
        left = [f"{mark.type}「{text[mark.start : mark.end]}」" for mark in miss.left]
        excess = [f"{span.type}「{text[span.start : span.end]}」" for span in miss.excess[:8]]
        what = [f"{title}: " + "、".join(found) for title, found in (("漏れ", left), ("過剰", excess)) if found]
        line = f"{miss.id}　{miss.expected.ja} → {miss.predicted.ja}　" + "　".join(what)
        typer.echo(line.replace("\n", "⏎"))
