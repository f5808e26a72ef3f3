"""LangChain: ``GovernedChatModel`` puts inspection, redaction, the record and restoring around any chat model.

What is covered: everything that this model is given as messages, tools and options is read field by field as at the
gateway, and what the table of fields does not name (images, unknown options) is refused. The wrapped model, its own
callbacks and its cache see only what may leave. LangChain's cache is off for the governed model, because it would
keep the prompt and answer without a record.

What is not: callbacks and tracers of the caller's chain stand before the inspection and see the prompt as written.
LangSmith is refused (environment, ``tracing_context``, a ``LangChainTracer`` among the callbacks), and nothing is
sent then; but steps of a chain before this model have already been traced, so tracing must be off altogether. Any
other callback handler is code of the caller and must keep what it sees inside.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from langchain_core.callbacks import (
    AsyncCallbackManagerForLLMRun,
    BaseCallbackManager,
    CallbackManagerForLLMRun,
    Callbacks,
)
from langchain_core.exceptions import OutputParserException
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, convert_to_openai_messages
from langchain_core.messages.ai import UsageMetadata
from langchain_core.output_parsers.openai_tools import make_invalid_tool_call, parse_tool_call
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable, RunnableConfig, ensure_config
from langchain_core.tools import BaseTool
from langchain_core.tracers import LangChainTracer
from langchain_core.utils.function_calling import convert_to_openai_tool
from langsmith.utils import tracing_is_enabled
from pydantic import ConfigDict, Field, PrivateAttr

from ai_gov import wiring
from ai_gov.errors import BadRequest, ConfigError, Problem
from ai_gov.gateway.wire import WireLimits, read_chat
from ai_gov.integrations.langchain_upstream import LangChainUpstream
from ai_gov.integrations.loopthread import LoopThread
from ai_gov.model import Actor, Json
from ai_gov.service.ask import Ask
from ai_gov.service.messages import AskRequest

CLIENT = "langchain"


class GovernedChatModel(BaseChatModel):
    """統制付きチャットモデル: every call is inspected, redacted, recorded, sent, restored and labelled.

    Raises Blocked or Held where the policy stops a prompt (nothing was sent), and every other AiGovError as it is.
    ``response_metadata["ai_gov"]`` of an answer says record, level, action and label. ``model_name`` is the
    destination of the policy by whose class it is decided.
    """

    ask: Ask = Field(repr=False)
    actor: Actor
    model_name: str = "default"
    use: str = ""
    limits: WireLimits = WireLimits()
    cache: Any = False
    close_store: Callable[[], None] | None = Field(default=None, repr=False, exclude=True)
    audit_store: Any = Field(default=None, repr=False, exclude=True)

    model_config = ConfigDict(arbitrary_types_allowed=True)
    _loop: LoopThread = PrivateAttr(default_factory=LoopThread)

    @classmethod
    def wrap(
        cls,
        model: BaseChatModel,
        *,
        actor: Actor,
        data_dir: Path | None = None,
        config_dir: Path | None = None,
        model_name: str = "default",
        use: str = "",
    ) -> Self:
        """Around ``model``, with the records in ``data_dir``; in memory, gone with the process, where there is none.

        Raises ConfigError, StoreFailed. ``close()`` lets go of the store.
        """
        _refuse_tracing(None)
        made = wiring.library({"default": LangChainUpstream(model)}, data_dir=data_dir, config_dir=config_dir)
        return cls(
            ask=made.ask,
            actor=actor,
            model_name=model_name,
            use=use,
            close_store=made.store.close,
            audit_store=made.store,
        )

    def close(self) -> None:
        """Let go of the store and the loop. The wrapped model belongs to the caller."""
        if self.close_store is not None:
            self.close_store()
        self._loop.close()

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | dict[str, Any] | bool | None = None,
        ls_structured_output_format: Any = None,  # noqa: ARG002 - for tracing only
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Tools as LangChain takes them; ``tool_choice``: ``auto``, ``any``, ``none`` or the name of a tool."""
        given = [convert_to_openai_tool(tool) for tool in tools]
        if tool_choice is not None and tool_choice is not False:
            kwargs["tool_choice"] = _choice(tool_choice)
        return self.bind(tools=given, **kwargs)

    def generate(
        self, messages: list[list[BaseMessage]], stop: list[str] | None = None, callbacks: Callbacks = None, **kw: Any
    ) -> Any:
        """As in LangChain, where nothing traces it."""
        _refuse_tracing(callbacks, self.callbacks)
        return super().generate(messages, stop, callbacks, **kw)

    async def agenerate(
        self, messages: list[list[BaseMessage]], stop: list[str] | None = None, callbacks: Callbacks = None, **kw: Any
    ) -> Any:
        """As in LangChain, where nothing traces it."""
        _refuse_tracing(callbacks, self.callbacks)
        return await super().agenerate(messages, stop, callbacks, **kw)

    def stream(
        self,
        input: LanguageModelInput,  # noqa: A002 - LangChain's
        config: RunnableConfig | None = None,
        **kw: Any,
    ) -> Iterator[AIMessageChunk]:
        """As in LangChain, where nothing traces it."""
        _refuse_tracing(ensure_config(config).get("callbacks"), self.callbacks)
        yield from super().stream(input, config, **kw)

    async def astream(
        self,
        input: LanguageModelInput,  # noqa: A002 - LangChain's
        config: RunnableConfig | None = None,
        **kw: Any,
    ) -> AsyncIterator[AIMessageChunk]:
        """As in LangChain, where nothing traces it."""
        _refuse_tracing(ensure_config(config).get("callbacks"), self.callbacks)
        async for chunk in super().astream(input, config, **kw):
            yield chunk

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,  # noqa: ARG002
        **kwargs: Any,
    ) -> ChatResult:
        return self._loop.run(self._asked(messages, stop, kwargs))

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,  # noqa: ARG002
        **kwargs: Any,
    ) -> ChatResult:
        return await self._loop.arun(self._asked(messages, stop, kwargs))

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        for chunk in self._loop.iterate(self._streamed(messages, stop, kwargs)):
            if run_manager is not None:
                run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        async for chunk in self._loop.aiterate(self._streamed(messages, stop, kwargs)):
            if run_manager is not None:
                await run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk

    async def _asked(self, messages: list[BaseMessage], stop: list[str] | None, options: dict[str, Any]) -> ChatResult:
        answer = await self.ask.ask(self._request(messages, stop, options, stream=False))
        return _result(answer.body)

    async def _streamed(
        self, messages: list[BaseMessage], stop: list[str] | None, options: dict[str, Any]
    ) -> AsyncIterator[ChatGenerationChunk]:
        answer = await self.ask.ask_stream(self._request(messages, stop, options, stream=True))
        chunks = answer.chunks
        try:
            async for chunk in chunks:
                yield _generation_chunk(chunk)
        finally:
            closing = getattr(chunks, "aclose", None)
            if closing is not None:
                await closing()

    def _request(
        self, messages: list[BaseMessage], stop: list[str] | None, options: Mapping[str, Any], *, stream: bool
    ) -> AskRequest:
        given = {key: value for key, value in options.items() if value is not None}
        if given.get("n", 1) != 1:
            raise BadRequest("n は 1 だけ使えます。必要な回数だけ呼び出してください。", param="n", code="invalid_value")
        body: dict[str, Any] = {**given, "model": self.model_name, "messages": convert_to_openai_messages(messages)}
        if stop:
            body["stop"] = stop
        if stream:
            body |= {"stream": True, "stream_options": {"include_usage": True}}
        try:
            raw = json.dumps(body).encode()
        except (TypeError, ValueError):
            raise BadRequest("JSONにできない値があります。文字列・数値などで指定してください。") from None
        chat = read_chat(raw, self.limits, pseudonym=self.ask.pseudonym(self.actor))
        return chat.by(self.actor, client=CLIENT, use=self.use)

    def _get_ls_params(self, stop: list[str] | None = None, **kwargs: Any) -> Any:  # noqa: ARG002
        return {"ls_provider": "ai-gov", "ls_model_type": "chat", "ls_model_name": self.model_name}

    @property
    def _llm_type(self) -> str:
        return "ai-gov"


def _refuse_tracing(*callbacks: Callbacks) -> None:
    """Raises ConfigError where LangSmith would be told of the prompt."""
    handlers: list[Any] = []
    for given in callbacks:
        handlers += given.handlers if isinstance(given, BaseCallbackManager) else list(given or ())
    if tracing_is_enabled() or any(isinstance(handler, LangChainTracer) for handler in handlers):
        message = "LangSmith の追跡が有効です。文章が外部に送られるため実行しません。追跡を無効にしてください。"
        raise ConfigError([Problem("LangChain", 1, message)])


def _choice(choice: Json) -> Json:
    if choice is True or choice == "any":
        return "required"
    if isinstance(choice, dict) or choice in ("auto", "none", "required"):
        return choice
    return {"type": "function", "function": {"name": choice}}


def _usage(body: Json) -> UsageMetadata | None:
    usage = body.get("usage")
    if not usage:
        return None
    asked, answered = usage.get("prompt_tokens", 0), usage.get("completion_tokens", 0)
    return UsageMetadata(
        input_tokens=asked, output_tokens=answered, total_tokens=usage.get("total_tokens", asked + answered)
    )


def _result(body: Json) -> ChatResult:
    choice = body["choices"][0]
    message = choice["message"]
    calls, broken = [], []
    for call in message.get("tool_calls", ()):
        try:
            parsed = parse_tool_call(call, return_id=True)
        except OutputParserException as error:
            broken.append(make_invalid_tool_call(call, str(type(error).__name__)))
            continue
        if parsed is not None:
            calls.append(parsed)
    said = AIMessage(
        content=message.get("content") or "",
        tool_calls=calls,
        invalid_tool_calls=broken,
        usage_metadata=_usage(body),
        response_metadata={
            "ai_gov": body["ai_gov"],
            "finish_reason": choice["finish_reason"],
            "model_name": body["model"],
        },
        id=body["ai_gov"]["record"],
    )
    return ChatResult(generations=[ChatGeneration(message=said)])


def _generation_chunk(body: Json) -> ChatGenerationChunk:
    """A chunk. What LangChain would add up when it joins chunks (the note, the end) stands in one chunk only."""
    choice = body["choices"][0] if body["choices"] else {"delta": {}, "finish_reason": None}
    pieces = [
        {
            "name": call.get("function", {}).get("name"),
            "args": call.get("function", {}).get("arguments") or "",
            "id": call.get("id"),
            "index": call["index"],
            "type": "tool_call_chunk",
        }
        for call in choice["delta"].get("tool_calls", ())
    ]
    metadata = {}
    if choice["finish_reason"] is not None:
        metadata = {"ai_gov": body["ai_gov"], "finish_reason": choice["finish_reason"], "model_name": body["model"]}
    said = AIMessageChunk(
        content=choice["delta"].get("content") or "",
        tool_call_chunks=pieces,  # type: ignore[arg-type]
        usage_metadata=_usage(body),
        response_metadata=metadata,
    )
    return ChatGenerationChunk(message=said)
