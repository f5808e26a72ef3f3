"""ai-gov audit の証拠ファイル: 書き出し・抜粋のファイルの読み書きと、抜粋・署名鍵の更新の命令."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import IO, Annotated, Any

import typer
import zstandard

from ai_gov.audit.checkpoint import VerifierKey, read_notes
from ai_gov.audit.excerpt import ExcerptReport, is_excerpt, verify_excerpt
from ai_gov.audit.export import verify_export
from ai_gov.audit.verify import Report
from ai_gov.cli import opening
from ai_gov.cli.opening import Actor
from ai_gov.errors import BadRequest
from ai_gov.model import Event, Step

COMPRESSED = ".zst"


def excerpt(
    file: Annotated[Path, typer.Argument(metavar="書き出し先", help="新しいファイル（.zst で圧縮）。")],
    record: Annotated[str, typer.Option("--record", help="記録番号（1件の依頼の経過）。")] = "",
    since: Annotated[
        list[Path] | None,
        typer.Option("--since", exists=True, dir_okay=False, help="以前に渡したチェックポイント（何度でも）。"),
    ] = None,
    actor: Actor = "",
) -> None:
    """1件の依頼の記録を、ログに入っていたことの証明と一緒に書き出します。

    --since を付けると、以前に渡したチェックポイントから書き換えなく続いていることの証明も入れます。
    受け取った人は、データベースなしで ai-gov audit verify により確かめられます。
    """
    notes = [note for path in since or () for note in read_notes(path.read_text("utf-8", "replace").splitlines(True))]
    if not record and not notes:
        raise BadRequest("--record（記録番号）か --since（以前のチェックポイント）を指定してください。")
    with opening.store(must_exist=True) as store:
        data = {"how": "excerpt", "record": record}
        event = Event("log_read", store.clock.now(), "", "", "", opening.actor_name(actor), data)
        store.record_sync(Step(None, event))
        store.sequence_now()
        lines = store.audit.excerpt(record, notes)
    with new_file(file) as out:
        out.writelines(lines)
    typer.echo(f"{file} に書き出しました。検証: ai-gov audit verify {file}")


def rotate_key(
    actor: Actor = "",
) -> None:
    """チェックポイントの署名鍵を新しくします。新旧両方の鍵で署名したチェックポイントが引き継ぎの証拠です。"""
    with opening.store(must_exist=True) as store:
        vkey = store.change_signing_key(actor=opening.actor_name(actor))
    typer.echo(f"新しい検証鍵: {vkey}")
    typer.echo(
        "検証鍵を渡してある相手に、引き継ぎのチェックポイント（ai-gov audit checkpoint）と一緒に渡してください。"
    )
    typer.echo("ほかの機械があるときは鍵フォルダを写し、動いているサーバーを起動し直してください。")


def verify_file(file: Path, keys: Sequence[VerifierKey] | None, notes: Sequence[str] | None) -> Report | ExcerptReport:
    """A whole export or an excerpt, compressed or not."""
    with _read(file) as lines, opening.progress("検証中", None) as done:
        counted = _counted(lines, done)
        first = next(counted, "")
        verify = verify_excerpt if is_excerpt(first) else verify_export
        return verify(chain([first], counted) if first else (), keys, notes)


@contextmanager
def new_file(path: Path) -> Iterator[IO[str]]:
    """A file for the owner alone, complete or not there at all; compressed where its name ends so."""
    if path.exists():
        raise BadRequest(f"{path} はすでにあります。別の名前にしてください。")
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as raw:
            if path.suffix == COMPRESSED:
                with zstandard.ZstdCompressor(level=6).stream_writer(raw, closefd=False) as packed:
                    yield from _text(packed)
            else:
                yield from _text(raw)
            raw.flush()
            os.fsync(raw.fileno())
        draft.rename(path)
    except OSError as error:
        raise BadRequest(f"{path} に書き出せません（{error.strerror}）。空き容量と権限を確かめてください。") from error
    finally:
        draft.unlink(missing_ok=True)


def _text(raw: Any) -> Iterator[IO[str]]:
    out = io.TextIOWrapper(raw, encoding="utf-8", newline="\n", write_through=False)
    yield out
    out.flush()
    out.detach()


@contextmanager
def _read(path: Path) -> Iterator[IO[str]]:
    try:
        with path.open("rb") as raw:
            stream: Any = zstandard.ZstdDecompressor().stream_reader(raw) if path.suffix == COMPRESSED else raw
            with io.TextIOWrapper(stream, encoding="utf-8", errors="surrogateescape", newline="\n") as lines:
                yield lines
    except zstandard.ZstdError:
        raise BadRequest(f"{path} を展開できません。壊れているか、途中で切れています。") from None
    except OSError as error:
        raise BadRequest(f"{path} を読めません（{error.strerror}）。") from error


def _counted(lines: IO[str], done: Any) -> Iterator[str]:
    for line in lines:
        yield line
        done(1)
