"""The card reader behind PC/SC: the one module that knows pyscard.

Every call opens its own PC/SC context, so it needs no state, may come from any thread, and finds a pcscd that was
restarted in between. A read runs in a thread of its own because a mute card holds PC/SC's call for as long as it
likes: the caller gets `timeout` instead, and a late answer is thrown away. Between connecting and the end the card
belongs to this process alone (transaction), and afterwards it is reset so that no other program inherits the PIN.
"""

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from smartcard import scard

from counter_bridge import card_reading
from counter_bridge.apdu import is_permitted
from counter_bridge.card import (
    CardAbsent,
    CardProblem,
    CardRemoved,
    CardStatus,
    CardUnreadable,
    OnProgress,
    ReaderAbsent,
    ReadResult,
    ReadStep,
    TriesResult,
    VirtualReaderRefused,
)
from counter_bridge.card_errors import ChannelBroken, ForbiddenCommand
from counter_bridge.pin import Pin

VIRTUAL_NAME = "Virtual PCD"
"""How the readers of vsmartcard-vpcd are called."""

TIMEOUT_S = 10.0
"""A slow contactless read takes three seconds."""

STUCK_S = 1.0
"""How long a new call waits for a given-up one to end before it says `timeout` too."""

REMOVAL_S = 1.0
"""pcscd looks every 0.4 s whether the card is still there; after an empty answer this tells removal from silence."""

Result = TypeVar("Result")

_SERVICE_DOWN = ReaderAbsent("service_down")

_PROBLEMS: dict[int, CardProblem] = {
    scard.SCARD_E_NO_SERVICE & 0xFFFFFFFF: _SERVICE_DOWN,
    scard.SCARD_E_SERVICE_STOPPED & 0xFFFFFFFF: _SERVICE_DOWN,
    scard.SCARD_E_INVALID_HANDLE & 0xFFFFFFFF: _SERVICE_DOWN,
    scard.SCARD_F_COMM_ERROR & 0xFFFFFFFF: _SERVICE_DOWN,
    scard.SCARD_E_NO_READERS_AVAILABLE & 0xFFFFFFFF: ReaderAbsent("no_reader"),
    scard.SCARD_E_READER_UNAVAILABLE & 0xFFFFFFFF: ReaderAbsent("no_reader"),
    scard.SCARD_E_UNKNOWN_READER & 0xFFFFFFFF: ReaderAbsent("no_reader"),
    scard.SCARD_E_NO_SMARTCARD & 0xFFFFFFFF: CardAbsent(),
    scard.SCARD_W_REMOVED_CARD & 0xFFFFFFFF: CardRemoved(),
    scard.SCARD_E_SHARING_VIOLATION & 0xFFFFFFFF: CardUnreadable("busy"),
    scard.SCARD_W_UNRESPONSIVE_CARD & 0xFFFFFFFF: CardUnreadable("mute"),
    scard.SCARD_W_UNPOWERED_CARD & 0xFFFFFFFF: CardUnreadable("mute"),
    scard.SCARD_E_PROTO_MISMATCH & 0xFFFFFFFF: CardUnreadable("mute"),
    scard.SCARD_W_RESET_CARD & 0xFFFFFFFF: CardUnreadable("busy"),
}
"""PC/SC results by what they mean to a holder; an unlisted one is told by its number (pcsclite.h)."""


class PcscReader:
    """A reader the operating system serves.

    `virtual` is True in the demo and False at a counter: the demo uses virtual readers only, so it never asks for a
    real PIN, and a counter uses real ones only (COUNTER_RULES 6). `clock` gives an aware time. With several readers
    the first that holds a card is used; `name_holds` narrows them by a part of their name.
    """

    def __init__(
        self,
        *,
        virtual: bool,
        clock: Callable[[], dt.datetime],
        timeout_s: float = TIMEOUT_S,
        name_holds: str = "",
    ):
        self._virtual = virtual
        self._clock = clock
        self._timeout_s = timeout_s
        self._name_holds = name_holds
        self._one_at_a_time = threading.Lock()
        self._latest: threading.Thread | None = None

    def status(self) -> CardStatus:
        """Which reader is there and whether a card lies on it."""
        try:
            with _context() as context:
                return self._look(context).status
        except ChannelBroken as broken:
            return CardStatus(None, self._virtual, broken.problem)

    def wait_for_card(self, *, present: bool, timeout_s: float) -> CardStatus:
        """Wait until a card lies on the reader, or is gone, or the time is over; back with the status then.

        Without a reader it does not wait.
        """
        deadline = time.monotonic() + timeout_s
        try:
            with _context() as context:
                while True:
                    view = self._look(context)
                    left_s = deadline - time.monotonic()
                    if view.status.card_present == present or view.status.reader is None or left_s <= 0:
                        return view.status
                    _await_change(context, view.states, left_s)
        except ChannelBroken as broken:
            return CardStatus(None, self._virtual, broken.problem)

    def tries_left(self) -> TriesResult:
        """Tries of the PIN, asked without using one up."""
        return self._with_card(card_reading.ask_tries_left)

    def read_four_attributes(
        self, pin: Pin, *, really: bool = False, on_progress: OnProgress | None = None
    ) -> ReadResult:
        """Name, address, birth date and sex, or why not; the PIN is wiped whatever comes back."""
        with pin.spent() as digits:

            def read(channel: _PcscChannel) -> ReadResult:
                def tell(step: ReadStep) -> None:
                    if on_progress is not None and not channel.given_up.is_set():
                        on_progress(step)

                return card_reading.read_four_attributes(
                    channel, digits, really=really, on_progress=tell, clock=self._clock
                )

            return self._with_card(read)

    def _look(self, context: int) -> "_View":
        result, names = scard.SCardListReaders(context, [])
        _check(result)
        virtual = [name for name in names if name.startswith(VIRTUAL_NAME)]
        usable = virtual if self._virtual else [name for name in names if name not in virtual]
        usable = [name for name in usable if self._name_holds in name]
        if not usable:
            refused = bool(virtual) and not self._virtual
            problem: CardProblem = VirtualReaderRefused() if refused else ReaderAbsent("no_reader")
            return _View(CardStatus(None, self._virtual, problem), ())
        result, states = scard.SCardGetStatusChange(
            context, 0, [(name, scard.SCARD_STATE_UNAWARE) for name in usable]
        )
        _check(result)
        seen = tuple((name, state & ~scard.SCARD_STATE_CHANGED) for name, state, _ in states)
        with_card = [(name, state) for name, state in seen if state & scard.SCARD_STATE_PRESENT]
        if not with_card:
            return _View(CardStatus(usable[0], self._virtual, CardAbsent()), seen)
        name, state = with_card[0]
        mute = CardUnreadable("mute") if state & scard.SCARD_STATE_MUTE else None
        return _View(CardStatus(name, self._virtual, mute), seen)

    def _with_card(self, act: "Callable[[_PcscChannel], Result]") -> "Result | CardProblem":
        """`act` with the card, in a thread that is given up when the time is over."""
        deadline = time.monotonic() + self._timeout_s
        if not self._one_at_a_time.acquire(timeout=self._timeout_s):
            return CardUnreadable("busy")
        try:
            if self._latest is not None and self._latest.is_alive():
                # A card that fell silent still holds PC/SC; only taking it away ends that.
                self._latest.join(STUCK_S)
                if self._latest.is_alive():
                    return CardUnreadable("timeout")
            given_up = threading.Event()
            future: Future[Result | CardProblem] = Future()
            self._latest = threading.Thread(
                target=_settle,
                args=(future, lambda: self._converse(act, given_up)),
                name="card-read",
                daemon=True,
            )
            self._latest.start()
            try:
                return future.result(max(0.0, deadline - time.monotonic()))
            except TimeoutError:
                given_up.set()
                return CardUnreadable("timeout")
        finally:
            self._one_at_a_time.release()

    def _converse(
        self, act: "Callable[[_PcscChannel], Result]", given_up: threading.Event
    ) -> "Result | CardProblem":
        try:
            with _context() as context:
                status = self._look(context).status
                if status.problem is not None or status.reader is None:
                    return status.problem or ReaderAbsent("no_reader")
                result, handle, protocol = scard.SCardConnect(
                    context, status.reader, scard.SCARD_SHARE_SHARED, scard.SCARD_PROTOCOL_ANY
                )
                _check(result)
                try:
                    _begin_transaction(handle)
                    return act(_PcscChannel(context, status.reader, handle, protocol, given_up))
                finally:
                    # Ends the transaction too. A failure means that card or reader are gone, which resets as well.
                    scard.SCardDisconnect(handle, scard.SCARD_RESET_CARD)
        except ChannelBroken as broken:
            return broken.problem


@dataclass(frozen=True)
class _View:
    status: CardStatus
    states: tuple[tuple[str, int], ...]
    """Readers in use with the state flags PC/SC gave, to wait for another."""


class _PcscChannel:
    """The way to a card that this process holds alone."""

    def __init__(self, context: int, reader: str, handle: int, protocol: int, given_up: threading.Event):
        self.given_up = given_up
        self._context = context
        self._reader = reader
        self._handle = handle
        self._protocol = protocol

    def transmit(self, command: bytes | bytearray) -> bytes:
        """The card's raw answer; raises `ChannelBroken` when there is none."""
        self._stop_if_given_up()
        if not is_permitted(command):
            raise ForbiddenCommand
        numbers = list(command)
        pci = scard.SCARD_PCI_T0 if self._protocol == scard.SCARD_PROTOCOL_T0 else scard.SCARD_PCI_T1
        try:
            result, answer = scard.SCardTransmit(self._handle, pci, numbers)
        finally:
            numbers.clear()
        self._stop_if_given_up()
        if result == scard.SCARD_E_NOT_TRANSACTED or (result == scard.SCARD_S_SUCCESS and not answer):
            raise ChannelBroken(self._why_silent())
        _check(result)
        return bytes(answer)

    def reset(self) -> None:
        """Make the card forget what is selected and verified."""
        result, self._protocol = scard.SCardReconnect(
            self._handle, scard.SCARD_SHARE_SHARED, scard.SCARD_PROTOCOL_ANY, scard.SCARD_RESET_CARD
        )
        _check(result)

    def _stop_if_given_up(self) -> None:
        if self.given_up.is_set():
            raise ChannelBroken(CardUnreadable("timeout"))

    def _why_silent(self) -> CardProblem:
        """Removed, or still there and without an answer."""
        deadline = time.monotonic() + REMOVAL_S
        states: tuple[tuple[str, int], ...] = ((self._reader, scard.SCARD_STATE_PRESENT),)
        while (left_s := deadline - time.monotonic()) > 0:
            states = _await_change(self._context, states, left_s)
            if not states[0][1] & scard.SCARD_STATE_PRESENT:
                return CardRemoved()
        return CardUnreadable("short_answer")


@contextmanager
def _context() -> Iterator[int]:
    result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
    _check(result)
    try:
        yield context
    finally:
        # A failure means that the service is gone, and the context with it.
        scard.SCardReleaseContext(context)


def _begin_transaction(handle: int) -> None:
    result = scard.SCardBeginTransaction(handle)
    if result == scard.SCARD_W_RESET_CARD:
        # Another program reset the card after its own use; that is no reason to send the holder away.
        result, _ = scard.SCardReconnect(
            handle, scard.SCARD_SHARE_SHARED, scard.SCARD_PROTOCOL_ANY, scard.SCARD_LEAVE_CARD
        )
        _check(result)
        result = scard.SCardBeginTransaction(handle)
    _check(result)


def _await_change(
    context: int, states: tuple[tuple[str, int], ...], timeout_s: float
) -> tuple[tuple[str, int], ...]:
    """The states after one of them changed, or the same ones when the time is over."""
    result, changed = scard.SCardGetStatusChange(context, max(1, int(timeout_s * 1000)), list(states))
    if result == scard.SCARD_E_TIMEOUT:
        return states
    _check(result)
    return tuple((name, state & ~scard.SCARD_STATE_CHANGED) for name, state, _ in changed)


def _settle(future: "Future[Result]", act: Callable[[], Result]) -> None:
    try:
        future.set_result(act())
    except BaseException as error:
        # Whatever it is belongs to the thread that asked, not to this one.
        future.set_exception(error)


def _check(result: int) -> None:
    """`ChannelBroken` with what a PC/SC result other than success means to a holder."""
    if result != scard.SCARD_S_SUCCESS:
        code = result & 0xFFFFFFFF
        raise ChannelBroken(_PROBLEMS.get(code, CardUnreadable(f"pcsc_{code:08X}")))
