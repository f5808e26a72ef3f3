"""監査ログの抜粋: some entries, each with its proof, so that they can be handed out without the rest of the log.

JSON Lines: one ``excerpt`` line (version, origin, keys, time), the ``checkpoint`` all proofs lead to, ``earlier``
checkpoints each with the proof that the log only grew from there (RFC 9162 §2.1.4), ``entry`` rows each with the proof
that it is in the tree (§2.1.3), one ``footer``. It shows that what it holds was in the log; never that nothing is
missing from it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ai_gov.audit import export, merkle
from ai_gov.audit.checkpoint import Checkpoint, CheckpointError, VerifierKey, open_note
from ai_gov.audit.event import MalformedEntryError, leaf_hash, parse
from ai_gov.audit.export import ExportError, Header, decode, encode, entry_line
from ai_gov.audit.verify import StoredEntry
from ai_gov.model import Json

TYPE: Final = "excerpt"
VERSION: Final = 1

Proof = Sequence[bytes]


@dataclass(frozen=True, slots=True)
class ExcerptReport:
    """抜粋の検証結果. ``first_line`` says what was shown and what can't be."""

    first_line: str
    problems: tuple[str, ...]
    entries: int

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return not self.problems

    def summary_ja(self) -> str:
        """報告文."""
        result = "異常は見つかりませんでした。" if self.ok else f"異常が {len(self.problems)} 件あります。"
        lines = [self.first_line, f"検証結果: {result}", f"記録 {self.entries} 件。"]
        return "\n".join([*lines, *(f"- {problem}" for problem in self.problems)])


def write(
    header: Header, head: str, earlier: Iterable[tuple[str, Proof]], rows: Iterable[tuple[StoredEntry, Proof]]
) -> Iterator[str]:
    """抜粋を書き出す: the lines of the file. ``head`` is the note that all proofs lead to."""
    yield encode(export.header_line(header) | {"type": TYPE, "version": VERSION}) + "\n"
    yield encode({"type": "checkpoint", "note": head}) + "\n"
    before = entries = 0
    for note, proof in earlier:
        before += 1
        yield encode({"type": "earlier", "note": note, "proof": [export.b64(value) for value in proof]}) + "\n"
    for row, proof in rows:
        entries += 1
        yield encode(entry_line(row) | {"proof": [export.b64(value) for value in proof]}) + "\n"
    yield encode({"type": "footer", "earlier": before, "entries": entries}) + "\n"


def is_excerpt(first_line: str) -> bool:
    """Whether a file that begins so is one.

    >>> is_excerpt('{"type":"excerpt","version":1}')
    True
    """
    try:
        value = json.loads(first_line)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and value.get("type") == TYPE


def verify_excerpt(
    lines: Iterable[str], keys: Iterable[VerifierKey] | None = None, against: Iterable[str] | None = None
) -> ExcerptReport:
    """抜粋を検証する: every proof, under the keys (those of the file where none came another way).

    ``against`` are signed notes kept elsewhere: each must be the file's checkpoint, or one from which it proves to have
    grown. Raises ExportError where the file can't be read.
    """
    found = _Found(lines)
    known = tuple(found.header.keys if keys is None else keys)
    problems: list[str] = []
    try:
        head = _open(found.head, known, found.header.origin)
    except CheckpointError as error:
        problem = f"抜粋のチェックポイント: {error}。"
        return ExcerptReport("この抜粋では何も示せません。", (problem,), len(found.rows))
    shown = {(head.size, head.root)}
    for note, proof in found.earlier:
        try:
            before = _open(note, known, found.header.origin)
            merkle.verify_consistency(before.size, head.size, before.root, head.root, proof)
            shown.add((before.size, before.root))
        except (CheckpointError, merkle.ProofError) as error:
            problems.append(f"以前のチェックポイント: {error}。")
    for row, proof in found.rows:
        problems += _entry_problems(row, proof, head)
    for note in against or ():
        problems += _against(note, known, found.header.origin, shown)
    first = (
        f"載っている {len(found.rows)} 件が、{head.size}件のチェックポイントの木に入っていることを確かめました。"
        "ほかの記録が抜けていないことは示せません。"
    )
    if keys is None:
        first += "検証鍵もこのファイルのものなので、署名したのが本物の鍵であることも示せません。"
    return ExcerptReport(first, tuple(problems), len(found.rows))


class _Found:
    """What stands in the file."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.head = ""
        self.earlier: list[tuple[str, list[bytes]]] = []
        self.rows: list[tuple[StoredEntry, list[bytes]]] = []
        header, footer = None, None
        for number, line in enumerate(lines, 1):
            value = decode(line, number)
            if footer is not None:
                raise ExportError(number, "最後の行の後に余分な行があります。")
            match value.get("type"):
                case "excerpt" if header is None and value.get("version") == VERSION:
                    header = export.read_header(value, number)
                case "checkpoint" if header is not None and not self.head:
                    self.head = _text(value, number)
                case "earlier":
                    self.earlier.append((_text(value, number), _proof(value, number)))
                case "entry":
                    proof = _proof(value, number)
                    self.rows.append((export.read_row(value, number), proof))
                case "footer":
                    footer = value
                case _:
                    raise ExportError(number, "抜粋の行ではありません。ファイルを確かめてください。")
        if header is None or footer is None:
            raise ExportError(1, "抜粋が途中で切れています。書き出し直してください。")
        if (footer.get("earlier"), footer.get("entries")) != (len(self.earlier), len(self.rows)):
            raise ExportError(number, "最後の行の件数が、読んだ行と違います。ファイルが書き換えられています。")
        self.header = header


def _entry_problems(row: StoredEntry, proof: Proof, head: Checkpoint) -> Iterator[str]:
    where = f"{(row.seq or 0) + 1}件目"
    try:
        if row.seq is None:
            yield "木に入っていない記録があります。"
            return
        merkle.verify_inclusion(row.leaf, row.seq, head.size, proof, head.root)
        if row.deleted:
            return
        text = row.text.decode() if isinstance(row.text, bytes) else row.text
        if text is None or row.salt is None or leaf_hash(row.salt, text) != row.leaf:
            yield f"{where}: 本文・ソルト・葉のハッシュが互いに合いません。書き換えられています。"
        elif parse(text)[0] != row.entry_id:
            yield f"{where}: 番号が本文と違います。"
    except (merkle.ProofError, MalformedEntryError) as error:
        yield f"{where}: {error}。"
    except ValueError:
        yield f"{where}: 本文またはソルトの形が壊れています。"


def _against(note: str, keys: Sequence[VerifierKey], origin: str, shown: set[tuple[int, bytes]]) -> Iterator[str]:
    try:
        kept = _open(note, keys, origin)
    except CheckpointError as error:
        yield f"外部に控えたチェックポイント: {error}。"
        return
    if (kept.size, kept.root) in shown:
        return
    if any(size == kept.size for size, _ in shown):
        yield f"外部に控えたチェックポイント（{kept.size}件）と根が違います。ログが分岐しています。"
    else:
        yield (
            f"外部に控えたチェックポイント（{kept.size}件）から続いていることの証明が、この抜粋にありません。"
            "その控えから続いていることの証明を入れて、作り直してもらってください。"
        )


def _open(note: str, keys: Sequence[VerifierKey], origin: str) -> Checkpoint:
    checkpoint = open_note(note, keys)
    if checkpoint.origin != origin:
        raise CheckpointError("別のログのチェックポイントです")
    return checkpoint


def _text(value: dict[str, Json], number: int) -> str:
    note = value.get("note")
    if not isinstance(note, str):
        raise ExportError(number, "note を読めません。")
    return note


def _proof(value: dict[str, Json], number: int) -> list[bytes]:
    items = value.pop("proof", None)
    if not isinstance(items, list):
        raise ExportError(number, "proof を読めません。")
    return [export.unb64(item, "proof", number) for item in items]
