"""利用者の確認: who asks, by the API key of the request, and what the headers say of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from starlette.datastructures import Headers

from ai_gov.errors import BadRequest, Forbidden, Unauthenticated
from ai_gov.model import Actor, Level
from ai_gov.service.ports import People

_USE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Declared:
    """申告: the use and the level that a request names. They can only make the policy stricter."""

    use: str = ""
    level: Level | None = None


async def authenticate(headers: Headers, people: People) -> Actor:
    """The person of the key. Raises Unauthenticated; StoreFailed where the register can't be read."""
    scheme, _, secret = headers.get("authorization", "").partition(" ")
    secret = secret.strip()
    if scheme.lower() != "bearer" or not secret:
        raise Unauthenticated(
            "APIキーがありません。Authorization ヘッダーに「Bearer 鍵」の形で付けてください。鍵は情報担当が発行します。"
        )
    actor = await people.by_key(secret)
    if actor is None:
        raise Unauthenticated("APIキーが無効か、期限が切れています。情報担当に新しい鍵を求めてください。")
    return actor


def may_ask(actor: Actor) -> None:
    """Raises Forbidden for someone who is no user of generative AI, such as an auditor from outside."""
    if STAFF not in actor.roles:
        raise Forbidden("この鍵の持ち主には「職員」の役割がないため、生成AIを使えません。情報担当に連絡してください。")


def declared(headers: Headers) -> Declared:
    """The X-AI-Gov-Use and X-AI-Gov-Declared-Level of a request. Raises BadRequest where they can't be read."""
    use = headers.get("x-ai-gov-use", "").strip()
    if use and (len(use) > 64 or not _USE.fullmatch(use)):
        raise BadRequest(
            "X-AI-Gov-Use には方針に書かれた用途の記号（英小文字・数字・ハイフン）を書いてください。",
            param="X-AI-Gov-Use",
            code="invalid_value",
        )
    level = headers.get("x-ai-gov-declared-level", "").strip()
    if not level:
        return Declared(use)
    try:
        return Declared(use, Level.parse(level.upper()))
    except ValueError:
        raise BadRequest(
            "X-AI-Gov-Declared-Level は 1・2・3C・3B・3A のいずれかで書いてください。",
            param="X-AI-Gov-Declared-Level",
            code="invalid_value",
        ) from None
