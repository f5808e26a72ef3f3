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


def check_tables(found: list[str], left_alone: list[str]) -> None:
    """Tables of 30 rows and more each, no row twice, and marks in one of them only."""
    assert min(len(set(found)), len(set(left_alone))) >= 30
    assert len(set(found + left_alone)) == len(found + left_alone)
    assert all("«" in row for row in found)
    assert not any("«" in row for row in left_alone)
