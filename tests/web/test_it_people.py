"""People and keys on the pages: each change is an entry, secrets are shown once, nobody raises themselves."""

import re

import pytest

from ai_gov.people.model import Department, Role
from ai_gov.stores.entry import Filter
from tests.web.conftest import Browser

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
async def it(enrol, browser, made):
    enrol("1001", name="試験 一子")
    enrol("9001", Role.STAFF, Role.IT, name="見本 九一")
    made.store.register.set_department(Department("132012", "120", "税務課"), actor="cli")
    await browser.sign_in("9001")
    return browser


def entry(made, kind):
    """The newest entry of a kind: its data, with who made it."""
    found = made.store.audit.entries(Filter(kind=kind))
    assert found, kind
    return found[0].columns["actor"], found[0].event.data


def member(made, number="1001"):
    return made.store.people.member("132012", number)


async def test_somebody_is_registered_found_and_gets_an_initial_password_once(it, made, site):
    sent = {"number": "1002", "name": "試験 二郎", "department": "130", "department_name": "水道課", "role": "staff"}
    response = await it.send("/it/people", sent)
    assert response.headers["location"] == "/it/people/1002?done=added"
    assert entry(made, "person_added") == (
        "9001",
        {"person": "1002", "department": [None, "130"], "roles": [[], ["staff"]]},
    )
    assert "試験 二郎" in (await it.get("/it/people?q=水道課")).text
    shown = (await it.send("/it/people/1002/password", {})).text
    word = re.search(r"<code>((?:[a-z2-9]{4}-){3}[a-z2-9]{4})</code>", shown)[1]
    assert word not in (await it.get("/it/people/1002")).text
    assert entry(made, "password_reset")[0] == "9001"
    newcomer = Browser(site)
    assert (await newcomer.sign_in("1002", word)).status_code == 303
    assert (await newcomer.get("/")).headers["location"] == "/password"


async def test_a_key_is_shown_once_opens_the_door_and_is_revoked(it, made):
    shown = (await it.send("/it/people/1001/key", {"label": "窓口", "use": "minutes", "days": "30"})).text
    key = re.search(r"aigov_[0-9A-Za-z]+_[0-9A-Za-z]+", shown)[0]
    assert (await made.store.people.by_key(key)).default_use == "minutes"
    page = (await it.get("/it/people/1001")).text
    assert key not in page
    id_ = key.split("_")[1]
    assert id_ in page
    assert entry(made, "key_issued")[0] == "9001"
    assert (await it.send("/it/people/1001/revoke-key", {"key": id_})).status_code == 303
    assert await made.store.people.by_key(key) is None
    assert entry(made, "key_revoked") == ("9001", {"key": id_, "person": "1001", "reason": "revoked"})


async def test_an_entry_is_changed_and_a_move_takes_the_roles_of_the_old_department(it, made):
    await it.send("/it/people/1001/grant", {"role": "reviewer", "scope": "110"})
    sent = {"name": "試験 一子", "department": "120", "department_name": "", "mail": "a@example.jp"}
    assert (await it.send("/it/people/1001/edit", {**sent, "valid_until": "令和9年3月31日"})).status_code == 303
    found = member(made)
    assert (found.person.department, str(found.person.valid_until)) == ("120", "2027-03-31")
    assert Role.REVIEWER not in {grant.role for grant in found.grants}
    assert entry(made, "person_moved")[0] == "9001"
    again = await it.send("/it/people/1001/edit", {**sent, "valid_until": "2027-03-31"})
    assert again.headers["location"].endswith("done=same")


async def test_roles_are_given_and_taken_back(it, made):
    sent = {"role": "caio", "scope": "", "valid_from": "2026-04-01", "valid_to": "2027-03-31", "deputy_for": "9001"}
    assert (await it.send("/it/people/1001/grant", sent)).status_code == 303
    actor, data = entry(made, "role_granted")
    assert (actor, data["role"], data["deputy_for"]) == ("9001", "caio", "9001")
    grant = next(item for item in member(made).grants if item.role is Role.CAIO)
    assert (await it.send("/it/people/1001/revoke", {"grant": grant.id})).status_code == 303
    assert Role.CAIO not in {item.role for item in member(made).grants}


async def test_a_role_that_cannot_be_given_is_said_and_what_was_typed_stays(it, made):
    before = member(made).grants
    for sent, said in (
        ({"role": "mayor"}, "役割を一覧から選んでください"),
        ({"role": "staff", "valid_to": ""}, "すでに付与されています"),
        ({"role": "reviewer", "scope": "999"}, "所属コード 999"),
        ({"role": "caio", "valid_from": "2026-04-01"}, "終わりの日が始まりの日より前"),
        ({"role": "caio", "deputy_for": "9001"}, "両方の日付"),
        ({"role": "caio", "valid_from": "昨日"}, "日付は 2027-03-31"),
    ):
        answer = await it.send("/it/people/1001/grant", {"valid_to": "2026-03-31", **sent})
        assert (answer.status_code, said in answer.text) == (400, True), said
        assert "<details open>" in answer.text
        assert sent.get("valid_to", "2026-03-31") in answer.text
    assert member(made).grants == before


async def test_it_staff_and_auditors_are_different_people(it, made, enrol):
    enrol("1003", Role.AUDITOR)
    answer = await it.send("/it/people/1003/grant", {"role": "it"})
    assert (answer.status_code, "兼ねられません" in answer.text) == (403, True)
    sent = {"number": "1009", "name": "試験 九", "department": "110", "role": ["it", "auditor"]}
    assert (await it.send("/it/people", sent)).status_code == 403
    assert member(made, "1009") is None


async def test_nobody_changes_themselves(it, made):
    before = member(made, "9001")
    sent = {"role": "auditor", "name": "別名", "department": "110", "grant": before.grants[-1].id}
    for act in ("edit", "leave", "grant", "revoke", "password"):
        answer = await it.send(f"/it/people/9001/{act}", sent)
        assert (answer.status_code, "自分では変えられません" in answer.text) == (403, True), act
    assert member(made, "9001") == before


async def test_the_last_of_the_it_staff_stays_even_where_the_assistant_is_it(it, made, enrol, accounts, site):
    enrol("9002", Role.IT)
    second = Browser(site)
    await second.sign_in("9002")
    assert (await second.send("/it/people/9001/leave", {})).status_code == 303
    assert (await it.get("/it")).status_code == 303, "whoever left is out at once"
    assert member(made, "9001").person.left
    assert (await second.send("/it/people/9002/leave", {})).status_code == 403
    assert (await second.send("/it/people/9001/back", {})).status_code == 303
    assert member(made, "9001").roles(made.store.register.today()) == {Role.STAFF}


async def test_scripts_stay_text(it):
    everywhere = dict.fromkeys(("name", "department_name", "mail"), SCRIPT)
    sent = {"number": "1005", "department": "140", "role": "staff", **everywhere}
    pages = [(await it.send("/it/people", {**sent, "number": SCRIPT})).text, (await it.send("/it/people", sent)).text]
    pages.append((await it.send("/it/people/1001/key", {"days": "3", "label": SCRIPT})).text)
    pages += [(await it.get(path)).text for path in ("/it/people", "/it/people/1005", "/it/people/1001", "/it")]
    assert all("<script>alert" not in page for page in pages)


async def test_an_entry_that_cannot_be_made_keeps_what_was_typed(it, made):
    before = made.store.audit.counts().entries
    good = {"number": "1008", "name": "試験 八重", "department": "110", "mail": "kept@example.jp", "role": "staff"}
    for sent, said in (
        ({"number": "1001"}, "すでに登録されています"),
        ({"number": "番号"}, "職員番号は半角"),
        ({"department": "777"}, "所属名も入れてください"),
        ({"name": " "}, "氏名を入れてください"),
        ({"role": ""}, "役割を1つ以上"),
        ({"valid_until": "2026-02-30"}, "日付は"),
    ):
        answer = await it.send("/it/people", {**good, **sent})
        assert (answer.status_code, said in answer.text) == (400, True), said
        assert "kept@example.jp" in answer.text
    assert made.store.audit.counts().entries == before


ROSTER = "職員番号,氏名,所属コード,所属名,役割\n9001,見本 九一,110,総務課,職員・情報担当\n1001,試験 一子,120,税務課,職員・確認者\n2001,試験 新,120,税務課,職員\n"


async def preview(it, text, *, encoding="utf-8"):
    token = await it.csrf()
    files = {"file": ("名簿.csv", text.encode(encoding), "text/csv")}
    return await it.http.post("/it/roster", data={"csrf": token}, files=files)


def carried(page):
    seen = re.search(r'name="seen" value="([0-9a-f]{64})"', page)[1]
    return {"seen": seen, "roster": ROSTER}


async def test_a_roster_is_looked_at_and_then_applied_as_seen(it, made):
    await it.send("/it/people/9001/grant", {})
    before = made.store.audit.counts().entries
    page = (await preview(it, ROSTER.replace("職員・情報担当", "職員"), encoding="cp932")).text
    assert made.store.audit.counts().entries == before
    for said in ("異動", "追加", "試験 新", "<ins>120</ins>"):
        assert said in page, said
    sent = {**carried(page), "roster": ROSTER.replace("職員・情報担当", "職員")}
    assert (await it.send("/it/roster/apply", sent)).headers["location"] == "/it/roster?done=roster"
    assert member(made, "2001").person.department == "120"
    assert entry(made, "person_added") == (
        "9001",
        {"person": "2001", "department": [None, "120"], "roles": [[], ["staff"]]},
    )


async def test_a_roster_that_says_otherwise_meanwhile_is_looked_at_again(it, made):
    plain = ROSTER.replace("職員・情報担当", "職員")
    page = (await preview(it, plain)).text
    await it.send("/it/people/1001/edit", {"name": "別の名", "department": "110"})
    late = await it.send("/it/roster/apply", {**carried(page), "roster": plain})
    assert late.status_code == 409
    assert "計画をもう一度" in late.text
    assert "別の名" in late.text
    assert member(made, "2001") is None


async def test_a_roster_does_not_raise_whoever_imports_it_nor_leave_them_out(it, made):
    raised = await preview(it, ROSTER.replace("職員・情報担当", "職員・CAIO"))
    assert (raised.status_code, "自分では変えられません" in raised.text) == (403, True)
    out = await preview(it, "\n".join(line for line in ROSTER.splitlines() if not line.startswith("9001")))
    assert (out.status_code, "自分では変えられません" in out.text) == (403, True)
    both = await preview(it, ROSTER.replace("職員・情報担当", "職員").replace("職員・確認者", "情報担当・監査"))
    assert both.status_code == 403


async def test_what_is_wrong_with_a_roster_is_said_by_line(it):
    answer = await preview(it, ROSTER + "20 01,,120,税務課,村長\n")
    assert answer.status_code == 400
    assert "5行目" in answer.text
    assert answer.text.count("<strong>5行目</strong>") >= 3
    none = await it.send("/it/roster", {})
    assert (none.status_code, "ファイルを選んでください" in none.text) == (400, True)


async def test_many_that_leave_have_to_be_meant(it, made, enrol):
    for number in range(3001, 3006):
        enrol(str(number))
    plain = ROSTER.replace("職員・情報担当", "職員")
    page = (await preview(it, plain)).text
    assert "5 人が転出・退職になります" in page
    sent = {**carried(page), "roster": plain}
    assert (await it.send("/it/roster/apply", sent)).status_code == 400
    assert not member(made, "3001").person.left
    assert (await it.send("/it/roster/apply", {**sent, "many_leave": "1"})).status_code == 303
    assert member(made, "3001").person.left
