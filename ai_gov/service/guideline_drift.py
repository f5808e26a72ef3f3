"""ガイドラインの食い違いの窓口: whether the version in force says what is enforced, and whether its review is due.

Every page that shows it calls ``GuidelineDrift.of``; the result is kept until the version or the set in force changes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from ai_gov.documents.guideline.check import Difference, check
from ai_gov.documents.guideline.published import Published
from ai_gov.documents.guideline.template import Template
from ai_gov.documents.guideline.version import Version
from ai_gov.errors import ConfigError
from ai_gov.service import guideline
from ai_gov.service.guideline_versions import GuidelineVersions

_READ: Final = ("md", "html", "docx", "pdf")
_NO_DATA: Final = "公表した文書に埋め込みデータがないため、いまの設定と比べられません。作り直して公表してください。"


@dataclass(frozen=True, slots=True)
class Drift:
    """食い違い. ``version`` is the one in force; ``problem`` says why it could not be compared."""

    version: Version | None
    differences: tuple[Difference, ...] = ()
    problem: str = ""
    review_due: dt.date | None = None

    @property
    def counted(self) -> tuple[Difference, ...]:
        """Those that matter: other words for the same rule don't."""
        return tuple(item for item in self.differences if item.counts)

    @property
    def well(self) -> bool:
        """Whether there is a version in force, it says what is enforced, and nobody need look at it."""
        return self.version is not None and not self.counted and not self.problem and self.review_due is None


class GuidelineDrift:
    """ガイドラインの食い違いの窓口."""

    def __init__(
        self,
        versions: GuidelineVersions,
        *,
        template: Callable[[], Template],
        in_force: Callable[[], tuple[str, Mapping[str, str]]],
        read: Callable[[bytes, str], Published],
    ) -> None:
        """``in_force`` gives digest and files of the set in force."""
        self._versions = versions
        self._template = template
        self._in_force = in_force
        self._read = read
        self._known: dict[str, tuple[tuple[object, ...], Drift]] = {}

    def of(self, organisation: str) -> Drift:
        """食い違い: of an organisation's version in force."""
        digest, files = self._in_force()
        version, today = self._versions.in_force(organisation), self._versions.today()
        made = self._template()
        newest = next(iter(self._versions.versions(organisation)), None)
        looked_at = newest.looked_at if newest else None
        key = (version.number if version else 0, looked_at, digest, id(made), today)
        known = self._known.get(organisation)
        if known is not None and known[0] == key:
            return known[1]
        found = self._compare(version, made, digest, files)
        self._known[organisation] = (key, found)
        return found

    def _compare(self, version: Version | None, made: Template, digest: str, files: Mapping[str, str]) -> Drift:
        try:
            now = guideline.in_force(files, f"適用中の設定（識別子 {digest[:12]}）")
        except ConfigError as error:
            return Drift(version, problem=f"いま適用中の設定を読めません。{error.problems[0].message}")
        organisation = version.organisation if version else ""
        due = self._versions.due(organisation, now.policy.guideline.review_month) if version else None
        if version is None:
            return Drift(None)
        kind = next((kind for kind in _READ if kind in version.kinds), "")
        if version.data is None or not kind:
            return Drift(version, problem=_NO_DATA, review_due=due)
        name = f"第{version.number}版（.{kind}）"
        try:
            document = self._read(self._versions.file(version, kind), f"guideline.{kind}")
            current = guideline.from_embedded(made, version.data, now, self._versions.today(), name)
        except ConfigError as error:
            message = f"公表した版を、いまの質問と設定に当てはめられません。{error.problems[0].message}"
            return Drift(version, problem=message, review_due=due)
        return Drift(version, check(document, current), review_due=due)
