r"""Presidioの認識器: any of them runs here as it is, with what makes them miss things in Japanese put right.

* ``\b`` and ``\W`` do not see the border between kana or kanji and a Latin word, as all of them are letters. Pattern
  recognizers therefore also read a view of the text in which every Japanese letter is a blank.
* A deny list is wrapped in such borders: here its words are found wherever they stand.
* A pattern that runs out of time is logged and skipped by Presidio, as if nothing had been found: here that fails.
"""

from __future__ import annotations

import importlib
import logging
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

os.environ.setdefault("TLDEXTRACT_PUBLIC_SUFFIX_LIST_URLS", "")  # tldextract would fetch a list over HTTP

from presidio_analyzer import EntityRecognizer, PatternRecognizer, predefined_recognizers
from presidio_analyzer.nlp_engine import SpacyNlpEngine

from ai_gov.model import Json

LOGGER: Final = "presidio-analyzer"
ENTITIES: Final = {
    "IBAN_CODE": "JP_BANK_ACCOUNT",
    "US_BANK_NUMBER": "JP_BANK_ACCOUNT",
    "AU_ABN": "LOCAL_ID",
    "CRYPTO": "CREDENTIAL",
    "MAC_ADDRESS": "SYSTEM_CONFIG",
}
"""Presidio's entities that have another name here; passports and licences of any country are found by their ending."""
ENDINGS: Final = {
    "_PASSPORT": "JP_PASSPORT",
    "_DRIVER_LICENSE": "JP_DRIVER_LICENSE",
    "_DRIVING_LICENSE": "JP_DRIVER_LICENSE",
}
_WIDE: Final = re.compile(r"[^\x00-\x7f]")


class RecognizerError(ValueError):
    """A recognizer that can't be loaded; ``named`` is what the settings call it."""

    def __init__(self, named: str) -> None:
        super().__init__(named)
        self.named = named


class SkippedError(RuntimeError):
    """Presidio left something out (a pattern that took too long) and went on."""

    def __init__(self, named: str) -> None:
        super().__init__(named)
        self.named = named


class Recognizers:
    """認識器の一式: ``nlp`` is a loaded spaCy pipeline for those that need its tokens, or None."""

    def __init__(self, wanted: Sequence[Json], nlp: Any, types: Mapping[str, str], minimum: float) -> None:
        self._recognizers: list[Any] = [load(item["class"], item.get("arguments") or {}) for item in wanted]
        self._types = types
        self._minimum = minimum
        self._artifacts = _artifacts(nlp)
        self._warned: list[str] = []
        logger = logging.getLogger(LOGGER)
        logger.addHandler(_Listener(self._warned))
        logger.propagate = False

    def read(self, text: str) -> Iterator[tuple[int, int, str, float, str]]:
        """Start, end, type, score and the name of the recognizer. Raises SkippedError."""
        artifacts = self._artifacts(text)
        bare = _WIDE.sub(" ", text)
        for recognizer in self._recognizers:
            views = [text] if bare == text or not isinstance(recognizer, PatternRecognizer) else [text, bare]
            self._warned.clear()
            found = {
                (result.start, result.end, result.entity_type): result
                for view in views
                for result in recognizer.analyze(view, recognizer.supported_entities, artifacts) or ()
            }
            if self._warned:
                raise SkippedError(recognizer.name)
            for start, end, kind in sorted(found):
                score = found[start, end, kind].score
                if score >= self._minimum:
                    yield start, end, self._type(kind), score, recognizer.name

    def _type(self, entity: str) -> str:
        if entity in self._types:
            return self._types[entity]
        for ending, ours in ENDINGS.items():
            if entity.endswith(ending):
                return ours
        return ENTITIES.get(entity, entity)


def load(name: str, arguments: Mapping[str, Json]) -> EntityRecognizer:
    """A recognizer by its class, predefined (``IbanRecognizer``) or anybody's (``town.presidio.MeterRecognizer``).

    Raises RecognizerError.

    >>> load("IbanRecognizer", {}).supported_entities
    ['IBAN_CODE']
    >>> load("NoSuchRecognizer", {})
    Traceback (most recent call last):
    ai_gov.nlp.foreign.RecognizerError: NoSuchRecognizer
    """
    module, _, kind = name.rpartition(".")
    try:
        made = getattr(importlib.import_module(module) if module else predefined_recognizers, kind)(**arguments)
    except Exception as error:
        raise RecognizerError(name) from error
    if not isinstance(made, EntityRecognizer):
        raise RecognizerError(name)
    pattern: Any = made
    if isinstance(made, PatternRecognizer):
        _unwrap(pattern.patterns, pattern.deny_list)
    return made


def _unwrap(patterns: Iterable[Any], words: Sequence[str] | None) -> None:
    """Let a deny list find its words inside Japanese too; between Latin letters they still need a border."""
    for pattern in patterns:
        if pattern.name == "deny_list" and words:
            pattern.regex = "|".join(
                rf"(?<![A-Za-z0-9]){re.escape(word)}(?![A-Za-z0-9])" if word.isascii() else re.escape(word)
                for word in sorted(words, key=len, reverse=True)
            )
            pattern.compiled_regex = None


def _artifacts(nlp: Any) -> Any:
    """What makes the tokens that some recognizers ask for."""
    engine: Any = None
    if nlp is not None:
        engine = SpacyNlpEngine(models=[{"lang_code": "ja", "model_name": nlp.meta["name"]}])
        engine.nlp = {"ja": nlp}

    def make(text: str) -> Any:
        return engine.process_text(text, "ja") if engine is not None and text else None

    return make


class _Listener(logging.Handler):
    """Hears what Presidio only logs."""

    def __init__(self, warned: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._warned = warned

    def emit(self, record: logging.LogRecord) -> None:
        self._warned.append(record.levelname)
