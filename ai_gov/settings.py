"""設定: the environment and one TOML file → one frozen object; wrong settings stop the start, all named at once."""

from __future__ import annotations

import enum
import ipaddress
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails

from ai_gov.errors import ConfigError, Problem
from ai_gov.people.provider import ProviderSettings, contradictions
from ai_gov.policy.schema import MAX_PROMPT_CHARS

PREFIX = "AI_GOV_"
DEFAULT_DATA_DIR = "var"
_TRACING = ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING", "LANGCHAIN_TRACING_V2")
_ENVIRONMENT = {
    "DATA_DIR": ("data_dir",),
    "CONFIG_DIR": ("config_dir",),
    "DATABASE_URL": ("database_url",),
    "HOST": ("host",),
    "PORT": ("port",),
    "TLS_CERT": ("tls_cert",),
    "TLS_KEY": ("tls_key",),
    "TRUSTED_PROXY": ("trusted_proxy",),
    "PUBLIC_URL": ("public_url",),
    "MAX_PROMPT_CHARS": ("max_prompt_chars",),
    "INSPECTION_SECONDS": ("inspection_seconds",),
    "READER": ("reader",),
    "ALERT_WEBHOOK_URL": ("alert_webhook_url",),
    "ALERT_WEBHOOK_SECRET": ("alert_webhook_secret",),
    "ALERT_SYSLOG": ("alert_syslog",),
    "ALERT_SECONDS": ("alert_seconds",),
    "OTEL_ENDPOINT": ("otel_endpoint",),
    "TIMESTAMP_URL": ("timestamp_url",),
    "TIMESTAMP_ROOT": ("timestamp_root",),
    "TIMESTAMP_HOURS": ("timestamp_hours",),
    "LOCAL_SIGN_IN": ("local_sign_in",),
    "EMERGENCY_PERSONS": ("emergency_persons",),
    **{
        f"OIDC_{name.upper()}": ("oidc", "default", name)
        for name in ProviderSettings.model_fields
        if name not in ("groups", "departments")
    },
    "SMTP_HOST": ("smtp", "host"),
    "SMTP_PORT": ("smtp", "port"),
    "SMTP_SECURITY": ("smtp", "security"),
    "SMTP_USER": ("smtp", "user"),
    "SMTP_PASSWORD": ("smtp", "password"),
    "SMTP_FROM": ("smtp", "sender"),
    "SMTP_SECONDS": ("smtp", "seconds"),
    "SMTP_CA_FILE": ("smtp", "ca_file"),
    "UPSTREAM_BASE_URL": ("upstreams", "default", "base_url"),
    "UPSTREAM_API_KEY": ("upstreams", "default", "api_key"),
    "UPSTREAM_KIND": ("upstreams", "default", "kind"),
    "UPSTREAM_API_VERSION": ("upstreams", "default", "api_version"),
    "UPSTREAM_SECONDS": ("upstreams", "default", "seconds"),
}


_ALLOWED = {
    "ge": "{}以上",
    "le": "{}以下",
    "gt": "{}より大きい数",
    "lt": "{}より小さい数",
    "pattern": "README.md の設定の表にある形で書きます",
}
_KINDS = {"int_parsing": "整数", "float_parsing": "数", "bool_parsing": "true か false"}
"""What is asked for, where a value is none of it; the value itself may be a secret and is never told."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class UpstreamSettings(_Frozen):
    """接続先: where an OpenAI-compatible service answers."""

    base_url: Annotated[str, Field(pattern=r"^https?://[^\s?#]+$")]
    api_key: SecretStr = SecretStr("")
    kind: Literal["openai", "azure"] = "openai"
    api_version: str = ""
    seconds: Annotated[float, Field(gt=0, le=3600)] = 120
    """How long a read may take."""


class RecognizerSettings(_Frozen):
    """Presidioの認識器: its class and what it is made with."""

    kind: Annotated[str, Field(alias="class", pattern=r"^[A-Za-z_][\w.]*$")]
    """A predefined one by its name (IbanRecognizer), or anybody's with its module (town.presidio.MeterRecognizer)."""
    arguments: Mapping[str, Any] = {}


class ThoroughSettings(_Frozen):
    """入念な読み取り: what the reader ``thorough`` adds to the fast one."""

    model: str = "ja_ginza"
    """The spaCy pipeline that names are read with a second time; empty for none."""
    recognizers: tuple[RecognizerSettings, ...] = ()
    types: Mapping[str, str] = {}
    """Presidio's entities by our types, where the built-in table is not what is wanted."""
    minimum: Annotated[float, Field(ge=0, le=1)] = 0.4
    """The score from which a recognizer's finding counts."""
    seconds: Annotated[float, Field(gt=0, le=600)] = 8
    """How long a text may take before the worker is killed and the request refused."""


class SmtpSettings(_Frozen):
    """メールの送信: the server that takes mail; nothing is sent where ``host`` is empty."""

    host: Annotated[str, Field(pattern=r"^[^\s/@]*$")] = ""
    port: Annotated[int, Field(ge=0, le=65535)] = 0
    """0 for the usual one of ``security``: 587, 465 or 25."""
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: SecretStr = SecretStr("")
    sender: Annotated[str, Field(pattern=r"^([^\s@<>]+@[^\s@<>]+)?$")] = ""
    seconds: Annotated[float, Field(gt=0, le=60)] = 10
    """How long one answer of the server may take."""
    ca_file: Path | None = None


class Settings(_Frozen):
    """設定."""

    data_dir: Path = Path(DEFAULT_DATA_DIR)
    config_dir: Path | None = None
    database_url: SecretStr = SecretStr("")
    """Where PostgreSQL is; empty for SQLite in the data folder. May hold a password."""
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    tls_cert: Path | None = None
    tls_key: Path | None = None
    trusted_proxy: str = ""
    """The addresses (or networks) of the proxies that end TLS in front of this server, divided by commas."""
    public_url: Annotated[str, Field(pattern=r"^(https?://[^\s?#/]+)?/?$")] = ""
    """The entrance as staff see it, where that is another than host and port."""
    max_prompt_chars: Annotated[int, Field(ge=1, le=10_000_000)] = MAX_PROMPT_CHARS
    """Characters of one request; where the policy says less, the policy's number holds."""
    inspection_seconds: Annotated[float, Field(gt=0, le=600)] = 10
    reader: Literal["fast", "thorough"] = "fast"
    thorough: ThoroughSettings = ThoroughSettings()
    upstreams: Mapping[str, UpstreamSettings] = {}
    alert_webhook_url: SecretStr = SecretStr("")
    """Where alerts are sent as JSON (https). It may hold a token."""
    alert_webhook_secret: SecretStr = SecretStr("")
    """With which what is sent is signed (X-AI-Gov-Signature)."""
    alert_syslog: Annotated[str, Field(pattern=r"^((udp|tcp)://[^/?#]+|unix:///.+)?$")] = ""
    """Where alerts are sent as syslog: udp://host:514, tcp://host:601 or unix:///dev/log."""
    alert_seconds: Annotated[float, Field(ge=1, le=3600)] = 60
    """How often a server looks for alerts."""
    otel_endpoint: Annotated[str, Field(pattern=r"^(https?://[^\s?#]+)?$")] = ""
    """The OpenTelemetry collector that hears of requests, without text or person: http://host:4318; empty for none."""
    timestamp_url: SecretStr = SecretStr("")
    """The time stamping authority (RFC 3161) that stamps a checkpoint now and then; empty for none."""
    timestamp_root: Path | None = None
    """The root certificate that its stamps are compared with (PEM or DER)."""
    timestamp_hours: Annotated[float, Field(gt=0, le=24 * 31)] = 24
    """How often a server has one stamped."""
    oidc: Mapping[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$")], ProviderSettings] = {}
    """Identity providers by name; each is a button of the sign-in page."""
    local_sign_in: Literal["on", "emergency"] = "on"
    """Whether passwords let everybody in, or only ``emergency_persons``."""
    emergency_persons: Annotated[str, Field(pattern=r"^([^\s/,]+/[^\s/,]+( *, *[^\s/,]+/[^\s/,]+)*)?$")] = ""
    """団体コード/職員番号, divided by commas."""
    smtp: SmtpSettings = SmtpSettings()

    @property
    def emergency(self) -> frozenset[tuple[str, str]] | None:
        """Whom a password still lets in; none for everybody.

        >>> Settings(local_sign_in="emergency", emergency_persons="132012/9001").emergency
        frozenset({('132012', '9001')})
        """
        if self.local_sign_in == "on":
            return None
        named = (item.strip().partition("/") for item in self.emergency_persons.split(",") if item.strip())
        return frozenset((organisation, person) for organisation, _, person in named)

    def shown(self, hide: Callable[[str], str]) -> dict[str, Any]:
        """The settings as JSON may hold them, with ``hide`` put on every secret.

        >>> Settings(database_url=SecretStr("postgresql+psycopg://u:p@h/d")).shown(lambda secret: "*")["database_url"]
        '*'
        """

        def walk(value: Any) -> Any:
            if isinstance(value, SecretStr):
                return hide(value.get_secret_value())
            if isinstance(value, Mapping):
                return {name: walk(item) for name, item in value.items()}
            if isinstance(value, tuple):
                return tuple(walk(item) for item in value)
            if isinstance(value, enum.Enum):
                return value.value
            return str(value) if isinstance(value, Path) else value

        shown: dict[str, Any] = walk(self.model_dump())
        return shown


def load(environ: Mapping[str, str]) -> Settings:
    """The settings of an environment. Raises ConfigError with every problem.

    ``AI_GOV_SETTINGS`` names the TOML file (by default ``settings.toml`` in ``AI_GOV_CONFIG_DIR``, if it is there).
    The environment wins over the file.

    >>> load({"AI_GOV_PORT": "9000"}).port
    9000
    >>> load({"AI_GOV_PROT": "9000"})
    Traceback (most recent call last):
    ai_gov.errors.ConfigError: 環境変数:1: AI_GOV_PROT という設定はありません。綴りを確かめてください。
    """
    problems = [
        Problem(
            "環境変数",
            1,
            f"{name} が有効です。LangSmith へ文章が送られるため起動しません。消してから起動してください。",
        )
        for name in _TRACING
        if environ.get(name, "").strip().lower() not in ("", "0", "false", "no")
    ]
    values, file = _file(environ, problems)
    for name, value in environ.items():
        if not name.startswith(PREFIX) or name == f"{PREFIX}SETTINGS" or not value:
            continue
        place = _ENVIRONMENT.get(name.removeprefix(PREFIX))
        if place is None:
            problems.append(Problem("環境変数", 1, f"{name} という設定はありません。綴りを確かめてください。"))
            continue
        _put(values, place, value)
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        problems += [_problem(detail, file) for detail in error.errors(include_input=False)]
        raise ConfigError(problems) from None
    problems += _contradictions(settings)
    if problems:
        raise ConfigError(problems)
    return settings


def _file(environ: Mapping[str, str], problems: list[Problem]) -> tuple[dict[str, Any], str]:
    named = environ.get(f"{PREFIX}SETTINGS", "")
    folder = environ.get(f"{PREFIX}CONFIG_DIR", "")
    path = Path(named) if named else Path(folder, "settings.toml") if folder else None
    if path is None or (not named and not path.exists()):
        return {}, "環境変数"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")), str(path)
    except OSError as error:
        problems.append(Problem(str(path), 1, f"読めません（{error.strerror}）。場所と権限を確かめてください。"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(Problem(str(path), 1, f"TOMLとして読めません（{error}）。"))
    return {}, str(path)


def _put(values: dict[str, Any], place: tuple[str, ...], value: str) -> None:
    for part in place[:-1]:
        values = values.setdefault(part, {})
    values[place[-1]] = value


def _problem(detail: ErrorDetails, file: str) -> Problem:
    place, kind = detail["loc"], detail["type"]
    name = ".".join(map(str, place))
    variables = [f"{PREFIX}{key}" for key, at in _ENVIRONMENT.items() if at == place]
    where = f"（{variables[0]}）" if variables else ""
    if kind == "missing":
        message = f"設定「{name}」{where}がありません。"
    elif kind == "extra_forbidden":
        message = f"設定「{name}」は知らない項目です。綴りを確かめてください。"
    elif kind == "value_error":
        message = f"設定「{name}」{where}: {detail['ctx']['error']}"
    elif kind == "literal_error":
        message = (
            f"設定「{name}」{where}に書けるのは {detail['ctx']['expected'].replace(' or ', ', ')} のいずれかです。"
        )
    else:
        allowed = [_ALLOWED[key].format(value) for key, value in detail.get("ctx", {}).items() if key in _ALLOWED]
        told = "、".join(allowed) or _KINDS.get(kind, "")
        message = f"設定「{name}」{where}の値が正しくありません{f'（{told}）' if told else ''}。"
    return Problem(file, 1, message)


def _contradictions(settings: Settings) -> list[Problem]:
    messages = []
    webhook = settings.alert_webhook_url.get_secret_value()
    if webhook and not webhook.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        messages.append("AI_GOV_ALERT_WEBHOOK_URL は https:// で始まるアドレスにしてください。")
    stamping = settings.timestamp_url.get_secret_value()
    if stamping and not stamping.startswith(("https://", "http://")):
        messages.append("AI_GOV_TIMESTAMP_URL は http:// か https:// で始まるアドレスにしてください。")
    url = settings.database_url.get_secret_value()
    if url and not url.startswith("postgresql+psycopg://"):
        messages.append(
            "AI_GOV_DATABASE_URL は postgresql+psycopg://利用者:パスワード@ホスト/データベース の形で書いてください。"
            "空にすると、データフォルダの SQLite を使います。"
        )
    if (settings.tls_cert is None) != (settings.tls_key is None):
        messages.append("AI_GOV_TLS_CERT と AI_GOV_TLS_KEY は両方指定してください。")
    if not is_loopback(settings.host) and settings.tls_cert is None and not settings.trusted_proxy:
        messages.append(
            f"AI_GOV_HOST={settings.host} で待ち受けるには、AI_GOV_TLS_CERT と AI_GOV_TLS_KEY、"
            "または AI_GOV_TRUSTED_PROXY（TLSを終端する中継サーバーのアドレス）が必要です。"
        )
    if settings.trusted_proxy and not all(map(_is_narrow, settings.trusted_proxy.split(","))):
        messages.append(
            "AI_GOV_TRUSTED_PROXY には、中継サーバーの IP アドレス（例 10.0.0.2）か範囲（例 10.0.0.0/28）を"
            "書いてください。"
            "すべてを信頼する書き方（*・0.0.0.0/0）はできません。"
        )
    for name, provider in settings.oidc.items():
        messages += contradictions(name, provider, settings.public_url)
    messages += _sign_in(settings) + _mail(settings.smtp)
    return [Problem("設定", 1, message) for message in messages]


def _sign_in(settings: Settings) -> list[str]:
    if settings.local_sign_in == "on":
        return []
    messages = []
    if not settings.oidc:
        messages.append(
            "AI_GOV_LOCAL_SIGN_IN=emergency にするには、認証基盤（AI_GOV_OIDC_ISSUER など）の設定が必要です。"
        )
    if not settings.emergency:
        messages.append(
            "AI_GOV_LOCAL_SIGN_IN=emergency のときは、認証基盤が使えないときに入れる人を "
            "AI_GOV_EMERGENCY_PERSONS=団体コード/職員番号 で1人以上指定してください。"
        )
    return messages


def _mail(smtp: SmtpSettings) -> list[str]:
    messages = []
    if smtp.host and not smtp.sender:
        messages.append("メールを送るには、差出人のアドレス AI_GOV_SMTP_FROM が必要です。")
    if smtp.host and smtp.security == "none" and not is_loopback(smtp.host):
        messages.append(
            "AI_GOV_SMTP_SECURITY=none（暗号化なし）は、同じ機械の送信サーバー（127.0.0.1 など）にだけ使えます。"
            "starttls か tls にしてください。"
        )
    if bool(smtp.user) != bool(smtp.password.get_secret_value()):
        messages.append("AI_GOV_SMTP_USER と AI_GOV_SMTP_PASSWORD は両方指定してください。")
    if not smtp.host and (smtp.user or smtp.sender):
        messages.append(
            "AI_GOV_SMTP_HOST（送信サーバー）がないため、メールは送れません。指定するか、ほかを消してください。"
        )
    return messages


def _is_narrow(proxy: str) -> bool:
    try:
        return ipaddress.ip_network(proxy.strip()).prefixlen > 0
    except ValueError:
        return False


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address.

    >>> is_loopback("localhost"), is_loopback("::1"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
