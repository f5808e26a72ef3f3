"""syslog: an alert as one RFC 5424 message, over UDP, TCP (RFC 6587, counted) or the socket of this machine."""

from __future__ import annotations

import os
import socket
from typing import Final
from urllib.parse import urlsplit

from ai_gov.audit.alerts import Alert
from ai_gov.audit.event import timestamp
from ai_gov.service.audit_alerts import NotDelivered

FACILITY: Final = 13
"""log audit."""

WARNING: Final = 4
SECONDS: Final = 5.0
PORTS: Final = {"udp": 514, "tcp": 601}
_NO_PEN: Final = "32473"
"""The enterprise number that RFC 5612 keeps for examples: the structured data is ours, and we have none."""

_NIL: Final = "-"


class Syslog:
    """syslog: service.audit_alerts.Channel. ``address`` is ``udp://host:514``, ``tcp://host:601``, ``unix:///dev/log``."""

    name = "syslog"

    def __init__(self, address: str, *, seconds: float = SECONDS, host: str = "") -> None:
        self._address = urlsplit(address)
        self._seconds = seconds
        self._host = host or socket.gethostname() or _NIL

    def send(self, alert: Alert) -> None:
        """Send it. Raises NotDelivered; UDP can't tell whether anybody got it."""
        message = self.message(alert)
        try:
            self._send(message)
        except OSError as error:
            raise NotDelivered(f"送れません（{error.strerror or type(error).__name__}）") from None

    def message(self, alert: Alert) -> bytes:
        """The message: UTF-8 with a BOM before the words, as RFC 5424 §6.4 wants it."""
        fields = {"rule": alert.rule, "organisation": alert.organisation, "department": alert.department}
        fields |= {"person": alert.person, "count": str(alert.count or "")}
        data = "".join(f' {name}="{_escaped(value)}"' for name, value in fields.items() if value)
        head = f"<{FACILITY * 8 + WARNING}>1 {timestamp(alert.at)} {self._host} ai-gov {os.getpid()} ALERT"
        words = " ".join(alert.sentence.split())
        return f"{head} [aiGov@{_NO_PEN}{data}] \ufeff{words}".encode()

    def _send(self, message: bytes) -> None:
        kind = self._address.scheme
        if kind == "unix":
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
                out.settimeout(self._seconds)
                out.connect(self._address.path)
                out.send(message)
            return
        where = self._address.hostname or "", self._address.port or PORTS[kind]
        if kind == "udp":
            family, _, _, _, found = socket.getaddrinfo(*where, type=socket.SOCK_DGRAM)[0]
            with socket.socket(family, socket.SOCK_DGRAM) as out:
                out.sendto(message, found)
            return
        with socket.create_connection(where, self._seconds) as out:
            out.sendall(f"{len(message)} ".encode() + message)


def _escaped(value: str) -> str:
    r"""A value of structured data.

    >>> print(_escaped('a"b]c'))
    a\"b\]c
    """
    return "".join(f"\\{char}" if char in '"\\]' else char for char in value)
