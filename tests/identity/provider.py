"""A real OpenID Connect provider as a process of its own: Authlib's server, with a page to sign in and faults to order.

``python -m tests.identity.provider`` prints its issuer and serves until it is stopped. ``POST /_order`` takes JSON:
``user`` (claims of whoever signs in; none for the page with the form), ``fault`` (one of FAULTS), ``rotate`` (new key).
"""

import json
import os
import secrets
import socket
import sys
import time
import urllib.parse

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # of this process alone; it listens on loopback only

import uvicorn
from authlib.oauth2 import AuthorizationServer, OAuth2Error, OAuth2Request
from authlib.oauth2.rfc6749 import ClientMixin, OAuth2Payload
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core.grants import OpenIDCode
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.identity import CLIENT, SECRET

COOKIE = "op_session"
FAULTS = (
    "nonce", "no_nonce", "aud", "azp", "iss", "expired", "early", "old", "none", "hs256", "foreign_key", "at_hash",
    "no_id_token", "garbage", "metadata_iss", "http_endpoint", "token_500", "token_html", "jwks_empty", "reply_iss",
    "denied", "extra_aud", "no_kid",
)  # fmt: skip
_FORM = """<!doctype html><html lang="ja"><title>見本認証基盤</title><h1>見本認証基盤</h1>
<form method="post"><p><label>利用者名 <input name="user" autofocus></label></p><button>続ける</button></form></html>"""


class Client(ClientMixin):
    def get_client_id(self):
        return CLIENT

    def get_default_redirect_uri(self):
        return None

    def get_allowed_scope(self, scope):
        return scope

    def check_redirect_uri(self, redirect_uri):
        parts = urllib.parse.urlsplit(redirect_uri)
        return parts.hostname in ("127.0.0.1", "localhost") and parts.path.startswith("/signin/back/")

    def check_client_secret(self, client_secret):
        return secrets.compare_digest(client_secret, SECRET)

    def check_endpoint_auth_method(self, method, endpoint):
        return method in ("client_secret_basic", "client_secret_post")

    def check_response_type(self, response_type):
        return response_type == "code"

    def check_grant_type(self, grant_type):
        return grant_type == "authorization_code"


class Code:
    def __init__(self, code, request):
        data = request.payload.data
        self.code, self.user, self.redirect_uri = code, request.user, request.payload.redirect_uri
        self.scope, self.nonce = request.payload.scope, data.get("nonce")
        self.code_challenge, self.code_challenge_method = data.get("code_challenge"), data.get("code_challenge_method")

    def get_redirect_uri(self):
        return self.redirect_uri

    def get_scope(self):
        return self.scope

    def get_nonce(self):
        return self.nonce

    def get_auth_time(self):
        return int(time.time())

    def get_acr(self):
        return None

    def get_amr(self):
        return None


class Payload(OAuth2Payload):
    def __init__(self, request):
        self._request = request

    @property
    def data(self):
        return {**self._request.args, **self._request.form}

    @property
    def datalist(self):
        return {name: [value] for name, value in self.data.items()}


class Asked(OAuth2Request):
    def __init__(self, request, form):
        super().__init__(request.method, str(request.url), headers=dict(request.headers))
        self._args, self._form = dict(request.query_params), form
        self.headers = {name.title(): value for name, value in request.headers.items()}
        self.payload = Payload(self)

    @property
    def args(self):
        return self._args

    @property
    def form(self):
        return self._form


class Provider(AuthorizationServer):
    """Its state: who signs in, which fault it has, its keys, its codes."""

    def __init__(self, issuer):
        super().__init__(["openid", "profile", "email"])
        self.issuer, self.user, self.fault, self.codes, self.asked = issuer, None, "", {}, []
        self.rotate()
        self.register_token_generator("default", self._access)

    def rotate(self):
        self.key = RSAKey.generate_key(2048, {"kid": secrets.token_hex(8), "use": "sig", "alg": "RS256"})

    def _access(self, **_):
        return {"token_type": "Bearer", "access_token": secrets.token_urlsafe(32), "expires_in": 300, "scope": "openid"}

    def query_client(self, client_id):
        return Client() if client_id == CLIENT else None

    def save_token(self, token, request):
        pass

    def send_signal(self, name, *args, **kwargs):
        pass

    def create_oauth2_request(self, request):
        return request

    def handle_response(self, status, body, headers):
        if isinstance(body, dict):
            return JSONResponse(body, status, dict(headers))
        return Response(body, status, dict(headers))

    def metadata(self):
        issuer = self.issuer
        return {
            "issuer": issuer + ("/other" if self.fault == "metadata_iss" else ""),
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": "http://elsewhere.example/token" if self.fault == "http_endpoint" else f"{issuer}/token",
            "jwks_uri": f"{issuer}/jwks",
            "end_session_endpoint": f"{issuer}/logout",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "none", "HS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def keys(self):
        hidden = {"keys": []}
        return hidden if self.fault == "jwks_empty" else {"keys": [self.key.as_dict(private=False)]}


class Grant(AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic", "client_secret_post")

    def save_authorization_code(self, code, request):
        self.server.codes[code] = Code(code, request)

    def query_authorization_code(self, code, client):
        return self.server.codes.get(code)

    def delete_authorization_code(self, authorization_code):
        self.server.codes.pop(authorization_code.code, None)

    def authenticate_user(self, authorization_code):
        return authorization_code.user


class Ids(OpenIDCode):
    def __init__(self, provider):
        super().__init__(require_nonce=True)
        self.provider = provider

    def exists_nonce(self, nonce, request):
        return False

    def generate_user_info(self, user, scope):
        return dict(user)

    def resolve_client_private_key(self, client):
        return self.provider.key

    def get_client_claims(self, client):
        return {"iss": self.provider.issuer, "aud": CLIENT}

    def encode_id_token(self, token, request):
        """The honest token; or one with the fault that was ordered, signed over it."""
        honest = super().encode_id_token(token, request)
        fault, key, now = self.provider.fault, self.provider.key, int(time.time())
        claims = dict(jwt.decode(honest, key, ["RS256"]).claims)
        header = {"alg": "RS256", "kid": key.kid}
        changed = {
            "nonce": {"nonce": "another"},
            "aud": {"aud": "another-client"},
            "azp": {"aud": [CLIENT, "another"], "azp": "another"},
            "extra_aud": {"aud": [CLIENT, "another"]},
            "iss": {"iss": "https://elsewhere.example"},
            "expired": {"iat": now - 300, "exp": now - 120},
            "early": {"nbf": now + 600},
            "old": {"iat": now - 7200},
            "at_hash": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
        }
        claims |= changed.get(fault, {})
        if fault == "no_nonce":
            del claims["nonce"]
        if fault == "none":
            return jwt.encode({"alg": "none"}, claims, None, ["none"])
        if fault == "hs256":  # signed with the client's own secret
            return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET), ["HS256"])
        if fault == "foreign_key":
            return jwt.encode(header, claims, RSAKey.generate_key(2048, {"kid": key.kid}), ["RS256"])
        if fault == "no_kid":
            del header["kid"]
        if fault == "garbage":
            return "a.b.c"
        return jwt.encode(header, claims, key, ["RS256"])


def create(issuer):
    provider = Provider(issuer)
    provider.register_grant(Grant, [CodeChallenge(required=True), Ids(provider)])

    async def form_of(request):
        async with request.form() as form:
            return {name: str(value) for name, value in form.items()}

    def answer(request, form, user):
        asked = Asked(request, {})
        if provider.fault == "denied":
            back = asked.args["redirect_uri"]
            said = {"error": "access_denied", "state": asked.args["state"]}
            return RedirectResponse(f"{back}?{urllib.parse.urlencode(said)}", 302)
        grant = provider.get_consent_grant(asked, end_user=user)
        response = provider.create_authorization_response(asked, grant_user=user, grant=grant)
        if provider.fault == "reply_iss":
            response.headers["location"] += "&iss=https%3A%2F%2Felsewhere.example"
        response.set_cookie(COOKIE, user["sub"], httponly=True)
        return response

    async def authorize(request):
        provider.asked.append(dict(request.query_params))
        if not request.query_params.get("code_challenge") or request.query_params["code_challenge_method"] != "S256":
            return Response("PKCE is required here", 400)
        try:
            if request.method == "POST":
                form = await form_of(request)
                name = form["user"]
                user = {"sub": f"sub-{name}", "preferred_username": name, "name": "見本 一郎", "groups": ["AI利用者"]}
                return answer(request, form, user)
            if provider.user is None and not request.cookies.get(COOKIE):
                return HTMLResponse(_FORM)
            known = request.cookies.get(COOKIE, "").removeprefix("sub-")
            return answer(request, {}, provider.user or {"sub": f"sub-{known}", "preferred_username": known})
        except OAuth2Error as error:
            return Response(error.get_body() and error.error, 400)

    async def token(request):
        form = await form_of(request)
        if provider.fault == "token_500":
            return Response("broken", 500)
        if provider.fault == "token_html":
            return HTMLResponse("<p>no token here</p>")
        response = provider.create_token_response(Asked(request, form))
        if provider.fault == "no_id_token":
            body = json.loads(response.body)
            body.pop("id_token", None)
            return JSONResponse(body)
        return response

    async def order(request):
        given = await request.json()
        provider.user = given.get("user", provider.user)
        provider.fault = given.get("fault", "")
        assert provider.fault in ("", *FAULTS)
        if given.get("rotate"):
            provider.rotate()
        return JSONResponse({"asked": provider.asked})

    async def logout(request):
        back = request.query_params.get("post_logout_redirect_uri", "")
        assert request.query_params.get("client_id") == CLIENT
        response = RedirectResponse(back, 302)
        response.delete_cookie(COOKIE, httponly=True)
        return response

    async def metadata(_):
        return JSONResponse(provider.metadata())

    async def keys(_):
        return JSONResponse(provider.keys())

    return Starlette(
        routes=[
            Route("/.well-known/openid-configuration", metadata),
            Route("/jwks", keys),
            Route("/authorize", authorize, methods=["GET", "POST"]),
            Route("/token", token, methods=["POST"]),
            Route("/logout", logout),
            Route("/_order", order, methods=["POST"]),
        ]
    )


if __name__ == "__main__":
    listening = socket.create_server(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 0))
    issuer = f"http://127.0.0.1:{listening.getsockname()[1]}"
    print(issuer, flush=True)  # noqa: T201
    uvicorn.Server(uvicorn.Config(create(issuer), log_level="error")).run([listening])
