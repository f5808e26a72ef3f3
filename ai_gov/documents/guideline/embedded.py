"""埋め込みデータ: what a guideline says, for machines — it travels inside the Markdown, HTML, Word and PDF file."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from ai_gov.documents.blocks import Attachment, Document
from ai_gov.documents.guideline.compose import Composed
from ai_gov.model import Json

NAME: Final = "ai-gov-guideline.json"
FORMAT: Final = "ai-gov-guideline"
SCHEMA: Final = 1
FRONT_MATTER: Final = "ai_gov_guideline"


@dataclass(frozen=True, slots=True)
class Embedded:
    """埋め込みデータ. ``facts``: key → value as the document's tables show it."""

    municipality: str
    instrument: str
    questions: int
    made_on: str
    digest: str
    answers: Mapping[str, str]
    facts: Mapping[str, str]


def of(composed: Composed) -> Embedded:
    """The data of a document."""
    answers = composed.answers
    return Embedded(
        municipality=answers.text("municipality"),
        instrument=answers.text("instrument"),
        questions=answers.version,
        made_on=composed.document.date.isoformat(),
        digest=composed.in_force.digest,
        answers={name: answers.text(name) for name in answers.values},
        facts={key: fact.value for key, fact in composed.facts.items()},
    )


def text(data: Embedded) -> str:
    """One line of JSON."""
    whole: dict[str, Json] = {
        "format": FORMAT,
        "schema": SCHEMA,
        "municipality": data.municipality,
        "instrument": data.instrument,
        "questions": data.questions,
        "made_on": data.made_on,
        "digest": data.digest,
        "answers": dict(data.answers),
        "facts": dict(data.facts),
    }
    return json.dumps(whole, ensure_ascii=False)


def parse(text: str) -> Embedded | None:
    """The data of a JSON text; none where it is not ours or is damaged."""
    try:
        whole = json.loads(text)
    except ValueError:
        return None
    if not isinstance(whole, dict) or whole.get("format") != FORMAT or whole.get("schema") != SCHEMA:
        return None
    try:
        dt.date.fromisoformat(whole["made_on"])
        return Embedded(
            municipality=str(whole["municipality"]),
            instrument=str(whole["instrument"]),
            questions=int(whole["questions"]),
            made_on=whole["made_on"],
            digest=str(whole["digest"]),
            answers={str(key): str(value) for key, value in whole["answers"].items()},
            facts={str(key): str(value) for key, value in whole["facts"].items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def attached(composed: Composed) -> Document:
    """The document with its data attached."""
    data = Attachment(
        NAME, text(of(composed)).encode(), "この文書が定める設定の値（ai-gov guideline check が読みます）"
    )
    return replace(composed.document, attachment=data)


def front_matter(composed: Composed) -> str:
    """The head of a Markdown file: JSON is YAML too."""
    return f"---\n{FRONT_MATTER}: {text(of(composed))}\n---\n\n"
