"""認証基盤の異常と偽り: whatever comes back that is not exactly what was asked for lets nobody in, and is an entry."""

import asyncio
import dataclasses
import datetime as dt
import urllib.parse

import pytest

from ai_gov import wiring
from ai_gov.identity import documents
from ai_gov.service import federation
from ai_gov.settings import Settings

TOKENS = {
    "nonce": "token_nonce",
    "no_nonce": "token_nonce",
    "aud": "token_azp",
    "azp": "token_azp",
    "extra_aud": "token_azp",
    "iss": "token_iss",
    "expired": "token_expired",
    "early": "token_nbf",
    "old": "token_iat",
    "none": "token_algorithm",
    "hs256": "token_algorithm",
    "foreign_key": "token_signature",
    "at_hash": "token_at_hash",
    "no_id_token": "token_id_token",
    "garbage": "token_unreadable",
    "reply_iss": "token_issuer",
    "denied": "provider_refused",
    "token_500": "provider_down",
    "token_html": "provider_down",
}


@pytest.fixture(scope="module")
def made(base, tmp_path_factory):
    """One store for all of this page: nobody gets in, or 1001 does."""
    store = wiring.store(Settings(data_dir=tmp_path_factory.mktemp("faults")))
    yield dataclasses.replace(base, store=store)
    store.close()


@pytest.mark.parametrize(("fault", "reason"), TOKENS.items())
async def test_a_token_with_a_fault_lets_nobody_in(site, enrol, provider, failures, *, fault, reason):
    enrol("1001")
    provider.order(fault=fault)
    browser = site()
    response = await browser.sign_in()
    assert response.status_code in (401, 403, 502)
    assert failures() == [reason]
    assert "ai_gov_session" not in browser.http.cookies
    assert "ai_gov_way" not in browser.http.cookies
    provider.order()
    assert (await browser.sign_in()).status_code == 303


@pytest.mark.parametrize("fault", ["metadata_iss", "http_endpoint"])
async def test_a_provider_that_is_not_the_one_that_was_set_is_not_gone_to(site, enrol, provider, failures, fault):
    enrol("1001")
    provider.order(fault=fault)
    response = await site().get("/signin/with/default")
    assert response.status_code == 502
    assert "認証基盤を利用できません" in response.text
    assert failures() == ["provider_down"]


async def test_no_key_no_way_in(site, enrol, provider, failures):
    enrol("1001")
    provider.order(fault="jwks_empty")
    assert (await site().sign_in()).status_code == 502
    assert failures() == ["provider_down"]


async def test_a_changed_key_is_fetched_at_once_but_not_at_every_wrong_token(site, enrol, provider, monkeypatch):
    enrol("1001")
    browser = site()
    assert (await browser.sign_in()).status_code == 303
    monkeypatch.setattr(documents, "AGAIN_S", 0.0)
    provider.order(rotate=True)
    assert (await browser.sign_in()).status_code == 303
    monkeypatch.setattr(documents, "AGAIN_S", 3600.0)
    provider.order(rotate=True)
    assert (await browser.sign_in()).status_code == 401


async def test_one_key_needs_no_name(site, enrol, provider):
    enrol("1001")
    provider.order(fault="no_kid")
    assert (await site().sign_in()).status_code == 303


async def test_a_way_back_is_good_once(site, enrol, failures):
    enrol("1001")
    browser = site()
    url = await browser.there(await browser.leave())
    way = browser.http.cookies["ai_gov_way"]
    assert (await browser.get(url)).status_code == 303
    browser.http.cookies.set("ai_gov_way", way)
    assert (await browser.get(url)).status_code == 401
    assert failures() == ["replayed"]


async def test_two_at_once_with_the_same_way_back_are_one(site, enrol, failures):
    enrol("1001")
    browser = site()
    url = await browser.there(await browser.leave())
    found = await asyncio.gather(*(browser.get(url) for _ in range(4)))
    assert sorted(response.status_code for response in found) == [303, 401, 401, 401]
    assert failures() == ["replayed"] * 3


async def test_a_way_back_is_good_in_its_browser_only(site, enrol, failures):
    """Login CSRF: an attacker's reply, opened by a victim, signs the victim in as nobody."""
    enrol("1001")
    browser, victim = site(), site()
    url = await browser.there(await browser.leave())
    assert (await victim.get(url)).status_code == 401
    await victim.leave()
    assert (await victim.get(url)).status_code == 401
    assert failures() == ["no_state", "state"]


@pytest.mark.parametrize("spoil", ["", "x", ".".join("abcd"), "x" * 5000, "é.1.x.y", "…"])
async def test_a_cookie_that_is_not_ours_is_nothing(site, enrol, spoil, failures):
    enrol("1001")
    browser = site()
    url = await browser.there(await browser.leave())
    del browser.http.cookies["ai_gov_way"]
    response = await browser.http.get(url, headers={"Cookie": f"ai_gov_way={spoil}".encode()})
    assert response.status_code == 401
    assert failures() == ["no_state"]


async def test_a_changed_destination_in_the_cookie_is_noticed(site, enrol, failures):
    enrol("1001")
    browser = site()
    url = await browser.there(await browser.leave())
    secret, until, following, mac = browser.http.cookies["ai_gov_way"].split(".")
    del browser.http.cookies["ai_gov_way"]
    for changed in (f"{secret}.{until}.{following}x.{mac}", f"{secret}.{int(until) + 1}.{following}.{mac}"):
        response = await browser.http.get(url, headers={"Cookie": f"ai_gov_way={changed}"})
        assert response.status_code == 401
    assert failures() == ["no_state", "no_state"]


async def test_whoever_takes_too_long_begins_anew(site, enrol, failures, monkeypatch):
    enrol("1001")
    monkeypatch.setattr(federation, "ON_THE_WAY", dt.timedelta(seconds=-1))
    browser = site()
    response = await browser.sign_in()
    assert response.status_code == 401
    assert "時間がかかりすぎました" in response.text
    assert failures() == ["late"]


async def test_a_code_of_another_is_not_taken(site, enrol, failures):
    """The code is bound to our verifier: somebody else's code with our state is refused by the provider."""
    enrol("1001")
    browser, other = site(), site()
    mine = await browser.there(await browser.leave())
    theirs = await other.there(await other.leave())
    code = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(theirs).query))["code"]
    parts = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(mine).query)) | {"code": code}
    response = await browser.get(f"/signin/back/default?{urllib.parse.urlencode(parts)}")
    assert response.status_code == 401
    assert failures() == ["token_invalid_grant"]


async def test_a_provider_that_is_down_is_said_and_the_rest_goes_on(site, enrol, failures, provider):
    import socket

    enrol("1001")
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    browser = site(issuer=f"http://127.0.0.1:{port}")
    response = await browser.get("/signin/with/default")
    assert response.status_code == 502
    assert "情報政策課（内線 123）" in response.text
    assert (await browser.get("/signin")).status_code == 200
    assert (await browser.get("/signin/left/default")).status_code == 200
    assert failures() == ["provider_down"]


async def test_a_provider_that_hangs_is_waited_for_no_longer_than_set(site, enrol, failures):
    import socket
    import time

    enrol("1001")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        browser = site(issuer=f"http://127.0.0.1:{silent.getsockname()[1]}", seconds=0.3)
        began = time.monotonic()
        assert (await browser.get("/signin/with/default")).status_code == 502
        assert time.monotonic() - began < 3
    assert failures() == ["provider_down"]


async def test_many_who_ask_a_provider_that_hangs_wait_once_and_the_other_pages_do_not(site, enrol):
    import socket
    import time

    enrol("1001")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        browser = site(issuer=f"http://127.0.0.1:{silent.getsockname()[1]}", seconds=0.8)
        began = time.monotonic()
        asked = asyncio.gather(*(browser.get("/signin/with/default") for _ in range(12)))
        await asyncio.sleep(0.1)
        assert (await browser.get("/signin")).status_code == 200
        assert time.monotonic() - began < 0.8
        assert {response.status_code for response in await asked} == {502}
        assert time.monotonic() - began < 4


async def test_failures_without_end_are_cut_off_and_no_longer_written(site, enrol, failures):
    enrol("1001")
    browser = site()
    found = [(await browser.get("/signin/back/default?code=x&state=y")).status_code for _ in range(33)]
    assert found == [401] * 30 + [429] * 3
    assert len(failures()) == 30


async def test_a_provider_that_does_not_exist_is_no_page(site, enrol):
    enrol("1001")
    browser = site()
    assert (await browser.get("/signin/with/nowhere")).status_code == 404
    assert (await browser.get("/signin/back/nowhere")).status_code == 404


async def test_no_secret_and_no_claim_reaches_the_log(site, enrol, provider, *, caplog, capsys, made):
    import logging

    enrol("1001")
    with caplog.at_level(logging.DEBUG):
        browser = site()
        url = await browser.there(await browser.leave())
        code = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))["code"]
        await browser.get(url)
        provider.order(fault="nonce")
        await site().sign_in()
    written = caplog.text.replace(url, "") + "".join(capsys.readouterr())
    for hidden in (
        "s3cret-of-the-client",
        "id_token",
        "access_token",
        "見本 一郎",
        browser.http.cookies["ai_gov_session"],
    ):
        assert hidden not in written
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith(("ai_gov", "authlib")))
    assert code not in ours
    log = "\n".join(str(entry.event) for entry in made.store.audit.entries())
    assert "見本 一郎" not in log
    assert code not in log
