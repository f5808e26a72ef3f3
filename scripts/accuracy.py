#!/usr/bin/env python3
"""docs/accuracy.md from the project's own corpora, and real public text where its path is given (``make accuracy``).

``--public FILE`` is a JSONL of ``{"id", "text"}``, not part of this project; without it the figures that stand in the
page already are kept, as they were measured with the rules named there.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from ai_gov import wiring
from ai_gov.cli.evaluating import measure, predict
from ai_gov.corpus import TYPES, AnnotatedPrompt, load_corpus
from ai_gov.model import japan_date
from ai_gov.scoring import Rate, Scores, score
from ai_gov.scoring.column import Column
from ai_gov.scoring.figures import FIGURES, rates
from ai_gov.scoring.predictions import load_predictions
from ai_gov.scoring.public import load_passages, score_public
from ai_gov.scoring.report import interval

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "accuracy.md"
SHORT = ("leak", "identifier_leak", "benign_harm", "block_stopped", "redact_over_blocked", "identifier_recall")
NAMES = {field: name.strip("　") for field, name in FIGURES}
START, END = "<!-- public -->\n", "\n<!-- /public -->"
UNMEASURED = "この版では、まだ測っていません。`make accuracy PUBLIC=文章.jsonl` で測れます。"


def corpus(name: str) -> list[AnnotatedPrompt]:
    path = ROOT / "tests" / "corpus" / f"{name}.marked.jsonl"
    return load_corpus(path.read_text(encoding="utf-8").split("\n"), path.name)


def peer(gold: Sequence[AnnotatedPrompt]) -> Column:
    sys.path.insert(0, str(ROOT))
    from benchmarks.presidio_ginza import predict as by_presidio  # noqa: PLC0415 - not part of the package

    lines, seconds = by_presidio({item.id: item.text for item in gold})
    return Column(
        "Presidio＋GiNZA", score(gold, load_predictions(lines)), sum(len(item.text) for item in gold), seconds
    )


def public_ja(path: Path | None, digest: str, day: str) -> str:
    """The section on real text: measured now, or as it stands in the page."""
    if path is None:
        page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
        return page.partition(START)[2].partition(END)[0] or UNMEASURED
    passages = load_passages(path.read_text(encoding="utf-8").split("\n"), path.name)
    found = score_public(passages, predict("public", wiring.inspector(), passages)[0])
    return "\n".join(
        [
            (
                f"市の広報紙、国の機関のウェブページ、法令など、公表された文章{len(passages)}件"
                f"（{found.characters:,}文字）です。私人の情報のない文章なので、止めたり伏せたりしたら、すべて害です"
                "（公表されている電話番号・住所・メールアドレスを伏せたものは数えません）。"
            ),
            f"文章そのものは、このプロジェクトには入っていません。{day} に、規則の識別子 `{digest}` で測りました。",
            "",
            "```",
            "ai-gov evaluate --public 文章.jsonl",
            "```",
            "",
            "| 見るところ | 値 |",
            "| --- | --- |",
            f"| 停止、または連絡先のほかを伏せた文章 | {found.harmed} |",
            f"| うち停止 | {found.stopped} |",
            f"| 誤った氏名 | {found.persons}件（1,000文字に{found.persons_per_thousand:.3f}件） |",
        ]
    )


def kinds(ours: Scores, theirs: Scores) -> list[tuple[str, Rate, Rate, str]]:
    return [
        (kind, one.full, one.precision, str(theirs.by_type[kind].full) if kind in theirs.by_type else "－")
        for kind, one in ours.by_type.items()
        if one.full.whole
    ]


def short(scores: Scores) -> list[tuple[str, Rate]]:
    return [(NAMES[field], getattr(scores, field)) for field in SHORT]


def speed(column: Column) -> str:
    return f"{column.speed:,.0f}文字/秒" if column.speed else "－"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--public", type=Path, help="公表された文章の JSONL（1行に {id, text}）。")
    options = parser.parse_args()
    inspector = wiring.inspector()
    heldout, tuning, evasion = (corpus(name) for name in ("heldout", "tuning", "evasion"))
    fast = measure("fast", inspector, heldout)
    thorough = measure("thorough", wiring.inspector(reader_name="thorough"), heldout)
    stock = peer(heldout)
    tuned, evasive = (measure("fast", inspector, gold).scores for gold in (tuning, evasion))
    digest, day = inspector.governance.digest[:12], japan_date().isoformat()
    template = (ROOT / "scripts" / "accuracy.md.j2").read_text(encoding="utf-8")
    environment = Environment(  # noqa: S701 - Markdown, made of our own figures
        trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined, keep_trailing_newline=True
    )
    page = environment.from_string(template).render(
        types="、".join(f"`{kind}`" for kind in sorted(TYPES)),
        day=day,
        digest=digest,
        heldout=fast.scores,
        tuning=tuned,
        evasion=evasive,
        main=[
            (name.replace("　", ""), rate, interval(rate), getattr(stock.scores, field))
            for field, name, rate in rates(fast.scores)
        ],
        kinds=kinds(fast.scores, stock.scores),
        evasive=short(evasive),
        tuned=short(tuned),
        public=public_ja(options.public, digest, day),
        slow=[
            *(
                (name, rate, other)
                for (name, rate), (_, other) in zip(short(fast.scores), short(thorough.scores), strict=True)
            ),
            ("氏名の再現率", fast.scores.by_type["PERSON"].full, thorough.scores.by_type["PERSON"].full),
            ("氏名の適合率", fast.scores.by_type["PERSON"].precision, thorough.scores.by_type["PERSON"].precision),
            ("速さ", speed(fast), speed(thorough)),
        ],
    )
    PAGE.write_text(page, encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)} を作り直しました。\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
