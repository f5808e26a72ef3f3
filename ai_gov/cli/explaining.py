"""検査の説明: one inspection as a person reads it in a terminal: what was found where, by which rule, and why."""

from __future__ import annotations

from typing import Final

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from ai_gov.detect.detector import Explanation
from ai_gov.model import Action, Finding
from ai_gov.service.explained import evidence, how
from ai_gov.service.inspector import Inspection, Inspector

COLOURS: Final = {"1": "cyan", "2": "blue", "3C": "yellow", "3B": "red", "3A": "bold red"}
DISCARDED: Final = 20
"""So many candidates that became nothing are shown."""


def show(console: Console, inspector: Inspector, row: dict[str, str], seen: Inspection) -> None:
    """The text with its spans coloured and numbered, each finding with its reasons, and what follows."""
    console.rule(f"{row['id']}　{seen.level}　{seen.action.ja}")
    console.print(marked(row["text"], seen.entities))
    if seen.entities:
        console.print(Text("\n見つけたもの", style="bold"))
    for number, item in enumerate(seen.entities, 1):
        for line, indent in finding(number, row["text"], item, inspector):
            console.print(Padding(line, (0, 0, 0, indent)))
    put_aside(console, inspector.explain(row["text"]))
    console.print(Text("\n判定", style="bold"))
    for reason in seen.reasons:
        console.print(Padding(Text(reason.message), (0, 0, 0, 2)))
    sent = seen.action in (Action.ALLOW, Action.REDACT)
    console.print(Padding(Text(f"送信される文章: {seen.redacted}" if sent else "送信されません。"), (0, 0, 0, 2)))


def marked(text: str, entities: tuple[Finding, ...]) -> Text:
    """The text; behind each span its number, so that it can be told without colours too.

    >>> from ai_gov.model import Level
    >>> marked("電話は0157-22-3344です", (Finding("PHONE_NUMBER", 3, 15, Level.L3C, "phone"),)).plain
    '電話は0157-22-3344[1]です'
    """
    out = Text()
    at = 0
    for number, item in enumerate(entities, 1):
        out.append(text[at : item.start])
        out.append(text[item.start : item.end], style=f"reverse {COLOURS[item.level.code]}")
        out.append(f"[{number}]", style="dim")
        at = item.end
    out.append(text[at:])
    return out


def finding(number: int, text: str, item: Finding, inspector: Inspector) -> list[tuple[Text, int]]:
    """The lines of one finding, with how far each is indented: what, by which rule, how, on what evidence."""
    rule = inspector.governance.rules.get(item.rule)
    lines = [
        f"規則　　 {item.rule}　{rule.title if rule else item.type}（{item.level}）",
        f"見つけ方 {how(item)}　確からしさ {item.score:.2f}",
    ]
    if item.evidence:
        lines.append(f"手がかり {evidence(item)}")
    surface = text[item.start : item.end].replace("\n", "⏎")
    head = Text.assemble((f"[{number}] ", COLOURS[item.level.code]), (surface, "bold"), f"　{item.label}")
    return [(head, 2), *((Text(line), 6) for line in lines)]


def put_aside(console: Console, explanation: Explanation) -> None:
    """The candidates that became nothing, each kind with its reason once."""
    reasons = dict.fromkeys(
        (discarded.candidate.source.rule.title, discarded.reason) for discarded in explanation.discarded
    )
    if not reasons:
        return
    console.print(Text("\n候補から外したもの", style="bold"))
    for title, reason in list(reasons)[:DISCARDED]:
        console.print(Padding(Text(f"{title}（{reason}）", style="dim"), (0, 0, 0, 2)))
