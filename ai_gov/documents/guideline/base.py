"""共通のひな形: what a town takes from a base that several share, what it has of its own, and what changed since.

A town's folder names its base in ``base.yaml``, with the digest of each file as it was when the town last looked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import Field

from ai_gov.datafile import Strict, parse
from ai_gov.documents.guideline import answers as answering
from ai_gov.documents.guideline.questions import Questions, Value
from ai_gov.documents.guideline.template import Template

FILE: Final = "base.yaml"
OWN: Final = frozenset({"municipality", "head"})
"""Answers that no base gives: they are each town's."""


class Link(Strict):
    """共通のひな形の記録: where the base is, from the town's folder on, and its files as they were looked at."""

    schema_version: Literal[1] = Field(alias="schema")
    base: Annotated[str, Field(min_length=1)]
    files: Mapping[str, Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]] = {}


def read(text: str, path: str = FILE) -> Link:
    """The link of a file. Raises ConfigError."""
    return parse(text, Link, path)


def digests(files: Mapping[str, str]) -> dict[str, str]:
    """SHA-256 of each file of a base."""
    return {path: hashlib.sha256(text.encode()).hexdigest() for path, text in sorted(files.items())}


def write(base: str, files: Mapping[str, str]) -> str:
    r"""The text of a link.

    >>> read(write("../共通", {"answers.yaml": ""})).base
    '../共通'
    """
    lines = [
        "# 共にするひな形の場所と、最後に見比べたときの中身（ai-gov guideline base が書きます）。",
        "schema: 1",
        f"base: '{base.replace(chr(39), chr(39) * 2)}'",
        "files:" if files else "files: {}",
        *(f"  '{path}': {digest}" for path, digest in digests(files).items()),
    ]
    return "\n".join(lines) + "\n"


def given(text: str, questions: Questions, path: str) -> dict[str, Value]:
    """What a base answers for every town. Raises ConfigError."""
    return {name: value for name, value in answering.carry_over(text, questions, path).items() if name not in OWN}


@dataclass(frozen=True, slots=True)
class Override:
    """置き換え: something that a town has otherwise than its base. ``changed``: the base's changed since."""

    title: str
    base: str
    own: str
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """共通のひな形との違い. The last three name files of the base."""

    answers: tuple[Override, ...]
    chapters: tuple[Override, ...]
    changed: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]

    @property
    def moved(self) -> bool:
        """Whether the base is not what it was when the town last looked."""
        return bool(self.changed or self.added or self.removed)


def standing(
    template: Template, link: Link, base: Mapping[str, str], own: Mapping[str, str], answers: Mapping[str, Value]
) -> Standing:
    """共通のひな形との違い. ``base``, ``own``: files by their path; ``answers``: the town's."""
    now = digests(base)
    changed = tuple(path for path in now if path in link.files and link.files[path] != now[path])
    text = base.get(answering.FILE)
    shared = given(text, template.questions, answering.FILE) if text is not None else {}
    of_answers = tuple(
        Override(question.ask, shown(template, question.id, shared[question.id]), shown(template, question.id, value))
        for question in template.questions.questions
        if question.id in shared and (value := answers.get(question.id)) is not None and value != shared[question.id]
    )
    chapters = tuple(
        Override(path, "共通" if path in base else "出荷時", "団体", path in changed)
        for path in sorted(own)
        if path.startswith("guidelines/") and own[path] != base.get(path)
    )
    return Standing(
        of_answers,
        chapters,
        changed,
        tuple(path for path in now if path not in link.files),
        tuple(path for path in link.files if path not in now),
    )


def shown(template: Template, name: str, value: Value) -> str:
    """An answer as people read it."""
    question = template.questions.find(name)
    assert question is not None
    several = value if isinstance(value, tuple) else (value,)
    return "、".join(question.label(str(item)) for item in several) or "なし"
