"""Sign-in pages: who gets in, what a stolen or foreign request gets, what every response says to the browser."""

import pytest
from starlette.routing import Mount, Route

from ai_gov.people.passwords import TRIES
from ai_gov.web.guard import Guard
from tests.web.conftest import WORD, Browser


@pytest.fixture
async def signed_in(enrol, browser):
    enrol("1001")
    response = await browser.sign_in()
    assert response.status_code == 303
    assert response.headers["location"] == "/"
    return browser


async def test_the_way_in_and_out(signed_in):
    page = await signed_in.get("/")
    assert page.status_code == 200
    assert "見本 一郎" in page.text
    assert (await signed_in.send("/signout", {})).headers["location"] == "/signin"
    assert (await signed_in.get("/")).headers["location"] == "/signin?next=/"


async def test_a_wrong_password_says_so_and_keeps_what_was_typed(enrol, browser):
    enrol("1001")
    response = await browser.sign_in(word="wrong <b>password</b>")
    assert response.status_code == 401
    assert 'value="132012"' in response.text
    assert "いずれかが違います" in response.text
    assert "wrong" not in response.text
    for _ in range(TRIES):
        response = await browser.sign_in(word="wrong password here")
    assert response.status_code == 403
    assert "15分間" in response.text


async def test_a_token_does_nothing_in_another_browser_and_then_nothing_at_all(signed_in, site):
    thief = Browser(site)
    thief.http.headers["User-Agent"] = "Thief"
    thief.http.cookies = signed_in.http.cookies
    assert (await thief.get("/")).status_code == 303
    assert (await signed_in.get("/")).status_code == 303


async def test_a_sign_in_gives_a_new_session_and_ends_the_one_before(signed_in, site):
    """Nobody can plant a session, and none is left behind where two people share a browser."""
    before = signed_in.http.cookies["ai_gov_session"]
    assert (await signed_in.sign_in()).status_code == 303
    after = signed_in.http.cookies["ai_gov_session"]
    assert after != before
    assert (await signed_in.get("/")).status_code == 200
    old = Browser(site)
    old.http.cookies.set("ai_gov_session", before)
    assert (await old.get("/")).headers["location"] == "/signin?next=/"


async def test_a_session_that_was_planted_is_not_the_one_that_is_opened(enrol, browser):
    enrol("1001")
    browser.http.cookies.set("ai_gov_session", "planted", domain="127.0.0.1")
    cookie = (await browser.sign_in()).headers["set-cookie"]
    assert "planted" not in cookie


@pytest.mark.parametrize("csrf", ["", "0" * 64])
async def test_a_form_without_the_sessions_token_is_refused(signed_in, csrf):
    assert (await signed_in.send("/signout", {}, csrf=csrf)).status_code == 403
    assert (await signed_in.get("/")).status_code == 200


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}]
)
async def test_a_form_of_another_site_is_refused_even_with_the_token(signed_in, headers):
    assert (await signed_in.send("/signout", {}, **headers)).status_code == 403
    data = {"organisation": "132012", "person": "1001", "password": WORD}
    assert (await signed_in.http.post("/signin", data=data, headers=headers)).status_code == 403


@pytest.mark.parametrize("path", ["//elsewhere.example", "https://elsewhere.example/", "/\\elsewhere.example", "/\n/x"])
async def test_nobody_is_sent_to_another_site(enrol, browser, path):
    enrol("1001")
    data = {"organisation": "132012", "person": "1001", "password": WORD, "next": path}
    assert (await browser.http.post("/signin", data=data)).headers["location"] == "/"


async def test_an_initial_password_leads_to_the_change_and_nowhere_else(enrol, browser, accounts):
    word = accounts.reset(enrol("1001"), actor="1002")
    assert (await browser.sign_in(word=word)).headers["location"] == "/password"
    assert (await browser.get("/")).headers["location"] == "/password"
    short = await browser.send("/password", {"old": word, "new": "short", "again": "short"})
    assert short.status_code == 400
    assert "15文字以上" in short.text
    assert (await browser.send("/password", {"old": word, "new": WORD, "again": "x"})).status_code == 400
    assert (await browser.send("/password", {"old": word, "new": WORD, "again": WORD})).status_code == 200
    assert (await browser.get("/")).status_code == 200


async def test_every_response_tells_the_browser_to_run_only_our_files(signed_in):
    for path in ("/", "/signin", "/nothing", "/static/site.css", "/static/nothing", "/password"):
        response = await signed_in.get(path)
        policy = response.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert response.headers["x-content-type-options"] == "nosniff"


async def test_the_cookie_is_out_of_reach_of_scripts_and_of_plain_http(enrol, made):
    from ai_gov import wiring
    from ai_gov.settings import Settings

    enrol("1001")
    for secure, public in ((False, ""), (True, "https://ai.example.lg.jp")):
        browser = Browser(wiring.site(Settings(public_url=public), made, None))
        cookie = (await browser.sign_in()).headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert ("__Host-" in cookie and "Secure" in cookie) == secure


async def test_what_is_typed_is_shown_as_text(enrol, browser):
    enrol("1001")
    data = {"organisation": '"><script>alert(1)</script>', "person": "<b>", "password": "x", "next": "/"}
    text = (await browser.http.post("/signin", data=data)).text
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text


async def test_the_pages_speak_english_to_whoever_asks(browser):
    await browser.get("/language?to=en&next=/signin")
    assert "Sign in" in (await browser.get("/signin")).text


def test_no_page_is_reached_but_through_the_guard(site):
    """Every route but the static files and the page for unknown paths is one that the guard made."""
    for route in site.routes:
        if isinstance(route, Mount):
            assert route.path == "/static"
        elif isinstance(route, Route) and route.path != "/{rest:path}":
            assert route.endpoint.__qualname__.startswith(Guard.__name__), route.path
