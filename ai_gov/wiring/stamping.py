"""時刻印の組み立て: the authority and its root certificate of the settings, and what asks it now and then."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from ai_gov.audit.timestamps import Root, TimestampError, read_roots
from ai_gov.errors import ConfigError, Problem
from ai_gov.service.audit_timestamps import Authority, TimestampService
from ai_gov.service.background import Background
from ai_gov.settings import Settings

if TYPE_CHECKING:
    from ai_gov.stores.store import DatabaseStore


def timestamp_roots(path: Path | None) -> tuple[Root, ...] | None:
    """ルート証明書: of a file; none where none is named. Raises ConfigError."""
    if path is None:
        return None
    try:
        return read_roots(path.read_bytes())
    except TimestampError as error:
        raise ConfigError([Problem(str(path), 1, f"{error}。")]) from None
    except OSError as error:
        raise ConfigError(
            [Problem(str(path), 1, f"読めません（{error.strerror}）。場所を確かめてください。")]
        ) from None


def authority(url: str) -> Authority:
    """時刻認証局: at an address."""
    from ai_gov.notify.timestamping import HttpAuthority

    return HttpAuthority(url)


def timestamp_service(opened: DatabaseStore, root: Path | None = None) -> TimestampService:
    """時刻印の窓口: over a store. Raises ConfigError for a root certificate that can't be read."""
    return TimestampService(
        opened.timestamps, clock=opened.clock, roots=timestamp_roots(root), settle=opened.sequence_now
    )


def stamping(opened: DatabaseStore, settings: Settings) -> Background | None:
    """定期の時刻印: for a server; none where no authority is set. Raises ConfigError."""
    url = settings.timestamp_url.get_secret_value()
    if not url:
        return None
    service, asked = timestamp_service(opened, settings.timestamp_root), authority(url)
    every = dt.timedelta(hours=settings.timestamp_hours)
    return Background("ai-gov-timestamp", lambda: service.keep(asked, every), failing="時刻印を得られません")
