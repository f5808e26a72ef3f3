"""公表された文章: text without a private person, where whatever is redacted or stopped is harm.

Published contacts apart: the telephone of a town hall may be hidden or not, nobody is hurt by either.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ai_gov.errors import ConfigError, Problem
from ai_gov.model import Action
from ai_gov.scoring.figures import Prediction, Rate
from ai_gov.scoring.score import STOPPED

CONTACTS: Final = frozenset({"PHONE_NUMBER", "EMAIL_ADDRESS", "JP_ADDRESS", "JP_POSTAL_CODE"})


@dataclass(frozen=True, slots=True)
class Passage:
    """公表された文章の1件."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class PublicScores:
    """公表された文章での採点.

    ``altered``: passages that are redacted for more than contacts; ``persons``: names found, which are all wrong.
    """

    characters: int
    stopped: Rate
    altered: Rate
    persons: int

    @property
    def harmed(self) -> Rate:
        """Passages stopped, or altered for more than contacts."""
        return Rate(self.stopped.part + self.altered.part, self.stopped.whole)

    @property
    def persons_per_thousand(self) -> float:
        """False persons in a thousand characters."""
        return self.persons * 1000 / self.characters if self.characters else 0.0

    def render_ja(self) -> str:
        """値の一覧, as text."""
        rate = f"1,000文字に{self.persons_per_thousand:.3f}件"
        return "\n".join(
            [
                f"件数 {self.stopped.whole:,}（{self.characters:,}文字）",
                f"停止                                  {self.stopped}",
                f"連絡先のほかを伏せた                  {self.altered}",
                f"停止、または連絡先のほかを伏せた      {self.harmed}",
                f"誤った氏名                            {self.persons}件（{rate}）",
            ]
        )


def score_public(passages: Iterable[Passage], predictions: dict[str, Prediction]) -> PublicScores:
    """公表された文章の採点.

    >>> from ai_gov.model import Action, Level
    >>> from ai_gov.scoring import Detected
    >>> found = {"A": Prediction(Action.REDACT, Level.L3C, (Detected(0, 2, "PERSON"),))}
    >>> scores = score_public([Passage("A", "水島支所の窓口")], found)
    >>> str(scores.harmed), scores.persons
    ('1/1 (100.0%)', 1)
    """
    whole = stopped = altered = persons = characters = 0
    for passage in passages:
        seen = predictions[passage.id]
        whole += 1
        characters += len(passage.text)
        persons += sum(span.type == "PERSON" for span in seen.spans)
        if seen.action in STOPPED:
            stopped += 1
        elif seen.action is Action.REDACT:
            altered += any(span.type not in CONTACTS for span in seen.spans)
    return PublicScores(characters, Rate(stopped, whole), Rate(altered, whole), persons)


def load_passages(lines: Iterable[str], path: str) -> list[Passage]:
    """公表された文章の一覧: a line is ``{"id", "text"}``; other keys are passed over. Raises ConfigError."""
    found: dict[str, Passage] = {}
    problems: list[Problem] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            passage = Passage(str(row.get("id", number)), row["text"] + "")
        except (ValueError, TypeError, KeyError, AttributeError):
            problems.append(Problem(path, number, '{"id": "…", "text": "…"} の形の JSON にしてください。'))
            continue
        if passage.id in found:
            problems.append(Problem(path, number, "id が前の行と同じです。"))
        found[passage.id] = passage
    if problems:
        raise ConfigError(problems)
    return list(found.values())
