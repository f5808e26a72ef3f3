"""認証基盤: authorization code with PKCE over Authlib's client, and the ID token looked at from every side.

No token is kept, and none stands in a log line or an exception: what goes wrong is told by a word.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Final

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import (
    BadSignatureError,
    ExpiredTokenError,
    InvalidClaimError,
    InvalidKeyIdError,
    InvalidTokenError,
    JoseError,
    MissingClaimError,
    UnsupportedAlgorithmError,
)
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from ai_gov.identity.documents import Documents, Metadata
from ai_gov.model import Json
from ai_gov.people.claims import NotIdentified
from ai_gov.people.provider import ProviderSettings

_LONGEST_TOKEN: Final = 64 * 1024
_OLDEST_S: Final = 600
"""An ID token that is fresh from the token endpoint was not issued longer ago than this, but for the leeway."""


class OidcProvider:
    """認証基盤: service.federation.IdentityProvider. ``back`` is where the browser comes back to."""

    def __init__(
        self,
        settings: ProviderSettings,
        *,
        back: str,
        now: Callable[[], float] = time.time,
        documents: Documents | None = None,
    ) -> None:
        self._settings = settings
        self.back = back
        self._now = now
        self.documents = documents or Documents(settings)

    def authorization_url(self, *, state: str, nonce: str, verifier: str) -> str:
        """Where the browser is sent. Raises NotIdentified where the provider can't be reached."""
        metadata = self.documents.metadata()
        with self._client() as client:
            url, _ = client.create_authorization_url(
                metadata.authorization, state=state, nonce=nonce, code_verifier=verifier
            )
        return str(url)

    def identify(self, reply: Mapping[str, str], *, nonce: str, verifier: str) -> Mapping[str, Json]:
        """The claims of whoever came back with this reply. Raises NotIdentified."""
        metadata = self.documents.metadata()
        said = reply.get("iss", "")
        if (said or metadata.names_itself) and said != self._settings.issuer:
            raise _wrong("issuer")
        if reply.get("error"):
            raise NotIdentified(
                "provider_refused", "認証基盤でのログインが取りやめられたか、認められませんでした。", status=403
            )
        token = self._token(metadata, reply.get("code", ""), verifier)
        return self._claims(metadata, token, nonce)

    def logout_url(self, back: str) -> str:
        """Where the browser signs out there too; empty where the provider has no such place (RP-Initiated Logout)."""
        try:
            end = self.documents.metadata().end_session
        except NotIdentified:
            return ""
        if not end:
            return ""
        url = httpx2.URL(end)
        given = {"client_id": self._settings.client_id, "post_logout_redirect_uri": back}
        return str(url.copy_merge_params(given))

    def clock_skew(self) -> float | None:
        """時計のずれ: seconds by which the provider's clock is ahead of ours; none where it does not say."""
        with httpx2.Client(**self.documents.client_options()) as client:
            said = client.get(self.documents.metadata().keys).headers.get("date", "")
        try:
            at = parsedate_to_datetime(said)
        except ValueError:
            return None
        return (at - dt.datetime.fromtimestamp(self._now(), dt.UTC)).total_seconds() if at.tzinfo else None

    def _client(self) -> Any:
        return OAuth2Client(
            client_id=self._settings.client_id,
            client_secret=self._settings.client_secret.get_secret_value() or None,
            token_endpoint_auth_method=self._settings.auth_method if self._settings.client_secret else "none",
            scope=self._settings.scopes,
            redirect_uri=self.back,
            code_challenge_method="S256",
            **self.documents.client_options(),
        )

    def _token(self, metadata: Metadata, code: str, verifier: str) -> Mapping[str, Any]:
        if not code:
            raise _wrong("code")
        try:
            with self._client() as client:
                found: Mapping[str, Any] = client.fetch_token(
                    metadata.token, grant_type="authorization_code", code=code, code_verifier=verifier
                )
        except OAuthError as error:
            reason = error.error if error.error in ("invalid_grant", "invalid_client") else "code"
            raise _wrong(reason) from None
        except (httpx2.HTTPError, ValueError, TypeError, KeyError) as error:
            message = f"認証基盤を利用できません（{type(error).__name__}）。時間をおいてもう一度お試しください。"
            raise NotIdentified("provider_down", message, status=502) from None
        return found

    def _claims(self, metadata: Metadata, token: Mapping[str, Any], nonce: str) -> Mapping[str, Json]:
        text = token.get("id_token")
        if not isinstance(text, str) or len(text) > _LONGEST_TOKEN:
            raise _wrong("id_token")
        registry = JWSRegistry(algorithms=list(metadata.algorithms), strict_check_header=False)
        try:
            try:
                decoded = _decode(text, self.documents.keys(), registry)
            except (InvalidKeyIdError, BadSignatureError):  # the provider may have changed its keys
                decoded = _decode(text, self.documents.keys(anew=True), registry)
            options = {"iss": {"essential": True, "value": self._settings.issuer}}
            given = {"nonce": nonce, "client_id": self._settings.client_id, "access_token": token.get("access_token")}
            found = CodeIDToken(decoded.claims, decoded.header, options, given)
            found.validate(now=int(self._now()), leeway=self._settings.leeway_seconds)
            self._check(found)
        except NotIdentified:
            raise
        except ExpiredTokenError:
            raise _wrong("expired") from None
        except (InvalidClaimError, MissingClaimError) as error:
            raise _wrong(str(error.claim)) from None
        except (BadSignatureError, InvalidKeyIdError):
            raise _wrong("signature") from None
        except UnsupportedAlgorithmError:
            raise _wrong("algorithm") from None
        except InvalidTokenError:
            raise _wrong("time") from None
        except (JoseError, ValueError, TypeError, KeyError, RecursionError):
            raise _wrong("unreadable") from None
        return dict(found)

    def _check(self, claims: Mapping[str, Any]) -> None:
        """What Authlib leaves to us: for whom it is, and that it was issued just now for this very request."""
        audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        if self._settings.client_id not in audience:
            raise _wrong("aud")
        nonce = claims.get("nonce")
        if not isinstance(nonce, str) or not nonce:
            raise _wrong("nonce")
        oldest = self._now() - _OLDEST_S - self._settings.leeway_seconds
        if not isinstance(claims["iat"], (int, float)) or claims["iat"] < oldest:
            raise _wrong("iat")


def _decode(text: str, keys: KeySet, registry: JWSRegistry) -> jwt.Token:
    return jwt.decode(text, keys, registry=registry)


def _wrong(what: str) -> NotIdentified:
    return NotIdentified(
        f"token_{what}",
        "認証基盤からの応答を確かめられませんでした。ログインの画面から、もう一度お試しください。",
        status=401,
    )
