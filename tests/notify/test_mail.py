"""メール: over a real server, encrypted; one that refuses, hangs or lies is told by a word and never waited for."""

import socket
import time

import pytest

from ai_gov.notify.mail import Mailer
from ai_gov.service.reminders import NotMailed
from tests.notify.mailserver import PASSWORD, USER, Box, certificate, hanging_server, mail_server

TO = "ichiro@town.example.lg.jp"
FROM = "ai@town.example.lg.jp"


@pytest.fixture
def box():
    return Box()


@pytest.fixture(scope="module")
def tls(tmp_path_factory):
    return certificate(tmp_path_factory.mktemp("tls"))


def mailer(port, **more):
    return Mailer("127.0.0.1", **{"sender": FROM, "port": port, "security": "none", "seconds": 2, **more})


def refused(made, to=TO, body="本文"):
    with pytest.raises(NotMailed) as caught:
        made.send(to, "件名", body)
    said = str(caught.value)
    assert TO not in said
    assert PASSWORD not in said
    return said, caught.value.again, caught.value.server


def test_a_message_arrives_as_it_was_written(box):
    with mail_server(box) as port:
        mailer(port).send(TO, "【確認】お知らせが2件あります", "一行目\n.点で始まる行\n")
    [message] = box.messages
    assert message["subject"] == "【確認】お知らせが2件あります"
    assert (message["from"], message["to"]) == (FROM, TO)
    assert message.get_content().replace("\r\n", "\n") == "一行目\n.点で始まる行\n"
    assert message["auto-submitted"] == "auto-generated"
    assert message["message-id"].endswith("@town.example.lg.jp>")
    assert message["date"].datetime.tzinfo
    assert box.envelopes[0].rcpt_tos == [TO]


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # it is TLS from the first byte
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_over_tls_with_a_name_and_a_password(box, tls, security):
    context, ca = tls
    with mail_server(box, **{security: context}, auth=True) as port:
        made = mailer(port, security=security, ca_file=ca, user=USER, password=PASSWORD)
        made.check()
        made.send(TO, "件名", "本文")
        said, again, server = refused(mailer(port, security=security, ca_file=ca, user=USER, password="wrong"))
    assert len(box.messages) == 1
    assert said == "送信サーバーを使えません（利用者名かパスワードが違います）"
    assert (again, server) == (True, True)


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_of_nobody_we_know_is_not_taken(box, tls, security):
    context, _ = tls
    with mail_server(box, **{security: context}) as port:
        assert "証明書を確かめられません" in refused(mailer(port, security=security))[0]
    assert box.messages == []


def test_where_encryption_is_wanted_nothing_goes_without(box):
    with mail_server(box) as port:
        assert "STARTTLS" in refused(mailer(port, security="starttls"))[0]
    assert box.messages == []


@pytest.mark.parametrize(
    ("fault", "answer", "again"),
    [
        ("rcpt", "550 no such user", False),
        ("rcpt", "451 later", True),
        ("data", "554 no", False),
        ("data", "452 full", True),
    ],
)
def test_an_address_or_a_message_that_is_refused(box, fault, answer, again):
    setattr(box, fault, answer)
    with mail_server(box) as port:
        said, may, server = refused(mailer(port))
    assert answer[:3] in said
    assert (may, server) == (again, False)


def test_nobody_there(box):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert refused(mailer(port))[1:] == (True, True)
    with pytest.raises(NotMailed):
        mailer(port).check()


@pytest.mark.parametrize("greeting", [b"", b"220 hello\r\n"])
def test_a_server_that_hangs_is_not_waited_for(greeting):
    with hanging_server(greeting) as port:
        began = time.monotonic()
        said, again, server = refused(mailer(port, seconds=0.3))
    assert time.monotonic() - began < 2
    assert "時間内に応答がありません" in said
    assert (again, server) == (True, True)


def test_what_may_have_been_taken_is_not_sent_again(box):
    box.slow = 1.0
    with mail_server(box) as port:
        said, again, _ = refused(mailer(port, seconds=0.3))
        time.sleep(1)
    assert "送れたか分かりません" in said
    assert again is False
    assert len(box.messages) == 1


@pytest.mark.parametrize("to", ["a@b.example\r\nBcc: x@y.example", "市民@town.example.lg.jp"])
def test_an_address_that_is_none_goes_nowhere(box, to):
    with mail_server(box) as port:
        assert "宛先のアドレスの形" in refused(mailer(port), to=to)[0]
    assert box.messages == []
