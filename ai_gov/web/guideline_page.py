"""ガイドラインの画面の材料: what its pages call, whose guideline somebody sees, and words that all of them use."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from ai_gov.documents.guideline.compose import Composed
from ai_gov.documents.guideline.template import Template
from ai_gov.documents.guideline.version import Version
from ai_gov.errors import Forbidden
from ai_gov.model import JST
from ai_gov.people.model import Organisation, Role
from ai_gov.service.accounts import Visitor
from ai_gov.service.guideline_draft import GuidelineDraft
from ai_gov.service.guideline_drift import GuidelineDrift
from ai_gov.service.guideline_versions import GuidelineVersions
from ai_gov.service.rule_desk import RuleDesk
from ai_gov.web.render import render

EDITORS: Final = frozenset({Role.IT})
LOOKERS: Final = frozenset({Role.IT, Role.CAIO, Role.CAIO_ASSISTANT, Role.AUDITOR})
REVIEWERS: Final = frozenset({Role.IT, Role.CAIO, Role.CAIO_ASSISTANT})
KINDS: Final = {
    "md": "text/markdown; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "yaml": "application/yaml; charset=utf-8",
    "zip": "application/zip",
}


@dataclass(frozen=True, slots=True)
class GuidelinePages:
    """ガイドラインの画面が使うもの. ``writers`` make a file, by its ending; ``name`` is that of a person."""

    draft: GuidelineDraft
    versions: GuidelineVersions
    drift: GuidelineDrift
    desk: RuleDesk
    template: Callable[[], Template]
    writers: Mapping[str, Callable[[Composed], bytes]]
    organisations: Callable[[], Sequence[Organisation]]
    name: Callable[[str, str], str]
    demands: Callable[[], bool]
    """Whether the policy in force lets nobody ask who has not read it."""
    month: Callable[[], int | None]
    """The month of review of the policy in force."""

    def seen_by(self, visitor: Visitor) -> list[Organisation]:
        """Whose guideline somebody sees: one's own, and where one is CAIO, CAIO補佐官 or auditor."""
        own, today = visitor.member.person.organisation, self.versions.today()
        return [
            item
            for item in self.organisations()
            if item.id == own or any(visitor.member.has(role, item.id, on=today) for role in LOOKERS - EDITORS)
        ]

    def organisation(self, request: Request, visitor: Visitor) -> Organisation:
        """Whose guideline a page shows: one's own, or the one it is asked for. Raises Forbidden."""
        own = visitor.member.person.organisation
        wanted = request.query_params.get("organisation", own)
        found = next((item for item in self.seen_by(visitor) if item.id == wanted), None)
        if found is None:
            raise Forbidden("その団体のガイドラインを見る役割がありません。一覧から選び直してください。")
        return found

    def unread(self, visitor: Visitor) -> Version | None:
        """読むもの: the version in force, where somebody has not read it."""
        person, today = visitor.member.person, self.versions.today()
        found = self.versions.to_read(person.organisation, person.id)
        return next((item.version for item in found if item.read_at is None and item.version.effective <= today), None)


async def page(
    request: Request, visitor: Visitor, pages: GuidelinePages, template: str, *, status: int = 200, **values: Any
) -> Response:
    """A page of these, with what all of them show."""
    titles = {article.number: article.title for article in pages.template().structure.articles}
    return await asyncio.to_thread(
        lambda: render(
            request,
            template,
            status=status,
            zone=JST,
            titles=titles,
            editor=bool(visitor.roles & EDITORS),
            reviewer=bool(visitor.roles & REVIEWERS),
            looker=bool(visitor.roles & LOOKERS),
            done=request.query_params.get("done", "")[:20],
            shown=shown,
            **values,
        )
    )


def shown(body: str) -> str:
    """HTML of our own writer for a page: what scrolls can be reached by keyboard."""
    return body.replace('<div class="scroll">', '<div class="scroll" tabindex="0">')


def attachment(data: bytes, kind: str, name: str, *, plain: str = "guideline") -> Response:
    """A file to be saved. ``plain`` is its name where a browser knows ASCII only."""
    told = f"attachment; filename=\"{plain}.{kind}\"; filename*=UTF-8''{quote(f'{name}.{kind}', safe='')}"
    return Response(data, media_type=KINDS[kind], headers={"Content-Disposition": told})
