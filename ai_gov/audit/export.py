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

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


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


def write(header: Header, checkpoints: Iterable[str], rows: Iterable[StoredEntry]) -> Iterator[str]:
    """書き出す: the lines of the file, each with its newline."""
    first = {
        "type": "header",
        "version": VERSION,
        "origin": header.origin,
        "exported_at": timestamp(header.exported_at),
        "keys": [str(key) for key in header.keys],
    }
    yield _encode(first) + "\n"
    notes = entries = 0
    for note in checkpoints:
        notes += 1
        yield _encode({"type": "checkpoint", "note": note}) + "\n"
    tree = merkle.Frontier()
    for row in rows:
        entries += 1
        if row.seq is not None:
            tree.append(row.leaf)
        yield _encode(_entry(row)) + "\n"
    yield _encode(_footer(entries, notes, tree)) + "\n"


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
            self.checkpoints.append(self._of(value, "note", str))
        self._first: dict[str, Json] | None = value

    def rows(self) -> Iterator[StoredEntry]:
        """The entries, once; at their end the footer is compared with what was read."""
        if self._first is None:
            raise RuntimeError("the rows of an export are read once")
        value, self._first = self._first, None
        tree = merkle.Frontier()
        entries = 0
        while value.get("type") == "entry":
            row = self._row(value)
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
        keys = self._of(value, "keys", list)
        try:
            known = tuple(VerifierKey.parse(key) for key in keys if isinstance(key, str))
        except CheckpointError as error:
            raise self._error(f"{error}。") from None
        if len(known) != len(keys):
            raise self._error("検証鍵の一覧を読めません。")
        return Header(self._of(value, "origin", str), self._time(value, "exported_at"), known)

    def _row(self, value: dict[str, Json]) -> StoredEntry:
        if value.keys() != _ENTRY:
            raise self._error("記録の行の項目が決まりと違います。")
        seq, columns = value["seq"], value["columns"]
        if seq is not None and (type(seq) is not int or seq < 0):
            raise self._error("seq を読めません。")
        if columns is not None and not (
            isinstance(columns, dict) and all(isinstance(column, str) for column in columns.values())
        ):
            raise self._error("columns を読めません。")
        leaf = self._bytes(value, "leaf")
        if leaf is None or len(leaf) != merkle.HASH_SIZE:
            raise self._error("leaf を読めません。")
        return StoredEntry(
            seq=seq,
            entry_id=self._of(value, "id", str),
            leaf=leaf,
            salt=self._bytes(value, "salt"),
            text=None if value["text"] is None else self._of(value, "text", str),
            columns=columns,
            recorded_at=timestamp(self._time(value, "recorded_at")),
            deleted=self._of(value, "deleted", bool),
        )

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
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            raise self._error("JSONとして読めません。ファイルが壊れているか、途中で切れています。")
        return value

    def _of(self, value: dict[str, Json], name: str, kind: type[_T]) -> _T:
        found = value.get(name)
        if not isinstance(found, kind):
            raise self._error(f"{name} を読めません。")
        return found

    def _bytes(self, value: dict[str, Json], name: str) -> bytes | None:
        if value[name] is None:
            return None
        text = self._of(value, name, str)
        try:
            data = base64.b64decode(text, validate=True)
        except ValueError:
            raise self._error(f"{name} を読めません。") from None
        if _b64(data) != text:
            raise self._error(f"{name} を読めません。")
        return data

    def _time(self, value: dict[str, Json], name: str) -> dt.datetime:
        text = self._of(value, name, str)
        try:
            at = dt.datetime.fromisoformat(text)
            if timestamp(at) == text:
                return at
        except (ValueError, OverflowError):
            pass
        raise self._error(f"{name} を時刻として読めません。")

    def _error(self, message: str) -> ExportError:
        return ExportError(self._number, message)


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


_T = TypeVar("_T")
_ENTRY: Final = frozenset({"type", "seq", "id", "leaf", "salt", "text", "recorded_at", "deleted", "columns"})


def _entry(row: StoredEntry) -> dict[str, Json]:
    kept = named(row.columns)
    return {
        "type": "entry",
        "seq": row.seq,
        "id": row.entry_id,
        "leaf": _b64(row.leaf),
        "salt": None if row.salt is None else _b64(row.salt),
        "text": row.text,
        "recorded_at": row.recorded_at,
        "deleted": row.deleted,
        # with the text there, columns say nothing more; with the text gone, they are what is left
        "columns": dict(kept) if row.deleted and kept is not None else None,
    }


def _footer(entries: int, checkpoints: int, tree: merkle.Frontier) -> dict[str, Json]:
    root = _b64(tree.root())
    return {"type": "footer", "entries": entries, "checkpoints": checkpoints, "size": tree.size, "root": root}


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
