"""Presidio recognizers as a municipality might write them, some of them ill."""

import time

from presidio_analyzer import EntityRecognizer, Pattern, PatternRecognizer, RecognizerResult


class MeterRecognizer(PatternRecognizer):
    """メーター番号: MT-123456."""

    def __init__(self):
        super().__init__(
            supported_entity="METER", patterns=[Pattern("meter", r"\bMT-\d{6}\b", 0.7)], supported_language="ja"
        )


class ProjectRecognizer(PatternRecognizer):
    """事業名: a deny list, which Presidio wraps in borders that Japanese does not have."""

    def __init__(self):
        super().__init__(supported_entity="PROJECT", deny_list=["ひぐらし計画", "X9"], supported_language="ja")


class SlowRecognizer(EntityRecognizer):
    """Takes longer than anybody waits, where a text says so; dies where it says so."""

    def __init__(self):
        super().__init__(supported_entities=["SLOW"], supported_language="ja")

    def load(self):
        pass

    def analyze(self, text, entities, nlp_artifacts=None):
        if "眠れ" in text:
            time.sleep(60)
        if "倒れよ" in text:
            raise SystemExit(3)
        if "転べ" in text:
            raise ValueError(text)
        return [RecognizerResult("SLOW", 0, 1, 0.9)]


class SkippingRecognizer(PatternRecognizer):
    """A pattern that backtracks without end: Presidio gives up on it and says that nothing was found."""

    def __init__(self):
        super().__init__(supported_entity="LOST", patterns=[Pattern("bad", r"(a|aa)+$", 0.9)], supported_language="ja")
