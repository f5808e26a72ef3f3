"""The shipped rules over real readings, and texts in which «…» marks what is to be found. Not a test."""

from __future__ import annotations

import functools

from ai_gov import wiring
from ai_gov.service.inspector import Inspector


@functools.cache
def inspector() -> Inspector:
    return wiring.inspector()


def plain(marked: str) -> str:
    return marked.replace("«", "").replace("»", "")


def marked_as(marked: str, entity: str) -> str:
    """The text with what was found as ``entity`` marked, to be compared with the marked text."""
    text = plain(marked)
    out, done = "", 0
    for finding in inspector().explain(text).findings:
        if finding.type == entity:
            out += text[done : finding.start] + "«" + text[finding.start : finding.end] + "»"
            done = finding.end
    return out + text[done:]
