"""ポート: what the service needs of the world, as protocols. Adapters implement them; ``wiring`` names them."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ai_gov.detect.reading import Reading
from ai_gov.documents.prompts import Prompt
from ai_gov.model import Actor, Finding, Json, Step
from ai_gov.policy.schema import Policy
from ai_gov.redact.placeholder import Grammar
from ai_gov.rules.schema import Rule


class ReceiptSpentError(RuntimeError):
    """A receipt was used a second time, or for other bytes than it was given for: a fault of ours."""


class Receipt:
    """受領証: proof that the decision of an exchange is durable. One receipt is one attempt at sending.

    Only a store makes one. ``sent_sha256`` is the digest of the bytes that may leave; it lives in memory only.
    """

    __slots__ = ("_spent", "entry_id", "exchange_id", "sent_sha256")

    def __init__(self, entry_id: str, exchange_id: str, sent_sha256: bytes) -> None:
        self.entry_id = entry_id
        self.exchange_id = exchange_id
        self.sent_sha256 = sent_sha256
        self._spent = False

    def spend(self, body_sha256: bytes) -> None:
        """Use it up for the bytes of this digest. Every upstream does this before it opens a connection."""
        if self._spent or body_sha256 != self.sent_sha256 or not self.sent_sha256:
            raise ReceiptSpentError(self.entry_id)
        self._spent = True


class Clock(Protocol):
    """時計."""

    def now(self) -> dt.datetime:
        """The time now, aware, UTC."""
        ...


class Reader(Protocol):
    """読み取り: Japanese text to a reading. Slow work; may raise DetectorFailed."""

    def read(self, text: str) -> Reading:
        """The reading of a text of any length."""
        ...


class Keys(Protocol):
    """鍵: secrets kept outside the database."""

    def hmac_key(self, purpose: str, organisation: str) -> bytes:
        """32 bytes, derived for one purpose and one organisation."""
        ...


class Store(Protocol):
    """保存: the only write is ``record``; it puts state and event in one transaction and returns when durable."""

    async def record(self, step: Step, *, sent_sha256: bytes = b"") -> Receipt:
        """Write a step durably. Raises StoreFailed where it can't (nothing may then be sent)."""
        ...


@dataclass(frozen=True, slots=True)
class Governance:
    """統制の状態: the rules, the policy and the prompts in force for one request; one digest names them all."""

    policy: Policy
    rules: Mapping[str, Rule]
    detector: Detect
    grammar: Grammar
    digest: str
    prompts: Mapping[str, Prompt] = field(default_factory=dict, repr=False)
    """ひな形: what the page offers, by id."""
    pages: str = ""
    """画面の入口: where staff open the pages, without a slash at the end; empty where that isn't known."""


class Condition(Protocol):
    """利用の条件: what must hold of a person before a request of theirs is looked at."""

    async def check(self, actor: Actor, governance: Governance) -> None:
        """Raises Unprepared where it doesn't hold, StoreFailed where nobody can tell."""
        ...


class Detect(Protocol):
    """検知器."""

    def detect(self, reading: Reading) -> tuple[Finding, ...]:
        """Findings in code points of the original text, sorted and disjoint."""
        ...


class Config(Protocol):
    """設定の供給: which rules and policy are in force now (every process serves the set in the database)."""

    def current(self, organisation: str = "") -> Governance:
        """The set in force, with the uses that the register of an organisation holds. Raises FailClosed."""
        ...


@dataclass(frozen=True, slots=True)
class Outgoing:
    """送信: exactly the bytes that leave, and whereto."""

    upstream: str
    body: bytes = field(repr=False)
    stream: bool
    exchange_id: str


class Upstream(Protocol):
    """送信先: an OpenAI-compatible service."""

    async def complete(self, request: Outgoing, receipt: Receipt) -> Json:
        """One whole chat completion. Raises UpstreamError, UpstreamTimeout."""
        ...

    def stream(self, request: Outgoing, receipt: Receipt) -> AsyncIterator[Json]:
        """The chunks of a streamed chat completion, decoded; ends after the service's ``[DONE]``.

        Raises UpstreamError where the service stops before it said so.
        """
        ...

    async def models(self) -> Sequence[str]:
        """The names of the models it offers; empty where it does not say."""
        ...

    async def aclose(self) -> None:
        """Close connections."""
        ...


class People(Protocol):
    """人と鍵: who an API key belongs to."""

    async def by_key(self, secret: str) -> Actor | None:
        """The actor of a key that is valid now, or none."""
        ...
