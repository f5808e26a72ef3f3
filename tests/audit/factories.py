"""A log as a store keeps it, built in memory: entries, tokens, checkpoints, deletions. All invented."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field

from ai_gov.audit.checkpoint import Checkpoint, SigningKey, sign
from ai_gov.audit.event import canonical, columns, deletion, leaf_hash, recorded_at, tokens
from ai_gov.audit.merkle import root
from ai_gov.audit.verify import Report, StoredEntry, verify_entries
from ai_gov.model import Event, Json

START = dt.datetime(2026, 4, 1, tzinfo=dt.UTC)
ORIGIN = "example.lg.jp/audit"
KEY = SigningKey.from_seed(ORIGIN, bytes(32))


def entry_id(number: int, at: dt.datetime) -> str:
    """A UUIDv7 of that time; the same number gives the same id."""
    millis = f"{int(at.timestamp() * 1000):012x}"
    rest = hashlib.sha256(str(number).encode()).hexdigest()
    return f"{millis[:8]}-{millis[8:]}-7{rest[:3]}-8{rest[3:6]}-{rest[6:18]}"


@dataclass
class LogBuilder:
    """Append events, then read ``rows`` and ``checkpoints``; ``verify`` as the command does."""

    key: SigningKey = KEY
    rows: list[StoredEntry] = field(default_factory=list)
    checkpoints: list[str] = field(default_factory=list)
    at: dt.datetime = START

    def event(self, kind: str, exchange: str = "", **data: Json) -> StoredEntry:
        """One entry, a second after the one before."""
        return self.append(Event(kind, self.at, exchange, "town", "税務課", "p7", data))

    def append(self, event: Event, *, sequenced: bool = True) -> StoredEntry:
        self.at += dt.timedelta(seconds=1)
        number = len(self.rows)
        name = entry_id(number, self.at)
        text = canonical(name, event)
        salt = hashlib.sha256(f"salt {number}".encode()).digest()
        row = StoredEntry(
            seq=number if sequenced else None,
            entry_id=name,
            leaf=leaf_hash(salt, text),
            salt=salt,
            text=text,
            columns=columns(event),
            recorded_at=recorded_at(name),
            tokens=tokens(event),
        )
        self.rows.append(row)
        return row

    def exchange(self, name: str) -> None:
        """A request that was sent and answered."""
        self.event("decided", name, outcome="decided", action="redact", level="3C", use="議事録", tokens=["b", "a"])
        self.event("outcome", name, outcome="answered", took_ms=1200)

    def checkpoint(self, *keys: SigningKey) -> str:
        """Sign what is there now."""
        leaves = [row.leaf for row in self.rows if row.seq is not None]
        note = sign(Checkpoint(ORIGIN, len(leaves), root(leaves)), *(keys or (self.key,)))
        self.checkpoints.append(note)
        return note

    def delete(self, *numbers: int, keep_columns: bool = True) -> StoredEntry:
        """Remove text, salt and tokens of rows, and say so in an entry."""
        for number in numbers:
            row = self.rows[number]
            kept = row.columns if keep_columns else None
            self.rows[number] = row._replace(salt=None, text=None, tokens=None, columns=kept, deleted=True)
        named = [(self.rows[n].entry_id, self.rows[n].leaf, self.rows[n].columns) for n in numbers]
        return self.append(deletion(named, at=self.at, reason="保存期間の満了", organisation="town", actor="system"))

    def verify(self, against: list[str] | None = None, *, after: float = 10, keys=None) -> Report:
        """Verify ``after`` seconds after the last entry."""
        return verify_entries(
            self.rows,
            self.checkpoints,
            [self.key.verifier] if keys is None else keys,
            against,
            now=self.at + dt.timedelta(seconds=after),
            origin=ORIGIN,
        )


def build(exchanges: int = 6, *, every: int = 4) -> LogBuilder:
    """A log of so many exchanges, with a checkpoint after every so many entries and one at the end."""
    log = LogBuilder()
    log.event("rules_applied", version="v1")
    for number in range(exchanges):
        log.exchange(f"x{number}")
        if len(log.rows) % every == 1:
            log.checkpoint()
    if len(log.rows) % every != 1:
        log.checkpoint()
    return log
