"""逐次処理: a text that arrives in pieces, cut anywhere, of which only an undecided end is held back."""

from __future__ import annotations

import abc
from dataclasses import dataclass, field


@dataclass(slots=True)
class Pieces(abc.ABC):
    """逐次処理. What it shows in all never depends on where the pieces are cut."""

    _held: str = field(default="", repr=False, kw_only=True)

    def push(self, piece: str) -> str:
        """What may be shown after this piece."""
        return self._scan(self._held + piece, last=False)

    def finish(self) -> str:
        """The rest, at the end of the text."""
        return self._scan(self._held, last=True)

    @abc.abstractmethod
    def _scan(self, text: str, *, last: bool) -> str:
        """What may be shown of a text; the undecided end goes into ``_held``, unless it is the last."""
