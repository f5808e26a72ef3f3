"""ai-gov evaluate: 注釈つきの文章で検知の精度を測る."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ai_gov import wiring
from ai_gov.cli.inspecting import progress
from ai_gov.cli.textfile import read_lines
from ai_gov.corpus import load_corpus
from ai_gov.errors import BadRequest
from ai_gov.model import Span
from ai_gov.scoring import Prediction, score


def evaluate(
    file: Annotated[Path, typer.Argument(help="注釈つきの JSONL（印つき、または text と entities）。")],
    destination: Annotated[str, typer.Option(help="送信先の名前。なければ最も厳しい送信先。")] = "",
    reader: Annotated[str, typer.Option(help="読み取りの方式（fast）。")] = "fast",
    config: Annotated[Path | None, typer.Option(help="自治体の設定フォルダ。", envvar="AI_GOV_CONFIG_DIR")] = None,
    listing: Annotated[bool, typer.Option("--list", help="漏れと止めすぎを1件ずつ表示します。")] = False,
) -> None:
    """漏えい率・無害な文章への影響・種類ごとの再現率を出します（何も送信せず、何も保存しません）。"""
    name, lines = read_lines(file)
    gold = load_corpus(lines, name)
    inspector = wiring.inspector(config, reader_name=reader)
    predictions = {}
    for row in progress([{"id": item.id, "text": item.text} for item in gold], "評価中"):
        try:
            seen = inspector.inspect(row["text"], destination=destination)
        except ValueError as error:
            raise BadRequest(str(error)) from None
        spans = tuple(Span(item.start, item.end) for item in seen.entities)
        predictions[row["id"]] = Prediction(seen.action, seen.level, spans)
    scores = score(gold, predictions)
    typer.echo(scores.render_ja())
    if listing:
        texts = {item.id: item.text for item in gold}
        for miss in scores.misses:
            left = [f"{mark.type}「{texts[miss.id][mark.start : mark.end]}」" for mark in miss.left]
            excess = [f"「{texts[miss.id][span.start : span.end]}」" for span in miss.excess[:8]]
            what = "　".join(
                [*(["漏れ: " + "、".join(left)] if left else []), *(["過剰: " + "、".join(excess)] if excess else [])]
            )
            typer.echo(f"{miss.id}　{miss.expected.ja} → {miss.predicted.ja}　{what}".replace("\n", "⏎"))
