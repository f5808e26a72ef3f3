"""検知の説明の語: how something was found and on what evidence, in the words of staff."""

from __future__ import annotations

from typing import Final

from ai_gov.model import Finding

HOW: Final = {
    "words": "決まった語",
    "regex": "書き方の型",
    "labelled": "見出し・項目名のそばの値",
    "number": "番号の形",
    "near": "語の並び",
    "reader": "文章の読み取り",
    "topic": "話題の手がかりの重なり",
}
"""見つけ方: the kinds of detection as staff call them."""
EVIDENCE: Final = {
    "full": "番地までの形",
    "dashed": "ハイフンの番地の形",
    "lot": "地番の形",
    "old": "旧来の番地の形",
    "loose": "番地らしい数字",
}
"""手がかり that the readers give as codes."""
_PLAIN: Final = frozenset({"words", "regex", "number", "near"})
"""Kinds that do not look for a label by themselves."""


def how(item: Finding) -> str:
    """見つけ方: the kind of detection, and what proved it.

    >>> from ai_gov.model import Level
    >>> how(Finding("JP_MY_NUMBER", 0, 12, Level.L3B, "my-number", kind="number", confirmed=True, anchored=True))
    '番号の形（検査用数字か固有の形が合う、項目名・見出しのそば）'
    """
    proofs = [
        word
        for word, holds in (
            ("検査用数字か固有の形が合う", item.confirmed),
            ("項目名・見出しのそば", item.anchored and item.kind in _PLAIN),
        )
        if holds
    ]
    return HOW.get(item.kind, "伏せ字の形の文字列") + (f"（{'、'.join(proofs)}）" if proofs else "")


def evidence(item: Finding) -> str:
    """手がかり: the words that spoke for it."""
    return "・".join(EVIDENCE.get(word, word) for word in item.evidence)
