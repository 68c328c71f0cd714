"""The files of a software My Number Card: applications, elementary files, who may read them.

券面事項入力補助AP holds what the counter reads, 公的個人認証AP is there so that an independent program (OpenSC's JPKI
driver) recognises the card. Numbers and tags are those of the real card (FACTS); every content is made up.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from counter_bridge import ber_tlv
from counter_bridge.apdu import APPLICATION
from counter_bridge.card_content import ADDRESS, BIRTH_DATE, HEADER, NAME, RECORD, SEX, SEX_BY_CODE
from counter_bridge.demo_persons import DemoPerson

SIGNATURE_APPLICATION = bytes.fromhex("D392F000260100000001")
"""公的個人認証AP."""

ANSWER_TO_RESET = bytes.fromhex("3BE000FF8131FE4514")
"""T=1; the answer to reset OpenSC lists for the real card."""

INDIVIDUAL_NUMBER = 0x0001
"""個人番号. The file exists on the software card so that selecting it is seen and told; its content is no number."""

CODE_BY_SEX = {sex: code for code, sex in SEX_BY_CODE.items()}


@dataclass(frozen=True)
class SecretFile:
    """A PIN."""

    digits: bytes
    tries: int
    """How many wrong ones in a row lock it."""
    shortest: int
    longest: int


@dataclass(frozen=True)
class DataFile:
    """A transparent elementary file."""

    content: bytes
    opened_by: int | None
    """File number of the PIN that must be verified before reading; None: free."""


ElementaryFile = SecretFile | DataFile


def files_of(person: DemoPerson) -> Mapping[bytes, Mapping[int, ElementaryFile]]:
    """Applications by name, their elementary files by number."""
    pin = person.pin.encode("ascii")
    return {
        APPLICATION: {
            INDIVIDUAL_NUMBER: DataFile(ber_tlv.encode(0xFF10, b"-" * 12), opened_by=0x0011),
            0x0002: DataFile(four_attributes_record(person), opened_by=0x0011),
            0x0011: SecretFile(pin, tries=3, shortest=4, longest=4),
        },
        SIGNATURE_APPLICATION: {
            0x0018: SecretFile(pin, tries=3, shortest=4, longest=4),
            0x001B: SecretFile(b"MIHON1234", tries=5, shortest=6, longest=16),
        },
    }


def four_attributes_record(person: DemoPerson) -> bytes:
    """EF 0002: a header with the offsets of the four values, then the values."""
    values = (
        ber_tlv.encode(NAME, person.name.encode("utf-8")),
        ber_tlv.encode(ADDRESS, person.address.encode("utf-8")),
        ber_tlv.encode(BIRTH_DATE, person.birth_date.strftime("%Y%m%d").encode("ascii")),
        ber_tlv.encode(SEX, CODE_BY_SEX[person.sex].encode("ascii")),
    )
    header_size = len(ber_tlv.encode(HEADER, bytes(8)))
    body_size = header_size + sum(map(len, values))
    at = len(ber_tlv.encode(RECORD, bytes(body_size))) - body_size + header_size
    offsets = b""
    for value in values:
        offsets += at.to_bytes(2, "big")
        at += len(value)
    return ber_tlv.encode(RECORD, ber_tlv.encode(HEADER, offsets) + b"".join(values))
