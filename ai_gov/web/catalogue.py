"""文言: every sentence of the pages, in one folder a language (``words/ja``, ``words/en``), a file an area."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final

import yaml

LANGUAGES: Final = ("ja", "en")


@dataclass(frozen=True, slots=True)
class Words:
    """文言: ``words("signin.title")``; what stands in braces is filled in, and escaped by the template.

    >>> words("ja")("signin.title")
    'ログイン'
    """

    language: str
    sentences: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """The sentence of a key. Raises KeyError for one that the catalogue does not have."""
        return self.sentences[key].format(**values) if values else self.sentences[key]


@functools.cache
def words(language: str) -> Words:
    """The catalogue of a language; Japanese where it is none of ours."""
    name = language if language in LANGUAGES else LANGUAGES[0]
    folder = resources.files("ai_gov.web") / "words" / name
    files = sorted((path for path in folder.iterdir() if path.name.endswith(".yaml")), key=lambda path: path.name)
    return Words(name, dict(pair for path in files for pair in _flat(yaml.safe_load(path.read_text("utf-8")), "")))


def _flat(tree: Mapping[str, Any], above: str) -> list[tuple[str, str]]:
    out: list[tuple[str, str]] = []
    for key, value in tree.items():
        out += _flat(value, f"{above}{key}.") if isinstance(value, Mapping) else [(f"{above}{key}", str(value))]
    return out
