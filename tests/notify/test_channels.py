"""Alerts over real sockets: a webhook and syslog get them, and what does not take them is told without its address."""

import datetime as dt
import hashlib
import hmac
import json
import re
import socket
import threading

import pytest

from ai_gov.audit.alerts import Alert
from ai_gov.notify.syslog import Syslog
from ai_gov.notify.webhook import SIGNATURE, TRIES, Webhook
from ai_gov.service.audit_alerts import NotDelivered
from tests.notify.listeners import http_listener, udp_listener

AT = dt.datetime(2026, 11, 25, 3, 4, 5, tzinfo=dt.UTC)
ALERT = Alert(
    "many-blocks",
    "k",
    '停止が続いて"います]',
    "停止が5件ありました。",
    AT,
    "確かめてください。",
    "town",
    "zei",
    "1001",
    5,
    ("x1",),
)


def test_a_webhook_gets_words_for_a_chat_and_fields_for_a_program():
    with http_listener() as heard:
        Webhook(heard.url, secret="秘密").send(ALERT)
    body = json.loads(heard.bodies[0])
    assert "停止が5件ありました" in body["text"]
    assert (body["rule"], body["person"], body["count"], body["records"]) == ("many-blocks", "1001", 5, ["x1"])
    assert body["at"] == "2026-11-25T12:04:05+09:00"
    expected = hmac.new("秘密".encode(), heard.bodies[0], hashlib.sha256).hexdigest()
    assert heard.headers[0][SIGNATURE] == f"sha256={expected}"


def test_a_webhook_that_stumbles_is_tried_again_and_one_that_refuses_is_not():
    with http_listener() as heard:
        heard.statuses = [503, 500, 200]
        Webhook(heard.url).send(ALERT)
        assert len(heard.bodies) == 3
        heard.statuses = [404]
        with pytest.raises(NotDelivered, match="404"):
            Webhook(heard.url).send(ALERT)
        assert len(heard.bodies) == 4
        heard.statuses = [302]
        with pytest.raises(NotDelivered):
            Webhook(heard.url).send(ALERT)
        heard.statuses = [500]
        with pytest.raises(NotDelivered) as caught:
            Webhook(heard.url).send(ALERT)
        assert len(heard.bodies) == 5 + TRIES
        gone = heard.url
    with pytest.raises(NotDelivered) as caught:
        Webhook(gone, seconds=0.5).send(ALERT)
    assert "token-1" not in str(caught.value)


def test_syslog_over_udp_is_one_rfc_5424_message():
    with udp_listener() as (listening, address):
        Syslog(address, host="gw1").send(ALERT)
        message = listening.recv(65535).decode()
    assert re.match(r"<108>1 2026-11-25T03:04:05\.000000Z gw1 ai-gov [0-9]+ ALERT \[aiGov@32473 ", message)
    assert 'person="1001"' in message
    assert message.split("] \ufeff", 1)[1].startswith('【生成AI統制】停止が続いて"います]')


def test_syslog_over_tcp_is_counted_and_over_a_unix_socket_whole(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        got = []

        def accept():
            connection, _ = listening.accept()
            with connection:
                got.append(b"".join(iter(lambda: connection.recv(4096), b"")))

        thread = threading.Thread(target=accept)
        thread.start()
        Syslog(f"tcp://127.0.0.1:{listening.getsockname()[1]}").send(ALERT)
        thread.join(5)
    size, _, message = got[0].partition(b" ")
    assert int(size) == len(message)
    path = tmp_path / "log"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as local:
        local.bind(str(path))
        Syslog(f"unix://{path}").send(ALERT)
        assert local.recv(65535).startswith(b"<108>1 ")


def test_syslog_that_nobody_takes_says_so():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(NotDelivered):
        Syslog(f"tcp://127.0.0.1:{port}").send(ALERT)
    with pytest.raises(NotDelivered):
        Syslog("unix:///nowhere/log").send(ALERT)
