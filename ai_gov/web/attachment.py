"""添付の受け取り: a file's bytes → its text, in a thread, within a deadline, and never on the disk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from ai_gov.errors import BadRequest
from ai_gov.service.lanes import Lanes

MAX_BYTES: Final = 20_000_000
SECONDS: Final = 15.0
_BYTES_A_CHARACTER: Final = 100  # of an office file, about

Read = Callable[[bytes], str]


class Attachments:
    """添付の受け取り. ``readers``: by the ending of the name, in lower case."""

    def __init__(self, readers: Mapping[str, Read], *, max_bytes: int = MAX_BYTES, seconds: float = SECONDS) -> None:
        self._readers = readers
        self._lanes = Lanes(seconds)
        self.max_bytes = max_bytes

    @property
    def endings(self) -> str:
        """For the page: ``.docx,.pdf``."""
        return ",".join(f".{ending}" for ending in self._readers)

    async def read(self, name: str, data: bytes) -> str:
        """The text of a file. Raises BadRequest with the reason where it can't be read."""
        read = self._readers.get(name.rpartition(".")[2].lower()) if "." in name else None
        if read is None:
            kinds = "・".join(f".{ending}" for ending in self._readers)
            raise BadRequest(f"この種類のファイルは読めません。読めるのは {kinds} です。", param="file")
        if not data:
            raise BadRequest("ファイルが空です。", param="file")
        try:
            text = await self._lanes.run(lambda: read(data), characters=len(data) // _BYTES_A_CHARACTER)
        except TimeoutError:
            raise BadRequest(
                f"ファイルを{self._lanes.deadline:g}秒以内に読み取れませんでした。要る部分だけを写して貼り付けてください。",
                param="file",
            ) from None
        except BadRequest:
            raise
        except Exception:  # noqa: BLE001 - a broken file raises anything; what it raises may hold text
            raise BadRequest(
                "ファイルを読み取れません。壊れているか、対応していない形式です。開いて保存し直すか、文章を貼り付けてください。",
                param="file",
            ) from None
        if not text.strip():
            raise BadRequest("ファイルに文章がありません。文章を写して貼り付けてください。", param="file")
        return text
