"""Traces of a value in bytes: the value itself, and the ways in which programs write one. Not a test."""

from __future__ import annotations

import base64
import contextlib
import json
import urllib.parse
from collections.abc import Iterable
from pathlib import Path


def forms(value: str) -> dict[str, bytes]:
    """A value as it may stand in a file: name of the form → bytes."""
    raw = value.encode()
    escaped = json.dumps(value).strip('"')
    found = {
        "utf-8": raw,
        "utf-16-le": value.encode("utf-16-le"),
        "utf-16-be": value.encode("utf-16-be"),
        "json": escaped.encode(),
        "json, capitals": escaped.replace("\\u", "\0").upper().replace("\0", "\\u").encode(),
        "json in json": json.dumps(escaped).strip('"').encode(),
        "percent": urllib.parse.quote(value, safe="").encode(),
        "percent, small": urllib.parse.quote(value, safe="").lower().encode(),
        "hex": raw.hex().encode(),
    }
    with contextlib.suppress(UnicodeEncodeError):
        found["cp932"] = value.encode("cp932")
    for shift in range(3):  # where the value stands in the encoded text decides how it looks
        text = base64.b64encode(b"\0" * shift + raw)
        start, end = -(-shift * 4 // 3), (shift + len(raw)) * 8 // 6
        found[f"base64+{shift}"] = text[start + (shift > 0) : end]
        found[f"base64url+{shift}"] = found[f"base64+{shift}"].replace(b"+", b"-").replace(b"/", b"_")
    return found


def traces(data: bytes, values: Iterable[str]) -> list[str]:
    """Which values stand in some bytes, each with its form; never the value itself, for this goes to a log."""
    return [
        f"value {number} as {form}"
        for number, value in enumerate(values)
        for form, written in forms(value).items()
        if written in data
    ]


def traces_below(folder: Path, values: Iterable[str]) -> list[str]:
    """The same for every file below a folder, and for the names of the files."""
    values = list(values)
    found = []
    for path in sorted(folder.rglob("*")):
        data = path.read_bytes() if path.is_file() else b""
        found += [f"{path.name}: {trace}" for trace in traces(data + str(path).encode(), values)]
    return found
