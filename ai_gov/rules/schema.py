"""検知規則の書式: what a file in redaction_rules/ may say.

A few kinds of detection, closed: ``words``, ``regex``, ``labelled``, ``number``, ``near`` and ``reader``. A pattern
runs on RE2 (linear time, no look-around): what may stand beside a match is said by ``boundary``, and what must or
must not stand near it by ``context`` and ``unless``. Patterns see the normalised text (half-width digits and letters,
full-width kana, hyphens between digits unified), so they need no variants.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, field_validator

from ai_gov.datafile import Strict
from ai_gov.model import Level

Boundary = Literal["none", "digits", "ascii"]
Word = Annotated[str, Field(min_length=1)]


class Near(Strict):
    """周辺の語: words in a window around a match."""

    words: tuple[Word, ...] = ()
    """Latin letters in either case."""
    patterns: tuple[Word, ...] = ()
    """RE2. One that begins with ``^`` must stand right after the match, one that ends with ``$`` right before it."""
    entities: tuple[Word, ...] = ()
    """Types of findings that count as a word here (PERSON …)."""
    before: Annotated[int, Field(ge=0, le=1000)] = 300
    after: Annotated[int, Field(ge=0, le=1000)] = 300
    same_line: bool = False
    """Only in the line of the match."""
    where: Literal["window", "table_header"] = "window"
    """``table_header``: in the header line of the table in which the match stands, however far above."""


class Context(Near):
    """文脈: raises the score of a match; where ``required``, a match without it is none."""

    required: bool = False


class Detection(Strict):
    """検知方法に共通の項目."""

    score: Annotated[float, Field(ge=0, le=1)] = 0.6
    """Without context words."""
    score_with_context: Annotated[float, Field(ge=0, le=1)] = 0.9
    """With them; never lower than ``score``."""
    context: Context | None = None
    unless: tuple[Near, ...] = ()
    """A match with one of these near it is discarded."""
    exclude: tuple[Word, ...] = ()
    """RE2, in either case: a match that one of these fits as a whole is none."""
    removable: bool | None = None
    """Overrides the rule's default for findings of this detection."""
    level: str | None = None

    @field_validator("level")
    @classmethod
    def _level(cls, value: str | None) -> str | None:
        if value is not None:
            Level.parse(value)
        return value


class Words(Detection):
    """語の一覧. ``boundary: ascii`` for words of Latin letters."""

    kind: Literal["words"]
    words: Annotated[tuple[Word, ...], Field(min_length=1)]
    boundary: Boundary = "none"


class Regex(Detection):
    """正規表現（RE2）. A group named ``value`` is the span; without it the whole match is."""

    kind: Literal["regex"]
    patterns: Annotated[tuple[Word, ...], Field(min_length=1)]
    boundary: Boundary = "none"
    ignore_case: bool = False
    identifier: Word | None = None
    """A module of ai_gov.identifiers: a value that it does not accept is no match."""


class Labelled(Detection):
    """見出しの付いた値: a value that its label explains, in a form (宛名番号: 0031…) or as a column of a table.

    The label is all the context it needs, so a match has ``score_with_context``.
    """

    kind: Literal["labelled"]
    labels: Annotated[tuple[Word, ...], Field(min_length=1)]
    """RE2 patterns, in either case. A column's header must end with one."""
    value: Word
    """RE2 pattern of the value, without named groups."""
    boundary: Boundary = "ascii"
    where: tuple[Literal["inline", "column"], ...] = ("inline", "column")
    identifier: Word | None = None
    """A module of ai_gov.identifiers: a value that it does not accept is no match."""


class Number(Detection):
    """番号. ``identifier`` names a module of ai_gov.identifiers; what it does not accept is no match."""

    kind: Literal["number"]
    identifier: Word
    invalid: Literal["drop", "keep_with_context"] = "drop"
    """What becomes of a number with the right shape whose check digit is wrong."""


class NearRule(Detection):
    """組み合わせ: ``terms`` count only where ``near`` is found; the span is the term's."""

    kind: Literal["near"]
    terms: Annotated[tuple[Word, ...], Field(min_length=1)]
    """RE2 patterns; a group named ``value`` is the span."""
    near: Near


class ReaderRule(Detection):
    """読み取り: what the language reader itself finds (names, addresses, dates, the substance of a text)."""

    kind: Literal["reader"]
    reads: Literal["names", "addresses", "dates", "organisations", "substance"]


class Sign(Strict):
    """手がかり: words, patterns or other findings that speak for a topic or, with a negative weight, against it.

    With none of the three it means the sign of that name in signs.yaml.
    """

    name: Word
    weight: Annotated[float, Field(ge=-10, le=10)] = 1
    at_least: Annotated[int, Field(ge=1, le=1000)] = 1
    """So many of them in the window make the sign; it counts once."""
    words: tuple[Word, ...] = ()
    patterns: tuple[Word, ...] = ()
    """RE2, in either case."""
    entities: tuple[Word, ...] = ()

    @property
    def is_reference(self) -> bool:
        """Whether signs.yaml says what it is."""
        return not (self.words or self.patterns or self.entities)


class Topic(Detection):
    """話題: what is confidential by its substance.

    Terms count where the weights of the signs around them reach ``needs``; the span is the term's.
    """

    kind: Literal["topic"]
    terms: Annotated[tuple[Word, ...], Field(min_length=1)]
    """RE2 patterns; a group named ``value`` is the span."""
    signs: Annotated[tuple[Sign, ...], Field(min_length=1)]
    needs: Annotated[float, Field(gt=0, le=100)]
    around: Annotated[int, Field(ge=1, le=5000)] = 800
    """Characters before and after the term in which signs are looked for."""


class SharedSigns(Strict):
    """signs.yaml: signs that several topics use."""

    schema_version: Literal[1] = Field(alias="schema")
    signs: tuple[Sign, ...] = ()


Detections = Annotated[Words | Regex | Labelled | Number | NearRule | ReaderRule | Topic, Field(discriminator="kind")]


class MatchExample(Strict):
    """当てはまる例: ``found`` are the spans it must find, as they are written."""

    text: Word
    found: Annotated[tuple[Word, ...], Field(min_length=1)]


class Examples(Strict):
    """例: required, and tested both ways by ``ai-gov rules check``."""

    match: Annotated[tuple[MatchExample, ...], Field(min_length=1)]
    no_match: Annotated[tuple[Word, ...], Field(min_length=1)]


class Rule(Strict):
    """検知規則: one kind of confidential data, its class, its basis and how it is found."""

    schema_version: Literal[1] = Field(alias="schema")
    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    title: Word
    entity: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]
    label: Annotated[str, Field(min_length=1, max_length=12, pattern=r"^[^〔〕\[\]・0-9０-９\s]+$")]
    """The word in a placeholder: 〔氏名1〕."""
    level: str
    removable: bool
    irreversible: bool = False
    """Never restored, no token of it (個人番号)."""
    basis: Annotated[tuple[Word, ...], Field(min_length=1)]
    """根拠: law, ministry guideline."""
    owner: Word
    """所管."""
    updated: dt.date
    advice: Word
    """次にどうするか: one sentence for the person who was stopped."""
    notes: str = ""
    detect: Annotated[tuple[Detections, ...], Field(min_length=1)]
    examples: Examples

    @field_validator("level")
    @classmethod
    def _level(cls, value: str) -> str:
        Level.parse(value)
        return value


class Published(Strict):
    """公表済みの事実: a string that is not confidential here, with its reason and its end."""

    text: Word
    entities: tuple[Word, ...] = ()
    """Types it is not; empty for all that are removable."""
    reason: Word
    expires: dt.date


class AllowList(Strict):
    """allow.yaml: published facts."""

    schema_version: Literal[1] = Field(alias="schema")
    published: tuple[Published, ...] = ()
