"""正規化: what is found in the copy is cut in the original, whatever was typed."""

from __future__ import annotations

import itertools
import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ai_gov.text import digit_runs, digit_view, name_key, normalize

odd = st.sampled_from(
    list(
        "ｶﾞﾊﾟﾞ゛か\u3099は\u309a\u0301\u0323e辻\U000e0100\ufe0f\u200b\u00ad\r\n\t\x00㈱㍻①⑨１２12ー−—一〇三-() .\ud800\ud83d\ude00\ufdd0\ufdfa㎡½⻑"
    )
)
any_text = st.lists(odd | st.characters(), max_size=60).map("".join)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("ＡＢＣ１２３：＠", "ABC123:@"),
        ("ﾀﾅｶ ｼﾞﾛｳ ﾊﾟﾝ", "タナカ ジロウ パン"),
        ("か\u3099き\u3099は\u309a", "がぎぱ"),
        ("か゛", "が"),
        ("あﾞ", "あ゛"),
        ("Nguye\u0302\u0303n", "Nguy\u1ec5n"),
        ("㈱山本㌔㍿", "(株)山本キロ株式会社"),
        ("0\u200b9\u2060０\u00ad-1234", "090-1234"),
        ("辻\U000e0100堂", "辻堂"),
        ("葛\ufe00城", "葛城"),
        ("1\ufe0f\u20e32\ufe0f\u20e3", "12"),
        ("\U000e0041\U000e0042東", "東"),
        ("０９０—１２３４―５６７８", "090-1234-5678"),
        ("0246ｰ21ｰ1234", "0246-21-1234"),
        ("090 ー 1234 ─ 5678", "090 - 1234 - 5678"),
        ("(0248)ー75ー1234", "(0248)-75-1234"),
        ("サーバー3ーA", "サーバー3ーA"),
        ("コーヒー", "コーヒー"),
        ("①090-1234-5678", "①090-1234-5678"),
        ("⓪⑨⓪ー①②③④ー⑤⑥⑦⑧", "090-1234-5678"),
        ("❶❷❸❹", "1234"),
        ("⑩月 ⑴甲", "⑩月 ⑴甲"),
        ("٠٩٠", "090"),
        ("a\u3000b\u00a0c\u2003d", "a b c d"),
        ("a\r\nb\rc\u2028d\x0be", "a\nb\nc\nd\ne"),
        ("a\x00b\x1bc\td", "a b c\td"),
        ("\ud800x\udfff", "\ufffdx\ufffd"),
        ("髙﨑𠮷", "髙﨑𠮷"),
        ("長谷川⻑⻄", "長谷川長西"),
        ("一二三", "一二三"),
        ("", ""),
    ],
)
def test_each_way_of_writing_is_read_as_one(written: str, read: str) -> None:
    assert normalize(written).text == read


@pytest.mark.parametrize(
    ("written", "found", "cut"),
    [
        ("氏名：ﾀｶﾞｼﾗ様", "タガシラ", "ﾀｶﾞｼﾗ"),
        ("(有)㈱東", "(株)", "㈱"),
        ("㈱東", "株", "㈱"),
        ("は\u200b佐\u200b藤\u200bさん", "佐藤", "佐\u200b藤"),
        ("辻\U000e0100は", "辻", "辻\U000e0100"),
        ("か\u3099く", "が", "か\u3099"),
        ("ｶ\u200bﾞ", "ガ", "ｶ\u200bﾞ"),
        ("甲\r\n０９０\r\n乙", "090", "０９０"),
        ("㍻㍻７年", "7年", "７年"),
    ],
)
def test_what_is_found_is_cut_as_it_was_written(written: str, found: str, cut: str) -> None:
    n = normalize(written)
    at = n.text.index(found)
    start, end = n.to_original(at, at + len(found))
    assert written[start:end] == cut


@given(any_text, st.data())
@example("\u0301", None)
@example("\r", None)
def test_no_text_makes_it_raise_and_every_span_leads_back(text: str, data: st.DataObject | None) -> None:
    n = normalize(text)
    size = len(n.text)
    spans = [n.to_original(i, i + 1) for i in range(size)]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(a[0] <= b[0] and (a[1] <= b[0] or a == b) for a, b in itertools.pairwise(spans))
    for i, (start, end) in enumerate(spans):
        assert n.to_normalized(start) <= i
        assert n.to_normalized(end) > i
    if data is not None and size:
        start = data.draw(st.integers(0, size))
        end = data.draw(st.integers(start, size))
        a, b = n.to_original(start, end)
        assert 0 <= a <= b <= len(text)
        assert (a == b) == (start == end)
        if start < end:
            assert (a, b) == (spans[start][0], spans[end - 1][1])


@given(any_text)
def test_nothing_invisible_is_left_and_reading_twice_changes_nothing_but_joins(text: str) -> None:
    read = normalize(text).text
    assert not any(unicodedata.category(c) in {"Cf", "Cs", "Cc"} and c not in "\n\t" for c in read)
    assert "\u3000" not in read


def test_a_text_that_needs_nothing_is_given_back_itself() -> None:
    text = "住民票の写しについて、窓口で。\n090-1234-5678"
    n = normalize(text)
    assert n.text is text
    assert n.to_original(3, 7) == (3, 7)


def test_the_text_stays_out_of_the_repr() -> None:
    assert "磐瀬" not in repr(normalize("磐瀬市"))
    assert "0901" not in repr(next(digit_runs("0901")))


@given(any_text)
def test_the_digit_view_keeps_the_length(text: str) -> None:
    read = normalize(text).text
    assert len(digit_view(read)) == len(read)


@pytest.mark.parametrize(
    ("read", "view"),
    [
        ("〇二四八ー二一ー一二三四", "0248-21-1234"),
        ("三一〇八", "3108"),
        ("佐藤 一二三 四郎", "佐藤 123 4郎"),
        ("佐藤一二三", "佐藤一二三"),
        ("三千二百", "三千二百"),
        ("〇〇〇〇様", "〇〇〇〇様"),
        ("○○○○-○○", "○○○○-○○"),
        ("〇9〇-1234", "090-1234"),
        ("090一1234一5678", "090-1234-5678"),
        ("二〇二六年", "2026年"),
        ("abc", "abc"),
    ],
)
def test_kanji_digits_count_only_in_a_run(read: str, view: str) -> None:
    assert digit_view(read) == view


@pytest.mark.parametrize(
    ("view", "runs"),
    [
        ("090-1234-5678", [("09012345678", (3, 4, 4))]),
        ("1234 5678 9018", [("123456789018", (4, 4, 4))]),
        ("(0248)75-1234", [("0248751234", (4, 2, 4))]),
        ("0248(75)1234", [("0248751234", (4, 2, 4))]),
        ("0865 9607\n4490", [("086596074490", (4, 4, 4))]),
        ("1234-\n5678", [("12345678", (4, 4))]),
        ("1234\n\n5678", [("1234", (4,)), ("5678", (4,))]),
        ("1234  5678", [("1234", (4,)), ("5678", (4,))]),
        ("12--34", [("12", (2,)), ("34", (2,))]),
        ("A1B2", [("1", (1,)), ("2", (1,))]),
        ("080.1234.5678。", [("08012345678", (3, 4, 4))]),
        ("なし", []),
    ],
)
def test_digits_with_one_separator_between_are_one_run(view: str, runs: list[tuple[str, tuple[int, ...]]]) -> None:
    assert [(r.digits, r.groups) for r in digit_runs(view)] == runs


@given(st.text(alphabet="0123456789-. ()\na", max_size=60))
def test_runs_stand_where_they_say(view: str) -> None:
    last = 0
    for run in digit_runs(view):
        assert run.start >= last
        part = view[run.start : run.end]
        assert "".join(c for c in part if c.isdigit()) == run.digits
        assert sum(run.groups) == len(run.digits)
        assert len(run.separators) == len(run.groups) - 1
        last = run.end
    assert sum(len(r.digits) for r in digit_runs(view)) == sum(c.isdigit() for c in view)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("髙橋　廣", "高橋広"),
        ("渡邊", "渡邉"),
        ("齋藤", "斉藤"),
        ("𠮷澤", "吉沢"),
        ("濵﨑", "浜崎"),
        ("櫻井 惠", "桜井恵"),
        ("ﾔﾏﾀﾞ ﾀﾛｳ", "やまだ　たろう"),
        ("佐々木", "佐佐木"),
        ("YAMADA Taro", "Yamada　taro"),
        ("鶴ヶ谷", "鶴ケ谷"),
        ("辻\U000e0100", "辻"),
        ("福田", "福田"),
    ],
)
def test_two_writings_of_one_name_have_one_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(("one", "other"), [("太田", "大田"), ("佐藤", "佐籐子"), ("川崎", "河崎"), ("阪本", "坂本")])
def test_different_names_have_different_keys(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@pytest.mark.parametrize(
    "unit",
    [
        "\u200b",
        "\u0301",
        "\u0300\u0323",
        "ｶﾞ",
        "ﾞ",
        "ー",
        "1ー",
        "\ufdfa",
        "㈱",
        "\ud800",
        "\r\n",
        "一",
        "1 ",
        "1(",
        "①",
        "1)-",
        "辻\ufe00",
    ],
)
def test_a_million_of_one_odd_thing_is_read_in_linear_time(unit: str) -> None:
    def seconds(length: int) -> float:
        text = (unit * length)[:length]
        begin = time.perf_counter()
        for _ in digit_runs(digit_view(normalize(text).text)):
            pass
        return time.perf_counter() - begin

    assert seconds(100_000) < 2.0
