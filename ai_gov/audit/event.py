"""監査記録の正準形: an event as the one text its leaf commits to, and back.

The text is JSON with sorted keys, no blanks, UTF-8, and a schema version ``v``. A leaf of the Merkle tree commits
to SHA-256 of a 32-byte random salt followed by the text: once salt and text are deleted, nothing can be guessed
from what stays, and the tree still verifies. Everything that is stored beside the text, so that it can be
searched, is derived here and nowhere else; the verifier derives it again and compares.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Final

import orjson

from ai_gov.audit import merkle
from ai_gov.model import Event, Json

VERSION: Final = 1
"""版: of the schema of the text."""

SALT_SIZE: Final = 32
"""ソルトの長さ (bytes)."""

DELETED: Final = "deleted"
"""削除の記録: kind of the entry that names entries whose text, salt and tokens were removed."""

COLUMNS: Final = (
    "exchange",
    "kind",
    "at",
    "organisation",
    "department",
    "actor",
    "use",
    "destination",
    "level",
    "action",
    "outcome",
    "client",
    "config",
)
"""検索用の列: their names, in order."""

COLUMN_SIZE: Final = 200
"""Characters kept of a column; the text has all of them."""

_UUID7: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_AT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
_KEYS: Final = frozenset({"v", "id", "kind", "at", "exchange", "organisation", "department", "actor", "data"})
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_encode = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, check_circular=False, separators=(",", ":"), sort_keys=True
).encode


class MalformedEntryError(ValueError):
    """正準形でない記録: a text that ``canonical`` did not write. Says what is wrong, never what stands in it."""


def canonical(entry_id: str, event: Event) -> str:
    """正準形: the text of an entry.

    Lone surrogates, which UTF-8 can't hold, become U+FFFD. Raises ValueError for an id that is no UUIDv7, a time
    without zone and numbers that JSON doesn't know (NaN).

    >>> at = dt.datetime(2026, 4, 1, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=9)))
    >>> print(canonical("019d4657-0000-7000-8000-000000000000", Event("rules", at, data={"件数": 2})))
    {"actor":"","at":"2026-04-01T00:00:00.000000Z","data":{"件数":2},"department":"","exchange":"",\
"id":"019d4657-0000-7000-8000-000000000000","kind":"rules","organisation":"","v":1}
    """
    if not _UUID7.fullmatch(entry_id):
        raise ValueError("記録の番号は小文字の UUIDv7 で与えてください")
    text = _encode(
        {
            "v": VERSION,
            "id": entry_id,
            "kind": event.kind,
            "at": timestamp(event.at),
            "exchange": event.exchange,
            "organisation": event.organisation,
            "department": event.department,
            "actor": event.actor,
            "data": dict(event.data),
        }
    )
    try:
        text.encode()
    except UnicodeEncodeError:  # read again: replaced keys may sort otherwise
        return _encode(json.loads(_SURROGATE.sub("\ufffd", text)))
    return text


def parse(text: str) -> tuple[str, Event]:
    """正準形を読む: the inverse of ``canonical``; anything it would not have written raises MalformedEntryError.

    >>> parse('{"v":1}')
    Traceback (most recent call last):
    ai_gov.audit.event.MalformedEntryError: 記録の項目が決まりと違います
    """
    try:
        data = text.encode()
    except UnicodeEncodeError:
        raise MalformedEntryError("記録を読めません") from None
    value = read(data)
    return value["id"], _event(value)


def read(data: bytes) -> dict[str, Json]:
    """正準形を読む: the JSON object of a text in UTF-8, without making an event of it.

    A quicker encoder answers for nearly every text; where it writes something else (a number with an exponent, or
    beyond 64 bits), the one that wrote the text decides. Raises MalformedEntryError.
    """
    try:
        value = _quick(data)
        return _checked(_slow(data.decode()) if value is None else value)
    except MalformedEntryError:
        raise
    except (ValueError, TypeError, RecursionError, OverflowError):
        raise MalformedEntryError("記録を読めません") from None


def _quick(data: bytes) -> Json | None:
    try:
        value = orjson.loads(data)
        return value if orjson.dumps(value, option=orjson.OPT_SORT_KEYS) == data else None
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        return None


def _slow(text: str) -> Json:
    value = json.loads(text)
    if _encode(value) != text:
        raise MalformedEntryError("記録が正準形ではありません")
    return value


def commitment(salt: bytes, text: str) -> bytes:
    """コミットメント: SHA-256 of the salt (32 bytes) and the text, 32 bytes."""
    return _commitment(salt, text.encode())


def _commitment(salt: bytes, data: bytes) -> bytes:
    if len(salt) != SALT_SIZE:
        raise ValueError(f"ソルトは {SALT_SIZE} バイトで与えてください: {len(salt)}")
    return hashlib.sha256(salt + data).digest()


def leaf_hash(salt: bytes, text: str) -> bytes:
    """葉のハッシュ: what the tree holds of an entry, 32 bytes (RFC 9162 §2.1.1 over the commitment).

    >>> leaf_hash(bytes(32), "{}").hex()[:16]
    '627b40308cb46261'
    """
    return merkle.leaf_hash(commitment(salt, text))


def leaf_hash_of(salt: bytes, data: bytes) -> bytes:
    """The same of a text that is UTF-8 already."""
    return merkle.leaf_hash(_commitment(salt, data))


def timestamp(at: dt.datetime) -> str:
    """時刻: UTC, microseconds, Z; so that texts sort as times do.

    >>> timestamp(dt.datetime(2026, 4, 1, tzinfo=dt.UTC))
    '2026-04-01T00:00:00.000000Z'
    """
    if at.tzinfo is None:
        raise ValueError("時刻にはタイムゾーンが必要です")
    if at.tzinfo is not dt.UTC:
        at = at.astimezone(dt.UTC)
    return at.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def entry_time(entry_id: str) -> dt.datetime:
    """記録した時刻: when the id was made (UTC, whole milliseconds). The column ``recorded_at`` holds exactly this.

    >>> entry_time("019d4657-0000-7000-8000-000000000000").isoformat()
    '2026-04-01T00:00:00+00:00'
    """
    return _EPOCH + dt.timedelta(milliseconds=int(entry_id[:8] + entry_id[9:13], 16))


def recorded_at(entry_id: str) -> str:
    """The column ``recorded_at`` of an entry with this id. Raises ValueError for an id that is none.

    >>> recorded_at("019d4657-0000-7000-8000-000000000000")
    '2026-04-01T00:00:00.000000Z'
    """
    second, millis = divmod(int(entry_id[:8] + entry_id[9:13], 16), 1000)
    return f"{_second(second)}.{millis:03d}000Z"


@lru_cache(maxsize=16)
def _second(second: int) -> str:
    return timestamp(_EPOCH + dt.timedelta(seconds=second))[:19]


def columns(event: Event) -> dict[str, str]:
    """検索用の列: everything stored beside the text in columns of its own, by name; empty where there is none.

    >>> event = Event("decided", _EPOCH, "x1", "town", "税務課", "p7", {"action": "block", "level": "3A"})
    >>> {name: value for name, value in columns(event).items() if value and name != "at"}
    {'exchange': 'x1', 'kind': 'decided', 'organisation': 'town', 'department': '税務課', 'actor': 'p7', \
'level': '3A', 'action': 'block'}
    """
    who = (event.organisation, event.department, event.actor)
    values = _values(event.exchange, event.kind, timestamp(event.at), *who, event.data.get)
    return dict(zip(COLUMNS, values, strict=True))


def values_of(value: Mapping[str, Json]) -> tuple[str, ...]:
    """The same of what ``read`` gave, in the order of ``COLUMNS``."""
    return _values(
        value["exchange"],
        value["kind"],
        value["at"],
        value["organisation"],
        value["department"],
        value["actor"],
        value["data"].get,
    )


def tokens(event: Event) -> tuple[str, ...]:
    """検索トークン: the rows of the token table that belong to an event, sorted, each once."""
    return tokens_of(event.data)


def tokens_of(data: Mapping[str, Json]) -> tuple[str, ...]:
    """The same of the data alone."""
    value = data.get("tokens")
    return tuple(sorted({token for token in value if isinstance(token, str)})) if isinstance(value, list) else ()


def deletion(
    deleted: Iterable[tuple[str, bytes, Mapping[str, str] | None]],
    *,
    at: dt.datetime,
    reason: str,
    organisation: str,
    department: str = "",
    actor: str = "",
) -> Event:
    """削除の記録: the event to write together with a deletion.

    ``deleted`` names each entry by its id, its leaf hash and the columns that stay (none where the row keeps none):
    with the text gone, this is what the kept columns are verified against.
    """
    entries: list[Json] = [
        {"id": entry_id, "leaf": leaf.hex(), "kept": None if kept is None else dict(kept)}
        for entry_id, leaf, kept in deleted
    ]
    return Event(DELETED, at, "", organisation, department, actor, {"entries": entries, "reason": reason})


def _checked(value: Json) -> dict[str, Json]:
    """A value, if its members are those of an entry and of their types."""
    if not isinstance(value, dict) or value.keys() != _KEYS:
        raise MalformedEntryError("記録の項目が決まりと違います")
    if type(value["v"]) is not int or value["v"] != VERSION:
        raise MalformedEntryError("記録の版が違います。新しい ai-gov で検証してください")
    entry_id = value["id"]
    words = (value["kind"], value["exchange"], value["organisation"], value["department"], value["actor"], value["at"])
    if (
        {str} != {type(entry_id), *map(type, words)}
        or type(value["data"]) is not dict
        or not _UUID7.fullmatch(entry_id)
    ):
        raise MalformedEntryError("記録の項目の型が決まりと違います")
    if not _AT.fullmatch(value["at"]):
        raise MalformedEntryError("記録が正準形ではありません")
    dt.datetime.fromisoformat(value["at"])
    return value


def _event(value: dict[str, Json]) -> Event:
    at = dt.datetime.fromisoformat(value["at"])
    who = (value["organisation"], value["department"], value["actor"])
    return Event(value["kind"], at, value["exchange"], *who, value["data"])


def _values(  # noqa: PLR0917 - the columns, in their order
    exchange: str, kind: str, at: str, organisation: str, department: str, actor: str, of: Callable[[str, str], Json]
) -> tuple[str, ...]:
    values = (
        exchange,
        kind,
        at,
        organisation,
        department,
        actor,
        of("use", ""),
        of("destination", ""),
        of("level", ""),
        of("action", ""),
        of("outcome", ""),
        of("client", ""),
        of("config", ""),
    )
    return values if _plain(values) else tuple(map(_column, values))


def _plain(values: tuple[Json, ...]) -> bool:
    """Whether all can be stored as they are: the quick answer for nearly every event."""
    try:
        joined = "".join(values)
    except TypeError:
        return False
    return len(joined) <= COLUMN_SIZE and joined.isprintable()


def _column(value: Json) -> str:
    if not isinstance(value, str):
        return ""
    if len(value) > COLUMN_SIZE:
        value = value[:COLUMN_SIZE]
    return value if value.isprintable() else _UNSTORABLE.sub("\ufffd", value)
