"""木に入っていることの確認: of single entries, against the newest checkpoint of the log that they stand in.

It shows that an entry is what was written, where it was written. That no other is missing, and that the checkpoint is
the one that others hold, only a verification of the whole log against a copy kept elsewhere shows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ai_gov.audit import merkle
from ai_gov.audit.checkpoint import Checkpoint, CheckpointError, VerifierKey, open_note
from ai_gov.audit.event import MalformedEntryError, columns, leaf_hash, parse
from ai_gov.audit.verify import StoredEntry, named


@dataclass(frozen=True, slots=True)
class Inclusion:
    """確認の結果. ``of`` says of each entry what is wrong; nothing where it is proven, none where it waits.

    ``size`` is that of the checkpoint, 0 where ``problem`` says why there is none that can be trusted.
    """

    size: int = 0
    of: Mapping[str, tuple[str, ...] | None] = field(default_factory=dict)
    problem: str = ""

    @property
    def proven(self) -> int:
        """How many entries are proven."""
        return sum(found == () for found in self.of.values())

    @property
    def waiting(self) -> int:
        """How many have no place in the tree yet."""
        return sum(found is None for found in self.of.values())

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problem and not any(self.of.values())


def check(
    note: str | None,
    rows: Iterable[tuple[StoredEntry, Sequence[bytes]]],
    *,
    keys: Collection[VerifierKey],
    origin: str,
) -> Inclusion:
    """確認する: each row with its proof, under the checkpoint of the note (none: nothing was signed yet)."""
    found = list(rows)
    if note is None:
        return Inclusion(of={row.entry_id: None for row, _ in found}, problem="チェックポイントがまだありません。")
    try:
        head = open_note(note, keys)
    except CheckpointError as error:
        return Inclusion(problem=f"最新のチェックポイント: {error}。")
    if head.origin != origin:
        return Inclusion(problem="最新のチェックポイントが、このログのものではありません。")
    return Inclusion(
        head.size,
        {row.entry_id: None if row.seq is None else tuple(_wrong(row, row.seq, proof, head)) for row, proof in found},
    )


def _wrong(row: StoredEntry, seq: int, proof: Sequence[bytes], head: Checkpoint) -> Iterator[str]:
    try:
        merkle.verify_inclusion(row.leaf, seq, head.size, proof, head.root)
    except merkle.ProofError as error:
        yield f"{error}。"
    if row.deleted:
        return
    text = row.text.decode("utf-8", "replace") if isinstance(row.text, bytes) else row.text
    try:
        if text is None or row.salt is None or leaf_hash(row.salt, text) != row.leaf:
            yield "本文・ソルト・葉のハッシュが互いに合いません。書き換えられています。"
            return
        entry_id, event = parse(text)
    except MalformedEntryError as error:
        yield f"{error}。"
    except ValueError:  # a salt of another length, a lone surrogate
        yield "本文またはソルトの形が壊れています。"
    else:
        if entry_id != row.entry_id or columns(event) != named(row.columns):
            yield "検索用の列が本文と違います。列だけが書き換えられています。"
