"""イベント列の読み取り: what comes out does not depend on how the bytes were cut."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_gov.upstream.sse import SseDecoder, SseError


def decode(raw: bytes, cuts: list[int] | None = None) -> list[str]:
    decoder = SseDecoder()
    out: list[str] = []
    places = sorted({0, len(raw), *(cut % (len(raw) + 1) for cut in cuts or [])})
    for start, end in itertools.pairwise(places):
        out += decoder.feed(raw[start:end])
    return [*out, *decoder.finish()]


texts = st.text(st.characters(exclude_characters="\r\n", exclude_categories=("Cs",)))
events = st.lists(st.lists(texts, min_size=1, max_size=3), max_size=6)
ends = st.sampled_from(["\n", "\r\n", "\r"])


@given(events, ends, st.lists(st.integers(0, 10_000), max_size=12), st.booleans())
def test_any_cutting_of_any_stream_gives_the_same_events(written, end, cuts, comments) -> None:
    lines = ""
    for event in written:
        lines += (f": note{end}{end}" if comments else "") + "".join(f"data: {line}{end}" for line in event) + end
    raw = lines.encode()
    assert decode(raw, cuts) == ["\n".join(event) for event in written]
    assert decode(raw, list(range(len(raw)))) == decode(raw)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", []),
        (b"\n\n\n", []),
        (b"data: a", ["a"]),
        (b"data: a\n", ["a"]),
        (b"data:a\n\ndata:  b\n\n", ["a", " b"]),
        (b"\xef\xbb\xbfdata: a\n\n", ["a"]),
        (b"event: x\nid: 1\nretry: 5\ndata: a\nunknown\n\n", ["a"]),
        (b"event: ping\n\ndata: a\n\n", ["a"]),
        (b"data\n\n", [""]),
        ("data: 山\u2028田\u0085\n\n".encode(), ["山\u2028田\u0085"]),
    ],
)
def test_what_the_standard_says(raw, expected) -> None:
    assert decode(raw) == expected
    assert decode(raw, list(range(len(raw)))) == expected


def test_bytes_that_are_no_text_end_it() -> None:
    with pytest.raises(SseError):
        decode(b"data: \xff\n\n")
    with pytest.raises(SseError):
        decode(b"data: \xe5\xb1\n\n")


def test_an_event_without_an_end_does_not_fill_the_memory() -> None:
    decoder = SseDecoder(max_event_bytes=1000)
    list(decoder.feed(b"data: " + b"x" * 990))
    with pytest.raises(SseError):
        list(decoder.feed(b"xxxxx"))
    decoder = SseDecoder(max_event_bytes=1000)
    for _ in range(20):
        assert list(decoder.feed(b"data: " + b"x" * 100 + b"\n\n")) == ["x" * 100]
