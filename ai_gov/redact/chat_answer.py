"""回答の復元: walks a chat completion, whole or in chunks, masks, restores and keeps what may be kept.

Only fields named here reach the client; what an upstream adds of its own is dropped. What the model itself said is
gathered before restoring (``said``), because that is what is inspected and what the log's copy is made of.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from ai_gov.model import Json
from ai_gov.redact.masking import JsonMasker, Masker
from ai_gov.redact.redact import Vault
from ai_gov.redact.restore import Counts, Restorer

TEXTS = ("content", "refusal", "reasoning_content", "reasoning")
_TOP = ("id", "object", "created", "system_fingerprint", "service_tier")
_ESCAPE = re.compile(
    r"(?<!\\)(?:\\\\)*\\(?:u(?:[0-9a-fA-F]{0,4}))?$|\\u[dD][89abAB][0-9a-fA-F]{2}(?:\\(?:u[0-9a-fA-F]{0,3})?)?$"
)
_UNICODE = re.compile(r"(\\\\)|\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|\\u([0-9a-fA-F]{4})")

Channel = tuple[int, str, int]  # choice, field, index of the tool call (0 for texts)


@dataclass(slots=True)
class _Unescaper:
    r"""Writes ``\u6c0f`` in streamed JSON as the character it stands for, so that placeholders can be seen."""

    _held: str = ""

    def push(self, piece: str) -> str:
        text = self._held + piece
        cut = _ESCAPE.search(text)
        self._held = "" if cut is None else text[cut.start() :]
        return _UNICODE.sub(_character, text if cut is None else text[: cut.start()])

    def finish(self) -> str:
        rest, self._held = self._held, ""
        return _UNICODE.sub(_character, rest)


def _character(found: re.Match[str]) -> str:
    if found[1]:
        return found[1]
    code = (
        int(found[4], 16) if found[4] else 0x10000 + ((int(found[2], 16) - 0xD800) << 10) + int(found[3], 16) - 0xDC00
    )
    plain = (code > 0x7F and not 0xD800 <= code <= 0xDFFF) or 0x30 <= code <= 0x39  # a digit is part of a number
    return chr(code) if plain else found[0]


@dataclass(slots=True)
class _Pipe:
    """One text of the answer on its way: unescape (JSON only) → mask → restore."""

    restorer: Restorer
    masker: Masker
    unescaper: _Unescaper | None
    said: list[str] = field(default_factory=list, repr=False)

    def push(self, piece: str) -> str:
        plain = piece if self.unescaper is None else self.unescaper.push(piece)
        return self._on(self.masker.push(plain))

    def finish(self) -> str:
        rest = "" if self.unescaper is None else self.unescaper.finish()
        return self._on(self.masker.push(rest) + self.masker.finish()) + self.restorer.finish()

    def _on(self, masked: str) -> str:
        self.said.append(masked)
        return self.restorer.push(masked)


@dataclass(slots=True)
class ChatAnswer:
    """回答: restores one chat completion. ``model`` is the name the client asked for."""

    vault: Vault
    model: str
    counts: Counts = field(default_factory=Counts)
    usage: dict[str, Json] | None = None
    finish_reasons: dict[int, str] = field(default_factory=dict)
    _pipes: dict[Channel, _Pipe] = field(default_factory=dict)

    def whole(self, body: Json) -> dict[str, Json]:
        """A completion that came in one piece."""
        out = self._top(body)
        out["choices"] = [self._choice(choice, "message", self._all) for choice in _dicts(body, "choices")]
        return out

    def chunk(self, body: Json) -> dict[str, Json]:
        """One chunk of a stream. Text may be held back until a later one."""
        out = self._top(body)
        out["choices"] = [self._choice(choice, "delta", self._piece) for choice in _dicts(body, "choices")]
        return out

    def rest(self) -> list[dict[str, Json]]:
        """Choices (as in a chunk) with what was held back, at the end of the stream."""
        out: list[dict[str, Json]] = []
        for (choice, name, index), pipe in self._pipes.items():
            text = pipe.finish()
            if not text:
                continue
            match name:
                case "arguments":
                    delta: dict[str, Json] = {"tool_calls": [{"index": index, "function": {"arguments": text}}]}
                case "input":
                    delta = {"tool_calls": [{"index": index, "custom": {"input": text}}]}
                case "function_call":
                    delta = {"function_call": {"arguments": text}}
                case _:
                    delta = {name: text}
            out.append({"index": choice, "delta": delta, "finish_reason": None})
        return out

    def said(self) -> list[tuple[str, str]]:
        """What the model said (masked, not restored): field and text, in order of appearance."""
        return [(name, "".join(pipe.said)) for (_, name, _), pipe in self._pipes.items()]

    def _top(self, body: Json) -> dict[str, Json]:
        out: dict[str, Json] = {key: body[key] for key in _TOP if isinstance(body.get(key), str | int)}
        out["model"] = self.model
        if isinstance(body.get("usage"), dict):
            self.usage = _numbers(body["usage"])
            out["usage"] = self.usage
        return out

    def _choice(self, choice: dict[str, Json], part: str, push: Callable[[Channel, str], str]) -> dict[str, Json]:
        number = choice.get("index") if isinstance(choice.get("index"), int) else 0
        assert isinstance(number, int)
        message = choice.get(part) if isinstance(choice.get(part), dict) else {}
        assert isinstance(message, dict)
        kept: dict[str, Json] = {}
        if isinstance(message.get("role"), str):
            kept["role"] = "assistant"
        for name in TEXTS:
            if isinstance(message.get(name), str):
                kept[name] = push((number, name, 0), message[name])
            elif name == "content" and name in message:
                kept[name] = None
        calls = [self._call(number, at, call, push) for at, call in enumerate(_dicts(message, "tool_calls"))]
        if calls:
            kept["tool_calls"] = calls
        if isinstance(message.get("function_call"), dict):
            channel = (number, "function_call", 0)
            kept["function_call"] = _named(message["function_call"], "arguments", channel, push)
        reason = choice.get("finish_reason")
        if isinstance(reason, str):
            self.finish_reasons[number] = reason
        return {"index": number, part: kept, "finish_reason": reason if isinstance(reason, str) else None}

    def _call(
        self, choice: int, at: int, call: dict[str, Json], push: Callable[[Channel, str], str]
    ) -> dict[str, Json]:
        index = call["index"] if isinstance(call.get("index"), int) else at
        kept: dict[str, Json] = {
            key: call[key] for key in ("index", "id", "type") if isinstance(call.get(key), str | int)
        }
        for name, text in (("function", "arguments"), ("custom", "input")):
            if isinstance(call.get(name), dict):
                kept[name] = _named(call[name], text, (choice, text, index), push)
        return kept

    def _piece(self, channel: Channel, text: str) -> str:
        pipe = self._pipes.get(channel)
        if pipe is None:
            in_json = channel[1] in ("arguments", "function_call")
            restorer = Restorer(self.vault, in_json=in_json, counts=self.counts)
            masker = JsonMasker(self.counts) if in_json else Masker(self.counts)
            pipe = self._pipes[channel] = _Pipe(restorer, masker, _Unescaper() if in_json else None)
        return pipe.push(text)

    def _all(self, channel: Channel, text: str) -> str:
        return self._piece(channel, text) + self._pipes[channel].finish()


def _named(
    called: dict[str, Json], text: str, channel: Channel, push: Callable[[Channel, str], str]
) -> dict[str, Json]:
    """What is called, by its name, and with which text."""
    kept: dict[str, Json] = {"name": called["name"]} if isinstance(called.get("name"), str) else {}
    if isinstance(called.get(text), str):
        kept[text] = push(channel, called[text])
    return kept


def _dicts(body: Json, key: str) -> list[dict[str, Json]]:
    value = body.get(key) if isinstance(body, dict) else None
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _numbers(usage: dict[str, Json]) -> dict[str, Json]:
    """Only numbers, two levels deep: an upstream's usage carries no text."""
    out: dict[str, Json] = {}
    for key, value in usage.items():
        if isinstance(value, dict):
            out[key] = {k: v for k, v in value.items() if isinstance(v, int | float)}
        elif isinstance(value, int | float):
            out[key] = value
    return out
