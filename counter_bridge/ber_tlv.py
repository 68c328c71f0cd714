"""BER-TLV, the nested tag-length-value coding of card files (ISO/IEC 7816-4:2020, 6.3; ITU-T X.690, 8.1).

A card's content comes from outside and may be anything: parsing never raises, a malformed record is `None`.
"""

from dataclasses import dataclass

MAX_LENGTH_BYTES = 3
"""ISO/IEC 7816-4 allows up to four; no file of the card is longer than 64 KiB."""


@dataclass(frozen=True)
class Tlv:
    """One data object."""

    tag: int
    value: bytes


def encode(tag: int, value: bytes) -> bytes:
    """One data object with the shortest length form.

    >>> encode(0xDF22, b"ab").hex()
    'df22026162'
    """
    tag_bytes = tag.to_bytes((tag.bit_length() + 7) // 8 or 1, "big")
    size = len(value)
    if size < 0x80:
        return tag_bytes + bytes([size]) + value
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return tag_bytes + bytes([0x80 | len(length)]) + length + value


def total_length(start: bytes) -> int | None:
    """Bytes of the whole data object, told by its first bytes; None when they tell nothing sensible."""
    header = _header(start, 0)
    return None if header is None else header[1] + header[2]


def parse(content: bytes) -> tuple[Tlv, ...] | None:
    """The data objects that `content` consists of, or None when it is no clean sequence of them."""
    found: list[Tlv] = []
    at = 0
    while at < len(content):
        header = _header(content, at)
        if header is None:
            return None
        tag, value_at, size = header
        if value_at + size > len(content):
            return None
        found.append(Tlv(tag, content[value_at : value_at + size]))
        at = value_at + size
    return tuple(found)


def _header(content: bytes, at: int) -> tuple[int, int, int] | None:
    """Tag, where the value starts, and its length; None when cut off or malformed."""
    tag = _tag(content, at)
    if tag is None:
        return None
    number, at = tag
    if at >= len(content):
        return None
    first, at = content[at], at + 1
    if first < 0x80:
        return number, at, first
    count = first & 0x7F
    if not 1 <= count <= MAX_LENGTH_BYTES or at + count > len(content):
        return None
    return number, at + count, int.from_bytes(content[at : at + count], "big")


def _tag(content: bytes, at: int) -> tuple[int, int] | None:
    if at >= len(content):
        return None
    number, at = content[at], at + 1
    if number & 0x1F != 0x1F:
        return number, at
    # ISO/IEC 7816-4 uses tags of one to three bytes.
    for _ in range(2):
        if at >= len(content):
            return None
        number, at = number << 8 | content[at], at + 1
        if content[at - 1] & 0x80 == 0:
            return number, at
    return None
