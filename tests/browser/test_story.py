"""The whole story in one go: a question with a resident's name, its answer, the review of two others, the release."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.browser.conftest import accessible, picture

TEXT = "早乙女千尋さん（090-1234-5678）に、説明会の日程が変わったことを伝える手紙を書いてください。"
FINAL = "説明会の日程の変更について\n\n説明会は12月8日（火）午後2時から、総務課の窓口で行います。"
CHECKS = ("facts", "rights", "fairness", "privacy", "label")


def fits(page, name="", *, full=True):
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if name:
        picture(page, name, full=full)


def approve(page, path):
    page.goto(path)
    for name in CHECKS:
        page.check(f"#check-{name}")
    page.click(f"button[formaction='{path}/approve']")
    page.wait_for_url("**?done=approve")


def downloaded(page, path, kind, folder):
    with page.expect_download() as waiting:
        page.click(f"a[href='{path}/file/{kind}']")
    target = folder / f"{kind}.{kind}"
    waiting.value.save_as(target)
    return target


def test_the_story_from_a_question_to_a_released_file(open_as, address, data_dir, tmp_path):
    staff = open_as("1001")
    staff.wait_for_selector("html[data-ready=chat]")
    staff.fill("#text", TEXT)
    staff.wait_for_function("() => document.querySelectorAll('#mirror mark').length === 2")
    assert "2か所を伏せて送ります" in staff.inner_text("#verdict")
    staff.click("#send")
    staff.wait_for_selector(".answer .foot form button")
    assert "早乙女千尋" in staff.inner_text(".answer .body")
    staff.click(".answer .foot form button")
    staff.wait_for_url(re.compile(r"/reviews/[0-9a-f-]+$"))
    path = staff.url.removeprefix(address)

    staff.fill("#title", "説明会の日程の変更について")
    staff.fill("#text", FINAL)
    fits(staff, "review-edit")
    staff.click("button[value=request]")
    staff.wait_for_url("**?done=request")
    fits(staff)

    boss = open_as("1002", "/reviews")
    fits(boss, "reviews")
    boss.click(f"a[href='{path}']")
    fits(boss, "review-decide")
    assert boss.locator("del").count() > 0
    boss.fill("#comment", "会場の部屋の名前も書いてください。")
    boss.click(f"button[formaction='{path}/return']")
    boss.wait_for_url("**?done=return")
    fits(boss)

    staff.goto(path)
    assert "会場の部屋の名前" in staff.inner_text(".comments")
    staff.fill("#text", FINAL.replace("総務課の窓口", "3階の大会議室"))
    staff.click("button[value=request]")
    staff.wait_for_url("**?done=request")
    approve(boss, path)

    staff.goto(path)
    fits(staff, "review-approved")
    files = {kind: downloaded(staff, path, kind, tmp_path) for kind in ("docx", "pdf", "html", "txt")}
    label = "この文書は生成AIが作成した案を職員が確認・修正したものです。"
    assert label in files["txt"].read_text("utf-8")
    assert label in files["html"].read_text("utf-8")
    assert label in word_text(files["docx"])
    staff.click(f"form[action='{path}/release'] button")
    staff.wait_for_url("**?done=release")
    fits(staff)
    verify = staff.locator("a[href^='/verify/']").get_attribute("href")

    staff.goto(verify)
    staff.set_input_files("#file", files["pdf"])
    staff.click("main form[enctype] button")
    staff.wait_for_selector(".notice.done[role=status]")
    fits(staff, "verify")
    assert "見本 一郎" not in staff.inner_text("main")
    for file in files.values():
        said = told(file, data_dir)
        assert (said.returncode, verify.split("/")[-1] in said.stdout) == (0, True), said.stderr
    files["txt"].write_text(files["txt"].read_text("utf-8") + " ", "utf-8")
    assert told(files["txt"], data_dir).returncode != 0
    assert staff.errors == []
    assert boss.errors == []


def test_the_pages_without_anything_to_show_are_accessible(open_as):
    page = open_as("1002", "/permits")
    fits(page)
    for path in ("/reviews/new", "/verify", "/reviews"):
        page.goto(path)
        fits(page)
    phone = open_as("1002", "/reviews/new", width=390, height=844)
    fits(phone)


def word_text(path: Path) -> str:
    from docx import Document

    return "\n".join(paragraph.text for paragraph in Document(str(path)).paragraphs)


def told(path: Path, data_dir: Path) -> subprocess.CompletedProcess[str]:
    command = shutil.which("ai-gov", path=str(Path(sys.executable).parent))
    assert command
    return subprocess.run(
        [command, "release", "verify", str(path)],
        env={"AI_GOV_DATA_DIR": str(data_dir), "PATH": "/usr/bin:/bin", "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
