"""First set-up: once, by who reads the server's terminal, and then never again."""

import re

from tests.web.conftest import WORD

FORM = {
    "organisation": "132012", "organisation_name": "見本市", "department": "110", "department_name": "総務課",
    "person": "1001", "name": "見本 一郎", "password": WORD, "again": WORD,
}  # fmt: skip


async def token_of(made):
    from ai_gov import wiring
    from ai_gov.settings import Settings
    from tests.web.conftest import Browser

    setup = wiring.first_setup(made.store)
    return Browser(wiring.site(Settings(), made, setup)), setup.token


async def test_the_first_person_is_registered_and_signed_in(made):
    browser, token = await token_of(made)
    page = await browser.get(f"/setup?token={token}")
    assert page.status_code == 200
    assert set(re.findall(r'name="(\w+)"', page.text)) >= set(FORM)
    response = await browser.http.post("/setup", data={**FORM, "token": token})
    assert (response.status_code, response.headers["location"]) == (303, "/")
    assert "見本 一郎" in (await browser.get("/")).text
    assert (await browser.http.post("/setup", data={**FORM, "person": "1002", "token": token})).status_code == 403
    assert made.store.people.member("132012", "1002") is None
    await browser.send("/signout", {})
    assert (await browser.sign_in()).headers["location"] == "/"


async def test_another_token_opens_nothing(made):
    browser, _ = await token_of(made)
    assert (await browser.get("/setup?token=x")).status_code == 403
    assert (await browser.http.post("/setup", data={**FORM, "token": "x"})).status_code == 403
    assert made.store.people.nobody()


async def test_what_is_wrong_is_said_and_nothing_is_registered(made):
    browser, token = await token_of(made)
    for wrong, words in (
        ({"person": "職員1"}, "職員番号は、英数字"),
        ({"again": "x"}, "一致しません"),
        ({"password": "short", "again": "short"}, "15文字以上"),
    ):
        response = await browser.http.post("/setup", data={**FORM, **wrong, "token": token})
        assert response.status_code == 400
        assert words in response.text
        assert 'value="見本市"' in response.text
    assert made.store.people.nobody()


async def test_the_page_is_closed_once_somebody_is_registered(enrol, browser):
    enrol("1001")
    assert (await browser.get("/setup?token=x")).status_code == 403
