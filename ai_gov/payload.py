"""送信内容: the body of a request as a tree, and every string in it as a leaf that can be read and replaced.

A body is inspected as one text (so that a header in one message explains a number in the next), and edited leaf
by leaf. JSON that travels inside a string, such as the arguments of a tool call, is opened first (``JsonText``),
so that what is inspected is what the other side will read, not its escapes.
"""

from __future__ import annotations

import bisect
import copy
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ai_gov.model import Edit, Json

SEPARATOR = "\n\n"  # between leaves that are not glued: a finding never crosses it


@dataclass(frozen=True, slots=True)
class JsonText:
    """A string of the body that holds JSON: its value is walked, and it is written as a string again."""

    value: Json = field(repr=False)


Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Leaf:
    """末端の文字列: where a string stands in the body.

    ``replaceable`` is false for strings that can't be altered without breaking the request (a tool's name, a key,
    a number): a finding in one of those stops the request. ``glued`` leaves continue the one before them (text
    parts of one message), so that a value cut over two parts is seen whole. ``shown`` is the path to name instead
    where the true one holds keys that a person chose (inside a tool's arguments, a schema).
    """

    path: Path
    text: str = field(repr=False)
    replaceable: bool = True
    glued: bool = False
    shown: str = ""

    @property
    def json_path(self) -> str:
        """The path as people write it.

        >>> Leaf(("messages", 0, "content"), "").json_path
        'messages[0].content'
        """
        out = ""
        if self.shown:
            return self.shown
        for part in self.path:
            out += f"[{part}]" if isinstance(part, int) else f".{part}" if out else part
        return out


@dataclass(frozen=True, slots=True)
class Document:
    """検査する文章: all leaves joined, with the bounds of each (``starts[i]`` to ``ends[i]``)."""

    text: str = field(repr=False)
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def leaf_at(self, position: int) -> int:
        """The index of the leaf in which a position of the joined text stands."""
        return max(0, bisect.bisect_right(self.starts, position) - 1)

    def leaves_of(self, start: int, end: int) -> range:
        """The indexes of the leaves that a span touches."""
        return range(self.leaf_at(start), self.leaf_at(max(start, end - 1)) + 1)

    def apply(self, edits: Sequence[Edit]) -> list[str]:
        """The text of each leaf after the edits, which must be sorted and disjoint.

        A replacement is written into the leaf in which its span starts; where the span goes on into a glued leaf,
        the rest is only cut there.

        >>> Document("山田太郎です", (0, 2), (2, 6)).apply([Edit(0, 4, "〔氏名1〕")])
        ['〔氏名1〕', 'です']
        """
        out: list[str] = []
        first = 0
        for start, end in zip(self.starts, self.ends, strict=True):
            while first < len(edits) and edits[first].end <= start:
                first += 1
            pieces, at = [], start
            for edit in edits[first:]:
                if edit.start >= end and not edit.start == edit.end == end:
                    break
                pieces.append(self.text[at : max(at, edit.start)])
                if edit.start >= start:
                    pieces.append(edit.replacement)
                at = min(max(at, edit.end), end)
            pieces.append(self.text[at:end])
            out.append("".join(pieces))
        return out


@dataclass(frozen=True, slots=True)
class Payload:
    """送信内容: a JSON body (possibly holding ``JsonText``) and its leaves in reading order."""

    body: Json = field(repr=False)
    leaves: tuple[Leaf, ...]

    def document(self) -> Document:
        """The leaves as one text."""
        pieces: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        at = 0
        for leaf in self.leaves:
            if starts and not leaf.glued:
                pieces.append(SEPARATOR)
                at += len(SEPARATOR)
            starts.append(at)
            pieces.append(leaf.text)
            at += len(leaf.text)
            ends.append(at)
        return Document("".join(pieces), tuple(starts), tuple(ends))

    def replace(self, texts: Sequence[str]) -> Payload:
        r"""The same body with the text of each replaceable leaf taken from ``texts``.

        Leaves whose text is unchanged are left alone. Raises ValueError where a leaf that can't be replaced would be.

        >>> p = Payload({"a": JsonText({"b": "山田"})}, (Leaf(("a", "b"), "山田"),))
        >>> p.replace(["〔氏名1〕"]).encode().decode()
        '{"a":"{\\"b\\":\\"〔氏名1〕\\"}"}'
        """
        holder = {"body": copy.deepcopy(self.body)}
        leaves = list(self.leaves)
        for index, (leaf, text) in enumerate(zip(self.leaves, texts, strict=True)):
            if text == leaf.text:
                continue
            if not leaf.replaceable:
                raise ValueError(f"{leaf.json_path} can't be replaced")
            _set(holder, ("body", *leaf.path), text)
            leaves[index] = replace(leaf, text=text)
        return Payload(holder["body"], tuple(leaves))

    def encode(self) -> bytes:
        """The bytes that leave: UTF-8 JSON, Japanese unescaped."""
        return json.dumps(_plain(self.body), ensure_ascii=False, separators=(",", ":")).encode()


def _set(node: Json, path: Path, text: str) -> None:
    """Put ``text`` at ``path`` below ``node``, in place, looking through ``JsonText``."""
    for part in path[:-1]:
        node = node[part]
        while isinstance(node, JsonText) and not isinstance(node.value, str):
            node = node.value
    last = path[-1]
    if isinstance(node[last], JsonText):  # the whole string was one JSON string
        node[last] = JsonText(text)
    else:
        node[last] = text


def _plain(node: Json) -> Json:
    if isinstance(node, JsonText):
        return json.dumps(_plain(node.value), ensure_ascii=False, separators=(",", ":"))
    if isinstance(node, dict):
        return {key: _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    return node
