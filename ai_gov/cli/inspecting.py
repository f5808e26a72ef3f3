"""ai-gov inspect: 文章を検査し、判定と伏せた文章を出す."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from ai_gov import settings, wiring
from ai_gov.cli.explaining import show
from ai_gov.cli.textfile import read_lines
from ai_gov.errors import BadRequest
from ai_gov.model import Json
from ai_gov.service.inspector import Inspection, Inspector


def inspect(
    file: Annotated[
        Path | None, typer.Argument(help='JSONL のファイル（1行に {"id","text"}）。なければ標準入力。')
    ] = None,
    destination: Annotated[str, typer.Option(help="送信先の名前。なければ最も厳しい送信先。")] = "",
    reader: Annotated[str, typer.Option(help="読み取りの方式（fast・thorough）。")] = "fast",
    config: Annotated[Path | None, typer.Option(help="自治体の設定フォルダ。", envvar="AI_GOV_CONFIG_DIR")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="根拠を人が読む形で表示します。")] = False,
) -> None:
    """文章を検査し、1件を1行の JSON で出します（何も送信せず、何も保存しません）。"""
    rows = list(read_rows(file))
    try:
        inspector = inspector_of(config, reader)
        console = Console()
        for row in progress(rows, "検査中"):
            seen = inspector.inspect(row["text"], destination=destination)
            if explain:
                show(console, inspector, row, seen)
            else:
                sys.stdout.write(json.dumps({"id": row["id"], **as_json(seen)}, ensure_ascii=False) + "\n")
    except ValueError as error:
        raise BadRequest(str(error)) from None


def inspector_of(config: Path | None, reader: str) -> Inspector:
    """The inspector of a folder; for the thorough reader with what the settings say of it. Raises ValueError."""
    if reader == "fast":
        return wiring.inspector(config)
    given = {**os.environ, **({"AI_GOV_CONFIG_DIR": str(config)} if config else {})}
    return wiring.inspector(config, reader_name=reader, thorough=settings.load(given).thorough)


def read_rows(file: Path | None) -> Iterator[dict[str, str]]:
    """The rows of a JSONL file or standard input. Raises BadRequest with the line of the first wrong one."""
    name, lines = read_lines(file)
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        if not isinstance(row, dict) or not isinstance(row.get("text"), str):
            raise BadRequest(f'{name}:{number}: {{"id": "…", "text": "…"}} の形の JSON にしてください。')
        yield {"id": row.get("id", str(number)), "text": row["text"]}


def progress(rows: list[dict[str, str]], title: str) -> Iterator[dict[str, str]]:
    """The rows, with a progress bar on the terminal where there are many."""
    if len(rows) < 50 or not sys.stderr.isatty():
        yield from rows
        return
    with Progress(console=Console(stderr=True), transient=True) as bar:
        yield from bar.track(rows, description=title)


def as_json(seen: Inspection) -> dict[str, Json]:
    """One inspection as the stable interface says; offsets are code points of the original."""
    return {
        "level": seen.level.code,
        "action": seen.action.value,
        "reasons": [reason.message for reason in seen.reasons],
        "entities": [
            {
                "start": item.start,
                "end": item.end,
                "type": item.type,
                "level": item.level.code,
                "score": item.score,
                "rule": item.rule,
                "removable": item.removable,
            }
            for item in seen.entities
        ],
        "redacted": seen.redacted,
    }
