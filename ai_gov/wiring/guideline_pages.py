"""ガイドラインの画面の組み立て: what its pages call, over a running service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ai_gov.service.rule_desk import RuleDesk
from ai_gov.settings import Settings
from ai_gov.wiring.config import files
from ai_gov.wiring.documents import guideline_writers
from ai_gov.wiring.guidelines import guideline_draft, guideline_drift, guideline_template, guideline_versions

if TYPE_CHECKING:
    from ai_gov.web.guideline_page import GuidelinePages
    from ai_gov.wiring.process import Running


def guideline_pages(made: Running, settings: Settings) -> GuidelinePages:
    """ガイドラインの画面が使うもの."""
    from ai_gov.web.guideline_page import GuidelinePages

    opened = made.store
    template = guideline_template(settings)
    versions = guideline_versions(opened, settings, template)

    def name(organisation: str, person: str) -> str:
        member = opened.people.member(organisation, person)
        return (member.person.name if member else "") or person

    return GuidelinePages(
        draft=guideline_draft(opened, settings, template),
        versions=versions,
        drift=guideline_drift(opened, settings, template, versions),
        desk=RuleDesk(
            opened.config,
            reader=made.reader,
            clock=opened.clock,
            shipped=lambda: files(None),
            template=template,
            signed=lambda member: member.person.id,
        ),
        template=template,
        writers=guideline_writers(),
        organisations=opened.people.organisations,
        name=name,
        demands=lambda: made.config.current().policy.guideline.acknowledge,
        month=lambda: made.config.current().policy.guideline.review_month,
    )
