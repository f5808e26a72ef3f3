"""組み立て: template, answers and what is in force → one document, and what its sentences say of each setting."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ai_gov.documents import markdown
from ai_gov.documents.blocks import Block, Document, Heading, Listing, PageBreak, Paragraph, Run, Table, plain
from ai_gov.documents.dates import wareki
from ai_gov.documents.guideline.answers import Answers
from ai_gov.documents.guideline.facts import Fact, facts
from ai_gov.documents.guideline.tables import ANSWERS, SettingsTable, answers_table, settings_tables
from ai_gov.documents.guideline.template import FOLDER, VARIABLE, Annex, Article, Phrase, Style, Template, unknown_names
from ai_gov.errors import ConfigError, Problem
from ai_gov.policy.schema import Policy
from ai_gov.rules.schema import Rule

_OPEN, _MIDDLE, _CLOSE = "\ue000", "\ue001", "\ue002"
_MARKED = re.compile(f"{_OPEN}([^{_MIDDLE}]*){_MIDDLE}([^{_OPEN}{_CLOSE}]*){_CLOSE}")
_TABLE = re.compile(r"\$table_([a-z]+)")


@dataclass(frozen=True, slots=True)
class InForce:
    """適用中のもの: policy and rules, and where they come from, in words."""

    policy: Policy
    rules: Mapping[str, Rule]
    source: str
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Bound:
    """本文の値: a value in a sentence that an answer or a setting decides. ``name`` is the question or the key."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """本文の一文（段落または項目）."""

    text: str
    bound: tuple[Bound, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """条または別紙. ``article`` is 0 for an annex."""

    article: int
    heading: Heading
    title: str
    sentences: tuple[Sentence, ...]
    tables: tuple[str, ...]
    captions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Composed:
    """できた文書."""

    document: Document
    chapters: tuple[Chapter, ...]
    facts: Mapping[str, Fact]
    tables: Mapping[str, SettingsTable]
    template: Template
    answers: Answers
    in_force: InForce


def compose(template: Template, answers: Answers, in_force: InForce, today: dt.date) -> Composed:
    """The document of a municipality. Raises ConfigError where a chapter names a setting that isn't there."""
    known = facts(in_force.policy, in_force.rules, template.settings)
    tables = settings_tables(known, in_force.policy, template.settings)
    tables[ANSWERS] = answers_table(template.questions, answers, known)
    form = template.form(answers.text("instrument"))
    values = _values(template, answers, known)
    problems: list[Problem] = []
    blocks: list[Block] = []
    chapters: list[Chapter] = []
    for part, heading, path in _parts(template, form.style):
        text = _filled(template.chapters[path], values, known, f"{FOLDER}/{path}", problems)
        made = list(_with_tables(text, tables, template))
        clean = tuple(_clean(block) for block in made)
        if isinstance(part, Annex):
            blocks.append(PageBreak())
        blocks += [heading, *clean]
        sentences = tuple(sentence for block in made for sentence in _sentences(block))
        used = tuple(block.id for block in clean if isinstance(block, Table) and block.id)
        number = part.number if isinstance(part, Article) else 0
        captions = tuple(block.caption for block in clean if isinstance(block, Table) and block.caption)
        chapters.append(Chapter(number, heading, part.title, sentences, used, captions))
    if problems:
        raise ConfigError(problems)
    effective = answers.values["effective"]
    assert isinstance(effective, dt.date)
    document = Document(
        title=_plain(values["title"]),
        blocks=tuple(blocks),
        author=answers.text("municipality"),
        date=today,
        subtitle=f"{answers.text('municipality')}　{wareki(effective)}施行",
        subject="職員が生成AIを利用するときの定め",
        keywords=("生成AI", form.name, "自治体機密性"),
    )
    return Composed(document, tuple(chapters), known, tables, template, answers, in_force)


def filled_blocks(text: str, composed: Composed, path: str) -> tuple[Block, ...]:
    """Another text about the same municipality, in the style of a guide, variables and tables in place.

    Raises ConfigError.
    """
    problems = list(unknown_names({path: text}, composed.template))
    if not problems:
        values = _values(composed.template, composed.answers, composed.facts, style="guide")
        done = _filled(text, values, composed.facts, path, problems)
    if problems:
        raise ConfigError(problems)
    return tuple(_clean(block) for block in _with_tables(done, composed.tables, composed.template))


def filled(text: str, composed: Composed, path: str) -> str:
    """A line about the same municipality, with its variables in place. Raises ConfigError."""
    problems = list(unknown_names({path: text}, composed.template))
    if not problems:
        values = _values(composed.template, composed.answers, composed.facts, style="guide")
        text = _plain(_filled(text, values, composed.facts, path, problems))
    if problems:
        raise ConfigError(problems)
    return text


def _parts(template: Template, style: Style) -> Iterator[tuple[Article | Annex, Heading, str]]:
    for article in template.structure.articles:
        yield article, article_heading(article, style), f"{style}/{article.file}"
    for number, annex in enumerate(template.structure.annexes, start=1):
        yield annex, Heading(1, annex.title, "annex", f"別紙{number}"), f"annex/{annex.file}"


def article_heading(article: Article, style: Style) -> Heading:
    """The heading of an article: 第3条（適用範囲） or 3 適用範囲."""
    if style == "kitei":
        return Heading(1, f"（{article.title}）", "article", f"第{article.number}条")
    return Heading(1, article.title, "chapter", str(article.number))


def _mark(name: str, value: str) -> str:
    return f"{_OPEN}{name}{_MIDDLE}{value}{_CLOSE}"


def _plain(text: str) -> str:
    return _MARKED.sub(lambda found: found[2], text)


def _values(
    template: Template, answers: Answers, known: Mapping[str, Fact], *, style: Style | None = None
) -> dict[str, str]:
    """The text of every variable, with marks around what an answer decides; ``style`` for another than the form's."""
    form = template.form(answers.text("instrument"))
    style = style or form.style
    out: dict[str, str] = {}
    for question in template.questions.questions:
        value = answers.text(question.id)
        if question.id in answers.values and value:
            out[question.id] = _mark(question.id, value)
        else:
            out[question.id] = value
    effective = answers.values["effective"]
    assert isinstance(effective, dt.date)
    out |= {
        "title": form.title.replace("$municipality ", out["municipality"]),
        "this": form.this,
        "instrument_word": form.name,
        "effective_text": _mark("effective", wareki(effective)),
        "checked_text": wareki(template.sources.checked),
        "partners_text": _mark("partners", "、".join(answers.many("partners"))),
        "unread_list": "\n".join(f"- {line}" for line in template.sources.unread),
    }
    for article in template.structure.articles:
        reference = f"第{article.number}条" if style == "kitei" else f"「{article.number}　{article.title}」"
        out[f"article_{article.number}"] = reference
    for number, annex in enumerate(template.structure.annexes, start=1):
        out[f"annex_{annex.id}"] = f"別紙{number}「{annex.title}」"
    for phrase in template.phrases.phrases:
        out[phrase.name] = _phrase(phrase, answers, known, style)
    return out


_SHORT = 12
"""A phrase no longer than this is a word in a sentence, whose absence means something; a longer one may be reworded."""


def _phrase(phrase: Phrase, answers: Answers, known: Mapping[str, Fact], style: Style) -> str:
    """The text of a phrase: by the setting in force where there is one, else by the answer."""
    fact = known.get(phrase.setting)
    name = fact.key if fact is not None else phrase.question
    values = fact.raw if fact is not None else answers.many(phrase.question)
    if phrase.list is not None:
        marks = phrase.list.kitei if style == "kitei" else phrase.list.guide
        texts = [phrase.text(value, style) or "" for value in values]
        lines = [f"({n}) {text}" if marks == "paren" else f"- {text}" for n, text in enumerate(texts, start=1)]
        return "\n".join(lines)
    text = phrase.text(values[0] if values else "", style) or ""
    return _mark(name, text) if 0 < len(text) <= _SHORT else text


def _filled(text: str, values: Mapping[str, str], known: Mapping[str, Fact], path: str, problems: list[Problem]) -> str:
    """A chapter with every variable in place; tables stay as they are."""

    def put(number: int) -> Callable[[re.Match[str]], str]:
        def one(found: re.Match[str]) -> str:
            if found[1] is not None:
                fact = known.get(found[1])
                if fact is None:
                    problems.append(Problem(path, number, f"設定 {found[1]} は、適用中の方針にありません。"))
                    return ""
                return _mark(fact.key, fact.value)
            name = found[2]
            return found[0].rstrip() if name.startswith("table_") else VARIABLE.sub(one, values[name])

        return one

    lines = [VARIABLE.sub(put(number), line) for number, line in enumerate(text.split("\n"), start=1)]
    return "\n".join(lines)


def _with_tables(text: str, tables: Mapping[str, SettingsTable], template: Template) -> Iterator[Block]:
    for block in markdown.read(text):
        found = _TABLE.fullmatch(block.text.strip()) if isinstance(block, Paragraph) else None
        if found is None:
            yield block
        elif found[1] == "sources":
            yield _sources(template)
        elif tables[found[1]].table.rows:
            yield tables[found[1]].table
        else:
            yield Paragraph((Run(f"（{tables[found[1]].table.caption}に当たるものはありません。）"),))


def _sources(template: Template) -> Table:
    titles = {article.number: article.title for article in template.structure.articles}
    rows = tuple(
        (f"{item.article}　{titles[item.article]}", item.statement, item.source, item.degree_ja)
        for item in template.sources.sources
    )
    return Table(("条", "定め", "根拠", "確かめた程度"), rows, "根拠との対応", "", (18, 36, 34, 12))


def _clean(block: Block) -> Block:
    match block:
        case Paragraph():
            return replace(block, runs=_clean_runs(block.runs))
        case Listing():
            return replace(block, items=tuple(_clean_runs(item) for item in block.items))
        case Heading():
            return replace(block, text=_plain(block.text))
        case Table():
            rows = tuple(tuple(_plain(cell) for cell in row) for row in block.rows)
            return replace(block, header=tuple(_plain(cell) for cell in block.header), rows=rows)
    return block


def _clean_runs(pieces: Sequence[Run]) -> tuple[Run, ...]:
    return tuple(replace(piece, text=_plain(piece.text)) for piece in pieces)


def _sentences(block: Block) -> Iterator[Sentence]:
    match block:
        case Paragraph():
            yield _sentence(block.text)
        case Listing():
            yield from (_sentence(plain(item)) for item in block.items)
        case Heading():
            yield _sentence(block.text)
        case Table(id=""):
            yield from (_sentence(cell) for row in (block.header, *block.rows) for cell in row)


def _sentence(text: str) -> Sentence:
    bound = tuple(dict.fromkeys(Bound(found[1], found[2]) for found in _MARKED.finditer(text)))
    return Sentence(_plain(text), bound)
