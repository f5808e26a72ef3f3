"""採点: how much a detector lets out and how much it harms, on an annotated corpus.

========================= ==============================================================================
漏えい leak               a confidential prompt (gold redact or block) that is allowed; or redacted with any
                          significant character of a hard mark left; or gold block and not stopped
重大な漏えい hard leak     the same, but a gold block that is redacted with every hard mark covered is caught
識別子の漏えい identifier   a confidential prompt, not stopped, from which a hard mark of an identifier type leaves
公表情報の阻害 harm        a gold allow that is stopped, or redacted outside its optional marks
========================= ==============================================================================

Stopped is blocked or held. Significant is every character but blanks, punctuation and format characters (Unicode
Z, P, C). A prompt without a prediction counts as allowed at 自治体機密性1 with nothing found. Two annotators differ
on about 2 % of identifier marks, on a quarter of content marks and on redact against block in 5 to 10 %.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import compress

from ai_gov.corpus import CONTENT_TYPES, AnnotatedPrompt, Mark
from ai_gov.model import Action, Level, Span

STOPPED = frozenset({Action.BLOCK, Action.HOLD})


@dataclass(frozen=True, slots=True)
class Prediction:
    """判定結果: what a detector made of a prompt; ``spans`` are what it found, in code points of the original."""

    action: Action
    level: Level
    spans: tuple[Span, ...] = ()


_NOTHING = Prediction(Action.ALLOW, Level.L1)


@dataclass(frozen=True, slots=True)
class Rate:
    """割合: ``part`` of ``whole``; without a whole there is no value.

    >>> str(Rate(3, 70)), str(Rate(0, 0))
    ('3/70 (4.3%)', '－')
    """

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """Part by whole, from 0 to 1."""
        return self.part / self.whole if self.whole else None

    def __str__(self) -> str:
        return f"{self.part:,}/{self.whole:,} ({self.part / self.whole:.1%})" if self.whole else "－"


@dataclass(frozen=True, slots=True)
class TypeScore:
    """種類別: hard marks of one type that are covered in full, and those touched at all."""

    full: Rate
    touched: Rate


@dataclass(frozen=True, slots=True)
class Miss:
    """誤り: a prompt that leaks or is harmed, and where. It holds places, never the text that stands there."""

    id: str
    expected: Action
    predicted: Action
    left: tuple[Mark, ...] = ()  # hard marks not covered in full
    excess: tuple[Span, ...] = ()  # what a benign prompt was redacted or stopped for


@dataclass(frozen=True, slots=True)
class Scores:
    """採点結果: every figure with its numerator and denominator."""

    prompts: int
    missing: int
    leak: Rate
    hard_leak: Rate
    identifier_leak: Rate
    benign_harm: Rate
    benign_stopped: Rate
    block_stopped: Rate
    redact_exact: Rate
    redact_over_blocked: Rate
    span_recall: Rate
    character_recall: Rate
    identifier_recall: Rate
    content_recall: Rate
    span_precision: Rate
    character_precision: Rate
    level_confidential: Rate
    level_exact: Rate
    level_under: Rate
    by_type: Mapping[str, TypeScore]
    misses: tuple[Miss, ...]

    def render_ja(self) -> str:
        """採点表: the figures as a table, types by how often they occur."""
        rows = [
            ("漏えい", self.leak),
            ("重大な漏えい", self.hard_leak),
            ("識別子の漏えい", self.identifier_leak),
            ("公表情報の阻害", self.benign_harm),
            ("　うち停止", self.benign_stopped),
            ("停止すべきものを停止", self.block_stopped),
            ("伏せるべきものを伏せて送信", self.redact_exact),
            ("　伏せれば足りるのに停止", self.redact_over_blocked),
            ("伏せるべき範囲の検出（全部）", self.span_recall),
            ("　文字数", self.character_recall),
            ("　識別子", self.identifier_recall),
            ("　内容", self.content_recall),
            ("検出した範囲の正しさ", self.span_precision),
            ("　文字数", self.character_precision),
            ("機密性1か2以上か", self.level_confidential),
            ("　自治体機密性の一致", self.level_exact),
            ("　実際より低く判定", self.level_under),
        ]
        lines = [f"件数 {self.prompts:,}（判定なし {self.missing:,}）", ""]
        lines += [f"{_pad(name, 30)}{rate}" for name, rate in rows]
        lines += ["", f"{_pad('種類', 24)}{_pad('全部を検出', 20)}一部でも検出"]
        lines += [f"{_pad(kind, 24)}{_pad(str(t.full), 20)}{t.touched}" for kind, t in self.by_type.items()]
        return "\n".join(lines)


def _pad(text: str, width: int) -> str:
    shown = sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)
    return text + " " * max(1, width - shown)


def significant(character: str) -> bool:
    r"""意味のある文字: neither blank nor punctuation nor a format character.

    >>> [character for character in "山 田（太)-郎\u200b" if significant(character)]
    ['山', '田', '太', '郎']
    """
    return not character.isspace() and unicodedata.category(character)[0] not in "PZC"


def score(gold: Iterable[AnnotatedPrompt], predictions: Mapping[str, Prediction]) -> Scores:
    """採点: compare what a detector made of each prompt with what the corpus says.

    >>> from ai_gov.corpus import load_corpus
    >>> gold = load_corpus(['{"id":"A","action":"redact","level":"3C","marked":"<<PERSON|御堂 柊>>さん"}'])
    >>> score(gold, {"A": Prediction(Action.REDACT, Level.L3C, (Span(0, 2), Span(3, 4)))}).leak
    Rate(part=0, whole=1)
    >>> score(gold, {"A": Prediction(Action.REDACT, Level.L3C, (Span(0, 2),))}).leak
    Rate(part=1, whole=1)
    """
    count: Counter[str] = Counter()
    types: defaultdict[str, Counter[str]] = defaultdict(Counter)
    misses: list[Miss] = []
    for prompt in gold:
        count["prompts"] += 1
        count["missing"] += prompt.id not in predictions
        predicted = predictions.get(prompt.id, _NOTHING)
        sheet = _Sheet.of(prompt, predicted)
        _count_spans(prompt, predicted, sheet, count, types)
        _count_levels(prompt.level, predicted.level, count)
        judge = _judge_benign if prompt.action is Action.ALLOW else _judge_confidential
        miss = judge(prompt, predicted, sheet, count)
        if miss is not None:
            misses.append(miss)
    return _scores(count, types, misses)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One byte a character: is it significant, found, in a hard mark, in an optional one."""

    significant: bytes
    found: bytes
    hard: bytes
    optional: bytes
    left: tuple[Mark, ...]

    @classmethod
    def of(cls, prompt: AnnotatedPrompt, predicted: Prediction) -> _Sheet:
        length = len(prompt.text)
        weight = bytes(map(significant, prompt.text))
        found = _paint(predicted.spans, length)
        hard = [mark for mark in prompt.marks if not mark.optional]
        left = tuple(
            mark for mark in hard if 0 in compress(found[mark.start : mark.end], weight[mark.start : mark.end])
        )
        optional = _paint((mark.span for mark in prompt.marks if mark.optional), length)
        return cls(weight, found, _paint((mark.span for mark in hard), length), optional, left)


def _paint(spans: Iterable[Span], length: int) -> bytes:
    painted = bytearray(length)
    for span in spans:
        end = min(span.end, length)
        if span.start < end:
            painted[span.start : end] = b"\x01" * (end - span.start)
    return bytes(painted)


def _count_spans(
    prompt: AnnotatedPrompt,
    predicted: Prediction,
    sheet: _Sheet,
    count: Counter[str],
    types: defaultdict[str, Counter[str]],
) -> None:
    left = set(sheet.left)
    for mark in prompt.marks:
        if mark.optional:
            continue
        kind = "content" if mark.type in CONTENT_TYPES else "identifier"
        full = mark not in left
        count[kind] += 1
        count[f"{kind}_full"] += full
        types[mark.type]["all"] += 1
        types[mark.type]["full"] += full
        types[mark.type]["touched"] += 1 in sheet.found[mark.start : mark.end]
    for weight, found, hard, optional in zip(sheet.significant, sheet.found, sheet.hard, sheet.optional, strict=True):
        count["characters_found"] += weight & found
        count["characters_right"] += weight & found & (hard | optional)
        count["characters_hard"] += weight & hard
        count["characters_covered"] += weight & hard & found
    for span in predicted.spans:
        count["found"] += 1
        count["found_right"] += any(sheet.hard[span.start : span.end]) or any(sheet.optional[span.start : span.end])


def _count_levels(expected: Level, predicted: Level, count: Counter[str]) -> None:
    count["level_exact"] += expected is predicted
    count["level_confidential"] += (expected is Level.L1) == (predicted is Level.L1)
    count["level_under"] += predicted < expected


def _judge_confidential(
    prompt: AnnotatedPrompt, predicted: Prediction, sheet: _Sheet, count: Counter[str]
) -> Miss | None:
    stopped = predicted.action in STOPPED
    redacted = predicted.action is Action.REDACT
    caught = stopped or (redacted and not sheet.left)
    leak = not caught or (prompt.action is Action.BLOCK and not stopped)
    leaving = sheet.left if redacted else tuple(mark for mark in prompt.marks if not mark.optional)
    count["confidential"] += 1
    count["leak"] += leak
    count["hard_leak"] += not caught
    count["identifier_leak"] += not stopped and any(mark.type not in CONTENT_TYPES for mark in leaving)
    count[prompt.action] += 1
    count[f"{prompt.action}_stopped"] += stopped
    count[f"{prompt.action}_redacted"] += redacted
    return Miss(prompt.id, prompt.action, predicted.action, left=sheet.left) if leak else None


def _judge_benign(prompt: AnnotatedPrompt, predicted: Prediction, sheet: _Sheet, count: Counter[str]) -> Miss | None:
    stopped = predicted.action in STOPPED
    excess = any(
        weight & found and not optional
        for weight, found, optional in zip(sheet.significant, sheet.found, sheet.optional, strict=True)
    )
    harm = stopped or (predicted.action is Action.REDACT and excess)
    count["benign"] += 1
    count["benign_harm"] += harm
    count["benign_stopped"] += stopped
    return Miss(prompt.id, prompt.action, predicted.action, excess=predicted.spans) if harm else None


def _scores(count: Counter[str], types: Mapping[str, Counter[str]], misses: list[Miss]) -> Scores:
    def rate(part: str, whole: str) -> Rate:
        return Rate(count[part], count[whole])

    count["marks"] = count["identifier"] + count["content"]
    count["marks_full"] = count["identifier_full"] + count["content_full"]
    by_type = {
        kind: TypeScore(Rate(tally["full"], tally["all"]), Rate(tally["touched"], tally["all"]))
        for kind, tally in sorted(types.items(), key=lambda item: (-item[1]["all"], item[0]))
    }
    return Scores(
        prompts=count["prompts"],
        missing=count["missing"],
        leak=rate("leak", "confidential"),
        hard_leak=rate("hard_leak", "confidential"),
        identifier_leak=rate("identifier_leak", "confidential"),
        benign_harm=rate("benign_harm", "benign"),
        benign_stopped=rate("benign_stopped", "benign"),
        block_stopped=rate("block_stopped", "block"),
        redact_exact=rate("redact_redacted", "redact"),
        redact_over_blocked=rate("redact_stopped", "redact"),
        span_recall=rate("marks_full", "marks"),
        character_recall=rate("characters_covered", "characters_hard"),
        identifier_recall=rate("identifier_full", "identifier"),
        content_recall=rate("content_full", "content"),
        span_precision=rate("found_right", "found"),
        character_precision=rate("characters_right", "characters_found"),
        level_confidential=rate("level_confidential", "prompts"),
        level_exact=rate("level_exact", "prompts"),
        level_under=rate("level_under", "prompts"),
        by_type=by_type,
        misses=tuple(misses),
    )
