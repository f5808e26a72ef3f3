"""採点のデータ: the figures as JSON, without any text of a prompt."""

from __future__ import annotations

from collections.abc import Sequence

from ai_gov.model import Json
from ai_gov.scoring.column import Column
from ai_gov.scoring.figures import Rate, rates


def as_json(columns: Sequence[Column]) -> Json:
    """測定の列をJSONに: one object per column; a rate is ``{"part", "whole", "value"}``."""
    return {"columns": [_column(column) for column in columns]}


def _column(column: Column) -> Json:
    scores = column.scores
    return {
        "title": column.title,
        "prompts": scores.prompts,
        "missing": scores.missing,
        "characters": column.characters,
        "seconds": column.seconds,
        "rates": {field: _rate(rate) for field, _, rate in rates(scores)},
        "types": {
            kind: {"full": _rate(one.full), "touched": _rate(one.touched), "precision": _rate(one.precision)}
            for kind, one in scores.by_type.items()
        },
        "genres": {genre: {"leak": _rate(one.leak), "harm": _rate(one.harm)} for genre, one in scores.by_genre.items()},
        "actions": [
            {"expected": expected.value, "predicted": predicted.value, "count": count}
            for (expected, predicted), count in sorted(scores.actions.items())
        ],
        "misses": [
            {
                "id": miss.id,
                "expected": miss.expected.value,
                "predicted": miss.predicted.value,
                "left": [{"type": mark.type, "start": mark.start, "end": mark.end} for mark in miss.left],
                "excess": [{"type": span.type, "start": span.start, "end": span.end} for span in miss.excess],
            }
            for miss in scores.misses
        ],
    }


def _rate(rate: Rate) -> Json:
    return {"part": rate.part, "whole": rate.whole, "value": rate.value}
