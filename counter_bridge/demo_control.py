"""The hand that moves software cards: commands to a running demo reader over a Unix socket.

The socket lies in the state directory with mode 0600, so only the user who runs the demo reaches it. One JSON object
a line, one answer a line. It moves cards and faults; it never reads a card and never sees a PIN that was typed.
"""

import json
import os
import socket
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

from counter_bridge.card_errors import DemoCommandRefused, DemoReaderNotRunning
from counter_bridge.software_card_link import FaultKind

DIRECTORY = "demo_reader"
"""Inside the state directory, mode 0700."""

SOCKET_NAME = "control.sock"

ANSWER_TIMEOUT_S = 30.0
"""Putting a card on the reader takes about a second, restarting pcscd up to ten."""

MAX_LINE = 65536


@dataclass(frozen=True)
class CardOnOffer:
    """A software card that can be put on the reader; PIN and person are made up and may be shown."""

    id: str
    name: str
    pin: str
    note_ja: str
    tries_left: int


@dataclass(frozen=True)
class DemoStatus:
    """What the demo reader shows at the moment."""

    inserted: str | None
    """Id of the person whose card lies on the reader."""
    fault: FaultKind
    service_up: bool
    """pcscd runs."""
    cards: tuple[CardOnOffer, ...]
    selected_files: tuple[str, ...]
    """Elementary files selected since the last reset, as application/number in hexadecimal."""

    def to_json(self) -> dict[str, object]:
        """As it goes over the socket and into `--json`."""
        return asdict(self)


def status_from_json(data: Mapping[str, Any]) -> DemoStatus:
    """The inverse of `DemoStatus.to_json`."""
    return DemoStatus(
        inserted=data["inserted"],
        fault=FaultKind(data["fault"]),
        service_up=data["service_up"],
        cards=tuple(CardOnOffer(**card) for card in data["cards"]),
        selected_files=tuple(data["selected_files"]),
    )


class DemoControl:
    """Commands to the demo reader of a state directory.

    Every command answers with the new status. `DemoReaderNotRunning` when nobody answers, `DemoCommandRefused` with
    its code when the command cannot be followed (`no_such_person`, `no_card`, `reader_absent`).
    """

    def __init__(self, state_dir: Path):
        self._state_dir = state_dir

    def status(self) -> DemoStatus:
        """What lies on the reader, and the cards there are."""
        return self._ask({"do": "status"})

    def insert(self, person: str) -> DemoStatus:
        """Put a person's card on the reader, taking another away; back when the reader has powered it."""
        return self._ask({"do": "insert", "person": person})

    def remove(self) -> DemoStatus:
        """Take the card away."""
        return self._ask({"do": "remove"})

    def fault(self, kind: FaultKind, after: int = 0) -> DemoStatus:
        """Begin a fault after `after` good answers of the card; `none` ends it and brings the reader back."""
        return self._ask({"do": "fault", "kind": kind.value, "after": after})

    def reset(self) -> DemoStatus:
        """All cards as at the start (PIN tries too), no fault, the first card on the reader."""
        return self._ask({"do": "reset"})

    def _ask(self, request: Mapping[str, object]) -> DemoStatus:
        directory = self._state_dir / DIRECTORY
        try:
            with reachable(directory / SOCKET_NAME) as address, socket.socket(socket.AF_UNIX) as wire:
                wire.settimeout(ANSWER_TIMEOUT_S)
                wire.connect(address)
                wire.sendall(json.dumps(request).encode() + b"\n")
                line = read_line(wire)
        except OSError:
            raise DemoReaderNotRunning(str(self._state_dir)) from None
        if not line:
            raise DemoReaderNotRunning(str(self._state_dir))
        answer = cast("dict[str, Any]", json.loads(line))
        if not answer["ok"]:
            raise DemoCommandRefused(answer["code"], answer["reason"])
        return status_from_json(answer["status"])


def no_such_person(persons: Iterable[str]) -> DemoCommandRefused:
    """The refusal of a card nobody holds."""
    return DemoCommandRefused("no_such_person", f"no such person → one of {', '.join(persons)}")


@contextmanager
def reachable(path: Path) -> Iterator[str]:
    """A short name of a Unix socket in any directory: socket names end at 107 bytes, paths do not."""
    directory = os.open(path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{directory}/{path.name}"
    finally:
        os.close(directory)


def read_line(wire: socket.socket) -> bytes:
    """One line without its end; empty when the other side hung up or sent more than a line may hold."""
    received = b""
    while b"\n" not in received:
        part = wire.recv(4096)
        if not part or len(received) > MAX_LINE:
            return b""
        received += part
    return received.split(b"\n", 1)[0]
