"""Whatever the text: no exception, spans of the original, sorted and disjoint, in time that grows with the length."""

from __future__ import annotations

import datetime as dt
import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ai_gov.detect.detector import Detector
from ai_gov.rules.library import parse_rules
from ai_gov.rules.schema import AllowList, Published
from tests.detect.engine import NUMBERS, files, found, numbers, read

PIECES = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        [
            "個人番号", "1234 5678 9018", "１２３４", "〇九〇ー一二三四ー五六七八", "090-1234-5678", "宛名番号,氏名\n", "\n", ",",
            "㈱", "ｶﾞ", "\ud800", "\u200b", "\U000e0100", "普通 1234567", "a@b.example", "〔氏名1〕", "福島 583 む 6-15", "İ", "\r\n", "||",
        ]
    ),
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=25).map("".join)


@settings(deadline=None)
@given(TEXTS)
def test_any_string_gives_valid_sorted_disjoint_spans(text):
    findings = numbers().detect(read(text))
    done = 0
    for finding in findings:
        assert done <= finding.start < finding.end <= len(text)
        assert 0 <= finding.score <= 1
        done = finding.end


def test_spans_are_those_of_the_original():
    text = "㈱見本　ｶﾞｸ　個人番号：１２３４　５６７８　９０１８。"
    assert found(numbers(), text) == [("JP_MY_NUMBER", "１２３４　５６７８　９０１８")]


def test_placeholders_are_left_alone():
    assert found(numbers(), "宛名番号 〔番号1〕、電話〔電話番号12〕") == []


def test_published_facts_are_left_alone_until_their_day_and_my_numbers_never():
    allow = AllowList(
        schema=1,
        published=(
            Published(text="０９０-1234-5678", reason="公用携帯", expires=dt.date(2027, 3, 31)),
            Published(text="123456789018", reason="誤り", expires=dt.date(2027, 3, 31)),
        ),
    )
    rules = parse_rules(files(*NUMBERS))
    text = "本人 090-1234-5678 個人番号 123456789018"
    before = Detector(rules, allow, dt.date(2027, 3, 31))
    assert found(before, text) == [("JP_MY_NUMBER", "123456789018")]
    after = Detector(rules, allow, dt.date(2027, 4, 1))
    assert found(after, text) == [("PHONE_NUMBER", "090-1234-5678"), ("JP_MY_NUMBER", "123456789018")]


def test_one_detector_serves_many_threads():
    text = "個人番号 1234 5678 9018、携帯 090-1234-5678、宛名番号 12345678" * 20
    expected = numbers().detect(read(text))
    got = []
    threads = [threading.Thread(target=lambda: got.append(numbers().detect(read(text)))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [expected] * 4


@pytest.mark.parametrize(
    "piece",
    [
        "1 ", "1234 ", "1234567890", "090-", "個人番号", "個人番号123456789018,", "伝票番号 123456789018 ", "a@", "a@a.", "(0248)",
        "あ", "一", "宛名番号,氏名\n1,2\n", "1,1,1,1\n", "普通 1234567 ", "〔番号", "〒123-0001 様", "a.", "\n", "被保険者番号 ",
    ],
)  # fmt: skip
def test_repeated_pieces_cost_linear_time(piece):
    def seconds(size):
        text = (piece * (size // len(piece) + 1))[:size]
        reading = read(text)
        start = time.process_time()
        numbers().detect(reading)
        return time.process_time() - start

    seconds(1_000)
    small, large = seconds(10_000), seconds(80_000)
    assert large < 8 * small * 3 + 0.1
