"""確認のポート: what ``service.review`` needs of the store and of the writers of files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ai_gov.documents.publication import Publication
from ai_gov.model import Event
from ai_gov.people.model import Member
from ai_gov.review.content import Content
from ai_gov.review.record import Review, Who
from ai_gov.review.released import Release
from ai_gov.review.states import ReviewState

Writers = Mapping[str, Callable[[Publication], bytes]]
"""書き出し: by the kind of file (txt, html, docx, pdf). Raise BadRequest for what a kind can't hold."""


@dataclass(frozen=True, slots=True)
class Change:
    """変更1件: ``before`` by compare-and-set to ``after``, with its entry, in one transaction.

    ``content`` and ``files`` replace what rests encrypted (``files``: none leaves them, empty removes them). Where
    ``after`` is in no state that holds a text, text, files and their key are destroyed.
    """

    before: Review
    after: Review
    event: Event
    content: Content | None = field(default=None, repr=False)
    files: Mapping[str, bytes] | None = field(default=None, repr=False)
    release: Release | None = None


class ReviewStore(Protocol):
    """保存: each write puts its event beside it in one transaction; all raise StoreFailed."""

    def member(self, organisation: str, person: str) -> Member | None:
        """A person with every grant, as of now."""
        ...

    def reviewers(self, organisation: str, department: str, on: dt.date) -> list[Member]:
        """Everybody who may review for a department on a day, of whatever organisation."""
        ...

    def names(self, organisation: str, department: str) -> tuple[str, str]:
        """The names of a 団体 and a 所属."""
        ...

    def asker(self, exchange: str) -> Who | None:
        """Who made the request of a record."""
        ...

    def add(self, review: Review, content: Content, event: Event) -> None:
        """A new one, its text sealed under a new key."""
        ...

    def change(self, change: Change) -> bool:
        """Whether ``before`` was still what is there; nothing is written where it was not."""
        ...

    def review(self, id_: str) -> Review | None:
        """One review."""
        ...

    def content(self, review: Review) -> Content | None:
        """Its text; none once it was destroyed."""
        ...

    def files(self, review: Review) -> Mapping[str, bytes]:
        """The files that were made when it was approved; empty where there are none."""
        ...

    def of_author(self, who: Who, limit: int) -> list[Review]:
        """The newest of an author."""
        ...

    def in_states(self, organisation: str, departments: Collection[str], states: Sequence[ReviewState]) -> list[Review]:
        """Those of departments (all of the organisation where none is named), oldest due first."""
        ...

    def expired(self, now: dt.datetime, limit: int) -> list[Review]:
        """Those whose text may rest no longer."""
        ...

    def release(self, id_: str) -> Release | None:
        """A release by its id."""
        ...

    def releases(self, organisation: str = "") -> list[Release]:
        """Every release (of one organisation), oldest first."""
        ...

    def released_as(self, sha256: str) -> list[tuple[Release, str]]:
        """Releases in which a file of this digest was released, with the kind of the file."""
        ...
