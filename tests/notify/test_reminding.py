"""知らせの組み立て: from the settings to a mail over STARTTLS, and to the figure that an alert can be made of."""

import dataclasses

import pytest
from pydantic import SecretStr

from ai_gov import wiring
from ai_gov.people.plan import Change
from ai_gov.settings import Settings, SmtpSettings
from ai_gov.wiring.reminding import reminders, reminding
from tests.notify.mailserver import PASSWORD, USER, Box, certificate, mail_server
from tests.service.reviewing import BOSS, Clock, requested, service, settle


@pytest.fixture
def opened(tmp_path):
    store = wiring.store(Settings(data_dir=tmp_path / "data"))
    settle(store)
    person = store.people.member(BOSS.organisation, BOSS.person).person
    with_mail = dataclasses.replace(person, mail="boss@town.example.lg.jp")
    store.register.change(Change("changed", person, with_mail), actor="test")
    store.clock = Clock()
    yield store
    store.close()


def test_mail_goes_out_as_the_settings_say_and_a_failure_is_a_figure(opened, tmp_path):
    context, ca = certificate(tmp_path)
    requested(service(opened, opened.clock))
    box = Box()
    with mail_server(box, starttls=context, auth=True) as port:
        smtp = SmtpSettings(
            host="127.0.0.1",
            port=port,
            user=USER,
            password=SecretStr(PASSWORD),
            sender="ai@town.example.lg.jp",
            ca_file=ca,
        )
        settings = Settings(data_dir=tmp_path / "data", smtp=smtp, public_url="https://ai.example.lg.jp")
        box.rcpt = "451 later"
        assert reminders(opened, settings).look() == 0
        watching = wiring.watch(opened, settings, wiring.verifier(opened, settings))
        watching.look()
        assert watching.figures()["ai_gov_reminders_failing"] == 1
        box.rcpt = ""
        assert reminders(opened, settings).look() == 1
        watching.look()
    assert watching.figures()["ai_gov_reminders_failing"] == 0
    text = box.messages[0].get_content()
    assert "・用途 " in text
    assert "https://ai.example.lg.jp/reviews/" in text


def test_without_a_server_nothing_is_started_and_no_figure_is_shown(opened, tmp_path):
    settings = Settings(data_dir=tmp_path / "data")
    assert reminding(opened, settings) is None
    watching = wiring.watch(opened, settings, wiring.verifier(opened, settings))
    watching.look()
    assert "ai_gov_reminders_failing" not in watching.figures()


def test_a_servers_thread_begins_and_ends(opened, tmp_path):
    settings = Settings(data_dir=tmp_path / "data", smtp=SmtpSettings(host="127.0.0.1", sender="a@b.example"))
    background = reminding(opened, settings)
    background.start(0.01)
    background.stop()
    assert not background.stopping
