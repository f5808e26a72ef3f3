"""違いの表示: what the check found, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from ai_gov.documents.guideline.check import Difference

Found = Sequence[tuple[Path, Sequence[Difference]]]


def as_text(found: Found, source: str, *, strict: bool) -> Iterator[str]:
    """Differences by document and article, and a last line that says how many."""
    total = 0
    for path, differences in found:
        counted = [item for item in differences if strict or item.counts]
        wording = len(differences) - len(counted)
        total += len(counted)
        yield f"{path.name} を {source} と比べました。違い {len(counted)} 件" + (
            f"（ほかに文言の違い {wording} 件）" if wording else ""
        )
        article = -1
        for item in sorted(differences, key=lambda item: (item.kind.value == "wording", item.article or 99)):
            if item.article != article:
                article = item.article
                yield f"  {f'第{article}条' if article else '別紙・全体'}"
            yield f"    [{item.kind.ja}] {item.title}: 文書「{item.published}」 いま「{item.current}」"
            if item.setting:
                yield f"      設定: {item.setting}"
            yield f"      場所: {item.where}"
            if item.counts:
                yield f"      直し方: {item.remedy}"
    yield "違いはありません。" if not total else f"違いは {total} 件です。"


def as_json(found: Found) -> Iterator[str]:
    """One JSON object a line."""
    for path, differences in found:
        for item in differences:
            yield json.dumps({"document": path.name, "counts": item.counts, **asdict(item)}, ensure_ascii=False)
