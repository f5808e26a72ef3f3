"""地名の一覧を作る: ai_gov/detect/data/places.txt.gz from geolonia/japanese-addresses (CC BY 4.0).

usage: build_gazetteer.py GAZETTEER_JSON

GAZETTEER_JSON holds ``{"city": [...], "town": [...]}``, the distinct names of municipalities (with and without 市,
区, 町, 村) and of 大字・町丁目 in that data set. The result has one line for each: ``c`` or ``t``, TAB, words.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from pathlib import Path

from _checked_input import read_checked

SHA256 = "30cc14b602e04d31a7abeefd6f57e40b584e60dcb6f1849510e02005d1eef128"
TARGET = Path(__file__).parents[1] / "ai_gov" / "detect" / "data" / "places.txt.gz"
NAME = re.compile("[^0-9０-９\\s]{2,12}")


def main(source: Path) -> None:
    names = json.loads(read_checked(source, SHA256))
    lines = []
    for letter, kind in (("c", "city"), ("t", "town")):
        kept = sorted({name for name in names[kind] if NAME.fullmatch(name)})
        lines.append(f"{letter}\t{' '.join(kept)}\n")
    TARGET.write_bytes(gzip.compress("".join(lines).encode(), 9, mtime=0))
    print(f"{TARGET.name}: {TARGET.stat().st_size:,} バイト")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
