"""監査ログの検証: that nothing in the log was altered, removed, moved or slipped in, as far as that can be shown.

Pure and streaming: rows come in the order of the log, memory grows only with what is still open. What needs a
checkpoint kept outside (a tail cut off, a log rewritten and signed again) is found only where one is given, and the
first line of the report says so where none is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from ai_gov.audit import merkle
from ai_gov.audit.checkpoint import VerifierKey
from ai_gov.audit.event import (
    COLUMNS,
    DELETED,
    MalformedEntryError,
    leaf_hash_of,
    read,
    recorded_at,
    timestamp,
    tokens_of,
    values_of,
)
from ai_gov.audit.exchanges import OPEN_LIMIT, Exchanges, Place, Recent, shown
from ai_gov.audit.heads import Heads
from ai_gov.model import Json

SEQUENCE_LIMIT: Final = dt.timedelta(seconds=60)
"""An entry must stand in the tree, and under a signature, after this long."""

Made = Callable[[list[tuple[int, int, bytes]]], None]
"""Is told the nodes that an entry completes: (level, index, hash), the leaf first; nothing where it is that alone."""

MAX_PROBLEMS: Final = 1000
"""Problems listed one by one; the rest is counted."""


class StoredEntry(NamedTuple):
    """保存された記録: a row as it is stored. ``seq`` counts from 0; none before it is sequenced (those rows come last).

    ``salt``, ``text`` are none once deleted, ``columns`` where none are stored (an export), ``tokens`` (sorted)
    likewise; columns by name, or all of them in their order (the quicker way). ``recorded_at`` is the text that stands
    there, whatever it says; ``text`` may be given in UTF-8. A tuple, because there are millions.
    """

    seq: int | None
    entry_id: str
    leaf: bytes
    salt: bytes | None
    text: str | bytes | None
    columns: Mapping[str, str] | tuple[str, ...] | None
    recorded_at: str
    deleted: bool = False
    tokens: tuple[str, ...] | None = None

    def __repr__(self) -> str:
        return f"StoredEntry(seq={self.seq}, entry_id={shown(self.entry_id)})"


@dataclass(frozen=True, slots=True)
class Report:
    """検証結果. ``first_line`` says how far the proof reaches and what it can't show; ``problems`` what is wrong."""

    first_line: str
    problems: tuple[str, ...]
    entries: int
    deleted: int
    waiting: int
    unprovable: int
    checkpoints: int
    root: bytes
    time_line: str = ""
    """What time stamps show, where there are any."""

    @property
    def head(self) -> str:
        """How far the proof reaches, with and without time stamps."""
        return "\n".join(filter(None, [self.first_line, self.time_line]))

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return not self.problems

    def summary_ja(self) -> str:
        """報告文: what could not be shown, the result, then each problem on a line."""
        if self.ok:
            result = "検証結果: 異常は見つかりませんでした。"
        else:
            result = f"検証結果: 異常が {len(self.problems)} 件あります。記録を書き換えず、CAIOに知らせてください。"
        counts = f"記録 {self.entries} 件（うち本文を削除したもの {self.deleted} 件）、"
        counts += f"順序の確定を待つもの {self.waiting} 件、チェックポイント {self.checkpoints} 件。"
        if self.unprovable:
            counts += f"本文と列の削除により、判定と結果の対応を確かめられないもの {self.unprovable} 件。"
        return "\n".join([self.head, result, counts, *(f"- {problem}" for problem in self.problems)])


def verify_entries(
    rows: Iterable[StoredEntry],
    checkpoints: Iterable[str],
    keys: Iterable[VerifierKey],
    against: Iterable[str] | None = None,
    *,
    beside: Iterable[str] | None = None,
    now: dt.datetime,
    origin: str | None = None,
    open_limit: dt.timedelta = OPEN_LIMIT,
    made: Made = lambda _: None,
) -> Report:
    """検証する: all rows of a log against their leaves, its checkpoints, and those kept outside (``against``).

    ``checkpoints``, ``beside`` (of the file next to the database) and ``against`` are signed notes,
    ``keys`` every key the log was ever signed with, ``origin`` the
    log's name where the caller knows it. The caller reads rows and checkpoints in one transaction, and ``against``
    before it, so that a log that grows meanwhile is not taken for a fork. ``made`` hears of every node of the tree.
    """
    heads = Heads(checkpoints, keys, against, origin, beside=beside)
    log = _Log(now, open_limit, heads.signed, made)
    heads.reached(0, merkle.EMPTY_ROOT)
    for row in rows:
        if row.seq is None:
            log.wait(row)
            continue
        log.add(row, row.seq)
        if log.size in heads.sizes:
            heads.reached(log.size, log.root())
    heads.finish(log.size)
    log.finish()
    problems = [*heads.problems, *log.problems]
    if log.unlisted:
        problems.append(f"このほかに {log.unlisted} 件の異常があります（一覧は {MAX_PROBLEMS} 件まで）。")
    return Report(
        first_line=heads.first_line(log.size),
        problems=tuple(problems),
        entries=log.size,
        deleted=log.deleted,
        waiting=log.waiting,
        unprovable=log.unprovable,
        checkpoints=heads.count,
        root=log.root(),
    )


class _Gone(NamedTuple):
    """What is left of a deleted entry."""

    leaf: bytes
    kept: int
    where: Place


class _Log:
    """The rows as they come: each against its leaf, all of them into one tree."""

    def __init__(self, now: dt.datetime, open_limit: dt.timedelta, signed: int, made: Made) -> None:
        self.problems: list[str] = []
        self.unlisted = self.deleted = self.waiting = 0
        self._late_before = timestamp(now - SEQUENCE_LIMIT)
        self._signed = signed
        self._made = made
        self._late_since: str | None = None  # the oldest entry after the last signature
        self._tree = merkle.Frontier()
        self._ids = Recent()
        self._gone: dict[str, _Gone] = {}
        self._named: dict[str, int] = {}
        self._exchanges = Exchanges(now, open_limit, self._problem)
        self._next = 0

    @property
    def size(self) -> int:
        return self._tree.size

    @property
    def unprovable(self) -> int:
        return self._exchanges.unprovable

    def root(self) -> bytes:
        return self._tree.root()

    def add(self, row: StoredEntry, seq: int) -> None:
        if self.waiting:
            self._problem(f"{_place(row)}: 順序の確定した記録が、確定を待つ記録の後にあります。")
        if seq < self._next:
            self._problem(
                f"{_place(row)}: 順序が戻っています。入れ替えまたは重複です（{self._next + 1}件目のはずです）。"
            )
        elif seq > self._next:
            gap = f"{self._next + 1}件目" if seq == self._next + 1 else f"{self._next + 1}〜{seq}件目"
            self._problem(f"{gap}: 記録がありません。削除されています。")
        self._next = max(self._next, seq + 1)
        self._check(row)
        if len(made := self._tree.append(row.leaf)) > 1:
            self._made(made)
        if seq >= self._signed and (self._late_since is None or row.recorded_at < self._late_since):
            self._late_since = row.recorded_at

    def wait(self, row: StoredEntry) -> None:
        self.waiting += 1
        self._check(row)
        if row.recorded_at < self._late_before:
            self._problem(
                f"{_place(row)}: {_LIMIT}秒を過ぎても木に入っていません。順序付けの処理が動いているか確かめてください。"
            )

    def finish(self) -> None:
        for entry_id, gone in self._gone.items():
            if entry_id not in self._named:
                self._problem(f"{gone.where}: 本文がありませんが、削除の記録に載っていません。")
            elif self._named[entry_id] != gone.kept:
                self._problem(f"{gone.where}: 残した列が、削除の記録にあるものと違います。")
        self._exchanges.finish()
        if self._late_since is not None and self._late_since < self._late_before:
            self._problem(
                f"{self._signed + 1}〜{self.size}件目: {_LIMIT}秒を過ぎてもチェックポイントで署名されていません。"
                "署名の処理が動いているか確かめてください。"
            )

    def _check(self, row: StoredEntry) -> None:
        if self._ids.seen(row.entry_id):
            self._problem(f"{_place(row)}: 同じ番号の記録が2件あります。")
        if row.deleted:
            self._check_deleted(row)
            return
        if row.text is None or row.salt is None:
            self._problem(f"{_place(row)}: 本文またはソルトがありません（削除の印もありません）。")
            return
        try:
            data = row.text if type(row.text) is bytes else row.text.encode()  # type: ignore[union-attr]
            if leaf_hash_of(row.salt, data) != row.leaf:
                self._problem(f"{_place(row)}: 本文・ソルト・葉のハッシュが互いに合いません。書き換えられています。")
            value = read(data)
        except MalformedEntryError as error:
            self._problem(f"{_place(row)}: {error}。")
            return
        except ValueError:  # a salt of another length, a lone surrogate
            self._problem(f"{_place(row)}: 本文またはソルトの形が壊れています。")
            return
        derived = values_of(value)
        if (
            row.columns != derived
            or row.entry_id != value["id"]
            or (row.tokens is not None and row.tokens != tokens_of(value["data"]))
            or not _recorded_as_named(row)
        ) and (wrong := _differing(row, value, derived)):
            self._problem(f"{_place(row)}: 列 {'・'.join(wrong)} が本文と違います。列だけが書き換えられています。")
        if value["kind"] == DELETED:
            self._match_deletion(value["data"], _place(row))
        elif value["exchange"]:
            outcome = value["data"].get("outcome", "")
            self._exchanges.see(value["exchange"], value["kind"], outcome, value["at"], row[:2])

    def _check_deleted(self, row: StoredEntry) -> None:
        where, kept = _place(row), named(row.columns)
        self.deleted += 1
        if row.text is not None or row.salt is not None or row.tokens:
            self._problem(f"{where}: 削除したはずの本文・ソルト・検索用の符号が残っています。")
        if not _recorded_as_named(row):
            self._problem(f"{where}: 列 recorded_at が記録の番号と違います。列だけが書き換えられています。")
        if kept is None:
            self._exchanges.unreadable()
        elif kept.get("exchange"):
            kind, outcome = kept.get("kind", ""), kept.get("outcome", "")
            self._exchanges.see(kept["exchange"], kind, outcome, row.recorded_at, row[:2])
        self._gone[row.entry_id] = _Gone(row.leaf, _kept(kept), where)

    def _match_deletion(self, data: Json, where: Place) -> None:
        """Note what an entry says was deleted. A later one may name an entry again, to remove its columns too."""
        for entry_id, leaf, kept in _deleted_items(data):
            gone = self._gone.get(entry_id)
            if gone is None or self._named.get(entry_id) == _kept(kept):
                self._problem(
                    f"{where}: 削除したとある記録（{shown(entry_id)}）は、ないか、本文が残っているか、削除済みです。"
                )
                continue
            if gone.leaf.hex() != leaf:
                self._problem(f"{gone.where}: 葉のハッシュが、削除の記録にあるものと違います。")
            self._named[entry_id] = _kept(kept)

    def _problem(self, problem: str) -> None:
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(problem)
        else:
            self.unlisted += 1


_LIMIT: Final = int(SEQUENCE_LIMIT.total_seconds())


def named(columns: Mapping[str, str] | tuple[str, ...] | None) -> Mapping[str, str] | None:
    """Stored columns by their names."""
    return dict(zip(COLUMNS, columns, strict=True)) if isinstance(columns, tuple) else columns


def _place(row: StoredEntry) -> Place:
    return Place(row.seq, row.entry_id)


def _differing(row: StoredEntry, value: Json, values: tuple[str, ...]) -> list[str]:
    """The names of the stored columns that are not what the text says."""
    derived, stored = dict(zip(COLUMNS, values, strict=True)), named(row.columns)
    wrong = [] if row.entry_id == value["id"] else ["id"]
    if not _recorded_as_named(row):
        wrong.append("recorded_at")
    if stored is not None and stored != derived:
        names = dict.fromkeys([*derived, *stored])
        wrong += [name for name in names if stored.get(name) != derived.get(name)]
    if row.tokens is not None and row.tokens != tokens_of(value["data"]):
        wrong.append("tokens")
    return wrong


def _recorded_as_named(row: StoredEntry) -> bool:
    try:
        return row.recorded_at == recorded_at(row.entry_id)
    except (ValueError, TypeError):
        return False


def _kept(columns: Json) -> int:
    """A hash of the columns that stay, so that many deletions need little memory."""
    if not isinstance(columns, Mapping):
        return 0
    return hash(frozenset((name, str(value)) for name, value in columns.items()))


def _deleted_items(data: Json) -> list[tuple[str, Json, Json]]:
    items = data.get("entries")
    return [
        (str(item.get("id")), item.get("leaf"), item.get("kept"))
        for item in (items if isinstance(items, list) else ())
        if isinstance(item, dict)
    ]
