"""報告の根拠: how many records there are, up to where they are signed, and what a verification said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from ai_gov.audit.checkpoint import VerifierKey, open_note
from ai_gov.documents.report import Evidence
from ai_gov.model import JST

ROOT_SHOWN = 16
"""Characters of a root that stand in a report."""


def evidence(
    entries: int, note: str | None, keys: Iterable[VerifierKey], *, verified: str = "", recounted: bool = False
) -> Evidence:
    """根拠: of so many records and the newest signed note, where there is one. Raises CheckpointError."""
    if note is None:
        return Evidence(entries, verified=verified, recounted=recounted)
    signed = open_note(note, keys)
    at = dt.datetime.fromisoformat(signed.extensions[0]).astimezone(JST) if signed.extensions else None
    shown = f"{at:%Y-%m-%d %H:%M}" if at else ""
    return Evidence(entries, signed.size, signed.root.hex()[:ROOT_SHOWN], shown, verified, recounted=recounted)


def verified_sentence(entries: int, problems: int, at: str = "") -> str:
    """検証の結果の文: for a report.

    >>> verified_sentence(1200, 0)
    '1,200件を検証し、異常は見つかりませんでした。'
    >>> verified_sentence(1200, 2, "2026-11-25 10:00")
    '1,200件を検証し、異常が 2 件見つかりました（2026-11-25 10:00）。'
    """
    found = f"異常が {problems:,} 件見つかりました" if problems else "異常は見つかりませんでした"
    return f"{entries:,}件を検証し、{found}{f'（{at}）' if at else ''}。"
