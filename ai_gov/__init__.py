"""ai_gov: 自治体職員の生成AI利用を統制する道具一式.

``inspector()`` gives the library's face; the gateway, the stores and the pages are never loaded by it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ai_gov.model import Action, Decision, Finding, Level

if TYPE_CHECKING:
    from ai_gov.service.inspector import Inspection, Inspector

__all__ = ["Action", "Decision", "Finding", "Inspection", "Inspector", "Level", "inspector"]
__version__ = "0.1.0"


def inspector(config_dir: Path | None = None) -> Inspector:
    """検査器: with the shipped rules and policy, and a municipality's own from ``config_dir`` in their place."""
    from ai_gov import wiring  # noqa: PLC0415 - Sudachi's dictionary is read only when it is wanted

    return wiring.inspector(config_dir)


if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Classes of the library's face, loaded when they are asked for."""
        if name in ("Inspection", "Inspector"):
            from ai_gov.service import inspector as module  # noqa: PLC0415 - as above

            return getattr(module, name)
        raise AttributeError(name)
