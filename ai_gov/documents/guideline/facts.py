"""定め: every value that policy and rules enforce, in the words and under the article in which a guideline says it.

A fact has a key (``destinations.default.max_level``) and a value as people read it. ``guidelines/settings.yaml`` gives
title, article and words; a key that it doesn't name is a fact all the same, under its bare name, so that no value in
force can be missing from a document.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ai_gov.datafile import Strict
from ai_gov.model import Json, Level
from ai_gov.policy.schema import Policy
from ai_gov.review.labels import NOTICE, WORDING
from ai_gov.rules.schema import Rule

Word = Annotated[str, Field(min_length=1)]
_YES_NO = {"true": "はい", "false": "いいえ"}
_NONE = "なし"
POLICY = "policy.yaml"
_SENTENCES = {f"release.labels.{degree.value}": text for degree, text in WORDING.items()} | {
    "release.labels.notice": NOTICE
}
"""表示の文: what stands where the policy words it not otherwise."""


class SettingWords(Strict):
    """設定の呼び名."""

    key: Word
    """Parts joined by dots; ``*`` for the name or id of one of several."""
    title: Word
    article: Annotated[int, Field(ge=1, le=15)]
    words: Mapping[str, str] = {}
    before: str = ""
    unit: str = ""
    empty: str = _NONE
    entities: bool = False
    """The values are types of findings: shown by their label."""


class TableWords(Strict):
    """表の形: a row for each of several things (``rows``), a row for each setting (``listed``), or all the ``rest``."""

    id: Annotated[str, Field(pattern=r"^[a-z]+$")]
    caption: Word
    rows: str = ""
    key: str = ""
    """The column that tells one row from the others."""
    columns: tuple[Word, ...] = ()
    needs: str = ""
    """Only rows that have this part."""
    listed: tuple[Word, ...] = ()
    rest: bool = False
    widths: tuple[int, ...] = ()

    @model_validator(mode="after")
    def _one_shape(self) -> Self:
        if [bool(self.rows), bool(self.listed), self.rest].count(True) != 1:
            raise ValueError(f"表「{self.id}」には rows・listed・rest のどれか1つだけを書いてください。")
        if self.rows and self.key not in self.columns:
            raise ValueError(f"表「{self.id}」の key は columns にある項目にしてください。")
        return self


class SettingsWords(Strict):
    """設定の呼び名一式."""

    schema_version: Literal[1] = Field(alias="schema")
    settings: tuple[SettingWords, ...]
    tables: tuple[TableWords, ...]

    def words(self, key: str) -> SettingWords | None:
        """The words for a fact's key."""
        return next((item for item in self.settings if _fits(item.key, key)), None)


def _fits(pattern: str, key: str) -> bool:
    """Whether a key fits a pattern. A name may hold dots itself, so the parts around ``*`` are compared.

    >>> _fits("destinations.*.max_level", "destinations.gpt-4.1.max_level")
    True
    """
    if "*" not in pattern:
        return pattern == key
    head, _, tail = pattern.partition("*")
    middle = key[len(head) : len(key) - len(tail)]
    if not (key.startswith(head) and key.endswith(tail) and middle):
        return False
    return tail != "" or "." not in middle


@dataclass(frozen=True, slots=True)
class Fact:
    """定め: one value in force."""

    key: str
    title: str
    value: str
    article: int
    """0 where no article says it."""
    item: str = ""
    """Of several things, which: the name of a destination, the id of a use, a combination or a rule."""
    field: str = ""
    """The part of the key after ``item``."""
    answer: str = ""
    """The question that decides it, where an answer does and no setting."""
    raw: tuple[str, ...] = ()
    """The value as the file has it, one string for each of several; empty for none."""

    @property
    def place(self) -> str:
        """Where it is set, for people."""
        if self.answer:
            return f"answers.yaml の {self.answer}"
        if self.key.startswith("rules."):
            return f"検知規則 {self.item} の {self.field}"
        return f"{POLICY} の {self.key}"


def facts(policy: Policy, rules: Mapping[str, Rule], words: SettingsWords) -> dict[str, Fact]:
    """Every value in force, by key."""
    labels = _labels(rules.values())
    out: dict[str, Fact] = {}
    for key, item, field, given in (*_of_policy(policy), *_of_rules(rules)):
        value = _sentence(given or _SENTENCES[key]) if key in _SENTENCES else given
        found = words.words(key)
        title = found.title if found is not None else key
        article = found.article if found is not None else 0
        out[key] = Fact(key, title, _shown(value, found, labels), article, item, field, raw=_raw(value))
    return out


def _labels(rules: Iterable[Rule]) -> dict[str, str]:
    out: dict[str, dict[str, None]] = {}
    for rule in rules:
        out.setdefault(rule.entity, {})[rule.label] = None
    return {entity: "・".join(names) for entity, names in out.items()}


def _of_policy(policy: Policy) -> Iterator[tuple[str, str, str, Json]]:
    dumped: dict[str, Json] = policy.model_dump(mode="json", by_alias=True)
    for name, value in dumped.items():
        if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
            for one in value:
                item = str(one.get("name", one.get("id", one.get("title", ""))))
                yield from _parts(one, f"{name}.{item}.", item, "")
        else:
            yield from _parts({name: value}, "", "", "")


def _parts(value: Mapping[str, Json], before: str, item: str, field: str) -> Iterator[tuple[str, str, str, Json]]:
    for name, part in value.items():
        if isinstance(part, dict) and part:
            yield from _parts(part, f"{before}{name}.", item, f"{field}{name}.")
        else:
            yield f"{before}{name}", item, f"{field}{name}", part


def _of_rules(rules: Mapping[str, Rule]) -> Iterator[tuple[str, str, str, Json]]:
    for rule in sorted(rules.values(), key=lambda rule: (-Level.parse(rule.level), rule.entity, rule.id)):
        shown = {
            "title": rule.title,
            "level": Level.parse(rule.level).code,
            "removable": rule.removable,
            "basis": list(rule.basis),
        }
        for field, value in shown.items():
            yield f"rules.{rule.id}.{field}", rule.id, field, value


def _sentence(text: str) -> str:
    return text.replace("$department", "○○課").replace("$contact", "（問合せ先）")


def _raw(value: Json) -> tuple[str, ...]:
    if value is None or value in ("", [], {}):
        return ()
    if isinstance(value, bool):
        return ("true" if value else "false",)
    return tuple(str(part) for part in value) if isinstance(value, list) else (str(value),)


def is_set(setting: str, known: Mapping[str, object]) -> bool:
    """Whether the policy in force has a key, or keys below it."""
    return bool(setting) and any(key == setting or key.startswith(f"{setting}.") for key in known)


def _shown(value: Json, words: SettingWords | None, labels: Mapping[str, str]) -> str:
    if words is None:
        words = SettingWords(key="*", title="*", article=1)
    if value is None or value in ("", [], {}):
        return words.empty
    if isinstance(value, list):
        return "、".join(_one(part, words, labels) for part in value)
    return _one(value, words, labels)


def _one(value: Json, words: SettingWords, labels: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        text = "true" if value else "false"
        return words.words.get(text, _YES_NO[text])
    text = f"{value:,}" if isinstance(value, int) else str(value)
    if words.entities and text in labels:
        return f"{labels[text]}（{text}）"
    return f"{words.before}{words.words.get(text, text)}{words.unit}"


def changed(before: Mapping[str, Fact], after: Mapping[str, Fact]) -> Iterator[tuple[Fact | None, Fact | None]]:
    """The facts that differ, old and new, in the order of the new; none where it isn't there."""
    for key, fact in after.items():
        old = before.get(key)
        if old is None or old.value != fact.value:
            yield old, fact
    for key, fact in before.items():
        if key not in after:
            yield fact, None
