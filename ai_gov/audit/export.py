"""監査ログの書き出し: the whole log as one file that verifies without the database.

JSON Lines, each ``{"type": ...}``: one ``header`` (version, origin, public keys, time), the ``checkpoint`` notes, the
``entry`` rows in the order of the log (those not yet sequenced last), one ``footer`` with the counts and the root.
Checkpoints stand before entries so that one pass and little memory are enough. No proof per entry is needed: the
root is computed again from all of them.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from ai_gov.audit import merkle
from ai_gov.audit.checkpoint import CheckpointError, VerifierKey
from ai_gov.audit.event import timestamp
from ai_gov.audit.verify import Report, StoredEntry, named, verify_entries
from ai_gov.errors import AiGovError
from ai_gov.model import Json

VERSION: Final = 1

_T = TypeVar("_T")

encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


class ExportError(AiGovError):
    """書き出しファイルを読めない. ``line`` counts from 1."""

    code = "audit_export_invalid"
    status = 400

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"{line}行目: {message}")
        self.line = line


@dataclass(frozen=True, slots=True)
class Header:
    """先頭行: the log, when it was written out, and the keys it says it was signed with."""

    origin: str
    exported_at: dt.datetime
    keys: tuple[VerifierKey, ...]


def header_line(header: Header) -> dict[str, Json]:
    """The first line, before it is text."""
    return {
        "type": "header",
        "version": VERSION,
        "origin": header.origin,
        "exported_at": timestamp(header.exported_at),
        "keys": [str(key) for key in header.keys],
    }


def write(header: Header, checkpoints: Iterable[str], rows: Iterable[StoredEntry]) -> Iterator[str]:
    """書き出す: the lines of the file, each with its newline."""
    yield encode(header_line(header)) + "\n"
    notes = entries = 0
    for note in checkpoints:
        notes += 1
        yield encode({"type": "checkpoint", "note": note}) + "\n"
    tree = merkle.Frontier()
    for row in rows:
        entries += 1
        if row.seq is not None:
            tree.append(row.leaf)
        yield encode(entry_line(row)) + "\n"
    yield encode(_footer(entries, notes, tree)) + "\n"


class Reader:
    """書き出しファイルの読み取り: strict, in one pass. ``header`` and ``checkpoints`` are read at once.

    Every fault raises ExportError with its line, never with what stands there.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._number = 0
        self.header = self._header()
        self.checkpoints: list[str] = []
        while (value := self._next()).get("type") == "checkpoint":
            self.checkpoints.append(_of(value, "note", str, self._number))
        self._first: dict[str, Json] | None = value

    def rows(self) -> Iterator[StoredEntry]:
        """The entries, once; at their end the footer is compared with what was read."""
        if self._first is None:
            raise RuntimeError("the rows of an export are read once")
        value, self._first = self._first, None
        tree = merkle.Frontier()
        entries = 0
        while value.get("type") == "entry":
            row = read_row(value, self._number)
            entries += 1
            if row.seq is not None:
                tree.append(row.leaf)
            yield row
            value = self._next()
        self._footer(value, entries, tree)

    def _header(self) -> Header:
        value = self._next()
        if value.get("type") != "header" or value.get("version") != VERSION:
            raise self._error("ai-gov の監査ログの書き出し（版1）ではありません。ファイルを確かめてください。")
        return read_header(value, self._number)

    def _footer(self, value: dict[str, Json], entries: int, tree: merkle.Frontier) -> None:
        if value.get("type") != "footer":
            raise self._error("記録の行でも最後の行でもありません。")
        if value != _footer(entries, len(self.checkpoints), tree):
            raise self._error("最後の行の件数または根が、読んだ記録と違います。ファイルが書き換えられています。")
        for _ in self._lines:
            self._number += 1
            raise self._error("最後の行の後に余分な行があります。")

    def _next(self) -> dict[str, Json]:
        self._number += 1
        line = next(self._lines, None)
        if line is None:
            raise self._error("最後の行がありません。ファイルが途中で切れています。書き出し直してください。")
        return decode(line, self._number)

    def _error(self, message: str) -> ExportError:
        return ExportError(self._number, message)


def decode(line: str, number: int) -> dict[str, Json]:
    """The object of a line. Raises ExportError."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise ExportError(number, "JSONとして読めません。ファイルが壊れているか、途中で切れています。")
    return value


def read_header(value: dict[str, Json], number: int) -> Header:
    """What the first line says of the log. Raises ExportError."""
    keys = _of(value, "keys", list, number)
    try:
        known = tuple(VerifierKey.parse(key) for key in keys if isinstance(key, str))
    except CheckpointError as error:
        raise ExportError(number, f"{error}。") from None
    if len(known) != len(keys):
        raise ExportError(number, "検証鍵の一覧を読めません。")
    return Header(_of(value, "origin", str, number), _time(value, "exported_at", number), known)


def read_row(value: dict[str, Json], number: int) -> StoredEntry:
    """The entry of a line. Raises ExportError."""
    if value.keys() != _ENTRY:
        raise ExportError(number, "記録の行の項目が決まりと違います。")
    seq, columns = value["seq"], value["columns"]
    if seq is not None and (type(seq) is not int or seq < 0):
        raise ExportError(number, "seq を読めません。")
    if columns is not None and not (
        isinstance(columns, dict) and all(isinstance(column, str) for column in columns.values())
    ):
        raise ExportError(number, "columns を読めません。")
    leaf = _bytes(value, "leaf", number)
    if leaf is None or len(leaf) != merkle.HASH_SIZE:
        raise ExportError(number, "leaf を読めません。")
    return StoredEntry(
        seq=seq,
        entry_id=_of(value, "id", str, number),
        leaf=leaf,
        salt=_bytes(value, "salt", number),
        text=None if value["text"] is None else _of(value, "text", str, number),
        columns=columns,
        recorded_at=timestamp(_time(value, "recorded_at", number)),
        deleted=_of(value, "deleted", bool, number),
    )


def _of(value: dict[str, Json], name: str, kind: type[_T], number: int) -> _T:
    found = value.get(name)
    if not isinstance(found, kind):
        raise ExportError(number, f"{name} を読めません。")
    return found


def _bytes(value: dict[str, Json], name: str, number: int) -> bytes | None:
    return None if value[name] is None else unb64(value[name], name, number)


def unb64(text: Json, name: str, number: int) -> bytes:
    """The bytes of base64 in its one canonical form. Raises ExportError."""
    try:
        data = base64.b64decode(text, validate=True) if isinstance(text, str) else None
    except ValueError:
        data = None
    if data is None or b64(data) != text:
        raise ExportError(number, f"{name} を読めません。")
    return data


def _time(value: dict[str, Json], name: str, number: int) -> dt.datetime:
    text = _of(value, name, str, number)
    try:
        at = dt.datetime.fromisoformat(text)
        if timestamp(at) == text:
            return at
    except (ValueError, OverflowError):
        pass
    raise ExportError(number, f"{name} を時刻として読めません。")


def verify_export(
    lines: Iterable[str], keys: Iterable[VerifierKey] | None = None, against: Iterable[str] | None = None
) -> Report:
    """書き出しファイルを検証する: with nothing but the file, or with keys and checkpoints that came another way.

    Without ``keys`` those in the file are used, and the first line says that they may be anybody's. Raises
    ExportError where the file does not even begin as one; a fault further on is a problem of the report.
    """
    reader = Reader(lines)
    broken: list[str] = []

    def rows() -> Iterator[StoredEntry]:
        try:
            yield from reader.rows()
        except ExportError as error:
            broken.append(error.message)

    report = verify_entries(
        rows(),
        reader.checkpoints,
        reader.header.keys if keys is None else keys,
        against,
        now=reader.header.exported_at,
        origin=reader.header.origin,
    )
    first_line = report.first_line
    if keys is None:
        first_line += "検証鍵もこのファイルのものなので、署名したのが本物の鍵であることも示せません。"
    return replace(report, first_line=first_line, problems=(*broken, *report.problems))


_ENTRY: Final = frozenset({"type", "seq", "id", "leaf", "salt", "text", "recorded_at", "deleted", "columns"})


def entry_line(row: StoredEntry) -> dict[str, Json]:
    """An entry as a line of the file, before it is text."""
    kept = named(row.columns)
    return {
        "type": "entry",
        "seq": row.seq,
        "id": row.entry_id,
        "leaf": b64(row.leaf),
        "salt": None if row.salt is None else b64(row.salt),
        "text": row.text.decode(errors="replace") if isinstance(row.text, bytes) else row.text,
        "recorded_at": row.recorded_at,
        "deleted": row.deleted,
        # with the text there, columns say nothing more; with the text gone, they are what is left
        "columns": dict(kept) if row.deleted and kept is not None else None,
    }


def _footer(entries: int, checkpoints: int, tree: merkle.Frontier) -> dict[str, Json]:
    root = b64(tree.root())
    return {"type": "footer", "entries": entries, "checkpoints": checkpoints, "size": tree.size, "root": root}


def b64(data: bytes) -> str:
    """Base64."""
    return base64.b64encode(data).decode()
