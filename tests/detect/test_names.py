"""氏名: a table of ways in which names are written, and of what only looks like one."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_gov.detect.names import find_names
from ai_gov.detect.readers import joined
from ai_gov.nlp.reader import SudachiReader

READER = SudachiReader()
MARK = re.compile("<([^<>@]+)>")
ROWS = [
    line.replace("\\n", "\n").replace("\\t", "\t")
    for line in (Path(__file__).parent / "names.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


def spans(text):
    reading = READER.read(text)
    return [reading.source.to_original(name.start, name.end) for name in joined(find_names(reading))]


def marked(row):
    text, spans = "", []
    done = 0
    for mark in MARK.finditer(row):
        text += row[done : mark.start()]
        spans.append((len(text), len(text) + len(mark[1])))
        text += mark[1]
        done = mark.end()
    return text + row[done:], spans


@pytest.mark.parametrize("row", ROWS)
def test_names_are_found_wholly_and_nothing_else_is(row):
    text, expected = marked(row)
    found = spans(text)
    covered = {at for start, end in found for at in range(start, end) if not text[at].isspace()}
    wanted = {at for start, end in expected for at in range(start, end) if not text[at].isspace()}
    assert [text[start:end] for start, end in expected if not set(range(start, end)) - covered <= blanks(text)] == []
    assert [text[start:end] for start, end in found if not wanted & set(range(start, end))] == []
    assert "".join(text[at] for at in sorted(covered - wanted)) == ""


def blanks(text):
    return {at for at, char in enumerate(text) if char.isspace() or char == "・"}


def test_the_table_holds_names_and_what_is_none():
    with_names = sum(bool(marked(row)[1]) for row in ROWS)
    assert len(ROWS) >= 100
    assert with_names >= 60
    assert len(ROWS) - with_names >= 35


PIECES = st.sampled_from(
    [
        "氏名",
        "：",
        "山際",
        " ",
        "　",
        "さん",
        "課長",
        "・",
        "みふゆ",
        "ﾔﾏｷﾞﾜ",
        "\n",
        "㈱",
        "𠮷",
        "\u200b",
        "NGUYEN",
        "Van",
        "、",
        "(",
        ")",
        "第一条",
        "\t",
        "様",
        "ー",
        "\ud800",
        "ヶ",
    ]
)


@given(st.lists(PIECES | st.text(max_size=3), max_size=30).map("".join))
def test_names_lie_inside_the_text_sorted_and_apart(text):
    found = spans(text)
    assert all(0 <= start < end <= len(text) for start, end in found)
    assert all(one[1] <= other[0] for one, other in pairwise(found))
