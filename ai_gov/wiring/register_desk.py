"""台帳の組み立て: the register of uses over a store, its pages, and the files it is exported to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ai_gov.documents import register, use_applications
from ai_gov.errors import BadRequest
from ai_gov.model import japan_date
from ai_gov.review.record import Who
from ai_gov.service.ports import Config, Reader
from ai_gov.service.uses import UseService
from ai_gov.settings import Settings
from ai_gov.wiring.documents import document_writers, workbook
from ai_gov.wiring.services import names_somebody
from ai_gov.wiring.storage import live_config

if TYPE_CHECKING:
    from ai_gov.stores.store import DatabaseStore
    from ai_gov.web.uses_page import UsePages
    from ai_gov.wiring.process import Running


def use_service(
    opened: DatabaseStore, settings: Settings | None = None, config: Config | None = None, read: Reader | None = None
) -> UseService:
    """利用台帳の窓口: ``config`` and ``read`` are those of a process that has them at hand."""
    rules = config or live_config(opened, settings)
    return UseService(opened.uses, config=rules, clock=opened.clock, confidential=names_somebody(rules, read))


def use_workbook(opened: DatabaseStore, desk: UseService, who: Who) -> bytes:
    """Excel の台帳: services, uses, and every application. Raises Forbidden."""
    policy, today = desk.policy(who), japan_date(opened.clock.now())
    found = desk.all(who)
    return workbook(
        f"{_name(opened, who)} 生成AI利用台帳",
        [
            ("サービス", register.SERVICES_HEAD, register.services(policy)),
            ("用途", register.USES_HEAD, register.uses(policy, today)),
            (
                "申請",
                use_applications.HEAD,
                use_applications.rows(found, lambda item: opened.reviews.names(who.organisation, item)[1]),
            ),
        ],
    )


def use_document(opened: DatabaseStore, desk: UseService, who: Who, kind: str, *, public: bool) -> bytes:
    """文書の台帳: ``public``, what is fit to publish. Raises BadRequest for a kind that can't be written."""
    writers = document_writers()
    if kind not in writers:
        kinds = "・".join(f".{name}" for name in (*writers, "xlsx"))
        raise BadRequest(f".{kind} の形では書き出せません。使えるのは {kinds} です。")
    today = japan_date(opened.clock.now())
    return writers[kind](register.document(desk.policy(who), today, author=_name(opened, who), public=public))


def use_pages(made: Running, settings: Settings) -> UsePages:
    """利用台帳の画面が使うもの."""
    from ai_gov.web.uses_page import UsePages

    opened = made.store
    desk = use_service(opened, settings, made.config, made.reader)

    def name(who: Who) -> str:
        member = opened.uses.member(who.organisation, who.person)
        return (member.person.name if member else "") or who.person

    return UsePages(
        desk,
        name=name,
        department=lambda organisation, department: opened.reviews.names(organisation, department)[1],
        workbook=lambda who: use_workbook(opened, desk, who),
        public=lambda who: use_document(opened, desk, who, "html", public=True),
    )


def _name(opened: DatabaseStore, who: Who) -> str:
    return opened.reviews.names(who.organisation, "")[0]
