"""研修: lessons and questions that speak of the policy in force, graded, with an explanation for each.

The questions of ``guidelines/training/questions.yaml`` are filled with the values in force; one more is made from each
detection rule. A question knows the article of the guideline that it is about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from ai_gov import datafile
from ai_gov.datafile import Strict
from ai_gov.documents.blocks import Block, Document, Heading, Listing, PageBreak, Paragraph, Table, runs
from ai_gov.documents.guideline.compose import Composed, filled, filled_blocks
from ai_gov.documents.guideline.template import FOLDER
from ai_gov.errors import ConfigError, Problem
from ai_gov.model import Level

QUESTIONS: Final = f"{FOLDER}/training/questions.yaml"
LESSONS: Final = f"{FOLDER}/training/lessons.md"
_RULE: Final = "rule-"
Word = Annotated[str, Field(min_length=1)]


class _Question(Strict):
    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    article: Annotated[int, Field(ge=1, le=15)]
    ask: Word
    choices: Annotated[tuple[Word, ...], Field(min_length=1, max_length=6)]
    right: Annotated[tuple[int, ...], Field(min_length=1)]
    explain: Word

    @model_validator(mode="after")
    def _right_ones_are_there(self) -> Self:
        if not all(1 <= number <= len(self.choices) for number in self.right):
            raise ValueError(f"問題「{self.id}」の right は、1 から {len(self.choices)} までの番号にしてください。")
        if len(set(self.choices)) != len(self.choices):
            raise ValueError(f"問題「{self.id}」の choices に、同じものが二度書かれています。")
        return self


class _Training(Strict):
    schema_version: Literal[1] = Field(alias="schema")
    questions: Annotated[tuple[_Question, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _ids_are_distinct(self) -> Self:
        ids = [question.id for question in self.questions]
        if twice := sorted({name for name in ids if ids.count(name) > 1}):
            raise ValueError(f"問題の id「{'」「'.join(twice)}」が二度書かれています。")
        return self


@dataclass(frozen=True, slots=True)
class Item:
    """問題. ``right`` holds the numbers (from 1) of every right choice."""

    id: str
    article: int
    ask: str
    choices: tuple[str, ...]
    right: frozenset[int]
    explain: str

    @property
    def of_rule(self) -> bool:
        """Whether it was made from a detection rule."""
        return self.id.startswith(_RULE)


@dataclass(frozen=True, slots=True)
class Training:
    """研修一式."""

    items: tuple[Item, ...]
    pass_percent: int
    lessons: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """採点の結果."""

    right: int
    total: int
    passed: bool
    wrong: tuple[Item, ...]


def training(files: Mapping[str, str], composed: Composed) -> Training:
    """The lessons and questions of a municipality. Raises ConfigError."""
    missing = [Problem(path, 1, "研修のファイルがありません。") for path in (QUESTIONS, LESSONS) if path not in files]
    if missing:
        raise ConfigError(missing)
    read = datafile.parse(files[QUESTIONS], _Training, QUESTIONS)
    items = [
        Item(
            question.id,
            question.article,
            filled(question.ask, composed, QUESTIONS),
            tuple(filled(choice, composed, QUESTIONS) for choice in question.choices),
            frozenset(question.right),
            filled(question.explain, composed, QUESTIONS),
        )
        for question in read.questions
    ]
    percent = composed.in_force.policy.training.pass_percent
    return Training((*items, *_of_rules(composed)), percent, filled_blocks(files[LESSONS], composed, LESSONS))


def _of_rules(composed: Composed) -> Iterator[Item]:
    levels = sorted(Level)
    for rule in composed.in_force.rules.values():
        level = Level.parse(rule.level)
        then = "伏せて送ります" if rule.removable else "伏せて済むものではないので、止めます"
        more = "個人と結び付くと、区分が上がります。" if level is Level.L1 else ""
        yield Item(
            f"{_RULE}{rule.id}",
            7,
            f"「{rule.title}」だけが見つかった文章を、関所の仕組みはどの区分として扱いますか。",
            tuple(str(each) for each in levels),
            frozenset({levels.index(level) + 1}),
            f"{level}です。{more}サービスの上限を超えるときは、{then}。根拠は{'、'.join(rule.basis)}です。",
        )


def grade(items: Sequence[Item], answers: Sequence[frozenset[int]], pass_percent: int) -> Result:
    """採点: a question counts where exactly the right choices were made."""
    wrong = tuple(item for item, answer in zip(items, answers, strict=True) if item.right != answer)
    right = len(items) - len(wrong)
    return Result(right, len(items), bool(items) and right * 100 >= pass_percent * len(items), wrong)


def handout(made: Training, composed: Composed) -> Document:
    """配る形: lessons, questions, and after a page break the answers with their explanations."""
    blocks: list[Block] = [Heading(1, "学ぶこと"), *(_lower(block) for block in made.lessons)]
    blocks += [PageBreak(), Heading(1, "問題")]
    blocks.append(
        Paragraph(
            runs(
                f"{len(made.items)}問あります。正しいものを選んでください（いくつかあることもあります）。合格は{made.pass_percent}%以上です。"
            )
        )
    )
    for number, item in enumerate(made.items, start=1):
        blocks.append(Paragraph(runs(f"**問{number}**　{item.ask}")))
        blocks.append(Listing(tuple(runs(choice) for choice in item.choices), "paren"))
    blocks += [PageBreak(), Heading(1, "答えと解説")]
    rows = tuple(
        (str(number), "・".join(f"({right})" for right in sorted(item.right)), str(item.article), item.explain)
        for number, item in enumerate(made.items, start=1)
    )
    blocks.append(Table(("問", "答え", "条", "解説"), rows, "", "", (8, 14, 8, 70)))
    municipality = composed.answers.text("municipality")
    return Document(
        title=f"{municipality} 生成AI利用研修",
        blocks=tuple(blocks),
        author=municipality,
        date=composed.document.date,
        subtitle=f"{composed.document.title}に基づく",
        subject="職員の生成AI利用の研修",
        keywords=("生成AI", "研修"),
    )


def _lower(block: Block) -> Block:
    return Heading(2, block.text) if isinstance(block, Heading) else block
