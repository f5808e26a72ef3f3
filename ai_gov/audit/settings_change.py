"""設定の変更: the settings a server starts with, as an entry where they differ from those it last started with.

A secret stands there as a keyed code: whether it changed can be seen, what it is can't.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Final

from ai_gov.model import Event, Json

KIND: Final = "settings_changed"
_SIZE: Final = 8


def hidden(value: str, key: bytes) -> str:
    """秘密の値の印: equal for equal values.

    >>> hidden("sk-1", bytes(32)) == hidden("sk-1", bytes(32)) != hidden("sk-2", bytes(32))
    True
    >>> hidden("", bytes(32))
    ''
    """
    return f"（設定あり {hmac.digest(key, value.encode(), 'sha256')[:_SIZE].hex()}）" if value else ""


def flat(values: Mapping[str, Json], prefix: str = "") -> dict[str, str]:
    """設定を平らに: each value under its dotted name, as text; what is empty isn't there.

    >>> flat({"port": 8000, "upstreams": {"default": {"kind": "openai", "api_version": ""}}})
    {'port': '8000', 'upstreams.default.kind': 'openai'}
    """
    out: dict[str, str] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            out |= flat(value, f"{prefix}{name}.")
        elif value not in ("", None, (), []):
            out[f"{prefix}{name}"] = str(value)
    return out


def digest(values: Mapping[str, str]) -> str:
    """SHA-256 of the settings in order of their names."""
    return hashlib.sha256(json.dumps(dict(values), sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def change(before: Mapping[str, Json] | None, now: Mapping[str, str], *, node: str, at: dt.datetime) -> Event | None:
    """設定変更の記録: none where nothing changed. ``before`` is the data of this machine's last such entry."""
    old = before.get("settings") if before is not None else None
    known: dict[str, Json] = dict(old) if isinstance(old, Mapping) else {}
    if before is not None and known == dict(now):
        return None
    names = sorted({*known, *now})
    data: dict[str, Json] = {
        "node": node,
        "before": digest(known) if before is not None else "",
        "digest": digest(now),
        "settings": dict(now),
        "changed": {name: [known.get(name), now.get(name)] for name in names if known.get(name) != now.get(name)},
    }
    return Event(KIND, at, data=data)
