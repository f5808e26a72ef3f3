"""チェックポイントとの照合: the roots that were signed, inside and outside the database, against the tree as it is."""

from __future__ import annotations

from collections.abc import Container, Iterable

from ai_gov.audit.checkpoint import Checkpoint, CheckpointError, VerifierKey, open_note

INSIDE = "保存されたチェックポイント"
BESIDE = "データの場所の控え（checkpoints.txt）"
OUTSIDE = "外部に控えたチェックポイント"
"""``BESIDE`` lies on the machine of the database: whoever rules that machine can rewrite both."""


class _Head(dict[str, set[bytes]]):
    """The roots that were signed for one size, by where they are kept."""

    def __missing__(self, source: str) -> set[bytes]:
        return self.setdefault(source, set())

    @property
    def roots(self) -> set[bytes]:
        """All of them."""
        return set().union(*self.values())


class Heads:
    """署名された根: opened once, compared as the tree grows. ``problems`` are complete after ``finish``."""

    def __init__(
        self,
        checkpoints: Iterable[str],
        keys: Iterable[VerifierKey],
        against: Iterable[str] | None,
        origin: str | None,
        *,
        beside: Iterable[str] | None = None,
    ) -> None:
        self.problems: list[str] = []
        self.count = 0
        self._keys = tuple(keys)
        self._origin = origin
        self._heads: dict[int, _Head] = {}
        self._opened: dict[str, Checkpoint] = {}  # a note that stands inside and outside is verified once
        self._good = 0
        self._bad: dict[str, list[tuple[int, int]]] = {INSIDE: [], BESIDE: [], OUTSIDE: []}
        self._read(checkpoints, INSIDE)
        self.signed = max(self._heads, default=0)
        self.has_signed = bool(self._heads)
        for given, source in ((beside, BESIDE), (against, OUTSIDE)):
            self._read(given or (), source)
            if given is not None and self.has_signed and not self._last(source):
                self.problems.append(f"{source}が1件も読めません。控えのファイルが消されていないか確かめてください。")
        self.problems += [
            f"{size}件のチェックポイント: 同じ件数で根の違うものが署名されています。ログが分岐しています。"
            for size, head in sorted(self._heads.items())
            if len(head.roots) > 1
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
        for source, roots in head.items():
            if roots - {root}:
                self._bad[source].append((self._good, size))
        if head.roots == {root}:
            self._good = size

    def finish(self, size: int) -> None:
        """The log ends with this size."""
        for name, bad in self._bad.items():
            if not bad:
                continue
            after, until = bad[0]
            also = f"（ほか {len(bad) - 1} 件のチェックポイントも合いません）" if len(bad) > 1 else ""
            again = "の後に署名し直され" if name != INSIDE and not self._bad[INSIDE] else "がされ"
            self.problems.append(
                f"{after + 1}〜{until}件目のどこかで、書き換え・入れ替え・削除・挿入{again}ています。"
                f"{name}（{until}件）の根に合いません{also}。"
            )
        for name in self._bad:
            signed = self._last(name)
            if signed > size:
                self.problems.append(
                    f"末尾が切り捨てられています。{name}では {signed} 件ですが、{size} 件しかありません。"
                )

    def first_line(self, size: int) -> str:
        """How far the proof reaches, and what can't be shown."""
        outside, beside = self._last(OUTSIDE), self._last(BESIDE)
        if not self._heads:
            return (
                "この検証では、全体の書き換え・末尾の切り捨て・分岐・署名のやり直しがないことを示せません"
                "（署名されたチェックポイントがありません）。"
            )
        if not outside and beside:
            return (
                "この検証では、サーバーを管理できる人による末尾の切り捨て・分岐・署名のやり直しがないことを示せません"
                f"（比べた{BESIDE}は{beside}件までありますが、データベースと同じ機械にあります。"
                "手元に控えたチェックポイントと比べると、控えた所までは示せます）。"
            )
        if not outside:
            return (
                "この検証では、末尾の切り捨て・分岐・署名のやり直しがないことを示せません"
                "（外部に控えたチェックポイントと比べていません）。"
            )
        reach = min(outside, size)
        return (
            f"{OUTSIDE}（{outside}件まで）と比べました。"
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
            self._heads.setdefault(checkpoint.size, _Head())[source].add(checkpoint.root)

    def _last(self, source: str) -> int:
        """The largest size that was signed there; 0 where there is none."""
        return max((size for size, head in self._heads.items() if head.get(source)), default=0)

    def _open(self, note: str) -> Checkpoint:
        if (known := self._opened.pop(note, None)) is not None:
            return known
        checkpoint = open_note(note, self._keys)
        if self._origin is None:
            self._origin = checkpoint.origin
        if checkpoint.origin != self._origin:
            raise CheckpointError("別のログのチェックポイントです")
        self._opened[note] = checkpoint
        return checkpoint
