"""LangChain's own client of OpenAI works against the gateway as it is: text, streams, tools, structured output."""

import openai
import pytest
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from pydantic import BaseModel

from tests.integrations.serving import gateway

NAME = "山田太郎"
ASKED = f"氏名: {NAME}\n上の方への案内文を書いてください。"


class Person(BaseModel):
    """Someone."""

    name: str


@tool
def send_letter(to: str) -> str:
    """Send a letter."""
    return to


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    with gateway(tmp_path_factory.mktemp("data")) as (url, key):
        yield ChatOpenAI(model="demo", base_url=url, api_key=key, max_retries=0)


def test_text_comes_back_with_the_name(model):
    assert f"{NAME} 様" in model.invoke(ASKED).text


def test_a_stream_comes_back_with_the_name(model):
    assert f"{NAME} 様" in "".join(chunk.text for chunk in model.stream(ASKED))


def test_a_tool_is_called_with_the_name(model):
    said = model.bind_tools([send_letter]).invoke(ASKED)
    assert said.tool_calls[0]["args"] == {"to": NAME}


@pytest.mark.parametrize("method", ["json_schema", "function_calling"])
def test_structured_output_comes_back_with_the_name(model, method):
    assert model.with_structured_output(Person, method=method).invoke(ASKED) == Person(name=NAME)


def test_a_blocked_prompt_is_a_permission_error(model):
    with pytest.raises(openai.PermissionDeniedError):
        model.invoke("個人番号: 123456789018")
