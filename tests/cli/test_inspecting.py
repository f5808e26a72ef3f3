"""ai-gov inspect and evaluate: what they read, a line at a time."""

import json

import pytest

from tests.cli.running import Command

ENDS = "前\u2028中\u2029後\x85末\x0b行\x0c"


@pytest.fixture
def run(tmp_path):
    return Command(tmp_path / "data")


def test_a_line_ends_at_a_line_feed_only(run, tmp_path):
    file = tmp_path / "in.jsonl"
    rows = [{"id": "1", "text": ENDS}, {"id": "2", "text": "開館時間は？"}]
    lines = [json.dumps(row, ensure_ascii=False).replace("\\u000b", "").replace("\\f", "") for row in rows]
    file.write_text("\r\n".join(lines), encoding="utf-8", newline="")
    seen = run("inspect", file)
    assert seen.code == 0, seen.err
    assert [json.loads(line)["id"] for line in seen.out.split("\n") if line] == ["1", "2"]
    marked = [{"action": "allow", "level": "1", "id": row["id"], "marked": row["text"]} for row in rows]
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in marked), encoding="utf-8", newline="")
    assert run("evaluate", file).code == 0


@pytest.mark.parametrize("command", [("inspect",), ("rules", "check")])
def test_a_folder_of_rules_that_is_not_there_is_said_not_passed_over(run, tmp_path, command):
    missing = tmp_path / "no_such"
    result = run(*command, "--config", missing, typed='{"id": "1", "text": "開館時間は？"}')
    assert result.code == 2
    assert str(missing) in result.err
    assert "AI_GOV_CONFIG_DIR" in result.err
