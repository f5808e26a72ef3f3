"""DER: the certificates of a time stamp in the order that DER demands, where its authority did not put them so.

A SET OF is sorted in DER. Authorities that run ``openssl ts`` send their certificates as they were configured, and a
strict reader refuses them. They stand outside of what is signed, so their order may be mended without harm.
"""

from __future__ import annotations

from typing import Final, NamedTuple

_SEQUENCE: Final = 0x30
_CONTEXT_0: Final = 0xA0
_CERTIFICATES: Final = 0xA0
_SIGNED_DATA: Final = bytes.fromhex("06092a864886f70d010702")


class Element(NamedTuple):
    """要素: tag, and where it and its content stand."""

    tag: int
    start: int
    content: int
    end: int


def element(data: bytes, start: int, limit: int) -> Element:
    """The element that begins there. Raises ValueError.

    >>> element(bytes.fromhex("3003020101"), 0, 5)
    Element(tag=48, start=0, content=2, end=5)
    """
    if start + 2 > limit:
        raise ValueError("cut off")
    size, content = data[start + 1], start + 2
    if size & 0x80:
        more = size & 0x7F
        if not 1 <= more <= 4 or content + more > limit:
            raise ValueError("length")
        size, content = int.from_bytes(data[content : content + more], "big"), content + more
    if content + size > limit:
        raise ValueError("cut off")
    return Element(data[start], start, content, content + size)


def children(data: bytes, parent: Element) -> list[Element]:
    """The elements within one. Raises ValueError."""
    found, at = [], parent.content
    while at < parent.end:
        found.append(element(data, at, parent.end))
        at = found[-1].end
    return found


def with_sorted_certificates(response: bytes) -> bytes:
    """証明書の並べ替え: a TimeStampResp with its certificates in order; anything else comes back as it is."""
    try:
        place = _certificates(response)
        if place is None:
            return response
        parts = [response[item.start : item.end] for item in children(response, place)]
    except (ValueError, IndexError):
        return response
    return response[: place.content] + b"".join(sorted(parts)) + response[place.end :]


def _certificates(response: bytes) -> Element | None:
    """TimeStampResp → token (ContentInfo) → [0] → SignedData → certificates [0]."""
    outer = children(response, element(response, 0, len(response)))
    if len(outer) < 2 or outer[1].tag != _SEQUENCE:
        return None
    kind, content, *_ = children(response, outer[1])
    if response[kind.start : kind.end] != _SIGNED_DATA or content.tag != _CONTEXT_0:
        return None
    signed = children(response, children(response, content)[0])
    return next((item for item in signed if item.tag == _CERTIFICATES), None)
