"""本文の点検: whether each sentence of a guideline still stands, and whether the values in it are those in force."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ai_gov.documents.guideline.compose import Chapter, Composed
from ai_gov.documents.guideline.published import Published, squeezed

_ALIKE = 0.5
"""How alike a sentence must be to the one it was made from, to count as its edited form."""
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class SentenceDifference:
    """本文の違い. ``name`` is the question or setting whose value is not there; empty where only words differ."""

    name: str
    article: int
    title: str
    published: str
    current: str
    where: str


def sentence_differences(document: Published, now: Composed) -> Iterator[SentenceDifference]:
    """Every sentence that doesn't stand as it would be written now."""
    for chapter in now.chapters:
        section = next((part for part in document.sections if chapter.title in part.heading), None)
        if section is not None:
            yield from _of_chapter(chapter, section.sentences, document.path)


def _of_chapter(chapter: Chapter, there: Sequence[str], path: str) -> Iterator[SentenceDifference]:
    wanted = Counter(squeezed(sentence.text) for sentence in chapter.sentences)
    standing = wanted & Counter(there)
    surplus = Counter(there) - wanted - Counter(dict.fromkeys(chapter.captions, 1))
    free = list(surplus.elements())
    where = f"{path} の「{chapter.heading.line}」"
    for sentence in chapter.sentences:
        text = squeezed(sentence.text)
        if not text:
            continue
        if standing[text] > 0:
            standing[text] -= 1
            continue
        near = _nearest(text, free)
        if near is not None:
            free.remove(near)
        gone = [bound for bound in sentence.bound if near is None or squeezed(bound.value) not in near]
        if near is None:
            gone = list(sentence.bound)
        shown = "（文がない）" if near is None else _short(near)
        for bound in gone:
            yield SentenceDifference(bound.name, chapter.article, _short(text), shown, bound.value, where)
        if not gone:
            yield SentenceDifference("", chapter.article, "文言", shown, _short(text), where)
    for text in free:
        yield SentenceDifference("", chapter.article, "文言", _short(text), "（ひな形にない文）", where)


def _nearest(text: str, others: Sequence[str]) -> str | None:
    best, score = None, _ALIKE
    for other in others:
        matcher = difflib.SequenceMatcher(None, text, other, autojunk=False)
        if matcher.real_quick_ratio() < score or matcher.quick_ratio() < score:
            continue
        if (ratio := matcher.ratio()) >= score:
            best, score = other, ratio
    return best


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
