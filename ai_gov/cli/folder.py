"""ファイルの読み書き: UTF-8 texts in, and several files out so that either all are whole or none has changed."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ai_gov.errors import BadRequest


def read_text(path: Path) -> str:
    """A UTF-8 text, with or without BOM. Raises BadRequest."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadRequest(f"{path} の文字を読めません。UTF-8で保存し直してください。") from None
    except OSError as error:
        raise BadRequest(f"{path} を読めません（{error.strerror}）。場所と権限を確かめてください。") from None


def write_all(files: Mapping[Path, bytes]) -> None:
    """Write files, each first beside its place and then renamed; on an error none is left half-written.

    Raises BadRequest.
    """
    waiting: list[tuple[str, Path]] = []
    try:
        for path, data in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
            waiting.append((name, path))
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(name, 0o644 & ~_umask())  # noqa: PTH101 - mkstemp makes files that only their owner may read
        for name, path in waiting:
            os.replace(name, path)  # noqa: PTH105
        waiting = []
    except OSError as error:
        raise BadRequest(
            f"{error.filename or '出力先'} に書けません（{error.strerror}）。場所と権限、空き容量を確かめてください。"
        ) from None
    finally:
        for name, _ in waiting:
            Path(name).unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
