"""二文字の索引: how Japanese text is cut so that 予算 is found in 補正予算.

A text is folded (width, kana width, case), cut at everything that is neither letter nor digit, and each run becomes
its overlapping pairs of characters. The pairs of a word find candidates; whether the word stands there is then
looked up in the folded text itself, so pairs need no positions.
"""

from __future__ import annotations

from collections.abc import Iterable

from ai_gov.text import normalize

MIN_WORD = 2
"""Characters of the shortest word that can be looked for."""


def fold(text: str) -> str:
    """照合の形: runs of letters and digits, one blank between them.

    >>> fold("補正予算（ＡＩ）、ﾃﾞｼﾞﾀﾙ化")
    '補正予算 ai デジタル化'
    """
    return " ".join(normalize(text).text.casefold().translate(_KEPT).split())


class _Kept(dict[int, str]):
    """Letters and digits as they are, everything else a blank; worked out once for each character."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        kept = self[code] = char if char.isalnum() else " "
        return kept


_KEPT = _Kept()


def bigrams(folded: str) -> set[str]:
    """二文字の組: of a folded text, each once.

    >>> sorted(bigrams("補正予算 ai x"))
    ['ai', '予算', '正予', '補正']
    """
    return {run[at : at + 2] for run in folded.split() for at in range(len(run) - 1)}


def words(query: str) -> tuple[str, ...]:
    """検索語: the words of a query, each of which must stand in the text.

    >>> words("補正予算　ＡＩ"), words("税")
    (('補正予算', 'ai'), ('税',))
    """
    return tuple(dict.fromkeys(fold(query).split()))


def holds(folded: str, wanted: Iterable[str]) -> bool:
    """Whether every word stands in a folded text.

    >>> holds(fold("令和8年度補正予算案"), words("予算")), holds(fold("予備の算定"), words("予算"))
    (True, False)
    """
    return all(word in folded for word in wanted)


def snippet(text: str, wanted: Iterable[str], *, around: int = 24) -> str:
    """抜粋: the first of the words with what stands around it, in one line; the beginning where none stands there.

    >>> snippet("本日の会議では補正予算について話した。", ["予算"], around=3)
    '…は補正予算につい…'
    """
    read = normalize(text)
    lowered = read.text.lower()
    for word in wanted:
        at = lowered.find(word)
        if at >= 0 and len(lowered) == len(read.text):
            start, end = read.to_original(max(at - around, 0), min(at + len(word) + around, len(lowered)))
            break
    else:
        start, end = 0, min(len(text), 2 * around)
    cut = " ".join(text[start:end].split())
    return ("…" if start else "") + cut + ("…" if end < len(text) else "")
