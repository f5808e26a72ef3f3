"""書き方を変えても見つかる: what is found is found written otherwise, and any string at all is inspected."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ai_gov.model import Action
from tests.detect.obfuscation import WAYS, lost, prompts
from tests.detect.whole import inspector

FRAGMENTS = (
    *("宛名番号 00123456", "氏名,住所,電話\n架空 太郎,霧沢市本町1-2-3,080-1234-5678\n", "個人番号 1234-5678-9018"),
    *(
        "〔氏名1〕",
        "［氏名１・姓］",
        "ｶｸｳ ﾀﾛｳ様",
        "昭和55年12月1日生",
        "\u200b",
        "\u202e",
        "\ud800",
        "\udfff",
        "\x00",
        "\r\n",
    ),
    *(
        "①②③④⑤⑥⑦⑧⑨⓪①⑧",
        "一二三四五六七八九〇一八",
        "㈱",
        "か\u3099",
        "邉\U000e0100",
        "𠮷",
        "password=Kx82hsP1",
        "10.1.2.3",
    ),
    *("| No | 氏名 |\n|---|---|\n", "予定価格 12,340,000円。開札は来週", "📞", "שלום", "مرحبا", "\t", "（", "】", "・"),
)
ANY = st.text(st.characters(codec=None), max_size=60)
TEXTS = st.lists(st.one_of(ANY, st.sampled_from(FRAGMENTS)), max_size=12).map("".join)


def test_less_than_a_hundredth_is_lost_however_it_is_written():
    results = [lost(way, prompts()[::9]) for way in WAYS]
    assert sum(result.found for result in results) > 100
    assert sum(len(result.lost) for result in results) <= sum(result.found for result in results) / 100


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS)
def test_any_string_is_inspected_and_comes_back(text):
    seen = inspector().inspect(text)
    done = 0
    for entity in seen.entities:
        assert done <= entity.start < entity.end <= len(text)
        done = entity.end
    if seen.action is Action.REDACT and not any(entity.irreversible for entity in seen.entities):
        assert inspector().restore(seen.redacted, seen) == text


@pytest.mark.parametrize(
    "piece", ["あ", "1", "1 ", "一", "①", "（", "\n", "\u200b", "ｶﾞ", "町1-", "番号,氏名\n", "〔氏名1〕", "|a"]
)
def test_a_text_of_one_piece_is_as_quick_as_it_is_long(piece):
    """Twenty thousand characters; a quadratic step would take minutes, which the suite's limit would end."""
    inspector().inspect((piece * 20_000)[:20_000])
