"""ai-gov serve: nothing crosses a network in the clear, and what is missing is said before it starts."""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ai_gov.cli.serving import entrance
from ai_gov.errors import ConfigError
from ai_gov.settings import Settings, load
from tests.cli.running import Command


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1 that signed itself, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    cert, private = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return cert, private


@contextlib.contextmanager
def serving(data_dir, **environ):
    """``ai-gov serve`` as a process, its port and what it said."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {name: value for name, value in os.environ.items() if not name.startswith("AI_GOV_")}
    env |= {"AI_GOV_DATA_DIR": str(data_dir), "AI_GOV_PORT": str(port), **environ}
    said = data_dir / "said"
    with said.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", "from ai_gov.cli import main; main()", "serve"], env=env, stdout=out, stderr=out
        )
    try:
        until = time.monotonic() + 30
        while True:
            assert process.poll() is None, said.read_text()
            assert time.monotonic() < until, said.read_text()
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        yield port, said
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def test_with_a_certificate_it_speaks_tls_and_nothing_else(tmp_path, certificate):
    cert, key = certificate
    more = {"AI_GOV_HOST": "0.0.0.0", "AI_GOV_PUBLIC_URL": "https://ai.example.jp/"}
    with serving(tmp_path, AI_GOV_TLS_CERT=str(cert), AI_GOV_TLS_KEY=str(key), **more) as (port, said):
        context = ssl.create_default_context(cafile=str(cert))
        with httpx2.Client(verify=context, trust_env=False) as client:
            assert client.get(f"https://127.0.0.1:{port}/healthz").json() == {"status": "ok"}
            assert client.get(f"https://127.0.0.1:{port}/v1/models").status_code == 401
        with pytest.raises(httpx2.HTTPError):
            httpx2.get(f"http://127.0.0.1:{port}/healthz", trust_env=False)
        assert "https://ai.example.jp/v1" in said.read_text()


def test_another_machine_is_let_in_through_the_trusted_proxy_only(tmp_path):
    """The proxy is this machine; another machine is an address of the proxy's word, or one that goes past it."""
    proxied = {"X-Forwarded-For": "10.1.2.3", "X-Forwarded-Proto": "https"}
    with (
        serving(tmp_path, AI_GOV_TRUSTED_PROXY="127.0.0.1, 10.0.0.0/28", AI_GOV_HOST="0.0.0.0") as (port, _),
        httpx2.Client(trust_env=False, base_url=f"http://127.0.0.1:{port}") as client,
    ):
        assert client.get("/v1/models", headers=proxied).status_code == 401
        clear = client.get("/v1/models", headers={**proxied, "X-Forwarded-Proto": "http"})
        assert (clear.status_code, clear.json()["error"]["code"]) == (403, "forbidden")
        assert "https://" in clear.json()["error"]["message"]
        assert clear.json()["ai_gov"]["record"]
        address = next(iter(_own_addresses()), None)
        if address:
            past = httpx2.get(f"http://{address}:{port}/v1/models", headers=proxied, trust_env=False)
            assert past.status_code == 403


def _own_addresses():
    """Addresses of this machine that are not loopback: connecting to one comes from it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
        probe.connect(("192.0.2.1", 9))  # nothing is sent
        if not probe.getsockname()[0].startswith(("127.", "0.")):
            yield probe.getsockname()[0]


def test_without_either_it_does_not_start_for_other_machines(tmp_path):
    run = Command(tmp_path / "data")
    for host in ("0.0.0.0", "::", "10.0.0.1", "town-hall"):
        result = run("serve", "--host", host)
        assert result.code == 2
        assert {"AI_GOV_TLS_CERT", "AI_GOV_TLS_KEY", "AI_GOV_TRUSTED_PROXY"} <= set(
            re.findall(r"AI_GOV_\w+", result.err, re.ASCII)
        )
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("proxy", ["*", "0.0.0.0/0", "::/0", "proxy.example.jp", "10.0.0.1,*"])
def test_a_proxy_is_named_by_its_address(proxy):
    with pytest.raises(ConfigError, match="AI_GOV_TRUSTED_PROXY"):
        load({"AI_GOV_HOST": "0.0.0.0", "AI_GOV_TRUSTED_PROXY": proxy})


def test_a_certificate_that_can_not_be_used_is_said_before_anything_is_opened(tmp_path, certificate):
    cert, key = certificate
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("-----BEGIN CERTIFICATE-----\n", encoding="utf-8")
    for pair, words in (
        ((tmp_path / "none.pem", key), "none.pem がありません"),
        ((wrong, key), "TLS に使えません"),
        ((cert, cert), "TLS に使えません"),
    ):
        run = Command(tmp_path / "data", AI_GOV_TLS_CERT=str(pair[0]), AI_GOV_TLS_KEY=str(pair[1]))
        result = run("serve", "--host", "0.0.0.0")
        assert result.code == 2
        assert words in result.err, result.err
    assert "両方" in Command(tmp_path / "data", AI_GOV_TLS_CERT=str(cert))("serve").err
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"host": "::1", "port": 80}, "http://[::1]:80"),
        ({"public_url": "https://ai.example.jp/"}, "https://ai.example.jp"),
    ],
)
def test_the_entrance_that_is_said_is_one_that_staff_can_use(given, said):
    assert entrance(Settings(**given)) == said


@pytest.mark.parametrize(
    "name", ["LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING"]
)
def test_it_does_not_start_where_langsmith_would_carry_prompts_out(tmp_path, name):
    result = Command(tmp_path / "data", **{name: "true"})("serve")
    assert result.code == 2
    assert name in result.err
    assert not (tmp_path / "data").exists()
