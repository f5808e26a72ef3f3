"""Every place of a request in which the official SDK can put a string, read from its own types. Not a test."""

from __future__ import annotations

import typing
from collections.abc import Iterator

import typing_extensions
from openai.types.chat import completion_create_params as api


def places() -> dict[str, bool]:
    """Path (``[]`` each element, ``*`` each value) → whether any string may stand there, not only certain words."""
    found: dict[str, bool] = {}
    for kind in (api.CompletionCreateParamsNonStreaming, api.CompletionCreateParamsStreaming):
        for path, free in _strings(kind, "", ()):
            found[path] = found.get(path, False) or free
    return found


def _strings(kind: typing.Any, path: str, above: tuple[typing.Any, ...]) -> Iterator[tuple[str, bool]]:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if typing_extensions.is_typeddict(kind):
        if kind not in above:
            for key, child in typing_extensions.get_type_hints(kind).items():
                yield from _strings(child, f"{path}.{key}" if path else key, (*above, kind))
    elif kind is str or kind is object:
        yield path, True
    elif origin is typing.Literal:
        if any(isinstance(word, str) for word in arguments):
            yield path, False
    elif isinstance(origin, type) and issubclass(origin, dict):
        yield path, True  # free keys
        yield from _strings(arguments[1], f"{path}.*", above)
    elif origin is typing.Union or origin is type(int | str):
        for child in arguments:
            yield from _strings(child, path, above)
    elif isinstance(origin, type):  # list, Iterable, SequenceNotStr …
        for child in arguments:
            yield from _strings(child, f"{path}[]", above)
    elif origin is not None:  # Required, NotRequired, Annotated
        yield from _strings(arguments[0], path, above)
