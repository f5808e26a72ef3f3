"""A town whose staff take the training, over a real store and a set of questions of its own. Not a test."""

from __future__ import annotations

from typing import Any

from ai_gov.documents.guideline.training import Item
from ai_gov.service.governance import FixedConfig
from ai_gov.service.training import Material, TrainingService, digest_of
from tests.service.reviewing import Clock
from tests.service.world import governance

REQUIRED = ("  required: false\n  questions: 10", "  required: true\n  questions: 4")
FEW = ("  questions: 10", "  questions: 4")


def items(count: int = 12, *, right: int = 2) -> tuple[Item, ...]:
    """Questions of which the choice of that number is right."""
    return tuple(
        Item(f"q{number}", 7, f"問い{number}", ("はい", "いいえ", "分からない"), frozenset({right}), "解説です。")
        for number in range(count)
    )


class Given:
    """The material in force; it may change while somebody answers."""

    def __init__(self, of: tuple[Item, ...]) -> None:
        self.items = of

    def __call__(self, organisation: str) -> Material:
        return Material((), self.items, digest_of(self.items))


def desk(store: Any, clock: Clock, given: Given | None = None, *changes: tuple[str, str]) -> TrainingService:
    """The service; ``changes`` are words of the policy to be replaced."""
    config = FixedConfig(governance(*(changes or (FEW,))))
    return TrainingService(store.trainings, config=config, clock=clock, material=given or Given(items()))


def right(chosen: Any) -> dict[str, frozenset[int]]:
    """Every right answer."""
    return {item.id: item.right for item in chosen}


def wrong(chosen: Any) -> dict[str, frozenset[int]]:
    """No right answer."""
    return {item.id: frozenset({1}) for item in chosen}


def entries(store: Any) -> list[Any]:
    """The events of the training, oldest first."""
    found = [entry.event for entry in store.audit.entries(limit=1000)[::-1]]
    return [event for event in found if event.kind.startswith("training_")]
