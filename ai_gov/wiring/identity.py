"""ログインの組み立て: passwords and the identity providers of the settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ai_gov.errors import ConfigError, Problem
from ai_gov.people.groupfile import read_groups
from ai_gov.people.provider import GroupRule, ProviderSettings
from ai_gov.service.federation import Configured, Federation
from ai_gov.settings import Settings
from ai_gov.wiring.services import accounts

if TYPE_CHECKING:
    from ai_gov.gateway.ratelimit import RateLimit
    from ai_gov.identity.provider import OidcProvider
    from ai_gov.stores.store import DatabaseStore
    from ai_gov.web.federation import SignIn


def sign_in(settings: Settings, opened: DatabaseStore, rate: RateLimit | None) -> SignIn:
    """ログインの画面が使うもの. ``rate``: the limits that hold on the API too. Raises ConfigError."""
    from ai_gov.gateway.ratelimit import RateLimit, source_of
    from ai_gov.web.federation import SignIn

    return SignIn(accounts(opened, settings), federation(settings, opened), (rate or RateLimit()).stranger, source_of)


def federation(settings: Settings, opened: DatabaseStore) -> Federation:
    """組織のアカウントの窓口: over a store. Raises ConfigError where a table of groups is wrong."""
    return Federation(
        opened.federation,
        opened.register,
        accounts(opened, settings),
        clock=opened.clock,
        keys=opened.keys,
        configured={
            name: Configured(item, provider(settings, name), group_rules(item)) for name, item in settings.oidc.items()
        },
        back=f"{settings.public_url.rstrip('/')}/signin",
    )


def provider(settings: Settings, name: str) -> OidcProvider:
    """認証基盤: one of the settings."""
    from ai_gov.identity.provider import OidcProvider

    return OidcProvider(settings.oidc[name], back=f"{settings.public_url.rstrip('/')}/signin/back/{name}")


def group_rules(item: ProviderSettings) -> Mapping[str, GroupRule]:
    """グループの表: of the settings' file. Raises ConfigError."""
    file = item.groups_file
    if file is None:
        return {}
    try:
        data = file.read_bytes()
    except OSError as error:
        message = (
            f"グループの表を読めません（{error.strerror}）。AI_GOV_OIDC_GROUPS_FILE の場所と権限を確かめてください。"
        )
        raise ConfigError([Problem(str(file), 1, message)]) from None
    return read_groups(data, str(file))
