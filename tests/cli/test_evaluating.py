"""ai-gov evaluate and corpus: a municipality's own prompts, measured, compared, reported."""

import json

import openpyxl
import pytest

from tests.cli.running import Command

ROWS = [
    {
        "id": "1",
        "genre": "税",
        "action": "redact",
        "level": "3C",
        "marked": "<<PERSON|鷹栖 環>>さんへの案内を書いて。",
        "note": "",
    },
    {"id": "2", "genre": "広報", "action": "allow", "level": "1", "marked": "図書館の開館時間を教えて。", "note": ""},
    {
        "id": "3",
        "genre": "契約",
        "action": "block",
        "level": "3C",
        "marked": "すきな色は<<UNPUBLISHED_POLICY|みどり>>です。",
        "note": "",
    },
]


@pytest.fixture
def run(tmp_path):
    return Command(tmp_path / "data")


@pytest.fixture
def corpus(tmp_path):
    path = tmp_path / "own.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS), encoding="utf-8")
    return path


def test_the_figures_and_with_list_the_misses_come_to_the_terminal(run, corpus):
    plain = run("evaluate", corpus)
    assert plain.code == 0, plain.err
    assert "件数 3" in plain.out
    assert "みどり" not in plain.out
    assert "UNPUBLISHED_POLICY「みどり」" in run("evaluate", corpus, "--list").out


def test_the_report_is_a_file_without_text(run, corpus, tmp_path):
    report = tmp_path / "report.html"
    assert run("evaluate", corpus, "--report", report).code == 0
    page = report.read_text(encoding="utf-8")
    assert "own.jsonl" in page
    assert "鷹栖" not in page
    assert "みどり" not in page


def test_a_report_that_cannot_be_written_is_said(run, corpus, tmp_path):
    failed = run("evaluate", corpus, "--report", tmp_path / "none" / "report.html")
    assert failed.code == 3
    assert "書けません" in failed.err


def test_json_is_one_object(run, corpus):
    data = json.loads(run("evaluate", corpus, "--json").out)
    assert data["columns"][0]["prompts"] == 3
    assert data["columns"][0]["rates"]["benign_harm"]["whole"] == 1


def test_two_rule_folders_stand_side_by_side(run, corpus, tmp_path):
    own = tmp_path / "町の規則"
    own.mkdir()
    (own / "plan.yaml").write_text(
        "schema: 1\nid: plan\ntitle: すきな色\nentity: UNPUBLISHED_POLICY\nlabel: 計画\nlevel: '3C'\nremovable: false\n"
        "basis: [要綱]\nowner: 情報\nupdated: 2026-11-25\nadvice: 消してください。\n"
        "detect:\n  - kind: words\n    words: [すきな色]\n    score: 0.9\n"
        "examples:\n  match:\n    - text: すきな色です。\n      found: [すきな色]\n  no_match:\n    - きらいな味です。\n",
        encoding="utf-8",
    )
    other = tmp_path / "空の設定"
    other.mkdir()
    seen = run("evaluate", corpus, "--compare", other, own)
    assert seen.code == 0, seen.err
    (stopped,) = [line for line in seen.out.splitlines() if line.startswith("停止すべきものを停止")]
    assert stopped.split()[1:] == ["0/1", "(0.0%)", "1/1", "(100.0%)"]


def test_what_is_neither_a_reader_nor_a_folder_is_refused(run, corpus):
    refused = run("evaluate", corpus, "--compare", "fast", "slow")
    assert refused.code == 3
    assert "slow" in refused.err


def test_what_inspect_wrote_scores_as_evaluate_does(run, corpus, tmp_path):
    texts = tmp_path / "texts.jsonl"
    assert run("corpus", "convert", corpus, tmp_path / "entities.jsonl", "--form", "entities").code == 0
    texts.write_text((tmp_path / "entities.jsonl").read_text(encoding="utf-8"), encoding="utf-8")
    saved = tmp_path / "saved.jsonl"
    saved.write_text(run("inspect", texts).out, encoding="utf-8")
    fresh = json.loads(run("evaluate", corpus, "--json").out)["columns"][0]
    scored = json.loads(run("evaluate", corpus, "--json", "--predictions", saved).out)["columns"][0]
    for same in ("rates", "types", "genres", "actions", "misses"):
        assert scored[same] == fresh[same]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932"])
def test_a_csv_of_a_spreadsheet_becomes_a_corpus(run, tmp_path, encoding):
    table = tmp_path / "own.csv"
    table.write_text(
        '番号,処置,区分,文章,備考\n,伏せる,3C,"<<PERSON|鷹栖 環>>さん\n（改行あり）",\n\n,そのまま,1,開館時間は？,例\n',
        encoding=encoding,
    )
    made = tmp_path / "own.jsonl"
    assert run("corpus", "convert", table, made).code == 0
    rows = [json.loads(line) for line in made.read_text(encoding="utf-8").splitlines()]
    assert [(row["id"], row["action"], row["level"]) for row in rows] == [("2", "redact", "3C"), ("4", "allow", "1")]
    assert rows[0]["marked"] == "<<PERSON|鷹栖 環>>さん\n（改行あり）"


def test_a_workbook_becomes_a_corpus_and_faults_are_told_by_row(run, tmp_path):
    book = openpyxl.Workbook()
    for cells in (
        ["処置", "区分", "文章"],
        ["停止", "3A", "<<CONFIDENTIAL_MARKING|極秘>>"],
        ["伏せる", "9", "<<PERSN|誰か>>"],
    ):
        book.active.append(cells)
    path = tmp_path / "own.xlsx"
    book.save(path)
    failed = run("corpus", "check", path)
    assert failed.code == 2
    assert "own.xlsx:3:" in failed.err
    book.active.delete_rows(3)
    book.save(path)
    assert "1 件（そのまま送信 0・伏せて送信 0・停止 1）" in run("corpus", "check", path).out


def test_a_table_without_the_needed_headers_is_refused(run, tmp_path):
    table = tmp_path / "own.csv"
    table.write_text("文章\nあ\n", encoding="utf-8")
    refused = run("corpus", "check", table)
    assert refused.code == 3
    assert "見出し" in refused.err
