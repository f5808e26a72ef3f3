"""地名の一覧: municipalities and 町・大字 of Japan (geolonia/japanese-addresses; see ai_gov/detect/data/README.md)."""

from __future__ import annotations

import functools
import gzip
from importlib import resources

_LONGEST = 8


class Gazetteer:
    """地名: membership in constant time.

    >>> gazetteer = Gazetteer.load()
    >>> gazetteer.is_municipality("白河市"), gazetteer.town_at_end("須賀川市和田台"), gazetteer.is_town("本町")
    (True, '', True)
    """

    def __init__(self, municipalities: frozenset[str], towns: frozenset[str]) -> None:
        self._municipalities = municipalities
        self._towns = towns

    @classmethod
    @functools.cache
    def load(cls) -> Gazetteer:
        """The shipped list; read once a process."""
        packed = resources.files("ai_gov.detect").joinpath("data", "places.txt.gz").read_bytes()
        kinds = {"c": frozenset[str](), "t": frozenset[str]()}
        for line in gzip.decompress(packed).decode("utf-8").splitlines():
            letter, _, names = line.partition("\t")
            kinds[letter] = frozenset(names.split(" "))
        return cls(kinds["c"], kinds["t"])

    def is_municipality(self, name: str) -> bool:
        """Whether a name is a municipality's, with or without 市, 区, 町, 村."""
        return name in self._municipalities

    def is_town(self, name: str) -> bool:
        """Whether a name is a 町 or 大字 somewhere."""
        return name in self._towns

    def town_at_end(self, text: str) -> str:
        """The longest town that a text ends with; empty where there is none."""
        for size in range(min(_LONGEST, len(text)), 1, -1):
            if text[-size:] in self._towns:
                return text[-size:]
        return ""
