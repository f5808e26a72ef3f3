"""原文の保管: where the policy says so, what was typed and answered rests sealed, apart from the log.

Off by default. Only what is sent is kept: of what was blocked or held nothing rests. A 個人番号 is masked here as it
is everywhere: of it no form that could be read back may exist. What can't be kept is not sent.
"""

from __future__ import annotations

from typing import Literal, Protocol

from ai_gov.model import Edit, Exchange, Json
from ai_gov.payload import Payload
from ai_gov.redact.chat_answer import ChatAnswer
from ai_gov.redact.placeholder import mask
from ai_gov.redact.restore import restore
from ai_gov.service.inspect import Inspected
from ai_gov.service.ports import Governance

Part = Literal["prompt", "answer"]


class RawKeeper(Protocol):
    """原文の保管先."""

    async def keep(self, exchange: Exchange, part: Part, texts: Json) -> None:
        """Seal it durably: pairs of where it stood and what. Raises StoreFailed."""
        ...


class RawKeeping:
    """原文の保管: ``typed`` is none where the policy keeps none."""

    def __init__(self, keeper: RawKeeper | None) -> None:
        self._keeper = keeper

    def typed(self, governance: Governance, payload: Payload, seen: Inspected) -> Json:
        """What is to be kept of a request; none where nothing is."""
        if self._keeper is None or not governance.policy.retention.raw_days:
            return None
        edits = [Edit(found.start, found.end, mask(found.label)) for found in seen.findings if found.irreversible]
        texts = seen.document.apply(edits)
        return [[leaf.json_path, text] for leaf, text in zip(payload.leaves, texts, strict=True) if text]

    async def sent(self, exchange: Exchange, typed: Json) -> None:
        """Keep what was typed, before anything is sent. Raises StoreFailed."""
        if self._keeper is not None and typed is not None:
            await self._keeper.keep(exchange, "prompt", typed)

    async def answered(self, exchange: Exchange, typed: Json, answer: ChatAnswer) -> None:
        """Keep what was answered, as the person saw it. Raises StoreFailed."""
        if self._keeper is not None and typed is not None:
            await self._keeper.keep(
                exchange, "answer", [[name, restore(text, answer.vault)] for name, text in answer.said() if text]
            )


def told(typed: Json) -> dict[str, Json]:
    """What the entry of the decision says of it."""
    return {} if typed is None else {"raw_kept": True}
