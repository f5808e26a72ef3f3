"""氏名の判別器を学習する: ai_gov/detect/data/tagger.txt.gz and its manifest, on one core in a few minutes.

usage: train_tagger.py [--new-inputs]

Reads only files of this repository and the installed Sudachi dictionary, each checked by its SHA-256 against the
manifest; with ``--new-inputs`` what changed is taken over. The same inputs give the same file, to the byte.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import importlib.util
import json
import random
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pycrfsuite
from _tagger_corpus import Example, Filler, MarkLike, read_contexts, read_templates, read_words, swapped
from _tagger_names import Names

from ai_gov.corpus import load_corpus
from ai_gov.detect.persons.features import features
from ai_gov.detect.persons.lexicon import Lexicon
from ai_gov.detect.persons.spans import spans
from ai_gov.detect.persons.view import View
from ai_gov.nlp.reader import SudachiReader

ROOT = Path(__file__).parents[1]
DATA = ROOT / "ai_gov" / "detect" / "data"
TEMPLATES = tuple(ROOT / "scripts" / "tagger" / name for name in ("persons.txt", "others.txt", "plain.txt"))
CONTEXTS = ROOT / "scripts" / "tagger" / "contexts.txt"
WORDS = ROOT / "scripts" / "tagger" / "words.txt"
OWN = ROOT / "tests" / "corpus" / "tuning.marked.jsonl"
PLACES = DATA / "places.txt.gz"
TARGET = DATA / "tagger.txt.gz"
MANIFEST = DATA / "tagger.json"
SEED = 20261125
NEIGHBOURS = frozenset(("lw", "rw", "lx", "rx", "lf", "rf"))
"""Features that hold a neighbouring word; left out at times, so that the others learn to do without them."""
PARAMETERS = {
    "c1": 0.3,
    "c2": 3.0,
    "max_iterations": 90,
    "feature.minfreq": 3,
    "feature.possible_states": False,
}


@dataclass(frozen=True)
class Amount:
    """量: how often each template is filled and each annotated prompt given other names."""

    rounds: int = 40
    swaps: int = 20
    without_neighbours: float = 0.35


def inputs() -> dict[str, Path]:
    """入力のファイル."""
    dictionary = importlib.util.find_spec("sudachidict_core")
    system = Path(str(dictionary and dictionary.origin)).parent / "resources" / "system.dic"
    files = (*TEMPLATES, CONTEXTS, WORDS, OWN, PLACES, DATA / "persons.txt.gz")
    return {path.relative_to(ROOT).as_posix(): path for path in files} | {"sudachidict_core/system.dic": system}


def digests() -> dict[str, str]:
    """入力の SHA-256."""
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in inputs().items()}


def corpus(rng: random.Random, amount: Amount, own: Path = OWN) -> Iterator[Example]:
    """学習文."""
    words = read_words(WORDS.read_text(encoding="utf-8"))
    names = Names(rng, Lexicon.load(), words)
    filler = Filler(rng, names, words, towns())
    for path in TEMPLATES:
        yield from filler.examples(read_templates(path.read_text(encoding="utf-8")), amount.rounds)
    yield from filler.in_contexts(read_contexts(CONTEXTS.read_text(encoding="utf-8")), 600 * amount.rounds)
    for prompt in load_corpus(own.read_text(encoding="utf-8").splitlines(), own.name):
        marks = [MarkLike(mark.start, mark.end, mark.type, mark.optional) for mark in prompt.marks]
        for _ in range(amount.swaps):
            yield swapped(names, prompt.text, marks)


def towns() -> list[str]:
    """町の名."""
    lines = gzip.decompress(PLACES.read_bytes()).decode().splitlines()
    return sorted({name for line in lines for name in line.partition("\t")[2].split(" ") if 1 < len(name) < 6})


def candidates(examples: Iterable[Example]) -> Iterator[tuple[list[str], bool]]:
    """候補: the features of each, and whether it is a name."""
    reader, lexicon = SudachiReader(), Lexicon.load()
    for example in examples:
        reading = reader.read(example.text)
        view = View(reading, lexicon)
        persons = set(example.persons)
        for span in spans(view):
            original = reading.source.to_original(span.start, span.end)
            if not any(original[0] < end and start < original[1] for start, end in example.unsaid):
                yield features(view, span), original in persons


def train(rng: random.Random, amount: Amount, own: Path = OWN) -> dict[str, int]:
    """重み: by feature, in hundredths; a logistic model, as crfsuite makes of sequences of one."""
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params(PARAMETERS)
    numbers: dict[str, str] = {}  # crfsuite's listing of weights cannot hold every character
    for found, person in candidates(corpus(rng, amount, own)):
        few = rng.random() < amount.without_neighbours
        kept = [feature for feature in found if not few or feature[:2] not in NEIGHBOURS]
        trainer.append([[numbers.setdefault(item, str(len(numbers))) for item in kept]], ["1" if person else "0"])
    with tempfile.TemporaryDirectory() as folder:
        model = str(Path(folder) / "model")
        trainer.train(model)
        tagger = pycrfsuite.Tagger()
        tagger.open(model)
        state = tagger.info().state_features
    names = list(numbers)
    weights: dict[str, float] = {}
    for (number, label), weight in state.items():
        feature = names[int(number)]
        weights[feature] = weights.get(feature, 0.0) + (weight if label == "1" else -weight)
    rounded = {feature: round(weight * 100) for feature, weight in sorted(weights.items())}
    return {feature: weight for feature, weight in rounded.items() if weight}


def pack(weights: dict[str, int]) -> bytes:
    """重みのファイル: one ``weight TAB feature`` a line."""
    lines = "".join(f"{weight}\t{feature}\n" for feature, weight in weights.items())
    return gzip.compress(lines.encode(), 9, mtime=0)


def main() -> None:
    parser = argparse.ArgumentParser(description="氏名の判別器を学習します。")
    parser.add_argument("--new-inputs", action="store_true", help="変わった入力をそのまま使い、控えも改めます。")
    options = parser.parse_args()
    found = digests()
    pinned = json.loads(MANIFEST.read_text(encoding="utf-8"))["inputs"] if MANIFEST.exists() else {}
    changed = sorted(name for name, digest in found.items() if pinned.get(name) != digest)
    if changed and not options.new_inputs:
        sys.exit(f"控えと違う入力があります: {'、'.join(changed)}。改めるには --new-inputs を付けてください。")
    packed = pack(weights := train(random.Random(SEED), Amount()))  # noqa: S311  # reproducible, not secret
    TARGET.write_bytes(packed)
    manifest = {"weights": len(weights), "sha256": hashlib.sha256(packed).hexdigest(), "inputs": found}
    MANIFEST.write_text(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print(f"{TARGET.name}: {len(weights):,} の重み、{len(packed):,} バイト")


if __name__ == "__main__":
    main()
