"""Search, residents and one record: who sees what, what stands in no address, and scripts that stay text."""

import html
import re

import pytest

from ai_gov.model import Action
from ai_gov.people.model import Department, Grant, Organisation, Person, Role
from ai_gov.people.plan import Change
from tests.service import incident_world as world
from tests.service.incident_world import PARTNER, TOWN
from tests.web.conftest import WORD, Browser

PURPOSE = "開示請求 第12号への対応"


ROLES = {"caio": Role.CAIO, "auditor": Role.AUDITOR, "it": Role.IT, "staff": Role.STAFF, "partner": Role.CAIO}


@pytest.fixture
def people(enrol, made, accounts, site):
    """Signed-in browsers by name; the partner is the CAIO of another town and sees only that."""
    register, known = made.store.register, {}
    register.set_organisation(Organisation(PARTNER, "隣町"), actor="cli")
    register.set_department(Department(PARTNER, "110", "市民課"), actor="cli")

    async def of(name):
        if name not in known:
            town, number = (PARTNER, "9003") if name == "partner" else (TOWN, f"20{len(known):02d}")
            if town == TOWN:
                enrol(number, ROLES[name])
            else:
                other = Person(town, number, "110", "見本 九三")
                register.change(Change("added", None, other), actor="cli")
                register.grant(Grant("", town, number, Role.CAIO, town), actor="cli")
                accounts.set_first(other, WORD)
            known[name] = Browser(site)
            data = {"organisation": town, "person": number, "password": WORD, "next": "/"}
            await known[name].http.post("/signin", data=data)
        return known[name]

    return of


@pytest.fixture
def uses(made):
    """Two uses of the town, one of the partner."""
    store = made.store
    found = [
        world.use(store, 1, sent="〔氏名1〕さんの補正予算<script>alert(1)</script>"),
        world.use(store, 2, action=Action.BLOCK),
        world.use(store, 3, town=PARTNER),
    ]
    store.sequence_now()
    return found


def records(page):
    return re.findall(r'href="/audit/records/([0-9a-f-]{36})"', page)


def log(made, how):
    made.store.sequence_now()
    return [
        entry
        for entry in made.store.audit.entries(limit=1000)
        if entry.columns["kind"] == "log_read" and entry.event.data.get("how") == how
    ]


async def test_only_who_reads_the_log_opens_these_pages(people, site):
    for path in ("/audit/search", "/audit/residents", "/audit/records/x", "/audit/incidents"):
        assert (await Browser(site).get(path)).status_code == 303
        for name in ("staff", "it"):
            assert (await (await people(name)).get(path)).status_code == 403
        for name in ("caio", "auditor", "partner"):
            assert (await (await people(name)).get(path)).status_code in (200, 404)


async def test_a_search_finds_by_word_and_condition_and_is_an_entry_without_the_word(people, uses, made):
    page = await (await people("caio")).send("/audit/search", {"text": "補正予算", "purpose": PURPOSE})
    assert page.status_code == 200, page.text
    assert records(page.text) == [uses[0]]
    (entry,) = log(made, "search")
    assert entry.event.data["purpose"] == PURPOSE
    assert entry.columns["actor"] == "2000"
    assert "補正予算" not in str(entry.event.data)
    narrowed = await (await people("caio")).send("/audit/search", {"purpose": PURPOSE, "narrow": "action=block"})
    assert records(narrowed.text) == [uses[1]]
    assert 'value="block" selected' in narrowed.text
    everything = await (await people("caio")).send("/audit/search", {"purpose": PURPOSE})
    assert records(everything.text) == [uses[1], uses[0]]


CONDITIONS = [
    ({"since": "2026-11-25", "until": "2026-11-25"}, True),
    ({"until": "2026-11-24"}, False),
    ({"department": f"{TOWN}/110"}, True),
    ({"department": f"{TOWN}/999"}, False),
    ({"person": "1001", "use": "general", "destination": "default"}, True),
    ({"person": "1002"}, False),
    ({"level": "3C"}, True),
    ({"level": "3B+"}, False),
    ({"action": "redact", "outcome": "answered"}, True),
    ({"outcome": "failed"}, False),
    ({"finding": "PERSON"}, True),
    ({"finding": "JP_MY_NUMBER"}, False),
    ({"record": world.USE.format(1)}, True),
]


async def test_every_condition_is_asked_for(people, uses):
    caio = await people("caio")
    for typed, there in CONDITIONS:
        page = (await caio.send("/audit/search", {**typed, "purpose": PURPOSE})).text
        assert (uses[0] in records(page)) == there, typed


async def test_without_a_purpose_or_with_a_name_in_it_nothing_is_shown_and_what_was_typed_stays(people, uses, made):
    for purpose in ("", "x", "山田太郎さん（080-1234-5678）の件"):
        page = await (await people("caio")).send("/audit/search", {"person": "1001", "purpose": purpose})
        assert page.status_code == 400
        assert records(page.text) == []
        assert 'name="person" type="text" value="1001"' in page.text
    assert log(made, "search") == []


async def test_pages_follow_each_other_without_losing_or_repeating_any(people, made):
    every = [world.use(made.store, number) for number in range(1, 10)]
    for number in range(60):
        made.store.record_sync(world.decided(number))
    made.store.sequence_now()
    seen, before = [], ""
    while True:
        sent = {"purpose": PURPOSE, **({"before": before} if before else {})}
        page = (await (await people("caio")).send("/audit/search", sent)).text
        seen += records(page)
        found = re.search(r'name="before" value="(\d+)"', page)
        if found is None:
            break
        before = found[1]
    assert len(seen) == len(set(seen)) == 69
    assert set(every) <= set(seen)


async def test_an_address_fills_conditions_in_and_never_a_text(people, uses, made):
    page = (await (await people("caio")).get("/audit/search?person=1001&action=block&text=補正予算&purpose=x")).text
    assert 'name="person" type="text" value="1001"' in page
    assert 'value="block" selected' in page
    assert "補正予算" not in page
    assert log(made, "search") == []


async def test_another_towns_records_are_as_if_they_were_not_there(people, uses, made):
    theirs = uses[2]
    answers = [await (await people("caio")).get(f"/audit/records/{id_}") for id_ in (theirs, world.USE.format(9))]
    assert {answer.status_code for answer in answers} == {404}
    assert len({re.sub(r"[0-9a-f-]{36}", "", answer.text) for answer in answers}) == 1
    asked = {"purpose": PURPOSE, "record": theirs}
    assert records((await (await people("caio")).send("/audit/search", asked)).text) == []
    asked = {"purpose": PURPOSE, "organisation": PARTNER}
    assert (await (await people("caio")).send("/audit/search", asked)).status_code == 403
    assert records((await (await people("partner")).send("/audit/search", {"purpose": PURPOSE})).text) == [theirs]
    assert (await (await people("partner")).get(f"/audit/records/{theirs}")).status_code == 200
    residents = {"purpose": PURPOSE, "organisation": PARTNER, "name": "山田 太郎"}
    assert (await (await people("caio")).send("/audit/residents", residents)).status_code == 403


async def test_a_form_from_elsewhere_looks_at_nothing(people, uses, made):
    sent = {"purpose": PURPOSE, "name": "山田 太郎"}
    for path in ("/audit/search", "/audit/residents"):
        assert (await (await people("caio")).send(path, sent, csrf="0" * 64)).status_code == 403
        crossed = await (await people("caio")).send(path, sent, **{"Sec-Fetch-Site": "cross-site"})
        assert crossed.status_code == 403
    assert log(made, "search") == log(made, "resident") == []


async def test_one_record_is_told_from_prompt_to_answer_and_proven(people, uses, made):
    page = (await (await people("caio")).get(f"/audit/records/{uses[0]}")).text
    for words in (
        "判定",
        "結果",
        "木に入っていることを確認済み",
        "ログの",
        "氏名",
        "〔氏名1〕さんの補正予算",
        "入力 12",
    ):
        assert words in page
    assert "2件が、書き換えられずに監査ログ" in page
    assert "<script>alert" not in page
    assert html.escape("<script>alert(1)</script>") in page
    blocked = (await (await people("auditor")).get(f"/audit/records/{uses[1]}")).text
    assert "何も送っていません。" in blocked
    assert [entry.event.data["filter"]["record"] for entry in log(made, "record")] == [uses[1], uses[0]]


async def test_a_record_that_was_altered_says_so_in_its_place(people, uses, made):
    with made.store.database.write() as connection:
        connection.exec_driver_sql(
            f"UPDATE entries SET actor = '9999' WHERE exchange = '{uses[0]}' AND kind = 'outcome'"
        )
    page = (await (await people("caio")).get(f"/audit/records/{uses[0]}")).text
    assert "書き換えられた疑いがあります" in page
    assert page.count("列だけが書き換えられています") == 1


async def test_no_code_of_a_value_and_no_key_is_on_the_page(people, uses, made):
    page = (await (await people("caio")).get(f"/audit/records/{uses[0]}")).text
    assert "判定" in page
    assert "tokens" not in page.replace("tokens.css", "")
    assert "hmac" not in page


async def test_what_is_typed_of_a_resident_is_kept_nowhere(people, uses, made):
    asked = {"purpose": PURPOSE, "name": "山田 太郎", "address": "見本町1丁目2番3号", "number": "080-1234-5678"}
    page = await (await people("caio")).send("/audit/residents", asked)
    assert page.status_code == 200, page.text
    assert "照合で分からないこと" in page.text
    (entry,) = log(made, "resident")
    assert entry.event.data["purpose"] == PURPOSE
    for value in ("山田", "太郎", "見本町", "080-1234-5678"):
        assert value not in str(entry.event.data)
    assert "山田" not in (await (await people("caio")).get("/audit/residents?name=山田&purpose=x")).text


async def test_an_individual_number_is_refused_with_another_way(people, uses, made):
    page = await (await people("caio")).send("/audit/residents", {"purpose": PURPOSE, "number": "123456789018"})
    assert page.status_code == 400
    assert "個人番号では探せません" in page.text
    assert 'href="/audit/search?finding=JP_MY_NUMBER"' in page.text
    assert log(made, "resident") == []


async def test_the_purpose_must_not_name_the_resident(people, uses):
    asked = {"purpose": "山田太郎の照会", "name": "山田 太郎"}
    page = await (await people("caio")).send("/audit/residents", asked)
    assert page.status_code == 400
    assert "目的" in page.text


async def test_permits_un_marks_the_review_the_release_and_its_withdrawal_stand_in_the_course(people, made):
    first, second = world.USE.format(4), world.USE.format(5)
    world.story(made.store, first, second)
    made.store.sequence_now()
    page = (await (await people("caio")).get(f"/audit/records/{second}")).text
    order = [
        "所属長の許可により送った",
        "職員が取り消した検知",
        "下書きを作成",
        "確認を依頼",
        "承認",
        "公開・施行",
        "取下げ",
    ]
    places = [page.index(words) for words in order]
    assert places == sorted(places)
    for words in ("R1234", "宛先", "住民・庁外へ公開", "1.5時間", "公開後の取下げ", "公表されている情報", "txt"):
        assert words in page
    assert f'href="/audit/records/{first}"' in page
    held = (await (await people("caio")).get(f"/audit/records/{first}")).text
    for words in (
        "許可を待っている文章",
        "送信の許可を依頼",
        "送信を許可",
        "許可を使って送信",
        f'href="/audit/records/{second}"',
    ):
        assert words in held


async def test_what_was_deleted_or_refused_is_told_so(people, made):
    refused, deleted = world.USE.format(6), world.use(made.store, 7)
    made.store.record_sync(world.refusal(refused))
    made.store.sequence_now()
    with made.store.database.write() as connection:
        connection.exec_driver_sql(
            f"UPDATE entries SET text = NULL, salt = NULL, deleted = 1 WHERE exchange = '{deleted}'"
        )
    caio = await people("caio")
    assert "受け付けなかった依頼" in (await caio.get(f"/audit/records/{refused}")).text
    page = (await caio.get(f"/audit/records/{deleted}")).text
    assert page.count("この記録の本文は削除されています。") == 2
    assert "書き換えられずに監査ログ" in page
