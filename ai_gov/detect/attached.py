"""付属の字: marks that belong to a value and say nothing without it, so that they go when it goes.

第…号 around a number, 生 and 生まれ behind a date of birth, 〒 before a postal code.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from ai_gov.detect.candidate import Candidate

_ORDINAL: Final = re.compile("第 ?$")
_ISSUE: Final = re.compile(" ?号(?![室棟機線館車])")
_POSTAL: Final = re.compile("〒 ?$")
_BORN: Final = re.compile(" ?(?:生まれ|生れ|うまれ|生(?![活徒涯誕物産計存命じきえずむみ後前]))")
_REACH: Final = 2


def with_attached(candidate: Candidate, text: str) -> Candidate:
    """付属の字を含める: the candidate over what is attached to it; itself where nothing is."""
    start, end = candidate.start, candidate.end
    if candidate.entity == "LOCAL_ID":
        before, after = _ORDINAL.search(text, max(0, start - _REACH), start), _ISSUE.match(text, end)
        if before is not None and after is not None:
            start, end = before.start(), after.end()
    elif candidate.entity == "DATE_OF_BIRTH":
        born = _BORN.match(text, end)
        end = born.end() if born is not None else end
    elif candidate.entity == "JP_POSTAL_CODE":
        mark = _POSTAL.search(text, max(0, start - _REACH), start)
        start = mark.start() if mark is not None else start
    return candidate if (start, end) == (candidate.start, candidate.end) else replace(candidate, start=start, end=end)
