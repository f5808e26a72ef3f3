"""ai-gov guideline new --base, base: several towns share answers, policy and chapters, and see what they have otherwise."""

import pytest

from tests.cli.running import Command

CHAPTER = "guidelines/guide/14-training.md"


@pytest.fixture
def command(tmp_path):
    return Command(tmp_path / "data")


@pytest.fixture
def base(command, tmp_path):
    """A base: some answers, a policy and one chapter."""
    made = tmp_path / "shared"
    command("guideline", "new", "--defaults", "--output", made)
    answers = made / "answers.yaml"
    kept = [
        line
        for line in answers.read_text("utf-8").splitlines()
        if line.startswith(("schema", "questions", "answers", "  municipality", "  caio", "  approval", "  contact"))
    ]
    text = "\n".join(kept).replace("caio: 副市長", "caio: 広域の参与").replace("○○市", "とりまとめ市") + "\n"
    answers.write_text(text, "utf-8")
    policy = made / "policy.yaml"
    policy.write_text(policy.read_text("utf-8").replace("list_min_records: 10", "list_min_records: 15"), "utf-8")
    chapter = made / CHAPTER
    chapter.parent.mkdir(parents=True)
    chapter.write_text("$training_clause\n\n研修は、共同の研修所で行います。\n", "utf-8")
    return made


@pytest.fixture
def town(command, base, tmp_path):
    folder = tmp_path / "town"
    done = command("guideline", "new", "--defaults", "--base", base, "--output", folder)
    assert done.code == 0, done.err
    return folder


def test_a_town_begins_with_what_the_base_gives(command, town):
    answers = (town / "answers.yaml").read_text("utf-8")
    assert "caio: 広域の参与" in answers
    assert "とりまとめ市" not in answers, "each town has its own name"
    assert "list_min_records: 15" in (town / "policy.yaml").read_text("utf-8")
    assert command("guideline", "build", town, "--format", "md").code == 0
    assert "研修は、共同の研修所で行います。" in (town / "guideline.md").read_text("utf-8")
    assert command("guideline", "check", town).code == 0


def test_what_a_town_has_otherwise_is_listed(command, town):
    same = command("guideline", "base", town)
    assert same.code == 0, same.out + same.err
    assert "団体で置き換えている章はありません。" in same.out
    assert "最後に見比べたときのままです" in same.out
    own = town / CHAPTER
    own.parent.mkdir(parents=True)
    own.write_text("$training_clause\n\n研修は、町の会議室で行います。\n", "utf-8")
    answers = town / "answers.yaml"
    answers.write_text(answers.read_text("utf-8").replace("caio: 広域の参与", "caio: 副町長"), "utf-8")
    policy = town / "policy.yaml"
    policy.write_text(policy.read_text("utf-8").replace("list_min_records: 15", "list_min_records: 12"), "utf-8")
    told = command("guideline", "base", town)
    assert told.code == 0
    assert CHAPTER in told.out
    assert "最高AI責任者（CAIO）はだれですか: 共通「広域の参与」 団体「副町長」" in told.out
    assert "15件以上 → 12件以上  [list_min_records]" in told.out
    command("guideline", "build", town, "--format", "md")
    assert "町の会議室" in (town / "guideline.md").read_text("utf-8")


def test_a_base_that_changed_since_is_told_until_somebody_looked(command, town, base):
    own = town / CHAPTER
    own.parent.mkdir(parents=True)
    own.write_text("$training_clause\n", "utf-8")
    chapter = base / CHAPTER
    chapter.write_text(chapter.read_text("utf-8") + "\n年に2回行います。\n", "utf-8")
    (base / "guidelines/annex").mkdir()
    (base / "guidelines/annex/faq.md").write_text("よくある質問です。\n", "utf-8")
    (base / "policy.yaml").unlink()
    told = command("guideline", "base", town)
    assert told.code == 1
    assert f"  変更: {CHAPTER}" in told.out
    assert "  追加: guidelines/annex/faq.md" in told.out
    assert "  削除: policy.yaml" in told.out
    assert f"{CHAPTER}（共通のものの代わり）  ← 共通のものが変わりました" in told.out
    assert command("guideline", "base", town, "--accept").code == 0
    assert command("guideline", "base", town).code == 0


def test_a_base_that_is_none_is_refused_with_what_to_do(command, town, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    for wrong in (empty, tmp_path / "nowhere"):
        done = command("guideline", "new", "--defaults", "--base", wrong, "--output", tmp_path / "x")
        assert done.code == 3
        assert str(wrong) in done.err
        assert not (tmp_path / "x").exists()
    assert "--base" in command("guideline", "base", empty).err
    (town / "base.yaml").write_text("schema: 1\nbase: ../elsewhere\n", "utf-8")
    assert "elsewhere がありません" in command("guideline", "build", town).err
    (town / "base.yaml").write_text("schema: 1\nbas: ../elsewhere\n", "utf-8")
    assert "base.yaml:2" in command("guideline", "build", town).err
