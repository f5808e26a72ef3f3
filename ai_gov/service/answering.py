"""回答の仕上げ: what is shown of an answer, when, with which label, and the outcome that is recorded before its end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from ai_gov import flow
from ai_gov.model import Decision, Exchange, Finding, Json, State
from ai_gov.payload import Payload
from ai_gov.redact.chat_answer import ChatAnswer
from ai_gov.redact.redact import redact
from ai_gov.service.ports import Governance

Inspect = Callable[[str], Awaitable[tuple[Finding, ...]]]
Codes = Callable[[tuple[Finding, ...], str], list[str]]
"""The search codes of what was found in a text."""


@dataclass(slots=True)
class Answering:
    """回答の仕上げ. One for each answer."""

    answer: ChatAnswer
    exchange: Exchange
    decision: Decision
    governance: Governance
    inspect: Inspect
    codes: Codes
    _template: dict[str, Json] = field(default_factory=dict)
    _started: bool = False
    _found: list[Json] = field(default_factory=list)
    _rest: list[dict[str, Json]] = field(default_factory=list)

    def show(self, chunk: Json) -> list[Json]:
        """What the client may see of a chunk now. Ends are kept back until the outcome is durable."""
        out = self.answer.chunk(chunk)
        if not self._template:
            self._template = {key: value for key, value in out.items() if key not in ("choices", "usage")}
        out.pop("usage", None)
        shown = [
            {"index": choice["index"], "delta": delta, "finish_reason": None}
            for choice in out["choices"]
            if (delta := _visible(choice["delta"]))
        ]
        if not shown:
            return []
        out["choices"] = shown
        if not self._started:
            self._started = True
            out["ai_gov"] = self._note()
        return [out]

    async def outcome(self) -> dict[str, Json]:
        """The outcome's data: the log's copy of the answer, its findings, usage and counts."""
        self._rest = self.answer.rest()
        copies: list[Json] = []
        findings: list[Finding] = []
        codes: set[str] = set()
        for name, text in self.answer.said():
            found = await self.inspect(text)
            copies.append([name, redact(text, found, self.governance.grammar).apply(text) if found else text])
            findings += found
            codes.update(self.codes(found, text))
        self._found = flow.summary(findings)
        counts = self.answer.counts
        data: dict[str, Json] = {
            "answer": copies,
            "answer_findings": self._found,
            "restored": counts.restored,
            "unrestored": counts.unknown,
            "masked": counts.masked,
            "finish": sorted(set(self.answer.finish_reasons.values())),
        }
        if self.answer.usage is not None:
            data["usage"] = self.answer.usage
        if codes:
            data["tokens"] = sorted(codes)
        return data

    def label_whole(self, body: dict[str, Json], asked: Payload) -> None:
        """Put the label on a whole answer."""
        body["ai_gov"] = self._note(found=True)
        if self._appends(asked):
            for choice in body["choices"]:
                message = choice["message"]
                if isinstance(message.get("content"), str) and not message.get("tool_calls"):
                    message["content"] += self._sentence()

    def last(self, asked: Payload, *, include_usage: bool) -> list[Json]:
        """The chunks that end a stream: held-back text, the ends of the choices, the usage."""
        out: list[Json] = [{**self._template, "choices": [choice]} for choice in self._rest]
        ends = []
        for index, reason in sorted(self.answer.finish_reasons.items()):
            delta: dict[str, Json] = {"content": self._sentence()} if reason == "stop" and self._appends(asked) else {}
            ends.append({"index": index, "delta": delta, "finish_reason": reason})
        out.append({**self._template, "choices": ends, "ai_gov": self._note(found=True)})
        if include_usage and self.answer.usage is not None:
            out.append({**self._template, "choices": [], "usage": self.answer.usage, "ai_gov": self._note(found=True)})
        return out

    def _note(self, *, found: bool = False) -> dict[str, Json]:
        """The ``ai_gov`` field of the body."""
        note: dict[str, Json] = {
            "record": self.exchange.id,
            "level": self.decision.level.code,
            "action": self.decision.action.value,
            "label": self.governance.policy.label.text,
            "reasons": [reason.message for reason in self.decision.reasons],
        }
        if found:
            note["state"] = State.ANSWERED.value
            note["answer_findings"] = [{"type": f["type"], "count": f["count"]} for f in self._found]
            note["unrestored"] = self.answer.counts.unknown
        return note

    def _appends(self, asked: Payload) -> bool:
        wants_json = isinstance(asked.body, dict) and asked.body.get("response_format") is not None
        return self.governance.policy.label.append_to_text and not wants_json

    def _sentence(self) -> str:
        return f"\n\n〔{self.governance.policy.label.text}〕"


def _visible(delta: dict[str, Json]) -> dict[str, Json]:
    """A delta without the texts that are held back for now; tool calls stay, for their name and id."""
    return {key: value for key, value in delta.items() if value != ""}
