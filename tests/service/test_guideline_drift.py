"""Whether the version in force says what is enforced: told with why where it can't be, and asked once a change."""

import dataclasses
import datetime as dt

import pytest

from ai_gov import wiring
from ai_gov.model import Actor
from ai_gov.people.model import Organisation
from ai_gov.service import guideline
from ai_gov.service.governance import POLICY
from ai_gov.service.guideline_drift import GuidelineDrift
from ai_gov.settings import Settings

IT = Actor("1002", "132012", "110", frozenset({"it"}))
APRIL = dt.date(2026, 4, 1)


@pytest.fixture
def town(tmp_path):
    settings = Settings(data_dir=tmp_path)
    store = wiring.store(settings)
    store.register.set_organisation(Organisation("132012", "見本市"), actor="cli")
    yield store, settings, wiring.guideline_versions(store, settings)
    store.close()


def built(store, settings, kinds=("md",)):
    draft = wiring.guideline_draft(store, settings)
    composed = draft.compose(draft.open("132012"))
    return {f"guideline.{kind}": wiring.guideline_writers()[kind](composed) for kind in kinds}


@pytest.mark.parametrize("kinds", [("md",), ("docx", "pdf"), ("pdf",)])
def test_every_difference_is_found_in_whichever_file_was_published(town, kinds):
    store, settings, versions = town
    drift = wiring.guideline_drift(store, settings)
    assert drift.of("132012").version is None
    draft = wiring.guideline_draft(store, settings)
    files = draft.files(draft.open("132012"))
    store.config.apply(files, digest="a" * 64, actor="1002", diff=[])
    versions.publish(IT, built(store, settings, kinds), effective=APRIL)
    assert drift.of("132012").well, drift.of("132012")
    changed = {**files, POLICY: files[POLICY].replace("min_score: 0.5", "min_score: 0.7")}
    store.config.apply(changed, digest="b" * 64, actor="1002", diff=[])
    (found,) = drift.of("132012").counted
    assert (found.article, found.setting) == (7, "policy.yaml の min_score")


def test_the_comparison_is_made_once_until_something_changes(town):
    store, settings, versions = town
    versions.publish(IT, built(store, settings), effective=APRIL)
    asked = []

    def read(data, name):
        asked.append(name)
        return wiring.read_published(data, name)

    template = guideline.template(wiring.guideline_files())
    drift = GuidelineDrift(versions, template=lambda: template, in_force=lambda: wiring.in_force(store), read=read)
    assert drift.of("132012") is drift.of("132012")
    assert len(asked) == 1
    versions.publish(IT, built(store, settings, ("html",)), effective=APRIL)
    assert drift.of("132012").version.number == 2
    assert len(asked) == 2


def test_why_it_cannot_be_compared_is_told(town):
    store, settings, versions = town
    versions.publish(IT, {"a.md": "# 決まり\n\n## 目的\n\n安全に使います。\n".encode()}, effective=APRIL)
    found = wiring.guideline_drift(store, settings).of("132012")
    assert "埋め込みデータがない" in found.problem
    assert not found.well
    versions.publish(IT, built(store, settings), effective=APRIL)
    template = guideline.template(wiring.guideline_files())
    newer = dataclasses.replace(template, questions=template.questions.model_copy(update={"version": 2}))
    drift = GuidelineDrift(
        versions, template=lambda: newer, in_force=lambda: wiring.in_force(store), read=wiring.read_published
    )
    assert "質問の版 1 の回答です（いまの版は 2）" in drift.of("132012").problem
