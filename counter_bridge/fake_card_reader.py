"""A card reader without PC/SC, for tests of what stands above it and for machines that have no pcscd.

It is the same conversation with the same software card as in the demo, only the wire is missing; it passes the same
contract test as the real adapter.
"""

import datetime as dt
import threading
from collections.abc import Callable, Iterable

from counter_bridge import card_reading
from counter_bridge.card import (
    CardAbsent,
    CardProblem,
    CardRemoved,
    CardStatus,
    OnProgress,
    ReaderAbsent,
    ReadResult,
    TriesResult,
)
from counter_bridge.card_errors import ChannelBroken
from counter_bridge.demo_persons import DemoPerson
from counter_bridge.pin import Pin
from counter_bridge.software_card import SoftwareCard

NAME = "Fake reader"


class FakeCardReader:
    """A reader in memory, with a card for each person; every card keeps its PIN tries."""

    def __init__(
        self, persons: Iterable[DemoPerson], *, clock: Callable[[], dt.datetime], inserted: str | None = None
    ):
        self._cards = {person.id: SoftwareCard(person) for person in persons}
        self._clock = clock
        self._lock = threading.Lock()
        self._card = None if inserted is None else self._cards[inserted]
        self._plugged = True
        self._answers_left: int | None = None

    def insert(self, person: str) -> None:
        """Put a person's card on the reader."""
        self._card, self._answers_left = self._cards[person], None
        self._card.reset()

    def remove(self) -> None:
        """Take the card away."""
        self._card = None

    def remove_after(self, answers: int) -> None:
        """Let the card be taken away in the middle, after that many answers."""
        self._answers_left = answers

    def unplug(self) -> None:
        """Take the reader away."""
        self._plugged = False

    def plug_in(self) -> None:
        """Bring the reader back."""
        self._plugged = True

    def status(self) -> CardStatus:
        """Which reader is there and whether a card lies on it."""
        problem = self._problem()
        return CardStatus(NAME if self._plugged else None, True, problem)

    def tries_left(self) -> TriesResult:
        """Tries of the PIN, asked without using one up."""
        with self._lock:
            return self._problem() or card_reading.ask_tries_left(self)

    def read_four_attributes(
        self, pin: Pin, *, really: bool = False, on_progress: OnProgress | None = None
    ) -> ReadResult:
        """Name, address, birth date and sex, or why not; the PIN is wiped whatever comes back."""
        with pin.spent() as digits, self._lock:
            return self._problem() or card_reading.read_four_attributes(
                self, digits, really=really, on_progress=on_progress, clock=self._clock
            )

    def transmit(self, command: bytes | bytearray) -> bytes:
        """The card's raw answer."""
        if self._answers_left == 0:
            self._card = None
        if self._card is None:
            raise ChannelBroken(CardRemoved())
        if self._answers_left is not None:
            self._answers_left -= 1
        return self._card.answer(bytes(command))

    def reset(self) -> None:
        """Make the card forget what is selected and verified."""
        if self._card is None:
            raise ChannelBroken(CardRemoved())
        self._card.reset()

    def _problem(self) -> CardProblem | None:
        if not self._plugged:
            return ReaderAbsent("no_reader")
        if self._card is None:
            return CardAbsent()
        self._card.reset()
        return None
