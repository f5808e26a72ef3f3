"""第二の読み取り（作業プロセス側）: GiNZA and Presidio recognizers in a process of their own, asked line by line.

Run as ``python -m ai_gov.nlp.second`` by :mod:`ai_gov.nlp.worker`. One JSON object a line, in both directions::

    ← {"model": "ja_ginza", "recognizers": [...]}     once
    → {"ready": true}  or  {"failed": "…"}
    ← {"text": "…", "names": true}                    as often as wanted; without names GiNZA is not asked
    → {"noted": [[start, end, type, score, source], …]}  or  {"failed": "…"}

Nothing is fetched from a network and nothing is written anywhere; a failure is told by its kind, never by a value.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from typing import Any, Final

from ai_gov.model import Json
from ai_gov.nlp.reader import next_piece

SCORE: Final = 0.6
"""How sure a name of GiNZA is; the model gives no number of its own."""
Read = Callable[[str], Iterator[tuple[int, int, str, float, str]]]


def ginza(model: str) -> tuple[Any, Read]:
    """The loaded pipeline, and what reads persons with it.

    Long texts are read in pieces that end at a line or a sentence, as the tokenizer takes no more at once.
    """
    import spacy  # noqa: PLC0415 - a second, and only where a model is wanted

    nlp = spacy.load(model, exclude=["parser", "bunsetu_recognizer", "compound_splitter", "morphologizer"])

    def read(text: str) -> Iterator[tuple[int, int, str, float, str]]:
        start = 0
        while start < len(text):
            stop, _ = next_piece(text, start)
            for found in nlp(text[start:stop]).ents:
                if found.label_ == "Person":
                    yield start + found.start_char, start + found.end_char, "PERSON", SCORE, "GiNZA"
            start = stop

    return nlp, read


def prepare(wanted: Json) -> tuple[list[Read], list[Read]]:
    """What the first line asks for: readers of names, and all others."""
    names: list[Read] = []
    others: list[Read] = []
    nlp = None
    if wanted["model"]:
        nlp, read = ginza(wanted["model"])
        names.append(read)
    if wanted["recognizers"]:
        from ai_gov.nlp.foreign import Recognizers  # noqa: PLC0415 - three seconds, and only where there are some

        others.append(Recognizers(wanted["recognizers"], nlp, wanted["types"], wanted["minimum"]).read)
    return names, others


def main() -> None:
    """Answer lines until there are none."""
    out = sys.stdout
    sys.stdout = sys.stderr  # what a model prints must not come between the answers
    try:
        names, others = prepare(json.loads(sys.stdin.readline()))
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent must hear of it
        _answer(out, {"failed": _kind(error)})
        return
    _answer(out, {"ready": True})
    for line in sys.stdin:
        asked = json.loads(line)
        reads = [*names, *others] if asked["names"] else others
        try:
            _answer(out, {"noted": [list(note) for read in reads for note in read(asked["text"])]})
        except Exception as error:  # noqa: BLE001
            _answer(out, {"failed": _kind(error)})


def _kind(error: Exception) -> str:
    """What is told of an error: its class, and for a wrong setting the name that can't be loaded."""
    named = getattr(error, "named", "")
    return f"{type(error).__name__}{f'（{named}）' if named else ''}"


def _answer(out: Any, data: Json) -> None:
    out.write(json.dumps(data) + "\n")
    out.flush()


if __name__ == "__main__":
    main()
