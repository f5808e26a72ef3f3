"""保存された判定: the lines that ``ai-gov inspect`` writes, or another system's in the same form, for scoring."""

from __future__ import annotations

import json
from collections.abc import Iterable

from ai_gov.errors import ConfigError, Problem
from ai_gov.model import Action, Json, Level
from ai_gov.scoring.figures import Detected, Prediction

_STOPPING = frozenset({"hold", "review", "require_approval"})


def load_predictions(lines: Iterable[str], path: str = "predictions.jsonl") -> dict[str, Prediction]:
    """判定の一覧: by id, from ``{"id", "action", "level", "entities": [{"start", "end", "type"}]}`` a line.

    ``review`` and ``require_approval`` of other systems count as held. Raises ConfigError with every wrong line.

    >>> line = '{"id": "A1", "action": "redact", "level": "3C", "entities": [{"start": 0, "end": 2}]}'
    >>> load_predictions([line])["A1"].spans
    (Detected(start=0, end=2, type=''),)
    """
    found: dict[str, Prediction] = {}
    problems: list[Problem] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            name, prediction = _prediction(json.loads(line))
        except (ValueError, TypeError, KeyError):
            message = (
                '{"id", "action", "level", "entities": [{"start", "end", "type"}]} の形の JSON にしてください'
                "（ai-gov inspect の出力がこの形です）。"
            )
            problems.append(Problem(path, number, message))
            continue
        if name in found:
            problems.append(Problem(path, number, "id が前の行と同じです。"))
        found[name] = prediction
    if problems:
        raise ConfigError(problems)
    return found


def _prediction(row: Json) -> tuple[str, Prediction]:
    action = row["action"]
    spans = tuple(
        Detected(int(item["start"]), int(item["end"]), str(item.get("type", ""))) for item in row.get("entities", ())
    )
    if any(span.start < 0 or span.end < span.start for span in spans):
        raise ValueError("a span")
    decided = Action.HOLD if action in _STOPPING else Action(action)
    return str(row["id"]), Prediction(decided, Level.parse(str(row["level"])), spans)
