"""認証基盤の点検: whether a configured provider answers as it must, for ``ai-gov doctor``."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2

from ai_gov.identity.provider import OidcProvider
from ai_gov.people.claims import NotIdentified
from ai_gov.people.provider import ProviderSettings


def examine(name: str, settings: ProviderSettings, provider: OidcProvider) -> Iterator[tuple[bool, str]]:
    """点検する: each finding with whether it is well, in Japanese."""
    what = f"認証基盤「{name}」"
    try:
        metadata = provider.documents.metadata()
        keys = len(provider.documents.keys().keys)
        skew = provider.clock_skew()
    except NotIdentified as error:
        yield False, f"{what}: {error.message} AI_GOV_OIDC_ISSUER と、そこへの通信を確かめてください"
        return
    except httpx2.HTTPError as error:
        yield False, f"{what}: 接続できません（{type(error).__name__}）"
        return
    yield True, f"{what}: {settings.issuer}（署名の鍵 {keys} 個、方式 {'・'.join(metadata.algorithms)}）"
    yield True, f"{what}: 認証基盤に登録する戻り先は {provider.back} です"
    if skew is not None and abs(skew) > settings.leeway_seconds:
        yield (
            False,
            (
                f"{what}: 時計が {abs(skew):.0f} 秒ずれています（許す秒数は {settings.leeway_seconds}）。"
                "このサーバーの時刻合わせ（NTP）を確かめてください"
            ),
        )
    if not metadata.end_session:
        yield True, f"{what}: ログアウトの入口がないため、この画面からのログアウトでは認証基盤から出られません"
    if not settings.client_secret.get_secret_value():
        yield True, f"{what}: 秘密の値なしで登録したアプリとして接続します（AI_GOV_OIDC_CLIENT_SECRET が空）"
