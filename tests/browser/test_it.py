"""The pages of the IT staff in a browser: a rule is tried, changed and applied; somebody gets a role and a key."""

import re

from tests.browser.conftest import accessible, picture

RULE = "redaction_rules/local/toshokan.yaml"
YAML = """schema: 1
id: toshokan-card
title: 図書館の利用者番号
entity: LOCAL_ID
label: 番号
level: "3C"
removable: true
basis: [個人情報の保護に関する法律第2条第1項]
owner: 図書館
updated: 2026-11-25
advice: 番号を消すか、架空の番号にしてください。
detect:
  - kind: regex
    patterns: ['TK[0-9]{7}']
    boundary: ascii
examples:
  match:
    - text: 利用者番号 TK1234567 の延滞について
      found: [TK1234567]
  no_match:
    - 型番 TK-12 のいす
"""
TEXT = "早乙女千尋さん（TK7654321）に、延滞の案内を書いてください。"
TRIED = "控え TK7654321 の案内を書いてください。"


def fits(page, name="", *, full=True):
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
    if name:
        picture(page, name, full=full)


def test_a_rule_is_tried_changed_and_applied(open_as):
    page = open_as("1004", "/it")
    fits(page, "it-overview", full=False)
    page.click("nav.local >> text=試す")
    page.wait_for_url("**/it/try")
    page.fill("#text", TRIED)
    page.fill("#path", RULE)
    page.fill("#yaml", YAML)
    page.click("form.try button.primary")
    page.wait_for_selector("#result")
    assert "TK7654321" in page.inner_text("section[aria-labelledby=after] mark.changed")
    assert page.locator("section[aria-labelledby=before] mark").count() == 0
    fits(page, "it-try")
    page.click("button[formaction='/it/change/file']")
    page.wait_for_selector("#diff")
    assert "+id: toshokan-card" in page.inner_text("pre.lines")
    page.click("form[action='/it/change/apply'] button")
    page.wait_for_url("**/it?done=applied")
    page.goto("/it/rules?q=図書館の利用者番号")
    page.click("table a")
    page.wait_for_url("**/it/rules/toshokan-card")
    assert "自治体" in page.inner_text("dl.facts")
    fits(page)
    assert page.errors == []


def test_a_policy_is_edited_and_goes_back_to_the_shipped(open_as):
    page = open_as("1004", "/it/change/file?path=redaction_rules/policy.yaml")
    shipped = page.input_value("#yaml")
    page.fill("#yaml", "schema: 1\n")
    page.click("form.try button.primary")
    page.wait_for_selector(".problems")
    fits(page)
    assert [said for said in page.errors if "400" not in said] == []
    page.errors.clear()  # the browser tells of the refusal, too
    page.fill("#yaml", shipped.replace("list_min_records: 10", "list_min_records: 9"))
    page.click("form.try button.primary")
    page.wait_for_selector("#diff")
    fits(page, "it-proposal")
    page.click("form[action='/it/change/apply'] button")
    page.wait_for_url("**/it?done=applied")
    assert "見本 四季" in page.inner_text("dl.facts")
    page.goto("/it/change")
    fits(page)
    page.locator("tr", has_text="policy.yaml").get_by_role("button").click()
    page.wait_for_selector("#diff")
    page.click("form[action='/it/change/apply'] button")
    page.wait_for_url("**/it?done=applied")
    assert page.errors == []


def test_somebody_is_registered_with_a_role_and_a_key(open_as):
    page = open_as("1004", "/it/people/new")
    fits(page)
    page.fill("#number", "1010")
    page.fill("#name", "見本 十子")
    page.fill("#department", "110")
    page.click("button.primary")
    page.wait_for_url("**/it/people/1010?done=added")
    page.click("text=役割を付ける >> nth=0")
    page.select_option("#role", "reviewer")
    page.click("form[action='/it/people/1010/grant'] button")
    page.wait_for_url("**?done=grant")
    page.click("text=APIキーを発行する")
    page.fill("#label", "窓口の端末")
    page.click("form[action='/it/people/1010/key'] button")
    page.wait_for_selector(".once")
    assert re.fullmatch(r"aigov_\w+", page.inner_text(".once code"))
    fits(page)
    page.click("form[action='/it/people/1010/password'] button")
    page.wait_for_selector(".once")
    page.goto("/it/people/1010")
    assert page.locator(".once").count() == 0
    fits(page, "it-person")
    page.goto("/it/people?q=総務課")
    fits(page)
    page.goto("/it/roster")
    fits(page)
    csv = "職員番号,氏名,所属コード,所属名\n1004,見本 四季,110,総務課\n1010,見本 十子,120,税務課\n"
    page.set_input_files("#file", {"name": "名簿.csv", "mimeType": "text/csv", "buffer": csv.encode()})
    page.click("form[enctype] button")
    page.wait_for_selector("#many")
    fits(page)
    assert page.errors == []


def test_what_is_in_force_is_read_on_a_phone_too(open_as):
    staff = open_as("1001")
    staff.wait_for_selector("html[data-ready=chat]")
    staff.fill("#text", TEXT)
    staff.wait_for_selector("#found li")
    staff.click("#found summary")
    staff.click("#found button:has-text('情報担当に知らせる')")
    staff.wait_for_function("() => document.querySelector('#reported').textContent")
    page = open_as("1004", "/it/suggestions")
    assert page.locator(".suggested li").count() >= 1
    page.click(".suggested summary >> nth=0")
    fits(page, "it-suggestions")
    paths = ("/it/policy", "/it/rules", "/it/prompts", "/it/prompts/greeting")
    for path in paths:
        page.goto(path)
        fits(page)
    phone = open_as("1004", "/it", width=390, height=844)
    everywhere = (*paths, "/it", "/it/rules/my-number", "/it/people", "/it/people/1001", "/it/try", "/it/change")
    for path in (*everywhere, "/it/suggestions", "/it/roster", "/it/people/new", "/it/change/file"):
        phone.goto(path)
        fits(phone)
    assert phone.errors == page.errors == []
