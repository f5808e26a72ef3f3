"""採点の計算: one prompt after the other, one byte a character, counters at the end made into rates."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import compress
from typing import Protocol

from ai_gov.corpus import CONTENT_TYPES, AnnotatedPrompt, Mark
from ai_gov.model import Action, Level
from ai_gov.scoring.figures import GenreScore, Miss, Prediction, Rate, Scores, TypeScore

STOPPED = frozenset({Action.BLOCK, Action.HOLD})
_NOTHING = Prediction(Action.ALLOW, Level.L1)


class _Placed(Protocol):
    """What has a place in a text."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


def significant(character: str) -> bool:
    r"""意味のある文字: neither blank nor punctuation nor a format character.

    >>> [character for character in "山 田（太)-郎\u200b" if significant(character)]
    ['山', '田', '太', '郎']
    """
    return not character.isspace() and unicodedata.category(character)[0] not in "PZC"


def score(gold: Iterable[AnnotatedPrompt], predictions: Mapping[str, Prediction]) -> Scores:
    """採点: compare what a detector made of each prompt with what the corpus says.

    >>> from ai_gov.corpus import load_corpus
    >>> from ai_gov.scoring import Detected
    >>> gold = load_corpus(['{"id":"A","action":"redact","level":"3C","marked":"<<PERSON|御堂 柊>>さん"}'])
    >>> score(gold, {"A": Prediction(Action.REDACT, Level.L3C, (Detected(0, 2), Detected(3, 4)))}).leak
    Rate(part=0, whole=1)
    >>> score(gold, {"A": Prediction(Action.REDACT, Level.L3C, (Detected(0, 2),))}).leak
    Rate(part=1, whole=1)
    """
    count: Counter[str] = Counter()
    types: defaultdict[str, Counter[str]] = defaultdict(Counter)
    genres: defaultdict[str, Counter[str]] = defaultdict(Counter)
    actions: Counter[tuple[Action, Action]] = Counter()
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
        kind = "harm" if prompt.action is Action.ALLOW else "leak"
        genres[prompt.genre][f"{kind}_all"] += 1
        genres[prompt.genre][kind] += miss is not None
        actions[prompt.action, predicted.action] += 1
    return _scores(count, types, genres, actions, misses)


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
        optional = _paint((mark for mark in prompt.marks if mark.optional), length)
        return cls(weight, found, _paint(hard, length), optional, left)


def _paint(spans: Iterable[_Placed], length: int) -> bytes:
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
        right = any(sheet.hard[span.start : span.end]) or any(sheet.optional[span.start : span.end])
        count["found_right"] += right
        if span.type:
            types[span.type]["found"] += 1
            types[span.type]["right"] += right


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
    if not leak:
        return None
    return Miss(prompt.id, prompt.action, predicted.action, left=sheet.left, genre=prompt.genre)


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
    if not harm:
        return None
    return Miss(prompt.id, prompt.action, predicted.action, excess=predicted.spans, genre=prompt.genre)


def _scores(
    count: Counter[str],
    types: Mapping[str, Counter[str]],
    genres: Mapping[str, Counter[str]],
    actions: Mapping[tuple[Action, Action], int],
    misses: list[Miss],
) -> Scores:
    def rate(part: str, whole: str) -> Rate:
        return Rate(count[part], count[whole])

    count["marks"] = count["identifier"] + count["content"]
    count["marks_full"] = count["identifier_full"] + count["content_full"]
    by_type = {
        kind: TypeScore(
            Rate(tally["full"], tally["all"]),
            Rate(tally["touched"], tally["all"]),
            Rate(tally["right"], tally["found"]),
        )
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
        by_genre={
            genre: GenreScore(Rate(tally["leak"], tally["leak_all"]), Rate(tally["harm"], tally["harm_all"]))
            for genre, tally in sorted(genres.items(), key=lambda item: (-item[1].total(), item[0]))
        },
        actions=dict(actions),
        misses=tuple(misses),
    )
