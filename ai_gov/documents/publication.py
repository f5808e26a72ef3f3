"""公開する文書: an approved text with its label, as every writer of files takes it."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass, field
from typing import Final

from ai_gov.documents import html, markdown
from ai_gov.documents.blocks import Document, Paragraph, Run
from ai_gov.review.labels import Degree

_MARKED: Final = re.compile(r"#{1,6} |- |[0-9]{1,3}\. |\([0-9]{1,3}\)|[０-９]{1,3}　|> |\||---|\s*\Z")
"""Lines that mean something in Markdown (or nothing at all)."""


@dataclass(frozen=True, slots=True)
class Publication:
    """公開する文書. ``text`` holds its label already; ``label`` is the same sentence, ``url`` where it can be checked.

    ``url`` is empty where the town shows its releases nowhere.
    """

    id: str
    title: str = field(repr=False)
    text: str = field(repr=False)
    label: str
    degree: Degree
    organisation: str
    department: str
    date: dt.date
    url: str = ""

    @property
    def about(self) -> dict[str, str]:
        """文書の属性: what machines are told, by the names under which files hold it."""
        found = {
            "AiGovReleaseId": self.id,
            "AiGovDegree": self.degree.value,
            "AiGovLabel": self.label,
            "digitalSourceType": self.degree.source,
            "AiGovVerifyUrl": self.url,
        }
        return {name: value for name, value in found.items() if value}


def as_text(publication: Publication) -> bytes:
    """文章だけ: UTF-8, exactly what was approved."""
    return publication.text.encode("utf-8", "replace")


def as_document(publication: Publication) -> Document:
    """The document that Word, PDF and HTML are made of: the text as Markdown, the label as its last paragraph."""
    body = publication.text.rstrip("\n")
    if publication.label:
        body = body.removesuffix(publication.label).rstrip("\n")
    notes = [publication.label] if publication.label else []
    notes.append(f"公開番号 {publication.id}" + (f"　確認先 {publication.url}" if publication.url else ""))
    lines = tuple(Paragraph((Run(line),), note=True) for note in notes for line in note.split("\n"))
    author = f"{publication.organisation}　{publication.department}".strip("　")
    return Document(
        publication.title,
        (*markdown.read(_line_by_line(body)), *lines),
        author,
        publication.date,
        subject=publication.label,
        keywords=(f"公開番号 {publication.id}",),
        contents=False,
    )


def _line_by_line(text: str) -> str:
    r"""With an empty line behind each plain line, so that a letter keeps its lines.

    >>> _line_by_line("一行目\n二行目\n- 項目\n- 項目")
    '一行目\n\n二行目\n\n- 項目\n- 項目'
    """
    lines = text.split("\n")
    out = []
    for at, line in enumerate(lines):
        out.append(line)
        if at + 1 < len(lines) and lines[at + 1].strip() and not _MARKED.match(line):
            out.append("")
    return "\n".join(out)


def as_html(publication: Publication) -> bytes:
    """HTML with JSON-LD (schema.org ``digitalSourceType``)."""
    page = html.write(as_document(publication))
    data = {
        "@context": "https://schema.org",
        "@type": "DigitalDocument",
        "identifier": publication.id,
        "name": publication.title,
        "datePublished": f"{publication.date:%Y-%m-%d}",
        "publisher": {"@type": "GovernmentOrganization", "name": publication.organisation},
        "inLanguage": "ja",
    }
    if publication.degree.schema_org:
        data["digitalSourceType"] = publication.degree.schema_org
        data["usageInfo"] = publication.label
    if publication.url:
        data["url"] = publication.url
    # "<" never stands in the script, so no text can end it
    script = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    found = f'<script type="application/ld+json">{script}</script>\n</head>'
    return page.replace("</head>", found, 1).encode("utf-8", "replace")
