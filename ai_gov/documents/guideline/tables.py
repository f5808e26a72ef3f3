"""設定の表: the tables of a guideline, each cell a fact in force, so that a document can't say anything else.

Every fact stands in exactly one table that ``guidelines/settings.yaml`` lays out; those that no table asks for stand
in the one for the rest. The grid of classes (``levels``) is computed from the same facts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ai_gov.documents.blocks import Table
from ai_gov.documents.guideline.answers import Answers
from ai_gov.documents.guideline.facts import Fact, SettingsWords, TableWords, is_set
from ai_gov.documents.guideline.questions import Questions
from ai_gov.model import Level
from ai_gov.policy.schema import Destination, Policy

LEVELS = "levels"
LISTED_HEADER = ("項目", "定め", "設定")
ANSWERS = "answers"
ANSWERS_HEADER = ("質問", "回答", "回答の名前")


@dataclass(frozen=True, slots=True)
class SettingsTable:
    """設定の表. ``cells`` says which fact stands where: (row, column) → fact, rows named by their key column."""

    table: Table
    key_column: int
    cells: Mapping[tuple[str, str], Fact]


def settings_tables(facts: Mapping[str, Fact], policy: Policy, words: SettingsWords) -> dict[str, SettingsTable]:
    """The tables of the facts in force, by id."""
    out: dict[str, SettingsTable] = {}
    left = dict(facts)
    for shape in words.tables:
        if shape.rest:
            continue
        made = (
            _matrix(shape, facts, words)
            if shape.rows
            else _listed(shape, [facts[key] for key in shape.listed if key in facts])
        )
        for fact in made.cells.values():
            left.pop(fact.key, None)
        out[shape.id] = made
    for shape in words.tables:
        if shape.rest:
            out[shape.id] = _listed(shape, [fact for fact in left.values() if fact.value != fact.item])
    out[LEVELS] = levels_table(policy)
    return out


def _listed(shape: TableWords, shown: Sequence[Fact]) -> SettingsTable:
    rows = [(_titled(fact), fact.value, fact.key) for fact in shown]
    cells = {(fact.key, LISTED_HEADER[1]): fact for fact in shown}
    table = Table(LISTED_HEADER, tuple(rows), shape.caption, shape.id, shape.widths)
    return SettingsTable(table, 2, cells)


def _titled(fact: Fact) -> str:
    return f"{fact.title}（{fact.item}）" if fact.item else fact.title


def _matrix(shape: TableWords, facts: Mapping[str, Fact], words: SettingsWords) -> SettingsTable:
    by_item: dict[str, dict[str, Fact]] = {}
    for fact in facts.values():
        if fact.key.startswith(f"{shape.rows}.") and fact.item:
            by_item.setdefault(fact.item, {})[fact.field] = fact
    header = tuple(_column_title(shape, column, words) for column in shape.columns)
    rows: list[tuple[str, ...]] = []
    cells: dict[tuple[str, str], Fact] = {}
    for fields in by_item.values():
        if shape.needs and shape.needs not in fields:
            continue
        row = tuple(_cell(fields, column) for column in shape.columns)
        rows.append(row)
        name = row[shape.columns.index(shape.key)]
        cells |= {
            (name, title): fields[column]
            for title, column in zip(header, shape.columns, strict=True)
            if column in fields
        }
    table = Table(header, tuple(rows), shape.caption, shape.id, shape.widths)
    return SettingsTable(table, shape.columns.index(shape.key), cells)


def _cell(fields: Mapping[str, Fact], column: str) -> str:
    if column in fields:
        return fields[column].value
    return "あり" if any(field.startswith(f"{column}.") for field in fields) else ""


def _column_title(shape: TableWords, column: str, words: SettingsWords) -> str:
    found = words.words(f"{shape.rows}.x.{column}")
    return found.title if found is not None else column


def answers_table(questions: Questions, answers: Answers, known: Mapping[str, Fact]) -> SettingsTable:
    """運用で守る定め: what was answered and no setting enforces."""
    rows: list[tuple[str, ...]] = []
    cells: dict[tuple[str, str], Fact] = {}
    for question in questions.questions:
        if is_set(question.setting, known) or question.id not in answers.values:
            continue
        value = "、".join(question.label(item) for item in answers.many(question.id)) or "なし"
        value += question.unit
        rows.append((question.ask, value, question.id))
        key = f"{ANSWERS}.{question.id}"
        cells[question.id, ANSWERS_HEADER[1]] = Fact(key, question.ask, value, question.article, answer=question.id)
    table = Table(ANSWERS_HEADER, tuple(rows), "運用で守る定め", ANSWERS, (44, 36, 20))
    return SettingsTable(table, 2, cells)


def levels_table(policy: Policy) -> SettingsTable:
    """区分ごとの扱い: what may go where, for each class."""
    titles = [item.title for item in policy.destinations]
    heads = tuple(
        item.title if titles.count(item.title) == 1 else f"{item.title}（{item.name}）" for item in policy.destinations
    )
    header = ("区分", *heads)
    rows: list[tuple[str, ...]] = []
    cells: dict[tuple[str, str], Fact] = {}
    for level in sorted(Level, reverse=True):
        values = [handling(policy, item, level) for item in policy.destinations]
        rows.append((str(level), *values))
        for item, head, value in zip(policy.destinations, heads, values, strict=True):
            key = f"{LEVELS}.{level.code}.{item.name}"
            cells[str(level), head] = Fact(key, f"{level}の扱い（{item.name}）", value, 7, item.name, level.code)
    table = Table(header, tuple(rows), "区分ごとの扱い", LEVELS, (20, *[80 // len(heads)] * len(heads)))
    return SettingsTable(table, 0, cells)


def handling(policy: Policy, destination: Destination, level: Level) -> str:
    """What becomes of information of a class that is meant for a destination."""
    if level.code in policy.stop_levels:
        return "送らない"
    if level <= destination.maximum:
        return "入力できる"
    if level.code in policy.hold.levels:
        return "伏せて送る。伏せられなければ所属長の許可が要る"
    return "伏せて送る。伏せられなければ止める"
