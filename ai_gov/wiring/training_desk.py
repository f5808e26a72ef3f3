"""研修の組み立て: lessons and questions of the rules in force, and the services over a store that use them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ai_gov.documents.guideline import answers as answering
from ai_gov.documents.guideline.answers import Answers
from ai_gov.documents.guideline.compose import compose
from ai_gov.documents.guideline.questions import Value
from ai_gov.documents.guideline.template import Template
from ai_gov.documents.guideline.training import training
from ai_gov.errors import ConfigError
from ai_gov.model import japan_date
from ai_gov.service import guideline
from ai_gov.service.governance import POLICY
from ai_gov.service.ports import Config
from ai_gov.service.training import Material, TrainingPassed, TrainingService, digest_of
from ai_gov.settings import Settings
from ai_gov.wiring.config import guideline_files
from ai_gov.wiring.storage import in_force, live_config

if TYPE_CHECKING:
    from ai_gov.stores.store import DatabaseStore
    from ai_gov.web.training import TrainingPages
    from ai_gov.wiring.process import Running


def training_material(opened: DatabaseStore, settings: Settings) -> Callable[[str], Material]:
    """研修の中身: of an organisation, made anew where rules, policy, texts or the answers of its guideline changed."""
    kept: dict[str, tuple[tuple[object, ...], Material]] = {}

    def material(organisation: str) -> Material:
        digest, files = in_force(opened)
        texts = guideline_files(*([settings.config_dir] if settings.config_dir is not None else []))
        draft = opened.guidelines.draft(organisation)
        key = (digest, texts, draft.answers if draft else "")
        known = kept.get(organisation)
        if known is None or known[0] != key:
            made = guideline.template(texts)
            given = _answers(made, files[POLICY], opened.guidelines.organisation_name(organisation), key[2])
            today = japan_date(opened.clock.now())
            values = guideline.defaults(made, given, today)
            now = guideline.in_force(files, "適用中の設定")
            composed = compose(made, Answers(made.questions.version, values), now, today)
            read = training(texts, composed)
            known = (key, Material(read.lessons, read.items, digest_of(read.items)))
            kept[organisation] = known
        return known[1]

    return material


def _answers(made: Template, policy: str, name: str, draft: str) -> dict[str, Value]:
    """What of the guideline's questions is known: by the register, by the policy, by the answers given so far."""
    out: dict[str, Value] = {"municipality": name} | guideline.known_from(made, policy)
    if draft:
        try:
            out |= answering.carry_over(draft, made.questions)
        except ConfigError:  # a draft of another version says nothing that can be used
            return out
    return out


def training_service(
    opened: DatabaseStore,
    settings: Settings,
    config: Config | None = None,
    material: Callable[[str], Material] | None = None,
) -> TrainingService:
    """研修の窓口: ``config`` and ``material`` are those of a process that has them at hand."""
    return TrainingService(
        opened.trainings,
        config=config or live_config(opened, settings),
        clock=opened.clock,
        material=material or training_material(opened, settings),
    )


def training_passed(opened: DatabaseStore) -> TrainingPassed:
    """利用の条件: a valid pass, where the policy says so."""
    return TrainingPassed(opened.trainings, clock=opened.clock)


def training_pages(made: Running, settings: Settings) -> TrainingPages:
    """研修の画面が使うもの."""
    from ai_gov.web.training import TrainingPages

    return TrainingPages(training_service(made.store, settings, made.config))
