"""認証基盤の設定: where people of an organisation sign in (OpenID Connect), and what its claims mean here."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

from ai_gov.people.model import Role

LONGEST_LEEWAY_S: Final = 300
"""時計のずれ: so much may a clock differ at most (seconds)."""

_SHARED_TENANTS: Final = frozenset({"common", "organizations", "consumers"})
_MICROSOFT: Final = "login.microsoftonline.com"
_GOOGLE: Final = "accounts.google.com"


def _words(value: Any) -> Any:
    return tuple(value.replace("、", ",").replace("・", ",").split(",")) if isinstance(value, str) else value


def _roles(value: Any) -> Any:
    if isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value):
        return tuple(Role.parse(item) for item in value)
    return value


def _required(value: Any) -> Any:
    """``hd=town.example.jp,tid=…`` as a variable of the environment holds it, or a table of the TOML file."""
    if isinstance(value, str):
        value = {name: item for name, _, item in (part.strip().partition("=") for part in value.split(","))}
    if isinstance(value, Mapping):
        return {name: (item,) if isinstance(item, str) else item for name, item in value.items()}
    return value


Roles = Annotated[tuple[Role, ...], BeforeValidator(_roles), BeforeValidator(_words)]
Claim = Annotated[str, Field(pattern=r"^[^\s]{0,100}$")]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class GroupRule(_Frozen):
    """グループの意味: which roles a group of the provider gives, and to which department it belongs."""

    roles: Roles = ()
    department: str = ""


class ProviderSettings(_Frozen):
    """認証基盤 1つ分の設定."""

    issuer: Annotated[str, Field(pattern=r"^https?://[^\s?#]+$")]
    client_id: Annotated[str, Field(min_length=1)]
    client_secret: SecretStr = SecretStr("")
    """Empty for a public client, which PKCE alone protects."""
    auth_method: Literal["client_secret_basic", "client_secret_post"] = "client_secret_basic"
    title: Annotated[str, Field(min_length=1, max_length=40)] = "組織のアカウント"
    """The words of the button."""
    organisation: Annotated[str, Field(min_length=1)]
    """The 団体コード of everybody who signs in there."""
    scopes: Annotated[str, Field(pattern=r"^openid( [\x21-\x7e]+)*$")] = "openid profile email"
    person_claim: Annotated[Claim, Field(min_length=1)] = "preferred_username"
    """What holds the 職員番号 (or with ``match = "mail"`` the mail address)."""
    person_domain: Annotated[str, Field(pattern=r"^[^\s@]*$")] = ""
    """Where the claim is ``職員番号@domain``: this domain, which is cut off; another one is refused."""
    match: Literal["id", "mail"] = "id"
    name_claim: Claim = "name"
    mail_claim: Claim = "email"
    department_claim: Claim = ""
    departments: Mapping[str, str] = {}
    """A value of the department's claim by our 所属コード; what is not listed is the code itself."""
    groups_claim: Claim = ""
    groups: Mapping[str, GroupRule] = {}
    groups_file: Path | None = None
    """The same as a CSV file: グループ,役割,所属コード."""
    required: Annotated[Mapping[str, tuple[str, ...]], BeforeValidator(_required)] = {}
    """Claims that must hold one of these values, whoever it is."""
    unknown: Literal["refuse", "create"] = "refuse"
    """What becomes of somebody who is not in the register."""
    contact: Annotated[str, Field(min_length=1, max_length=100)] = "情報担当"
    """Whom to ask, said in every refusal."""
    leeway_seconds: Annotated[int, Field(ge=0, le=LONGEST_LEEWAY_S)] = 60
    logout: Literal["provider", "local"] = "provider"
    """Whether signing out here signs out there too."""
    seconds: Annotated[float, Field(gt=0, le=60)] = 10
    proxy: SecretStr = SecretStr("")
    ca_file: Path | None = None
    """The authority that signed the provider's certificate, where it is the municipality's own."""

    @property
    def maps_groups(self) -> bool:
        """Whether roles come from groups, and not from the register."""
        return bool(self.groups or self.groups_file)


def contradictions(name: str, provider: ProviderSettings, public_url: str) -> list[str]:
    """設定の矛盾: what is wrong with a provider's settings, as sentences."""
    at = f"認証基盤「{name}」"
    out = []
    parts = urlsplit(provider.issuer)
    if parts.scheme != "https" and not _loopback(parts.hostname or ""):
        out.append(f"{at}の発行者（AI_GOV_OIDC_ISSUER）は https:// で始まるアドレスにしてください。")
    if not public_url:
        out.append(
            f"{at}を使うには、職員から見た入口の AI_GOV_PUBLIC_URL が必要です（認証基盤に登録する戻り先になります）。"
        )
    elif not public_url.startswith("https://") and not _loopback(urlsplit(public_url).hostname or ""):
        out.append(f"{at}を使うには、AI_GOV_PUBLIC_URL を https:// で始まるアドレスにしてください。")
    tenant = parts.path.strip("/").partition("/")[0]
    if parts.hostname == _MICROSOFT and tenant in _SHARED_TENANTS:
        out.append(
            f"{at}の発行者は、団体のテナントのものにしてください"
            f"（https://{_MICROSOFT}/テナントID/v2.0。{tenant} では、どの組織の人かを限れません）。"
        )
    if parts.hostname == _GOOGLE and not provider.required.get("hd"):
        out.append(
            f"{at}が Google のときは、団体のドメインを AI_GOV_OIDC_REQUIRED=hd=ドメイン で限ってください"
            "（限らないと、個人の Google アカウントも受け付けてしまいます）。"
        )
    if provider.maps_groups and not provider.groups_claim:
        out.append(f"{at}でグループから役割を決めるには、AI_GOV_OIDC_GROUPS_CLAIM（グループの項目名）が必要です。")
    if any(not claim or not all(values) for claim, values in provider.required.items()):
        out.append(f"{at}の AI_GOV_OIDC_REQUIRED は「項目名=値」をコンマで区切って書いてください。")
    return out


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
