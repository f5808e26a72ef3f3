"""The words everybody here speaks: 自治体機密性, findings, decisions, exchanges and their events.

Nothing in this module does anything; it only names things. Values that may be confidential are kept out of
every ``repr`` so that a traceback or a log line can't carry them.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = Any  # a JSON value as the standard library reads it
JST = dt.timezone(dt.timedelta(hours=9), "JST")
"""日本標準時: in which a day begins and ends for everybody here."""


def japan_date(at: dt.datetime | None = None) -> dt.date:
    """日本の日付: the day in Japan, now or at a moment. Approvals and terms of office end by it.

    >>> japan_date(dt.datetime(2026, 3, 31, 15, tzinfo=dt.UTC))
    datetime.date(2026, 4, 1)
    """
    return (at or dt.datetime.now(dt.UTC)).astimezone(JST).date()


class Level(enum.IntEnum):
    """自治体機密性: the class of an information asset, as 総務省's guideline names it since R6.10.

    Always written 自治体機密性: the state's 機密性2 covers 2, 3C and 3B together.

    >>> Level.parse("3B") > Level.parse("3C") > Level.L2
    True
    >>> Level.L3A.code, str(Level.L3A)
    ('3A', '自治体機密性3A')
    """

    L1 = 1
    L2 = 2
    L3C = 3
    L3B = 4
    L3A = 5

    @property
    def code(self) -> str:
        """The bare code: ``1``, ``2``, ``3C``, ``3B`` or ``3A``."""
        return self.name[1:]

    def __str__(self) -> str:
        return f"自治体機密性{self.code}"

    @classmethod
    def parse(cls, code: str) -> Level:
        """The level of a code, with or without 自治体機密性 before it.

        >>> Level.parse("自治体機密性2")
        <Level.L2: 2>
        >>> Level.parse("機密性2")
        Traceback (most recent call last):
        ValueError: 自治体機密性は 1・2・3C・3B・3A のいずれかで書いてください: 機密性2
        """
        bare = code.removeprefix("自治体機密性")
        try:
            return cls[f"L{bare}"]
        except KeyError:
            raise ValueError(f"自治体機密性は 1・2・3C・3B・3A のいずれかで書いてください: {code}") from None


class Action(enum.StrEnum):
    """処置: what becomes of a prompt."""

    ALLOW = "allow"
    REDACT = "redact"
    HOLD = "hold"
    BLOCK = "block"

    @property
    def ja(self) -> str:
        """The word staff read."""
        return {"allow": "そのまま送信", "redact": "伏せて送信", "hold": "保留", "block": "停止"}[self.value]


@dataclass(frozen=True, slots=True)
class Span:
    """範囲: code points ``start`` to ``end`` (exclusive) of a text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class NameParts:
    """氏名の構成: what of a person's name a finding holds, so that one person keeps one placeholder."""

    surname: str = field(default="", repr=False)
    given: str = field(default="", repr=False)
    reading: bool = False  # written in kana or romaji


@dataclass(frozen=True, slots=True)
class Finding:
    """検知: one confidential span of the original text, and why it is one.

    ``removable``: a name can be cut out of a prompt; the content of a 予定価格 can't.
    ``irreversible``: never restored and never given a token (個人番号).
    ``evidence``: the context words that spoke for it; never the value itself. ``kind``: of the detection (words,
    regex …); ``confirmed``: a check digit was right; ``anchored``: its label or its column's header was there.
    """

    type: str
    start: int
    end: int
    level: Level
    rule: str
    score: float = 1.0
    removable: bool = True
    irreversible: bool = False
    label: str = "秘匿"
    evidence: tuple[str, ...] = ()
    name: NameParts | None = None
    kind: str = ""
    confirmed: bool = False
    anchored: bool = False

    @property
    def span(self) -> Span:
        """Where it stands."""
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Edit:
    """置換: put ``replacement`` where ``start`` to ``end`` stood."""

    start: int
    end: int
    replacement: str


@dataclass(frozen=True, slots=True)
class Reason:
    """理由: one sentence for the person who asked, with the code it is filed under."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Decision:
    """判定: what is done with a prompt, at which level, and why.

    ``level`` is the prompt as found (with combinations and the declared level); ``remaining`` what is left of
    it once ``redact`` is cut out.
    """

    action: Action
    level: Level
    remaining: Level
    destination: str
    reasons: tuple[Reason, ...]
    redact: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Actor:
    """利用者: who asks, for which 団体 and 所属, and how they proved it."""

    person: str  # id of the person, never a name
    organisation: str
    department: str
    roles: frozenset[str] = frozenset({"staff"})
    key: str = ""  # id of the API key, never the key
    default_use: str = ""


class State(enum.StrEnum):
    """状態: how far an exchange has come."""

    RECEIVED = "received"
    DECIDED = "decided"  # allowed or redacted: it may be sent, once
    BLOCKED = "blocked"
    HELD = "held"
    REFUSED = "refused"  # never got as far as a decision
    ANSWERED = "answered"
    FAILED = "failed"
    CLIENT_GONE = "client_gone"
    INTERRUPTED = "interrupted"  # the server went down in between; found at the next start


@dataclass(frozen=True, slots=True)
class Exchange:
    """やりとり: one request on its way, as far as it has come. Immutable; each step makes the next one."""

    id: str
    received_at: dt.datetime
    client: str  # gateway, langchain, cli, web
    actor: Actor | None = None
    destination: str = ""
    use: str = ""
    declared: Level | None = None
    state: State = State.RECEIVED
    decision: Decision | None = None
    config_digest: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """監査記録の1件: what happened, when, by whom. ``data`` holds JSON without any raw value."""

    kind: str
    at: dt.datetime
    exchange: str = ""
    organisation: str = ""
    department: str = ""
    actor: str = ""
    data: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """段階: an exchange after a step, and the event that says so. The two are written together or not at all."""

    exchange: Exchange | None  # None for events that belong to no request (rules applied, key issued)
    event: Event
