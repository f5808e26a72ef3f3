"""The walk of an incident in a browser: a stopped prompt, its alert, the search, the record, the incident, the report."""

import re
import zipfile

import httpx

from ai_gov import wiring
from ai_gov.settings import Settings
from tests.browser.conftest import ORGANISATION, accessible, picture

CAIO = "1003"
STOPPED = "次の名簿を要約してください。早乙女千尋 個人番号 123456789018"
SENT = "早乙女千尋さん（090-1234-5678）へ、説明会の日程を伝える手紙を書いてください。"
PURPOSE = "個人番号が検知された件の確認（受付 第3号）"


def fits(page, name="", *, full=True):
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if name:
        picture(page, name, full=full)


def asked(address, key, text):
    """What an application of a staff member sends; the record number that it gets."""
    body = {"model": "demo", "messages": [{"role": "user", "content": text}]}
    answer = httpx.post(
        f"{address}/v1/chat/completions", json=body, headers={"Authorization": f"Bearer {key}"}, timeout=60
    )
    return answer.headers["x-ai-gov-record"], answer.status_code


def test_an_incident_from_alert_to_report(open_as, address, data_dir, tmp_path):
    settings = Settings(data_dir=data_dir)
    store = wiring.store(settings)
    try:
        key = store.register.issue_key(store.people.member(ORGANISATION, "1001").person, actor="cli", days=1)[0].text
        stopped, status = asked(address, key, STOPPED)
        assert status == 403
        sent, status = asked(address, key, SENT)
        assert status == 200
        store.sequence_now()
        assert any(alert.rule == "my-number" for alert in wiring.alert_service(store, settings).look())
        store.sequence_now()
    finally:
        store.close()

    page = open_as(CAIO, "/audit/alerts")
    fits(page, "incident-1-alert", full=False)
    row = page.locator("tr", has=page.locator(f"a[href='/audit/records/{stopped}']"))
    begin = row.locator("a[href^='/audit/incidents/new']").get_attribute("href")

    row.locator("a[href^='/audit/search']").click()
    page.wait_for_url("**/audit/search?**")
    assert page.input_value("#person") == "1001"
    fits(page)
    page.fill("#purpose", PURPOSE)
    page.click("button.primary")
    page.wait_for_selector(f"a[href='/audit/records/{sent}']")
    assert "早乙女" not in page.content()
    assert "purpose" not in page.url
    page.click("details.facets summary")
    fits(page, "incident-2-search")
    page.click(f"a[href='/audit/records/{stopped}']")
    page.wait_for_selector(".timeline")
    assert "書き換えられずに監査ログ" in page.inner_text("main")
    fits(page, "incident-3-stopped")
    page.goto(f"/audit/records/{sent}")
    assert "〔氏名1〕さん（〔電話番号1〕）" in page.inner_text(".timeline")
    fits(page, "incident-4-record")

    page.goto(begin)
    assert page.input_value("#title")
    assert stopped in page.input_value("#records")
    page.fill("#title", "個人番号を含む名簿の入力")
    fits(page, "incident-5-new")
    page.click("button.primary")
    page.wait_for_url("**?done=open")
    path = re.search(r"/audit/incidents/[^?]+", page.url)[0]
    page.check("#reportable-no")
    page.fill("#persons", "1")
    page.fill("#summary", "早乙女千尋さんの個人番号を入力した。")
    page.click("button.primary")
    page.wait_for_selector("[role=alert]")
    assert "書かないでください" in page.inner_text("[role=alert]")
    assert page.input_value("#summary") == "早乙女千尋さんの個人番号を入力した。"
    fits(page)
    page.errors.clear()  # the browser tells of the 400
    page.fill("#summary", "職員が、住民Aの個人番号を含む名簿を入力した。送信前に停止され、外には出ていない。")
    page.fill("#items", "氏名、個人番号")
    page.fill("#cause", "個人番号の欄がある様式から写した。")
    page.fill("#measures", "様式から欄を除き、所属に周知した。")
    page.click("button.primary")
    page.wait_for_url("**?done=facts")
    page.goto(f"/audit/records/{sent}")
    page.click("form[action='/audit/incidents/link'] button")
    page.wait_for_url("**?done=link")
    page.fill("#note", "所属長から経緯を聞いた。ほかに同じ様式を使った依頼はない。")
    page.click(f"form[action='{path}/note'] button")
    page.wait_for_url("**?done=note")
    page.select_option("#stage", "mayor")
    page.fill("#reference", "庁議 第1号")
    page.click(f"form[action='{path}/reported'] button")
    page.wait_for_url("**?done=reported")
    fits(page, "incident-6-incident")
    with page.expect_download() as waiting:
        page.click(f"a[href='{path}/summary.docx']")
    waiting.value.save_as(tmp_path / "report.docx")
    text = zipfile.ZipFile(tmp_path / "report.docx").read("word/document.xml").decode()
    for words in ("個人番号を含む名簿の入力", "庁議 第1号", stopped, sent):
        assert words in text
    page.fill("#ending", "外に出ていないことを確かめ、再発防止策を終えた。")
    page.click(f"form[action='{path}/close'] button")
    page.wait_for_url("**?done=close")
    fits(page)
    page.click("nav.tabs a[href='/audit/incidents']")
    page.wait_for_selector("tbody tr")
    fits(page, "incident-7-list", full=False)
    assert page.errors == []


def test_a_resident_is_looked_for_and_nothing_of_it_is_in_the_address(open_as):
    page = open_as(CAIO, "/audit/residents")
    fits(page)
    page.fill("#purpose", "開示請求 第12号への対応")
    page.fill("#name", "早乙女 千尋")
    page.click("button.primary")
    page.wait_for_selector("#results")
    assert "一致" in page.inner_text("table")
    assert page.url.endswith("/audit/residents#results")
    fits(page, "incident-resident")
    page.fill("#number", "123456789018")
    page.click("button.primary")
    page.wait_for_selector("[role=alert]")
    assert "個人番号では探せません" in page.inner_text("[role=alert]")
    fits(page)
    page.errors.clear()  # the browser tells of the 400
    assert page.errors == []


def test_every_page_fits_a_phone_and_a_keyboard_reaches_the_record(open_as):
    page = open_as(CAIO, "/audit/search", width=390, height=844)
    fits(page)
    page.fill("#purpose", PURPOSE)
    page.press("#purpose", "Enter")
    page.wait_for_selector("table a")
    fits(page, "incident-phone", full=False)
    page.focus("table a >> nth=0")
    page.keyboard.press("Enter")
    page.wait_for_selector(".timeline")
    fits(page)
    for path in ("/audit/residents", "/audit/incidents", "/audit/incidents/new"):
        page.goto(path)
        fits(page)
    page.goto("/audit/incidents")
    page.click("tbody a")
    page.wait_for_selector("#due")
    fits(page)
    assert page.errors == []
