"""違いの点検: a published guideline against what is in force — every difference with its article, setting and remedy.

What people can see decides: a value is looked up in the document's tables and sentences, and in the embedded data only
where the text can't be read (PDF) or the table is gone.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass

from ai_gov.documents.guideline.compose import Composed
from ai_gov.documents.guideline.embedded import Embedded
from ai_gov.documents.guideline.facts import Fact, is_set
from ai_gov.documents.guideline.published import Grid, Published, squeezed
from ai_gov.documents.guideline.sentences import sentence_differences
from ai_gov.documents.guideline.tables import LEVELS, SettingsTable

REBUILD = "「ai-gov guideline build」で文書を作り直すか、文書を直してください。"
BY_HAND = "文書の値を直すか、設定を変えてから作り直してください。"


class Kind(enum.StrEnum):
    """違いの種類."""

    SETTING = "setting"
    ANSWER = "answer"
    MISSING = "missing"
    OTHER_TOWN = "other_town"
    DATA = "data"
    WORDING = "wording"

    @property
    def ja(self) -> str:
        """What people read."""
        return {
            "setting": "設定と違う",
            "answer": "回答と違う",
            "missing": "欠けている",
            "other_town": "別の団体",
            "data": "データがない",
            "wording": "文言が違う",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Difference:
    """違い. ``article`` 0 for an annex or the whole document."""

    kind: Kind
    article: int
    title: str
    published: str
    current: str
    setting: str
    where: str
    remedy: str

    @property
    def counts(self) -> bool:
        """Whether it makes the check fail: a municipality may word a sentence as it likes."""
        return self.kind is not Kind.WORDING


def check(document: Published, now: Composed) -> tuple[Difference, ...]:
    """Every difference between a published document and what would be published now."""
    found: list[Difference] = []
    data = document.data
    if data is None:
        found.append(
            Difference(
                Kind.DATA,
                0,
                "埋め込みデータ",
                "ない",
                "",
                "",
                document.path,
                f"生成した文書ではないか、データが失われています。{REBUILD}",
            )
        )
    elif data.municipality != now.answers.text("municipality"):
        found.append(_other_town(document.path, data, now))
        return tuple(found)
    found += _facts(document, now)
    if data is not None:
        told = {item.setting for item in found}
        found += [item for item in _answers(document, data, now) if item.setting not in told]
    if document.readable:
        found += _articles(document, now)
        seen = {(item.setting, item.article) for item in found} | {(item.setting, 0) for item in found}
        for item in sentence_differences(document, now):
            kind = Kind.WORDING if not item.name else Kind.SETTING if item.name in now.facts else Kind.ANSWER
            setting = _place(item.name, now)
            if item.name and ((setting, item.article) in seen or (setting, 0) in seen):
                continue
            seen.add((setting, item.article) if item.name else ("", -1))
            found.append(
                Difference(kind, item.article, item.title, item.published, item.current, setting, item.where, BY_HAND)
            )
    return tuple(found)


def _other_town(path: str, data: Embedded, now: Composed) -> Difference:
    return Difference(
        Kind.OTHER_TOWN,
        1,
        "団体の名前",
        data.municipality,
        now.answers.text("municipality"),
        _place("municipality", now),
        path,
        "別の団体の文書か回答が混ざっています。団体ごとにフォルダーを分けてください。",
    )


def _place(name: str, now: Composed) -> str:
    if name in now.facts:
        return now.facts[name].place
    return f"answers.yaml の {name}" if name else ""


def _answers(document: Published, data: Embedded, now: Composed) -> Iterator[Difference]:
    for question in now.template.questions.questions:
        before, after = data.answers.get(question.id, ""), now.answers.text(question.id)
        if before == after or is_set(question.setting, now.facts):  # what is set in the policy is compared there
            continue
        shown = [
            "、".join(question.label(part) for part in text.split("、")) if question.choices else text or "（なし）"
            for text in (before, after)
        ]
        yield Difference(
            Kind.ANSWER,
            question.article,
            question.ask,
            shown[0],
            shown[1],
            _place(question.id, now),
            document.path,
            REBUILD,
        )


def _articles(document: Published, now: Composed) -> Iterator[Difference]:
    headings = [section.heading for section in document.sections]
    for chapter in now.chapters:
        if not any(chapter.title in heading for heading in headings):
            line = chapter.heading.line
            yield Difference(
                Kind.MISSING,
                chapter.article,
                line,
                "ない",
                line,
                "",
                document.path,
                f"「{line}」が見当たりません。見出しを消していれば戻すか、作り直してください。",
            )


def _facts(document: Published, now: Composed) -> Iterator[Difference]:
    shown: set[str] = set()
    touched: set[str] = set()
    used = {name for chapter in now.chapters for name in chapter.tables}
    if document.readable:
        for name, table in now.tables.items():
            if name == LEVELS or (name not in used and table.table.rows):
                continue
            grid = _grid(document, name, table)
            if grid is None:
                if table.table.rows:
                    yield _no_table(document, table)
                continue
            shown |= {fact.key for fact in table.cells.values()}
            for item in _cells(document, grid, table):
                touched.add(item.setting)
                yield item
    data = document.data
    if data is not None:
        for item in _embedded(document, data, now, shown):
            touched.add(item.setting)
            yield item
    if document.readable and not any(_decides_levels(place) for place in touched):
        grid = _grid(document, LEVELS, now.tables[LEVELS])
        if grid is None:
            yield _no_table(document, now.tables[LEVELS])
        else:
            yield from _cells(document, grid, now.tables[LEVELS])


def _decides_levels(place: str) -> bool:
    return "destinations." in place or "stop_levels" in place or "hold." in place


def _embedded(document: Published, data: Embedded, now: Composed, shown: set[str]) -> Iterator[Difference]:
    for key in dict.fromkeys([*now.facts, *data.facts]):
        if key in shown:
            continue
        before, fact = data.facts.get(key), now.facts.get(key)
        if fact is None and before is not None:
            if not document.readable or _tabled(key, now):
                yield _setting(document, Fact(key, key, "（設定にない）", _article(key, now)), before)
        elif fact is not None and before != fact.value:
            yield _setting(document, fact, "（記載なし）" if before is None else before)


def _tabled(key: str, now: Composed) -> bool:
    """A key that is gone: its row would have been found where its table can be read."""
    return not any(key.startswith(f"{shape.rows}.") for shape in now.template.settings.tables if shape.rows)


def _article(key: str, now: Composed) -> int:
    words = now.template.settings.words(key)
    return words.article if words is not None else 0


def _setting(document: Published, fact: Fact, before: str) -> Difference:
    title = f"{fact.title}（{fact.item}）" if fact.item else fact.title
    return Difference(Kind.SETTING, fact.article, title, before, fact.value, fact.place, document.path, REBUILD)


def _no_table(document: Published, table: SettingsTable) -> Difference:
    caption = table.table.caption
    article = next((fact.article for fact in table.cells.values()), 0)
    return Difference(
        Kind.MISSING,
        article,
        f"表「{caption}」",
        "ない",
        "ある",
        "",
        document.path,
        f"表「{caption}」が見当たりません。消していれば戻すか、作り直してください。",
    )


def _grid(document: Published, name: str, table: SettingsTable) -> Grid | None:
    by_name = next((grid for grid in document.grids if grid.id == name), None)
    if by_name is not None:
        return by_name
    header = tuple(squeezed(text) for text in table.table.header)
    return next((grid for grid in document.grids if not grid.id and grid.header == header), None)


def _cells(document: Published, grid: Grid, table: SettingsTable) -> Iterator[Difference]:
    where = f"{document.path} の表「{table.table.caption}」"
    header = table.table.header
    key_title = header[table.key_column]
    old_names = _old_names(document.data, table)
    key_at = grid.header.index(squeezed(key_title)) if squeezed(key_title) in grid.header else -1
    rows = {squeezed(row[key_at]): row for row in grid.rows if 0 <= key_at < len(row)}
    taken: set[str] = set()
    for row in table.table.rows:
        name = row[table.key_column]
        facts = {title: fact for (of, title), fact in table.cells.items() if of == name}
        at = next((one for one in (squeezed(name), squeezed(old_names.get(name, ""))) if one and one in rows), None)
        if at is None:
            first = next(iter(facts.values()))
            shown = f"「{first.item or first.title}」の行"
            yield Difference(
                Kind.SETTING,
                first.article,
                f"表「{table.table.caption}」の{shown}",
                "（行がない）",
                name,
                first.place,
                where,
                REBUILD,
            )
            continue
        taken.add(at)
        for title, fact in facts.items():
            text = _at(rows[at], grid.header, title)
            if text is None:
                text = "（列がない）"
            if text != squeezed(fact.value):
                yield Difference(
                    Kind.SETTING,
                    fact.article,
                    _titled(fact),
                    text or "（空欄）",
                    fact.value,
                    fact.place,
                    where,
                    BY_HAND,
                )
    article = next((fact.article for fact in table.cells.values()), 0)
    for name in rows:
        if name not in taken:
            yield Difference(
                Kind.SETTING,
                article,
                f"表「{table.table.caption}」の「{name}」の行",
                name,
                "（設定にない）",
                "検知規則" if table.table.id == "found" else "policy.yaml",
                where,
                BY_HAND,
            )


def _titled(fact: Fact) -> str:
    return f"{fact.title}（{fact.item}）" if fact.item else fact.title


def _at(row: tuple[str, ...], header: tuple[str, ...], title: str) -> str | None:
    wanted = squeezed(title)
    if wanted not in header or header.index(wanted) >= len(row):
        return None
    return row[header.index(wanted)]


def _old_names(data: Embedded | None, table: SettingsTable) -> dict[str, str]:
    """How a row was named when the document was made, where it has another name now."""
    if data is None:
        return {}
    key_title = table.table.header[table.key_column]
    out: dict[str, str] = {}
    for (name, title), fact in table.cells.items():
        if title == key_title and data.facts.get(fact.key, fact.value) != fact.value:
            out[name] = data.facts[fact.key]
    return out
