"""読めない理由: one sentence for each, with what to do next."""

from __future__ import annotations

from ai_gov.errors import BadRequest


def refused(what: str) -> BadRequest:
    """A file is not taken, for this reason.

    >>> refused("鍵がかかっています。").message
    '鍵がかかっています。要る部分の文章だけを写して貼り付けてください。'
    """
    return BadRequest(f"{what}要る部分の文章だけを写して貼り付けてください。", param="file")
