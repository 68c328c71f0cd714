"""Reading four attributes from a My Number Card: what may be asked and what may come back.

The rest of the product sees a card only through `CardReader`, so that the PC/SC adapter, the software card and the
fake are the same thing to it. Nothing here knows APDUs or PC/SC. A read is no identification: the holder's face and
the card are the clerk's to check, so everything read is `unverified` (COUNTER_RULES 4). Whether the card has expired
is not known here either: its validity stands in 券面AP, which needs another number and is not read.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Literal, Protocol

from counter_bridge.pin import Pin

Sex = Literal["male", "female", "other", "not_applicable"]


@dataclass(frozen=True)
class FourAttributes:
    """基本4情報 as the card gives them; no value shows in a repr, so none slips into a log."""

    name: str = field(repr=False)
    """As recorded, original code points kept: full-width space, variation selectors, characters outside JIS."""
    address: str = field(repr=False)
    """The address the card was last rewritten for: at 転入 the previous one."""
    birth_date: dt.date | None = field(repr=False)
    """None when the card states a day that is in no calendar (生年月日不詳)."""
    sex: Sex = field(repr=False)


@dataclass(frozen=True)
class CardRead:
    """The card answered and the PIN was right."""

    code: ClassVar[str] = "card_read"
    attributes: FourAttributes
    read_at: dt.datetime
    authenticity: Literal["unverified"] = "unverified"


@dataclass(frozen=True)
class TriesLeft:
    """How often a wrong PIN may still be typed before the card locks itself; to be shown before typing."""

    code: ClassVar[str] = "pin_tries_left"
    tries_left: int


@dataclass(frozen=True)
class WrongPin:
    """The card refused the PIN and counted it; at least one try is left."""

    code: ClassVar[str] = "pin_wrong"
    tries_left: int


@dataclass(frozen=True)
class LastTry:
    """One try is left: the card was not asked. Only a repeated call with `really=True` uses it."""

    code: ClassVar[str] = "pin_last_try"
    tries_left: int = 1


@dataclass(frozen=True)
class PinLocked:
    """No try is left; only a municipal counter resets the PIN (個人番号カードの暗証番号初期化・再設定)."""

    code: ClassVar[str] = "pin_locked"


@dataclass(frozen=True)
class ReaderAbsent:
    """No reader, or nobody who serves it."""

    code: ClassVar[str] = "reader_absent"
    reason: Literal["no_reader", "service_down"]


@dataclass(frozen=True)
class VirtualReaderRefused:
    """Only virtual readers are there and this is not the demo (COUNTER_RULES 6)."""

    code: ClassVar[str] = "virtual_reader_refused"


@dataclass(frozen=True)
class CardAbsent:
    """No card lies on the reader."""

    code: ClassVar[str] = "card_absent"


@dataclass(frozen=True)
class CardRemoved:
    """The card was taken away while it was read; nothing was kept."""

    code: ClassVar[str] = "card_removed"


@dataclass(frozen=True)
class NotMyNumberCard:
    """A card that has no 券面事項入力補助AP: a licence, a transport or a bank card."""

    code: ClassVar[str] = "not_my_number_card"


@dataclass(frozen=True)
class CardUnreadable:
    """The card answers what it should not, or not at all; nothing was kept."""

    code: ClassVar[str] = "card_unreadable"
    reason_code: str
    """timeout, busy, mute, short_answer, content_malformed, pin_state_unknown, or status_XXXX (see apdu.py)."""


CardProblem = (
    ReaderAbsent | VirtualReaderRefused | CardAbsent | CardRemoved | NotMyNumberCard | CardUnreadable
)
TriesResult = TriesLeft | PinLocked | CardProblem
ReadResult = CardRead | WrongPin | LastTry | PinLocked | CardProblem


@dataclass(frozen=True)
class CardStatus:
    """What lies on which reader; asking costs no command to the card."""

    reader: str | None
    """The name PC/SC gives the reader, None when there is none to use."""
    virtual: bool
    problem: CardProblem | None
    """None: a card lies there and can be asked."""

    @property
    def card_present(self) -> bool:
        """True when a card lies on the reader."""
        return self.problem is None


class ReadStep(StrEnum):
    """How far a read has come, for the screen."""

    CARD_FOUND = "card_found"
    PIN_ACCEPTED = "pin_accepted"
    READING = "reading"
    DONE = "done"


OnProgress = Callable[[ReadStep], None]
"""Called from another thread than the one that asked; must return at once and never raise."""


class CardReader(Protocol):
    """A reader with or without a card; each call is complete in itself and may come from any thread."""

    def status(self) -> CardStatus:
        """Which reader is there and whether a card lies on it; cheap enough to ask twice a second."""

    def tries_left(self) -> TriesResult:
        """Tries of the PIN, asked without using one up; to be shown before the holder types."""

    def read_four_attributes(
        self, pin: Pin, *, really: bool = False, on_progress: OnProgress | None = None
    ) -> ReadResult:
        """Name, address, birth date and sex, or why not.

        The PIN is wiped whatever comes back. With one try left the card is not asked unless `really` is true.
        """
