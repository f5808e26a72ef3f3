"""違いの表示: what the check and the impact of a change found, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from ai_gov import wiring
from ai_gov.documents.guideline.check import Difference
from ai_gov.documents.guideline.facts import Fact
from ai_gov.documents.guideline.template import Template
from ai_gov.errors import ConfigError
from ai_gov.service import guideline as service

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


def touched(config: Path | None, current: Mapping[str, str], files: Mapping[str, str]) -> list[str]:
    """What of the guideline a change of the set in force touches; nothing where the old set can't be read any more."""
    made = service.template(wiring.guideline_files(*([config] if config is not None else [])))
    try:
        before = service.in_force(current, "")
    except ConfigError:
        return ["いま適用中の設定を読めないため、利用ガイドラインのどこを改めるかは示せません。"]
    return list(impact_lines(made, service.impact(made, before, service.in_force(files, ""))))


def impact_lines(made: Template, changes: Mapping[int, Sequence[tuple[Fact | None, Fact | None]]]) -> Iterator[str]:
    """What a change of policy touches, article by article."""
    if not changes:
        yield "利用ガイドラインで改めるところはありません。"
        return
    titles = {article.number: article.title for article in made.structure.articles}
    yield "利用ガイドラインで改めるところ（ai-gov guideline build で作り直せます）:"
    for article, pairs in changes.items():
        yield f"  第{article}条 {titles[article]}" if article else "  別紙「仕組みの設定」"
        for was, now in pairs:
            fact = now or was
            assert fact is not None
            title = f"{fact.title}（{fact.item}）" if fact.item else fact.title
            before, after = was.value if was else "（なし）", now.value if now else "（なくなる）"
            yield f"    {title}: {before} → {after}  [{fact.key}]"
