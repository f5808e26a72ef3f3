"""注釈付き入力: prompts of a town hall with what must not leave marked in them, for measuring and for tests.

A line of a corpus is one JSON object. ``id``, ``action`` (allow, redact, block) and ``level`` (1, 2, 3C, 3B, 3A)
always stand in it, ``genre`` and ``note`` may. The text comes in one of two forms:

* ``marked``: the prompt with inline marks, ``<<TYPE|surface>>`` for what must go and ``<<?TYPE|surface>>`` for
  what may go or stay; or
* ``text`` and ``entities``: the bare prompt, and ``{"start", "end", "type", "optional"}`` in code points.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from ai_gov.errors import ConfigError, Problem
from ai_gov.model import Action, Json, Level, Span

IDENTIFIER_TYPES = frozenset(
    {
        "PERSON",
        "JP_ADDRESS",
        "JP_POSTAL_CODE",
        "PHONE_NUMBER",
        "EMAIL_ADDRESS",
        "DATE_OF_BIRTH",
        "AGE",
        "JP_MY_NUMBER",
        "JP_RESIDENT_CODE",
        "JP_DRIVER_LICENSE",
        "JP_PASSPORT",
        "JP_RESIDENCE_CARD",
        "JP_PENSION_NUMBER",
        "JP_HEALTH_INSURANCE",
        "JP_BANK_ACCOUNT",
        "CREDIT_CARD",
        "JP_VEHICLE_NUMBER",
        "LOCAL_ID",
        "CREDENTIAL",
        "IP_ADDRESS",
    }
)
"""識別子: names, addresses, numbers, contacts and credentials. Two annotators hardly ever differ on these."""

CONTENT_TYPES = frozenset(
    {
        "HEALTH_INFO",
        "WELFARE_INFO",
        "TAX_INFO",
        "CRIME_INFO",
        "FAMILY_INFO",
        "BELIEF_INFO",
        "PROCUREMENT_INFO",
        "PERSONNEL_INFO",
        "UNPUBLISHED_POLICY",
        "CONFIDENTIAL_MARKING",
        "SYSTEM_CONFIG",
    }
)
"""内容: what is confidential by what it says. Annotators differ on a quarter of these spans."""

TYPES = IDENTIFIER_TYPES | CONTENT_TYPES

T = TypeVar("T")

_MARK = re.compile(r"<<(\??)([^|<>]*)\|((?:(?!<<|>>).)*)>>", re.DOTALL)
_FENCE = re.compile(r"<<|>>")
_GOLD_ACTIONS = (Action.ALLOW, Action.REDACT, Action.BLOCK)


class MarkError(ValueError):
    """印の誤り: a broken mark. ``position`` is the code point of the marked text where it stands."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(f"{position + 1}文字目: {message}")
        self.position = position


class _LineError(ValueError):
    """What is wrong with one line."""


@dataclass(frozen=True, slots=True)
class Mark:
    """印: a span of the bare text that must leave (or, ``optional``, may leave or stay), in code points."""

    type: str
    start: int
    end: int
    optional: bool = False

    @property
    def span(self) -> Span:
        """Where it stands."""
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class AnnotatedPrompt:
    """注釈付き入力の1件: a prompt, what should become of it, and its marks in reading order, disjoint."""

    id: str
    action: Action
    level: Level
    text: str = field(repr=False)
    marks: tuple[Mark, ...]
    genre: str = ""
    note: str = ""


def parse_marked(marked: str) -> tuple[str, tuple[Mark, ...]]:
    """印付きの文章: the bare text, and the marks with their places in it.

    >>> text, marks = parse_marked("<<PERSON|御堂 柊>>さん（<<?AGE|41>>）")
    >>> text
    '御堂 柊さん（41）'
    >>> marks
    (Mark(type='PERSON', start=0, end=4, optional=False), Mark(type='AGE', start=7, end=9, optional=True))
    >>> parse_marked("担当は<<PERSON|御堂さん")
    Traceback (most recent call last):
    ai_gov.corpus.MarkError: 4文字目: 印「<<」が閉じていません。「>>」で閉じてください。
    """
    pieces: list[str] = []
    marks: list[Mark] = []
    at = length = 0
    while fence := _FENCE.search(marked, at):
        found = _MARK.match(marked, fence.start())
        if found is None:
            raise _broken(marked, fence.start())
        optional, kind, surface = found.groups()
        if kind not in TYPES:
            raise MarkError("知らない種類です。種類の一覧は ai_gov.corpus.TYPES にあります。", fence.start())
        if not surface:
            raise MarkError("印の中が空です。", fence.start())
        before = marked[at : fence.start()]
        pieces += before, surface
        length += len(before)
        marks.append(Mark(kind, length, length + len(surface), optional == "?"))
        length += len(surface)
        at = found.end()
    pieces.append(marked[at:])
    return "".join(pieces), tuple(marks)


def _broken(marked: str, at: int) -> MarkError:
    if marked.startswith(">>", at):
        return MarkError("開いていない印「>>」があります。", at)
    following = _FENCE.search(marked, at + 2)
    if following is None:
        return MarkError("印「<<」が閉じていません。「>>」で閉じてください。", at)
    if following.group() == "<<":
        return MarkError("印の中に印があります。印は重ねられません。", at)
    return MarkError("種類がありません。「<<種類|文字列>>」の形で書いてください。", at)


def write_marked(text: str, marks: Iterable[Mark]) -> str:
    """印付きの文章に戻す: the inverse of ``parse_marked`` for disjoint marks.

    >>> write_marked("御堂 柊さん", [Mark("PERSON", 0, 4)])
    '<<PERSON|御堂 柊>>さん'
    """
    pieces: list[str] = []
    at = 0
    for mark in sorted(marks, key=lambda mark: mark.start):
        question = "?" if mark.optional else ""
        pieces += text[at : mark.start], f"<<{question}{mark.type}|{text[mark.start : mark.end]}>>"
        at = mark.end
    return "".join([*pieces, text[at:]])


def load_corpus(lines: Iterable[str], path: str = "corpus.jsonl") -> list[AnnotatedPrompt]:
    """注釈付き入力の一覧: a prompt for each line that is not blank, in either form.

    ``path`` is only for messages. Raises ConfigError with the problems of all lines at once.

    >>> load_corpus(['{"id": "A1", "action": "allow", "level": "1", "marked": "開館時間は？"}'])
    [AnnotatedPrompt(id='A1', action=<Action.ALLOW: 'allow'>, level=<Level.L1: 1>, marks=(), genre='', note='')]
    >>> load_corpus(['{"id": "A1", "action": "permit", "level": "1", "marked": "x"}', "{"], "a.jsonl")
    Traceback (most recent call last):
    ai_gov.errors.ConfigError: a.jsonl:1: action は allow・redact・block のいずれかで書いてください。
    a.jsonl:2: JSONとして読めません。1行に1件のJSONで書いてください。
    """
    prompts: list[AnnotatedPrompt] = []
    problems: list[Problem] = []
    first_line: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            prompt = _prompt(line)
        except (MarkError, _LineError) as error:
            problems.append(Problem(path, number, str(error)))
            continue
        if prompt.id in first_line:
            problems.append(Problem(path, number, f"id が{first_line[prompt.id]}行目と同じです。"))
        first_line.setdefault(prompt.id, number)
        prompts.append(prompt)
    if problems:
        raise ConfigError(problems)
    return prompts


def _prompt(line: str) -> AnnotatedPrompt:
    try:
        row = json.loads(line)
    except ValueError:  # its message would quote the line
        raise _LineError("JSONとして読めません。1行に1件のJSONで書いてください。") from None
    if not isinstance(row, dict):
        raise _LineError("行がJSONのオブジェクト（{…}）ではありません。")
    if ("marked" in row) == ("text" in row):
        raise _LineError("marked と text のどちらか一方を書いてください。")
    if not _string(row, "id"):
        raise _LineError("id が空です。")
    if "marked" in row:
        text, marks = parse_marked(_string(row, "marked"))
    else:
        text = _string(row, "text")
        marks = tuple(_entities(row.get("entities"), len(text)))
    return AnnotatedPrompt(
        id=_string(row, "id"),
        action=_one_of(row, "action", Action, _GOLD_ACTIONS, "allow・redact・block"),
        level=_one_of(row, "level", Level.parse, tuple(Level), "1・2・3C・3B・3A"),
        text=text,
        marks=marks,
        genre=_string(row, "genre", ""),
        note=_string(row, "note", ""),
    )


def _string(row: dict[str, Json], key: str, default: str | None = None) -> str:
    value = row.get(key, default)
    if not isinstance(value, str):
        raise _LineError(f"{key} を文字列で書いてください。")
    return value


def _one_of(row: dict[str, Json], key: str, read: Callable[[str], T], accepted: Sequence[T], listed: str) -> T:
    try:
        value = read(_string(row, key))
    except ValueError:
        value = None
    if value is None or value not in accepted:
        raise _LineError(f"{key} は {listed} のいずれかで書いてください。")
    return value


def _entities(entities: Json, length: int) -> Iterator[Mark]:
    if not isinstance(entities, list):
        raise _LineError("entities を一覧で書いてください。")
    end = 0
    for index, mark in enumerate(sorted((_entity(e, i, length) for i, e in enumerate(entities, 1)), key=_start)):
        if index and mark.start < end:
            raise _LineError("entities に重なる範囲があります。")
        end = mark.end
        yield mark


def _start(mark: Mark) -> int:
    return mark.start


def _entity(entity: Json, index: int, length: int) -> Mark:
    match entity:
        case {"start": int(start), "end": int(end), "type": str(kind), **rest}:
            optional = rest.get("optional", False)
        case _:
            raise _LineError(f"entities の{index}件目に start・end（整数）と type（文字列）を書いてください。")
    if kind not in TYPES:
        raise _LineError(f"entities の{index}件目の type が知らない種類です。")
    if not 0 <= start < end <= length:
        raise _LineError(f"entities の{index}件目の範囲が text の外にあるか、空です。")
    if not isinstance(optional, bool):
        raise _LineError(f"entities の{index}件目の optional は true か false で書いてください。")
    return Mark(kind, start, end, optional)
