"""入力の確認: a source of data is read only where it is, byte for byte, the one the data was made from."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path


def read_checked(path: Path, sha256: str) -> bytes:
    """The bytes of a file; ends the program where its SHA-256 is another."""
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        sys.exit(f"{path.name} の SHA-256 が違います。期待 {sha256}、実際 {found}。")
    return content
