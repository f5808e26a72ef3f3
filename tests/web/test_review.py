"""The pages for release: each person sees and does what the state allows; nothing typed is lost; scripts stay text."""

import html
import re

import pytest

from ai_gov.people.model import Department, Grant, Person, Role
from ai_gov.people.plan import Change
from ai_gov.web.review_page import degree_from
from tests.web.conftest import WORD, Browser

DRAFT = "水道の工事をします。\n日時：11月30日"
FINAL = "水道の工事をします。\n日時：12月1日"
CHECKS = ["facts", "rights", "fairness", "privacy", "label"]
STAFF_REVIEWER = (Role.STAFF, Role.REVIEWER)


@pytest.fixture
async def people(enrol, made, accounts, site):
    """Signed-in browsers: an author, two reviewers, one of another department, a colleague, a CAIO."""
    enrol("1001")
    enrol("1002", *STAFF_REVIEWER)
    enrol("1003", *STAFF_REVIEWER)
    enrol("1005", Role.STAFF)
    enrol("1006", Role.CAIO)
    made.store.register.set_department(Department("132012", "120", "税務課"), actor="cli")
    other = Person("132012", "1004", "120", "見本 四葉")
    made.store.register.change(Change("added", None, other), actor="cli")
    made.store.register.grant(Grant("", "132012", "1004", Role.STAFF, "132012", "120"), actor="cli")
    made.store.register.grant(Grant("", "132012", "1004", Role.REVIEWER, "132012", "120"), actor="cli")
    accounts.set_first(other, WORD)
    out = {}
    names = {
        "author": "1001",
        "boss": "1002",
        "second": "1003",
        "stranger": "1004",
        "colleague": "1005",
        "caio": "1006",
    }
    for name, number in names.items():
        out[name] = Browser(site)
        await out[name].sign_in(number)
    return out


async def started(people, **more):
    sent = {"from": "chat", "ai_draft": DRAFT, "title": "断水のお知らせ", "use": "", **more}
    response = await people["author"].send("/reviews", sent)
    assert response.status_code == 303, response.text
    return response.headers["location"]


async def edited(people, path, text=FINAL, then="request", revision="1", **more):
    sent = {"title": "断水のお知らせ", "text": text, "audience": "external", "degree": "", **more}
    return await people["author"].send(f"{path}/edit", {**sent, "then": then, "revision": revision})


async def approved(people, path):
    for name in ("boss", "second"):
        page = (await people[name].get(path)).text
        if "/approve" in page:
            revision = re.search(r'name="revision" value="(\d+)"', page)[1]
            response = await people[name].send(f"{path}/approve", {"revision": revision, "check": CHECKS})
            assert response.status_code == 303, response.text
    return (await people["author"].get(path)).text


def buttons(page):
    return set(re.findall(r'(?:form)?action="/reviews/[^/"]+/([a-z]+)"', page))


async def test_from_an_answer_to_a_released_file_that_anybody_can_verify(people, site):
    path = await started(people)
    assert buttons((await people["author"].get(path)).text) == {"edit", "withdraw"}
    assert (await edited(people, path)).headers["location"] == f"{path}?done=request"
    seen = (await people["boss"].get(path)).text
    assert buttons(seen) == {"approve", "return", "reject", "comment"}
    assert "<del>" in seen
    assert "<ins>" in seen
    assert "この文書は生成AIが作成した案を職員が確認・修正したものです。" in seen
    page = await approved(people, path)
    assert buttons(page) == {"edit", "release", "withdraw", "comment"}
    got = {kind: await people["author"].get(f"{path}/file/{kind}") for kind in ("docx", "pdf", "html", "txt")}
    assert all(response.headers["content-disposition"].startswith("attachment;") for response in got.values())
    assert (await people["author"].send(f"{path}/release", {})).status_code == 303
    page = (await people["author"].get(path)).text
    assert buttons(page) == {"withdraw"}
    release = re.search(r'href="(/verify/[A-Z0-9]+)"', page)[1]
    resident = Browser(site)
    shown = (await resident.get(release)).text
    assert "見本市 総務課" in shown
    assert "見本 一郎" not in shown
    assert "断水" not in shown
    for response in got.values():
        same = await resident.http.post(release, files={"file": ("x", response.content)})
        assert "と一致します" in same.text
    pasted = await resident.http.post("/verify", files={"text": (None, got["txt"].text.replace("\n", "\r\n"))})
    assert "と一致します" in pasted.text
    other = await resident.http.post(release, files={"file": ("x", got["pdf"].content + b" ")})
    assert "一致する公開はありません" in other.text
    await people["boss"].send(f"{path}/withdraw", {"reason": "mistake"})
    assert "取り下げられています" in (await resident.get(release)).text


@pytest.mark.parametrize(
    ("name", "draft", "requested"),
    [("author", 200, 200), ("boss", 404, 200), ("stranger", 404, 404), ("colleague", 404, 404), ("caio", 403, 403)],
)
async def test_who_sees_a_draft_and_a_request(people, name, draft, requested):
    path = await started(people)
    assert (await people[name].get(path)).status_code == draft
    await edited(people, path)
    assert (await people[name].get(path)).status_code == requested


@pytest.mark.parametrize("name", ["author", "stranger", "colleague", "caio"])
@pytest.mark.parametrize("act", ["approve", "return", "reject"])
async def test_nobody_else_decides_and_nobody_the_own(people, name, act):
    path = await started(people)
    await edited(people, path)
    sent = {"revision": "2", "check": CHECKS, "comment": "よい", "reason": "facts"}
    assert (await people[name].send(f"{path}/{act}", sent)).status_code in (403, 404)
    assert "確認待ち" in (await people["author"].get(path)).text


@pytest.mark.parametrize("act", ["edit", "approve", "return", "reject", "comment", "release", "withdraw", ""])
async def test_a_form_from_elsewhere_does_nothing(people, act):
    path = await started(people)
    target = f"{path}/{act}" if act else "/reviews"
    assert (await people["author"].send(target, {"revision": "1"}, csrf="0" * 64)).status_code == 403
    crossed = await people["author"].send(target, {"revision": "1"}, **{"Sec-Fetch-Site": "cross-site"})
    assert crossed.status_code == 403
    assert (await Browser(people["author"].http._transport.app).get(path)).status_code == 303


async def test_what_was_typed_comes_back_where_somebody_was_first(people):
    path = await started(people)
    await edited(people, path, then="save")
    late = await edited(people, path, text="二つ目の窓で書いた文章")
    assert late.status_code == 409
    assert "二つ目の窓で書いた文章" in late.text
    assert "第1版→第2版" in late.text
    await edited(people, path, revision="2")
    await people["boss"].send(f"{path}/return", {"comment": "日時を確かめてください"})
    behind = await people["second"].send(f"{path}/return", {"comment": "先に決まっていた意見"})
    assert behind.status_code == 409
    assert "先に決まっていた意見" in behind.text
    assert "「差戻し」なので" in behind.text


async def test_where_two_must_approve_one_is_not_enough_and_does_not_count_twice(people, monkeypatch):
    from ai_gov.policy.release import ReviewRule
    from ai_gov.policy.schema import Policy

    monkeypatch.setattr(Policy, "review_rule", lambda *_: ReviewRule())
    path = await started(people)
    await edited(people, path)
    sent = {"revision": "2", "check": CHECKS}
    assert (await people["boss"].send(f"{path}/approve", sent)).status_code == 303
    assert "2人のうち1人" in (await people["author"].get(path)).text
    assert "approve" not in buttons((await people["boss"].get(path)).text)
    assert (await people["boss"].send(f"{path}/approve", sent)).status_code == 409
    assert (await people["author"].get(f"{path}/file/pdf")).status_code == 409
    assert (await people["second"].send(f"{path}/approve", sent)).status_code == 303
    assert "release" in buttons((await people["author"].get(path)).text)


async def test_a_missing_check_is_named_and_a_tick_is_kept(people):
    path = await started(people)
    await edited(people, path)
    sent = {"revision": "2", "check": CHECKS[:2], "comment": "途中のコメント"}
    answer = await people["boss"].send(f"{path}/approve", sent)
    assert answer.status_code == 400
    assert "差別的な表現" in answer.text
    assert 'value="facts" checked' in answer.text
    assert "途中のコメント" in answer.text


async def test_a_reviewers_wording_goes_into_the_form_when_asked(people):
    path = await started(people)
    await edited(people, path)
    await people["boss"].send(f"{path}/return", {"comment": "こちらで", "suggestion": "別の言い方の案"})
    assert "別の言い方の案" in (await people["author"].get(path)).text
    page = (await people["author"].get(f"{path}?take=suggestion")).text
    assert re.search(r'<textarea id="text"[^>]*>\n別の言い方の案<', page)


@pytest.mark.parametrize("place", ["title", "text", "ai_draft", "comment", "suggestion"])
async def test_scripts_stay_text(people, place):
    attack = "<script>alert(1)</script></textarea><img src=x onerror=alert(1)>"
    given = {place: attack} if place in ("title", "ai_draft") else {}
    path = await started(people, **given)
    more = {"title": attack} if place == "title" else {}
    await edited(people, path, text=attack if place == "text" else FINAL, **more)
    await people["boss"].send(
        f"{path}/return", {"comment": "直して", **({place: attack} if "text" not in place else {})}
    )
    for name, page in (("author", path), ("boss", path), ("author", "/reviews"), ("boss", "/reviews")):
        shown = (await people[name].get(page)).text
        assert "<script>alert" not in shown
        assert "<img" not in shown
    if place in ("comment", "suggestion"):
        assert html.escape("<script>alert(1)") in (await people["author"].get(path)).text


async def test_the_queue_holds_what_waits_for_others_and_never_the_own(people):
    path = await started(people)
    await edited(people, path)
    assert path in (await people["boss"].get("/reviews")).text
    assert path not in (await people["stranger"].get("/reviews")).text
    assert "確認を待っているもの" not in (await people["author"].get("/reviews")).text
    assert (await people["caio"].get("/reviews")).status_code == 403


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"title": " "}, "件名が空です"),
        ({"use": "no-such"}, "その用途は今の方針にありません"),
        ({"audience": "moon"}, "公開の範囲"),
        ({"degree": "L9"}, "利用の度合い"),
        ({"exchange": "not-mine"}, "あなたの依頼のものではありません"),
    ],
)
async def test_a_draft_that_cannot_be_made_keeps_what_was_typed(people, sent, said):
    filled = {"title": "件名", "text": "消えてはいけない文章", "use": "", "audience": "external", "degree": ""}
    answer = await people["author"].send("/reviews", {**filled, **sent})
    assert answer.status_code == 400
    assert said in answer.text
    assert "消えてはいけない文章" in answer.text


async def test_a_file_and_a_review_that_are_not_there_are_said_so(people):
    path = await started(people)
    assert (await people["author"].get(f"{path}/file/docx")).status_code == 409
    assert (await people["author"].get("/reviews/nothing")).status_code == 404
    assert (await people["author"].send(f"{path}/publish", {})).status_code == 404
    assert (await people["author"].send(f"{path}/edit", {"revision": "x"})).status_code == 400


def test_no_declared_degree_means_that_the_texts_decide():
    assert degree_from("") == "L0"
