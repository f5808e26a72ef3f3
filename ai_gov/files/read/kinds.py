"""読める種類: readers by the ending of a file's name, each imported at the first file (that takes some 100 ms)."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Final

_MODULES: Final = {"docx": "word", "xlsx": "sheet", "pptx": "slides", "pdf": "pdf", "txt": "plain", "csv": "plain"}


def _reader(module: str) -> Callable[[bytes], str]:
    def read(data: bytes) -> str:
        text: str = importlib.import_module(f"ai_gov.files.read.{module}").read(data)
        return text

    return read


READERS: Final[Mapping[str, Callable[[bytes], str]]] = {ending: _reader(name) for ending, name in _MODULES.items()}
"""Each takes the bytes and returns the text, or raises BadRequest with the reason."""
