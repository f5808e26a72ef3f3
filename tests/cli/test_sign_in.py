"""ai-gov doctor on identity providers, and loosing an account."""

import httpx
import pytest

from ai_gov import wiring
from ai_gov.people.model import Department, Organisation, Person
from ai_gov.people.plan import Change
from ai_gov.settings import Settings
from tests.cli.running import Command
from tests.identity import CLIENT, SECRET
from tests.identity.conftest import Running


@pytest.fixture(scope="module")
def process():
    running = Running()
    yield running
    running.stop()


@pytest.fixture
def run(tmp_path, process):
    httpx.post(f"{process.issuer}/_order", json={})
    return Command(
        tmp_path,
        AI_GOV_OIDC_ISSUER=process.issuer,
        AI_GOV_OIDC_CLIENT_ID=CLIENT,
        AI_GOV_OIDC_CLIENT_SECRET=SECRET,
        AI_GOV_OIDC_ORGANISATION="132012",
        AI_GOV_PUBLIC_URL="http://127.0.0.1:8000",
    )


@pytest.fixture
def store(run):
    opened = wiring.store(Settings(data_dir=run.data_dir))
    opened.register.set_organisation(Organisation("132012", "見本市"), actor="cli")
    opened.register.set_department(Department("132012", "110", "総務課"), actor="cli")
    opened.register.change(Change("added", None, Person("132012", "1001", "110", "見本 一郎")), actor="cli")
    yield opened
    opened.close()


def test_doctor_looks_at_the_provider(run, store, process):
    out = run("doctor").out
    assert f"○ 認証基盤「default」: {process.issuer}（署名の鍵 1 個" in out
    assert "戻り先は http://127.0.0.1:8000/signin/back/default です" in out
    assert SECRET not in out
    process.order(fault="metadata_iss")
    broken = run("doctor")
    assert broken.code == 1
    assert "× 認証基盤「default」: 認証基盤を利用できません（発行者（issuer）が" in broken.out


def test_doctor_finds_what_the_register_lacks(run, store):
    run.environ |= {"AI_GOV_LOCAL_SIGN_IN": "emergency", "AI_GOV_EMERGENCY_PERSONS": "132012/1001"}
    assert "× 非常用のアカウント 132012/1001 にパスワードがない" in run("doctor").out
    wiring.accounts(store).set_first(Person("132012", "1001", ""), "みどりの窓辺に置いた三つの湯のみ")
    assert "○ 非常用のアカウント 132012/1001" in run("doctor").out
    run.environ["AI_GOV_OIDC_ORGANISATION"] = "999999"
    assert "× 認証基盤「default」: 団体 999999 がまだ登録されていません" in run("doctor").out


def test_doctor_tries_the_mail_server_and_tells_of_reminders_that_did_not_arrive(run, store):
    from ai_gov.model import Event, japan_date
    from ai_gov.review.record import Who
    from tests.notify.mailserver import Box, mail_server

    run.environ |= {"AI_GOV_SMTP_HOST": "127.0.0.1", "AI_GOV_SMTP_FROM": "a@b.example", "AI_GOV_SMTP_SECURITY": "none"}
    box = Box()
    with mail_server(box) as port:
        run.environ["AI_GOV_SMTP_PORT"] = str(port)
        assert "○ メール（127.0.0.1）: 送信サーバーに接続できました" in run("doctor").out
    assert box.messages == []
    now = store.clock.now()
    store.reminders.claim_mail(Who("132012", "1001"), japan_date(now), now, [], tries=3, new=True)
    store.reminders.mail_done(Who("132012", "1001"), "failed", Event("reminder_failed", now))
    out = run("doctor").out
    assert "× メール（127.0.0.1）: 送信サーバーを使えません" in out
    assert "× メール: この数日の確認の知らせが 1 人に届いていません" in out


def test_an_account_is_loosed_by_a_command_that_is_recorded(run, store):
    from ai_gov.model import Event

    person = store.people.member("132012", "1001").person
    assert run("user", "unlink", "1001").code == 3
    store.federation.link("https://id.example", "s", person, Event("identity_linked", store.clock.now()))
    assert "結び付けを解きました" in run("user", "unlink", "1001", "--actor", "2001").out
    assert store.federation.subject_of("https://id.example", person) is None
    assert [(entry.event.kind, entry.event.actor) for entry in store.audit.entries(limit=1)] == [
        ("identity_unlinked", "2001")
    ]
