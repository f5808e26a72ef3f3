"""公開の確認: whether this is what was released, for anybody who asks; and the register for the town's web space."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ai_gov.audit.checkpoint import SigningKey
from ai_gov.documents import release_register
from ai_gov.model import Event, Step
from ai_gov.review.released import INTERNAL, Release, digest_of, read_release_id
from ai_gov.service.ports import Clock, Keys, Receipt
from ai_gov.service.review_ports import ReviewStore


@dataclass(frozen=True, slots=True)
class Match:
    """一致した公開: the release and the kind of the file."""

    release: Release
    kind: str


class ReleaseRegister:
    """公開の登録簿の窓口. Open to everybody: nothing it tells is personal or unpublished."""

    def __init__(
        self,
        store: ReviewStore,
        clock: Clock,
        *,
        keys: Keys,
        signing_key: SigningKey,
        record: Callable[[Step], Receipt],
    ) -> None:
        self._store = store
        self._clock = clock
        self._keys = keys
        self._key = signing_key
        self._record = record

    def lookup(self, typed: str) -> Release | None:
        """公開番号で引く, as it was typed from paper. What stays in the house is told to nobody outside."""
        id_ = read_release_id(typed)
        found = self._store.release(id_) if id_ else None
        return found if found is not None and found.audience == "external" else None

    def check(self, data: bytes, *, also_internal: bool = False) -> list[Match]:
        """ファイルを確かめる: every release of exactly these bytes, newest last."""
        found = self._store.released_as(digest_of(data))
        if also_internal:
            found += self._store.released_as(digest_of(data, self._keys.hmac_key(INTERNAL, "")))
        return [Match(release, kind) for release, kind in found]

    def export(self, organisation: str, name: str, *, actor: str) -> Mapping[str, bytes]:
        """登録簿を書き出す: the files of the static site by their paths; the export is an entry."""
        now = self._clock.now()
        files = release_register.site(self._store.releases(organisation), name, self._key, now)
        data = {"sha256": hashlib.sha256(files[release_register.DATA]).hexdigest(), "files": len(files)}
        self._record(Step(None, Event("release_exported", now, "", organisation, "", actor, data)))
        return files

    def now(self) -> dt.datetime:
        """The time."""
        return self._clock.now()
