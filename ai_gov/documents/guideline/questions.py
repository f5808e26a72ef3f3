"""質問の書式: what questions.yaml may say — questions with a default each, and answers that contradict each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ai_gov.datafile import Strict

MAX_QUESTIONS = 25
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Word = Annotated[str, Field(min_length=1)]
Value = str | int | dt.date | tuple[str, ...]
"""An answer: text or a choice, a number, a day, several choices or lines."""


class Choice(Strict):
    """選択肢."""

    value: Word
    label: Word
    means: str = ""
    """What follows from it, in one sentence."""


class Question(Strict):
    """質問. ``when``: asked only where another answer is one of these."""

    id: Name
    ask: Word
    explain: Word
    type: Literal["text", "choice", "choices", "number", "date", "lines"]
    default: str | int | tuple[str, ...] = ""
    computed: Literal["", "next_fiscal_year", "fiscal_year_end", "head"] = ""
    """A default that depends on the day or on the municipality's name; wins over ``default``."""
    choices: tuple[Choice, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    max_length: Annotated[int, Field(ge=1, le=1000)] = 60
    unit: str = ""
    optional: bool = False
    """For text, lines and choices: may be empty."""
    when: Mapping[Name, tuple[Word, ...]] = {}
    article: Annotated[int, Field(ge=1, le=15)]
    """The article that says it."""
    step: str = ""
    """On the page, a new group of questions of this title begins here."""
    setting: str = ""
    """The key of policy.yaml to which it is written; empty for what only the guideline says."""

    @model_validator(mode="after")
    def _choices_where_they_belong(self) -> Self:
        if self.type.startswith("choice") != bool(self.choices):
            raise ValueError(f"質問「{self.id}」の choices は、type が choice か choices のときにだけ、必ず書きます。")
        known = {choice.value for choice in self.choices}
        named = self.default if isinstance(self.default, tuple) else (self.default,)
        if known and any(value not in known for value in named):
            raise ValueError(f"質問「{self.id}」の default が choices にありません。")
        if isinstance(self.default, tuple) != (self.type in {"choices", "lines"}):
            raise ValueError(f"質問「{self.id}」の default は、type が choices か lines なら一覧、ほかは1つの値です。")
        if self.type == "number" and not (isinstance(self.default, int) and self._within(self.default)):
            raise ValueError(f"質問「{self.id}」の default は、minimum から maximum までの整数にしてください。")
        return self

    def _within(self, value: int) -> bool:
        return (self.minimum is None or value >= self.minimum) and (self.maximum is None or value <= self.maximum)

    def label(self, value: str) -> str:
        """What people read for a choice."""
        return next((choice.label for choice in self.choices if choice.value == value), value)


class Clash(Strict):
    """両立しない回答: refused where each of these answers has (one of) these values."""

    id: Name
    answers: Annotated[Mapping[Name, tuple[str, ...]], Field(min_length=2)]
    reason: Word
    remedy: Word


class Order(Strict):
    """大小の決まり: one number may not be greater than another."""

    less: Name
    than: Name
    reason: Word
    remedy: Word


class Renewal(Strict):
    """質問の改訂: what became different in a version, for answers that were given to an older one."""

    version: Annotated[int, Field(ge=2)]
    added: tuple[Name, ...] = ()
    renamed: Mapping[Name, Name] = {}
    removed: tuple[Name, ...] = ()
    note: Word


class Questions(Strict):
    """質問一式."""

    schema_version: Literal[1] = Field(alias="schema")
    version: Annotated[int, Field(ge=1)]
    questions: Annotated[tuple[Question, ...], Field(min_length=1, max_length=MAX_QUESTIONS)]
    clashes: tuple[Clash, ...] = ()
    orders: tuple[Order, ...] = ()
    renewals: tuple[Renewal, ...] = ()

    @model_validator(mode="after")
    def _names_are_known(self) -> Self:
        ids = [question.id for question in self.questions]
        if twice := {name for name in ids if ids.count(name) > 1}:
            raise ValueError(f"質問の id「{'」「'.join(sorted(twice))}」が二度書かれています。")
        before: set[str] = set()
        for question in self.questions:
            if missing := set(question.when) - before:
                raise ValueError(
                    f"質問「{question.id}」の when にある {'・'.join(sorted(missing))} は、前の質問にありません。"
                )
            before.add(question.id)
        for clash in self.clashes:
            for name, values in clash.answers.items():
                asked = self.find(name)
                if asked is None or any(value not in {choice.value for choice in asked.choices} for value in values):
                    raise ValueError(
                        f"clashes「{clash.id}」の {name} の値 {'・'.join(values)} は、その質問の選択肢にありません。"
                    )
        for order in self.orders:
            for name in (order.less, order.than):
                found = self.find(name)
                if found is None or found.type != "number":
                    raise ValueError(f"orders にある {name} は、数を答える質問ではありません。")
        return self

    def find(self, name: str) -> Question | None:
        """The question of an id."""
        return next((question for question in self.questions if question.id == name), None)
