"""内容の判別器を学習する: ai_gov/detect/data/substance.txt.gz, on one core in a few seconds.

usage: train_substance.py [--cross-validate]

Reads only files of this repository: scripts/topics/substance.jsonl and the tuning and evasion prompts of tests/corpus.
Gold ``block`` speaks against a prompt, ``allow`` and ``redact`` for it. Names, addresses and numbers are masked, so
that nothing of a sample resident is learnt. The weights are those of a logistic regression with L2 penalty on character
n-grams (present or not, weighed by rarity, each prompt of length one), found by Newton's method, rounded to three
places: the same inputs give the same file. ``--cross-validate`` prints how often each part is stopped by a model that
has not seen it, and writes nothing.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ai_gov.corpus import CONTENT_TYPES, load_corpus
from ai_gov.detect.substance import LONGEST, SHORTEST, THRESHOLD, Substance, prepared

ROOT = Path(__file__).parents[1]
OWN = ROOT / "scripts" / "topics" / "substance.jsonl"
CORPORA = tuple(ROOT / "tests" / "corpus" / f"{name}.marked.jsonl" for name in ("tuning", "evasion"))
TARGET = ROOT / "ai_gov" / "detect" / "data" / "substance.txt.gz"
MASK = "\u25a0"
FEATURES = 12000
FEWEST = 2
PENALTY = 20.0
STEPS = 30
FOLDS = 10


class Example(NamedTuple):
    """A prompt with its identifiers masked, and whether it is to be stopped."""

    text: str
    stopped: bool
    action: str
    source: str


def examples() -> list[Example]:
    """All of them, in the order of the files."""
    found = []
    for line in OWN.read_text("utf-8").splitlines():
        row = json.loads(line)
        found.append(Example(prepared(row["text"]), row["action"] == "block", row["action"], OWN.stem))
    for path in CORPORA:
        for prompt in load_corpus(path.read_text("utf-8").splitlines(), path.name):
            masked, at = "", 0
            for mark in prompt.marks:
                if mark.type not in CONTENT_TYPES:
                    masked += prompt.text[at : mark.start] + MASK
                    at = mark.end
            masked += prompt.text[at:]
            found.append(Example(prepared(masked), prompt.action == "block", str(prompt.action), path.stem))
    return found


def grams(text: str) -> set[str]:
    """The n-grams of a text without those that hold a mask."""
    return {
        text[at : at + size]
        for size in range(SHORTEST, LONGEST + 1)
        for at in range(len(text) - size + 1)
        if not {MASK, "\n", "\t"} & set(text[at : at + size])
    }


def train(seen: Sequence[Example]) -> Substance:
    """The model of some examples."""
    sets = [grams(example.text) for example in seen]
    frequency = Counter(gram for found in sets for gram in found)
    common = sorted(((n, g) for g, n in frequency.items() if n >= FEWEST), key=lambda x: (-x[0], x[1]))[:FEATURES]
    names = sorted(gram for _, gram in common)
    place = {gram: number for number, gram in enumerate(names)}
    rarity = np.array([np.log((1 + len(seen)) / (1 + frequency[gram])) + 1 for gram in names])
    x = np.zeros((len(seen), len(names)))
    for row, found in enumerate(sets):
        for gram in found:
            if gram in place:
                x[row, place[gram]] = rarity[place[gram]]
    x /= np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-9)
    y = np.array([1.0 if example.stopped else -1.0 for example in seen])
    cost = PENALTY * np.where(y > 0, len(y) / (2 * (y > 0).sum()), len(y) / (2 * (y < 0).sum()))
    kernel = x @ x.T + 1.0  # the constant is the intercept, penalised like the rest
    dual = np.zeros(len(y))
    for _ in range(STEPS):
        margin = kernel @ dual
        chance = 1 / (1 + np.exp(y * margin))
        curve = np.maximum(cost * chance * (1 - chance), 1e-9)
        target = margin + cost * y * chance / curve
        dual = np.linalg.solve(kernel + np.diag(1 / curve), target)
    return Substance(
        {gram: (round(float(r), 3), round(float(w), 3)) for gram, r, w in zip(names, rarity, x.T @ dual, strict=True)},
        round(float(dual.sum()), 3),
    )


def write(model: Substance) -> None:
    """The file that is shipped."""
    lines = [f"{model.intercept}\n", *(f"{gram}\t{r}\t{w}\n" for gram, (r, w) in sorted(model.weights.items()))]
    TARGET.write_bytes(gzip.compress("".join(lines).encode("utf-8"), 9, mtime=0))


def cross_validate(seen: Sequence[Example]) -> None:
    """Ten folds: what a model stops that has not seen it."""
    counts: Counter[tuple[str, str, bool]] = Counter()
    for fold in range(FOLDS):
        model = train([example for number, example in enumerate(seen) if number % FOLDS != fold])
        for example in seen[fold::FOLDS]:
            chance = model.chance(example.text)
            counts[example.source, example.action, chance >= THRESHOLD] += 1
    for source, action in sorted({key[:2] for key in counts}):
        stopped, let = counts[source, action, True], counts[source, action, False]
        print(f"{source:12} {action:8} 停止 {stopped}/{stopped + let}")


def main() -> None:
    """Train and write, or cross-validate."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cross-validate", action="store_true")
    seen = examples()
    if parser.parse_args().cross_validate:
        cross_validate(seen)
        return
    model = train(seen)
    write(model)
    print(f"{TARGET.relative_to(ROOT)}: {len(model.weights):,} n-gram, {len(seen):,} 件")


if __name__ == "__main__":
    main()
