"""The reader takes any string of any length, in pieces that nobody notices, in any number of threads."""

from __future__ import annotations

import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sudachipy import Dictionary, SplitMode

from ai_gov.nlp.reader import PIECE, PIECE_BYTES, SudachiReader, next_piece

READER = SudachiReader()
SENTENCE = "担当の山田太郎さんは、税務課で令和七年度の課税状況を取りまとめています。"


def pieces(text: str) -> list[str]:
    found, start = [], 0
    while start < len(text):
        stop, _ = next_piece(text, start)
        assert stop > start, "it goes on"
        found.append(text[start:stop])
        start = stop
    return found


def surfaces(text: str) -> list[str]:
    return [token.surface for token in READER.read(text).tokens]


LONG = {
    "lines": (SENTENCE + "\n") * 1_500,
    "sentences without lines": SENTENCE * 1_500,
    "nothing to cut at": "申請者" * 12_000,
    "one character": "あ" * 40_000,
    "four bytes each": "𠮷" * 20_000,
    "ascii": "a1 " * 20_000,
    "only line ends": "\n" * 40_000,
    "a line end far back": "\n" + "山" * 40_000,
    "exactly a piece": "山" * PIECE,
    "one more than a piece": "山" * (PIECE + 1),
    "a sentence end at the border": "山" * (PIECE - 1) + "。" + "川" * 10,
    "bytes over the limit below a piece": "𠮷" * (PIECE_BYTES // 4 + 1),
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_pieces_are_short_enough_and_make_the_whole(text):
    found = pieces(text)
    assert "".join(found) == text
    assert max(len(piece) for piece in found) <= PIECE == 16_000
    assert max(len(piece.encode()) for piece in found) <= PIECE_BYTES < 49_149


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_tokens_of_a_long_text_cover_it_once_and_in_order(text):
    reading = READER.read(text)
    done = 0
    for token in reading.tokens:
        assert token.start >= done
        assert reading.text[token.start : token.end] == token.surface
        assert not reading.text[done : token.start].strip(), "nothing but blanks is left out"
        done = token.end
    assert not reading.text[done:].strip()


@pytest.mark.parametrize("name", ["lines", "sentences without lines"])
def test_a_border_between_pieces_changes_no_token(name):
    unit = SENTENCE + ("\n" if name == "lines" else "")
    once = [token for token in surfaces(unit) if token.strip()]
    assert [token for token in surfaces(LONG[name]) if token.strip()] == once * 1_500


def test_without_a_good_border_the_end_of_a_piece_is_read_again():
    """A name that a border would cut is one token all the same."""
    text = "申請者" * 5_332 + "と山田太郎" + "申請者" * 100
    assert text.index("山田太郎") < PIECE < text.index("山田太郎") + 4
    assert "山田" in surfaces(text)
    assert "太郎" in surfaces(text)


def test_sudachi_itself_refuses_what_the_reader_takes():
    """The reason for the pieces; where this no longer holds, they can go."""
    tokenizer = Dictionary(dict="core").create(mode=SplitMode.C)
    with pytest.raises(Exception, match=r"(?i)too long|49149"):
        tokenizer.tokenize("山" * 17_000)
    assert READER.read("山" * 17_000).tokens


@pytest.mark.parametrize(
    "text",
    ["", " ", "\n", "\0", "\ud800", "\udfff山田\ud83d", "a\ud800b" * 5_000, "\u200b\u200d\ufeff", "\U000e0100", "👨‍👩‍👧", "ｶﾞｷﾞ", "㈱㍻㌔", "\x1b[0m"],
    ids=lambda text: ascii(text)[:24],
)  # fmt: skip
def test_odd_strings_are_read(text):
    reading = READER.read(text)
    reading.text.encode()
    assert all(reading.text[token.start : token.end] == token.surface for token in reading.tokens)


ODD = st.lists(
    st.one_of(
        st.text(max_size=10), st.sampled_from([SENTENCE, "\ud800", "㈱", "ｶﾞ", "\n", "〔氏名1〕", "𠮷野家", "\u200b"])
    ),
    max_size=12,
).map("".join)


@settings(deadline=None, max_examples=60)
@given(ODD)
def test_any_string_has_tokens_with_places_in_the_original(text):
    reading = READER.read(text)
    for token in reading.tokens:
        assert reading.text[token.start : token.end] == token.surface
        span = reading.source.to_original(token.start, token.end)
        assert 0 <= span[0] < span[1] <= len(text)


def test_names_keep_their_kind_and_place():
    (surname, given_name) = [token for token in READER.read(SENTENCE).tokens if "人名" in token.pos]
    assert (surname.surface, surname.pos[3]) == ("山田", "姓")
    assert (given_name.surface, given_name.pos[3]) == ("太郎", "名")
    assert SENTENCE[surname.start : given_name.end] == "山田太郎"


def test_many_threads_share_one_reader():
    texts = [f"{number}番の{SENTENCE}" * (number + 1) for number in range(8)]
    expected = [READER.read(text).tokens for text in texts]
    got: dict[int, list] = {}

    def work(number: int) -> None:
        got[number] = [READER.read(text).tokens for text in texts[number:] + texts[:number]]

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number in range(8):
        assert got[number] == expected[number:] + expected[:number]


def test_reading_takes_time_in_proportion_to_the_length():
    def seconds(size: int) -> float:
        text = (SENTENCE * (size // len(SENTENCE) + 1))[:size]
        start = time.thread_time()
        READER.read(text)
        return time.thread_time() - start

    seconds(1_000)
    small, large = min(seconds(20_000) for _ in range(3)), min(seconds(160_000) for _ in range(2))
    assert large < 8 * small * 3
