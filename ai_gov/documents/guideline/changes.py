"""版の違い: what became different from one version of a guideline to the next, in sentences for everybody."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ai_gov.documents.guideline.embedded import Embedded
from ai_gov.documents.guideline.facts import SettingWords, is_set
from ai_gov.documents.guideline.published import Section
from ai_gov.documents.guideline.template import Template

_THINGS: Final = {
    "destinations": "サービス",
    "uses": "用途",
    "combinations": "区分が上がる組み合わせ",
    "rules": "仕組みが見つける情報",
}
_NOT_FOR_PEOPLE: Final = frozenset({"schema", "updated", "title"})
_NOTHING: Final = "（なし）"


@dataclass(frozen=True, slots=True)
class Revision:
    """改めたところ. ``article`` is 0 for an annex. Empty ``before``: new; empty ``after``: gone."""

    article: int
    title: str
    before: str
    after: str

    @property
    def sentence(self) -> str:
        """In one sentence.

        >>> Revision(5, "上限の区分", "自治体機密性1", "自治体機密性2").sentence
        '上限の区分を「自治体機密性1」から「自治体機密性2」に改めました。'
        """
        if not self.before:
            return f"{self.title}「{self.after}」を加えました。"
        if not self.after:
            return f"{self.title}「{self.before}」をなくしました。"
        return f"{self.title}を「{self.before}」から「{self.after}」に改めました。"


def settings_changed(old: Embedded, new: Embedded, template: Template) -> list[Revision]:
    """定めの違い: values and answers, by article."""
    found = [*_facts(old.facts, new.facts, template), *_answers(old, new, template)]
    return sorted(found, key=lambda item: item.article or 99)


def _facts(old: Mapping[str, str], new: Mapping[str, str], template: Template) -> Iterator[Revision]:
    before, after = _things(old), _things(new)
    for (kind, item), title in after.items():
        if (kind, item) not in before:
            yield Revision(_article_of(kind, template), _THINGS[kind], "", title)
    for (kind, item), title in before.items():
        if (kind, item) not in after:
            yield Revision(_article_of(kind, template), _THINGS[kind], title, "")
    for key in dict.fromkeys([*new, *old]):
        if key in _NOT_FOR_PEOPLE or old.get(key) == new.get(key):
            continue
        thing = _thing_of(key, [*before, *after])
        if thing is not None and (thing not in before or thing not in after):
            continue
        words = template.settings.words(key)
        title = words.title if words is not None else key
        if thing is not None:
            title = f"{_THINGS[thing[0]]}「{after[thing]}」の{title}"
        yield Revision(words.article if words else 0, title, old.get(key, _NOTHING), new.get(key, _NOTHING))


def _things(facts: Mapping[str, str]) -> dict[tuple[str, str], str]:
    """Services, uses, combinations and rules: kind and item → title."""
    out: dict[tuple[str, str], str] = {}
    for key, value in facts.items():
        kind, _, rest = key.partition(".")
        if kind in _THINGS and rest.endswith(".title"):
            out[kind, rest.removesuffix(".title")] = value
    return out


def _thing_of(key: str, things: Sequence[tuple[str, str]]) -> tuple[str, str] | None:
    fitting = [thing for thing in things if key.startswith(f"{thing[0]}.{thing[1]}.")]
    return max(fitting, key=lambda thing: len(thing[1]), default=None)


def _article_of(kind: str, template: Template) -> int:
    words: SettingWords | None = template.settings.words(f"{kind}.x.title")
    return words.article if words is not None else 0


def _answers(old: Embedded, new: Embedded, template: Template) -> Iterator[Revision]:
    for question in template.questions.questions:
        before, after = old.answers.get(question.id, ""), new.answers.get(question.id, "")
        if before == after or is_set(question.setting, new.facts):
            continue
        shown = [
            "、".join(question.label(part) for part in text.split("、")) if question.choices else text
            for text in (before, after)
        ]
        title = f"「{question.ask}」の答え"
        yield Revision(question.article, title, shown[0] or _NOTHING, shown[1] or _NOTHING)


@dataclass(frozen=True, slots=True)
class Passage:
    """文章の違い: under which heading, the sentences that went and those that came."""

    heading: str
    gone: tuple[str, ...]
    new: tuple[str, ...]


def text_changed(old: Sequence[Section], new: Sequence[Section]) -> list[Passage]:
    """文章の違い: passage by passage, in the order of the new version."""
    out: list[Passage] = []
    before = {_name(section): section for section in old if section.heading}
    for section in new:
        if not section.heading:  # title and day stand on the cover, and in the data
            continue
        there, here = before.pop(_name(section), None), _said(section)
        if there is None:
            out.append(Passage(section.heading, (), here))
            continue
        said = _said(there)
        for what, a, b, c, d in difflib.SequenceMatcher(None, said, here, autojunk=False).get_opcodes():
            if what != "equal":
                out.append(Passage(section.heading, said[a:b], here[c:d]))
    out += [Passage(section.heading, _said(section), ()) for section in before.values()]
    return [passage for passage in out if passage.gone or passage.new]


def _said(section: Section) -> tuple[str, ...]:
    """Its sentences; the caption of a table that is named like the section is one in some kinds of file only."""
    name = _name(section)
    return tuple(sentence for sentence in section.sentences if sentence != name)


def _name(section: Section) -> str:
    """The heading without its number, which moves when a chapter is added before it.

    >>> [_name(Section(heading, ())) for heading in ("第3条（適用範囲）", "3　適用範囲", "別紙2　よくある質問")]
    ['適用範囲', '適用範囲', 'よくある質問']
    """
    text = section.heading.removeprefix("別紙").removeprefix("第")
    return text.lstrip("0123456789０１２３４５６７８９条 　（(").rstrip("）)") or section.heading
