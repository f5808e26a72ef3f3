"""In a real browser: by the account of the organisation in, and out here and there."""

import re
import socket
import threading
import time

import pytest
import uvicorn

from ai_gov import wiring
from ai_gov.people.provider import ProviderSettings
from ai_gov.settings import Settings
from tests.browser.conftest import ORGANISATION, WORD, accessible, enrol, picture
from tests.identity import CLIENT, SECRET
from tests.identity.conftest import Running


@pytest.fixture(scope="module")
def provider():
    """Where a form asks who it is."""
    running = Running()
    running.order(user=None)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def federated(provider, tmp_path_factory):
    """A server whose staff sign in there, on another site than its own; passwords are for an emergency."""
    listening = socket.create_server(("127.0.0.1", 0))
    address = f"http://localhost:{listening.getsockname()[1]}"
    item = ProviderSettings(
        issuer=provider.issuer,
        client_id=CLIENT,
        client_secret=SECRET,
        organisation=ORGANISATION,
        title="見本市のアカウント",
        contact="情報政策課（内線 123）",
    )
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("federated"),
        public_url=address,
        oidc={"default": item},
        local_sign_in="emergency",
        emergency_persons=f"{ORGANISATION}/1004",
    )
    opened = wiring.store(settings)
    enrol(opened)
    opened.close()
    server = uvicorn.Server(uvicorn.Config(wiring.app(settings), log_level="warning"))
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.05)
    yield address
    server.should_exit = True
    thread.join(20)


@pytest.fixture
def page(chromium, federated):
    """A page on a phone."""
    context = chromium.new_context(base_url=federated, viewport={"width": 390, "height": 844}, locale="ja-JP")
    page = context.new_page()
    page.refused = []
    page.on("console", lambda said: page.refused.append(said.text) if "Content Security" in said.text else None)
    yield page
    context.close()


def test_in_with_the_account_of_the_organisation_and_out_of_both(page, federated, provider):
    page.goto("/history")
    accessible(page)
    picture(page, "signin-organisation")
    page.click("text=見本市のアカウントでログインする")
    page.wait_for_url(f"{provider.issuer}/**")
    page.fill("input[name=user]", "1001")
    page.click("button")
    page.wait_for_url(f"{federated}/history")
    assert "見本 一郎" in page.text_content("header")
    names = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert names["ai_gov_session"]["httpOnly"]
    assert names["ai_gov_session"]["sameSite"] == "Lax"
    assert "ai_gov_way" not in names
    assert "op_session" in names
    page.click("text=ログアウト")
    page.wait_for_url(f"{federated}/signin")  # by way of the provider, which has forgotten us too
    assert {cookie["name"] for cookie in page.context.cookies()}.isdisjoint({"ai_gov_session", "op_session"})
    page.click("text=見本市のアカウントでログインする")
    page.wait_for_url(re.compile(re.escape(provider.issuer)))
    assert page.is_visible("input[name=user]")
    assert page.refused == []


def test_somebody_unknown_reads_whom_to_ask_and_the_emergency_account_gets_in(page, federated, provider):
    page.goto("/signin")
    page.click("text=見本市のアカウントでログインする")
    page.fill("input[name=user]", "7777")
    page.click("button")
    page.wait_for_url(f"{federated}/signin/back/**")
    assert "情報政策課（内線 123）に登録を依頼してください" in page.text_content("[role=alert]")
    accessible(page)
    page.click("text=非常用のアカウントでログインする")
    accessible(page)
    page.fill("#organisation", ORGANISATION)
    page.fill("#person", "1004")
    page.fill("#password", WORD)
    page.click("form button:has-text('ログインする')")
    page.wait_for_url(f"{federated}/")
    page.goto("/signin/left/default")
    page.wait_for_url(f"{federated}/")  # the provider led back to the sign-in page, and this session goes on
