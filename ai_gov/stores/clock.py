"""時計: the system's, in UTC."""

from __future__ import annotations

import datetime as dt


class SystemClock:
    """システムの時計: ports.Clock."""

    def now(self) -> dt.datetime:
        """The time now, aware, UTC."""
        return dt.datetime.now(dt.UTC)
