"""ガイドラインの組み立て: the template of the settings, and the services over a store that use it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

from ai_gov import datafile
from ai_gov.documents.guideline.template import Template
from ai_gov.policy.schema import Policy
from ai_gov.service import guideline
from ai_gov.service.governance import POLICY
from ai_gov.service.guideline_condition import GuidelineRead
from ai_gov.service.guideline_draft import Applied, GuidelineDraft
from ai_gov.service.guideline_drift import GuidelineDrift
from ai_gov.service.guideline_versions import GuidelineVersions
from ai_gov.settings import Settings
from ai_gov.wiring.config import guideline_files
from ai_gov.wiring.documents import read_published
from ai_gov.wiring.storage import in_force, missing, store

if TYPE_CHECKING:
    from ai_gov.stores.store import DatabaseStore

TemplateOf = Callable[[], Template]


def guideline_template(settings: Settings) -> TemplateOf:
    """ガイドラインのひな形: that of the settings' folder, read anew where a file of it has changed."""
    kept: list[tuple[dict[str, str], Template]] = []

    def current() -> Template:
        texts = guideline_files(*([settings.config_dir] if settings.config_dir is not None else []))
        if not kept or kept[0][0] != texts:
            kept[:] = [(texts, guideline.template(texts))]
        return kept[0][1]

    return current


def guideline_versions(
    opened: DatabaseStore, settings: Settings, template: TemplateOf | None = None
) -> GuidelineVersions:
    """ガイドラインの版の窓口: over a store."""
    return GuidelineVersions(
        opened.guidelines,
        clock=opened.clock,
        read=read_published,
        template=template or guideline_template(settings),
    )


def guideline_drift(
    opened: DatabaseStore,
    settings: Settings,
    template: TemplateOf | None = None,
    versions: GuidelineVersions | None = None,
) -> GuidelineDrift:
    """ガイドラインの食い違いの窓口: for every page that shows whether the guideline says what is enforced."""
    made = template or guideline_template(settings)
    return GuidelineDrift(
        versions or guideline_versions(opened, settings, made),
        template=made,
        in_force=lambda: in_force(opened),
        read=read_published,
    )


def guideline_draft(opened: DatabaseStore, settings: Settings, template: TemplateOf | None = None) -> GuidelineDraft:
    """ガイドラインの下書きの窓口: over a store."""

    def applied() -> Applied:
        current = opened.config.current()
        assert current is not None
        at = dt.datetime.fromisoformat(current.applied_at)
        return Applied(current.files, at, current.actor != "system", current.digest)

    return GuidelineDraft(
        opened.guidelines, clock=opened.clock, template=template or guideline_template(settings), applied=applied
    )


def guideline_read(opened: DatabaseStore, settings: Settings) -> GuidelineRead:
    """利用の条件: that the version in force was read, where the policy says so."""
    return GuidelineRead(guideline_versions(opened, settings), public_url=settings.public_url)


def guideline_kept(settings: Settings) -> str:
    """画面で答えた回答: the answers.yaml kept on the page, where exactly one organisation is registered; else empty."""
    if missing(settings):
        return ""
    opened = store(settings)
    try:
        known = opened.people.organisations()
        kept = opened.guidelines.draft(known[0].id) if len(known) == 1 else None
        return kept.answers if kept is not None else ""
    finally:
        opened.close()


def guideline_reviews(opened: DatabaseStore, settings: Settings) -> list[tuple[str, dt.date]]:
    """見直しの時期の団体: whose guideline is due for review, and since when."""
    policy = datafile.parse(in_force(opened)[1][POLICY], Policy, POLICY)
    versions = guideline_versions(opened, settings)
    found = [(item.id, versions.due(item.id, policy.guideline.review_month)) for item in opened.people.organisations()]
    return [(organisation, since) for organisation, since in found if since is not None]
