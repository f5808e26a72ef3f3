"""読み取りによる検知: names, addresses and dates of birth, which no pattern can tell; the names are read once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Protocol

from ai_gov.detect.addresses import find_addresses
from ai_gov.detect.candidate import Candidate, Source, sources
from ai_gov.detect.dates import find_birth_dates
from ai_gov.detect.names import find_names
from ai_gov.detect.persons.view import Mention
from ai_gov.detect.reading import Reading
from ai_gov.errors import ConfigError, Problem
from ai_gov.model import NameParts
from ai_gov.rules.library import RuleSet
from ai_gov.rules.schema import ReaderRule

KNOWN: Final = ("names", "addresses", "dates", "substance")


class _Found(Protocol):
    """What the three finders have in common."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def score(self) -> float: ...
    @property
    def evidence(self) -> str: ...


class ReaderMatcher:
    """読み取りの照合: for the ``reader`` detections of a rule set."""

    def __init__(self, rules: RuleSet) -> None:
        self._sources: dict[str, list[Source]] = {}
        problems: list[Problem] = []
        for source, detection in sources(rules.rules, ReaderRule):
            if detection.reads not in KNOWN:
                message = f"読み取り「{detection.reads}」はこの版では使えません。{'・'.join(KNOWN)} が使えます。"
                problems.append(Problem(rules.paths[source.rule.id], 1, message))
            self._sources.setdefault(detection.reads, []).append(source)
        if problems:
            raise ConfigError(problems)

    def find(self, reading: Reading) -> Iterator[Candidate]:
        """Candidates in positions of the normalised text."""
        if not self._sources:
            return
        names = joined(find_names(reading))
        parts: Mapping[int, NameParts] = {name.start: name.parts for name in names}
        for source in self._sources.get("names", ()):
            yield from _candidates(source, names, parts)
        for source in self._sources.get("addresses", ()):
            yield from _candidates(source, find_addresses(reading, names=names))
        for source in self._sources.get("dates", ()):
            yield from _candidates(source, find_birth_dates(reading, names))


def joined(names: Iterable[Mention]) -> tuple[Mention, ...]:
    """A surname and the given name right behind it as one: two ways of writing may each have found their half."""
    out: list[Mention] = []
    for name in names:
        last = out[-1] if out else None
        if (
            last is not None
            and last.end == name.start
            and last.parts.surname
            and not last.parts.given
            and name.parts.reading == last.parts.reading
            and bool(name.parts.given) != bool(name.parts.surname)
        ):
            given = name.parts.given or name.parts.surname
            parts = NameParts(last.parts.surname, given, last.parts.reading)
            out[-1] = Mention(last.start, name.end, max(last.score, name.score), parts, last.evidence)
        else:
            out.append(name)
    return tuple(out)


def _candidates(
    source: Source, found: Iterable[_Found], parts: Mapping[int, NameParts] | None = None
) -> Iterator[Candidate]:
    for item in found:
        evidence = (item.evidence,) if item.evidence else ()
        name = parts.get(item.start) if parts is not None else None
        yield Candidate(source, item.start, item.end, score=item.score, anchored=True, evidence=evidence, name=name)
