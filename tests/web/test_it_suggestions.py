"""What staff suggested, on the pages: by rule, never a value; each decision is an entry; other towns' are not there."""

import html

import pytest

from ai_gov.people.model import Role
from ai_gov.stores.entry import Filter

SCRIPT = "<script>alert(1)</script>"
NAME = "早乙女千尋"


@pytest.fixture
async def it(enrol, browser, made):
    """Somebody who is staff and IT staff, after three suggestions."""
    enrol("9001", Role.STAFF, Role.IT, name="見本 九一")
    await browser.sign_in("9001")
    token = await browser.csrf()
    typed = {"text": f"{NAME}さんの件で、倉橋台の集会所{SCRIPT}に連絡してください。", "destination": "demo"}
    for body in (
        {"typed": typed, "number": 1},
        {"typed": typed, "number": 1},
        {"typed": typed, "word": "集会所", "type": "OTHER"},
    ):
        headers = {"X-CSRF-Token": token, "Accept": "application/json"}
        response = await browser.http.post("/chat/report", json=body, headers=headers)
        assert response.status_code == 200, response.text
    return browser


def positions(page):
    return [part.split('"')[0] for part in page.split('action="/it/suggestions/')[1:]]


async def test_they_are_listed_by_rule_without_a_value(it):
    page = (await it.get("/it/suggestions")).text
    shown = html.unescape(page)
    assert "誤検知" in shown
    assert "2 件（未対応 2 件）" in shown
    assert "見落とし" in shown
    assert NAME not in shown
    assert "〔見落とし〕" in shown
    assert "<script>alert" not in page
    assert len(positions(page)) == 3
    assert "3 件が未対応" in (await it.get("/it")).text


async def test_each_decision_is_an_entry_and_the_last_one_counts(it, made):
    first = positions((await it.get("/it/suggestions")).text)[0]
    done = await it.send(f"/it/suggestions/{first}", {"state": "done", "note": "  規則の\n例外に足した "})
    assert done.headers["location"] == "/it/suggestions?done=done"
    (entry,) = made.store.audit.entries(Filter(kind="suggestion_decided"))
    assert (entry.columns["actor"], entry.event.data["note"]) == ("9001", "規則の 例外に足した")
    assert (entry.event.data["suggestion"], entry.event.data["state"]) == (int(first), "done")
    assert first not in positions((await it.get("/it/suggestions")).text)
    page = (await it.get("/it/suggestions?state=done")).text
    assert positions(page) == [first]
    assert "規則の 例外に足した" in page
    await it.send(f"/it/suggestions/{first}", {"state": "open"})
    assert first in positions((await it.get("/it/suggestions")).text)
    assert len(positions((await it.get("/it/suggestions?state=all")).text)) == 3


async def test_a_decision_that_cannot_be_is_said_and_nothing_is_written(it, made):
    first = positions((await it.get("/it/suggestions")).text)[0]
    before = made.store.audit.counts().entries
    for path, sent, status, said in (
        (first, {"state": "declined"}, 400, "理由をメモに"),
        (first, {"state": "declined", "note": f"{NAME}さんの名前なので"}, 400, "個人の氏名や番号"),
        (first, {"state": "done", "note": "あ" * 201}, 400, "200文字まで"),
        (first, {"state": "lost", "note": SCRIPT}, 400, "対応を選んで"),
        ("999999", {"state": "done"}, 404, "その申し出はありません"),
        ("1%00", {"state": "done"}, 404, "その申し出はありません"),
    ):
        answer = await it.send(f"/it/suggestions/{path}", sent)
        assert (answer.status_code, said in answer.text) == (status, True), said
        assert "<script>alert" not in answer.text
    assert made.store.audit.counts().entries == before
    entry = made.store.audit.entries(Filter(kind="signed_in"))[0]
    assert (await it.send(f"/it/suggestions/{entry.position}", {"state": "done"})).status_code == 404


async def test_those_of_another_town_are_not_there(it, made, accounts, site):
    from ai_gov.people.model import Department, Grant, Organisation, Person
    from ai_gov.people.plan import Change
    from tests.web.conftest import WORD, Browser

    first = positions((await it.get("/it/suggestions")).text)[0]
    made.store.register.set_organisation(Organisation("other", "隣町"), actor="cli")
    made.store.register.set_department(Department("other", "1", "総務課"), actor="cli")
    stranger = Person("other", "1", "1", "隣町 花子")
    made.store.register.change(Change("added", None, stranger), actor="cli")
    made.store.register.grant(Grant("", "other", "1", Role.IT, "other"), actor="cli")
    accounts.set_first(stranger, WORD)
    neighbour = Browser(site)
    await neighbour.http.post("/signin", data={"organisation": "other", "person": "1", "password": WORD, "next": "/"})
    assert positions((await neighbour.get("/it/suggestions?state=all")).text) == []
    assert (await neighbour.send(f"/it/suggestions/{first}", {"state": "done"})).status_code == 404
