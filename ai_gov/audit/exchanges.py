"""受領証と結果の対応: each decision that let something leave has one outcome, and no outcome is without its decision.

One decision is one receipt, one receipt one attempt at sending (see flow.py).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Final, NamedTuple

from ai_gov.audit.event import timestamp
from ai_gov.model import Json, State

OPEN_LIMIT: Final = dt.timedelta(hours=1)
"""An answer must have ended, or been found interrupted, after this long."""

_ID: Final = re.compile(r"[0-9a-f-]{36}")
_DECIDED: Final = State.DECIDED.value


class Place(NamedTuple):
    """場所: of an entry, as a report names it. ``seq`` counts from 0, none before the entry is sequenced."""

    seq: int | None
    entry_id: str

    def __str__(self) -> str:
        where = "順序の確定を待つ記録" if self.seq is None else f"{self.seq + 1}件目"
        return f"{where}（{shown(self.entry_id)}）"


def shown(entry_id: str) -> str:
    """An id as it may be shown: what was stored in its place may be anything.

    >>> shown("<b>"), str(Place(0, "019d465e-0800-7000-8000-000000000000"))
    ('番号の形が違うもの', '1件目（019d465e-0800-7000-8000-000000000000）')
    """
    return entry_id if _ID.fullmatch(entry_id) else "番号の形が違うもの"


class Recent:
    """最近のもの: which names were met lately, so that the memory of a log of millions stays small.

    At least the last ``size`` are known, at most twice as many. What is met again after more than that is found by
    the tree: no row stands there twice under a signed root.

    >>> names = Recent(size=2)
    >>> [names.seen(name) for name in "abacdef"], names.seen("a")
    ([False, False, True, False, False, False, False], False)
    """

    def __init__(self, size: int = 500_000) -> None:
        self._size = size
        self._new: set[int] = set()
        self._old: set[int] = set()

    def seen(self, name: str) -> bool:
        """Whether it was met; it is now."""
        known, new = hash(name), self._new
        if known in new or known in self._old:
            return True
        new.add(known)
        if len(new) >= self._size:
            self._old, self._new = new, set()
        return False

    def add(self, name: str) -> None:
        """It was met."""
        self.seen(name)

    def __contains__(self, name: str) -> bool:
        known = hash(name)
        return known in self._new or known in self._old


class Exchanges:
    """やりとりの対応: fed with the entries in the order of the log; tells ``problem`` what does not fit.

    An entry deleted with its columns may have been either half of a pair: what it could explain is no problem, but
    is counted in ``unprovable``.
    """

    def __init__(self, now: dt.datetime, limit: dt.timedelta, problem: Callable[[str], None]) -> None:
        self.unprovable = 0
        self._since = timestamp(now - limit)
        self._problem = problem
        self._open: dict[str, tuple[str, Place, int]] = {}
        self._closed = Recent()
        self._unreadable = 0

    def see(self, exchange: str, kind: str, outcome: Json, at: str, where: tuple[int | None, str]) -> None:
        """An entry of an exchange: its kind, the state it led to, when (as the text has it), and its place."""
        if kind == "outcome":
            self._end(exchange, where)
        elif kind in ("decided", "refused"):
            if exchange in self._open or exchange in self._closed:
                self._problem(f"{Place(*where)}: 1つの依頼に2件目の判定があります。受領証が2つ出ています。")
            elif outcome == _DECIDED:
                self._open[exchange] = (at, Place(*where), self._unreadable)
            else:
                self._closed.add(exchange)

    def unreadable(self) -> None:
        """An entry of which neither text nor columns are left."""
        self._unreadable += 1

    def finish(self) -> None:
        """The log ends here."""
        for at, where, unreadable in self._open.values():
            if at >= self._since:
                continue
            if unreadable < self._unreadable:
                self.unprovable += 1
            else:
                self._problem(
                    f"{where}: 送信を許した判定に、結果の記録がありません。"
                    "サーバーが途中で止まった場合は、次の起動で「中断」と記録されます。"
                )

    def _end(self, exchange: str, where: tuple[int | None, str]) -> None:
        if self._open.pop(exchange, None) is not None:
            self._closed.add(exchange)
        elif exchange in self._closed:
            self._problem(f"{Place(*where)}: 1つの受領証に2件目の結果、または送信を許していない依頼の結果があります。")
        elif self._unreadable:
            self.unprovable += 1
            self._closed.add(exchange)
        else:
            self._problem(f"{Place(*where)}: 判定の記録がない結果です。")
