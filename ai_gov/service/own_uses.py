"""自分の利用履歴: what somebody asked and got, as the log holds it (redacted). Nobody sees another's here."""

from __future__ import annotations

from dataclasses import dataclass, field

from ai_gov.audit.found import Recorded, Use, use_of
from ai_gov.audit.search import ANCHORS, Query
from ai_gov.errors import UnknownRoute
from ai_gov.model import Actor, Json
from ai_gov.service.audit import LogPort
from ai_gov.service.ports import Clock

PAGE = 30


@dataclass(frozen=True, slots=True)
class OwnUse:
    """利用1件の詳細: the texts as they left and as they came back, placeholders and all."""

    use: Use
    sent: tuple[str, ...] = field(repr=False)
    answer: tuple[str, ...] = field(repr=False)
    findings: tuple[tuple[str, str, str, int], ...] = ()  # type, rule, level, count
    reasons: tuple[str, ...] = ()
    code: str = ""  # of a refusal or a failure


class OwnUses:
    """自分の利用履歴の窓口. Reads the database: an event loop calls it in a thread."""

    def __init__(self, log: LogPort, clock: Clock) -> None:
        self._log = log
        self._clock = clock

    def listed(self, actor: Actor, *, before: int | None = None) -> tuple[list[Use], int | None]:
        """The newest first, and where the next page begins."""
        self._log.catch_up()
        query = Query(organisations=(actor.organisation,), person=actor.person)
        page = self._log.find(query, now=self._clock.now(), before=before, limit=PAGE)
        uses = [use_of(hit.position, hit.entries, reads_text=True) for hit in page.hits]
        return [use for use in uses if _is(actor, use.organisation, use.person)], page.before

    def one(self, actor: Actor, record: str) -> OwnUse:
        """One of them. Raises UnknownRoute for one that is not there, or not theirs: nobody learns which."""
        query = Query(organisations=(actor.organisation,), record=record)
        page = self._log.find(query, now=self._clock.now(), limit=1)
        entries = page.hits[0].entries if page.hits else ()
        own = [entry for entry in entries if _is(actor, entry.columns["organisation"], entry.columns["actor"])]
        anchor = next((entry for entry in own if entry.columns["kind"] in ANCHORS), None)
        if anchor is None or len(own) != len(entries):
            raise UnknownRoute("この記録は、自分の利用履歴にありません。")
        said: dict[str, Json] = {}
        for entry in own:
            said |= dict(entry.event.data) if entry.event else {}
        found = said.get("findings")
        return OwnUse(
            use_of(page.hits[0].position, own, reads_text=True),
            _texts(anchor, "sent"),
            tuple(text for entry in own for text in _texts(entry, "answer")),
            tuple(
                (str(item.get("type")), str(item.get("rule")), str(item.get("level")), int(item.get("count", 1)))
                for item in (found if isinstance(found, list) else ())
            ),
            tuple(map(str, said.get("reasons", ()))),
            str(said.get("code", "")),
        )


def _is(actor: Actor, organisation: str, person: str) -> bool:
    return bool(actor.person) and (organisation, person) == (actor.organisation, actor.person)


def _texts(entry: Recorded, name: str) -> tuple[str, ...]:
    value = entry.event.data.get(name) if entry.event else None
    pairs = value if isinstance(value, list) else []
    return tuple(str(pair[-1]) for pair in pairs if isinstance(pair, list) and pair)
