"""検索の言葉: what can be asked of the log, and the terms of an entry by which it is found.

Everything an entry can be found by is a term of one inverted index: pairs of characters of its text, and facets
(団体, 所属, 処置 …) as short digests behind a sign that no text holds. A search is a set of terms that must all be
there and groups of which one must; so any mixture of conditions costs one walk over the index.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from ai_gov.audit.bigrams import MIN_WORD, bigrams, fold, holds, words
from ai_gov.audit.event import timestamp
from ai_gov.errors import BadRequest
from ai_gov.model import JST, Event, Json, Level

SIGN: Final = "§"
TIME: Final = f"{SIGN}t"
"""How the terms of days and months begin."""
ANCHORS: Final = frozenset({"decided", "refused"})
"""利用の起点: kinds of entry that begin an exchange."""

OUTCOME: Final = "outcome"
NO_CHANGES: Final = frozenset(
    {
        "decided",
        "refused",
        "refused_again",
        "outcome",
        "log_read",
        "report_made",
        "signed_in",
        "signed_out",
        "sign_in_failed",
        "session_refused",
        "sessions_ended",
        "reminded",
        "reminder_failed",
        "alert",
        "alert_undelivered",
        "suggestion",
        "verified",
        "timestamped",
    }
)
"""変更でない記録: every other kind of entry says that somebody changed something."""

_WORK: Final = ("raw_", "review_", "permit_", "release_", "incident_")
"""Beginnings of kinds that belong to the work on one text, prompt or incident, and change no setting either."""

CHANGE: Final = "change"
_ENDED: Final = frozenset({"answered", "failed", "client_gone", "interrupted"})
_EARLIEST: Final = dt.date(2020, 1, 1)
"""No record is older."""

_FACETS: Final = (
    ("o", "organisation"),
    ("d", "department"),
    ("p", "actor"),
    ("u", "use"),
    ("m", "destination"),
    ("l", "level"),
    ("a", "action"),
    ("c", "client"),
)
_INHERITED: Final = ("use", "destination", "level", "action", "client")


@dataclass(frozen=True, slots=True)
class Query:
    """検索条件: empty fields don't matter. ``since`` and ``until`` (exclusive) are times with a zone.

    ``text`` is what must stand in what left or in the answer; it may be confidential, so no repr shows it.
    """

    since: dt.datetime | None = None
    until: dt.datetime | None = None
    organisations: tuple[str, ...] = ()
    department: str = ""
    person: str = ""
    use: str = ""
    destination: str = ""
    levels: tuple[str, ...] = ()
    action: str = ""
    outcome: str = ""
    finding: str = ""
    record: str = ""
    text: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        short = [word for word in words(self.text) if len(word) < MIN_WORD]
        if short or (self.text.strip() and not words(self.text)):
            raise BadRequest("検索語は2文字以上で書いてください。1文字の語と記号だけの語は探せません。")

    def shown(self) -> dict[str, Json]:
        """The conditions as the log may hold them: everything but the words themselves."""
        named = ("department", "person", "use", "destination", "action", "outcome", "finding", "record")
        out: dict[str, Json] = {name: value for name in named if (value := getattr(self, name))}
        if self.organisations:
            out["organisations"] = list(self.organisations)
        if self.levels:
            out["levels"] = list(self.levels)
        for name, at in (("since", self.since), ("until", self.until)):
            if at is not None:
                out[name] = timestamp(at)
        if self.text:
            out["words"] = len(words(self.text))
        return out


def levels(text: str) -> tuple[str, ...]:
    """区分の指定: one level, or a level and all above it.

    >>> levels("3C以上"), levels("2"), levels("")
    (('3C', '3B', '3A'), ('2',), ())
    """
    if not text:
        return ()
    bare = text.removesuffix("+").removesuffix("以上")
    try:
        least = Level.parse(bare)
    except ValueError as error:
        raise BadRequest(f"{error}。「3C以上」のようにも書けます。") from None
    return tuple(level.code for level in Level if level == least or (bare != text and level > least))


@dataclass(frozen=True, slots=True)
class Terms:
    """索引の語: all of ``all`` and one of each group of ``any``."""

    all: tuple[str, ...] = field(repr=False)
    any: tuple[tuple[str, ...], ...] = ()

    @property
    def times(self) -> tuple[str, ...]:
        """期間の語: the days and months of which one is wanted; empty for any."""
        return next((group for group in self.any if group[:1] and group[0].startswith(TIME)), ())


def facet(letter: str, value: str) -> str:
    """絞り込みの語: of a value; the same for the same value, short, and no part of any text.

    >>> facet("o", "town") == facet("o", "town") != facet("d", "town")
    True
    """
    return _facet(letter, value)


@lru_cache(maxsize=4096)
def _facet(letter: str, value: str) -> str:
    digest = hashlib.blake2s(value.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
    return f"{SIGN}{letter}{digest}"


def terms(query: Query, now: dt.datetime) -> Terms:
    """What the index is asked for. Without words or a final outcome only the beginnings of exchanges are."""
    every = [facet(letter, value) for letter, value in _asked(query)]
    groups = [tuple(facet("o", value) for value in query.organisations)] if query.organisations else []
    if query.levels:
        groups.append(tuple(facet("l", value) for value in query.levels))
    if query.text:
        every += sorted({pair for word in words(query.text) for pair in bigrams(word)})
    elif query.outcome not in _ENDED:
        every.append(facet("k", "use"))
    if query.since is not None or query.until is not None:
        groups.append(tuple(_times(query, now)))
    return Terms(tuple(every), tuple(groups))


def _asked(query: Query) -> Iterator[tuple[str, str]]:
    pairs = (
        ("d", query.department),
        ("p", query.person),
        ("u", query.use),
        ("m", query.destination),
        ("a", query.action),
        ("s", query.outcome),
        ("f", query.finding),
    )
    yield from ((letter, value) for letter, value in pairs if value)


def _times(query: Query, now: dt.datetime) -> Iterator[str]:
    """Months and single days that cover the range; the exact moment is looked at in the entry itself."""
    first = max(query.since.astimezone(JST).date(), _EARLIEST) if query.since else _EARLIEST
    until = query.until.astimezone(JST) if query.until else now.astimezone(JST) + dt.timedelta(days=2)
    last = (until - dt.timedelta(microseconds=1)).date()
    day = first
    while day <= last:
        following = (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
        if day.day == 1 and following - dt.timedelta(days=1) <= last:
            yield f"{TIME}{day:%Y%m}"
            day = following
        else:
            yield f"{TIME}{day:%Y%m%d}"
            day += dt.timedelta(days=1)
    if first > last:
        yield f"{TIME}never"


def kind_terms(kind: str, organisations: Collection[str] = ()) -> Terms:
    """記録の種類で探す: entries of a kind, or of ``CHANGE``; of no organisation in particular or of one of these."""
    return Terms((facet("k", kind),), (tuple(facet("o", name) for name in organisations),) if organisations else ())


def facets(
    columns: Mapping[str, str], event: Event | None, anchor: tuple[Mapping[str, str], Event | None] | None
) -> set[str]:
    """絞り込みの語: of an entry. An outcome can be found by what its decision says too (``anchor``)."""
    kind = columns["kind"]
    found = {facet(letter, columns[name]) for letter, name in _FACETS if columns[name]}
    found.add(facet("o", columns["organisation"]))
    found.add(facet("k", "use" if kind in ANCHORS else kind))
    if kind not in NO_CHANGES and not kind.startswith(_WORK):
        found.add(facet("k", CHANGE))
    if columns["outcome"]:
        found.add(facet("s", columns["outcome"]))
    if kind == "refused":
        found.add(facet("a", "refused"))
    found |= {facet("f", type_) for type_ in finding_types(event)}
    if kind == OUTCOME and anchor is not None:
        decided, said = anchor
        found |= {facet(letter, decided[name]) for letter, name in _FACETS if name in _INHERITED and decided[name]}
        found |= {facet("f", type_) for type_ in finding_types(said)}
    local = dt.datetime.fromisoformat(columns["at"]).astimezone(JST)
    return found | {f"{TIME}{local:%Y%m}", f"{TIME}{local:%Y%m%d}"}


def finding_types(event: Event | None) -> set[str]:
    """検知の種類: in a prompt or an answer."""
    if event is None:
        return set()
    lists = (event.data.get(name) for name in ("findings", "answer_findings"))
    return {
        item["type"]
        for found in lists
        if isinstance(found, list)
        for item in found
        if isinstance(item, dict) and isinstance(item.get("type"), str)
    }


TEXTS: Final = ("sent", "answer")
"""文章の項目: of an entry."""


def texts(event: Event | None) -> list[str]:
    """記録された文章: the redacted strings that left, or came back; none where nothing did."""
    if event is None:
        return []
    out = []
    for name in TEXTS:
        value = event.data.get(name)
        if isinstance(value, str):
            out.append(value)
        elif isinstance(value, list):
            out += [pair[-1] for pair in value if isinstance(pair, list) and pair and isinstance(pair[-1], str)]
    return out


def text_terms(event: Event | None) -> set[str]:
    """二文字の組: of an entry's texts."""
    found: set[str] = set()
    for text in texts(event):
        found |= bigrams(fold(text))
    return found


def admits(query: Query, at: str, said: Iterable[str]) -> bool:
    """Whether a candidate of the index is what was asked for: its moment, and the words themselves."""
    if query.since is not None and at < timestamp(query.since):
        return False
    if query.until is not None and at >= timestamp(query.until):
        return False
    wanted = words(query.text)
    return not wanted or holds("\n".join(map(fold, said)), wanted)
