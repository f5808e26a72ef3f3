"""測定の列: one reader or one set of rules over a corpus; several of them stand side by side."""

from __future__ import annotations

from dataclasses import dataclass

from ai_gov.scoring.figures import Scores


@dataclass(frozen=True, slots=True)
class Column:
    """測定の列: what was measured, what came of it, and how long it took (None where nothing was run).

    >>> from ai_gov.scoring import score
    >>> Column("fast", score([], {}), characters=3000, seconds=1.5).speed
    2000.0
    """

    title: str
    scores: Scores
    characters: int = 0
    seconds: float | None = None

    @property
    def speed(self) -> float | None:
        """Characters a second, or None where nothing was run."""
        return self.characters / self.seconds if self.seconds else None
