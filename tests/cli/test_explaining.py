"""ai-gov inspect --explain: what was found where, by which rule, on what evidence, and what follows."""

import json

import pytest
from rich.console import Console

import ai_gov
from ai_gov.cli.explaining import show
from ai_gov.model import Action
from tests.cli.running import Command

TEXT = "個人番号は1234 5678 9018です。山田太郎さん（080-1234-5678）に連絡。"


def shown(text, *, colour=False):
    inspector = ai_gov.inspector()
    console = Console(
        width=100, force_terminal=colour, color_system="standard" if colour else None, no_color=not colour
    )
    with console.capture() as capture:
        show(console, inspector, {"id": "1", "text": text}, inspector.inspect(text))
    return capture.get()


def test_each_span_has_a_number_and_each_number_its_reasons():
    out = shown(TEXT)
    assert "1234 5678 9018[1]" in out
    assert "山田太郎[2]さん（080-1234-5678[3]）" in out
    for word in ("規則", "my-number", "person-name", "確からしさ", "見つけ方", "検査用数字"):
        assert word in out
    assert "手がかり 個人番号" in out
    assert "送信されません。" in out


def test_spans_are_coloured_by_their_level_where_the_terminal_has_colours():
    out = shown(TEXT, colour=True)
    assert "\x1b[7;31m" in out  # 3B
    assert "\x1b[7;33m" in out  # 3C


def test_what_may_go_is_shown_as_it_would_be_sent():
    inspector = ai_gov.inspector()
    text = "山田太郎さんへの案内を書いて。"
    assert inspector.inspect(text).action is Action.REDACT
    assert "送信される文章: 〔氏名1〕さんへの案内を書いて。" in shown(text)


def test_square_brackets_of_a_text_are_no_markup():
    assert "[bold]山田太郎[1]さん[/bold]" in shown("[bold]山田太郎さん[/bold]")


def test_a_text_without_findings_says_so():
    out = shown("図書館の開館時間を教えて。")
    assert "見つけたもの" not in out
    assert "送信される文章: 図書館の開館時間を教えて。" in out


@pytest.mark.parametrize("flag", [[], ["--explain"]])
def test_the_command_gives_json_or_the_explanation(tmp_path, flag):
    file = tmp_path / "in.jsonl"
    file.write_text(json.dumps({"id": "A", "text": TEXT}, ensure_ascii=False), encoding="utf-8")
    seen = Command(tmp_path / "data")("inspect", file, *flag)
    assert seen.code == 0, seen.err
    if flag:
        assert "見つけ方" in seen.out
    else:
        assert json.loads(seen.out)["id"] == "A"
