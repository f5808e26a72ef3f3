"""受領証と結果の対応: each decision that let something leave has one outcome, and no outcome is without its decision.

One decision is one receipt, one receipt one attempt at sending (see flow.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final

from ai_gov.model import State

OPEN_LIMIT: Final = dt.timedelta(hours=1)
"""An answer must have ended, or been found interrupted, after this long."""

_DECIDED: Final = State.DECIDED.value


class Exchanges:
    """やりとりの対応: fed with the entries in the order of the log; tells ``problem`` what does not fit.

    An entry deleted with its columns may have been either half of a pair: what it could explain is no problem, but
    is counted in ``unprovable``.
    """

    def __init__(self, now: dt.datetime, limit: dt.timedelta, problem: Callable[[str], None]) -> None:
        self.unprovable = 0
        self._since = now - limit
        self._problem = problem
        self._open: dict[str, tuple[dt.datetime, str, int]] = {}
        self._closed: set[int] = set()  # hashes, so that a long log needs little memory
        self._unreadable = 0

    def see(self, exchange: str, kind: str, outcome: str, at: dt.datetime, where: str) -> None:
        """An entry of an exchange: its kind and the state it led to."""
        if kind == "outcome":
            self._end(exchange, where)
        elif kind in ("decided", "refused"):
            if exchange in self._open or hash(exchange) in self._closed:
                self._problem(f"{where}: 1つの依頼に2件目の判定があります。受領証が2つ出ています。")
            elif outcome == _DECIDED:
                self._open[exchange] = (at, where, self._unreadable)
            else:
                self._closed.add(hash(exchange))

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
                self._problem(f"{where}: 送信を許した判定に、結果の記録がありません。")

    def _end(self, exchange: str, where: str) -> None:
        if self._open.pop(exchange, None) is not None:
            self._closed.add(hash(exchange))
        elif hash(exchange) in self._closed:
            self._problem(f"{where}: 1つの受領証に2件目の結果、または送信を許していない依頼の結果があります。")
        elif self._unreadable:
            self.unprovable += 1
            self._closed.add(hash(exchange))
        else:
            self._problem(f"{where}: 判定の記録がない結果です。")
