"""鍵ファイル: the secrets that must not stand in the database, each in a file that only its owner can read.

``keys/master`` (32 bytes, base64): every HMAC key is derived from it by HKDF-SHA256, for one purpose and one
organisation. ``keys/signing`` (Ed25519, PKCS #8 PEM): signs the checkpoints of the audit log. ``keys/verifiers``
(not secret, one vkey a line): the public half of every key that the log was ever signed with, to be handed out.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import stat
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ai_gov.audit.checkpoint import CheckpointError, SigningKey, VerifierKey
from ai_gov.errors import StoreFailed

SECRET_BYTES = 32
MASTER = "master"
SIGNING = "signing"
VERIFIERS = "verifiers"


class KeyFolder:
    """鍵フォルダ: ports.Keys and the signing key; both are made at the first start."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            folder.chmod(0o700)
        except OSError as error:
            raise _unreadable(folder, error) from error
        self._master = _load_master(folder / MASTER)
        private = _load_signing(folder / SIGNING)
        self.verifiers = _load_verifiers(folder / VERIFIERS, private)
        self.signing_key = SigningKey(self.verifiers[-1].name, private)
        if self.signing_key.verifier not in self.verifiers:
            raise _broken(folder / VERIFIERS)
        self.hmac_key = lru_cache(maxsize=1024)(self._derive)

    def prepare(self) -> SigningKey:
        """鍵の更新の用意: a new signing key, its public half added to ``verifiers``; the old one still signs.

        Every interruption leaves keys that fit each other.
        """
        new = SigningKey(self.signing_key.name, Ed25519PrivateKey.generate())
        self.verifiers = (*self.verifiers, new.verifier)
        _replace(self.folder / VERIFIERS, "".join(f"{key}\n" for key in self.verifiers).encode())
        return new

    def change(self, new: SigningKey) -> None:
        """鍵を替える: sign with the prepared key from now on; the private half of the old one is gone."""
        pem = new.private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        _replace(self.folder / SIGNING, pem)
        self.signing_key = new

    def _derive(self, purpose: str, organisation: str) -> bytes:
        """32 bytes for one purpose and one organisation; the lengths keep two pairs from ever meeting."""
        parts = (purpose.encode(), organisation.encode())
        info = b"ai-gov/1" + b"".join(len(part).to_bytes(4, "big") + part for part in parts)
        return HKDF(hashes.SHA256(), SECRET_BYTES, salt=None, info=info).derive(self._master)


def _load_master(path: Path) -> bytes:
    text = load_or_make(path, lambda: base64.b64encode(secrets.token_bytes(SECRET_BYTES)) + b"\n")
    try:
        master = base64.b64decode(text.strip(), validate=True)
    except binascii.Error:
        master = b""
    if len(master) != SECRET_BYTES:
        raise _broken(path)
    return master


def _load_signing(path: Path) -> Ed25519PrivateKey:
    pem = load_or_make(path, _new_signing)
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _broken(path) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise _broken(path)
    return key


def _load_verifiers(path: Path, private: Ed25519PrivateKey) -> tuple[VerifierKey, ...]:
    """Every key the log was signed with; the last one is in use, and its name is the log's."""
    first = SigningKey(f"ai-gov/{secrets.token_hex(4)}", private).verifier
    text = load_or_make(path, f"{first}\n".encode)
    try:
        return tuple(VerifierKey.parse(line) for line in text.decode("ascii").split())
    except (CheckpointError, UnicodeDecodeError) as error:
        raise _broken(path) from error


def _new_signing() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def load_or_make(path: Path, make: Callable[[], bytes]) -> bytes:
    """The content of a file for its owner alone, made at the first start."""
    try:
        if not path.exists():
            _create(path, make())
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            raise StoreFailed(
                f"鍵ファイルをほかの人が読めます: {path} (権限 {mode:03o})。"
                f"chmod 600 {path} で本人だけにしてください。読まれたおそれがあるときは鍵を作り直してください。"
            )
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error


def _create(path: Path, content: bytes) -> None:
    """Write it whole under another name first; of two processes that start at once, the first one's key stays."""
    draft = _draft(path, content)
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink(missing_ok=True)


def _replace(path: Path, content: bytes) -> None:
    try:
        _draft(path, content).replace(path)
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise _unreadable(path, error) from error


def _draft(path: Path, content: bytes) -> Path:
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(file, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    return draft


def _broken(path: Path) -> StoreFailed:
    return StoreFailed(
        f"鍵ファイルの内容が正しくありません: {path}。控えから戻してください。"
        "作り直すと、発行済みのAPIキーは使えなくなり、検証鍵も変わります。"
    )


def _unreadable(path: Path, error: OSError) -> StoreFailed:
    return StoreFailed(f"鍵ファイルを扱えません: {path} ({error.strerror})。場所と権限を確かめてください。")
