"""検証の窓口: what the newest verifications said, checkpoints to keep elsewhere, and notes brought back from there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from ai_gov.audit.checkpoint import CheckpointError, VerifierKey, open_note, read_notes
from ai_gov.audit.verification import KIND, Verified, verified_of
from ai_gov.errors import BadRequest, FailClosed
from ai_gov.model import Event, Json, Step
from ai_gov.service.audit import LogReader
from ai_gov.service.audit_changes import KindPort
from ai_gov.service.ports import Clock

SHOWN: Final = 10
"""Verifications that are listed."""


class CheckpointPort(Protocol):
    """チェックポイント: what a store does for it."""

    @property
    def keys(self) -> Sequence[VerifierKey]: ...  # noqa: D102

    def latest_checkpoint(self) -> str | None:
        """The newest signed note."""
        ...


@dataclass(frozen=True, slots=True)
class Head:
    """最新のチェックポイント: how many records it signs, their root (hexadecimal), since when, and the note itself.

    ``fault`` says why it can't be relied on; then nothing else is known of it.
    """

    size: int
    root: str
    at: dt.datetime | None
    note: str
    fault: str = ""


class VerificationService:
    """検証の窓口: ``record`` writes an entry durably; ``settle`` brings what waits into the tree and signs it."""

    def __init__(
        self,
        *,
        log: KindPort,
        checkpoints: CheckpointPort,
        clock: Clock,
        record: Callable[[Step], object],
        settle: Callable[[], object] = lambda: None,
    ) -> None:
        self._log = log
        self._checkpoints = checkpoints
        self._clock = clock
        self._record = record
        self._settle = settle

    def note(self, verified: Verified) -> None:
        """Keep what a verification said. Raises StoreFailed."""
        self._record(Step(None, verified.event()))

    def results(self) -> tuple[Verified, ...]:
        """検証の結果: the newest first."""
        self._log.catch_up()
        found = self._log.of_kind(KIND, limit=SHOWN)
        return tuple(item for item in map(verified_of, found) if item is not None)

    def head(self) -> Head | None:
        """最新のチェックポイント: none while nothing is signed."""
        note = self._checkpoints.latest_checkpoint()
        if note is None:
            return None
        try:
            signed = open_note(note, self._checkpoints.keys)
        except CheckpointError as error:
            return Head(0, "", None, note, str(error))
        at = dt.datetime.fromisoformat(signed.extensions[0]) if signed.extensions else None
        return Head(signed.size, signed.root.hex(), at, note)

    def keys(self) -> tuple[str, ...]:
        """検証鍵: the public halves, to be handed over another way than the log."""
        return tuple(map(str, self._checkpoints.keys))

    def taken(self, reader: LogReader) -> Head:
        """控えを渡す: the newest checkpoint, with an entry of who took it. Raises BadRequest where there is none."""
        self._settle()
        head = self.head()
        if head is None:
            raise BadRequest("署名されたチェックポイントが、まだありません。記録ができてから取り出してください。")
        if head.fault:
            raise FailClosed(f"最新のチェックポイントを確かめられません（{head.fault}）。監査ログを検証してください。")
        data: dict[str, Json] = {"how": "checkpoint", "size": head.size, "root": head.root}
        if reader.login:
            data["login"] = reader.login
        self._record(Step(None, Event("log_read", self._clock.now(), "", "", "", reader.name, data)))
        return head

    def kept(self, text: str) -> tuple[str, ...]:
        """控えを読む: signed notes that somebody kept elsewhere, fit to be compared with.

        Raises BadRequest where one can't be read or no known key signed it: that is no fault of the log.
        """
        if not text.strip():
            return ()
        notes = [
            note if note.endswith("\n") else f"{note}\n"
            for note in read_notes(text.replace("\r\n", "\n").lstrip("\n\ufeff").splitlines(keepends=True))
        ]
        try:
            for note in notes:
                open_note(note, self._checkpoints.keys)
        except CheckpointError as error:
            raise BadRequest(
                f"控えたチェックポイントを読めません（{error}）。取り出したときのファイルのまま入れてください。"
            ) from None
        return tuple(notes)
