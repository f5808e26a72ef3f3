"""稼働の組み立て: what a server or a library call needs to ask a generative AI."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from ai_gov.model import japan_date
from ai_gov.service.ask import Ask
from ai_gov.service.governance import FixedConfig, LiveConfig, build
from ai_gov.service.ports import Config, Reader, Store, Upstream
from ai_gov.service.training import TrainingPassed
from ai_gov.settings import Settings
from ai_gov.wiring.config import files
from ai_gov.wiring.guidelines import guideline_read
from ai_gov.wiring.inspection import reader
from ai_gov.wiring.services import permit_service
from ai_gov.wiring.storage import live_config, note_settings, store
from ai_gov.wiring.training_desk import training_passed

if TYPE_CHECKING:
    from ai_gov.notify.tracing import Tracer
    from ai_gov.stores.memory import MemoryStore
    from ai_gov.stores.store import DatabaseStore


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
    tracer: Tracer | None = None

    async def aclose(self) -> None:
        """Close upstreams, then the store."""
        for upstream in self.upstreams.values():
            await upstream.aclose()
        self.store.close()
        if self.tracer is not None:
            await asyncio.to_thread(self.tracer.close)


def running(settings: Settings) -> Running:
    """The service over the store and upstreams of the settings. Raises ConfigError, StoreFailed."""
    opened = store(settings)
    read = reader(settings.reader, settings.thorough)
    read.read("起動時に辞書を読み込みます。")
    connected = upstreams(settings)
    config = live_config(opened, settings)
    config.current()
    note_settings(opened, settings)
    tracing = _tracer(settings)
    ask = _ask(settings, opened, config, read, connected, tracing=tracing)
    return Running(ask, opened, connected, config, read, tracing)


def _tracer(settings: Settings) -> Tracer | None:
    if not settings.otel_endpoint:
        return None
    from ai_gov.notify.tracing import tracer

    return tracer(settings.otel_endpoint, version=metadata.version("ai-gov"))


def _ask(
    settings: Settings,
    opened: DatabaseStore,
    config: LiveConfig,
    read: Reader,
    connected: Mapping[str, Upstream],
    *,
    tracing: Tracer | None = None,
) -> Ask:
    recorder: Store = opened
    if tracing is not None:
        from ai_gov.notify.tracing import Traced

        recorder = Traced(opened, tracing)
    return Ask(
        config=config,
        reader=read,
        store=recorder,
        upstreams=connected,
        clock=opened.clock,
        keys=opened.keys,
        inspection_deadline=settings.inspection_seconds,
        max_prompt_chars=settings.max_prompt_chars,
        permits=permit_service(opened),
        conditions=[training_passed(opened), guideline_read(opened, settings)],
        raw=opened.raw,
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
        ask = Ask(
            config=config,
            reader=read,
            store=kept,
            upstreams=connected,
            clock=clock,
            keys=MemoryKeys(),
            conditions=[TrainingPassed(None, clock=clock)],
        )
        return Library(ask, kept)
    settings = Settings(data_dir=data_dir, config_dir=config_dir)
    opened = store(settings)
    live = live_config(opened, settings)
    opened.start()
    return Library(_ask(settings, opened, live, read, connected), opened)
