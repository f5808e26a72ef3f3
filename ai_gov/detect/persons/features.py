"""特徴: what the tagger sees of a candidate, as short strings; the same in training and in use.

Four groups: of the span itself, of what stands before it, of what stands behind it, and of these together. The first
three are worked out once a span, a start and an end.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from ai_gov.detect.persons.marks import DETAIL, HONORIFIC, KIN, OFFICE, Mark
from ai_gov.detect.persons.spans import LEADS, Span
from ai_gov.detect.persons.view import View
from ai_gov.detect.reading import Token

_POS: Final = {
    "姓": "S", "名": "G", "地名": "P", "人名": "N", "固有名詞": "E", "普通名詞": "n", "数詞": "d", "接尾辞": "x",
    "接頭辞": "f", "動詞": "v", "形容詞": "a", "助詞": "j", "助動詞": "J", "副詞": "b", "代名詞": "r", "補助記号": "s",
    "空白": "_", "記号": "k", "連体詞": "t", "感動詞": "i", "接続詞": "c", "形状詞": "y",
}  # fmt: skip
_CALLINGS: Final = frozenset("長員士師官手者")
_LETTERS: Final = frozenset("hKtA")
_codes: dict[tuple[str, ...], str] = {}
_scripts: dict[str, str] = {}  # of each character once; there are no more than Unicode has


class Side(NamedTuple):
    """前後: one side of a span: what it is, its next word, and its features."""

    kind: str
    word: str
    code: str
    features: tuple[str, ...]
    telling: bool = False  # a word stands there that goes with names


class Inside(NamedTuple):
    """中: the span itself."""

    what: str
    first: str
    shape: str
    signature: str


def code(token: Token) -> str:
    """品詞の略号: one letter; ``o`` behind it for a word that the dictionary does not have."""
    short = _codes.get(token.pos)
    if short is None:
        short = next((_POS[part] for part in reversed(token.pos) if part in _POS), "?")
        _codes[token.pos] = short
    return short if token.known else short + "o"


def script(char: str) -> str:
    """文字の種類: one letter for kana, kanji, Latin letters and digits; other characters stand for themselves."""
    known = _scripts.get(char)
    if known is None:
        known = _scripts[char] = _script(char)
    return known


def _script(char: str) -> str:
    if char < "\u3041":
        if "0" <= char <= "9":
            return "0"
        if char in "\n\t":
            return "/" if char == "\n" else "_"
        return "A" if char.isalpha() else char
    if char <= "ゟ":
        return "h"
    if char <= "ヿ":
        return "・" if char == "・" else "t"
    return "K" if char.isalpha() else char


def inside(view: View, span: Span) -> Inside:
    """What a span looks like: as a name by the lexicon, by its letters, by its parts of speech."""
    text, tokens = view.text, view.tokens
    start, end, cut, given = span
    looks = view.lexicon.look
    if text[start] < "\u0250":
        words = text[start:end].replace(",", " ").split()
        kinds = [looks(word).surname for word in words[:4]]
        first, what = kinds[0], "A" + " ".join(kinds)
        shape = "A" + " ".join(["U" if word.isupper() else "T" if len(word) > 1 else "i" for word in words[:4]])
        if "," in text[start:end]:
            shape += ","
    elif cut:
        first, second = looks(text[start:cut]).surname, looks(text[given:end]).given
        if first == "o" and view.is_ordinary(start, cut):
            first = "n"
        if second == "o" and view.is_ordinary(given, end):
            second = "n"
        joint = text[cut : cut + 1] if given > cut else ""
        joint = "_" if joint == " " else "/" if joint == "\n" else joint
        shape = f"{script(text[start])}{cut - start}{joint}{script(text[given])}{min(end - given, 6)}"
        what = f"{first}{joint}{second}"
    else:
        look = looks(text[start:end])
        first, second = look.surname, look.given
        if (first == "o" or second == "o") and view.is_ordinary(start, end):
            first, second = ("n" if first == "o" else first), ("n" if second == "o" else second)
        shape = f"{script(text[start])}{min(end - start, 8)}{script(text[end - 1])}"
        what = f"{first}|{second}"
    low, high = view.numbers(start, end)
    signature = "".join([code(tokens[number]) for number in range(low, min(high, low + 4))])
    if low < high and tokens[low].start != start:
        signature = "<" + signature
    if low < high and tokens[high - 1].end != end:
        signature += ">"
    return Inside(what, first, shape, signature)


def inside_features(span: Inside) -> tuple[str, ...]:
    """The features of a span itself."""
    what, _, shape, signature = span
    return (
        "w" + what,
        "s" + shape,
        "ws" + what + shape,
        "t" + signature,
        "ts" + signature + shape,
        "tw" + signature + what,
    )


def mark_before(view: View, start: int) -> Mark | None:
    """The word before a span that goes with names, with at most three characters between."""
    text, before = view.text, view.marks.before
    at, mark = start, before.get(start)
    while mark is None and at > 0 and start - at < 3 and text[at - 1] in LEADS:
        at -= 1
        mark = before.get(at)
    if mark is None or view.is_boundary(mark.start) or (start and script(text[start - 1]) == "K"):
        return mark
    return None


def mark_after(view: View, end: int) -> Mark | None:
    """The word behind a span that goes with names, with at most a blank between."""
    after = view.marks.after
    mark = after.get(end) or (after.get(end + 1) if view.text[end : end + 1] == " " else None)
    if mark is None:
        if end in view.marks.details:
            return Mark(end, end + 1, DETAIL)  # みのり(小4)
        if view.text[end : end + 1] == "(":
            if end + 1 in view.marks.kin:
                return Mark(end, end + 1, KIN + "(")  # みのり(長女)
            inner = after.get(end + 1)
            if inner is not None and inner.kind == OFFICE and inner.end - inner.start > 1:
                return Mark(end, end + 1, OFFICE + "(")  # 見本(主任、
        return None
    token = view.token_at(mark.start)
    return None if token is not None and token.end > mark.end else mark


def left(view: View, start: int) -> Side:
    """What stands before a span."""
    text, tokens = view.text, view.tokens
    if start == 0:
        return Side("/", "", "/", ("l/", "lc/"))
    mark = mark_before(view, start)
    char = script(text[start - 1])
    low, _ = view.numbers(start - 1, start)
    token = tokens[low]
    word = "" if token.surface.isspace() else token.surface
    further = tokens[low - 1].surface.strip() if low else ""
    listed = code(tokens[low - 1]) if low and char not in _LETTERS else ""
    pos = code(token)
    if mark is not None:
        kind = mark.kind + text[mark.end : start].replace("\t", "  ").replace(" ", "_")
    else:
        kind = char + pos if char in _LETTERS else char
    beyond = script(further[-1]) if further else "/"
    found = ("l" + kind, "lw" + word, f"lf{further}|{word}", f"lc{pos}{char}", f"l2{kind}{beyond}", f"lk{char}{listed}")
    return Side(kind, word, pos, found, mark is not None)


def right(view: View, end: int) -> Side:
    """What stands behind a span."""
    text, tokens = view.text, view.tokens
    if end >= len(text):
        return Side("/", "", "/", ("r/", "rc/"))
    mark = mark_after(view, end)
    char = script(text[end])
    low, _ = view.numbers(end, end + 1)
    token = tokens[low]
    word = "" if token.surface.isspace() else token.surface
    pos = code(token)
    further = tokens[low + 1].surface.strip() if low + 1 < len(tokens) else ""
    listed = code(tokens[low + 1]) if low + 1 < len(tokens) and char not in _LETTERS else ""
    if mark is not None:
        kind = mark.kind if mark.end >= len(text) or view.is_boundary(mark.end) else mark.kind + "~"
    else:
        kind = char + pos if char in _LETTERS else char
        if char == "K" and word[-1:] in _CALLINGS:
            kind += "+"
    beyond = script(further[0]) if further else "/"
    found = ("r" + kind, "rw" + word, f"rf{word}|{further}", f"rc{pos}{char}", f"r2{kind}{beyond}", f"rk{char}{listed}")
    telling = mark is not None and not (mark.kind == HONORIFIC and _goes_on(text[mark.end : mark.end + 1]))
    return Side(kind, word, pos, found, telling)


def _goes_on(char: str) -> bool:
    """Whether a word goes on behind what looks like an honorific: 市史編さん委員会; not in 原さん宅."""
    return script(char) == "K" and char not in "宅方側達等本家用宛夫" if char else False


def together(before: Side, span: Inside, after: Side) -> list[str]:
    """The features of a span with what stands beside it."""
    what, first, shape, signature = span
    edges = before.kind + "^" + after.kind
    return [
        "e" + edges,
        "el" + before.kind + what,
        "er" + after.kind + what,
        "es" + before.kind + shape,
        "et" + after.kind + shape,
        "ew" + edges + first,
        "lx" + before.word + what,
        "rx" + after.word + what,
        "lt" + before.code + signature,
        "rt" + after.code + signature,
    ]


def features(view: View, span: Span) -> list[str]:
    """特徴の並び: all of one candidate."""
    own, before, after = inside(view, span), left(view, span.start), right(view, span.end)
    return [*inside_features(own), *before.features, *after.features, *together(before, own, after)]
