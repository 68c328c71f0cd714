"""A software My Number Card: an APDU state machine for tests and the demo, never for a real counter.

It answers as ISO/IEC 7816-4:2020 says a card with these files does: selection, security status and the try counter
are real state, so a wrong order of commands fails here as it would at the counter. It writes down every file that was
selected, which is how a test proves that 個人番号 never is. It knows no transport and no faults.
"""

import hmac
from collections import deque
from dataclasses import dataclass

from counter_bridge import apdu
from counter_bridge.demo_persons import DemoPerson
from counter_bridge.software_card_files import DataFile, ElementaryFile, SecretFile, files_of


@dataclass(frozen=True)
class Command:
    """A command APDU taken apart; `expected` is Ne, 0 when no answer data is wanted."""

    cla: int
    ins: int
    p1: int
    p2: int
    body: bytes
    expected: int


def parse_command(raw: bytes) -> Command | None:
    """Any of the seven cases of ISO/IEC 7816-4, 5.2; None when the lengths do not fit."""
    if len(raw) < 4:
        return None
    header, rest = raw[:4], raw[4:]
    body, expected = b"", 0
    if len(rest) == 1:
        expected = rest[0] or 256
    elif rest and rest[0]:
        size = rest[0]
        body, tail = rest[1 : 1 + size], rest[1 + size :]
        if len(body) < size or len(tail) > 1:
            return None
        expected = (tail[0] or 256) if tail else 0
    elif len(rest) == 3:
        expected = int.from_bytes(rest[1:], "big") or 65536
    elif rest:
        size = int.from_bytes(rest[1:3], "big")
        body, tail = rest[3 : 3 + size], rest[3 + size :]
        if not size or len(body) < size or len(tail) not in (0, 2):
            return None
        expected = (int.from_bytes(tail, "big") or 65536) if tail else 0
    cla, ins, p1, p2 = header
    return Command(cla, ins, p1, p2, body, expected)


class SoftwareCard:
    """One person's card; the try counters live as long as the object, the rest until power goes."""

    def __init__(self, person: DemoPerson):
        self.person = person
        self._files = files_of(person)
        self._tries: dict[tuple[bytes, int], int] = {}
        self._application: bytes | None = None
        self._number: int | None = None
        self._verified: set[int] = set()
        self.selected: deque[tuple[bytes, int]] = deque(maxlen=1000)
        """Every elementary file selected, by application and number, in order; the newest thousand."""
        self.renew()

    @property
    def tries_left(self) -> int:
        """Tries of the PIN of 券面事項入力補助AP."""
        return self._tries[apdu.APPLICATION, apdu.CardFile.PIN.value]

    def renew(self) -> None:
        """As issued: the person's tries, nothing selected so far."""
        self._tries = {
            (application, number): self.person.tries_left if application == apdu.APPLICATION else secret.tries
            for application, files in self._files.items()
            for number, secret in files.items()
            if isinstance(secret, SecretFile)
        }
        self.selected.clear()
        self.reset()

    def reset(self) -> None:
        """Power or reset: nothing is selected, nothing verified; the try counters stay."""
        self._application = self._number = None
        self._verified = set()

    def answer(self, raw: bytes) -> bytes:
        """The answer APDU to a command APDU."""
        command = parse_command(raw)
        if command is None:
            return _status(0x6700)
        if command.cla != 0x00:
            return _status(0x6E00)
        match command.ins:
            case 0xA4:
                return self._select(command)
            case 0x20:
                return self._verify(command)
            case 0xB0:
                return self._read_binary(command)
        return _status(0x6D00)

    def _select(self, command: Command) -> bytes:
        if command.p2 != 0x0C:
            return _status(0x6A86)
        if command.p1 == 0x04:
            if command.body not in self._files:
                return _status(0x6A82)
            # A change of application ends what the former one had verified (ISO/IEC 7816-4, 9.3.1).
            self._application, self._number, self._verified = command.body, None, set()
            return _status(apdu.OK)
        if command.p1 != 0x02:
            return _status(0x6A86)
        if len(command.body) != 2:
            return _status(0x6700)
        return self._select_number(int.from_bytes(command.body, "big"))

    def _select_number(self, number: int) -> bytes:
        if self._application is None or number not in self._files[self._application]:
            return _status(0x6A82)
        self._number = number
        self.selected.append((self._application, number))
        return _status(apdu.OK)

    def _verify(self, command: Command) -> bytes:
        if (command.p1, command.p2) != (0x00, 0x80):
            return _status(0x6A86)
        secret, application, number = self._current(), self._application, self._number
        if application is None or number is None:
            return _status(0x6986)
        if not isinstance(secret, SecretFile):
            return _status(0x6A88)
        key = (application, number)
        if not command.body:
            return _status(apdu.OK if number in self._verified else 0x63C0 | self._tries[key])
        if not self._tries[key]:
            return _status(0x6983)
        if not secret.shortest <= len(command.body) <= secret.longest:
            return _status(0x6700)
        if hmac.compare_digest(command.body, secret.digits):
            self._tries[key] = secret.tries
            self._verified.add(number)
            return _status(apdu.OK)
        self._tries[key] -= 1
        self._verified.discard(number)
        return _status(0x63C0 | self._tries[key])

    def _read_binary(self, command: Command) -> bytes:
        if command.body or not command.expected:
            return _status(0x6700)
        offset = command.p1 << 8 | command.p2
        if command.p1 & 0x80:
            # b8 of P1 set: P1 names a file and selects it, P2 alone is the offset (ISO/IEC 7816-4, 11.3.3).
            selected = self._select_number(command.p1 & 0x1F)
            if selected != _status(apdu.OK):
                return selected
            offset = command.p2
        file = self._current()
        if file is None:
            return _status(0x6986)
        if not isinstance(file, DataFile):
            return _status(0x6981)
        if file.opened_by is not None and file.opened_by not in self._verified:
            return _status(0x6982)
        if offset >= len(file.content):
            return _status(0x6B00)
        data = file.content[offset : offset + command.expected]
        whole = len(data) == command.expected or command.expected in (256, 65536)
        return data + _status(apdu.OK if whole else 0x6282)

    def _current(self) -> ElementaryFile | None:
        if self._application is None or self._number is None:
            return None
        return self._files[self._application][self._number]


def _status(status: int) -> bytes:
    return status.to_bytes(2, "big")
