"""末端の収集: the strings of a body as leaves, JSON walked whole, and what escapes hide.

Everything that could carry a value out becomes a leaf: strings, free keys, and numbers of seven digits or more (a
個人番号 is a number too). Strings that hide their characters behind escapes get a second leaf, which can't be
replaced, with the characters themselves.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from ai_gov.errors import BadRequest
from ai_gov.model import Json
from ai_gov.payload import JsonText, Leaf, Path

DIGITS: Final = 7  # a number this long is inspected

KEYWORDS: Final = frozenset(
    """type properties required items additionalProperties description title enum const default examples pattern
    format anyOf oneOf allOf not if then else $ref $defs $schema $id $comment $anchor definitions prefixItems contains
    patternProperties propertyNames dependentRequired dependentSchemas unevaluatedProperties unevaluatedItems minLength
    maxLength minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minItems maxItems uniqueItems minContains
    maxContains minProperties maxProperties readOnly writeOnly deprecated nullable strict""".split()  # noqa: SIM905
)
"""Words of JSON Schema: they say nothing, wherever they stand as a key."""
_TYPES: Final = frozenset({"string", "number", "integer", "boolean", "object", "array", "null"})
_KEPT_AS_THEY_ARE: Final = frozenset({"pattern", "format", "$ref", "$schema", "$id", "$anchor", "required", "type"})
"""Keywords whose strings would break the schema if something were put into them."""

_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_ESCAPED: Final = re.compile(
    r"(?P<u>(?:\\u[0-9a-fA-F]{4})+)|\\u\{(?P<brace>[0-9a-fA-F]{1,6})\}|\\U(?P<long>[0-9a-fA-F]{8})"
    r"|\\x(?P<x>[0-9a-fA-F]{2})|&#(?P<dec>[0-9]{1,7});|&#[xX](?P<hex>[0-9a-fA-F]{1,6});|(?P<pct>(?:%[0-9a-fA-F]{2})+)"
)
JSON_ESCAPE: Final = re.compile(r"\\u[0-9a-fA-F]{4}")


class NotStrictJsonError(ValueError):
    """JSON that two readers could read in two ways: a key twice, NaN, Infinity, or no JSON at all."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def parse(text: str) -> Json:
    """A JSON value read so that only one reading is possible.

    >>> parse('{"a": 1, "a": 2}')
    Traceback (most recent call last):
    ai_gov.gateway.strings.NotStrictJsonError: 同じ項目名が2回あります。1回にしてください。
    """
    try:
        value: Json = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        where = f"{error.lineno}行目の{error.colno}文字目"
        raise NotStrictJsonError("invalid_json", f"JSONとして読めません（{where}付近）。") from None
    except RecursionError:
        raise NotStrictJsonError("too_deep", "入れ子が深すぎます。") from None
    except NotStrictJsonError:
        raise
    except ValueError:  # an integer of more digits than Python reads
        raise NotStrictJsonError("invalid_json", "桁が多すぎる数があります。") from None
    return value


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    out = dict(pairs)
    if len(out) != len(pairs):
        raise NotStrictJsonError("duplicate_key", "同じ項目名が2回あります。1回にしてください。")
    return out


def _constant(_: str) -> Json:
    raise NotStrictJsonError("invalid_json", "NaN・Infinity は使えません。")


def _float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise NotStrictJsonError("invalid_json", "大きすぎる数があります。")
    return value


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant, parse_float=_float)


def clean(text: str) -> str:
    r"""A string that every database, tokenizer and encoder takes: lone surrogates become U+FFFD, NULs are cut out.

    >>> clean("山\x00田\ud800")
    '山田�'
    """
    if "\x00" in text:
        text = text.replace("\x00", "")
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def digits_of(number: float) -> str:
    """The digits that a JSON number shows, or nothing where it is short.

    >>> digits_of(1.23456789018e11), digits_of(-123456), digits_of(0.5)
    ('123456789018', '', '')
    """
    if isinstance(number, float) and number.is_integer() and abs(number) < 1e18:
        number = int(number)
    text = json.dumps(abs(number))
    return text if sum(char.isdigit() for char in text) >= DIGITS else ""


def unescape(text: str) -> str:
    r"""The text with escapes of JSON, URLs and HTML undone, as a model would read them.

    >>> unescape(r"\u5c71\u7530 %E5%A4%AA &#37070;")
    '山田 太 郎'
    """
    for _ in range(3):  # an escape may hide another
        plain = clean(_ESCAPED.sub(_character, text))
        if plain == text:
            break
        text = plain
    return text


def _character(match: re.Match[str]) -> str:
    kind, value = match.lastgroup, match[match.lastgroup or 0]
    try:
        if kind == "u":
            units = bytes.fromhex("".join(value.split("\\u")))
            return units.decode("utf-16-be")
        if kind == "pct":
            return bytes.fromhex(value.replace("%", "")).decode()
        return chr(int(value, 10 if kind == "dec" else 16))
    except (ValueError, OverflowError):
        return match[0]


class Leaves:
    """収集中の末端: the leaves in reading order, no deeper than a request may be."""

    def __init__(self, *, max_depth: int) -> None:
        self.max_depth = max_depth
        self._leaves: list[Leaf] = []

    def add(self, path: Path, text: str, *, replaceable: bool = True, glued: bool = False, shown: str = "") -> None:
        """One leaf more."""
        if text:
            self._leaves.append(Leaf(path, text, replaceable, glued, shown))

    def number(self, path: Path, value: float, shown: str = "") -> None:
        """A number, if it is long enough to be somebody's."""
        digits = digits_of(value)
        if digits:
            self.add(path, digits, replaceable=False, shown=shown)

    def json(self, value: Json, path: Path, *, depth: int, shown: str, schema: bool = False) -> Json:
        """A free JSON value, cleaned; its strings, keys and long numbers become leaves.

        ``shown`` is the path that an error may name. With ``schema`` the words of JSON Schema are no leaves.
        """
        return self._json(value, path, depth, shown, schema=schema, keyword="")

    def _json(self, value: Json, path: Path, depth: int, shown: str, *, schema: bool, keyword: str) -> Json:
        if depth > self.max_depth:
            raise BadRequest(f"{shown} の入れ子が深すぎます（{self.max_depth}段まで）。", param=shown, code="too_deep")
        match value:
            case str():
                text = clean(value)
                if not (schema and keyword == "type" and text in _TYPES):
                    self.add(path, text, replaceable=not (schema and keyword in _KEPT_AS_THEY_ARE), shown=shown)
                return text
            case dict():
                out: dict[str, Json] = {}
                for key, child in value.items():
                    name = clean(key)
                    if name in out:
                        raise BadRequest(
                            f"{shown} に同じ項目名が2回あります。1回にしてください。", param=shown, code="duplicate_key"
                        )
                    if not (schema and name in KEYWORDS):
                        self.add((*path, name), name, replaceable=False, shown=shown)
                    out[name] = self._json(child, (*path, name), depth + 1, shown, schema=schema, keyword=name)
                return out
            case list():
                return [
                    self._json(child, (*path, at), depth + 1, shown, schema=schema, keyword=keyword)
                    for at, child in enumerate(value)
                ]
            case bool() | None:
                return value
            case int() | float():
                self.number(path, value, shown)
                return value
        raise TypeError(type(value).__name__)

    def json_string(self, value: str, path: Path, *, depth: int, shown: str, strict: bool) -> str | JsonText:
        r"""A string that holds JSON, opened; or the string itself where it does not.

        With ``strict`` (a tool's arguments) a text that is no JSON but has JSON's escapes is refused: it can't be
        told how the other side will read it. Without, only objects and arrays with a backslash are opened: in others
        the characters stand as they are read.
        """
        text = clean(value)
        opened = text.strip() if strict else text.lstrip()
        if opened and (strict or (opened[0] in "{[" and "\\" in opened)):
            try:
                inside = parse(opened)
            except NotStrictJsonError as error:
                if error.code == "too_deep" or (strict and JSON_ESCAPE.search(text)):
                    message = f"{shown} をJSONとして読めません。正しいJSONにしてください（{error.message}）"
                    raise BadRequest(message, param=shown, code="invalid_json") from None
            else:
                return JsonText(self.json(inside, path, depth=depth + 1, shown=shown))
        self.add(path, text)
        return text

    def finish(self) -> tuple[Leaf, ...]:
        """All leaves, and after each that hides characters behind escapes what it hides."""
        out: list[Leaf] = []
        for run in _runs(self._leaves):
            out += run
            text = "".join(leaf.text for leaf in run)
            if ("\\" in text or "%" in text or "&#" in text) and _ESCAPED.search(text):
                plain = unescape(text)
                if plain != text:
                    out.append(replace(run[0], text=plain, replaceable=False, glued=False))
        return tuple(out)


def _runs(leaves: Iterable[Leaf]) -> Iterable[list[Leaf]]:
    run: list[Leaf] = []
    for leaf in leaves:
        if run and not leaf.glued:
            yield run
            run = []
        run.append(leaf)
    if run:
        yield run
