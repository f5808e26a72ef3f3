"""A header explains the values below it, whatever separates the columns."""

from __future__ import annotations

import pytest

from ai_gov.detect.tables import cells_of


def columns(text: str) -> list[tuple[str, str]]:
    return [(text[c.head_start : c.head_end], text[c.start : c.end]) for c in cells_of(text)]


@pytest.mark.parametrize("delimiter", [",", "\t", "|", " | ", ", ", "  "])
def test_cells_know_their_header(delimiter):
    text = f"宛名番号{delimiter}氏名\n0031{delimiter}見本太郎\n0032{delimiter}見本花子"
    assert columns(text) == [("宛名番号", "0031"), ("氏名", "見本太郎"), ("宛名番号", "0032"), ("氏名", "見本花子")]


def test_a_markdown_table_with_its_rule():
    text = "| 番号 | 氏名 |\n|---|---|\n| 0031 | 見本 太郎 |"
    assert columns(text) == [("番号", "0031"), ("氏名", "見本 太郎")]


def test_between_single_blanks_only_the_first_column_is_certain_where_a_name_is_split():
    text = "受験番号 氏名 教養\n1004 見本 太郎 61\n1005 見本花子 70"
    assert columns(text) == [("受験番号", "1004"), ("受験番号", "1005"), ("氏名", "見本花子"), ("教養", "70")]


def test_quoted_cells_may_hold_the_delimiter():
    assert columns('氏名,住所\n"見本, 太郎","さくら市1-2"') == [("氏名", "見本, 太郎"), ("住所", "さくら市1-2")]


def test_a_blank_line_ends_a_table():
    assert columns("番号,氏名\n1001,見本\n\n1002,別の話") == [("番号", "1001"), ("氏名", "見本")]


def test_a_new_header_takes_over():
    text = "宛名番号,氏名\n0031,見本\n職員番号,所属\n1234,税務課"
    assert columns(text)[-2:] == [("職員番号", "1234"), ("所属", "税務課")]


def test_prose_has_no_header():
    assert columns("これは文章です。次の文も、同じです。\nここにも数字 1234 があります。") == []
