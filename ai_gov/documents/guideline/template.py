"""ひな形: the folder ``guidelines/`` as one checked whole — structure, questions, phrases, settings' words, chapters.

A municipality's own files replace the shipped ones by path. Raises every problem of every file at once, with line.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal, Self, TypeVar

from pydantic import BaseModel, Field, model_validator

from ai_gov import datafile
from ai_gov.datafile import Strict
from ai_gov.documents.guideline.facts import SettingsWords
from ai_gov.documents.guideline.questions import Questions
from ai_gov.errors import ConfigError, Problem

FOLDER: Final = "guidelines"
VARIABLE: Final = re.compile(r"\$(?:\{([a-zA-Z0-9_.*-]+)\}|([a-z][a-z0-9_]*)) ?")
"""``$name`` or ``${policy.key}``; one blank after it belongs to it, so that a name can stand before a letter."""
ARTICLES: Final = 15
Word = Annotated[str, Field(min_length=1)]
Style = Literal["kitei", "guide"]
STYLES: Final[tuple[Style, ...]] = ("kitei", "guide")
Model = TypeVar("Model", bound=BaseModel)


class Form(Strict):
    """文書の形."""

    name: Word
    title: Word
    this: Word
    """How the document speaks of itself."""
    style: Style


class Article(Strict):
    """条."""

    number: Annotated[int, Field(ge=1, le=ARTICLES)]
    title: Word
    file: Word


class Annex(Strict):
    """別紙."""

    id: Annotated[str, Field(pattern=r"^[a-z]+$")]
    title: Word
    file: Word


class Structure(Strict):
    """構成."""

    schema_version: Literal[1] = Field(alias="schema")
    version: Annotated[int, Field(ge=1)]
    titles: Mapping[str, Form]
    articles: tuple[Article, ...]
    annexes: tuple[Annex, ...]

    @model_validator(mode="after")
    def _fifteen(self) -> Self:
        numbers = [article.number for article in self.articles]
        if numbers != list(range(1, ARTICLES + 1)):
            raise ValueError(f"articles には 1 から {ARTICLES} までの条を、この順に1つずつ書いてください。")
        return self


class PhraseText(Strict):
    """形ごとの文."""

    kitei: Word
    guide: Word


class PhraseList(Strict):
    """並べ方."""

    kitei: Literal["paren", "bullet"]
    guide: Literal["paren", "bullet"]


class Phrase(Strict):
    """回答や設定で変わる文."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    question: str = Field("", alias="from")
    setting: str = ""
    list: PhraseList | None = None
    texts: Mapping[str, str | PhraseText]

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if not (self.question or self.setting):
            raise ValueError(f"文「{self.name}」には from か setting を書いてください（両方あれば設定が優先します）。")
        return self

    def text(self, value: str, style: Style) -> str | None:
        """The text for a value; none where there is none."""
        found = self.texts.get(value, self.texts.get("*") if value else None)
        return getattr(found, style) if isinstance(found, PhraseText) else found


class Phrases(Strict):
    """文一式."""

    schema_version: Literal[1] = Field(alias="schema")
    phrases: tuple[Phrase, ...]


class Source(Strict):
    """根拠."""

    article: Annotated[int, Field(ge=1, le=ARTICLES)]
    statement: Word
    source: Word
    degree: Literal["read", "excerpt", "secondary", "own"]

    @property
    def degree_ja(self) -> str:
        """確かめた程度."""
        return {"read": "原文", "excerpt": "抜粋", "secondary": "二次資料", "own": "独自"}[self.degree]


class Sources(Strict):
    """根拠一式."""

    schema_version: Literal[1] = Field(alias="schema")
    checked: dt.date
    unread: tuple[Word, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """ひな形一式. ``chapters``: path below ``guidelines/`` → Markdown."""

    structure: Structure
    questions: Questions
    phrases: Phrases
    settings: SettingsWords
    sources: Sources
    chapters: Mapping[str, str]

    def form(self, instrument: str) -> Form:
        """The form of the document that was chosen."""
        return self.structure.titles[instrument]


def parse(files: Mapping[str, str]) -> Template:
    """The template of a set of files (path from ``guidelines/`` on → text). Raises ConfigError."""
    problems: list[Problem] = []

    def read(name: str, model: type[Model]) -> Model | None:
        path = f"{FOLDER}/{name}"
        if path not in files:
            problems.append(
                Problem(path, 1, "ファイルがありません。出荷時の guidelines フォルダーから戻してください。")
            )
            return None
        try:
            return datafile.parse(files[path], model, path)
        except ConfigError as error:
            problems.extend(error.problems)
            return None

    structure = read("template.yaml", Structure)
    questions = read("questions.yaml", Questions)
    phrases = read("phrases.yaml", Phrases)
    settings = read("settings.yaml", SettingsWords)
    sources = read("sources.yaml", Sources)
    if not (structure and questions and phrases and settings and sources):
        raise ConfigError(problems)
    chapters: dict[str, str] = {}
    for path in _paths(structure):
        if f"{FOLDER}/{path}" in files:
            chapters[path] = files[f"{FOLDER}/{path}"]
        else:
            message = "章のファイルがありません。出荷時の guidelines フォルダーから戻してください。"
            problems.append(Problem(f"{FOLDER}/{path}", 1, message))
    template = Template(structure, questions, phrases, settings, sources, chapters)
    problems += unknown_names({f"{FOLDER}/{path}": text for path, text in chapters.items()}, template)
    problems += _forms_match(template, files)
    if problems:
        raise ConfigError(problems)
    return template


def _paths(structure: Structure) -> Iterator[str]:
    for style in STYLES:
        yield from (f"{style}/{article.file}" for article in structure.articles)
    yield from (f"annex/{annex.file}" for annex in structure.annexes)


BUILT_IN: Final = frozenset(
    {
        "title",
        "this",
        "instrument_word",
        "effective_text",
        "checked_text",
        "partners_text",
        "table_sources",
        "unread_list",
    }
)
"""Variables that are computed; besides them, every question, phrase, article, annex and table has one of its name."""


def names(template: Template) -> frozenset[str]:
    """Every variable that a chapter may use, but for the ``${…}`` of settings."""
    return BUILT_IN | frozenset(
        [
            *(question.id for question in template.questions.questions),
            *(phrase.name for phrase in template.phrases.phrases),
            *(f"article_{article.number}" for article in template.structure.articles),
            *(f"annex_{annex.id}" for annex in template.structure.annexes),
            *(f"table_{table.id}" for table in template.settings.tables),
            "table_levels",
            "table_answers",
        ]
    )


def unknown_names(texts: Mapping[str, str], template: Template) -> Iterator[Problem]:
    """Every variable of some texts (path → text) that there isn't."""
    known = names(template)
    for path, text in texts.items():
        for number, line in enumerate(text.split("\n"), start=1):
            for found in VARIABLE.finditer(line):
                name = found[2]
                if name is not None and name not in known:
                    yield Problem(path, number, f"${name} という変数はありません。綴りを確かめてください。")
                if found[1] is not None and template.settings.words(found[1]) is None:
                    message = f"${{{found[1]}}} という設定は settings.yaml にありません。綴りを確かめてください。"
                    yield Problem(path, number, message)
            if "$" in VARIABLE.sub("", line):
                yield Problem(path, number, "$ の後が変数の名前になっていません。")


def _forms_match(template: Template, files: Mapping[str, str]) -> Iterator[Problem]:
    path = f"{FOLDER}/template.yaml"
    asked = template.questions.find("instrument")
    if asked is None:
        yield Problem(f"{FOLDER}/questions.yaml", 1, "質問「instrument」（文書の形）がありません。")
        return
    for choice in asked.choices:
        if choice.value not in template.structure.titles:
            yield Problem(
                path, datafile.line_of_key(files[path], "titles"), f"文書の形「{choice.value}」がありません。"
            )
    by_name = {phrase.name: phrase for phrase in template.phrases.phrases}
    for phrase in by_name.values():
        question = template.questions.find(phrase.question) if phrase.question else None
        if phrase.question and question is None:
            message = f"文「{phrase.name}」の from「{phrase.question}」という質問はありません。"
            yield Problem(f"{FOLDER}/phrases.yaml", 1, message)
        elif question is not None:
            for choice in question.choices:
                if choice.value not in phrase.texts:
                    message = f"文「{phrase.name}」に、選択肢「{choice.value}」のときの文がありません。"
                    yield Problem(f"{FOLDER}/phrases.yaml", 1, message)
