"""保存の失敗: what went wrong with the database, in sentences that say what to do next."""

from __future__ import annotations

import sqlite3

import psycopg
from sqlalchemy.exc import DBAPIError

from ai_gov.errors import StoreFailed

_BUSY = frozenset({"55P03", "57014", "40P01", "40001"})
"""PostgreSQL: lock not available, statement cancelled by its time limit, deadlock, serialization."""

NOT_SENT = "このため、生成AIには何も送信していません。"


class StepConflict(StoreFailed):
    """記録の順序違反: a second decision, a second outcome, or an outcome without a decision. A fault of ours."""


def store_failed(error: BaseException) -> StoreFailed:
    """The Japanese sentence for a fault of the database; the fault itself stays its cause.

    >>> print(store_failed(sqlite3.OperationalError("database or disk is full")))
    監査記録を書けません: ディスクの空きがありません。このため、生成AIには何も送信していません。\
情報担当は保存先の空き容量を増やしてください。
    """
    if isinstance(error, StoreFailed):
        return error
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return StoreFailed(f"監査記録を書けません: {_what(cause)}")


def _what(cause: BaseException) -> str:
    name = getattr(cause, "sqlite_errorname", "") or ""
    text = str(cause) if isinstance(cause, sqlite3.Error) else ""
    state = getattr(cause, "sqlstate", None)
    if isinstance(cause, psycopg.Error):
        name = f"PostgreSQL {state or type(cause).__name__}"
    if name.startswith("SQLITE_FULL") or "disk is full" in text or state == "53100":
        return f"ディスクの空きがありません。{NOT_SENT}情報担当は保存先の空き容量を増やしてください。"
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")) or "locked" in text or state in _BUSY:
        return (
            f"データベースがほかの処理に占有されています。{NOT_SENT}"
            "しばらく待ってもう一度送ってください。続くときは情報担当に知らせてください。"
        )
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return f"データベースが壊れています。{NOT_SENT}情報担当は ai-gov audit verify で確かめてください。"
    if name.startswith(("SQLITE_READONLY", "SQLITE_PERM", "SQLITE_CANTOPEN")) or state in ("25006", "42501"):
        return f"データベースに書き込む権限がありません。{NOT_SENT}情報担当は保存先の権限を確かめてください。"
    if isinstance(cause, psycopg.Error) and (state is None or state.startswith(("08", "57P", "28", "3D", "53"))):
        return (
            f"データベースに接続できません（{name}）。{NOT_SENT}"
            "情報担当は PostgreSQL が動いているか、AI_GOV_DATABASE_URL が正しいかを確かめてください。"
        )
    return f"{name or type(cause).__name__}。{NOT_SENT}情報担当に知らせてください。"


def closed() -> StoreFailed:
    """The error for a step that comes after the end."""
    return StoreFailed(f"監査記録を書けません: 終了処理中です。{NOT_SENT}しばらく待ってもう一度送ってください。")
