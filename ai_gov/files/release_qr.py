"""二次元コード: the address at which a release can be looked up, as a picture with its words."""

from __future__ import annotations

import io

import segno

from ai_gov.documents.blocks import Figure

WIDTH = 0.16
"""Of the text's width: about 25 mm."""


def figure(url: str) -> Figure:
    """The code of an address (level M, with its quiet zone)."""
    out = io.BytesIO()
    segno.make(url, error="m", micro=False).save(out, kind="png", scale=8, border=4)
    return Figure(out.getvalue(), "png", f"公開の記録を確かめるページ（{url}）を開く二次元コード", width=WIDTH)
