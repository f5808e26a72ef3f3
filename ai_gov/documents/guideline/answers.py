"""回答: what a municipality answered, checked against the questions, as a file that people can read and edit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import yaml
from pydantic import Field

from ai_gov.datafile import Strict, line_of_key, parse
from ai_gov.documents.guideline.questions import Question, Questions, Value
from ai_gov.errors import ConfigError, Problem

FILE = "answers.yaml"
_HEADS = {
    "市": "市長",
    "町": "町長",
    "村": "村長",
    "区": "区長",
    "県": "知事",
    "府": "知事",
    "都": "知事",
    "道": "知事",
}
_FORBIDDEN = frozenset("\n\r\t|$\\`<>")
"""Characters that would be markup in a document, so that an answer always reads as it was typed."""


class _File(Strict):
    schema_version: Literal[1] = Field(alias="schema")
    questions: int
    answers: Mapping[str, bool | int | dt.date | str | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Answers:
    """回答一式: one value for each question that applies, in the order of the questions."""

    version: int
    values: Mapping[str, Value]

    def text(self, name: str) -> str:
        """An answer as text; empty where it wasn't asked."""
        value = self.values.get(name, "")
        return "、".join(value) if isinstance(value, tuple) else str(value)

    def many(self, name: str) -> tuple[str, ...]:
        """An answer of several."""
        value = self.values.get(name, ())
        return value if isinstance(value, tuple) else (str(value),)


def head_of(municipality: str) -> str:
    """長の職名, from the last character of a municipality's name.

    >>> head_of("霧沢市"), head_of("北部広域連合")
    ('市長', '長')
    """
    return _HEADS.get(municipality[-1:], "長")


def default_of(question: Question, given: Mapping[str, Value], today: dt.date) -> Value:
    """The default of a question, where others were answered like this."""
    year = today.year if (today.month, today.day) < (4, 1) else today.year + 1
    match question.computed:
        case "next_fiscal_year":
            return dt.date(year, 4, 1)
        case "fiscal_year_end":
            starts = given.get("effective")
            last = starts.year + (1 if starts.month >= 4 else 0) if isinstance(starts, dt.date) else year
            return dt.date(last, 3, 31)
        case "head":
            return head_of(str(given.get("municipality", "")))
    return question.default


def applies(question: Question, given: Mapping[str, Value]) -> bool:
    """Whether a question is asked, after others were answered like this."""
    return all(str(given.get(name, "")) in values for name, values in question.when.items())


def fault(question: Question, value: object) -> str:
    """Why a value can't be the answer; empty where it can."""
    match question.type:
        case "number":
            if not isinstance(value, int) or isinstance(value, bool):
                return "整数で答えてください。"
            if question.minimum is not None and value < question.minimum:
                return f"{question.minimum} 以上にしてください。"
            if question.maximum is not None and value > question.maximum:
                return f"{question.maximum} 以下にしてください。"
            return ""
        case "date":
            return "" if isinstance(value, dt.date) else "日付（例 2027-04-01）で答えてください。"
        case "choices" | "lines":
            if not isinstance(value, tuple):
                return "一覧（- で始まる行）で書いてください。"
            if not value and not question.optional:
                return "1つ以上書いてください。"
            if len(set(value)) != len(value):
                return "同じものが二度書かれています。"
            items: tuple[object, ...] = value
        case _:
            items = (value,)
    for item in items:
        if message := _fault_of_text(question, item):
            return message
    return ""


def _fault_of_text(question: Question, value: object) -> str:
    if not isinstance(value, str):
        return "文字列で書いてください（数字は引用符で囲みます）。"
    if question.choices:
        known = [choice.value for choice in question.choices]
        return "" if value in known else f"「{value}」という選択肢はありません。選べるのは {'・'.join(known)} です。"
    if not value and not question.optional:
        return "空にはできません。"
    if len(value) > question.max_length:
        return f"{question.max_length} 文字以内にしてください（いま {len(value)} 文字）。"
    if bad := sorted(_FORBIDDEN & set(value)):
        return f"改行や記号（{' '.join(repr(mark) for mark in bad)}）は使えません。"
    return ""


def clashes(questions: Questions, values: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    """Answers that can't stand together: the question to look at, and why with what to do."""
    for clash in questions.clashes:
        if all(_is(values.get(name), wanted) for name, wanted in clash.answers.items()):
            named = "・".join(f"{question.ask}" for question in questions.questions if question.id in clash.answers)
            yield next(reversed(list(clash.answers))), f"{clash.reason}{clash.remedy}（関わる質問: {named}）"
    for order in questions.orders:
        if _greater(values.get(order.less), values.get(order.than)):
            yield order.less, f"{order.reason}{order.remedy}"
    name, head = str(values.get("municipality", "")), str(values.get("head", ""))
    wanted_head = head_of(name)
    if head in _HEADS.values() and wanted_head not in {"長", head}:
        yield (
            "head",
            (
                f"団体の名前「{name}」と長の職名「{head}」が合いません。"
                "別の団体の回答が混ざっていないか確かめ、どちらかを直してください。"
            ),
        )


def involved(questions: Questions, values: Mapping[str, Value]) -> set[str]:
    """The questions whose answers can't stand together."""
    out: set[str] = set()
    for clash in questions.clashes:
        if all(_is(values.get(name), wanted) for name, wanted in clash.answers.items()):
            out |= set(clash.answers)
    for order in questions.orders:
        if _greater(values.get(order.less), values.get(order.than)):
            out |= {order.less, order.than}
    return out | ({"municipality", "head"} if any(name == "head" for name, _ in clashes(questions, values)) else set())


def _greater(less: Value | None, than: Value | None) -> bool:
    return isinstance(less, int) and isinstance(than, int) and less > than


def _is(value: Value | None, wanted: tuple[str, ...]) -> bool:
    if isinstance(value, tuple):
        return any(item in wanted for item in value)
    return value is not None and str(value) in wanted


def read(text: str, questions: Questions, path: str = FILE) -> Answers:
    """The answers of a file. Raises ConfigError with every problem: unknown, missing, wrong and contradicting ones."""
    file = parse(text, _File, path)
    if file.questions != questions.version:
        raise ConfigError([_other_version(file, questions, text, path)])
    problems: list[Problem] = []
    values: dict[str, Value] = {}

    def at(name: str) -> int:
        return line_of_key(text, "answers", name)

    known = {question.id for question in questions.questions}
    for name in file.answers:
        if name not in known:
            message = f"「{name}」という質問はありません。綴りを確かめるか、この行を消してください。"
            problems.append(Problem(path, at(name), message))
    for question in questions.questions:
        if not applies(question, values):
            if question.id in file.answers:
                why = "・".join(f"{name} が {' か '.join(wanted)}" for name, wanted in question.when.items())
                problems.append(
                    Problem(path, at(question.id), f"「{question.id}」は、{why} のときだけ答えます。消してください。")
                )
            continue
        if question.id not in file.answers:
            problems.append(Problem(path, 1, f"質問「{question.id}」（{question.ask}）の答えがありません。"))
            continue
        value = file.answers[question.id]
        if message := fault(question, value):
            problems.append(Problem(path, at(question.id), f"「{question.id}」: {message}"))
            continue
        assert not isinstance(value, bool)
        values[question.id] = value
    if not problems:
        problems = [Problem(path, at(name), message) for name, message in clashes(questions, values)]
    if problems:
        raise ConfigError(problems)
    return Answers(file.questions, values)


def _other_version(file: _File, questions: Questions, text: str, path: str) -> Problem:
    line = line_of_key(text, "questions")
    if file.questions > questions.version:
        return Problem(
            path,
            line,
            f"質問の版 {file.questions} の回答です。この道具の質問は版 {questions.version} までなので、"
            "道具を新しくしてください。",
        )
    notes = _renewals(file.questions, questions)
    return Problem(
        path,
        line,
        f"質問の版 {file.questions} の回答です（いまの版は {questions.version}）。{' '.join(notes)}"
        f"「ai-gov guideline new --from {path} --output 新しいフォルダー」で、いまの質問に引き継いでください。",
    )


def _renewals(version: int, questions: Questions) -> list[str]:
    return [
        f"版{item.version}: {item.note}（増えた質問: {'・'.join(item.added) or 'なし'}）"
        for item in questions.renewals
        if item.version > version
    ]


def renewed(text: str, questions: Questions, path: str = FILE) -> list[str]:
    """What became of an older file's answers: how the questions changed, and which answers fit none any more.

    Raises ConfigError.
    """
    file = parse(text, _File, path)
    out: list[str] = []
    if file.questions > questions.version:
        out.append(f"質問の版 {file.questions} の回答です（この道具の質問は版 {questions.version} まで）。")
    elif file.questions < questions.version:
        out.append(f"質問の版 {file.questions} の回答を、版 {questions.version} の質問に引き継ぎました。")
        out += _renewals(file.questions, questions)
    names = {
        old: new for item in questions.renewals if item.version > file.questions for old, new in item.renamed.items()
    }
    for name, value in file.answers.items():
        question = questions.find(names.get(name, name))
        if question is None:
            out.append(f"「{name}」という質問は、いまはありません。この回答は使いません。")
        elif isinstance(value, bool) or (message := fault(question, value)):
            out.append(
                f"「{question.ask}」の回答は使いません: {message if not isinstance(value, bool) else '値が違います。'}"
            )
    return out


def carry_over(text: str, questions: Questions, path: str = FILE) -> dict[str, Value]:
    """What of an older version's answers still holds, as defaults for asking again. Raises ConfigError."""
    file = parse(text, _File, path)
    names: dict[str, str] = {}
    for item in questions.renewals:
        if item.version > file.questions:
            names.update(item.renamed)
    out: dict[str, Value] = {}
    for name, value in file.answers.items():
        question = questions.find(names.get(name, name))
        if question is not None and not isinstance(value, bool) and not fault(question, value):
            out[question.id] = value
    return out


def write(answers: Answers, questions: Questions) -> str:
    """The file of answers, each with its question above it."""
    lines = [
        "# 利用ガイドラインの質問への回答です。直したら「ai-gov guideline build」で文書を作り直してください。",
        "schema: 1",
        f"questions: {answers.version}  # 質問の版",
        "answers:",
    ]
    for question in questions.questions:
        if question.id not in answers.values:
            continue
        value = answers.values[question.id]
        lines.append(f"  # {question.ask}")
        if question.choices:
            lines.append(f"  #   選択肢: {'・'.join(f'{item.value}（{item.label}）' for item in question.choices)}")
        plain = list(value) if isinstance(value, tuple) else value
        dumped = yaml.safe_dump({question.id: plain}, allow_unicode=True, sort_keys=False, width=1000)
        lines += [f"  {line}" for line in dumped.rstrip("\n").split("\n")]
    return "\n".join(lines) + "\n"
