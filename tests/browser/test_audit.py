"""The CAIO's pages in a browser: every one of them readable and fitting, a verification, files that come down."""

import time

import zstandard

from ai_gov import wiring
from ai_gov.audit.alerts import Alert
from ai_gov.audit.excerpt import verify_excerpt
from ai_gov.people.model import Department
from ai_gov.settings import Settings
from tests.browser.conftest import ORGANISATION, accessible, picture
from tests.browser.months import busy_month

CAIO = "1003"
PAGES = ("", "/alerts", "/reports", "/verification", "/changes", "/guideline", "/export")


def fits(page, name="", *, full=True):
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if name:
        picture(page, name, full=full)


def prepared(data_dir):
    """A month of use, an alert, and a change that can be read."""
    store = wiring.store(Settings(data_dir=data_dir))
    try:
        for code, name in (("120", "税務課"), ("130", "福祉課"), ("140", "企画財政課")):
            store.register.set_department(Department(ORGANISATION, code, name), actor="1004")
        busy_month(store, ORGANISATION)
        now = store.clock.now()
        found = [
            Alert(
                "my-number", "a", "個人番号が検知されました", "11月20日 10:12 の依頼で検知されました。", now, "",
                ORGANISATION, "120", "1001", 1, ("0193c0de-0001",),
            ),
            Alert(
                "many-blocks", "b", "停止が続いている職員がいます", "60分のうちに、停止・保留が6件ありました。", now, "",
                ORGANISATION, "130", "1002", 6,
            ),
        ]  # fmt: skip
        store.alerting.claim(found, now)
        files = dict(store.config.current().files)
        path = "redaction_rules/alerts.yaml"
        diff = [f"--- {path}", f"+++ {path}", "@@ -28,1 +28,1 @@", "-    at_least: 30", "+    at_least: 20"]
        files[path] = files[path].replace("at_least: 30", "at_least: 20")
        store.config.apply(files, digest="4d" * 32, actor="1004", diff=diff)
        store.sequence_now()
    finally:
        store.close()


def test_every_page_of_the_audit_is_readable_and_what_comes_down_is_right(open_as, data_dir, tmp_path):
    prepared(data_dir)
    page = open_as(CAIO, "/audit")
    fits(page, "audit")
    assert page.locator(".plot img").count() >= 6
    assert all(page.eval_on_selector_all(".plot img", "all => all.map(one => one.naturalWidth > 0 && one.alt !== '')"))
    page.locator(".plot summary").first.press("Enter")
    assert page.locator(".plot details[open] table").first.is_visible()
    accessible(page)

    page.click("nav.tabs a[href='/audit/alerts']")
    fits(page, "audit-alerts")
    page.click("nav.tabs a[href='/audit/changes']")
    page.click("details summary")
    assert page.locator("ins", has_text="at_least: 20").is_visible()
    fits(page, "audit-changes", full=False)

    page.click("nav.tabs a[href='/audit/verification']")
    fits(page)
    with page.expect_download() as waiting:
        page.click("text=チェックポイントを取り出す")
    kept = tmp_path / "checkpoint.txt"
    waiting.value.save_as(kept)
    page.set_input_files("#file", str(kept))
    page.click("button.primary")
    page.wait_for_url("**/audit/verification")
    fits(page)
    deadline = time.monotonic() + 60
    while page.locator("section.notice").count() == 0 and time.monotonic() < deadline:
        page.wait_for_timeout(500)
        page.reload()
    assert "異常は見つかりませんでした" in page.inner_text("section.notice")
    assert "外部に控えたチェックポイント" in page.inner_text("section.notice")
    fits(page, "audit-verification")

    page.click("nav.tabs a[href='/audit/reports']")
    fits(page, "audit-reports", full=False)
    page.select_option("#format", "docx")
    with page.expect_download() as waiting:
        page.click("button.primary")
    assert waiting.value.suggested_filename.endswith("-1m.docx")

    page.click("nav.tabs a[href='/audit/export']")
    fits(page)
    with page.expect_download() as waiting:
        page.click("button.primary")
    waiting.value.save_as(tmp_path / "log.zst")
    data = zstandard.ZstdDecompressor().decompressobj().decompress((tmp_path / "log.zst").read_bytes()).decode()
    report = verify_excerpt(data.splitlines(keepends=True))
    assert report.ok
    assert report.entries > 300

    page.click("nav.tabs a[href='/audit/guideline']")
    fits(page)
    assert page.errors == []


def test_every_page_of_the_audit_fits_a_phone(open_as):
    page = open_as(CAIO, "/audit", width=390, height=844)
    for path in PAGES:
        page.goto(f"/audit{path}")
        fits(page)
    assert page.errors == []
