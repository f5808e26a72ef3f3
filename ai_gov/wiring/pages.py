"""画面の組み立て: the web application and its pages."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from ai_gov.review.record import Who
from ai_gov.service.chat import Chat
from ai_gov.service.own_uses import OwnUses
from ai_gov.service.reminders import EVERY_S
from ai_gov.service.review_expiry import keep_expiring
from ai_gov.service.setup import FirstSetup
from ai_gov.service.suggestions import Suggestions
from ai_gov.settings import Settings
from ai_gov.wiring.audit_desk import audit_desk
from ai_gov.wiring.audit_pages import audit_pages
from ai_gov.wiring.guideline_pages import guideline_pages
from ai_gov.wiring.identity import sign_in
from ai_gov.wiring.it_pages import it_pages
from ai_gov.wiring.process import Running, running
from ai_gov.wiring.register_desk import use_pages
from ai_gov.wiring.reminding import reminders, reminding
from ai_gov.wiring.rounds import ROUND_S, rounds
from ai_gov.wiring.services import accounts, permit_service, release_register, review_service, watch
from ai_gov.wiring.training_desk import training_pages
from ai_gov.wiring.verifying import verifier

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from ai_gov.gateway.ratelimit import RateLimit
    from ai_gov.notify.verification import Verifier
    from ai_gov.stores.store import DatabaseStore
    from ai_gov.web.chat import ChatPage
    from ai_gov.web.review_page import ReviewPages


def app(settings: Settings) -> Starlette:
    """The web application; the service opens with it and closes with it."""
    from ai_gov.gateway.app import create_app
    from ai_gov.gateway.ratelimit import RateLimit
    from ai_gov.stores.readiness import obstacles

    made = running(settings)
    verifying = verifier(made.store, settings)
    watching = watch(made.store, settings, verifying)
    beside = rounds(made.store, settings, made.config)
    reminder = reminding(made.store, settings)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        made.store.start()
        watching.start()
        for item in beside:
            item.start(ROUND_S)
        if reminder is not None:
            reminder.start(EVERY_S)
        expiring = asyncio.create_task(keep_expiring(review_service(made.store, settings, made.config).expire))
        try:
            yield
        finally:
            expiring.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await expiring
            watching.stop()
            for item in beside:
                item.stop()
            if reminder is not None:
                reminder.stop()
            await made.aclose()

    async def writable() -> list[str]:
        return await asyncio.to_thread(obstacles, made.store.database, settings.data_dir)

    setup, rate = first_setup(made.store), RateLimit()
    pages = site(settings, made, setup, rate, verifying)
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
    return FirstSetup(opened.register, accounts(opened), empty=opened.people.nobody)


def site(
    settings: Settings,
    made: Running,
    setup: FirstSetup | None,
    rate: RateLimit | None = None,
    verifying: Verifier | None = None,
) -> Starlette:
    """画面: over the same service. ``verifying``: the one that the watch of a server uses too."""
    from ai_gov.web.site import Services, create_site

    def titles() -> dict[str, str]:
        governance = made.config.current()
        registered = {
            item.wanted.use: item.wanted.title
            for organisation in opened.people.organisations()
            for item in opened.uses.held(organisation.id)
        }
        return (
            registered
            | {use.id: use.title for use in governance.policy.uses}
            | {item.name: item.title for item in governance.policy.destinations}
            | {rule.id: rule.title for rule in governance.rules.values()}
        )

    opened = made.store
    auditing = audit_pages(made, settings, verifying or verifier(made.store, settings))
    services = Services(
        signin=sign_in(settings, opened, rate),
        reminders=reminders(opened, settings),
        chat=chat_page(settings, made, rate),
        own=OwnUses(opened.search, opened.clock),
        titles=titles,
        review=review_pages(settings, made),
        register=release_register(opened),
        audit=auditing,
        desk=audit_desk(made, auditing),
        guideline=guideline_pages(made, settings),
        uses=use_pages(made, settings),
        training=training_pages(made, settings),
        it=it_pages(settings, made),
        setup=setup,
    )
    secure = bool(settings.tls_cert or settings.trusted_proxy) or settings.public_url.startswith("https://")
    return create_site(services, secure=secure)


def review_pages(settings: Settings, made: Running) -> ReviewPages:
    """確認の画面が使うもの."""
    from ai_gov.web.review_page import ReviewPages

    opened = made.store

    def name(who: Who) -> str:
        member = opened.reviews.member(who.organisation, who.person)
        return (member.person.name if member else "") or who.person

    return ReviewPages(
        review_service(opened, settings, made.config),
        permit_service(opened),
        policy=lambda organisation: made.config.current(organisation).policy,
        name=name,
        department=lambda organisation, department: opened.reviews.names(organisation, department)[1],
    )


def chat_page(settings: Settings, made: Running, rate: RateLimit | None) -> ChatPage:
    """相談の画面が使うもの. ``rate``: the limits that hold on the API too."""
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
