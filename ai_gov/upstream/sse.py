"""イベント列の読み取り: server-sent events from bytes that were cut anywhere, strictly decoded.

httpx2's own EventSource decodes what is no UTF-8 into U+FFFD without a word, and the openai SDK's has no bound on the
size of an event; here both end the stream. Source: the HTML standard, "Event stream interpretation".
"""

from __future__ import annotations

from collections.abc import Iterator


class SseError(ValueError):
    """The bytes are no event stream: not UTF-8, or an event without an end."""


class SseDecoder:
    r"""読み取り器: bytes in, the data of each event out. The result does not depend on where the bytes are cut.

    >>> decoder = SseDecoder()
    >>> [*decoder.feed(b"data: \xe5\xb1"), *decoder.feed(b"\xb1\r"), *decoder.feed(b"\n\r\n: note\ndata: b")]
    ['山']
    >>> list(decoder.finish())
    ['b']
    """

    def __init__(self, *, max_event_bytes: int = 4 * 1024 * 1024) -> None:
        self._max = max_event_bytes
        self._rest: list[bytes] = []  # of a line that has not ended
        self._size = 0  # of the event that has not ended
        self._data: list[str] = []
        self._first = True

    def feed(self, piece: bytes) -> Iterator[str]:
        """The data of the events that end in this piece."""
        self._size += len(piece)
        if b"\n" not in piece and b"\r" not in piece and not self._ends_with_return():
            self._rest.append(piece)
        else:
            text = b"".join((*self._rest, piece))
            lines = text.splitlines(keepends=True)
            # A line is whole once its end is; a CR may be half of an end.
            last = lines.pop() if lines and not lines[-1].endswith(b"\n") else b""
            self._rest = [last] if last else []
            for line in lines:
                yield from self._line(line.rstrip(b"\r\n"))
        if self._size > self._max:
            raise SseError(f"an event has more than {self._max} bytes")

    def finish(self) -> Iterator[str]:
        """The data of an event that the end of the stream ends, where the blank line is missing."""
        last, self._rest = b"".join(self._rest), []
        if last:
            yield from self._line(last.rstrip(b"\r\n"))
        yield from self._line(b"")

    def _ends_with_return(self) -> bool:
        return bool(self._rest) and self._rest[-1].endswith(b"\r")

    def _line(self, raw: bytes) -> Iterator[str]:
        try:
            line = raw.decode()
        except UnicodeDecodeError:
            raise SseError("a line is not UTF-8") from None
        if self._first:
            line, self._first = line.removeprefix("\ufeff"), False
        if not line:
            self._size = 0
            if self._data:
                data, self._data = "\n".join(self._data), []
                yield data
            return
        name, _, value = line.partition(":")
        if name == "data":
            self._data.append(value.removeprefix(" "))
