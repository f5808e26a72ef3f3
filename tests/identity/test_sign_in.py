"""組織のアカウントでログインする: the way there and back with a real provider, and whom it lets in as what."""

import datetime as dt
import urllib.parse

import pytest

from ai_gov.people.model import Role
from ai_gov.people.provider import GroupRule
from ai_gov.service.accounts import Accounts

WORD = "みどりの窓辺に置いた三つの湯のみ"
GROUPS = {"AI利用者": GroupRule(roles=(Role.STAFF,)), "総務課長": GroupRule(roles=("確認者",), department="110")}


def kinds(made):
    return [(entry.event.kind, entry.event.actor, entry.event.data) for entry in made.store.audit.entries()[::-1]]


async def test_somebody_registered_gets_in_and_out_and_each_step_is_an_entry(site, enrol, made, provider):
    enrol("1001")
    browser = site()
    assert "組織のアカウントでログインする" in (await browser.get("/signin")).text
    response = await browser.sign_in("/history")
    assert response.status_code == 303
    assert response.headers["location"] == "/history"
    assert "見本 一郎" in (await browser.get("/")).text
    assert "組織のアカウントの側で" in (await browser.get("/password")).text
    csrf = await browser.csrf("/history")
    out = await browser.http.post("/signout", data={"csrf": csrf})
    assert out.headers["location"] == "/signin/left/default"
    assert (await browser.get("/")).headers["location"] == "/signin?next=/"
    page = (await browser.get("/signin/left/default")).text
    to = (
        f"{provider.issuer}/logout?client_id=ai-gov&amp;post_logout_redirect_uri=http%3A%2F%2F127.0.0.1%3A8000%2Fsignin"
    )
    assert f'content="0; url={to}"' in page
    assert f'href="{to}"' in page
    told = [(kind, who, data) for kind, who, data in kinds(made) if kind.startswith(("sign", "identity"))]
    assert told == [
        ("identity_linked", "1001", {"person": "1001", "provider": "default"}),
        ("signed_in", "1001", {"by": "oidc", "provider": "default"}),
        ("signed_out", "1001", {}),
    ]


async def test_what_the_provider_is_asked_for(site, enrol, provider):
    enrol("1001")
    asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(await site().leave()).query))
    assert (
        asked.items()
        >= {
            "response_type": "code",
            "client_id": "ai-gov",
            "scope": "openid profile email",
            "redirect_uri": "http://127.0.0.1:8000/signin/back/default",
            "code_challenge_method": "S256",
        }.items()
    )
    other = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(await site().leave()).query))
    for name in ("state", "nonce", "code_challenge"):
        assert len(asked[name]) == 43
        assert asked[name] != other[name]
    assert len({asked[name] for name in ("state", "nonce", "code_challenge")}) == 3


async def test_asking_writes_nothing(site, enrol, made):
    enrol("1001")
    browser = site()
    before = len(made.store.audit.entries())
    for _ in range(3):
        await browser.leave()
    assert len(made.store.audit.entries()) == before


@pytest.mark.parametrize("path", ["//elsewhere.example", "https://elsewhere.example/", "/\\elsewhere.example"])
async def test_nobody_is_led_on_to_another_site(site, enrol, path):
    enrol("1001")
    assert (await site().sign_in(path)).headers["location"] == "/"


async def test_somebody_unknown_is_refused_and_told_whom_to_ask(site, enrol, failures):
    enrol("1002")
    response = await site().sign_in()
    assert response.status_code == 403
    assert "登録されていません" in response.text
    assert "情報政策課（内線 123）" in response.text
    assert failures() == ["unknown_person"]


async def test_somebody_who_left_or_whose_time_is_up_is_refused(site, enrol, made, failures):
    enrol("1001", until=dt.date(2020, 3, 31))
    assert "利用期間が終わっている" in (await site().sign_in()).text
    member = made.store.people.member("132012", "1001")
    made.store.register.leave(member, actor="cli")
    assert (await site().sign_in()).status_code == 403
    assert failures() == ["inactive", "inactive"]


async def test_somebody_unknown_is_registered_where_the_settings_say_so(site, enrol, made, provider, failures):
    enrol("1002")
    create = {"unknown": "create", "department_claim": "section", "groups_claim": "groups", "groups": GROUPS}
    person = {"sub": "s-7", "preferred_username": "7001", "name": "見本 七海"}
    for claims, reason in (
        ({"section": "999", "groups": ["AI利用者"]}, "unknown_department"),
        ({"section": "120", "groups": ["別のグループ"]}, "no_role"),
        ({"section": "120", "groups": ["AI利用者"], "preferred_username": "nana@example.jp"}, "no_person_id"),
    ):
        provider.order(user=person | claims)
        assert (await site(**create).sign_in()).status_code == 403
        assert failures()[-1] == reason
    provider.order(user=person | {"section": "120", "groups": ["AI利用者"]})
    assert (await site(**create).sign_in()).status_code == 303
    member = made.store.people.member("132012", "7001")
    assert (member.person.department, member.person.name) == ("120", "見本 七海")
    assert member.roles(dt.date(2026, 4, 1)) == {Role.STAFF}
    added = [(who, data) for kind, who, data in kinds(made) if kind == "person_added" and who == "oidc"]
    assert added[0][1] == {"person": "7001", "department": [None, "120"], "roles": [[], ["staff"]]}


async def test_roles_follow_the_groups_and_what_it_staff_gave_stays(site, enrol, made, provider):
    enrol("1001", Role.IT)
    more = {"groups_claim": "realm_access.roles", "groups": GROUPS}
    person = {"sub": "s-1001", "preferred_username": "1001"}
    today = dt.date(2026, 4, 1)
    for groups, roles in (
        (["AI利用者", "総務課長", "x"], {Role.IT, Role.STAFF, Role.REVIEWER}),
        (["総務課長"], {Role.IT, Role.REVIEWER}),
        ([], {Role.IT}),
    ):
        provider.order(user=person | {"realm_access": {"roles": groups}})
        assert (await site(**more).sign_in()).status_code == 303
        assert made.store.people.member("132012", "1001").roles(today) == roles


async def test_the_department_follows_its_claim_and_an_unknown_one_changes_nothing(site, enrol, made, provider):
    enrol("1001")
    more = {"department_claim": "dept", "departments": {"Tax": "120"}}
    person = {"sub": "s-1001", "preferred_username": "1001"}
    for said, department in (("Tax", "120"), ("Nowhere", "120"), ("110", "110")):
        provider.order(user=person | {"dept": said})
        assert (await site(**more).sign_in()).status_code == 303
        assert made.store.people.member("132012", "1001").person.department == department


async def test_groups_by_a_table_and_a_wrong_table_stops_the_start(site, enrol, made, provider, tmp_path):
    from ai_gov.errors import ConfigError

    enrol("1001", Role.IT)
    table = tmp_path / "groups.csv"
    table.write_text("グループ,役割,所属コード\nAI利用者,職員,\n", "utf-8")
    provider.order(user={"sub": "s-1001", "preferred_username": "1001", "groups": ["AI利用者"]})
    assert (await site(groups_claim="groups", groups_file=table).sign_in()).status_code == 303
    assert Role.STAFF in made.store.people.member("132012", "1001").roles(dt.date(2026, 4, 1))
    table.write_text("グループ,役割\nAI利用者,課長補佐\nAI利用者,職員\n,職員\n", "utf-8")
    with pytest.raises(ConfigError) as caught:
        site(groups_claim="groups", groups_file=table)
    assert [problem.line for problem in caught.value.problems] == [2, 4]


@pytest.mark.parametrize("claims", [{"_claim_names": {"groups": "src1"}}, {"hasgroups": True}])
async def test_a_list_of_groups_that_was_too_long_to_be_sent_is_not_no_group(site, enrol, provider, failures, claims):
    enrol("1001")
    provider.order(user={"sub": "s-1001", "preferred_username": "1001", **claims})
    response = await site(groups_claim="groups", groups=GROUPS).sign_in()
    assert "グループが多すぎて" in response.text
    assert failures() == ["groups_overage"]


async def test_by_mail_only_with_an_address_that_the_provider_verified(site, enrol, provider, failures):
    enrol("1001", mail="Ichiro@town.example.jp")
    more = {"match": "mail", "person_claim": "email", "required": "hd=town.example.jp"}
    person = {"sub": "g-1", "email": "ichiro@Town.example.jp", "hd": "town.example.jp"}
    for claims, reason in (
        ({"email_verified": False}, "mail_unverified"),
        ({"email_verified": True, "hd": "elsewhere.example"}, "required"),
        ({"email_verified": True, "hd": None}, "required"),
        ({"email_verified": True, "email": "nobody@town.example.jp"}, "unknown_person"),
    ):
        provider.order(user=person | claims)
        assert (await site(**more).sign_in()).status_code == 403
        assert failures()[-1] == reason
    provider.order(user=person | {"email_verified": True})
    assert (await site(**more).sign_in()).status_code == 303
    enrol("1009", mail="ichiro@town.example.jp")
    assert (await site(**more).sign_in()).status_code == 403
    assert failures()[-1] == "mail_twice"


async def test_an_account_and_a_person_that_belong_together_do_so_for_good(site, enrol, provider, failures):
    enrol("1001")
    enrol("1002")
    assert (await site().sign_in()).status_code == 303
    provider.order(user={"sub": "somebody-new", "preferred_username": "1001"})  # the name was given anew
    response = await site().sign_in()
    assert response.status_code == 403
    assert "別の組織アカウントと結び付いています" in response.text
    provider.order(user={"sub": "s-1001", "preferred_username": "1002"})
    assert (await site().sign_in()).status_code == 403
    assert failures() == ["other_account", "other_account"]


async def test_with_passwords_shut_only_the_emergency_account_gets_in_by_one(site, enrol, made, failures):
    accounts = Accounts(made.store.accounts, made.store.clock)
    for number in ("1001", "9001"):
        accounts.set_first(enrol(number), WORD)
    browser = site(settings={"local_sign_in": "emergency", "emergency_persons": "132012/9001"})
    page = (await browser.get("/signin")).text
    assert "非常用のアカウント" in page

    async def enter(person, word=WORD):
        data = {"organisation": "132012", "person": person, "password": word, "next": "/"}
        return await browser.http.post("/signin", data=data)

    said = {(await enter("1001")).text, (await enter("1001", "wrong")).text, (await enter("7777")).text}
    assert all("組織のアカウントでログインしてください" in text for text in said)
    wrong = await enter("9001", "wrong password here")
    assert wrong.status_code == 401
    assert "組織のアカウントでログインしてください" in wrong.text  # no sign of which account is the one
    assert (await enter("9001")).status_code == 303
    assert failures() == ["local_off", "local_off", "unknown", "wrong"]
    assert [data["by"] for kind, _, data in kinds(made) if kind == "signed_in"] == ["emergency"]


async def test_the_session_is_a_new_one_each_time_and_good_for_its_browser_alone(site, enrol):
    from tests.identity.conftest import Browser

    enrol("1001")
    browser = site()
    await browser.sign_in()
    first = browser.http.cookies["ai_gov_session"]
    await browser.sign_in()
    assert browser.http.cookies["ai_gov_session"] != first
    assert "ai_gov_way" not in browser.http.cookies
    thief = Browser(browser.app, agent="Thief")
    thief.http.cookies.set("ai_gov_session", browser.http.cookies["ai_gov_session"])
    assert (await thief.get("/")).headers["location"] == "/signin?next=/"
    assert (await browser.get("/")).status_code == 303  # and what was stolen is worth nothing to anybody


async def test_signing_out_there_is_offered_where_it_is_not_done(site, enrol):
    enrol("1001")
    browser = site(logout="local")
    page = (await browser.get("/signin/left/default")).text
    assert "http-equiv" not in page
    assert "組織のアカウントからログアウトする" in page
    assert "http" not in (await browser.get("/signin/left/nowhere")).text.partition("<main")[2]
