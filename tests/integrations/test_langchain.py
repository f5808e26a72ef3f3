"""Any chat model of LangChain can be governed: it sees no name, the caller gets names back, and each call is recorded."""

import asyncio
import json
from typing import Any

import pytest
from langchain_core.language_models import FakeMessagesListChatModel, GenericFakeChatModel
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.runnables import RunnableLambda
from langchain_core.tools import tool
from langchain_core.tracers import LangChainTracer
from pydantic import BaseModel, Field

from ai_gov.errors import BadRequest, Blocked, ConfigError, UpstreamError
from ai_gov.integrations.langchain import GovernedChatModel
from ai_gov.model import Actor

STAFF = Actor("1001", "132012", "110")
NAME = "山田太郎"
ASKED = f"氏名: {NAME}\n上の方に、窓口の受付時間を知らせる文を書いてください。"
MY_NUMBER = "個人番号: 123456789018"


class Recorder(FakeMessagesListChatModel):
    """Says what it was told to, and keeps what it was given."""

    responses: list[Any] = Field(default_factory=list)
    seen: list[Any] = Field(default_factory=list)
    bound: list[Any] = Field(default_factory=list)

    def _generate(self, messages, stop=None, run_manager=None, **kwargs):
        self.seen.append((messages, kwargs))
        return super()._generate(messages, stop, run_manager, **kwargs)

    def bind_tools(self, tools, *, tool_choice=None, **kwargs):
        self.bound.append((tools, tool_choice))
        return self.bind(**kwargs)


class Streaming(GenericFakeChatModel):
    """The same, piece by piece."""

    seen: list[Any] = Field(default_factory=list)

    def _stream(self, messages, stop=None, run_manager=None, **kwargs):
        self.seen.append((messages, kwargs))
        yield from super()._stream(messages, stop, run_manager, **kwargs)


@tool
def send_letter(to: str, text: str) -> str:
    """Send a letter."""
    return f"{to} {text}"


class Person(BaseModel):
    """Someone."""

    name: str


@pytest.fixture
def governed():
    made = []

    def make(model, **options):
        made.append(GovernedChatModel.wrap(model, actor=STAFF, **options))
        return made[-1]

    yield make
    for model in made:
        model.close()


def wrap_default(governed, model):
    """On a destination of the policy for which names are cut out."""
    made = governed(model)
    made.model_name = "default"
    return made


def sent(model):
    return "\n".join(str(message) for messages, _ in model.seen for message in messages) + str(
        [options for _, options in model.seen]
    )


def kinds(made):
    """How far each step of the log went, oldest first."""
    return [new.step.exchange.state.value for new in made.audit_store.audit.drafts]


def test_the_wrapped_model_sees_no_name_and_the_caller_gets_it_back(governed):
    inner = Recorder(responses=[AIMessage("〔氏名1〕様　受付は9時からです。")], seen=[])
    made = wrap_default(governed, inner)
    said = made.invoke([SystemMessage("市の職員を助けます。"), HumanMessage(ASKED)])
    assert NAME not in sent(inner)
    assert "〔氏名1〕" in sent(inner)
    assert said.text.startswith(f"{NAME}様")
    assert said.response_metadata["ai_gov"]["action"] == "redact"
    assert kinds(made) == ["decided", "answered"]


async def test_it_answers_asynchronously_and_many_at_once(governed):
    inner = Recorder(responses=[AIMessage("〔氏名1〕様")], seen=[])
    made = wrap_default(governed, inner)
    answers = await asyncio.gather(*(made.ainvoke(ASKED) for _ in range(4)))
    assert all(answer.text.startswith(NAME) for answer in answers)
    assert sorted(kinds(made)) == ["answered"] * 4 + ["decided"] * 4


def test_a_stream_is_restored_although_the_placeholder_is_cut(governed):
    inner = Streaming(messages=iter([AIMessage("こんにちは 〔氏 名1〕 〔氏名1〕 様")]), seen=[])
    made = wrap_default(governed, inner)
    pieces = list(made.stream(ASKED))
    whole = pieces[0]
    for piece in pieces[1:]:
        whole += piece
    assert NAME not in sent(inner)
    assert f"{NAME} 様" in whole.text
    assert whole.response_metadata["ai_gov"]["record"]
    assert kinds(made) == ["decided", "answered"]


async def test_a_stream_that_is_left_early_is_recorded_as_such(governed):
    class Slow(GenericFakeChatModel):
        async def _astream(self, messages, stop=None, run_manager=None, **kwargs):
            for chunk in self._stream(messages):
                yield chunk
                await asyncio.sleep(0.05)

    made = wrap_default(governed, Slow(messages=iter([AIMessage("一 二 三 四 五 六 " * 50)])))
    stream = made.astream(ASKED)
    await anext(stream)
    await stream.aclose()
    for _ in range(100):
        if len(kinds(made)) == 2:
            break
        await asyncio.sleep(0.02)
    assert kinds(made) == ["decided", "client_gone"]


def test_arguments_of_a_tool_call_are_restored(governed):
    call = {"name": "send_letter", "args": {"to": "〔氏名1〕", "text": "9時から"}, "id": "call00001"}
    inner = Recorder(responses=[AIMessage("", tool_calls=[call])], seen=[], bound=[])
    made = wrap_default(governed, inner).bind_tools([send_letter], tool_choice="send_letter")
    said = made.invoke(ASKED)
    assert said.tool_calls[0]["args"] == {"to": NAME, "text": "9時から"}
    assert inner.bound[0][1] == "send_letter"
    assert inner.bound[0][0][0]["function"]["name"] == "send_letter"


def test_tool_calls_and_results_of_earlier_turns_are_inspected(governed):
    inner = Recorder(responses=[AIMessage("済みました。")], seen=[])
    call = {"name": "send_letter", "args": {"to": NAME, "text": "9時から"}, "id": "abc"}
    made = wrap_default(governed, inner)
    made.invoke(
        [HumanMessage(ASKED), AIMessage("", tool_calls=[call]), ToolMessage(f"{NAME} 様に送付", tool_call_id="abc")]
    )
    assert NAME not in sent(inner)
    messages = inner.seen[0][0]
    assert messages[1].tool_calls[0]["id"] == messages[2].tool_call_id


def test_structured_output_comes_back_with_the_name(governed):
    call = {"name": "Person", "args": {"name": "〔氏名1〕"}, "id": "call00001"}
    inner = Recorder(responses=[AIMessage("", tool_calls=[call])], seen=[], bound=[])
    assert wrap_default(governed, inner).with_structured_output(Person).invoke(ASKED) == Person(name=NAME)
    assert inner.bound[0][1] == "any"


@pytest.mark.parametrize("how", ["invoke", "stream"])
def test_a_blocked_prompt_raises_and_nothing_is_sent(governed, how):
    inner = Recorder(responses=[AIMessage("")], seen=[])
    made = wrap_default(governed, inner)
    with pytest.raises(Blocked) as stopped:
        getattr(made, how)(MY_NUMBER) if how == "invoke" else list(made.stream(MY_NUMBER))
    assert inner.seen == []
    assert stopped.value.record
    assert kinds(made) == ["blocked"]


def test_a_picture_and_an_unknown_option_are_refused(governed):
    inner = Recorder(responses=[AIMessage("")], seen=[])
    made = wrap_default(governed, inner)
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    with pytest.raises(BadRequest):
        made.invoke([HumanMessage([picture])])
    with pytest.raises(BadRequest):
        made.invoke("こんにちは", extra_thing=NAME)
    assert inner.seen == []


def test_an_error_of_the_wrapped_model_is_recorded(governed):
    def fail(*_args, **_kwargs):
        raise RuntimeError("no")

    class Failing(Recorder):
        _generate = fail

    made = wrap_default(governed, Failing(seen=[]))
    with pytest.raises(UpstreamError):
        made.invoke(ASKED)
    assert kinds(made) == ["decided", "failed"]


def test_callbacks_of_the_callers_chain_do_not_reach_the_wrapped_model(governed):
    inner = Recorder(responses=[AIMessage("〔氏名1〕様")], seen=[])
    chain = RunnableLambda(lambda text: text) | wrap_default(governed, inner)
    told = []

    from langchain_core.callbacks import BaseCallbackHandler

    class Handler(BaseCallbackHandler):
        def on_chat_model_start(self, serialized, messages, **kwargs):
            told.append(json.dumps([str(m) for batch in messages for m in batch]))

    chain.invoke(ASKED, {"callbacks": [Handler()]})
    assert len(told) == 1


def test_it_refuses_to_work_while_langsmith_listens(governed, monkeypatch):
    inner = Recorder(responses=[AIMessage("")], seen=[])
    made = wrap_default(governed, inner)
    from langsmith import tracing_context

    with tracing_context(enabled=True), pytest.raises(ConfigError):
        made.invoke(ASKED)
    tracer = LangChainTracer.__new__(LangChainTracer)
    with pytest.raises(ConfigError):
        made.invoke(ASKED, {"callbacks": [tracer]})
    with pytest.raises(ConfigError):
        list(made.stream(ASKED, {"callbacks": [tracer]}))
    assert inner.seen == []


def test_records_can_be_kept_in_a_data_directory(tmp_path):
    inner = Recorder(responses=[AIMessage("〔氏名1〕様")], seen=[])
    made = GovernedChatModel.wrap(inner, actor=STAFF, data_dir=tmp_path)
    made.invoke(ASKED)
    counts = made.audit_store.audit.counts()
    made.close()
    assert counts.entries >= 2


def test_nothing_of_the_package_imports_langchain_before_it_is_asked_for():
    import subprocess
    import sys

    code = "import sys, ai_gov, ai_gov.integrations, ai_gov.wiring; sys.exit('langchain_core' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
