"""認証基盤の文書: a provider's metadata and keys, fetched, checked and kept for a while.

Nothing of a reply is followed before it is checked: the issuer must be the configured one to the letter, every address
TLS (but on this machine), and of the keys only asymmetric ones for signatures are taken.
"""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import httpx2
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from ai_gov.people.claims import NotIdentified
from ai_gov.people.provider import ProviderSettings

ALGORITHMS: Final = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
    "Ed25519",
)
"""署名の方式: asymmetric ones alone; never ``none``, never one with our own secret."""

KEEP_S: Final = 3600.0
"""How long metadata and keys are kept (seconds)."""

AGAIN_S: Final = 30.0
"""Keys are fetched anew for an unknown key at most once in so long."""

FAILED_S: Final = 5.0
"""A provider that did not answer is not asked again for so long, by however many people."""

MOST: Final = 512 * 1024
_KINDS: Final = frozenset({"RSA", "EC", "OKP"})
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Metadata:
    """認証基盤の案内: what its discovery document says, as far as we use it."""

    authorization: str
    token: str
    keys: str
    end_session: str
    algorithms: tuple[str, ...]
    names_itself: bool
    """Whether it says in its reply who it is (RFC 9207)."""


@dataclass(slots=True)
class _Kept:
    at: float = -1.0
    value: Any = field(default=None, repr=False)
    failed_at: float = -1.0
    failure: NotIdentified | None = None


class Documents:
    """認証基盤の文書: thread-safe."""

    def __init__(self, settings: ProviderSettings, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._monotonic = monotonic
        self._metadata, self._keys = _Kept(), _Kept()
        self._lock = threading.Lock()

    def client_options(self) -> dict[str, Any]:
        """How a connection to the provider is made. Raises NotIdentified where its authority can't be read."""
        ca = self._settings.ca_file
        try:
            verify: bool | ssl.SSLContext = ssl.create_default_context(cafile=str(ca)) if ca else True
        except (OSError, ssl.SSLError):
            raise _down("AI_GOV_OIDC_CA_FILE を読めません") from None
        return {
            "timeout": self._settings.seconds,
            "follow_redirects": False,
            "trust_env": False,
            "verify": verify,
            "proxy": self._settings.proxy.get_secret_value() or None,
        }

    def metadata(self) -> Metadata:
        """The metadata. Raises NotIdentified."""
        url = f"{self._settings.issuer.rstrip('/')}/.well-known/openid-configuration"
        with self._lock:
            found: Metadata = self._fresh(
                self._metadata, KEEP_S, lambda: _metadata(self._get(url), self._settings.issuer)
            )
            return found

    def keys(self, *, anew: bool = False) -> KeySet:
        """The keys. ``anew``: because a token names one that is not among them; then fetched, but not too often."""
        url = self.metadata().keys
        with self._lock:
            found: KeySet = self._fresh(self._keys, AGAIN_S if anew else KEEP_S, lambda: _key_set(self._get(url)))
            return found

    def _fresh(self, kept: _Kept, seconds: float, fetch: Callable[[], Any]) -> Any:
        """What is kept, or fetched where it is older than so long. Raises NotIdentified."""
        now = self._monotonic()
        if kept.value is not None and now - kept.at <= seconds:
            return kept.value
        if kept.failure is not None and now - kept.failed_at <= FAILED_S:
            raise _again(kept.failure)
        try:
            kept.value = fetch()
        except NotIdentified as error:
            kept.failure, kept.failed_at = error, self._monotonic()
            raise
        kept.at, kept.failure = self._monotonic(), None
        return kept.value

    def _get(self, url: str) -> Mapping[str, Any]:
        try:
            with httpx2.Client(**self.client_options()) as client, client.stream("GET", url) as reply:
                if reply.status_code != httpx2.codes.OK:
                    raise _down(f"応答が {reply.status_code} です")
                return read_json(reply)
        except httpx2.HTTPError as error:
            raise _down(f"接続できません（{type(error).__name__}）") from None


def read_json(reply: httpx2.Response) -> Mapping[str, Any]:
    """An object out of a streamed reply; no more of it is read than may be. Raises NotIdentified."""
    read = bytearray()
    for piece in reply.iter_bytes():
        read += piece
        if len(read) > MOST:
            raise _down("応答が大きすぎます")
    try:
        value = json.loads(bytes(read))
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise _down("応答をJSONとして読めません")
    return value


def _metadata(found: Mapping[str, Any], issuer: str) -> Metadata:
    if found.get("issuer") != issuer:
        raise _down("発行者（issuer）が、設定した AI_GOV_OIDC_ISSUER と違います")
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    for name in (*names, *(["end_session_endpoint"] if found.get("end_session_endpoint") else [])):
        if not _safe(found.get(name), issuer):
            raise _down(f"{name} が https:// のアドレスではありません")
    said = found.get("id_token_signing_alg_values_supported") or ["RS256"]
    algorithms = tuple(name for name in ALGORITHMS if isinstance(said, list) and name in said)
    if not algorithms:
        raise _down("使える署名の方式がありません")
    return Metadata(
        found["authorization_endpoint"],
        found["token_endpoint"],
        found["jwks_uri"],
        found.get("end_session_endpoint") or "",
        algorithms,
        found.get("authorization_response_iss_parameter_supported") is True,
    )


def _safe(url: object, issuer: str) -> bool:
    if not isinstance(url, str) or not url.isprintable() or " " in url:
        return False
    parts = urlsplit(url)
    near = urlsplit(issuer).hostname in _LOOPBACK and parts.hostname in _LOOPBACK
    return bool(parts.hostname) and (parts.scheme == "https" or (near and parts.scheme == "http"))


def _key_set(found: Mapping[str, Any]) -> KeySet:
    listed = found.get("keys")
    usable = [
        key
        for key in (listed if isinstance(listed, list) else [])
        if isinstance(key, dict) and key.get("kty") in _KINDS and key.get("use", "sig") == "sig" and "d" not in key
    ]
    keys = []
    for key in usable:
        try:
            keys += KeySet.import_key_set({"keys": [key]}).keys
        except (JoseError, ValueError, KeyError, TypeError):  # a kind that we don't know is not ours to use
            continue
    if not keys:
        raise _down("署名を確かめる鍵がありません")
    return KeySet(keys)


def _again(failure: NotIdentified) -> NotIdentified:
    return NotIdentified(failure.reason, failure.message, status=failure.status)


def _down(detail: str) -> NotIdentified:
    return NotIdentified("provider_down", f"認証基盤を利用できません（{detail}）。", status=502)
