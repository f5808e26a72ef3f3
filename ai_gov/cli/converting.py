"""ai-gov corpus: 注釈つきの文章を、表（CSV・Excel）や別の形から作る."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final
from zipfile import BadZipFile

import typer

from ai_gov.cli.textfile import read_lines, unreadable
from ai_gov.corpus import AnnotatedPrompt, load_corpus, write_marked
from ai_gov.errors import BadRequest
from ai_gov.model import Json

app = typer.Typer(help="注釈つきの文章（ai-gov evaluate で使うもの）を作り、確かめます。", no_args_is_help=True)

HEADERS: Final = {
    "id": "id", "番号": "id",
    "action": "action", "処置": "action", "正解": "action",
    "level": "level", "区分": "level", "自治体機密性": "level",
    "marked": "marked", "文章": "marked", "印つきの文章": "marked",
    "genre": "genre", "分野": "genre",
    "note": "note", "備考": "note",
}  # fmt: skip
"""見出し: what the first row of a table may say, and what it means."""
ACTIONS: Final = {
    "そのまま": "allow", "そのまま送信": "allow", "○": "allow",
    "伏せる": "redact", "伏せて送信": "redact",
    "止める": "block", "停止": "block", "×": "block",
}  # fmt: skip


class Form(StrEnum):
    """形: how the text of a prompt is written down."""

    MARKED = "marked"
    ENTITIES = "entities"


@app.command()
def convert(
    source: Annotated[Path, typer.Argument(help="元のファイル（.csv・.xlsx・.jsonl）。")],
    target: Annotated[Path, typer.Argument(help="書き出す JSONL。")],
    form: Annotated[Form, typer.Option(help="marked＝印つきの文章、entities＝文章と範囲の一覧。")] = Form.MARKED,
) -> None:
    """表や別の形の JSONL から、ai-gov evaluate が読む JSONL を作ります。誤りは行番号ですべて示します。"""
    prompts = read(source)
    lines = [json.dumps(row(prompt, form), ensure_ascii=False) for prompt in prompts]
    try:
        target.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    except OSError as error:
        raise BadRequest(f"{target} に書けません（{error.strerror}）。場所と権限を確かめてください。") from None
    typer.echo(f"{len(prompts)} 件を {target} に書き出しました（{summary(prompts)}）。")


@app.command()
def check(source: Annotated[Path, typer.Argument(help="確かめるファイル（.csv・.xlsx・.jsonl）。")]) -> None:
    """注釈つきの文章の書き方を確かめ、件数を出します。"""
    prompts = read(source)
    typer.echo(f"問題はありません。{len(prompts)} 件（{summary(prompts)}）。")
    marks = Counter(mark.type for prompt in prompts for mark in prompt.marks if not mark.optional)
    for kind, count in marks.most_common():
        typer.echo(f"  {kind} {count}")


def read(source: Path) -> list[AnnotatedPrompt]:
    """The prompts of a file of any of the three kinds. Raises ConfigError and BadRequest."""
    match source.suffix.lower():
        case ".csv":
            return load_corpus(_as_lines(_csv(source), str(source)), str(source))
        case ".xlsx":
            return load_corpus(_as_lines(_excel(source), str(source)), str(source))
        case _:
            name, lines = read_lines(source)
            return load_corpus(lines, name)


def row(prompt: AnnotatedPrompt, form: Form) -> dict[str, Json]:
    """A prompt as the object of its line, in one form or the other."""
    head = {
        "id": prompt.id, "genre": prompt.genre, "action": prompt.action.value, "level": prompt.level.code,
    }  # fmt: skip
    tail = {"note": prompt.note}
    if form is Form.MARKED:
        return {**head, "marked": write_marked(prompt.text, prompt.marks), **tail}
    entities = [
        {"start": mark.start, "end": mark.end, "type": mark.type, **({"optional": True} if mark.optional else {})}
        for mark in prompt.marks
    ]
    return {**head, "text": prompt.text, "entities": entities, **tail}


def summary(prompts: Sequence[AnnotatedPrompt]) -> str:
    """件数: how many of each action.

    >>> summary(load_corpus(['{"id": "1", "action": "allow", "level": "1", "marked": "開館時間は？"}']))
    'そのまま送信 1・伏せて送信 0・停止 0'
    """
    counted = Counter(prompt.action.value for prompt in prompts)
    return f"そのまま送信 {counted['allow']}・伏せて送信 {counted['redact']}・停止 {counted['block']}"


def _as_lines(rows: Iterable[Sequence[str]], name: str) -> list[str]:
    """A table as JSON lines; the header leaves an empty one, so that a line's number is its row's."""
    lines: list[str] = []
    fields: list[str] = []
    for number, cells in enumerate(rows, 1):
        if number == 1:
            fields = [HEADERS.get(cell.strip().lower(), "") for cell in cells]
            lacking = [word for word in ("action", "level", "marked") if word not in fields]
            if lacking:
                raise BadRequest(
                    f"{name}: 見出しの行に「処置」「区分」「文章」（または action・level・marked）を入れてください。"
                )
            lines.append("")
        elif not any(cell.strip() for cell in cells):
            lines.append("")
        else:
            found: dict[str, str] = {f: cell for f, cell in zip(fields, cells, strict=False) if f}
            found["action"] = ACTIONS.get(found["action"].strip(), found["action"].strip())
            found["level"] = found["level"].strip()
            found["id"] = found.get("id", "").strip() or str(number)
            lines.append(json.dumps(found, ensure_ascii=False))
    return lines


def _csv(source: Path) -> list[list[str]]:
    """The rows of a CSV in UTF-8 or, as Excel in Japan saves it, in code page 932."""
    try:
        data = source.read_bytes()
    except OSError as error:
        raise unreadable(source, error) from None
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return list(csv.reader(io.StringIO(data.decode(encoding), newline="")))
        except UnicodeDecodeError:
            continue
        except csv.Error:
            break
    raise BadRequest(f"{source} を CSV として読めません。UTF-8 の CSV で保存し直してください。")


def _excel(source: Path) -> list[list[str]]:
    """The rows of the first sheet of a workbook."""
    import openpyxl

    try:
        book = openpyxl.load_workbook(source, read_only=True, data_only=True)
    except OSError as error:
        raise unreadable(source, error) from None
    except (BadZipFile, KeyError, ValueError):
        raise BadRequest(f"{source} を Excel として読めません。.xlsx で保存し直してください。") from None
    try:
        return [["" if cell is None else str(cell) for cell in cells] for cells in book.worksheets[0].values]
    finally:
        book.close()
