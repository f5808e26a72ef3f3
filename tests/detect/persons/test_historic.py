"""歴史上の人物: the list holds whole names once each, and nothing of today hides behind it."""

from collections import Counter
from importlib import resources

import pytest

from ai_gov.detect.names import find_names
from ai_gov.nlp.reader import SudachiReader

READER = SudachiReader()
TEXT = resources.files("ai_gov.detect").joinpath("data", "historic.txt").read_text("utf-8")
NAMES = [word for line in TEXT.splitlines() if not line.startswith("#") for word in line.split()]


def found(text):
    return [text[name.start : name.end] for name in find_names(READER.read(text))]


def test_the_list_names_everybody_once_and_wholly():
    assert [name for name, count in Counter(NAMES).items() if count > 1] == []
    assert min(map(len, NAMES)) >= 2
    assert len(NAMES) > 400


@pytest.mark.parametrize("text", ["夏目漱石の読書会", "渋沢栄一と津田梅子の展示", "「小林一茶」の句を選ぶ"])
def test_a_historic_person_is_left(text):
    assert found(text) == []


@pytest.mark.parametrize(
    "text", ["坂本龍馬さんから電話", "申請者：小林一茶", "原敬（小4）の欠席", "担当は高杉晋作主査"]
)
def test_somebody_of_today_with_that_name_is_hidden(text):
    assert found(text) != []
