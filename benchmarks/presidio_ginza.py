"""Stock Presidio over GiNZA, as its documentation says to set up another language, for comparison.

``python benchmarks/presidio_ginza.py CORPUS.jsonl`` writes one prediction a line, for ``ai-gov evaluate
--predictions``. Everything it finds is redacted, except DATE_TIME, LOCATION, ORGANIZATION, NRP and URL, which would
hide most of any text; it has no notion of a prompt that must not be sent at all.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("TLDEXTRACT_PUBLIC_SUFFIX_LIST_URLS", "")

from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import NlpEngineProvider

from ai_gov.corpus import load_corpus

LEFT = frozenset({"DATE_TIME", "LOCATION", "ORGANIZATION", "NRP", "URL"})
ENGINE = {
    "nlp_engine_name": "spacy",
    "models": [{"lang_code": "ja", "model_name": "ja_ginza"}],
    "ner_model_configuration": {
        "model_to_presidio_entity_mapping": {"Person": "PERSON", "Province": "LOCATION", "City": "LOCATION"},
        "low_confidence_score_multiplier": 0.4,
        "labels_to_ignore": [],
    },
}


def analyzer() -> AnalyzerEngine:
    engine = NlpEngineProvider(nlp_configuration=ENGINE).create_engine()
    registry = RecognizerRegistry(supported_languages=["ja"])
    registry.load_predefined_recognizers(languages=["ja"], nlp_engine=engine)
    return AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["ja"])


def predict(texts: dict[str, str]) -> tuple[list[str], float]:
    """A line for each text by its id, and the seconds it took."""
    made = analyzer()
    made.analyze("準備の文です。", language="ja")
    start = time.perf_counter()
    lines = []
    for name, text in texts.items():
        found = [item for item in made.analyze(text, language="ja") if item.entity_type not in LEFT]
        entities = [{"start": item.start, "end": item.end, "type": item.entity_type} for item in found]
        action, level = ("redact", "3C") if found else ("allow", "1")
        lines.append(json.dumps({"id": name, "action": action, "level": level, "entities": entities}))
    return lines, time.perf_counter() - start


if __name__ == "__main__":
    path = Path(sys.argv[1])
    corpus = load_corpus(path.read_text(encoding="utf-8").split("\n"), path.name)
    print("\n".join(predict({item.id: item.text for item in corpus})[0]))
