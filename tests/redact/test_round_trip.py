import json

from hypothesis import given
from hypothesis import strategies as st

from ai_gov.redact.chat_answer import ChatAnswer
from ai_gov.redact.masking import Masker
from ai_gov.redact.redact import redact
from ai_gov.redact.restore import Restorer, restore
from tests.redact.strategies import GRAMMAR, cut, texts


@given(texts())
def test_what_was_redacted_is_restored_to_the_letter(case):
    text, findings = case
    done = redact(text, findings, GRAMMAR)
    assert restore(done.apply(text), done.vault) == text


@given(texts())
def test_no_surface_that_was_found_stays_at_its_place(case):
    text, findings = case
    done = redact(text, findings, GRAMMAR)
    cuts = {(edit.start, edit.end) for edit in done.edits}
    assert all((finding.start, finding.end) in cuts for finding in findings)


@given(texts(), st.data())
def test_restoring_does_not_depend_on_where_the_pieces_are_cut(case, data):
    text, findings = case
    done = redact(text, findings, GRAMMAR)
    answer = done.apply(text) + text
    restorer = Restorer(done.vault)
    shown = "".join(restorer.push(piece) for piece in cut(data.draw, answer)) + restorer.finish()
    assert shown == restore(answer, done.vault)


@given(st.text(alphabet="0123456789 -－ー１２３４５６７８９０あ\n.", max_size=60), st.data())
def test_masking_does_not_depend_on_where_the_pieces_are_cut(text, data):
    whole, pieces = Masker(), Masker()
    expected = whole.push(text) + whole.finish()
    assert "".join(pieces.push(piece) for piece in cut(data.draw, text)) + pieces.finish() == expected


@given(texts(), st.data(), st.booleans())
def test_arguments_of_a_tool_call_stay_json_and_are_restored(case, data, ascii_only):
    text, findings = case
    done = redact(text, findings, GRAMMAR)
    arguments = json.dumps({"text": done.apply(text)}, ensure_ascii=ascii_only)
    answer = ChatAnswer(done.vault, "m")
    shown = ""
    for piece in cut(data.draw, arguments):
        call = {"index": 0, "function": {"arguments": piece}}
        chunk = answer.chunk({"choices": [{"index": 0, "delta": {"tool_calls": [call]}}]})
        shown += chunk["choices"][0]["delta"]["tool_calls"][0]["function"]["arguments"]
    for choice in answer.rest():
        shown += choice["delta"]["tool_calls"][0]["function"]["arguments"]
    assert json.loads(shown) == {"text": text}
