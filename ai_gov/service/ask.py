"""依頼: takes one chat completion all the way, and is the only place that says in which order IO happens.

Decide, record, send, record, answer. The upstream takes no call without the receipt that ``Store.record`` gave for
the very bytes that leave, and nobody is answered before the outcome is durable.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import structlog
import uuid_utils

from ai_gov import flow
from ai_gov.errors import (
    AiGovError,
    Blocked,
    ClientGone,
    DetectorFailed,
    FailClosed,
    Held,
    TooLarge,
    UnknownRoute,
    UpstreamError,
)
from ai_gov.model import Action, Actor, Decision, Exchange, Finding, Json, State, japan_date
from ai_gov.payload import Leaf, Payload
from ai_gov.policy.registered import RegisteredUse
from ai_gov.policy.schema import DEFAULT_UPSTREAM, MAX_PROMPT_CHARS, Destination
from ai_gov.redact.chat_answer import ChatAnswer
from ai_gov.service import passing
from ai_gov.service.answering import Answering
from ai_gov.service.inspect import Inspected, inspect
from ai_gov.service.lanes import Lanes
from ai_gov.service.messages import Answer, AnswerStream, AskRequest
from ai_gov.service.permits import PermitService
from ai_gov.service.ports import Clock, Condition, Config, Governance, Keys, Outgoing, Reader, Receipt, Store, Upstream
from ai_gov.service.raw_keeping import RawKeeper, RawKeeping, told
from ai_gov.service.tokens import answer_tokens, pseudonym, search_tokens

log = structlog.get_logger(__name__)
T = TypeVar("T")
_BROKEN = "検査が正しく終わらなかったため、何も送信していません。同じことが続く場合は情報担当に連絡してください。"


def _too_long(length: int, limit: int, *, by_setting: bool) -> TooLarge:
    where = "設定 AI_GOV_MAX_PROMPT_CHARS" if by_setting else "policy.yaml の limits.max_prompt_chars"
    return TooLarge(
        f"文章が長すぎます（{length:,}文字。上限は{limit:,}文字）。文章を分けて送ってください。"
        f"上限は、情報担当が {where} で変えられます。",
        param="messages",
    )


def new_id() -> str:
    """A record id: UUIDv7, so ids sort by time."""
    return str(uuid_utils.uuid7())


def _with_model(request: AskRequest, governance: Governance) -> AskRequest:
    """A model that no line of the policy names leaves as the client wrote it, so it is inspected too."""
    if any(item.name == request.model for item in governance.policy.destinations):
        return request
    leaf = Leaf(("model",), request.model, replaceable=False)
    return replace(request, payload=Payload(request.payload.body, (*request.payload.leaves, leaf)))


def _kept(payload: Payload, seen: Inspected) -> list[Json]:
    """The log's copy of what left: each string with its path, every finding hidden."""
    texts = seen.document.apply(seen.logged.edits)
    return [[leaf.json_path, text] for leaf, text in zip(payload.leaves, texts, strict=True) if text]


def _use_told(governance: Governance, use: str) -> dict[str, Json]:
    """By which application of the register a use was approved or ended."""
    found = governance.policy.use(use)
    return {"use_application": found.application} if isinstance(found, RegisteredUse) else {}


@dataclass(frozen=True, slots=True)
class Prepared:
    """送信できる状態: the decision is durable, and these bytes may leave, once."""

    exchange: Exchange
    decision: Decision
    governance: Governance
    outgoing: Outgoing
    receipt: Receipt
    answer: ChatAnswer
    typed: Json = field(default=None, repr=False)


class Ask:
    """依頼の受付. One for each process; holds no state of any request."""

    def __init__(
        self,
        *,
        config: Config,
        reader: Reader,
        store: Store,
        upstreams: Mapping[str, Upstream],
        clock: Clock,
        keys: Keys,
        inspection_deadline: float = 10.0,
        max_prompt_chars: int = MAX_PROMPT_CHARS,
        permits: PermitService | None = None,
        conditions: Sequence[Condition] = (),
        raw: RawKeeper | None = None,
    ) -> None:
        """``max_prompt_chars``: what this server reads at most; a policy may say less, never more.

        Without ``permits`` what is held stays held. ``conditions`` must hold of whoever asks.
        """
        self._config = config
        self._reader = reader
        self._store = store
        self._upstreams = upstreams
        self._clock = clock
        self._keys = keys
        self._lanes = Lanes(inspection_deadline)
        self._max_chars = max_prompt_chars
        self._permits = permits
        self._conditions = tuple(conditions)
        self._raw = RawKeeping(raw)

    async def ask(self, request: AskRequest) -> Answer:
        """The whole answer. Raises an AiGovError, whose row is then written already."""
        ready = await self._prepare(request)
        try:
            await self._raw.sent(ready.exchange, ready.typed)
            upstream = self._upstreams[ready.outgoing.upstream]
            said = await upstream.complete(ready.outgoing, ready.receipt)
            body = ready.answer.whole(said)
            answering = self._answering(ready)
            outcome = await answering.outcome()
            await self._raw.answered(ready.exchange, ready.typed, ready.answer)
        except BaseException as error:
            await self._failed(ready, error)
            raise
        await self._finish(ready, State.ANSWERED, outcome)
        answering.label_whole(body, request.payload)
        return Answer(ready.exchange.id, ready.decision.action, ready.decision.level, body)

    async def ask_stream(self, request: AskRequest) -> AnswerStream:
        """The answer in chunks. Errors before the first chunk are raised here, later ones while iterating."""
        ready = await self._prepare(request)
        try:
            await self._raw.sent(ready.exchange, ready.typed)
            upstream = self._upstreams[ready.outgoing.upstream]
            chunks = upstream.stream(ready.outgoing, ready.receipt)
            first = await anext(chunks, None)
        except BaseException as error:
            await self._failed(ready, error)
            raise
        shown = self._chunks(ready, request, first, chunks)
        await anext(shown)  # begun, so that its row is written also where it is closed before anything is read of it
        return AnswerStream(ready.exchange.id, ready.decision.action, ready.decision.level, shown)

    async def _chunks(
        self, ready: Prepared, request: AskRequest, first: Json, chunks: AsyncIterator[Json]
    ) -> AsyncIterator[Json]:
        answering = self._answering(ready)
        try:
            yield None
            chunk = first
            while chunk is not None:
                for shown in answering.show(chunk):
                    yield shown
                chunk = await anext(chunks, None)
            outcome = await answering.outcome()
            await self._raw.answered(ready.exchange, ready.typed, ready.answer)
            last = answering.last(request.payload, include_usage=request.include_usage)
        except BaseException as error:
            await self._failed(ready, error)
            raise
        finally:
            closing = getattr(chunks, "aclose", None)
            if closing is not None:
                await closing()
        await self._finish(ready, State.ANSWERED, outcome)
        for shown in last:
            yield shown

    async def refused(self, error: AiGovError, *, actor: Actor | None, client: str, address: str = "") -> str:
        """Record a request that never became one (unreadable, unknown key, unknown route); its record id."""
        exchange = flow.receive(new_id(), at=self._clock.now(), client=client, actor=actor)
        await self._refuse(exchange, error, address)
        return exchange.id

    async def refused_again(
        self, error: AiGovError, *, record: str, actor: Actor | None, client: str, address: str, count: int
    ) -> None:
        """Record ``count`` further requests that were refused like that of ``record``."""
        now = self._clock.now()
        exchange = flow.receive(record, at=now, client=client, actor=actor)
        await self._store.record(
            flow.refuse_again(exchange, at=now, code=error.code, status=error.status, count=count, address=address)
        )

    def requests_per_minute(self) -> int | None:
        """How many requests the policy allows one person; none for no limit. Raises FailClosed."""
        return self._config.current().policy.limits.requests_per_minute

    def pseudonym(self, actor: Actor) -> str:
        """仮名: what an upstream may be told of who asks."""
        return pseudonym(actor, self._keys)

    async def models(self, actor: Actor) -> list[str]:  # noqa: ARG002 - models may come to depend on who asks
        """The names a client may ask for: the policy's, and those of the default upstream where it allows them."""
        policy = self._config.current().policy
        names = [item.name for item in policy.destinations if item.upstream in self._upstreams]
        if policy.unlisted_models != "refuse" and DEFAULT_UPSTREAM in self._upstreams:
            offered = await self._upstreams[DEFAULT_UPSTREAM].models()
            names += [name for name in offered if policy.destination(name, self._upstreams.keys())]
        return list(dict.fromkeys(names))

    async def problems(self) -> list[str]:
        """点検: what stands in the way of inspecting and recording now, as sentences; nothing where all is well."""
        found = []
        checks: list[Callable[[], object]] = [self._has_destination, lambda: self._reader.read("点検の文です。")]
        for check in checks:
            try:
                await self._in_time(check)
            except AiGovError as error:
                found.append(error.message)
            except Exception as error:  # noqa: BLE001 - whatever breaks, it is not ready
                log.error("not ready", error=type(error).__name__)  # noqa: TRY400
                found.append(_BROKEN)
        return found

    def _has_destination(self) -> None:
        """Raises FailClosed where the policy names no service that is configured here and approved today."""
        today = japan_date(self._clock.now())
        here = [item for item in self._config.current().policy.destinations if item.upstream in self._upstreams]
        if not any(today <= item.approved_until for item in here):
            raise FailClosed(
                "方針（policy.yaml）の送信先に、接続先が設定されていて承認の期限内のものが1つもありません。"
                "情報担当は destinations と、設定の接続先（upstreams）を確かめてください。"
            )

    async def _prepare(self, request: AskRequest) -> Prepared:
        exchange = flow.receive(
            new_id(),
            at=self._clock.now(),
            client=request.client,
            actor=request.actor,
            use=request.use or request.actor.default_use,
            declared=request.declared,
        )
        try:
            governance = self._config.current(request.actor.organisation)
            for condition in self._conditions:
                await condition.check(request.actor, governance)
            destination = self._destination(governance, request)
            request = _with_model(request, governance)
            seen = await self._in_time(
                lambda: self._inspect(request, exchange, governance, destination),
                characters=sum(len(leaf.text) for leaf in request.payload.leaves),
            )
        except asyncio.CancelledError:
            await asyncio.shield(self._refuse(exchange, ClientGone()))
            raise
        except Exception as error:  # noqa: BLE001 - whatever breaks in inspection, nothing is sent
            refusal = error if isinstance(error, AiGovError) else DetectorFailed(_BROKEN)
            if refusal is not error:
                log.error("inspection failed", error=type(error).__name__)  # noqa: TRY400 - a traceback may hold text
            await self._refuse(exchange, refusal)
            raise refusal from None
        return await self._decided(request, exchange, governance, destination, seen)

    def _inspect(
        self, request: AskRequest, exchange: Exchange, governance: Governance, destination: Destination
    ) -> Inspected:
        return inspect(
            request.payload,
            governance,
            self._reader,
            destination=destination,
            today=japan_date(exchange.received_at),
            declared=request.declared,
            use=exchange.use,
            unmarked=request.unmarked,
            marked=request.marked,
        )

    async def _decided(
        self, request: AskRequest, exchange: Exchange, governance: Governance, destination: Destination, seen: Inspected
    ) -> Prepared:
        wish = passing.wish(seen)
        binding, permit = await self._permit(request, exchange, destination, seen) if wish else ("", "")
        decision = passing.decided(seen, permit) if wish else seen.decision
        goes = decision.action in (Action.ALLOW, Action.REDACT)
        body, sha256 = b"", b""
        if goes:
            payload = request.payload.replace(seen.document.apply(seen.outgoing.edits))
            body = Payload({**payload.body, "model": destination.model}, payload.leaves).encode()
            sha256 = hashlib.sha256(body).digest()
        typed = self._raw.typed(governance, request.payload, seen) if goes else None
        keeps = goes or decision.action is Action.HOLD
        step = flow.decide(
            replace(exchange, destination=destination.name),
            decision,
            seen.findings,
            at=self._clock.now(),
            config_digest=governance.digest,
            sent=_kept(request.payload, seen) if keeps else None,
            coverage={"strings": len(request.payload.leaves), "characters": len(seen.document.text)},
            tokens=search_tokens(replace(seen, decision=decision), self._keys, request.actor.organisation),
            more=passing.told(seen, permit) | _use_told(governance, exchange.use) | told(typed),
        )
        receipt = await self._store.record(step, sent_sha256=sha256)
        if not goes:
            if wish and self._permits is not None:
                assert step.exchange is not None
                await self._permits.ask(step.exchange, binding, wish, destination.name)
            stop = Held if decision.action is Action.HOLD else Blocked
            sentences = [reason.message for reason in decision.reasons]
            raise stop("\n".join(sentences), record=exchange.id, level=decision.level.code, reasons=sentences)
        assert step.exchange is not None
        answer = ChatAnswer(seen.outgoing.vault, request.model)
        outgoing = Outgoing(destination.upstream, body, request.stream, exchange.id)
        return Prepared(step.exchange, decision, governance, outgoing, receipt, answer, typed)

    async def _permit(
        self, request: AskRequest, exchange: Exchange, destination: Destination, seen: Inspected
    ) -> tuple[str, str]:
        """What a permit for this request is bound to, and the one that was used up for it, if there is one."""
        if self._permits is None:
            return "", ""
        shown = passing.shown(seen, _kept(request.payload, seen))
        binding = self._permits.binding(request.actor, destination.name, exchange.use, shown)
        try:
            return binding, await self._permits.redeem(request.actor, binding, exchange.id)
        except asyncio.CancelledError:
            await asyncio.shield(self._refuse(exchange, ClientGone()))
            raise

    def _destination(self, governance: Governance, request: AskRequest) -> Destination:
        destination = governance.policy.destination(request.model, self._upstreams.keys())
        if destination is None:
            raise UnknownRoute(
                "model に書かれたモデルは使えません。GET /v1/models で使えるモデルの名前を確かめてください。",
                param="model",
            )
        length = sum(len(leaf.text) for leaf in request.payload.leaves)
        limit = min(governance.policy.limits.max_prompt_chars, self._max_chars)
        if length > limit:
            raise _too_long(length, limit, by_setting=self._max_chars == limit)
        return destination

    def _answering(self, ready: Prepared) -> Answering:
        async def inspected(text: str) -> tuple[Finding, ...]:
            return await self._in_time(
                lambda: ready.governance.detector.detect(self._reader.read(text)), characters=len(text)
            )

        def codes(found: tuple[Finding, ...], text: str) -> list[str]:
            actor = ready.exchange.actor
            return answer_tokens(found, text, self._keys, actor.organisation) if actor else []

        return Answering(ready.answer, ready.exchange, ready.decision, ready.governance, inspected, codes)

    async def _in_time(self, work: Callable[[], T], *, characters: int = 0) -> T:
        try:
            return await self._lanes.run(work, characters=characters)
        except TimeoutError:
            raise DetectorFailed(
                f"検査が{self._lanes.deadline:g}秒以内に終わらなかったため、何も送信していません。文章を分けて送ってください。"
            ) from None

    async def _refuse(self, exchange: Exchange, error: AiGovError, address: str = "") -> None:
        step = flow.refuse(
            exchange, at=self._clock.now(), code=error.code, status=error.status, param=error.param, address=address
        )
        await self._store.record(step)
        error.record = exchange.id

    async def _failed(self, ready: Prepared, error: BaseException) -> None:
        """Write how it ended when it did not end well; then the error goes on its way."""
        if isinstance(error, asyncio.CancelledError | GeneratorExit):
            await asyncio.shield(self._finish(ready, State.CLIENT_GONE, {}))
            return
        data: dict[str, Json] = {"code": error.code if isinstance(error, AiGovError) else "internal_error"}
        if isinstance(error, UpstreamError) and error.upstream_status is not None:
            data["upstream_status"] = error.upstream_status
        if isinstance(error, AiGovError):
            error.record = ready.exchange.id
        else:
            log.error("exchange failed", error=type(error).__name__, record=ready.exchange.id)
        await asyncio.shield(self._finish(ready, State.FAILED, data))

    def _finish(self, ready: Prepared, state: State, data: Mapping[str, Json]) -> Awaitable[object]:
        step = flow.finish(ready.exchange, state, at=self._clock.now(), data=data)
        return asyncio.ensure_future(self._store.record(step))
