import contextlib
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_gov.errors import ConfigError
from ai_gov.people.csvimport import MAX_BYTES, decode, parse_date, read_roster
from ai_gov.people.model import Role

HEADER = "職員番号,氏名,所属コード,所属名,役割,メール,有効期限"
ROWS = (
    "1001,髙橋 架空,101,税務課,職員・確認者,a@example.lg.jp,令和9年3月31日",
    "1002,試験　花子,102,福祉課,,,",
    "１００３,見本 次郎,102,福祉課,CAIO補佐官,,2027/3/31",
)
TEXT = "\r\n".join((HEADER, *ROWS)) + "\r\n"


def problems(data):
    with pytest.raises(ConfigError) as caught:
        read_roster(data if isinstance(data, bytes) else data.encode(), "名簿.csv")
    return [(problem.line, problem.message) for problem in caught.value.problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_the_three_encodings_give_the_same_roster(encoding):
    roster = read_roster(TEXT.encode(encoding))
    assert [row.id for row in roster.rows] == ["1001", "1002", "1003"]
    first, second, third = roster.rows
    assert (first.name, first.roles, first.valid_until) == (
        "髙橋 架空", {Role.STAFF, Role.REVIEWER}, dt.date(2027, 3, 31))  # fmt: skip
    assert (second.roles, second.mail, second.valid_until) == ({Role.STAFF}, "", None)
    assert third.roles == {Role.CAIO_ASSISTANT}
    assert roster.departments() == {"101": "税務課", "102": "福祉課"}


def test_columns_may_stand_in_any_order_and_the_optional_ones_may_be_missing():
    roster = read_roster("所属名,職員番号,所属コード,氏名\n税務課,1001,101,架空 花子\n".encode())
    row = roster.rows[0]
    assert (row.id, row.department, row.roles, row.mail, row.has_valid_until) == ("1001", "101", None, None, False)


def test_a_quoted_cell_may_hold_a_comma_and_lines_are_those_of_the_editor():
    text = f'{HEADER}\n1001,"架空,花子",101,税務課,,,\n\n1002,x y,101,税務課,村長,,\n'
    assert [line for line, _ in problems(text)] == [4]


def test_every_problem_is_told_at_once_with_its_line():
    lines = (
        HEADER,
        "1001,架空 花子,101,税務課,職員,,",
        "1001,架空 花子,101,税務課,職員,,",  # 3: twice
        "10 02,試験 次郎,101,税務課,職員,,",  # 4: blank in the number
        "1003,,101,税務課,職員,,",  # 5: no name
        "1004,見本 三郎,101,総務課,職員,,",  # 6: another name for 101
        "1005,見本 四郎,101,税務課,村長,メール,2027-02-30",  # 7: role, mail, date
        "1006,見本 五郎,101",  # 8: too few columns
    )
    text = "\n".join(lines)
    found = problems(text)
    assert [line for line, _ in found] == [3, 4, 5, 6, 7, 7, 7, 8]
    assert "2 行目にもあります" in found[0][1]


def test_problems_name_no_person():
    text = f"{HEADER}\n10 02,秘密 花子,101,税務課,秘密の役,秘密のメール,秘密の日\n"
    assert "秘密" not in str(problems(text))


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"", 1, "空のファイル"),
        (HEADER.encode(), 1, "1人も"),
        ("氏名,所属コード,所属名\nx,1,y\n".encode(), 1, "職員番号"),
        ("職員番号,氏名,所属コード,所属名,住所\n".encode(), 1, "住所"),
        ("職員番号,氏名,氏名,所属コード,所属名\n".encode(), 1, "2つ"),
        (TEXT.encode("utf-16"), 1, "UTF-16"),
        (TEXT.encode("utf-8-sig")[:-9] + b"\xff\xff\r\n", 4, "UTF-8として"),
        (TEXT.encode()[:-9] + b"\xe3\x81\r\n", 4, "UTF-8として"),
        (TEXT.encode("cp932")[:-9] + b"\xff\xff\r\n", 4, "cp932"),
        (f'{HEADER}\n1001,"架空 花子,101,税務課,,,\n'.encode(), 2, "引用符"),
        (f"{HEADER}\n1001,架空\0花子,101,税務課,,,\n".encode(), 2, "制御文字"),
        (b"x" * (MAX_BYTES + 1), 1, "大きすぎます"),
    ],
    ids=["empty", "no rows", "no number", "unknown column", "column twice", "utf-16", "broken after bom",
         "broken utf-8", "broken cp932", "open quote", "nul", "too big"],
)  # fmt: skip
def test_a_broken_file_is_refused_with_its_place(data, line, words):
    found = problems(data)
    assert found[0][0] == line
    assert words in found[0][1]


def test_utf8_with_a_broken_character_is_never_read_as_cp932():
    """Most bytes of UTF-8 are some character of cp932: the names would be rubbish, and nobody would be told."""
    with pytest.raises(ConfigError, match="UTF-8として"):
        decode("職員番号,氏名\n1,あ".encode() + b"\x82\n", "a.csv")


@pytest.mark.parametrize("text", ["2027-13-01", "令和0年1月1日", "明日", "2027-02-30", "R元.0.1", "２０２７-3-1", ""])
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValueError):
        parse_date(text)


@given(st.binary(max_size=300))
def test_no_bytes_break_it(data):
    for raw in (data, HEADER.encode() + b"\n" + data):
        with contextlib.suppress(ConfigError):
            read_roster(raw)
