"""The command line speaks Japanese, also where typer speaks: in help, and of arguments that are wrong."""

import re

import pytest
import typer

from ai_gov.cli import app
from tests.cli.running import Command

ENGLISH = re.compile(
    r"Usage|Options|Arguments|Commands|Show this|Missing|No such|Invalid|required|default:|Input should|"
    r"does not|Error|Traceback|<\w+>|\bTry\b",
    re.ASCII,
)


@pytest.fixture
def run(tmp_path):
    return Command(tmp_path / "data", COLUMNS="100")


def below(command, path=()):
    yield path
    for name, child in getattr(command, "commands", {}).items():
        yield from below(child, (*path, name))


COMMANDS = list(below(typer.main.get_command(app)))


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_help_is_japanese_and_whole(run, path):
    result = run(*path, "--help")
    assert (result.code, result.err) == (0, "")
    assert f"使い方: ai-gov {' '.join(path)}".strip() in result.out
    assert "この案内を表示して終わります。" in result.out
    assert not ENGLISH.search(result.out), ENGLISH.search(result.out)
    assert "…" not in re.sub(r"\[引数\]…|\{\"id.*|…\)|aigov_…|\w…」", "", result.out)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("nosuch", "「nosuch」というコマンドはありません"),
        ("audit nosuch", "「nosuch」というコマンドはありません"),
        ("key issue", "職員番号 がありません"),
        ("key issue 1 --labl x", "--label ではありませんか"),
        ("key issue 1 2 3", "余分な引数があります: 2 3"),
        ("key issue 1 --label", "--label には値が必要です"),
        ("key issue 1 --days 0", "1 以上の数"),
        ("key issue 1 --days 9999", "1825 以下の数"),
        ("user add 1", "--name がありません"),
        ("audit list --limit x", "整数を書いてください"),
        ("audit verify none.jsonl", "none.jsonl がありません"),
        ("audit verify /", "/ はフォルダーです"),
        ("user import none.csv", "none.csv がありません"),
        ("inspect --explain=3", "--explain に値は付けられません"),
    ],
)
def test_wrong_arguments_are_said_in_japanese_with_where_to_look(run, typed, words):
    result = run(*typed.split())
    assert result.code == 2
    assert words in result.err
    assert "--help」で見られます" in result.err
    assert not ENGLISH.search(result.out + result.err.replace("--help", ""))


@pytest.mark.parametrize(
    "path", [path for path in COMMANDS if path in ((), ("audit",), ("key",), ("rules",), ("user",))]
)
def test_without_a_command_the_commands_are_shown(run, path):
    result = run(*path)
    assert result.code == 2
    assert "コマンド" in result.out
    assert "指定に誤り" not in result.err


def test_a_fault_of_ours_is_one_sentence_without_the_text(run, monkeypatch, tmp_path):
    from ai_gov.cli import inspecting

    def breaks(*_, **__):
        raise RuntimeError("綾小路蓮太郎")

    monkeypatch.setattr(inspecting.wiring, "inspector", breaks)
    file = tmp_path / "in.jsonl"
    file.write_text('{"id": "1", "text": "綾小路蓮太郎"}', encoding="utf-8")
    result = run("inspect", file)
    assert result.code == 1
    assert "RuntimeError" in result.err
    assert "綾小路" not in result.err
    assert "Traceback" not in result.err
