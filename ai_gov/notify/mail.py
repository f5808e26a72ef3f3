"""メール: one plain message to one person over SMTP, encrypted, with an end to every wait."""

from __future__ import annotations

import smtplib
import socket
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid
from pathlib import Path
from typing import Final

from ai_gov.service.reminders import NotMailed

PORTS: Final = {"starttls": 587, "tls": 465, "none": 25}
_TEMPORARY: Final = range(400, 500)


class Mailer:
    """メールの送信: service.reminders.Mail. ``security`` is ``starttls``, ``tls`` or ``none`` (this machine only)."""

    def __init__(
        self,
        host: str,
        *,
        sender: str,
        port: int = 0,
        security: str = "starttls",
        user: str = "",
        password: str = "",
        seconds: float = 10,
        ca_file: Path | None = None,
    ) -> None:
        self._host = host
        self._port = port or PORTS[security]
        self._security = security
        self._sender = sender
        self._user = user
        self._password = password
        self._seconds = seconds
        self._ca_file = ca_file

    def send(self, to: str, subject: str, body: str) -> None:
        """Send it. Raises NotMailed, which names neither an address nor a secret."""
        message = self._message(to, subject, body)
        with self._session() as server:
            try:
                code, _ = server.mail(self._sender)
                if code != 250:
                    raise NotMailed(f"差出人を受け付けません（応答 {code}）", again=True, server=True)
                code, _ = server.rcpt(to)
            except (OSError, smtplib.SMTPException) as error:
                raise NotMailed(f"送れません（{_said(error)}）", again=True, server=True) from None
            if code not in (250, 251):
                again = code in _TEMPORARY
                raise NotMailed(f"宛先を受け付けません（応答 {code}）", again=again, server=False)
            try:
                code, _ = server.data(message)
            except smtplib.SMTPDataError as error:  # refused before a word of it was sent
                raise NotMailed(f"送れません（{_said(error)}）", again=True, server=False) from None
            except (OSError, smtplib.SMTPException) as error:  # it may have been taken
                raise NotMailed(f"送れたか分かりません（{_said(error)}）", again=False, server=True) from None
            if code != 250:
                raise NotMailed(f"送れません（応答 {code}）", again=code in _TEMPORARY, server=False)

    def check(self) -> None:
        """Whether the server lets us in; sends nothing. Raises NotMailed."""
        with self._session() as server:
            try:
                code, _ = server.noop()
            except (OSError, smtplib.SMTPException) as error:
                raise NotMailed(f"送れません（{_said(error)}）", again=True, server=True) from None
        if code != 250:
            raise NotMailed(f"送れません（応答 {code}）", again=True, server=True)

    def _message(self, to: str, subject: str, body: str) -> bytes:
        message = EmailMessage()
        try:
            message["From"], message["To"], message["Subject"] = self._sender, to, subject
            to.encode("ascii")
        except ValueError:  # no address, or one that another line would follow
            raise NotMailed("宛先のアドレスの形が正しくありません", again=False, server=False) from None
        message["Date"] = formatdate(usegmt=True)
        message["Message-ID"] = make_msgid(domain=self._sender.rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence answers it
        message.set_content(body, cte="base64")
        return message.as_bytes(policy=SMTP)

    def _session(self) -> _Session:
        return _Session(self._connect())

    def _connect(self) -> smtplib.SMTP:
        server: smtplib.SMTP | None = None
        name = socket.gethostname()  # the full name may wait for a resolver
        try:
            context = ssl.create_default_context(cafile=str(self._ca_file) if self._ca_file else None)
            if self._security == "tls":
                server = smtplib.SMTP_SSL(self._host, self._port, name, timeout=self._seconds, context=context)
            else:
                server = smtplib.SMTP(self._host, self._port, name, timeout=self._seconds)
                if self._security == "starttls":
                    server.starttls(context=context)
            server.ehlo_or_helo_if_needed()
            if self._user:
                server.login(self._user, self._password)
        except (OSError, smtplib.SMTPException) as error:
            if server is not None:
                server.close()
            raise NotMailed(f"送信サーバーを使えません（{_said(error)}）", again=True, server=True) from None
        return server


class _Session:
    """A connection that is let go of in good order, and never waits for that."""

    def __init__(self, server: smtplib.SMTP) -> None:
        self._server = server

    def __enter__(self) -> smtplib.SMTP:
        return self._server

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if kind is None:
                self._server.quit()
        except (OSError, smtplib.SMTPException):
            pass
        finally:
            self._server.close()


def _said(error: Exception) -> str:
    """An error as a word: what a server says of it may hold an address."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "利用者名かパスワードが違います"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "暗号化（STARTTLS）か認証に対応していません"
    if isinstance(error, ssl.SSLCertVerificationError):
        return "証明書を確かめられません"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"応答 {error.smtp_code}"
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return "時間内に応答がありません"
    return type(error).__name__
