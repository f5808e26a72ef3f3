"""候補の範囲: every span that could be a name, by its letters, the lexicon and what stands beside it.

Generous: what a span is, the tagger decides. Only where a word is an ordinary one, or no list has it, something
beside it has to speak for a name. Linear in the length of the text, as no span is longer than a name.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final, NamedTuple

from ai_gov.detect.persons.lexicon import FOREIGN, GIVEN, GIVEN_READING, SURNAME, SURNAME_READING, WORD
from ai_gov.detect.persons.marks import HONORIFIC
from ai_gov.detect.persons.view import View
from ai_gov.detect.persons.words import HIRAGANA, KANJI, KATAKANA, LATIN, NAME_KANJI, NOT_NAMED, PUBLIC_OFFICES

_KANJI: Final = f"(?:[{KANJI}]|[ヶケノツ](?=[{KANJI}]))"
_RUN: Final = re.compile(
    f"{_KANJI}+|[{KATAKANA}]{{2,}}|(?<![{KATAKANA} ])[{KATAKANA}](?= [{KATAKANA}]{{2}})|[{HIRAGANA}ー]{{2,}}"
)
_CAPITAL: Final = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪĮİĶĹĻĽŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŲŹŻŽƠƯẠ-Ỹ"
_LATIN_WORD: Final = f"[{_CAPITAL}](?:[{LATIN}'’-]{{0,24}}[{LATIN}]\\.?|\\.|)"
_LATIN_RUN: Final = re.compile(
    f"(?<![{LATIN}0-9_./@-]){_LATIN_WORD}(?:,? {_LATIN_WORD}){{0,5}}(?![{LATIN}0-9_@=]|/[{LATIN}])"
)
_PRODUCT: Final = re.compile(f"(?<!Mc)(?<!Mac)(?<!De)(?<!La)(?<!Le)[a-zà-ÿ][{_CAPITAL}]")  # OpenSearch
_LATIN_NAME: Final = re.compile(f"[{LATIN}]{{2}}")
_JOINT: Final = re.compile(" ?[ ・=]| ?\n ?")
_SECOND: Final = re.compile(
    f"[{KATAKANA}{HIRAGANA}]{{1,3}}[{KANJI}](?![{NAME_KANJI}])|{_KANJI}{{1,4}}|[{KATAKANA}]{{1,12}}|[{HIRAGANA}ー]{{1,8}}"
)
_MORE: Final = re.compile(f"[ ・=]([{KATAKANA}]{{1,12}})(?![{KATAKANA}])")
_GIVEN_END: Final = re.compile(f"[子江代枝美恵絵乃奈香佳花音太斗郎男雄夫一](?![{NAME_KANJI}])")
_KANA_GIVEN: Final = re.compile(f"[{HIRAGANA}ー]{{2,4}}[{KANJI}]?|[{KATAKANA}]{{2,4}}")
_EDGES: Final = frozenset("\n\t,、。|/()「」『』【】[]〔〕:;<>・→■□●○◎◆◇※* -＜＞\"'=~〜")
LEADS: Final = frozenset(" \t:・の(「)】〕]>/=")
"""What may stand between a name and the word before it that says whose it is."""
_JOINTS: Final = frozenset(" ・=\n")
_NO_END: Final = frozenset("又及第等様印")  # 又は, 及び: function words that Sudachi joins to what is before them
_LONGEST_KANJI: Final = 7
_LONGEST_UNLISTED: Final = 5
_LONGEST_RUN: Final = 60  # in a longer run of kanji only what the lists have can be a name
_LONGEST_KANA: Final = 12
_LONGEST_SURNAME: Final = 5
_MOST_PARTS: Final = 5
NAME: Final = SURNAME | GIVEN
READING: Final = SURNAME_READING | GIVEN_READING
KANA: Final = READING | FOREIGN


class Span(NamedTuple):
    """候補: a span; ``cut`` is where the surname ends and ``given`` where the given name starts (0: not cut)."""

    start: int
    end: int
    cut: int = 0
    given: int = 0


def spans(view: View) -> Iterator[Span]:
    """候補を順に: by where they start."""
    yield from _latin(view)
    for match in _RUN.finditer(view.text):
        start, end = match.span()
        char = view.text[start]
        if char > "ー":
            yield from _kanji(view, start, end)
        elif char <= "ゖ":
            yield from _hiragana(view, start, end)
        elif char in "ヶケノツ" and end - start > 1 and view.text[start + 1] > "ー":
            yield from _kanji(view, start, end)
        elif char < "ー":
            yield from _katakana(view, start, end)


def led(view: View, start: int) -> bool:
    """Whether a word that stands before names does so here."""
    before, text = view.marks.before, view.text
    at = start
    for _ in range(3):
        if at in before:
            return True
        at -= 1
        if at < 1 or text[at] not in LEADS:
            return False
    return False


def titled(view: View, end: int) -> bool:
    """Whether a word that stands behind names does so here."""
    after = view.marks.after
    return end in after or end in view.marks.details or (end + 1 in after and view.text[end] in " (")


def _opens(view: View, start: int) -> bool:
    return start == 0 or view.text[start - 1] in _EDGES


def _closes(view: View, end: int) -> bool:
    return end >= len(view.text) or view.text[end] in _EDGES


def _kanji(view: View, start: int, stop: int) -> Iterator[Span]:
    text, look = view.text, view.lexicon.look
    following = text[stop] if stop < len(text) else "\n"
    inner: list[int] = []
    token = view.token_at(start)
    if token is not None and token.end == stop:
        flags, _, _, cut = look(token.surface)
        if not (flags & NAME or cut or following in _JOINTS or titled(view, stop)) and token.known:
            ordinary = token.pos[1:2] != ("固有名詞",)
            if ordinary and not led(view, start):
                return
        marks = view.marks.after
        inner = [at for at in range(start + 1, stop) if at in marks and _parts(view, start, at, stop)]
    else:
        inner = [at for at in range(start + 1, stop) if view.is_boundary(at) or _parts(view, start, at, stop)]
    ends = [*inner, stop]
    long = stop - start > _LONGEST_RUN
    opened = _opens(view, start)
    kana = "ぁ" <= following <= "ヴ"
    for number, begin in enumerate((start, *inner)):
        lead = led(view, begin)
        for end in ends[number : number + _LONGEST_KANJI]:
            if end - begin > _LONGEST_KANJI:
                break
            if text[end - 1] in _NO_END:
                continue
            flags, surname, _, cut = look(text[begin:end])
            named = flags & NAME or cut
            if not named and (long or end - begin > _LONGEST_UNLISTED):
                continue
            if not (lead or titled(view, end)):
                if surname == "d" or (flags & WORD and not (flags & SURNAME and opened and begin == start)):
                    continue
                if not (
                    named
                    or _unlisted(view, begin, end)
                    or (
                        opened
                        and begin == start
                        and end == stop
                        and _closes(view, end)
                        and not view.is_ordinary(begin, end)
                    )
                ):
                    continue
            if not _is_none(view, begin, end):
                yield Span(begin, end)
            if cut:
                yield Span(begin, end, begin + cut, begin + cut)
        if stop - begin > _LONGEST_SURNAME:
            continue
        if following in _JOINTS:
            yield from _pairs(view, begin, stop, lead=lead)
        elif kana:
            yield from _kana_given(view, begin, stop)


def _is_none(view: View, start: int, end: int) -> bool:
    """Whether a word is plainly none: 皆さん, or the town of a mayor."""
    mark, word = view.marks.after.get(end), view.text[start:end]
    if mark is not None and view.text[end : mark.end] in PUBLIC_OFFICES:
        return True
    if word[-2:] in PUBLIC_OFFICES:
        return True
    if word[-1] == "寺" and mark is None and not (led(view, start) or view.lexicon.is_common(word)):
        return True
    return word in NOT_NAMED and not view.lexicon.is_common(word)


def _unlisted(view: View, start: int, end: int) -> bool:
    """Whether Sudachi takes a span for a name, or does not know it."""
    token = view.token_at(start)
    return token is not None and token.end == end and (not token.known or token.pos[2:3] == ("人名",))


def _parts(view: View, start: int, at: int, stop: int) -> bool:
    """Whether a word that goes with names begins or ends inside a token: 毛馬内主査, 母栗本, 圷様."""
    mark = view.marks.after.get(at)
    if mark is not None and (mark.end - at > 1 or (at + 1 == stop and mark.kind == HONORIFIC)):
        low, _ = view.numbers(at, at + 1)
        token = view.tokens[low]
        return not token.known or token.end != mark.end or token.pos[1:2] == ("固有名詞",)
    mark = view.marks.before.get(at)
    return mark is not None and (mark.start == start or view.is_boundary(mark.start))


def _kana_given(view: View, begin: int, stop: int) -> Iterator[Span]:
    """A surname in kanji and a given name in kana written as one: 見本みのり."""
    text, look = view.text, view.lexicon.look
    match = _KANA_GIVEN.match(text, stop)
    token = view.token_at(stop)
    if match is None or token is None or not look(text[begin:stop]).flags & SURNAME:
        return  # 新しい: the kana belong to the word
    for end in range(match.end(), stop + 1, -1):
        if stop - begin == 1 and view.is_ordinary(stop, end):
            continue  # 本サイト
        if (view.is_boundary(end) or end in view.marks.after) and look(text[stop:end]).flags & GIVEN_READING:
            yield Span(begin, end, stop, stop)


def _pairs(view: View, begin: int, stop: int, *, lead: bool) -> Iterator[Span]:
    """Two parts with a blank, a middle dot or a line break between them, and more of them in katakana."""
    text, look = view.text, view.lexicon.look
    joint = _JOINT.match(text, stop)
    if joint is None:
        return
    given = joint.end()
    second = _SECOND.match(text, given)
    if second is None:
        return
    last = second.end()
    if "\n" in joint[0] and not (
        (begin == 0 or text[begin - 1] in " \n") and (last == len(text) or text[last] in " \n") and stop - begin <= 4
    ):
        return
    first = look(text[begin:stop]).flags
    dotted = "・" in joint[0]
    if dotted and first & WORD and not look(text[given:last]).flags & KANA and text[begin] <= "ー":
        return  # キッズ・ボールパーク
    strict = "\n" in joint[0] or (dotted and max(text[begin], text[given]) > "ー")  # else lines and lists become names
    for end in range(last, given, -1):
        if end != last and not view.is_boundary(end) and end not in view.marks.after:
            continue
        if text[end - 1] in _NO_END:
            continue
        flags = look(text[given:end]).flags
        if strict:
            likely = bool(first & SURNAME and flags & GIVEN and not flags & WORD)
        elif first & flags & WORD and end - given == 1:
            likely = lead or titled(view, end)
        else:
            likely = bool(lead or first & (NAME | KANA) or flags & (GIVEN | KANA)) or titled(view, end)
        if likely:
            yield Span(begin, end, stop, given)
    if strict:
        return
    at = last
    for _ in range(_MOST_PARTS):
        more = _MORE.match(text, at)
        if more is None:
            return
        at = more.end()
        yield Span(begin, at, stop, given)


def _katakana(view: View, start: int, stop: int) -> Iterator[Span]:
    text = view.text
    if stop - start > _LONGEST_KANA:
        return
    flags, _, _, cut = view.lexicon.look(text[start:stop])
    lead = led(view, start)
    beside = lead or titled(view, stop)
    ordinary = view.is_ordinary(start, stop)
    if cut and (beside or not ordinary):
        yield Span(start, stop, start + cut, start + cut)
    if beside or not (flags & WORD or ordinary) or (flags & KANA and _opens(view, start) and _closes(view, stop)):
        yield Span(start, stop)
    given = _GIVEN_END.match(text, stop)
    if given is not None and stop - start <= 3:
        yield Span(start, given.end())
    if start == 0 or text[start - 1] not in "・=":
        yield from _pairs(view, start, stop, lead=lead)


def _hiragana(view: View, start: int, stop: int) -> Iterator[Span]:
    text, look, after = view.text, view.lexicon.look, view.marks.after
    opened = _opens(view, start)
    lead = led(view, start)
    titles = [at for at in range(start + 2, stop + 1) if at in after and after[at].kind == HONORIFIC]
    called = set(titles)
    inside = [at for at in range(start + 2, stop - 1) if at in view.marks.before]  # うちのつむぎ
    if not (opened or lead or titles or inside):
        return
    bounds = [at for at in range(start + 1, stop) if view.is_boundary(at) or at in called]
    every = [*bounds, stop]
    for begin in (start, *bounds):
        first = (begin == start and (opened or lead)) or (bool(inside) and begin > inside[0] and led(view, begin))
        ends = every if first else titles
        low = bisect_right(ends, begin)
        for end in ends[low : low + _LONGEST_KANA]:
            size = end - begin
            if size < 2:
                continue
            if size > _LONGEST_KANA:
                break
            flags, _, _, cut = look(text[begin:end])
            if cut:
                yield Span(begin, end, begin + cut, begin + cut)
            if flags & READING or end in called:
                yield Span(begin, end)
        if first:
            given = _GIVEN_END.match(text, stop)
            if given is not None and stop - begin <= 3:
                yield Span(begin, given.end())
            if stop - begin <= _LONGEST_SURNAME + 1:
                yield from _pairs(view, begin, stop, lead=lead)


def _latin(view: View) -> Iterator[Span]:
    """Words in Latin letters that begin with a capital: all that stand together, and the last of them."""
    text = view.text
    for match in _LATIN_RUN.finditer(text):
        end = match.end()
        if _PRODUCT.search(match[0]) or not _LATIN_NAME.search(match[0]):
            continue
        starts = [match.start(), *(blank.end() for blank in re.finditer(" ", text[match.start() : end]))]
        offset = match.start()
        starts = [offset, *(offset + at for at in starts[1:])]
        for number, start in enumerate(starts[:3]):
            word = text[start : starts[number + 1] - 1 if number + 1 < len(starts) else end]
            if number + 1 < len(starts):
                yield Span(start, end, start + len(word.rstrip(",")), starts[number + 1])
            elif (
                titled(view, end)
                or led(view, start)
                or number
                or text[start - 5 : start].rstrip(". ").lower() in {"mr", "ms"}
            ):
                yield Span(start, end)
