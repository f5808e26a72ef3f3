"""端末での質問: one question after another, each explained, each with its default; wrong answers are asked again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

import typer

from ai_gov.documents.guideline.answers import applies, clashes, default_of, fault, involved
from ai_gov.documents.guideline.questions import Question, Questions, Value
from ai_gov.people.csvimport import parse_date

Remember = Callable[[Mapping[str, Value]], None]


def ask_all(questions: Questions, known: Mapping[str, Value], today: dt.date, remember: Remember) -> dict[str, Value]:
    """Every answer. ``remember`` is told after each question, so that an interruption loses nothing.

    Answers that can't stand together are told with the reason, and only the questions they are about asked again.
    """
    given: dict[str, Value] = dict(known)
    again: set[str] | None = None
    while True:
        out: dict[str, Value] = {}
        for number, question in enumerate(questions.questions, start=1):
            if not applies(question, out):
                continue
            preset = given.get(question.id)
            fits = preset is not None and not fault(question, preset)
            value = preset if preset is not None and fits else default_of(question, out, today)
            if again is None or question.id in again or not fits:
                value = _ask(question, value, number, len(questions.questions))
                remember(given | out | {question.id: value})
            out[question.id] = value
        problems = list(clashes(questions, out))
        if not problems:
            return out
        typer.secho("\n両立しない回答があります。関わる質問を、もう一度尋ねます。", bold=True)
        for _, message in problems:
            typer.echo(f"  ・{message}")
        given, again = out, involved(questions, out)


def _ask(question: Question, preset: Value, number: int, total: int) -> Value:
    typer.secho(f"\n[{number}/{total}] {question.ask}", bold=True)
    typer.echo(f"  {question.explain}")
    for index, choice in enumerate(question.choices, start=1):
        typer.echo(f"    {index}. {choice.label}" + (f"（{choice.means}）" if choice.means else ""))
    if question.type == "choices":
        typer.echo("  番号を「1,3」のように並べてください。" + ("なければ - を入れます。" if question.optional else ""))
    if question.type == "lines":
        typer.echo("  「、」で区切って並べてください。")
    while True:
        prompt = f"  答え（{question.unit}）" if question.unit else "  答え"
        text = typer.prompt(prompt, default=_shown(question, preset)).strip()
        value = _value(question, text)
        message = "番号か値で選んでください。" if value is None else fault(question, value)
        if not message:
            assert value is not None
            return value
        typer.secho(f"  {message}", fg="red")


def _shown(question: Question, value: Value) -> str:
    if isinstance(value, tuple):
        if not question.choices:
            return "、".join(value)
        order = [choice.value for choice in question.choices]
        return ",".join(str(order.index(item) + 1) for item in value) or "-"
    if question.choices:
        return str([choice.value for choice in question.choices].index(str(value)) + 1)
    return str(value)


def _value(question: Question, text: str) -> Value | None:
    match question.type:
        case "choice":
            return _choice(question, text)
        case "choices":
            if text in {"-", "なし", ""}:
                return ()
            found = [_choice(question, part.strip()) for part in text.replace("、", ",").split(",") if part.strip()]
            return None if None in found else tuple(item for item in found if item is not None)
        case "lines":
            return tuple(part.strip() for part in text.replace(",", "、").split("、") if part.strip())
        case "number":
            bare = text.removesuffix(question.unit).strip()
            return int(bare) if bare.isascii() and bare.isdigit() else None
        case "date":
            try:
                return parse_date(text)
            except ValueError:
                return None
        case "text":
            return text


def _choice(question: Question, text: str) -> str | None:
    values = [choice.value for choice in question.choices]
    if text.isascii() and text.isdigit() and 1 <= int(text) <= len(values):
        return values[int(text) - 1]
    by_label = {choice.label: choice.value for choice in question.choices}
    return text if text in values else by_label.get(text)
