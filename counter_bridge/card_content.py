"""EF 0002 of 券面事項入力補助AP → the four attributes.

One data object FF20 holds DF21 (a header of offsets, not needed), DF22 name, DF23 address, DF24 birth date as
YYYYMMDD, DF25 sex as ISO/IEC 5218 writes it; text is UTF-8 (FACTS). Content is material from outside: whatever it is,
the outcome is four attributes or a typed result.
"""

import datetime as dt
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

from counter_bridge import ber_tlv
from counter_bridge.card import CardUnreadable, FourAttributes, Sex

RECORD, HEADER, NAME, ADDRESS, BIRTH_DATE, SEX = 0xFF20, 0xDF21, 0xDF22, 0xDF23, 0xDF24, 0xDF25

SEX_BY_CODE: Mapping[str, Sex] = MappingProxyType(
    {"1": "male", "2": "female", "3": "other", "9": "not_applicable"}
)

MAX_TEXT = 200
"""Characters of a name or an address; the same limit as a fact's."""

MALFORMED = CardUnreadable("content_malformed")


def parse_four_attributes(content: bytes) -> FourAttributes | CardUnreadable:
    """The four attributes in a whole EF 0002, or `content_malformed`."""
    outer = ber_tlv.parse(content)
    if outer is None or len(outer) != 1 or outer[0].tag != RECORD:
        return MALFORMED
    inner = ber_tlv.parse(outer[0].value)
    if inner is None or len({tlv.tag for tlv in inner}) != len(inner):
        return MALFORMED
    texts = {tlv.tag: _text(tlv.value) for tlv in inner if tlv.tag != HEADER}
    name, address, birth = texts.get(NAME), texts.get(ADDRESS), texts.get(BIRTH_DATE)
    sex = SEX_BY_CODE.get(texts.get(SEX) or "")
    if not name or not address or not birth or sex is None:
        return MALFORMED
    if len(birth) != 8 or not (birth.isascii() and birth.isdecimal()):
        return MALFORMED
    return FourAttributes(name, address, _day(birth), sex)


def _text(value: bytes) -> str | None:
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        return None
    # The padding of a fixed-length field is no part of it; a space inside a name is.
    text = text.strip("\x00 \u3000")
    # Control and format characters (direction overrides among them) belong to no name; private-use and newly
    # assigned characters may.
    if len(text) > MAX_TEXT or any(unicodedata.category(character) in ("Cc", "Cf") for character in text):
        return None
    return text


def _day(digits: str) -> dt.date | None:
    try:
        return dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
