"""配線: the only module that names adapters. Each is imported inside the function that builds it."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ai_gov.audit import settings_change
from ai_gov.documents.report_words import Names
from ai_gov.errors import ConfigError, Problem
from ai_gov.model import Step, japan_date
from ai_gov.policy.alerts import Verification
from ai_gov.review.record import Who
from ai_gov.rules.library import read_folder, shipped
from ai_gov.service.accounts import Accounts
from ai_gov.service.ask import Ask
from ai_gov.service.audit import AuditService
from ai_gov.service.audit_alerts import AlertService, Channel
from ai_gov.service.audit_changes import ChangeService
from ai_gov.service.audit_report import ReportService
from ai_gov.service.chat import Chat
from ai_gov.service.governance import FixedConfig, LiveConfig, alerts_of, build, digest, overlay
from ai_gov.service.inspector import Inspector
from ai_gov.service.own_uses import OwnUses
from ai_gov.service.permits import PermitService
from ai_gov.service.ports import Config, Reader, Upstream
from ai_gov.service.release_register import ReleaseRegister
from ai_gov.service.review import ReviewService
from ai_gov.service.review_expiry import keep_expiring
from ai_gov.service.setup import FirstSetup
from ai_gov.service.suggestions import Suggestions
from ai_gov.settings import Settings, ThoroughSettings

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from ai_gov.documents.blocks import Document
    from ai_gov.documents.guideline.compose import Composed
    from ai_gov.documents.guideline.published import Published
    from ai_gov.documents.publication import Publication
    from ai_gov.gateway.ratelimit import RateLimit
    from ai_gov.notify.watch import Watch
    from ai_gov.stores.memory import MemoryStore
    from ai_gov.stores.store import DatabaseStore
    from ai_gov.web.chat import ChatPage
    from ai_gov.web.review_page import ReviewPages

RULES = "redaction_rules"
READERS = ("fast", "thorough")
"""読み取りの方式: what ``reader`` knows."""
GUIDELINES = "guidelines"
PROMPTS = "prompts"
TEMPLATE_FILES = frozenset({".md", ".yaml"})
NEAR = 2000
NAMES = frozenset({"PERSON", "JP_ADDRESS", "PHONE_NUMBER", "EMAIL_ADDRESS", "JP_MY_NUMBER", "JP_RESIDENT_CODE"})
"""What a purpose that the log keeps must not hold."""


def reader(name: str = "fast", thorough: ThoroughSettings | None = None) -> Reader:
    """読み取り: by name; ``thorough`` is for the reader of that name. Raises ValueError."""
    if name not in READERS:
        raise ValueError(f"読み取り「{name}」はありません。{'・'.join(READERS)} のいずれかを指定してください。")
    if name == "fast":
        from ai_gov.nlp.reader import SudachiReader

        return SudachiReader()
    from ai_gov.nlp.thorough import ThoroughReader
    from ai_gov.nlp.worker import Wanted

    wanted = thorough or ThoroughSettings()
    recognizers = tuple({"class": item.kind, "arguments": dict(item.arguments)} for item in wanted.recognizers)
    return ThoroughReader(Wanted(wanted.model, recognizers, wanted.types, wanted.minimum, wanted.seconds))


def files(config_dir: Path | None) -> dict[str, str]:
    """設定ファイル一式: the shipped ones, and a municipality's own in their place."""
    layers: list[Mapping[str, str]] = [shipped(RULES) | shipped(PROMPTS)]
    if config_dir is not None:
        if not config_dir.is_dir():
            message = "フォルダーがありません。--config または AI_GOV_CONFIG_DIR の場所を確かめてください。"
            raise ConfigError([Problem(str(config_dir), 1, message)])
        own = config_dir / RULES
        if own.is_dir():
            layers.append(read_folder(own))
        else:
            others = tuple(f"{config_dir.name}/{name}/" for name in (GUIDELINES, PROMPTS))
            found = read_folder(config_dir)
            layers.append({path: text for path, text in found.items() if not path.startswith(others)})
        if (config_dir / PROMPTS).is_dir():
            layers.append(read_folder(config_dir / PROMPTS))
    return overlay(*layers)


def guideline_files(*folders: Path) -> dict[str, str]:
    """ガイドラインのひな形: the shipped files, and a municipality's own ``guidelines/`` in their place, by path."""
    out = shipped(GUIDELINES, TEMPLATE_FILES)
    for folder in folders:
        if (folder / GUIDELINES).is_dir():
            out |= read_folder(folder / GUIDELINES, TEMPLATE_FILES)
    return out


def document_writers() -> dict[str, Callable[[Document], bytes]]:
    """文書を書く: by the ending of the file."""
    from ai_gov.documents import html, markdown
    from ai_gov.files import docx, pdf

    return {
        "md": lambda document: markdown.write(document).encode(),
        "html": lambda document: html.write(document).encode(),
        "docx": docx.write,
        "pdf": pdf.write,
    }


def workbook(title: str, sheets: Sequence[tuple[str, Sequence[str], Sequence[Sequence[str]]]]) -> bytes:
    """Excel の帳票: a sheet for each table (name, heading, rows)."""
    from ai_gov.files.sheets import write_xlsx

    return write_xlsx(title, [], sheets=sheets)


def release_writers() -> dict[str, Callable[[Publication], bytes]]:
    """公開する文書を書く: by the ending of the file."""
    from ai_gov.documents.publication import as_html, as_text
    from ai_gov.files.release import write_docx, write_pdf

    return {"txt": as_text, "html": as_html, "docx": write_docx, "pdf": write_pdf}


def review_service(opened: DatabaseStore, settings: Settings, config: Config | None = None) -> ReviewService:
    """確認と公開の窓口: over a store."""
    return ReviewService(
        store=opened.reviews,
        config=config or LiveConfig(lambda: in_force(opened), opened.clock),
        keys=opened.keys,
        clock=opened.clock,
        writers=release_writers(),
        public_url=settings.public_url,
    )


def permit_service(opened: DatabaseStore) -> PermitService:
    """送信の許可の窓口: over a store."""
    return PermitService(opened.permits, keys=opened.keys, clock=opened.clock)


def release_register(opened: DatabaseStore) -> ReleaseRegister:
    """公開の登録簿の窓口: over a store."""
    return ReleaseRegister(
        opened.reviews, opened.clock, keys=opened.keys, signing_key=opened.keys.signing_key, record=opened.record_sync
    )


def guideline_writers() -> dict[str, Callable[[Composed], bytes]]:
    """ガイドラインを書く: by the ending of the file, with its data inside."""
    from ai_gov.documents.guideline.embedded import attached
    from ai_gov.service.guideline import as_markdown

    write = document_writers()
    return {
        "md": as_markdown,
        "html": lambda composed: write["html"](attached(composed)),
        "docx": lambda composed: write["docx"](attached(composed)),
        "pdf": lambda composed: write["pdf"](attached(composed)),
    }


def read_published(data: bytes, name: str) -> Published:
    """公表したガイドラインを読む. Raises ConfigError."""
    from ai_gov.files.published import read

    return read(data, name)


@dataclass(frozen=True, slots=True)
class Applied:
    """適用されている設定. ``by_person`` is false for the set that the first start stored by itself."""

    digest: str
    files: Mapping[str, str]
    by_person: bool


def applied(settings: Settings) -> Applied | None:
    """適用されている設定: none where there is no database yet."""
    if missing(settings):
        return None
    opened = _open(settings)
    try:
        current = opened.config.current()
        return None if current is None else Applied(current.digest, current.files, current.actor != "system")
    finally:
        opened.close()


def only_organisation(settings: Settings) -> str:
    """団体の名前: where exactly one is registered; else empty."""
    if missing(settings):
        return ""
    opened = _open(settings)
    try:
        known = opened.people.organisations()
        return known[0].name if len(known) == 1 else ""
    finally:
        opened.close()


def inspector(
    config_dir: Path | None = None, *, reader_name: str = "fast", thorough: ThoroughSettings | None = None
) -> Inspector:
    """検査器: needs neither web nor database."""
    return Inspector(build(files(config_dir), japan_date()), reader(reader_name, thorough))


def store(settings: Settings) -> DatabaseStore:
    """保存: the database of the data directory, migrated, with the set in force stored at first start."""
    opened = _open(settings)
    if opened.config.current() is None:
        try:
            first = files(settings.config_dir)
            build(first, japan_date())
            opened.config.apply(first, digest=digest(first), actor="system", diff=[])
        except BaseException:
            opened.close()
            raise
    return opened


def _open(settings: Settings) -> DatabaseStore:
    url = settings.database_url.get_secret_value()
    if url:
        from ai_gov.stores.postgres import open_postgres

        return open_postgres(url, settings.data_dir)
    from ai_gov.stores.sqlite import open_store

    return open_store(settings.data_dir)


def missing(settings: Settings) -> str:
    """データベースの有無: where ``store`` would make a new one; empty where there is one, or a server that has it."""
    from ai_gov.stores.sqlite import DATABASE

    path = settings.data_dir / DATABASE
    return "" if settings.database_url.get_secret_value() or path.exists() else str(path)


def audit_service(opened: DatabaseStore) -> AuditService:
    """監査の窓口: over a store. A purpose that names somebody is found by the rules in force."""

    def confidential(text: str) -> bool:
        governance = build(in_force(opened)[1], japan_date())
        found = Inspector(governance, reader()).explain(text).findings
        return any(item.type in NAMES for item in found)

    return AuditService(
        log=opened.search, keys=opened.keys, clock=opened.clock, record=opened.record_sync, confidential=confidential
    )


def report_service(opened: DatabaseStore) -> ReportService:
    """報告の窓口: over a store."""
    return ReportService(log=opened.search, clock=opened.clock, record=opened.record_sync)


def report_words(opened: DatabaseStore) -> tuple[Names, dict[str, tuple[float, float]]]:
    """名称と単価: what the register, the policy and the rules call what records name by codes.

    With the prices of destinations: yen for a million tokens, in and out.
    """
    governance = build(in_force(opened)[1], japan_date())
    policy = governance.policy
    organisations = opened.people.organisations()
    departments = [item for own in organisations for item in opened.people.departments(own.id)]
    names = Names(
        {item.id: item.name for item in organisations},
        {(item.organisation, item.id): item.name for item in departments},
        {item.id: item.title for item in policy.uses},
        {item.name: item.title for item in policy.destinations},
        {rule.entity: rule.label for rule in governance.rules.values()},
    )
    return names, {item.name: (item.prices.input, item.prices.output) for item in policy.destinations if item.prices}


def in_force(opened: DatabaseStore) -> tuple[str, Mapping[str, str]]:
    """適用中の設定: digest and files of the set in force; there is one since ``store`` opened it."""
    current = opened.config.current()
    assert current is not None
    return current.digest, current.files


def upstreams(settings: Settings) -> dict[str, Upstream]:
    """送信先: the built-in demonstration model, and those of the settings."""
    from ai_gov.upstream.demo import DemoUpstream
    from ai_gov.upstream.openai import OpenAIUpstream

    out: dict[str, Upstream] = {"demo": DemoUpstream()}
    for name, item in settings.upstreams.items():
        out[name] = OpenAIUpstream(
            name,
            base_url=item.base_url,
            api_key=item.api_key.get_secret_value(),
            azure_api_version=item.api_version if item.kind == "azure" else "",
            read_seconds=item.seconds,
        )
    return out


@dataclass(frozen=True, slots=True)
class Running:
    """稼働中の一式: what a process needs to serve requests."""

    ask: Ask
    store: DatabaseStore
    upstreams: Mapping[str, Upstream]
    config: Config
    reader: Reader

    async def aclose(self) -> None:
        """Close upstreams, then the store."""
        for upstream in self.upstreams.values():
            await upstream.aclose()
        self.store.close()


def running(settings: Settings) -> Running:
    """The service over the store and upstreams of the settings. Raises ConfigError, StoreFailed."""
    opened = store(settings)
    read = reader(settings.reader, settings.thorough)
    read.read("起動時に辞書を読み込みます。")
    connected = upstreams(settings)
    config = LiveConfig(lambda: in_force(opened), opened.clock)
    config.current()
    note_settings(opened, settings)
    return Running(_ask(settings, opened, config, read, connected), opened, connected, config, read)


def note_settings(opened: DatabaseStore, settings: Settings) -> None:
    """設定の変更を記録する: where this machine's settings differ from those of its last start."""
    key = opened.keys.hmac_key("settings", "")
    opened.index.catch_up(most=NEAR)  # a start never waits for a whole log to be indexed
    node = socket.gethostname()
    known = (entry.event.data for entry in opened.search.of_kind(settings_change.KIND) if entry.event)
    before = next((data for data in known if data.get("node") == node), None)
    now = settings_change.flat(settings.shown(lambda secret: settings_change.hidden(secret, key)))
    event = settings_change.change(before, now, node=node, at=opened.clock.now())
    if event is not None:
        opened.record_sync(Step(None, event))


def change_service(opened: DatabaseStore) -> ChangeService:
    """変更の窓口: over a store."""
    return ChangeService(log=opened.search, clock=opened.clock, record=opened.record_sync)


def alert_service(opened: DatabaseStore, settings: Settings) -> AlertService:
    """警報の窓口: over a store, with the channels of the settings."""
    from ai_gov.notify.syslog import Syslog
    from ai_gov.notify.webhook import Webhook

    channels: list[Channel] = []
    if url := settings.alert_webhook_url.get_secret_value():
        channels.append(Webhook(url, secret=settings.alert_webhook_secret.get_secret_value()))
    if settings.alert_syslog:
        channels.append(Syslog(settings.alert_syslog))
    return AlertService(
        log=opened.alerting,
        rules=lambda: alerts_of(in_force(opened)[1]),
        clock=opened.clock,
        record=opened.record_sync,
        channels=channels,
        catch_up=opened.index.catch_up,
    )


def watch(opened: DatabaseStore, settings: Settings) -> Watch:
    """警報の見張り: for a server."""
    from ai_gov.notify.watch import Watch

    def every_hours() -> int:
        rules = alerts_of(in_force(opened)[1]).alerts
        return max((rule.every_hours for rule in rules if isinstance(rule, Verification)), default=0)

    def measure() -> dict[str, float]:
        oldest = opened.alerting.oldest_waiting()
        waited = 0.0 if oldest is None else (opened.clock.now() - oldest).total_seconds()
        return {"ai_gov_unsequenced_seconds": waited, "ai_gov_unindexed_entries": float(opened.index.waiting())}

    return Watch(
        alert_service(opened, settings),
        measure=measure,
        folder=settings.data_dir,
        seconds=settings.alert_seconds,
        every_hours=every_hours,
    )


def _ask(
    settings: Settings, opened: DatabaseStore, config: LiveConfig, read: Reader, connected: Mapping[str, Upstream]
) -> Ask:
    return Ask(
        config=config,
        reader=read,
        store=opened,
        upstreams=connected,
        clock=opened.clock,
        keys=opened.keys,
        inspection_deadline=settings.inspection_seconds,
        max_prompt_chars=settings.max_prompt_chars,
        permits=permit_service(opened),
    )


@dataclass(frozen=True, slots=True)
class Library:
    """ライブラリ用の一式: what a process needs to ask in its own name."""

    ask: Ask
    store: DatabaseStore | MemoryStore


def library(
    connected: Mapping[str, Upstream], *, data_dir: Path | None = None, config_dir: Path | None = None
) -> Library:
    """The service without a web server. Without ``data_dir`` the records live in memory, as long as the process.

    Raises ConfigError, StoreFailed.
    """
    read = reader()
    if data_dir is None:
        from ai_gov.stores.clock import SystemClock
        from ai_gov.stores.memory import MemoryKeys, MemoryStore

        clock = SystemClock()
        config = FixedConfig(build(files(config_dir), japan_date()))
        kept = MemoryStore(clock=clock)
        ask = Ask(config=config, reader=read, store=kept, upstreams=connected, clock=clock, keys=MemoryKeys())
        return Library(ask, kept)
    settings = Settings(data_dir=data_dir, config_dir=config_dir)
    opened = store(settings)
    live = LiveConfig(lambda: in_force(opened), opened.clock)
    opened.start()
    return Library(_ask(settings, opened, live, read, connected), opened)


def app(settings: Settings) -> Starlette:
    """The web application; the service opens with it and closes with it."""
    from ai_gov.gateway.app import create_app
    from ai_gov.gateway.ratelimit import RateLimit
    from ai_gov.stores.readiness import obstacles

    made = running(settings)
    watching = watch(made.store, settings)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        made.store.start()
        watching.start()
        expiring = asyncio.create_task(keep_expiring(review_service(made.store, settings).expire))
        try:
            yield
        finally:
            expiring.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await expiring
            watching.stop()
            await made.aclose()

    async def writable() -> list[str]:
        return await asyncio.to_thread(obstacles, made.store.database, settings.data_dir)

    setup, rate = first_setup(made.store), RateLimit()
    pages = site(settings, made, setup, rate)
    made_app = create_app(
        made.ask,
        made.store.people,
        checks=[writable],
        pages=pages,
        gauges=watching.figures,
        rate=rate,
        lifespan=lifespan,
    )
    made_app.state.setup_token = setup.token if setup else ""
    return made_app


def first_setup(opened: DatabaseStore) -> FirstSetup | None:
    """はじめの設定: none once somebody is registered."""
    if not opened.people.nobody():
        return None
    accounts = Accounts(opened.accounts, opened.clock)
    return FirstSetup(opened.register, accounts, empty=opened.people.nobody)


def site(settings: Settings, made: Running, setup: FirstSetup | None, rate: RateLimit | None = None) -> Starlette:
    """画面: over the same service."""
    from ai_gov.web.site import Services, create_site

    def titles() -> dict[str, str]:
        governance = made.config.current()
        uses = {use.id: use.title for use in governance.policy.uses}
        return (
            uses
            | {item.name: item.title for item in governance.policy.destinations}
            | {rule.id: rule.title for rule in governance.rules.values()}
        )

    opened = made.store
    services = Services(
        accounts=Accounts(opened.accounts, opened.clock),
        chat=_chat_page(settings, made, rate),
        own=OwnUses(opened.search, opened.clock),
        titles=titles,
        review=_review_pages(settings, made),
        register=release_register(opened),
        setup=setup,
    )
    secure = bool(settings.tls_cert or settings.trusted_proxy) or settings.public_url.startswith("https://")
    return create_site(services, secure=secure)


def _review_pages(settings: Settings, made: Running) -> ReviewPages:
    from ai_gov.web.review_page import ReviewPages

    opened = made.store

    def name(who: Who) -> str:
        member = opened.reviews.member(who.organisation, who.person)
        return (member.person.name if member else "") or who.person

    return ReviewPages(
        review_service(opened, settings, made.config),
        permit_service(opened),
        policy=lambda: made.config.current().policy,
        name=name,
        department=lambda organisation, department: opened.reviews.names(organisation, department)[1],
    )


def _chat_page(settings: Settings, made: Running, rate: RateLimit | None) -> ChatPage:
    from ai_gov.files.read.kinds import READERS as FILE_READERS
    from ai_gov.gateway.ratelimit import RateLimit
    from ai_gov.web.attachment import Attachments
    from ai_gov.web.chat import ChatPage

    opened = made.store
    chat = Chat(
        config=made.config,
        reader=made.reader,
        clock=opened.clock,
        upstreams=made.upstreams.keys(),
        pseudonym=made.ask.pseudonym,
        deadline=settings.inspection_seconds,
        max_prompt_chars=settings.max_prompt_chars,
    )
    suggestions = Suggestions(chat, record=opened.record, clock=opened.clock, keys=opened.keys, log=opened.search)
    return ChatPage(chat, made.ask, suggestions, Attachments(FILE_READERS), (rate or RateLimit()).person)
