"""Who may look at the log, what a look leaves behind, and that no value of it does."""

import datetime as dt
import json

import pytest
import sqlalchemy as sa

from ai_gov.audit import tokens as codes
from ai_gov.audit.residents import Grade, Resident
from ai_gov.audit.search import Query
from ai_gov.errors import BadRequest, Forbidden
from ai_gov.model import Action, Finding, Level, NameParts
from ai_gov.people.model import Grant, Member, Person, Role
from ai_gov.service.audit import AuditService, LogReader, log_reader
from ai_gov.stores.sqlite import open_store
from ai_gov.stores.tables import entries
from tests.stores.steps import decided, outcome

TODAY = dt.date(2026, 11, 25)
CAIO = LogReader("9001", frozenset({"town"}), reads_text=True)
MACHINE = LogReader("os:root", login="os:root")


@pytest.fixture
def store(tmp_path):
    opened = open_store(tmp_path / "data")
    yield opened
    opened.close()


@pytest.fixture
def service(store):
    return AuditService(
        log=store.search,
        keys=store.keys,
        clock=store.clock,
        record=store.record_sync,
        confidential=lambda text: "架空" in text,
    )


def person_codes(store, written, parts, *, clear):
    finding = Finding("PERSON", 0, len(written), Level.L3C, "name", name=parts)
    return codes.finding_tokens(finding, written, store.keys.hmac_key("search", "town"), "town", clear=clear)


def newest(store):
    with store.database.read() as connection:
        return json.loads(connection.scalars(sa.select(entries.c.text).order_by(entries.c.position.desc())).first())


def member(role):
    return Member(Person("town", "9001", "kikaku"), (Grant("1", "town", "9001", role, "town"),))


def test_a_search_is_an_entry_with_its_purpose_and_without_its_words(store, service):
    step = decided("x1", sent=[["messages[0]", "極秘でない補正予算の要約"]])
    store.record_sync(step)
    store.record_sync(outcome(step))
    store.sequence_now()
    found = service.search(CAIO, Query(text="補正予算"), purpose="議会質問 3番への回答")
    assert [(use.record, use.outcome, use.findings) for use in found.uses] == [("x1", "answered", ("PERSON",))]
    assert "補正予算" in found.uses[0].excerpt
    entry = newest(store)
    assert (entry["kind"], entry["actor"], entry["organisation"]) == ("log_read", "9001", "town")
    assert entry["data"]["purpose"] == "議会質問 3番への回答"
    assert entry["data"]["filter"] == {"organisations": ["town"], "words": 1}
    assert "補正" not in json.dumps(entry, ensure_ascii=False)
    assert len(entry["data"]["text_hmac"]) == 22


def test_who_runs_the_machine_sees_uses_but_reads_no_text(store, service):
    store.record_sync(decided("x1", sent=[["messages[0]", "補正予算の要約"]]))
    store.sequence_now()
    (use,) = service.search(MACHINE, Query(), purpose="障害の調査").uses
    assert use.excerpt == ""
    assert newest(store)["data"]["login"] == "os:root"
    with pytest.raises(Forbidden, match="自分の職員番号"):
        service.search(MACHINE, Query(text="補正予算"), purpose="障害の調査")
    with pytest.raises(Forbidden, match="自分の職員番号"):
        service.residents(MACHINE, Resident(name="架空 花子"), "town", purpose="障害の調査")


def test_another_organisations_log_stays_closed(service):
    with pytest.raises(Forbidden, match="village"):
        service.search(CAIO, Query(organisations=("village",)), purpose="開示請求への対応")
    with pytest.raises(Forbidden):
        service.residents(CAIO, Resident(name="見本 花子"), "village", purpose="開示請求への対応")


@pytest.mark.parametrize("role", [Role.CAIO, Role.CAIO_ASSISTANT, Role.AUDITOR])
def test_the_roles_for_the_log_read_it(role):
    reader = log_reader(member(role), ["town", "village"], on=TODAY)
    assert reader == LogReader("9001", frozenset({"town"}), reads_text=True)


@pytest.mark.parametrize("role", [Role.IT, Role.STAFF, Role.REVIEWER])
def test_others_do_not(role):
    with pytest.raises(Forbidden, match="監査ログ"):
        log_reader(member(role), ["town"], on=TODAY)


@pytest.mark.parametrize("purpose", ["", "調査", "あ" * 201, "架空 花子の件で"])
def test_a_purpose_is_needed_and_names_nobody(service, purpose):
    with pytest.raises(BadRequest, match="目的"):
        service.search(CAIO, Query(), purpose=purpose)


def test_a_resident_is_found_with_how_surely_and_what_became_of_it(store, service):
    hanako = NameParts("見本", "花子")
    uses = {
        "hidden": person_codes(store, "見本花子", hanako, clear=False),
        "clear": person_codes(store, "見本 花子", hanako, clear=True),
        "surname": person_codes(store, "見本", NameParts("見本"), clear=False),
        "other": person_codes(store, "見本太郎", NameParts("見本", "太郎"), clear=True),
        "blocked": person_codes(store, "見本花子", hanako, clear=False),
    }
    for name, tokens in uses.items():
        action = Action.BLOCK if name == "blocked" else Action.REDACT
        store.record_sync(decided(name, action=action, tokens=tokens))
    store.sequence_now()
    found = service.residents(CAIO, Resident(name="見本 花子"), "town", purpose="開示請求 第12号")
    assert [(item.use.record, item.grade, item.passed) for item in found.uses] == [
        ("blocked", Grade.MATCH, "送信していない"),
        ("surname", Grade.POSSIBLE, "伏せて送信"),
        ("clear", Grade.MATCH, "そのまま送信"),
        ("hidden", Grade.MATCH, "伏せて送信"),
    ]
    assert any("個人番号" in sentence for sentence in found.unfindable)
    entry = newest(store)
    assert entry["data"]["how"] == "resident"
    assert entry["data"]["filter"] == {"organisations": ["town"], "asked": ["name"]}
    for word in ("見本", "花子"):
        assert word not in json.dumps(entry, ensure_ascii=False)
    first = service.residents(CAIO, Resident(name="見本 花子"), "town", purpose="開示請求 第12号", limit=3)
    rest = service.residents(
        CAIO, Resident(name="見本 花子"), "town", purpose="開示請求 第12号", limit=3, before=first.before
    )
    assert [item.use.record for item in (*first.uses, *rest.uses)] == ["blocked", "surname", "clear", "hidden"]
    assert rest.before is None


def test_a_purpose_that_gives_the_resident_away_is_refused(service):
    with pytest.raises(BadRequest, match="目的"):
        service.residents(CAIO, Resident(name="見本 花子"), "town", purpose="見本さんからの開示請求")
