"""チェックポイント: the size and root of the log, signed, so that a copy kept elsewhere binds whoever keeps the log.

A C2SP signed note (c2sp.org/signed-note, v1.0.0) whose text is a checkpoint (c2sp.org/tlog-checkpoint): origin,
size, base64 root, and extension lines if any. Signatures are Ed25519 (type 0x01). Any tool that reads signed notes
verifies ours, given the key as a vkey string.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ai_gov.audit.merkle import HASH_SIZE

ED25519: Final = b"\x01"
MAX_SIGNATURES: Final = 100
MAX_NOTE: Final = 100_000  # characters

_DASH: Final = "— "
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}")
_CONTROL: Final = re.compile("[\x00-\x09\x0b-\x1f\ud800-\udfff]")
_KEY_ID: Final = re.compile(r"[0-9a-f]{8}")


class CheckpointError(ValueError):
    """チェックポイントを信じられない: what is wrong with it."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """検証鍵: a public key under the name it signs with. ``public`` is 32 bytes.

    >>> key = VerifierKey.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    >>> key.name, key.key_id.hex(), str(key) == str(VerifierKey.parse(str(key)))
    ('PeterNeumann', 'c74f20a3', True)
    """

    name: str
    public: bytes

    def __post_init__(self) -> None:
        if not _is_name(self.name):
            raise CheckpointError("鍵の名前は空白と + を含まない文字列にしてください")
        if len(self.public) != 32:
            raise CheckpointError("Ed25519 の公開鍵は 32 バイトです")

    @property
    def key_id(self) -> bytes:
        """鍵の番号: SHA-256(name || 0x0A || 0x01 || public key), its first four bytes."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        """The vkey: ``name+key id+base64``, to be published and handed out."""
        return f"{self.name}+{self.key_id.hex()}+{_b64(ED25519 + self.public)}"

    @classmethod
    def parse(cls, vkey: str) -> VerifierKey:
        """The key of a vkey string. Raises CheckpointError."""
        name, _, rest = vkey.partition("+")
        key_id, _, material = rest.partition("+")
        data = _unb64(material)
        if data is None or data[:1] != ED25519 or len(data) != 33 or not _KEY_ID.fullmatch(key_id):
            raise CheckpointError("検証鍵は「名前+鍵番号+base64」（Ed25519）で書いてください")
        key = cls(name, data[1:])
        if key.key_id.hex() != key_id:
            raise CheckpointError("検証鍵の鍵番号が、名前と公開鍵に合いません。写し間違いがないか確かめてください")
        return key

    def verifies(self, signature: bytes, text: str) -> bool:
        """Whether this key made the signature over the text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class SigningKey:
    """署名鍵: a private key and the name it signs with (the origin of the log)."""

    name: str
    private: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def from_seed(cls, name: str, seed: bytes) -> SigningKey:
        """The key of a 32-byte secret."""
        return cls(name, Ed25519PrivateKey.from_private_bytes(seed))

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self.name, self.private.public_key().public_bytes_raw())

    def signature_line(self, text: str) -> str:
        """The line of a note that signs its text."""
        blob = self.verifier.key_id + self.private.sign(text.encode())
        return f"{_DASH}{self.name} {_b64(blob)}\n"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """チェックポイント: a log named ``origin`` had ``size`` entries with this root.

    ``extensions`` are further lines, such as the time of signing; ``signed_by`` the vkeys whose signatures hold.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()
    signed_by: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What is signed."""
        return "".join(f"{line}\n" for line in (self.origin, str(self.size), _b64(self.root), *self.extensions))

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """The checkpoint of a note's text, unverified. Raises CheckpointError."""
        if not text.endswith("\n"):
            raise CheckpointError("チェックポイントの本文が改行で終わっていません")
        origin, *rest = text[:-1].split("\n")
        root = _unb64(rest[1]) if len(rest) > 1 else None
        if not origin or root is None or len(root) != HASH_SIZE or not _SIZE.fullmatch(rest[0]) or not all(rest):
            raise CheckpointError("チェックポイントは、ログの名前・件数・根（base64）の3行で始まります")
        return cls(origin, int(rest[0]), root, tuple(rest[2:]))


def sign(checkpoint: Checkpoint, *keys: SigningKey) -> str:
    """署名する: the signed note, with a signature by each key (several while a key is being changed).

    >>> key = SigningKey.from_seed("example.lg.jp/log", bytes(32))
    >>> note = sign(Checkpoint("example.lg.jp/log", 0, hashlib.sha256().digest()), key)
    >>> print(note[: note.rindex(" ")])
    example.lg.jp/log
    0
    47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
    <BLANKLINE>
    — example.lg.jp/log
    >>> open_note(note, [key.verifier]).size
    0
    """
    if not keys:
        raise ValueError("署名鍵がありません")
    text = checkpoint.text
    if Checkpoint.parse(text) != Checkpoint(checkpoint.origin, checkpoint.size, checkpoint.root, checkpoint.extensions):
        raise CheckpointError("チェックポイントの行に改行があります")
    if _CONTROL.search(text):
        raise CheckpointError("チェックポイントに制御文字があります")
    return text + "\n" + "".join(key.signature_line(text) for key in keys)


def open_note(note: str, keys: Iterable[VerifierKey]) -> Checkpoint:
    """検証して開く: the checkpoint of a note that at least one of the known keys signed.

    Signatures of unknown keys are ignored; one of a known key that does not hold makes the note worthless.
    Raises CheckpointError.
    """
    text, signatures = _split(note)
    known = {(key.name, key.key_id): key for key in keys}
    signed_by = []
    for name, blob in signatures:
        key = known.get((name, blob[:4]))
        if key is None or str(key) in signed_by:
            continue
        if not key.verifies(blob[4:], text):
            raise CheckpointError(f"チェックポイントの署名が本文に合いません（鍵 {name}+{blob[:4].hex()}）")
        signed_by.append(str(key))
    if not signed_by:
        raise CheckpointError("チェックポイントに、知っている鍵の署名がありません")
    checkpoint = Checkpoint.parse(text)
    return Checkpoint(checkpoint.origin, checkpoint.size, checkpoint.root, checkpoint.extensions, tuple(signed_by))


def read_notes(lines: Iterable[str]) -> Iterator[str]:
    """控えを読む: the notes of a file to which checkpoints are appended one after the other.

    A note that was cut off comes out as it is, so that ``open_note`` refuses it.
    """
    note: list[str] = []
    signatures = False
    for line in lines:
        if signatures and not line.startswith(_DASH):
            yield "".join(note)
            note, signatures = [], False
        if note or line.strip():
            note.append(line)
            signatures = signatures or line.startswith(_DASH)
    if note:
        yield "".join(note)


def _split(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """Text and signatures of a note; the last empty line parts them."""
    if len(note) > MAX_NOTE or _CONTROL.search(note):
        raise CheckpointError("署名付きの文書として読めません（長すぎるか、制御文字があります）")
    at = note.rfind("\n\n")
    if at < 0 or not note.endswith("\n"):
        raise CheckpointError("署名付きの文書として読めません（署名の行がないか、途中で切れています）")
    signatures = []
    for line in note[at + 2 : -1].split("\n"):
        name, _, encoded = line.removeprefix(_DASH).partition(" ")
        blob = _unb64(encoded)
        if not line.startswith(_DASH) or not _is_name(name) or blob is None or len(blob) < 5:
            raise CheckpointError("署名の行を読めません")
        signatures.append((name, blob))
    if len(signatures) > MAX_SIGNATURES:
        raise CheckpointError(f"署名が多すぎます（{MAX_SIGNATURES} まで）")
    return note[: at + 1], signatures


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and name.split() == [name] and not _CONTROL.search(name)


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _unb64(text: str) -> bytes | None:
    """Standard base64 in its one canonical form, or none."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if _b64(data) == text else None
