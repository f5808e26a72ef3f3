"""受け渡し: what a client hands to the service, and what it gets back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from ai_gov.model import Action, Actor, Json, Level
from ai_gov.payload import Payload
from ai_gov.policy.unmark import Unmark
from ai_gov.service.marking import Mark


@dataclass(frozen=True, slots=True)
class AskRequest:
    """依頼: a chat completion somebody wants, already read field by field (see gateway/wire.py).

    ``payload.body["model"]`` is put in by the service: the client names a destination, the policy the model.
    """

    payload: Payload
    model: str
    stream: bool
    actor: Actor
    client: str
    use: str = ""
    declared: Level | None = None
    include_usage: bool = False
    unmarked: tuple[Unmark, ...] = ()
    """検知の取消し: what the person says is no secret, for this request only."""
    marked: tuple[Mark, ...] = ()
    """見落としの指定: what the person says is to be hidden."""


@dataclass(frozen=True, slots=True)
class Answer:
    """回答: the whole chat completion, names restored, labelled; ``body`` holds the ``ai_gov`` field."""

    record: str
    action: Action
    level: Level
    body: Json = field(repr=False)


@dataclass(frozen=True, slots=True)
class AnswerStream:
    """回答（逐次）: chunks as they may be shown. The first and the last hold the ``ai_gov`` field.

    Iterating may raise UpstreamError, UpstreamTimeout or StoreFailed in mid-stream: the client then gets an error
    event and no ``[DONE]``. ``aclose()`` of the iterator says that the client went away; its row is written then.
    """

    record: str
    action: Action
    level: Level
    chunks: AsyncIterator[Json] = field(repr=False)
