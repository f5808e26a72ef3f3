"""The pages of the IT staff: what is in force, rules, policy and prompts; nobody else gets in."""

import html
import re

import pytest

from ai_gov import wiring
from ai_gov.people.model import Department, Grant, Organisation, Person, Role
from ai_gov.people.plan import Change
from tests.web.conftest import Browser

PAGES = (
    "/it", "/it/rules", "/it/rules/my-number", "/it/policy", "/it/prompts", "/it/prompts/greeting", "/it/suggestions",
    "/it/people", "/it/people/new", "/it/people/1001", "/it/roster", "/it/try", "/it/change", "/it/change/file",
    "/it/change/own.zip",
)  # fmt: skip
FORMS = (
    "/it/suggestions/1", "/it/people", "/it/people/1001/edit", "/it/people/1001/leave", "/it/people/1001/grant",
    "/it/people/1001/revoke", "/it/people/1001/password", "/it/people/1001/key", "/it/people/1001/revoke-key",
    "/it/roster", "/it/roster/apply", "/it/try", "/it/change/file", "/it/change/restore", "/it/change/zip",
    "/it/change/apply",
)  # fmt: skip


@pytest.fixture
async def it(enrol, browser):
    """A browser of somebody of the IT staff, beside a member of staff."""
    enrol("1001")
    enrol("9001", Role.STAFF, Role.IT, name="見本 九一")
    await browser.sign_in("9001")
    return browser


async def test_every_page_opens_for_it_staff_in_both_languages(it):
    for language in ("ja", "en"):
        it.http.cookies.set("ai_gov_language", language)
        for path in PAGES:
            response = await it.get(path)
            assert response.status_code == 200, (path, response.text[:2000])


async def test_nobody_else_gets_in(enrol, browser):
    enrol("1001", *(role for role in Role if role is not Role.IT))
    await browser.sign_in("1001")
    for path in PAGES:
        assert (await browser.get(path)).status_code == 403, path
    for path in FORMS:
        assert (await browser.send(path, {})).status_code == 403, path
    assert "/it" not in re.findall(r'href="([^"]+)"', (await browser.get("/help")).text)


async def test_without_a_sign_in_there_is_only_the_door(site):
    stranger = Browser(site)
    for path in PAGES:
        assert (await stranger.get(path)).headers["location"].startswith("/signin")
    for path in FORMS:
        assert (await stranger.send(path, {})).status_code == 401


async def test_a_form_from_elsewhere_does_nothing(it, made):
    before = made.store.audit.counts().entries
    for path in FORMS:
        assert (await it.send(path, {"path": "x"}, csrf="0" * 64)).status_code == 403, path
        crossed = await it.send(path, {"path": "x"}, **{"Sec-Fetch-Site": "cross-site"})
        assert crossed.status_code == 403, path
    assert made.store.audit.counts().entries == before


async def test_the_overview_says_what_is_in_force_and_what_runs_out(it, made):
    made.store.register.issue_key(Person("132012", "1001", "110"), actor="cli", label="窓口の端末", days=10)
    page = (await it.get("/it")).text
    assert wiring.in_force(made.store)[0][:12] in page
    assert "はじめの起動" in page
    assert "窓口の端末" in page
    assert 'href="/it/people/1001"' in page
    assert "空き容量" in page
    assert "未対応の申し出はありません" in page


async def test_a_rule_shows_its_law_its_examples_and_what_becomes_of_it(it):
    page = html.unescape((await it.get("/it/rules/my-number")).text)
    assert "行政手続における特定の個人を識別するための番号の利用等に関する法律" in page
    assert "送らない（種類で必ず停止）" in page
    assert "redaction_rules/numbers/my_number.yaml" in page
    assert "出荷時" in page
    assert (await it.get("/it/rules/no-such")).status_code == 404
    assert (await it.get("/it/prompts/no-such")).status_code == 404
    assert (await it.get("/it/change/file?path=/etc/passwd")).status_code == 404


async def test_rules_are_found_by_words_in_either_width(it):
    def rows(page):
        return re.findall(r'href="/it/rules/([a-z0-9-]+)"', page)

    assert "my-number" in rows((await it.get("/it/rules?q=個人番号 ３Ｂ")).text)
    assert rows((await it.get("/it/rules?q=そんな語はない")).text) == []
    assert len(rows((await it.get("/it/rules")).text)) > 40


async def test_the_policy_is_a_table_of_levels_and_destinations(it):
    page = (await it.get("/it/policy")).text
    grid = page[page.index('<table class="grid">') :]
    grid = grid[: grid.index("</table>")]
    assert re.findall(r'<th scope="row">([^<]+)<', grid)[0] == "自治体機密性3A"
    assert len(re.findall(r"<tr>", grid)) == 6
    assert "送らない" in grid
    assert "入力できる" in grid


async def test_a_prompt_shows_its_fields(it):
    page = (await it.get("/it/prompts/greeting")).text
    assert "prompts/greeting.yaml" in page
    assert re.search(r"<code>\$[a-z_]+</code>", page)


async def test_scripts_in_an_address_stay_text(it):
    for path in ("/it/rules?q=", "/it/prompts?q=", "/it/people?q=", "/it/try?path=", "/it/suggestions?state="):
        assert "<script>alert" not in (await it.get(f"{path}<script>alert(1)</script>")).text, path


async def test_nobody_of_another_organisation_is_reached(it, made):
    made.store.register.set_organisation(Organisation("other", "隣町"), actor="cli")
    made.store.register.set_department(Department("other", "1", "総務課"), actor="cli")
    stranger = Person("other", "7777", "1", "隣町 花子")
    made.store.register.change(Change("added", None, stranger), actor="cli")
    granted = made.store.register.grant(Grant("", "other", "7777", Role.STAFF, "other"), actor="cli")
    key, issued = made.store.register.issue_key(stranger, actor="cli")
    assert "7777" not in (await it.get("/it/people?q=花子")).text
    assert (await it.get("/it/people/7777")).status_code == 404
    for act in ("edit", "leave", "grant", "password", "key", "revoke", "revoke-key", "back"):
        sent = {"name": "別人", "department": "110", "role": "it", "days": "3", "grant": granted.id, "key": issued.id}
        assert (await it.send(f"/it/people/7777/{act}", sent)).status_code == 404, act
    for act in ("revoke", "revoke-key"):  # somebody of one's own, with what is a stranger's
        assert (await it.send(f"/it/people/1001/{act}", {"grant": granted.id, "key": issued.id})).status_code == 404
    assert (await made.store.people.by_key(key.text)).person == "7777"
    member = made.store.people.member("other", "7777")
    assert member.person.name == "隣町 花子"
    assert [grant.id for grant in member.grants] == [granted.id]
