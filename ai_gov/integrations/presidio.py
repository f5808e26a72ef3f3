"""Presidio: the whole of ai_gov's detection as one recognizer in anybody's ``AnalyzerEngine``, in two lines::

    from ai_gov.integrations.presidio import add_to
    add_to(analyzer)

The entities have the names of the rules (``PERSON``, ``PHONE_NUMBER``, ``JP_ADDRESS``, ``JP_MY_NUMBER`` …); those that
Presidio has too have its names, so that its anonymizer and thresholds know them. Needs no particular NLP engine: the
text is read by ai_gov itself, so a blank pipeline will do. Whatever fails raises; nothing is skipped.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

os.environ.setdefault("TLDEXTRACT_PUBLIC_SUFFIX_LIST_URLS", "")  # tldextract would fetch a list over HTTP

from presidio_analyzer import AnalysisExplanation, EntityRecognizer, RecognizerResult

from ai_gov import wiring

if TYPE_CHECKING:
    from presidio_analyzer import AnalyzerEngine

    from ai_gov.model import Finding
    from ai_gov.service.inspector import Inspector

NAME: Final = "AiGovRecognizer"


class AiGovRecognizer(EntityRecognizer):
    """認識器: an inspector's findings as Presidio's results.

    ``inspector`` by default has the shipped rules and the fast reader. Its identifier stays the same from one process
    to the next (Presidio's own are memory addresses), so that a log can be read later.
    """

    def __init__(
        self,
        inspector: Inspector | None = None,
        *,
        entities: Iterable[str] | None = None,
        supported_language: str = "ja",
    ) -> None:
        self._inspector = inspector or wiring.inspector()
        self._rules = self._inspector.governance.rules
        known = sorted({rule.entity for rule in self._rules.values()})
        wanted = known if entities is None else list(entities)
        unknown = sorted(set(wanted) - set(known))
        if unknown:
            raise ValueError(f"規則にない種類です: {'、'.join(unknown)}。使える種類: {'、'.join(known)}")
        super().__init__(supported_entities=wanted, name=NAME, supported_language=supported_language)
        self._id = f"{NAME}_{self._inspector.governance.digest[:12]}"

    def load(self) -> None:
        """Read a word, so that the dictionary is there before the first text."""
        self._inspector.explain("準備")

    def analyze(self, text: str, entities: Sequence[str] | None, nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """The findings of the wanted entities (None: all), in code points of ``text``. Raises DetectorFailed."""
        del nlp_artifacts  # the text is read by ai_gov
        wanted = frozenset(entities or self.supported_entities)
        return [self._result(item) for item in self._inspector.explain(text).findings if item.type in wanted]

    def _result(self, finding: Finding) -> RecognizerResult:
        rule = self._rules.get(finding.rule)
        evidence = f"　手がかり: {'・'.join(finding.evidence)}" if finding.evidence else ""
        explanation = AnalysisExplanation(
            recognizer=NAME,
            original_score=finding.score,
            pattern_name=finding.rule,
            textual_explanation=f"{rule.title if rule else finding.type}（{finding.level}）{evidence}",
        )
        explanation.set_supportive_context_word("・".join(finding.evidence))
        return RecognizerResult(
            finding.type,
            finding.start,
            finding.end,
            finding.score,
            explanation,
            {
                RecognizerResult.RECOGNIZER_NAME_KEY: NAME,
                RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
                "level": finding.level.code,
                "removable": finding.removable,
                "irreversible": finding.irreversible,
            },
        )


def add_to(analyzer: AnalyzerEngine, inspector: Inspector | None = None, *, language: str = "ja") -> AiGovRecognizer:
    """追加: ai_gov's recognizer added to an analyzer, and given back. Raises ValueError for a language it lacks."""
    if language not in analyzer.supported_languages:
        raise ValueError(
            f"この AnalyzerEngine は言語「{language}」を受け付けません（{'・'.join(analyzer.supported_languages)}）。"
            f'supported_languages=["{language}"] で作ってください。'
        )
    recognizer = AiGovRecognizer(inspector, supported_language=language)
    analyzer.registry.add_recognizer(recognizer)
    return recognizer
