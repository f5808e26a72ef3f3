"""チェックポイントとの照合: the roots that were signed, inside and outside the database, against the tree as it is."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass

from ai_gov.audit.checkpoint import Checkpoint, CheckpointError, VerifierKey, open_note

INSIDE = "保存されたチェックポイント"
OUTSIDE = "外部に控えたチェックポイント"


@dataclass(frozen=True, slots=True)
class _Head:
    """The roots that were signed for one size, as kept with the log and elsewhere."""

    inside: set[bytes]
    outside: set[bytes]


class Heads:
    """署名された根: opened once, compared as the tree grows. ``problems`` are complete after ``finish``."""

    def __init__(
        self,
        checkpoints: Iterable[str],
        keys: Iterable[VerifierKey],
        against: Iterable[str] | None,
        origin: str | None,
    ) -> None:
        self.problems: list[str] = []
        self.count = 0
        self._keys = tuple(keys)
        self._origin = origin
        self._heads: dict[int, _Head] = {}
        self._good = 0
        self._bad: dict[str, list[tuple[int, int]]] = {INSIDE: [], OUTSIDE: []}
        self._compared = against is not None
        self._read(checkpoints, INSIDE)
        self.signed = max(self._heads, default=0)
        self.has_signed = bool(self._heads)
        self._read(against or (), OUTSIDE)
        self.outside = max((size for size, head in self._heads.items() if head.outside), default=None)
        if self._compared and self.has_signed and self.outside is None:
            self.problems.append(f"{OUTSIDE}が1件も読めません。控えのファイルが消されていないか確かめてください。")
        self.problems += [
            f"{size}件のチェックポイント: 同じ件数で根の違うものが署名されています。ログが分岐しています。"
            for size, head in sorted(self._heads.items())
            if len(head.inside | head.outside) > 1
        ]

    @property
    def sizes(self) -> Container[int]:
        """The sizes at which the tree has to be compared."""
        return self._heads

    def reached(self, size: int, root: bytes) -> None:
        """The tree has this root at this size."""
        head = self._heads.get(size)
        if head is None:
            return
        for name, roots in ((INSIDE, head.inside), (OUTSIDE, head.outside)):
            if roots - {root}:
                self._bad[name].append((self._good, size))
        if head.inside | head.outside == {root}:
            self._good = size

    def finish(self, size: int) -> None:
        """The log ends with this size."""
        for name, bad in self._bad.items():
            if not bad:
                continue
            after, until = bad[0]
            also = f"（ほか {len(bad) - 1} 件のチェックポイントも合いません）" if len(bad) > 1 else ""
            again = "の後に署名し直され" if name == OUTSIDE and not self._bad[INSIDE] else "がされ"
            self.problems.append(
                f"{after + 1}〜{until}件目のどこかで、書き換え・入れ替え・削除・挿入{again}ています。"
                f"{name}（{until}件）の根に合いません{also}。"
            )
        for name, signed in (
            (INSIDE, max((at for at, head in self._heads.items() if head.inside), default=0)),
            (OUTSIDE, self.outside or 0),
        ):
            if signed > size:
                self.problems.append(
                    f"末尾が切り捨てられています。{name}では {signed} 件ですが、{size} 件しかありません。"
                )

    def first_line(self, size: int) -> str:
        """How far the proof reaches, and what can't be shown."""
        if not self.has_signed and self.outside is None:
            return (
                "この検証では、全体の書き換え・末尾の切り捨て・分岐・署名のやり直しがないことを示せません"
                "（署名されたチェックポイントがありません）。"
            )
        if self.outside is None:
            return (
                "この検証では、末尾の切り捨て・分岐・署名のやり直しがないことを示せません"
                "（外部に控えたチェックポイントと比べていません）。"
            )
        reach = min(self.outside, size)
        return (
            f"{OUTSIDE}（{self.outside}件まで）と比べました。"
            f"{reach}件目より後に記録されたものの切り捨て・署名のやり直しがないことは示せません。"
        )

    def _read(self, notes: Iterable[str], source: str) -> None:
        for number, note in enumerate(notes, 1):
            try:
                checkpoint = self._open(note)
            except CheckpointError as error:
                self.problems.append(f"{source}の{number}件目: {error}。")
                continue
            self.count += 1
            head = self._heads.setdefault(checkpoint.size, _Head(set(), set()))
            (head.inside if source == INSIDE else head.outside).add(checkpoint.root)

    def _open(self, note: str) -> Checkpoint:
        checkpoint = open_note(note, self._keys)
        if self._origin is None:
            self._origin = checkpoint.origin
        if checkpoint.origin != self._origin:
            raise CheckpointError("別のログのチェックポイントです")
        return checkpoint
