"""The commands this product may send to a card, and what a card's status words mean.

Only five commands exist here, and only two files can be named: the PIN and the four attributes. 個人番号 (EF 0001 of
the same application) has no name in this module, so no caller can select it (COUNTER_RULES 3); `is_permitted` is the
second lock, asked by the adapter for each command right before it leaves.
Sources: ISO/IEC 7816-4:2020 (JIS X 6320-4) for commands and status words; the application and file numbers of
券面事項入力補助AP as public readers of the card use them (FACTS, jpki/myna).
"""

from dataclasses import dataclass
from enum import Enum

from counter_bridge.pin import PIN_LENGTH

APPLICATION = bytes.fromhex("D3921000310001010408")
"""券面事項入力補助AP."""

MAX_SHORT_READ = 256
"""Bytes one short READ BINARY can bring (Le = 00)."""

MAX_OFFSET = 0x7FFF
"""Above it P1 would carry a short file identifier, which selects a file unseen (ISO/IEC 7816-4, 11.3.3)."""


class CardFile(Enum):
    """The files that may be selected; there is no way to name another."""

    PIN = 0x0011
    """照合番号: four digits, three tries."""
    FOUR_ATTRIBUTES = 0x0002
    """基本4情報."""


def select_application() -> bytes:
    """SELECT by name, no answer data wanted."""
    return b"\x00\xa4\x04\x0c" + bytes([len(APPLICATION)]) + APPLICATION


def select_file(file: CardFile) -> bytes:
    """SELECT an elementary file of the selected application, no answer data wanted."""
    return b"\x00\xa4\x02\x0c\x02" + file.value.to_bytes(2, "big")


def ask_tries() -> bytes:
    """VERIFY without a body: the card tells the tries left and uses none up."""
    return b"\x00\x20\x00\x80"


def verify(digits: bytearray) -> bytearray:
    """VERIFY the selected PIN; the caller wipes the command after sending."""
    return bytearray(b"\x00\x20\x00\x80") + bytes([len(digits)]) + digits


def read_binary(offset: int, length: int) -> bytes:
    """READ BINARY of 1 to 256 bytes from 0 to 32767."""
    if not (0 <= offset <= MAX_OFFSET and 1 <= length <= MAX_SHORT_READ):
        raise ValueError("offset or length outside a short READ BINARY")
    return bytes([0x00, 0xB0, offset >> 8, offset & 0xFF, length & 0xFF])


PERMITTED = frozenset(
    bytes.fromhex(command)
    for command in (
        "00A4040C0AD3921000310001010408",
        "00A4020C020011",
        "00A4020C020002",
        "00200080",
    )
)
"""Written out on purpose: a mistake in the builders above cannot widen it."""


def is_permitted(command: bytes | bytearray) -> bool:
    """True for the commands of `PERMITTED`, a PIN of four digits, and a short read that names no file."""
    header, body = bytes(command[:4]), bytes(command[4:])
    if header + body in PERMITTED:
        return True
    if header == b"\x00\x20\x00\x80":
        return len(body) == 1 + PIN_LENGTH and body[0] == PIN_LENGTH and body[1:].isdigit()
    return header[:2] == b"\x00\xb0" and len(body) == 1 and header[2] <= MAX_OFFSET >> 8


@dataclass(frozen=True)
class Answer:
    """A card's answer: data and the two status bytes as one number."""

    data: bytes
    status: int

    @property
    def is_good(self) -> bool:
        """True for 9000."""
        return self.status == OK


def parse_answer(raw: bytes) -> Answer | None:
    """Data and status word, or None when there are not even two bytes."""
    if len(raw) < 2:
        return None
    return Answer(raw[:-2], int.from_bytes(raw[-2:], "big"))


OK = 0x9000

STATUS_WORDS = {
    0x9000: "normal processing",
    0x6282: "end of file reached before the asked number of bytes",
    0x6700: "wrong length",
    0x6981: "command incompatible with the structure of the file",
    0x6982: "security status not satisfied: the PIN was not given",
    0x6983: "authentication method blocked: the PIN is locked",
    0x6984: "reference data not usable",
    0x6986: "command not allowed: no file is selected",
    0x6A80: "wrong data in the body",
    0x6A82: "file or application not found",
    0x6A86: "wrong P1 or P2",
    0x6A88: "referenced data not found",
    0x6B00: "wrong parameters: the offset is outside the file",
    0x6D00: "instruction not supported",
    0x6E00: "class not supported",
    0x6F00: "no precise diagnosis",
}
"""ISO/IEC 7816-4:2020 tables 5 to 7; 63CX is decoded by `tries_in`."""

NOT_FOUND = 0x6A82
PIN_BLOCKED = (0x6983, 0x6984)


def tries_in(status: int) -> int | None:
    """Tries left told by a 63CX status word, None for any other.

    >>> tries_in(0x63C2), tries_in(0x9000)
    (2, None)
    """
    return status & 0x0F if status & 0xFFF0 == 0x63C0 else None


def meaning_of(status: int) -> str:
    """What a status word says, in English for a log.

    >>> meaning_of(0x63C1)
    'the PIN was wrong or not given; tries left: 1'
    """
    tries = tries_in(status)
    if tries is not None:
        return f"the PIN was wrong or not given; tries left: {tries}"
    return STATUS_WORDS.get(status, "not in ISO/IEC 7816-4")
