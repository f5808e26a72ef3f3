"""検査の組み立て: the reader by its name, and the inspector over it."""

from __future__ import annotations

from pathlib import Path

from ai_gov.model import japan_date
from ai_gov.service.governance import build
from ai_gov.service.inspector import Inspector
from ai_gov.service.ports import Reader
from ai_gov.settings import ThoroughSettings
from ai_gov.wiring.config import files

READERS = ("fast", "thorough")
"""読み取りの方式: what ``reader`` knows."""


def reader(name: str = "fast", thorough: ThoroughSettings | None = None) -> Reader:
    """読み取り: by name; ``thorough`` is for the reader of that name. Raises ValueError."""
    if name not in READERS:
        raise ValueError(f"読み取り「{name}」はありません。{'・'.join(READERS)} のいずれかを指定してください。")
    if name == "fast":
        from ai_gov.nlp.reader import SudachiReader

        return SudachiReader()
    from ai_gov.nlp.thorough import ThoroughReader
    from ai_gov.nlp.worker import Wanted

    wanted = thorough or ThoroughSettings()
    recognizers = tuple({"class": item.kind, "arguments": dict(item.arguments)} for item in wanted.recognizers)
    return ThoroughReader(Wanted(wanted.model, recognizers, wanted.types, wanted.minimum, wanted.seconds))


def inspector(
    config_dir: Path | None = None, *, reader_name: str = "fast", thorough: ThoroughSettings | None = None
) -> Inspector:
    """検査器: needs neither web nor database."""
    return Inspector(build(files(config_dir), japan_date()), reader(reader_name, thorough))
