"""メモリ上の保存: for the library and for tests; keeps every promise of a store but to outlive the process."""

from __future__ import annotations

import hmac
import secrets
import threading
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ai_gov.audit.checkpoint import Checkpoint, SigningKey, sign
from ai_gov.audit.event import recorded_at
from ai_gov.audit.merkle import Frontier
from ai_gov.audit.verify import Report, StoredEntry, verify_entries
from ai_gov.model import State, Step
from ai_gov.service.ports import Clock, Receipt
from ai_gov.stores.append import PREVIOUS, Draft, conflict, draft
from ai_gov.stores.clock import SystemClock
from ai_gov.stores.entry import EVERYTHING, Counts, Entry, Filter, readable
from ai_gov.stores.errors import closed


class MemoryKeys:
    """メモリ上の鍵: ports.Keys; a secret that nobody keeps."""

    def __init__(self) -> None:
        self._master = secrets.token_bytes(32)

    def hmac_key(self, purpose: str, organisation: str) -> bytes:
        """32 bytes for one purpose and one organisation."""
        parts = (purpose.encode(), organisation.encode())
        name = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
        return hmac.digest(self._master, name, "sha256")


class MemoryStore:
    """メモリ上の保存: ports.Store."""

    def __init__(self, *, clock: Clock | None = None) -> None:
        self.clock = clock or SystemClock()
        self.audit = MemoryLog(self.clock)
        self._states: dict[str, State] = {}
        self._lock = threading.Lock()
        self._closed = False

    async def record(self, step: Step, *, sent_sha256: bytes = b"") -> Receipt:
        """Write a step. Raises StoreFailed where it can't."""
        return self.record_sync(step, sent_sha256=sent_sha256)

    def record_sync(self, step: Step, *, sent_sha256: bytes = b"") -> Receipt:
        """The same for callers without an event loop."""
        new, exchange = draft(step), step.exchange
        with self._lock:
            if self._closed:
                raise closed()
            if exchange is not None:
                if self._states.get(exchange.id, State.RECEIVED) not in PREVIOUS[exchange.state]:
                    raise conflict(exchange.id, exchange.state)
                self._states[exchange.id] = exchange.state
            self.audit.append(new)
        return Receipt(new.id, exchange.id if exchange else "", sent_sha256)

    def sequence_now(self) -> int:
        """Sign the log as it is. Returns how many entries are new under a signature."""
        with self._lock:
            return self.audit.sign()

    def close(self) -> None:
        """Refuse later steps."""
        self._closed = True


@dataclass
class MemoryLog:
    """監査ログ: every entry, oldest first."""

    clock: Clock
    drafts: list[Draft] = field(default_factory=list, repr=False)
    notes: list[str] = field(default_factory=list)
    key: SigningKey = field(default_factory=lambda: SigningKey("ai-gov/memory", Ed25519PrivateKey.generate()))
    signed: int = 0

    def append(self, new: Draft) -> None:
        """Add an entry."""
        self.drafts.append(new)

    def sign(self) -> int:
        """A checkpoint over what is there."""
        tree = Frontier()
        for new in self.drafts:
            tree.append(new.leaf)
        count = tree.size - self.signed
        if count:
            self.notes.append(sign(Checkpoint(self.key.name, tree.size, tree.root()), self.key))
            self.signed = tree.size
        return count

    def entries(self, only: Filter = EVERYTHING, *, before: int | None = None, limit: int = 100) -> list[Entry]:
        """The newest entries first. ``before``: the position of the last one seen, for the next page."""
        found = (self._entry(at) for at in range(len(self.drafts) - 1, -1, -1) if before is None or at + 1 < before)
        asked = [entry for entry in found if only.admits(entry.columns)]
        return asked[:limit]

    def of_exchange(self, exchange: str) -> list[Entry]:
        """The entries of one request, oldest first."""
        return self.entries(Filter(exchange=exchange), limit=len(self.drafts))[::-1]

    def counts(self) -> Counts:
        """How many entries there are, how many of them wait for their place, and how many checkpoints."""
        return Counts(len(self.drafts), len(self.drafts) - self.signed, len(self.notes))

    def checkpoints(self) -> list[str]:
        """The signed notes, oldest first."""
        return list(self.notes)

    def verify(self) -> Report:
        """検証."""
        rows = (self._stored(at) for at in range(len(self.drafts)))
        return verify_entries(rows, self.notes, [self.key.verifier], now=self.clock.now())

    def _seq(self, at: int) -> int | None:
        return at if at < self.signed else None

    def _entry(self, at: int) -> Entry:
        new = self.drafts[at]
        return Entry(at + 1, new.id, self._seq(at), new.columns, readable(new.text))

    def _stored(self, at: int) -> StoredEntry:
        new = self.drafts[at]
        return StoredEntry(
            self._seq(at), new.id, new.leaf, new.salt, new.text, new.columns, recorded_at(new.id), tokens=new.tokens
        )
