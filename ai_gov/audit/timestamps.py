"""時刻印（タイムスタンプ）: RFC 3161 tokens over checkpoints, by which a time stamping authority says when one existed.

A checkpoint is signed by whoever keeps the log, who could sign another one later; nobody can have the past stamped.
So what a stamped checkpoint covers can't have been made after the time of its stamp. Nothing here asks an authority:
the requests and answers are bytes.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from ai_gov.audit.checkpoint import Checkpoint
from ai_gov.audit.der import with_sorted_certificates
from ai_gov.model import JST

KIND: Final = "timestamped"
"""Of the entry that says a checkpoint was stamped."""

GRANTED: Final = 0
_IMPRINTS: Final = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}

Root = x509.Certificate


class TimestampError(ValueError):
    """時刻印を信じられない: what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """時刻印: over the signed ``note`` of a checkpoint. ``token`` is the whole TimeStampResp in DER.

    ``at`` is when we got it, by our own clock; the time that counts is in the token.
    """

    note: str
    token: bytes = field(repr=False)
    authority: str = ""
    at: str = ""

    @property
    def size(self) -> int:
        """How many entries the checkpoint covers; 0 where its note can't be read."""
        try:
            return Checkpoint.parse(self.note[: self.note.rfind("\n\n") + 1]).size
        except ValueError:
            return 0

    def line(self) -> str:
        """One line of the file outside the database."""
        token = base64.b64encode(self.token).decode()
        value = {"note": self.note, "authority": self.authority, "at": self.at, "token": token}
        return json.dumps(value, ensure_ascii=False) + "\n"

    @classmethod
    def read(cls, line: str) -> Stamp:
        r"""The inverse of ``line``. Raises TimestampError.

        >>> stamp = Stamp("log\n0\n", b"x", "http://tsa.example.lg.jp", "2026-04-01T00:00:00.000000Z")
        >>> Stamp.read(stamp.line()) == stamp
        True
        """
        try:
            value = json.loads(line)
            token = base64.b64decode(value["token"], validate=True)
            return cls(str(value["note"]), token, str(value["authority"]), str(value["at"]))
        except (ValueError, KeyError, TypeError, RecursionError, binascii.Error):
            raise TimestampError("時刻印の控えの行を読めません") from None


@dataclass(frozen=True, slots=True)
class Query:
    """時刻印の依頼: ``body`` goes to the authority, ``nonce`` must come back."""

    body: bytes
    nonce: int | None


def ask(note: str) -> Query:
    """依頼を作る: for a token over a note, with the authority's certificate in it."""
    made = TimestampRequestBuilder().data(note.encode()).hash_algorithm(HashAlgorithm.SHA256).build()
    return Query(made.as_bytes(), made.nonce)


def accept(answer: bytes, note: str, query: Query, roots: Sequence[Root] | None = None) -> dt.datetime:
    """回答を確かめる: the time of a token that was asked for just now. Raises TimestampError."""
    if _read(answer).nonce != query.nonce:
        raise TimestampError("時刻印の回答が、この依頼へのものではありません（ノンスが違います）")
    return time_of(answer, note, roots)


def time_of(token: bytes, note: str, roots: Sequence[Root] | None = None) -> dt.datetime:
    """時刻印の時刻 (UTC): of a token over this note. Raises TimestampError.

    Without ``roots`` only what it speaks of is looked at, not who made it. The certificates need to have been valid
    at the time of the token, not today.
    """
    found = _read(token)
    name = _IMPRINTS.get(found.algorithm)
    if name is None or found.imprint != hashlib.new(name, note.encode()).digest():
        raise TimestampError("時刻印が、このチェックポイントへのものではありません")
    if roots is not None:
        _signed(found.response, note, roots)
    return found.at


def read_roots(data: bytes) -> tuple[Root, ...]:
    """ルート証明書を読む: PEM (one or more) or DER. Raises TimestampError."""
    try:
        if b"-----BEGIN" in data:
            return tuple(x509.load_pem_x509_certificates(data))
        return (x509.load_der_x509_certificate(data),)
    except ValueError:
        raise TimestampError("ルート証明書（PEM か DER）として読めません") from None


@dataclass(frozen=True, slots=True)
class Stamped:
    """時刻印の検証結果: ``good`` tokens, of which the newest covers ``size`` entries at ``at``.

    ``trusted``: compared with a root certificate. ``bare``: checkpoints in the database that have no good token.
    ``notes``: stamped notes that the database lacks, to be compared with the tree too.
    """

    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    good: int = 0
    bare: int = 0
    size: int = 0
    at: dt.datetime | None = None
    trusted: bool = False
    asked: bool = False

    def line(self, entries: int) -> str:
        """どこまで示せるか: a sentence for the head of a report; empty where stamps are not used at all."""
        if self.at is None:
            none = "時刻印: 使えるものが1件もありません。記録がいつからあったかを、第三者の署名では示せません。"
            return none if self.asked or self.problems else ""
        local = f"{self.at.astimezone(JST):%Y-%m-%d %H:%M:%S}（日本時間）"
        counts = f"時刻印のあるチェックポイント {self.good} 件、ないもの {self.bare} 件。"
        after = max(entries - self.size, 0)
        rest = f"{self.size}件目より後の {after} 件には、まだ時刻印がありません。" if after else ""
        if not self.trusted:
            return (
                f"時刻印: {self.size}件目までに {local} のものがありますが、発行した時刻認証局を確かめていません"
                f"（--tsa-root でルート証明書を指定すると確かめます）。{counts}{rest}"
            )
        return (
            f"時刻印: {self.size}件目までの記録が {local} までにこの内容で存在し、その後に作り直されたものでない"
            f"ことを、時刻認証局の署名が示します。記録した内容の正しさと、その時刻より前の書き換えがなかったことは示しません。"
            f"{counts}{rest}"
        )


def check(
    inside: Sequence[Stamp],
    outside: Sequence[Stamp],
    checkpoints: Sequence[str],
    roots: Sequence[Root] | None,
    *,
    broken: int = 0,
) -> Stamped:
    """時刻印を確かめる: those in the database and those of the file beside it, against the notes that they speak of.

    ``broken``: lines of that file that can't be read.
    """
    problems = [f"時刻印の控え（timestamps.jsonl）に読めない行が {broken} 行あります。"] if broken else []
    known, stamped = set(checkpoints), set()
    newest: tuple[int, dt.datetime] | None = None
    of = {(stamp.note, stamp.token): stamp for stamp in inside}
    for stamp in [*inside, *(item for item in outside if (item.note, item.token) not in of)]:
        try:
            at = time_of(stamp.token, stamp.note, roots)
        except TimestampError as error:
            problems.append(f"{stamp.size}件のチェックポイントの時刻印: {error}。")
            continue
        stamped.add(stamp.note)
        if newest is None or stamp.size > newest[0] or (stamp.size == newest[0] and at < newest[1]):
            newest = stamp.size, at
    gone = {stamp.size for stamp in outside} - {stamp.size for stamp in inside}
    problems += [
        f"{size}件のチェックポイントの時刻印が、控え（timestamps.jsonl）にあるのにデータベースにありません。"
        for size in sorted(gone)
    ]
    found = Stamped(tuple(problems), tuple(sorted(stamped - known)), trusted=bool(roots), asked=roots is not None)
    bare = len(known - stamped)
    if newest is None:
        return replace(found, bare=bare)
    return replace(found, good=len(stamped), bare=bare, size=newest[0], at=newest[1])


class _Token(NamedTuple):
    """What a token says."""

    response: TimeStampResponse
    nonce: int | None
    at: dt.datetime
    algorithm: str
    imprint: bytes


def _read(data: bytes) -> _Token:
    try:
        response = decode_timestamp_response(with_sorted_certificates(data))
        status = response.status
    except (ValueError, TypeError, OverflowError):
        raise _unreadable() from None
    if status != GRANTED:
        raise TimestampError(f"時刻認証局が時刻印を出しませんでした（状態 {status}）")
    try:
        info = response.tst_info
        imprint = info.message_imprint
        at = info.gen_time.astimezone(dt.UTC)
        return _Token(response, info.nonce, at, imprint.hash_algorithm.dotted_string, imprint.message)
    except (ValueError, TypeError, OverflowError):
        raise _unreadable() from None


def _signed(response: TimeStampResponse, note: str, roots: Sequence[Root]) -> None:
    builder = VerifierBuilder(roots=list(roots))
    try:
        builder.build().verify_message(response, note.encode())
    except VerificationError as error:
        why = next((said for sign, said in _WHY if sign in str(error)), "署名が合いません")
        raise TimestampError(f"時刻印を、指定したルート証明書で確かめられません（{why}）") from None


_WHY: Final = (
    ("has expired", "証明書の有効期限の後に出されています"),
    ("not yet valid", "証明書の有効期間の前に出されています"),
    ("self-signed certificate", "別の認証局のものです"),
    ("unable to get", "別の認証局のものです"),
    ("EKU", "時刻印のための証明書ではありません"),
)


def _unreadable() -> TimestampError:
    return TimestampError("時刻印の回答を読めません（壊れているか、RFC 3161 の形ではありません）")
