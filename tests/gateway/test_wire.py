"""依頼の読み取り: what of a request may leave, and what is refused where."""

from __future__ import annotations

import json
import typing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_gov.errors import AiGovError, BadRequest, TooLarge
from ai_gov.gateway.fields import FIELDS, render_fields_ja
from ai_gov.gateway.shapes import Treatment
from ai_gov.gateway.strings import unescape
from ai_gov.gateway.wire import ChatRequest, WireLimits, read_chat
from tests.gateway.bodies import CANARY, FULL, at, minimal, put, spots

DOCS = "docs/fields.md"


def read(body: object, **kwargs: typing.Any) -> ChatRequest:
    raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    return read_chat(raw, **kwargs)


def refused(body: object, **kwargs: typing.Any) -> AiGovError:
    with pytest.raises((BadRequest, TooLarge)) as caught:
        read(body, **kwargs)
    return caught.value


def texts(chat: ChatRequest) -> list[str]:
    return [leaf.text for leaf in chat.payload.leaves]


def user(content: object, **more: object) -> dict[str, object]:
    return {"model": "m", "messages": [{"role": "user", "content": content}], **more}


def test_the_full_request_is_read_and_leaves_as_it_came_but_for_what_the_table_replaces() -> None:
    sent = json.loads(read(FULL, pseudonym="u-1").payload.encode())
    assert sent["messages"][0] == FULL["messages"][0]
    assert sent["tools"] == FULL["tools"]
    assert sent["response_format"] == FULL["response_format"]
    assert json.loads(sent["messages"][2]["tool_calls"][0]["function"]["arguments"]) == {"氏名": "様", "件数": 3}
    assert (sent["user"], sent["store"]) == ("u-1", False)
    assert not {"metadata", "model", "modalities", "logprobs", "prompt_cache_retention"} & set(sent)


def test_every_field_of_the_table_is_exercised_by_the_full_request_or_refused() -> None:
    for field in FIELDS:
        spot = spots(FULL, field.path)
        if field.treatment is Treatment.REFUSED:
            body = put(FULL, field.path, {"x": CANARY})
            error = refused(body)
            assert (error.code, error.status) == ("unsupported_field", 400), field.path
            assert field.note in error.message
            assert CANARY not in error.message
        else:
            assert spot, f"{field.path} is missing in the full request"


@pytest.mark.parametrize("field", [f for f in FIELDS if f.treatment is not Treatment.REFUSED], ids=lambda f: f.path)
def test_a_name_put_where_any_field_stands_is_a_leaf_or_is_refused_or_does_not_leave(field) -> None:
    messages: list[str] = []
    for path in spots(FULL, field.path):
        body = put(FULL, field.path, CANARY, path)
        try:
            chat = read(body)
        except AiGovError as error:
            messages.append(error.message + str(error.param))
            continue
        encoded = chat.payload.encode().decode()
        if CANARY in encoded:
            assert any(CANARY in text for text in texts(chat)), path
    assert CANARY not in "".join(messages)


@pytest.mark.parametrize("field", [f for f in FIELDS if f.treatment is not Treatment.REFUSED], ids=lambda f: f.path)
def test_a_name_used_as_an_unknown_field_is_refused_at_every_depth_and_not_repeated(field) -> None:
    for path in spots(FULL, field.path):
        value = at(FULL, path)
        if field.treatment is not Treatment.CONTAINER or not isinstance(value, dict):
            continue
        error = refused(put(FULL, field.path, {**value, CANARY: "x"}, path))
        assert error.code in ("unknown_field", "invalid_value"), path
        assert CANARY not in error.message + str(error.param)
        error = refused(put(FULL, field.path, {**value, "cache_control": {"type": "ephemeral"}}, path))
        assert error.code in ("unknown_field", "invalid_value"), path


def test_an_unknown_field_is_named_by_its_place() -> None:
    assert refused(user("x", cache_control=1)).param == "cache_control"
    body = user("x")
    body["messages"][0]["山田"] = 1
    assert refused(body).param == "messages[0].（3番目の項目）"


def test_every_field_that_the_official_sdk_can_send_stands_in_the_table() -> None:
    """Walks the SDK's types; a field that a new version adds fails here until somebody decides about it."""
    import typing_extensions
    from openai.types.chat import completion_create_params as api

    listed = {field.path for field in FIELDS}
    free = {f.path for f in FIELDS if any(type(s).__name__ in ("Anything", "Schema", "Entries") for s in f.shapes)}
    seen: set[str] = set()

    def walk(kind: typing.Any, path: str) -> None:
        if path in free:
            seen.add(path)
            return
        origin = typing.get_origin(kind)
        if typing_extensions.is_typeddict(kind):
            for key, child in typing_extensions.get_type_hints(kind).items():
                walk(child, f"{path}.{key}" if path else key)
        elif origin in (typing.Union, *_UNIONS):
            for child in typing.get_args(kind):
                walk(child, path)
        elif origin is not None and origin not in (typing.Literal, dict):
            for child in typing.get_args(kind):
                walk(child, f"{path}[]" if _is_list(origin) else path)
        else:
            seen.add(path)

    walk(api.CompletionCreateParamsNonStreaming, "")
    assert len(seen) > 60
    tools = {path for path in seen if path.startswith("tool_choice.allowed_tools.tools[]")}
    missing = {p for p in seen - tools if p not in listed}
    assert not missing


_UNIONS = (type(int | str),)


def _is_list(origin: object) -> bool:
    return getattr(origin, "__name__", "") in ("Iterable", "list", "List", "SequenceNotStr")


def test_the_published_table_is_the_one_in_force() -> None:
    with open(DOCS, encoding="utf-8") as file:  # noqa: PTH123
        assert file.read() == render_fields_ja()


def test_strings_of_a_schema_are_walked_whole_and_its_own_words_are_not() -> None:
    schema = {
        "type": "object",
        "title": "題",
        "description": "説明",
        "properties": {
            "滞納者": {"type": "string", "enum": ["甲"], "const": "乙", "default": "丙", "examples": ["丁"]},
            "番号": {"type": "integer", "default": 123456789018, "pattern": "戊"},
        },
        "$defs": {"己": {"type": ["string", "null"], "x-memo": "庚"}},
        "required": ["滞納者"],
    }
    chat = read(user("x", response_format={"type": "json_schema", "json_schema": {"name": "a", "schema": schema}}))
    fixed = {leaf.text for leaf in chat.payload.leaves if not leaf.replaceable}
    loose = {leaf.text for leaf in chat.payload.leaves if leaf.replaceable}
    assert fixed == {"a", "滞納者", "番号", "123456789018", "戊", "己", "x-memo"}
    assert loose == {"x", "題", "説明", "甲", "乙", "丙", "丁", "庚"}


def test_arguments_are_opened_so_that_escapes_hide_nothing() -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": r'{"\u5c71": ["\u7530", 12345678]}'}}
    chat = read(user("x", messages=[{"role": "assistant", "content": None, "tool_calls": [call]}]))
    assert texts(chat) == ["f", "山", "田", "12345678"]
    sent = json.loads(chat.payload.encode())
    assert sent["messages"][0]["tool_calls"][0]["function"]["arguments"] == '{"山":["田",12345678]}'
    assert sent["messages"][0]["content"] is None
    replaced = chat.payload.replace(["f", "山", '〔"〕', "12345678"])
    arguments = json.loads(replaced.encode())["messages"][0]["tool_calls"][0]["function"]["arguments"]
    assert json.loads(arguments) == {"山": ['〔"〕', 12345678]}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ("滞納者の一覧", None),
        (r"\u5c71\u7530", "invalid_json"),
        (r'{"a": 1, "a": "\u5c71"}', "invalid_json"),
        ('"山田"', None),
        ("123456789018", None),
        ("", None),
    ],
)
def test_arguments_that_are_no_object_are_read_as_they_stand_unless_they_have_escapes(arguments, code) -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": arguments}}
    body = user("x", messages=[{"role": "assistant", "tool_calls": [call]}])
    if code:
        assert refused(body).code == code
        return
    chat = read(body)
    assert texts(chat)[1:] == ([arguments.strip('"')] if arguments else [])
    sent = json.loads(chat.payload.encode())["messages"][0]["tool_calls"][0]["function"]["arguments"]
    assert sent == arguments


def test_a_tools_answer_in_json_is_opened_where_it_has_escapes() -> None:
    body = user("x", messages=[{"role": "tool", "tool_call_id": "c", "content": r'{"n": "\u5c71\u7530"}'}])
    assert texts(read(body)) == ["n", "山田"]
    plain = user("x", messages=[{"role": "tool", "tool_call_id": "c", "content": '{"n":  "山田"}'}])
    assert texts(read(plain)) == ['{"n":  "山田"}']


def test_what_escapes_hide_in_prose_is_inspected_too_but_stays_as_it_is() -> None:
    chat = read(user(r"氏名は\u5c71\u7530です"))
    assert [(leaf.text, leaf.replaceable) for leaf in chat.payload.leaves] == [
        (r"氏名は\u5c71\u7530です", True),
        ("氏名は山田です", False),
    ]
    assert rb"\\u5c71\\u7530" in chat.payload.encode()
    assert unescape("%E5%B1%B1&#x7530;") == "山田"
    assert unescape(r"\\u005cu5c71") == "\\山"


def test_text_parts_of_a_message_are_one_text() -> None:
    parts = [{"type": "text", "text": "1234-5678"}, {"type": "text", "text": "-9018"}]
    chat = read(user(parts, messages=[{"role": "user", "content": parts}, {"role": "user", "content": parts}]))
    assert chat.payload.document().text == "1234-5678-9018\n\n1234-5678-9018"


def test_call_ids_are_given_anew_so_that_they_carry_nothing() -> None:
    call = {"id": CANARY, "type": "function", "function": {"name": "f", "arguments": "{}"}}
    messages = [
        {"role": "assistant", "tool_calls": [call, {**call, "id": "b"}]},
        {"role": "tool", "tool_call_id": "b", "content": "x"},
        {"role": "tool", "tool_call_id": CANARY, "content": "x"},
    ]
    sent = json.loads(read(user("", messages=messages)).payload.encode())["messages"]
    assert [call["id"] for call in sent[0]["tool_calls"]] == ["call00001", "call00002"]
    assert [message["tool_call_id"] for message in sent[1:]] == ["call00002", "call00001"]


@pytest.mark.parametrize(
    ("more", "param", "code"),
    [
        ({"temperature": 2.1}, "temperature", "invalid_value"),
        ({"temperature": "0.1"}, "temperature", "invalid_value"),
        ({"temperature": True}, "temperature", "invalid_value"),
        ({"seed": 2**31}, "seed", "invalid_value"),
        ({"n": 9}, "n", "invalid_value"),
        ({"n": 1.5}, "n", "invalid_value"),
        ({"max_tokens": 0}, "max_tokens", "invalid_value"),
        ({"logit_bias": {"1234567": 1}}, "logit_bias", "invalid_value"),
        ({"logit_bias": {"12": 101}}, "logit_bias.*", "invalid_value"),
        ({"reasoning_effort": CANARY}, "reasoning_effort", "invalid_value"),
        ({"stop": ["a"] * 17}, "stop", "too_large"),
        ({"model": CANARY}, "model", "invalid_value"),
        ({"logprobs": True}, "logprobs", "unsupported_field"),
        ({"modalities": ["audio"]}, "modalities[0]", "unsupported_field"),
        ({"tools": [{"type": "web_search"}]}, "tools[0].type", "unsupported_field"),
        ({"tools": [{"type": CANARY}]}, "tools[0].type", "invalid_value"),
        ({"tools": [{"type": "function", "function": {"name": CANARY}}]}, "tools[0].function.name", "invalid_value"),
        ({"tools": [{"type": "function", "function": {}}]}, "tools[0].function.name", "missing_field"),
        ({"messages": []}, "messages", "invalid_value"),
        ({"messages": None}, "messages", "missing_field"),
        ({"messages": "x"}, "messages", "invalid_value"),
        ({"messages": ["x"]}, "messages[0]", "invalid_value"),
        ({"messages": [{"content": "x"}]}, "messages[0].role", "missing_field"),
        ({"messages": [{"role": "root", "content": "x"}]}, "messages[0].role", "invalid_value"),
        ({"messages": [{"role": "user", "content": 1}]}, "messages[0].content", "invalid_value"),
        ({"messages": [{"role": "user", "content": "x"}] * 2001}, "messages", "too_large"),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": CANARY}}]}]},
            "messages[0].content[0].type",
            "unsupported_field",
        ),
        (
            {"messages": [{"role": "user", "content": [{"file": {"file_id": CANARY}, "type": "file"}]}]},
            "messages[0].content[0].file",
            "unsupported_field",
        ),
    ],
)
def test_what_can_not_be_taken_is_refused_with_its_place(more, param, code) -> None:
    error = refused(user("x", **more))
    assert (error.param, error.code) == (param, code)
    assert CANARY not in error.message


def test_numbers_are_rounded_and_long_ones_are_leaves() -> None:
    chat = read(user("x", temperature=0.123456789018, seed=1234567))
    assert json.loads(chat.payload.encode())["temperature"] == 0.1235
    assert texts(chat) == ["x", "1234567"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "invalid_json"),
        (b"{", "invalid_json"),
        (b"[]", "invalid_json"),
        (b'"x"', "invalid_json"),
        (b"\xff\xfe{}", "invalid_json"),
        (b"\xef\xbb\xbf{}", "invalid_json"),
        (b'{"model": "m", "model": "n"}', "duplicate_key"),
        (b'{"temperature": NaN}', "invalid_json"),
        (b'{"temperature": -Infinity}', "invalid_json"),
        (b'{"temperature": 1e999}', "invalid_json"),
        (b'{"seed": ' + b"9" * 5000 + b"}", "invalid_json"),
        (b"[" * 100_000, "too_deep"),
        (b'{"a":' * 100_000, "too_deep"),
        (b'{"model": "m", "messages": "\xed\xa0\x80"}', "invalid_json"),
    ],
)
def test_a_body_that_is_no_plain_json_is_refused(body, code) -> None:
    error = refused(body)
    assert (error.code, error.status) == (code, 400)


def test_schemas_and_arguments_nested_too_deep_are_refused() -> None:
    deep: object = "x"
    for _ in range(40):
        deep = {"a": deep}
    format_ = {"type": "json_schema", "json_schema": {"name": "a", "schema": deep}}
    assert refused(user("x", response_format=format_)).code == "too_deep"
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": json.dumps(deep)}}
    assert refused(user("x", messages=[{"role": "assistant", "tool_calls": [call]}])).code == "too_deep"
    call["function"]["arguments"] = "[" * 50_000
    assert refused(user("x", messages=[{"role": "assistant", "tool_calls": [call]}])).code in (
        "too_deep",
        "invalid_json",
    )


def test_lone_surrogates_and_nuls_are_made_harmless_everywhere() -> None:
    raw = (
        rb'{"model":"m","messages":[{"role":"user","content":"\ud800\u5c71\u0000\u7530"},'
        rb'{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f",'
        rb'"arguments":"{\"a\\ud800\":\"\\u0000b\"}"}}]}]}'
    )
    chat = read(raw)
    assert texts(chat) == ["�山田", "f", "a�", "b"]
    chat.payload.encode()


def test_keys_that_are_the_same_once_made_harmless_are_refused() -> None:
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": json.dumps({"a": 1, "a\0": 2})}}
    assert refused(user("x", messages=[{"role": "assistant", "tool_calls": [call]}])).code == "duplicate_key"


def test_a_pair_of_surrogates_is_one_character() -> None:
    assert texts(read(rb'{"model":"m","messages":[{"role":"user","content":"\ud842\udfb7"}]}')) == ["𠮷"]


def test_too_many_bytes_are_413() -> None:
    error = refused(user("x" * 1_000), limits=WireLimits(max_body_bytes=1_000))
    assert (error.status, error.code) == (413, "too_large")


def test_usage_is_always_asked_for_in_a_stream_and_it_is_known_whether_the_client_did() -> None:
    chat = read(user("x", stream=True))
    assert chat.stream
    assert not chat.include_usage
    assert chat.payload.body["stream_options"] == {"include_usage": True}
    assert read(user("x", stream=True, stream_options={"include_usage": True})).include_usage


def test_a_request_shows_no_text_of_it() -> None:
    arguments = json.dumps({CANARY: [CANARY, {CANARY: 1}]})
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": arguments}}
    chat = read(user(CANARY, messages=[{"role": "assistant", "tool_calls": [call]}]))
    assert CANARY not in repr(chat)
    assert {leaf.json_path for leaf in chat.payload.leaves} == {
        "messages[0].tool_calls[0].function.name",
        "messages[0].tool_calls[0].function.arguments",
    }


keys = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)


@given(json_values)
def test_any_value_in_place_of_any_field_is_read_or_refused_and_never_breaks(value) -> None:
    for field in FIELDS:
        body = put(minimal(), field.path, value)
        try:
            chat = read(json.dumps(body).encode())
        except AiGovError:
            continue
        json.loads(chat.payload.encode())


@given(json_values)
def test_all_strings_of_any_arguments_are_leaves(value) -> None:
    arguments = json.dumps(value, ensure_ascii=True)
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": arguments}}
    chat = read(user("x", messages=[{"role": "assistant", "tool_calls": [call]}]))
    found = set(texts(chat))

    def strings(node: object) -> typing.Iterator[str]:
        if isinstance(node, str):
            yield node
        elif isinstance(node, dict):
            for key, child in node.items():
                yield key
                yield from strings(child)
        elif isinstance(node, list):
            for child in node:
                yield from strings(child)

    assert {text.replace("\0", "") for text in strings(value)} - {""} <= found
