"""個人番号の遮蔽 in the arguments of a tool call: nothing of it reaches the reader, and JSON stays JSON."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_gov.redact.chat_answer import ChatAnswer
from ai_gov.redact.masking import JsonMasker
from ai_gov.redact.redact import redact
from tests.redact.strategies import GRAMMAR, cut

NUMBER = 123456789018
MASK = "〔個人番号・非表示〕"
NOTHING = redact("", (), GRAMMAR).vault


def shown(pieces):
    """The arguments that a client gathers of a stream."""
    answer, out = ChatAnswer(NOTHING, "m"), ""
    for piece in pieces:
        call = {"index": 0, "function": {"name": "f", "arguments": piece}}
        chunk = answer.chunk({"choices": [{"index": 0, "delta": {"tool_calls": [call]}}]})
        out += chunk["choices"][0]["delta"]["tool_calls"][0]["function"]["arguments"]
    for choice in answer.rest():
        out += choice["delta"]["tool_calls"][0]["function"]["arguments"]
    return out


def whole(arguments):
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": arguments}}
    body = {"choices": [{"index": 0, "message": {"role": "assistant", "tool_calls": [call]}}]}
    return ChatAnswer(NOTHING, "m").whole(body)["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ('{"n": 123456789018}', {"n": MASK}),
        ('{"n":123456789018,"m":5}', {"n": MASK, "m": 5}),
        ("[123456789018, 123456789018]", [MASK, MASK]),
        ("[123456789018\n, -123456789018, 7]", [MASK, MASK, 7]),
        ('{"n": 123456789018.0}', {"n": MASK}),
        ('{"n": 1.23456789018e11}', {"n": MASK}),
        ('{"n": 1.23456789018E+11, "s": "x"}', {"n": MASK, "s": "x"}),
        ("123456789018", MASK),
        ('{"s": "番号 1234-5678-9018 です"}', {"s": f"番号 {MASK} です"}),
        (r'{"s": "\" 123456789018 \\"}', {"s": f'" {MASK} \\'}),
        (r'{"s": "\u0009123456789018"}', {"s": f"\t{MASK}"}),
        (r'{"s": "\u0031\u0032345678901\u0038"}', {"s": MASK}),
        ('{"n": 123456789012, "a": [0, 1.5, -2e3]}', {"n": 123456789012, "a": [0, 1.5, -2e3]}),
    ],
)
def test_arguments_stay_json_whole_and_streamed(arguments, expected):
    assert json.loads(whole(arguments)) == expected
    assert json.loads(shown(arguments)) == expected  # a character at a time
    assert json.loads(shown([arguments[:9], arguments[9:]])) == expected


values = st.recursive(
    st.none()
    | st.booleans()
    | st.just(NUMBER)
    | st.just(float(NUMBER))
    | st.integers(-(10**15), 10**15)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text('12345678901 -"\\\n\tあ', max_size=15)
    | st.just("1234 5678 9018"),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=3), below, max_size=3),
    max_leaves=8,
)


@given(values, st.data(), st.booleans(), st.sampled_from([None, 1]))
def test_any_json_stays_json_wherever_it_is_cut(value, data, ascii_only, indent):
    arguments = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    masker = JsonMasker()
    masked = masker.push(arguments) + masker.finish()
    json.loads(masked)
    pieces = JsonMasker()
    assert "".join(pieces.push(piece) for piece in cut(data.draw, arguments)) + pieces.finish() == masked
    assert str(NUMBER) not in masked
    assert (masked == arguments) == (masker.counts.masked == 0)


@pytest.mark.parametrize(
    "text", ["番号は 1234 5678 9018 です", "123456789018", '{"n": 1234 5678 9018', "{'n': 123456789018}"]
)
def test_what_is_no_json_is_masked_all_the_same(text):
    masker = JsonMasker()
    masked = masker.push(text) + masker.finish()
    assert MASK in masked
    assert "9018" not in masked
