"""Checkpoints are signed notes as C2SP says; what is not signed by a known key is not believed."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_gov.audit.checkpoint import (
    Checkpoint,
    CheckpointError,
    SigningKey,
    VerifierKey,
    _split,
    open_note,
    read_notes,
    sign,
)

# The key and note that golang.org/x/mod/sumdb/note publishes in its documentation.
SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
LINE = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"

ROOT = bytes(range(32))
ONE = SigningKey.from_seed("town.example/log", b"1" * 32)
TWO = SigningKey.from_seed("town.example/log", b"2" * 32)
NOTE = sign(Checkpoint("town.example/log", 7, ROOT, ("time 2026-04-01T00:00:00Z",)), ONE)


def test_the_published_key_makes_the_published_note():
    key = SigningKey.from_seed("PeterNeumann", SEED)
    assert str(key.verifier) == VKEY
    assert key.signature_line(TEXT) == LINE
    text, [(name, blob)] = _split(TEXT + "\n" + LINE)
    assert (text, name) == (TEXT, "PeterNeumann")
    assert VerifierKey.parse(VKEY).verifies(blob[4:], text)
    assert not VerifierKey.parse(VKEY).verifies(blob[4:], text.replace("think", "thinK"))


lines = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)


@given(lines, st.integers(0, 10**18), st.binary(min_size=32, max_size=32), st.lists(lines, max_size=3).map(tuple))
def test_what_was_signed_is_what_is_opened(origin, size, root, extensions):
    note = sign(Checkpoint(origin, size, root, extensions), ONE)
    opened = open_note(note, [ONE.verifier])
    assert opened == Checkpoint(origin, size, root, extensions, (str(ONE.verifier),))


@given(st.integers(0, len(NOTE) - 1), st.characters())
def test_a_note_with_any_character_changed_is_refused(at, char):
    altered = NOTE[:at] + char + NOTE[at + 1 :]
    if altered != NOTE:
        with pytest.raises(CheckpointError):
            open_note(altered, [ONE.verifier])


@given(st.integers(0, len(NOTE) - 1))
def test_a_note_cut_off_anywhere_is_refused(at):
    with pytest.raises(CheckpointError):
        open_note(NOTE[:at], [ONE.verifier])


def test_a_note_of_unknown_keys_is_refused():
    for keys in ([], [TWO.verifier], [SigningKey.from_seed("other.example/log", b"1" * 32).verifier]):
        with pytest.raises(CheckpointError, match="知っている鍵"):
            open_note(NOTE, keys)


def test_several_keys_may_sign_and_one_that_is_known_is_enough():
    note = sign(Checkpoint("town.example/log", 7, ROOT), ONE, TWO)
    both = open_note(note, [TWO.verifier, ONE.verifier])
    assert both.signed_by == (str(ONE.verifier), str(TWO.verifier))
    assert open_note(note, [TWO.verifier]).signed_by == (str(TWO.verifier),)


def test_a_false_signature_of_a_known_key_makes_the_note_worthless_even_beside_a_true_one():
    false = ONE.signature_line("another text\n")
    with pytest.raises(CheckpointError, match="合いません"):
        open_note(sign(Checkpoint("town.example/log", 7, ROOT), TWO) + false, [ONE.verifier, TWO.verifier])


@pytest.mark.parametrize(
    "text",
    [
        "o\n7\n",
        "o\n07\n" + base64.b64encode(ROOT).decode() + "\n",
        "o\n-1\n" + base64.b64encode(ROOT).decode() + "\n",
        "o\n７\n" + base64.b64encode(ROOT).decode() + "\n",
        "\n7\n" + base64.b64encode(ROOT).decode() + "\n",
        "o\n7\n" + base64.b64encode(ROOT[:31]).decode() + "\n",
        "o\n7\n" + base64.b64encode(ROOT).decode() + "\n\nx\n",
        "o\n7\n" + base64.b64encode(ROOT).decode().replace("=", "") + "\n",
        "hello\n",
    ],
)
def test_a_signed_text_that_is_no_checkpoint_is_refused(text):
    with pytest.raises(CheckpointError):
        open_note(text + "\n" + ONE.signature_line(text), [ONE.verifier])


@pytest.mark.parametrize("bad", ["x\n1", "", "a\rb"])
def test_a_line_that_would_break_the_form_is_not_signed(bad):
    with pytest.raises(CheckpointError):
        sign(Checkpoint("town.example/log", 1, ROOT, (bad,)), ONE)
    with pytest.raises(CheckpointError):
        sign(Checkpoint(bad, 1, ROOT), ONE)


def test_a_checkpoint_is_not_written_without_a_key():
    with pytest.raises(ValueError, match="署名鍵"):
        sign(Checkpoint("o", 1, ROOT))


@given(st.integers(0, len(VKEY) - 1), st.characters())
def test_a_vkey_with_any_character_changed_is_refused(at, char):
    altered = VKEY[:at] + char + VKEY[at + 1 :]
    if altered != VKEY:
        with pytest.raises(CheckpointError):
            VerifierKey.parse(altered)


def test_a_key_name_with_blank_or_plus_is_refused():
    for name in ("", "a b", "a+b", "a\u3000b", "a\nb"):
        with pytest.raises(CheckpointError):
            VerifierKey(name, bytes(32))


def test_the_notes_of_an_append_only_file_are_read_one_by_one_and_a_torn_one_is_not_swallowed():
    second = sign(Checkpoint("town.example/log", 8, ROOT), ONE, TWO)
    text = NOTE + second + "\n" + NOTE[:40]
    assert list(read_notes(text.splitlines(keepends=True))) == [NOTE, second, NOTE[:40]]
    assert list(read_notes([])) == []


def test_a_private_key_is_in_no_repr():
    assert "private" not in repr(ONE)
