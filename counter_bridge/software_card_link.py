"""The wire between a software card and vpcd, the virtual reader of pcscd, with faults on demand.

vpcd listens; the card connects, which is how it is put on the reader, and hangs up, which is how it is taken away.
Each message is two bytes of length, big-endian, then one control byte or a command APDU (virtualsmartcard, vpcd.c).
vpcd listens on all interfaces and hands every PIN to whoever connects first, so this runs only inside the network
namespace that demo_reader_process.py makes.
"""

import contextlib
import random
import socket
import threading
import time
from dataclasses import dataclass
from enum import StrEnum

from counter_bridge.software_card import SoftwareCard
from counter_bridge.software_card_files import ANSWER_TO_RESET

POWER_ON, RESET, GET_ANSWER_TO_RESET = b"\x01", b"\x02", b"\x04"

SWAP_S = 0.5
"""Between two cards a hand takes at least this long; pcscd looks every 0.4 s and must see the empty reader once."""

RETRY_S = 0.05
"""Between two attempts to reach a reader that is not up yet."""

SLOW_S = 0.3
"""What a slow card takes for one answer."""

POWER_UP_S = 5.0
"""pcscd powers a card that was put on the reader within one look; more means that nobody serves the reader."""


class FaultKind(StrEnum):
    """What can go wrong on demand."""

    NONE = "none"
    REMOVED = "removed"
    """The card is taken away in the middle."""
    MUTE = "mute"
    """The card does not answer any more."""
    GARBAGE = "garbage"
    """Answers are random bytes."""
    SCRAMBLED = "scrambled"
    """Answers carry random data under a good status word."""
    TRUNCATED = "truncated"
    """Answers are cut in half."""
    SLOW = "slow"
    """Answers come late but right."""
    UNPLUGGED = "unplugged"
    """The reader is gone."""
    SERVICE_DOWN = "service_down"
    """pcscd is gone."""


@dataclass(frozen=True)
class Fault:
    """A fault that begins after `after` good answers."""

    kind: FaultKind
    after: int = 0


class CardLink:
    """Puts one software card at a time on a virtual reader; calls may come from any thread."""

    def __init__(self, port: int, *, quick_acknowledge: bool = True):
        self._port = port
        self._quick_acknowledge = quick_acknowledge
        self._lying: _LyingCard | None = None
        self._left_at = -SWAP_S
        self._lock = threading.Lock()

    @property
    def card(self) -> SoftwareCard | None:
        """The card on the reader, None when there is none (it may have been taken away by a fault)."""
        lying = self._lying
        return None if lying is None or lying.is_gone else lying.card

    @property
    def fault(self) -> FaultKind:
        """The fault the card on the reader is set to show."""
        lying = self._lying
        return FaultKind.NONE if lying is None else lying.fault.kind

    def insert(self, card: SoftwareCard) -> bool:
        """Put a card on the reader, taking away another first; False when the reader did not power it."""
        with self._lock:
            self._take_away()
            threading.Event().wait(max(0.0, self._left_at + SWAP_S - time.monotonic()))
            card.reset()
            self._lying = _LyingCard(card, self._port, quick_acknowledge=self._quick_acknowledge)
            self._lying.thread.start()
            return self._lying.powered.wait(POWER_UP_S)

    def remove(self) -> None:
        """Take the card away; nothing happens when there is none."""
        with self._lock:
            self._take_away()

    def set_fault(self, fault: Fault) -> bool:
        """Let the card on the reader show a fault; False when there is no card."""
        with self._lock:
            if self._lying is None or self._lying.is_gone:
                return False
            self._lying.set_fault(fault)
            return True

    def _take_away(self) -> None:
        if self._lying is not None:
            self._lying.take_away()
            self._left_at = self._lying.left_at
            self._lying = None


class _LyingCard:
    """A card while it lies on the reader: one thread that answers what the reader sends."""

    def __init__(self, card: SoftwareCard, port: int, *, quick_acknowledge: bool):
        self.card = card
        self.powered = threading.Event()
        self.fault = Fault(FaultKind.NONE)
        self.left_at = 0.0
        self.thread = threading.Thread(target=self._lie, name="software-card", daemon=True)
        self._port = port
        self._quick_acknowledge = quick_acknowledge
        self._gone = threading.Event()
        self._changed = threading.Condition()
        self._answered = 0
        self._socket: socket.socket | None = None
        self._random = random.Random(card.person.id)  # noqa: S311 - a fault that can be repeated, no secret

    @property
    def is_gone(self) -> bool:
        """True once the card was taken away."""
        return self._gone.is_set()

    def set_fault(self, fault: Fault) -> None:
        """Begin or end (`none`) a fault."""
        with self._changed:
            self.fault, self._answered = fault, 0
            self._changed.notify_all()

    def take_away(self) -> None:
        """Hang up and wait until the thread has ended."""
        self._leave()
        wire = self._socket
        if wire is not None:
            # An error means that the reader hung up first.
            with contextlib.suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)
        self.thread.join()

    def _leave(self) -> None:
        with self._changed:
            if not self._gone.is_set():
                self.left_at = time.monotonic()
                self._gone.set()
            self._changed.notify_all()

    def _lie(self) -> None:
        while not self._gone.is_set():
            try:
                with socket.create_connection(("127.0.0.1", self._port)) as wire:
                    self._socket = wire
                    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    self._serve(wire)
            except OSError:
                # The reader is not up, or went away: the card still lies there and waits for it.
                self._gone.wait(RETRY_S)
            finally:
                self._socket = None
                self.card.reset()

    def _serve(self, wire: socket.socket) -> None:
        while not self._gone.is_set():
            message = self._receive(wire)
            if message is None:
                return
            if len(message) > 1:
                answer = self._answer(message)
                if answer is None:
                    return
            elif message == GET_ANSWER_TO_RESET:
                answer = ANSWER_TO_RESET
            else:
                self.card.reset()
                if message in (POWER_ON, RESET):
                    self.powered.set()
                continue
            wire.sendall(len(answer).to_bytes(2, "big") + answer)

    def _receive(self, wire: socket.socket) -> bytes | None:
        size = self._receive_exactly(wire, 2)
        return None if size is None else self._receive_exactly(wire, int.from_bytes(size, "big"))

    def _receive_exactly(self, wire: socket.socket, count: int) -> bytes | None:
        received = b""
        while len(received) < count:
            part = wire.recv(count - len(received))
            if not part:
                return None
            received += part
            if self._quick_acknowledge:
                # The kernel forgets it after each use. vpcd sends two small messages in a row (power, answer to
                # reset) and Nagle holds the second until the first is acknowledged: 40 ms each time.
                wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        return received

    def _answer(self, command: bytes) -> bytes | None:
        """The card's answer, spoiled by the fault; None when the card is taken away instead."""
        kind = self.fault.kind if self._answered >= self.fault.after else FaultKind.NONE
        self._answered += 1
        if kind is FaultKind.REMOVED:
            self._leave()
            return None
        if kind is FaultKind.MUTE:
            with self._changed:
                self._changed.wait_for(lambda: self._gone.is_set() or self.fault.kind is not FaultKind.MUTE)
            return None if self._gone.is_set() else self.card.answer(command)
        answer = self.card.answer(command)
        match kind:
            case FaultKind.GARBAGE:
                return self._random.randbytes(len(answer))
            case FaultKind.SCRAMBLED:
                return self._random.randbytes(len(answer) - 2) + answer[-2:]
            case FaultKind.TRUNCATED:
                return answer[: len(answer) // 2]
            case FaultKind.SLOW:
                self._gone.wait(SLOW_S)
        return answer
