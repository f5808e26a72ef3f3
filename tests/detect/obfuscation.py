"""書き方を変える: the corpora with their marks written otherwise, and how many of them are then no longer found.

Run whole: python -m tests.detect.obfuscation
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from ai_gov.corpus import IDENTIFIER_TYPES, AnnotatedPrompt, Mark, load_corpus
from ai_gov.scoring.score import significant
from tests.detect.whole import inspector

CORPUS = Path(__file__).parents[1] / "corpus"
NUMBERS = frozenset(
    {
        "JP_MY_NUMBER", "JP_RESIDENT_CODE", "JP_DRIVER_LICENSE", "JP_PENSION_NUMBER", "CREDIT_CARD", "PHONE_NUMBER",
        "JP_HEALTH_INSURANCE", "LOCAL_ID",
    }
)  # fmt: skip
GROUPED = frozenset({"JP_MY_NUMBER", "CREDIT_CARD", "PHONE_NUMBER", "JP_PENSION_NUMBER"})
NAMED = frozenset({"PERSON", "JP_ADDRESS"})
_FULL = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_CIRCLED = dict(zip(map(ord, "0123456789"), "⓪①②③④⑤⑥⑦⑧⑨", strict=True))
_KANJI = dict(zip(map(ord, "0123456789"), "〇一二三四五六七八九", strict=True))
_DIGITS = re.compile("[0-9-]+")


class Way(NamedTuple):
    """A way of writing, and the types that people write so."""

    name: str
    types: frozenset[str]
    write: Callable[[str], str]


def _long(text: str) -> bool:
    return bool(_DIGITS.fullmatch(text)) and sum(map(str.isdecimal, text)) >= 6


def _broken(text: str) -> str:
    """A line break behind the last dash, or in the middle."""
    at = text.rfind("-") + 1 or len(text) // 2
    return text[:at] + "\n" + text[at:]


WAYS = (
    Way("全角", IDENTIFIER_TYPES - {"CREDENTIAL", "EMAIL_ADDRESS"}, lambda text: text.translate(_FULL)),
    Way("ゼロ幅", NUMBERS | NAMED, "\u200b".join),
    Way("ハイフンを−に", NUMBERS | {"JP_ADDRESS"}, lambda text: text.replace("-", "−")),
    Way("ハイフンを長音に", NUMBERS | {"JP_ADDRESS"}, lambda text: re.sub("(?<=[0-9])-(?=[0-9])", "ー", text)),
    Way("ハイフンを空白に", GROUPED, lambda text: text.replace("-", " ") if _long(text) else text),
    Way("丸数字", NUMBERS, lambda text: text.translate(_CIRCLED) if _long(text) else text),
    Way("漢数字", NUMBERS, lambda text: text.translate(_KANJI) if _long(text) else text),
    Way("改行", GROUPED, lambda text: _broken(text) if _long(text) else text),
)


class Lost(NamedTuple):
    """失われた検知: of so many marks that are found as they stand, so many are not when written otherwise."""

    found: int
    lost: tuple[str, ...]

    @property
    def rate(self) -> float:
        """Lost by found."""
        return len(self.lost) / self.found if self.found else 0.0


def prompts() -> list[AnnotatedPrompt]:
    """The tuning and the evasion prompts."""
    found = []
    for name in ("tuning", "evasion"):
        path = CORPUS / f"{name}.marked.jsonl"
        found += load_corpus(path.read_text("utf-8").splitlines(), path.name)
    return found


def lost(way: Way, some: Iterable[AnnotatedPrompt]) -> Lost:
    """What a way of writing hides."""
    found = 0
    missed: list[str] = []
    for prompt in some:
        wanted = [m for m in prompt.marks if m.type in way.types and not m.optional]
        changed = [mark for mark in wanted if way.write(_surface(prompt, mark)) != _surface(prompt, mark)]
        if not changed:
            continue
        before = _covered(prompt.text)
        text, places = _written(prompt, changed, way)
        after = _covered(text)
        for mark, (start, end) in zip(changed, places, strict=True):
            if all(at in before for at in range(mark.start, mark.end) if significant(prompt.text[at])):
                found += 1
                if not all(at in after for at in range(start, end) if significant(text[at])):
                    missed.append(f"{prompt.id} {mark.type}")
    return Lost(found, tuple(missed))


def _surface(prompt: AnnotatedPrompt, mark: Mark) -> str:
    return prompt.text[mark.start : mark.end]


def _written(prompt: AnnotatedPrompt, marks: list[Mark], way: Way) -> tuple[str, list[tuple[int, int]]]:
    text, done = "", 0
    places = []
    for mark in marks:
        text += prompt.text[done : mark.start]
        written = way.write(_surface(prompt, mark))
        places.append((len(text), len(text) + len(written)))
        text += written
        done = mark.end
    return text + prompt.text[done:], places


def _covered(text: str) -> set[int]:
    seen = inspector().inspect(text)
    return {at for entity in seen.entities for at in range(entity.start, entity.end)}


def main() -> None:
    """Every way over every prompt."""
    for way in WAYS:
        result = lost(way, prompts())
        where = sorted(set(result.lost))[:12]
        print(f"{way.name}: {len(result.lost)}/{result.found} ({result.rate:.1%})", *where)  # noqa: T201


if __name__ == "__main__":
    main()
