"""改正の影響の文: which articles of the usage guideline a change of the set in force touches, as people read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ai_gov.documents.guideline.facts import Fact
from ai_gov.documents.guideline.template import Template
from ai_gov.errors import ConfigError
from ai_gov.service import guideline


def touched(made: Template, current: Mapping[str, str], files: Mapping[str, str]) -> list[str]:
    """What of the guideline a change of the set in force touches; a sentence where the old set can't be read."""
    try:
        before = guideline.in_force(current, "")
    except ConfigError:
        return ["いま適用中の設定を読めないため、利用ガイドラインのどこを改めるかは示せません。"]
    return list(lines(made, guideline.impact(made, before, guideline.in_force(files, ""))))


def lines(made: Template, changes: Mapping[int, Sequence[tuple[Fact | None, Fact | None]]]) -> Iterator[str]:
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
