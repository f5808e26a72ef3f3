"""A real mail server (aiosmtpd) on this machine, with TLS of its own authority and faults to order. Not a test."""

import contextlib
import datetime as dt
import ipaddress
import socket
import ssl
import threading
import time
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "ai-gov", "hidden-mail-word"


class Box:
    """What the server took, and how it behaves."""

    def __init__(self):
        self.envelopes = []
        self.rcpt = self.data = ""
        self.slow = 0.0

    @property
    def messages(self):
        return [message_from_bytes(item.content, policy=policy.default) for item in self.envelopes]

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - its interface
        if self.rcpt:
            return self.rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - its interface
        if self.data:
            return self.data
        self.envelopes.append(envelope)
        if self.slow:  # it has it, and says so too late
            time.sleep(self.slow)  # noqa: ASYNC251 - all of the server is slow then
        return "250 taken"


class _Controller(Controller):
    def factory(self):
        return SMTP(self.handler, **self.SMTP_kwargs)


@contextlib.contextmanager
def mail_server(box, *, tls=None, starttls=None, auth=False):
    """A server that runs; gives its port."""

    def known(server, session, envelope, mechanism, data):
        right = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=right, handled=False)

    more = {"authenticator": known, "auth_required": True, "auth_require_tls": not tls} if auth else {}
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = _Controller(
        box, "127.0.0.1", port, ssl_context=tls, tls_context=starttls, require_starttls=bool(starttls), **more
    )
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@contextlib.contextmanager
def hanging_server(greeting=b""):
    """A server that takes connections and says no more than its greeting."""
    listening = socket.create_server(("127.0.0.1", 0))
    taken = []

    def take():
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listening.accept()
                taken.append(connection)
                if greeting:
                    connection.sendall(greeting)

    thread = threading.Thread(target=take, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        for connection in taken:
            connection.close()
        thread.join(5)


def certificate(folder):
    """A certificate for 127.0.0.1, by itself; gives the server's context and the file that clients trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert, private = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    pkcs8, clear = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    private.write_bytes(key.private_bytes(serialization.Encoding.PEM, pkcs8, clear))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, private)
    return context, cert
