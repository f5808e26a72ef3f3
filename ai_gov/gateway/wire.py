"""依頼の読み取り: the bytes of a /v1/chat/completions request, read field by field along the table ``FIELDS``.

Nothing is passed on that the table does not name. What comes out holds only what may leave, with every string of it
as a leaf; it is not yet inspected.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from ai_gov.errors import BadRequest, TooLarge
from ai_gov.gateway.fields import FIELDS, FOREIGN
from ai_gov.gateway.shapes import (
    Anything,
    CallId,
    Choice,
    Entries,
    Field,
    Flag,
    Items,
    JsonString,
    Real,
    Record,
    Schema,
    Shape,
    Text,
    Treatment,
    Whole,
)
from ai_gov.gateway.strings import Leaves, NotStrictJsonError, clean, parse
from ai_gov.model import Actor, Json, Level
from ai_gov.payload import Path, Payload
from ai_gov.service.messages import AskRequest


@dataclass(frozen=True, slots=True)
class WireLimits:
    """上限: of one request. Bytes of the body, levels of nesting; how many characters it may have the service says."""

    max_body_bytes: int = 4 * 1024 * 1024
    max_depth: int = 32


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """読み取った依頼: what may leave (``payload``, without a model), and what the client wants of us."""

    payload: Payload = field(repr=False)
    model: str
    stream: bool
    include_usage: bool

    def by(self, actor: Actor, *, client: str, use: str = "", declared: Level | None = None) -> AskRequest:
        """The request as this person's."""
        return AskRequest(
            self.payload, self.model, self.stream, actor, client, use, declared, include_usage=self.include_usage
        )


def read_chat(body: bytes, limits: WireLimits | None = None, *, pseudonym: str = "") -> ChatRequest:
    """Read the body of a chat completion. ``pseudonym`` stands for the person in ``user`` (dropped where empty).

    Raises BadRequest (400, with the JSON path) and TooLarge (413); neither repeats a value of the body.

    >>> chat = read_chat(b'{"model": "m", "messages": [{"role": "user", "content": "hi"}], "store": true}')
    >>> chat.model, chat.payload.body
    ('m', {'messages': [{'role': 'user', 'content': 'hi'}], 'store': False})
    """
    limits = limits or WireLimits()
    if len(body) > limits.max_body_bytes:
        raise too_many_bytes(limits)
    try:
        value = parse(body.decode())
    except UnicodeDecodeError as error:
        message = f"本文が UTF-8 ではありません（{error.start}バイト目）。UTF-8 のJSONで送ってください。"
        raise BadRequest(message, code="invalid_json") from None
    except NotStrictJsonError as error:
        raise BadRequest(f"本文を読めません。{error.message}", code=error.code) from None
    if not isinstance(value, dict):
        raise BadRequest("本文は JSON のオブジェクト（{ … }）にしてください。", code="invalid_json")
    return _Reader(limits, pseudonym).chat(value)


def too_many_bytes(limits: WireLimits) -> TooLarge:
    """413 for a body that is too long, whether it was read to its end or not."""
    return TooLarge(
        f"依頼の大きさが上限（{limits.max_body_bytes:,}バイト）を超えています。文章を分けて送ってください。"
    )


class _Node:
    """A place in the table."""

    __slots__ = ("children", "field", "item", "values")

    def __init__(self) -> None:
        self.field: Field | None = None
        self.children: dict[str, _Node] = {}
        self.item: _Node | None = None
        self.values: _Node | None = None

    @property
    def entry(self) -> Field:
        assert self.field is not None
        return self.field

    def below(self, part: str) -> _Node:
        if part == "[]":
            self.item = self.item or _Node()
            return self.item
        if part == "*":
            self.values = self.values or _Node()
            return self.values
        return self.children.setdefault(part, _Node())


def _compile(fields: tuple[Field, ...]) -> _Node:
    root = _Node()
    root.field = Field("", Treatment.CONTAINER, (Record(),))
    for entry in fields:
        node = root
        for part in entry.path.replace("[]", ".[]").split("."):
            node = node.below(part)
        if node.field is not None:
            raise ValueError(f"{entry.path} stands twice in the table")
        node.field = entry
    return root


_TABLE: Final = _compile(FIELDS)
_NAMES: Final = FOREIGN | {part.rstrip("[]") for entry in FIELDS for part in entry.path.split(".")}
_DROP: Final = object()


class _Reader:
    """One pass over one body."""

    def __init__(self, limits: WireLimits, pseudonym: str) -> None:
        self._leaves = Leaves(max_depth=limits.max_depth)
        self._pseudonym = pseudonym
        self._calls: dict[str, str] = {}
        self._role = ""
        self._goes_on = False

    def chat(self, value: dict[str, Json]) -> ChatRequest:
        body = self._value(_TABLE, value, (), "")
        model = body.pop("model")
        stream = body.pop("stream", False)
        options = body.pop("stream_options", {})
        include_usage = bool(options.get("include_usage"))
        if stream:
            body |= {"stream": True, "stream_options": {**options, "include_usage": True}}
        body["store"] = False
        return ChatRequest(Payload(body, self._leaves.finish()), model, stream, include_usage)

    def _value(self, node: _Node, value: Json, path: Path, shown: str) -> Json:
        entry = node.entry
        match entry.treatment:
            case Treatment.REFUSED:
                raise BadRequest(f"{shown} は使えません。{entry.note}", param=shown, code="unsupported_field")
            case Treatment.REPLACED if entry.path in ("user", "safety_identifier"):
                return self._pseudonym or _DROP
            case Treatment.REPLACED if entry.path == "store":
                return False
        read = self._shaped(node, value, path, shown)
        return _DROP if entry.treatment is Treatment.DROPPED else read

    def _shaped(self, node: _Node, value: Json, path: Path, shown: str) -> Json:
        entry = node.entry
        shape = next((shape for shape in entry.shapes if _fits(shape, value)), None)
        if shape is None:
            raise _invalid(node, shown)
        match shape:
            case Text():
                return self._text(node, shape, value, path, shown)
            case JsonString():
                return self._leaves.json_string(value, path, depth=len(path), shown=shown, strict=shape.strict)
            case CallId():
                return self._calls.setdefault(value, f"call{len(self._calls) + 1:05d}")
            case Choice():
                if value in shape.words:
                    return value
                reason = shape.refused.get(value)
                if reason:
                    raise BadRequest(f"{shown} は使えません。{reason}", param=shown, code="unsupported_field")
            case Flag():
                if shape.only in (None, value):
                    return value
                if entry.note:
                    raise BadRequest(f"{shown} は使えません。{entry.note}", param=shown, code="unsupported_field")
            case Whole():
                if shape.low <= value <= shape.high:
                    if entry.treatment is Treatment.FIXED:
                        self._leaves.number(path, value)
                    return int(value)
            case Real():
                if shape.low <= value <= shape.high:
                    return round(value, 4)
            case Schema():
                return self._leaves.json(value, path, depth=len(path), shown=shown, schema=True)
            case Record():
                return self._record(node, value, path, shown)
            case Entries():
                return self._entries(node, shape, value, path, shown)
            case Items():
                return self._items(node, shape, value, path, shown)
            case Anything():
                return value
        raise _invalid(node, shown)

    def _text(self, node: _Node, shape: Text, value: str, path: Path, shown: str) -> Json:
        entry = node.entry
        if self._role in ("tool", "function") and entry.path == "messages[].content":
            return self._leaves.json_string(value, path, depth=len(path), shown=shown, strict=False)
        text = clean(value)
        if (shape.pattern and not re.fullmatch(shape.pattern, text)) or (shape.longest and len(text) > shape.longest):
            raise _invalid(node, shown)
        if entry.treatment is not Treatment.REPLACED:
            replaceable = entry.treatment is Treatment.INSPECTED
            self._leaves.add(path, text, replaceable=replaceable, glued=shape.glued and self._goes_on)
            self._goes_on = self._goes_on or bool(text)
        return text

    def _record(self, node: _Node, value: dict[str, Json], path: Path, shown: str) -> Json:
        if node is _MESSAGE:
            role = value.get("role")
            self._role = role if isinstance(role, str) else ""
        out: dict[str, Json] = {}
        for at, (key, child) in enumerate(value.items(), 1):
            below = node.children.get(key)
            if below is None or below.field is None:
                raise _unknown(key, at, shown)
            here = f"{shown}.{key}" if shown else key
            if child is None:
                if below.field.nullable:
                    out[key] = None
                continue
            read = self._value(below, child, (*path, key), here)
            if read is not _DROP:
                out[key] = read
        for key, below in node.children.items():
            if below.field is not None and below.field.required and key not in out:
                here = f"{shown}.{key}" if shown else key
                raise BadRequest(f"{here} がありません。必ず指定してください。", param=here, code="missing_field")
        if node is _MESSAGE:
            self._role = ""
        return out

    def _entries(self, node: _Node, shape: Entries, value: dict[str, Json], path: Path, shown: str) -> Json:
        assert node.values is not None
        if len(value) > shape.most or not all(re.fullmatch(shape.pattern, key) for key in value):
            raise _invalid(node, shown)
        out: dict[str, Json] = {}
        for key, child in value.items():
            self._leaves.add((*path, key), key, replaceable=False)
            out[key] = self._value(node.values, child, (*path, key), f"{shown}.*")
        return out

    def _items(self, node: _Node, shape: Items, value: list[Json], path: Path, shown: str) -> Json:
        assert node.item is not None
        if len(value) > shape.most:
            raise TooLarge(f"{shown} が多すぎます（{shape.most:,}件まで）。分けて送ってください。", param=shown)
        if len(value) < shape.least:
            raise _invalid(node, shown)
        self._goes_on = False
        out = [self._value(node.item, child, (*path, at), f"{shown}[{at}]") for at, child in enumerate(value)]
        self._goes_on = False
        return out


_MESSAGE: Final = _TABLE.children["messages"].item
_TYPES: Final[Mapping[type[Shape], tuple[type, ...]]] = {
    Text: (str,),
    Choice: (str,),
    CallId: (str,),
    JsonString: (str,),
    Whole: (int, float),
    Real: (int, float),
    Flag: (bool,),
    Record: (dict,),
    Entries: (dict,),
    Schema: (dict,),
    Items: (list,),
    Anything: (object,),
}


def _fits(shape: Shape, value: Json) -> bool:
    if isinstance(value, bool):
        return isinstance(shape, Flag | Anything)
    if isinstance(shape, Whole) and isinstance(value, float) and not value.is_integer():
        return False
    return isinstance(value, _TYPES[type(shape)])


def _invalid(node: _Node, shown: str) -> BadRequest:
    takes = "、または".join(shape.ja for shape in node.entry.shapes)
    return BadRequest(f"{shown} の値が正しくありません。{takes}にしてください。", param=shown, code="invalid_value")


def _unknown(key: str, at: int, shown: str) -> BadRequest:
    """An unlisted field: by name where the name is a known one, else by its place; a name may be a person's."""
    name = key if key in _NAMES else f"（{at}番目の項目）"
    where = f"{shown}.{name}" if shown else name
    message = f"{where} は対応していない項目です。取り除いてから送ってください（使える項目: docs/fields.md）。"
    return BadRequest(message, param=where, code="unknown_field")
