"""ai-gov audit verify says in its first line what it could not show: a file on the same machine is no proof."""

import pytest

from tests.cli.running import Command


@pytest.fixture
def town(tmp_path):
    run = Command(tmp_path / "data")
    assert run("user", "organisation", "999999", "見本町").code == 0
    return run


def test_the_file_beside_the_database_is_not_called_outside(town):
    result = town("audit", "verify")
    first, *rest = result.out.splitlines()
    assert result.code == 0
    assert first.startswith(
        "この検証では、サーバーを管理できる人による末尾の切り捨て・分岐・署名のやり直しがないことを示せません"
    )
    assert "同じ機械" in first
    assert "手元に控えた" in first
    assert "--against" in result.err
    assert "外部に控えた" not in "\n".join([first, *rest])


def test_a_checkpoint_that_was_taken_away_is(town, tmp_path):
    kept = tmp_path / "kept.txt"
    kept.write_text(town("audit", "checkpoint").out, encoding="utf-8")
    first = town("audit", "verify", "--against", kept).out.splitlines()[0]
    assert first.startswith("外部に控えたチェックポイント（")


def test_a_file_beside_the_database_that_is_gone_is_a_fault(town):
    town("audit", "verify")
    (town.data_dir / "checkpoints.txt").unlink()
    result = town("audit", "verify")
    assert result.code == 7
    assert "データの場所の控え" in result.out


@pytest.mark.parametrize("text", ["", "控えではない文章です。\n"])
def test_a_kept_file_that_holds_no_checkpoint_is_a_fault(town, tmp_path, text):
    kept = tmp_path / "kept.txt"
    kept.write_text(text, encoding="utf-8")
    result = town("audit", "verify", "--against", kept)
    assert result.code == 7
    assert "1件も読めません" in result.out
