"""ai-gov audit report, in every format, opened again by the program that reads it."""

import csv
import io
import json

import docx
import openpyxl
import pypdfium2
import pytest

from ai_gov.model import Action
from ai_gov.stores.sqlite import open_store
from tests.cli.running import Command
from tests.stores.steps import Actor, decided, outcome

FORMATS = "md,html,docx,pdf,csv,xlsx"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    command = Command(tmp_path_factory.mktemp("report") / "data")
    assert command("user", "organisation", "town", "見本町").code == 0
    added = command(
        "user", "add", "9001", "--name", "架空 花子", "-d", "zei", "--department-name", "税務課", "--role", "CAIO"
    )
    assert added.code == 0
    store = open_store(command.data_dir)
    try:
        for number in range(12):
            who = Actor(f"{number}", "town", "zei" if number < 10 else "=cmd()")
            step = decided(action=Action.BLOCK if number == 3 else Action.ALLOW, actor=who)
            store.record_sync(step)
            if number != 3:
                store.record_sync(outcome(step))
        month = f"{store.clock.now().astimezone():%Y-%m}"
    finally:
        store.close()
    command.month = month
    return command


def read(path):
    """The text of a file as its reader shows it."""
    match path.suffix:
        case ".pdf":
            document = pypdfium2.PdfDocument(str(path))
            try:
                return "\n".join(page.get_textpage().get_text_range() for page in document)
            finally:
                document.close()
        case ".docx":
            opened = docx.Document(str(path))
            cells = [cell.text for table in opened.tables for row in table.rows for cell in row.cells]
            return "\n".join([*(paragraph.text for paragraph in opened.paragraphs), *cells])
        case ".xlsx":
            book = openpyxl.load_workbook(path)
            return "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
        case _:
            return path.read_bytes().decode("utf-8-sig")


def test_a_report_says_the_same_in_every_format_and_leaves_an_entry(run, tmp_path):
    result = run(
        "audit", "report", "--period", run.month, "--format", FORMATS, "--output", tmp_path, "--sheet", "--verify"
    )
    assert result.code == 0, result
    files = {path.suffix: path for path in tmp_path.glob("ai-usage-*")}
    assert sorted(files) == sorted(f".{name}" for name in FORMATS.split(","))
    for suffix, path in files.items():
        text = read(path).replace("\r", "")
        assert "税務課" in text, suffix
        assert "自治体機密性3B" in text.replace(" ", ""), suffix
        if suffix not in (".csv", ".xlsx"):
            assert "検証し、異常は見つかりませんでした" in text.replace("\n", ""), suffix
    assert len(list(tmp_path.glob("audit-sheet-*"))) == 4
    newest = json.loads(run("audit", "list", "--json", "--limit", "1").out)
    assert newest["kind"] == "report_made"
    assert set(newest["data"]["files"]) == {path.name for path in tmp_path.iterdir()}


def test_excel_reads_the_csv_as_utf_8_and_takes_nothing_for_a_formula(run, tmp_path):
    assert run("audit", "report", "--period", run.month, "--format", "csv,xlsx", "--output", tmp_path).code == 0
    data = next(tmp_path.glob("*.csv")).read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    lines = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    of = {(line["表"], line["行"], line["列"]): line["値"] for line in lines}
    assert of["所属別の利用", "税務課", "件数"] == "10"
    assert of["所属別の利用", "'=cmd()", "件数"] == "2"
    assert of["判定別の利用", "停止", "件数"] == "1"
    book = openpyxl.load_workbook(next(tmp_path.glob("*.xlsx")))
    assert "監査シート" in book.sheetnames
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_what_is_published_holds_no_small_count_and_none_that_can_be_worked_out(run, tmp_path):
    assert (
        run("audit", "report", "--period", run.month, "--format", "csv,md", "--output", tmp_path, "--public").code == 0
    )
    text = next(tmp_path.glob("*-public.csv")).read_bytes().decode("utf-8-sig")
    of = {(line["表"], line["行"]): line["値"] for line in csv.DictReader(io.StringIO(text)) if line["列"] == "件数"}
    assert of["所属別の利用", "税務課"] == of["所属別の利用", "'=cmd()"] == "x"
    assert of["判定別の利用", "停止"] == of["判定別の利用", "そのまま送信"] == "x"
    assert "所属と時間帯" not in {table for table, _ in of}
    shown = next(tmp_path.glob("*-public.md")).read_text(encoding="utf-8")
    assert "公表用" in shown
    totals = {
        line.split(" | ")[0].strip("| "): line.split(" | ")[1] for line in shown.splitlines() if line.count(" | ") == 3
    }
    assert totals["利用件数（検査した依頼）"] == "12"
    assert totals["停止"] == totals["そのまま送信"] == "x"


def test_counting_again_gives_the_same_and_a_wrong_period_or_format_is_explained(run, tmp_path):
    for option, folder in ((), "a"), (("--recount",), "b"):
        made = run("audit", "report", "--period", run.month, "--format", "csv", "--output", tmp_path / folder, *option)
        assert made.code == 0
    one, other = (next((tmp_path / folder).glob("*.csv")).read_bytes() for folder in "ab")
    assert one == other
    assert "2026年度" in run("audit", "report", "--period", "先月").err
    assert "xlsx" in run("audit", "report", "--period", run.month, "--format", "doc").err
    quarter = run("audit", "report", "--period", "2020年度", "--format", "md", "--output", tmp_path)
    assert "利用の記録はありません" in next(tmp_path.glob("*2020-04*.md")).read_text(encoding="utf-8")
    assert quarter.code == 0
