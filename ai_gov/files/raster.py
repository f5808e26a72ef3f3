"""図の画像: an SVG as PNG, for files that can't hold one; drawn by typst with the font that is shipped."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import typst

FONTS: Final = Path(__file__).parent / "fonts"
PPI: Final = 200
"""Dots an inch: sharp on paper at the width of a page's text."""

_SIZE: Final = re.compile(rb'viewBox="0 0 ([0-9.]+) ([0-9.]+)"')
_PAGE: Final = """
#set page(width: {width}pt, height: {height}pt, margin: 0pt)
#set text(font: "BIZ UDPGothic")
#image(bytes(sys.inputs.svg), format: "svg", width: 100%)
"""


def png(svg: bytes) -> bytes:
    """The picture of an SVG that says its size in a viewBox (as ``documents.plots`` does)."""
    found = _SIZE.search(svg)
    if found is None:
        raise ValueError("an SVG without a viewBox")
    width, height = float(found[1]) * 0.75, float(found[2]) * 0.75
    compiler: Any = typst.compile  # its stub takes an invariant list only
    result: bytes = compiler(
        _PAGE.format(width=width, height=height).encode(),
        format="png",
        ppi=PPI,
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"svg": svg.decode("utf-8")},
    )
    return result
