"""イベント列の書き出し: chat completion chunks as OpenAI writes them."""

from __future__ import annotations

import json
from typing import Final

from ai_gov.model import Json

DONE: Final = b"data: [DONE]\n\n"


def event(value: Json) -> bytes:
    r"""One event. JSON escapes line breaks, so its data is always one line.

    >>> event({"a": "山\n"}).decode()
    'data: {"a":"山\\n"}\n\n'
    """
    return b"data: " + encode(value) + b"\n\n"


def encode(value: Json) -> bytes:
    """JSON as it goes over the wire: UTF-8, nothing escaped that need not be; lone surrogates become U+FFFD."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError:  # half of a pair, from an upstream that cuts inside one
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()
