"""位置の対応: which part of the original each part of the normalised copy stands for."""

from __future__ import annotations

from array import array
from bisect import bisect_right


class Offsets:
    """Which part of the original each part of the copy stands for.

    Segment ``i`` begins at ``copy[i]`` and at ``source[i]``. Where ``end[i]`` is -1 its characters go one to one;
    else all of it stands for ``source[i]`` to ``end[i]``. Between segments lie characters that were removed.
    """

    __slots__ = ("copy", "end", "length", "source")

    def __init__(self) -> None:
        self.copy = array("q")
        self.source = array("q")
        self.end = array("q")
        self.length = 0

    def run(self, source: int, length: int) -> None:
        """``length`` characters one to one from ``source``."""
        if not length:
            return
        last = len(self.copy) - 1
        joined = last >= 0 and self.end[last] < 0 and self.length - self.copy[last] == source - self.source[last]
        if not joined:
            self._add(source, -1)
        self.length += length

    def unit(self, source: int, end: int, length: int) -> None:
        """``length`` characters that together stand for ``source`` to ``end``."""
        self._add(source, end)
        self.length += length

    def widen(self, source: int, end: int) -> None:
        """The last character, which began at ``source``, now reaches to ``end``."""
        last = len(self.copy) - 1
        if self.end[last] >= 0 or self.copy[last] == self.length - 1:
            self.end[last] = end
        else:
            self.length -= 1
            self.unit(source, end, 1)

    def _add(self, source: int, end: int) -> None:
        self.copy.append(self.length)
        self.source.append(source)
        self.end.append(end)

    def first(self, position: int) -> int:
        """Where the source of the character at ``position`` begins."""
        i = bisect_right(self.copy, position) - 1
        return self.source[i] if self.end[i] >= 0 else self.source[i] + position - self.copy[i]

    def last(self, position: int) -> int:
        """Where the source of the character at ``position`` ends."""
        i = bisect_right(self.copy, position) - 1
        return self.end[i] if self.end[i] >= 0 else self.source[i] + position - self.copy[i] + 1

    def back(self, position: int) -> int:
        """The position in the copy of a position of the original."""
        i = bisect_right(self.source, position) - 1
        if i < 0:
            return 0
        after = self.copy[i + 1] if i + 1 < len(self.copy) else self.length
        if self.end[i] < 0:
            return min(self.copy[i] + position - self.source[i], after)
        return self.copy[i] if position < self.end[i] else after
