"""The inside of the demo reader: the first process of the namespaces in which reader and cards live.

Started by demo_reader.py under `unshare`. It plays the software cards and follows the commands of the control socket.
It lives as long as its standard input stays open, so it never outlives the process that started it.
"""

import fcntl
import json
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NoReturn, cast

from counter_bridge.card_errors import (
    DemoCommandRefused,
    DemoReaderBusy,
    DemoReaderError,
    DemoReaderUnavailable,
)
from counter_bridge.demo_control import SOCKET_NAME, CardOnOffer, DemoStatus, no_such_person, read_line
from counter_bridge.demo_namespace import (
    SERVICE_STOP_S,
    VPCD_PORT,
    WITH_READER,
    WITHOUT_READER,
    Service,
    bring_loopback_up,
    make_private_run,
)
from counter_bridge.demo_persons import DemoPerson, person_from_json
from counter_bridge.software_card import SoftwareCard
from counter_bridge.software_card_link import CardLink, Fault, FaultKind

LOCK_S = SERVICE_STOP_S + 1.0
"""A demo reader whose owner was killed needs this long to end."""
REQUEST_S = 5.0
"""A client of the control socket has this long to say what it wants."""


class Desk:
    """The reader on a desk, the cards beside it, and one hand that follows commands one after the other."""

    def __init__(self, persons: tuple[DemoPerson, ...], first: str | None, service: Service, link: CardLink):
        self._persons = persons
        self._first = first
        self._service = service
        self._link = link
        self._readers_fault = FaultKind.NONE
        self._cards = {person.id: SoftwareCard(person) for person in persons}

    def open(self) -> None:
        """Cards as issued, the reader up, the first card on it."""
        if self._readers_fault is not FaultKind.NONE or self._link.fault is not FaultKind.NONE:
            self._link.remove()
        self._bring_reader_back()
        for card in self._cards.values():
            card.renew()
        lying = self._link.card
        if self._first is None:
            self._link.remove()
        elif lying is None or lying.person.id != self._first:
            self._insert(self._first)

    def follow(self, request: Mapping[str, Any]) -> DemoStatus:
        """Do what a request says and tell the new status; `DemoCommandRefused` says why not."""
        acts: dict[object, Callable[[], None]] = {
            "status": lambda: None,
            "insert": lambda: self._insert(str(request.get("person"))),
            "remove": self._link.remove,
            "fault": lambda: self._fault(str(request.get("kind")), request.get("after")),
            "reset": self.open,
        }
        act = acts.get(request.get("do"))
        if act is None:
            raise DemoCommandRefused(
                "unknown_command", "no such command → status, insert, remove, fault or reset"
            )
        act()
        return self._status()

    def _insert(self, person: str) -> None:
        if person not in self._cards:
            raise no_such_person(self._cards)
        if self._readers_fault is not FaultKind.NONE or not self._service.is_up:
            raise DemoCommandRefused("reader_absent", "the reader is gone → card fault none brings it back")
        if not self._link.insert(self._cards[person]):
            raise DemoCommandRefused("reader_absent", "the reader did not power the card → card reset")

    def _fault(self, name: str, after: object) -> None:
        if name not in list(FaultKind) or not isinstance(after, int) or after < 0:
            raise DemoCommandRefused(
                "unknown_fault", f"no such fault → one of {', '.join(FaultKind)}; after ≥ 0"
            )
        kind = FaultKind(name)
        if kind in (FaultKind.UNPLUGGED, FaultKind.SERVICE_DOWN):
            self._service.stop()
            self._readers_fault = kind
            if kind is FaultKind.UNPLUGGED:
                self._service.start(WITHOUT_READER)
            return
        self._bring_reader_back()
        if not self._link.set_fault(Fault(kind, after)) and kind is not FaultKind.NONE:
            raise DemoCommandRefused("no_card", "no card lies on the reader → card insert PERSON first")

    def _bring_reader_back(self) -> None:
        if self._readers_fault is FaultKind.NONE and self._service.is_up:
            return
        self._service.stop()
        self._service.start(WITH_READER)
        self._readers_fault = FaultKind.NONE

    def _status(self) -> DemoStatus:
        card = self._link.card
        fault = self._readers_fault if self._readers_fault is not FaultKind.NONE else self._link.fault
        offers = (
            CardOnOffer(p.id, p.name, p.pin, p.note_ja, self._cards[p.id].tries_left) for p in self._persons
        )
        selected = (f"{app.hex().upper()}/{ef:04X}" for c in self._cards.values() for app, ef in c.selected)
        return DemoStatus(
            None if card is None else card.person.id,
            fault,
            self._service.is_up,
            tuple(offers),
            tuple(selected),
        )


def serve_control(listening: socket.socket, desk: Desk) -> NoReturn:
    """Answer one client after the other for as long as the process lives."""
    while True:
        wire, _ = listening.accept()
        with wire:
            wire.settimeout(REQUEST_S)
            try:
                line = read_line(wire)
                if line:
                    wire.sendall(json.dumps(_reply(line, desk)).encode() + b"\n")
            except OSError:
                # A client that hangs up or stays silent loses its answer, nobody else's.
                continue


def _reply(line: bytes, desk: Desk) -> dict[str, object]:
    try:
        request = json.loads(line)
        if not isinstance(request, dict):
            raise DemoCommandRefused("unknown_command", "a request is one JSON object")
        return {"ok": True, "status": desk.follow(request).to_json()}
    except ValueError:
        return {"ok": False, "code": "unknown_command", "reason": "a request is one JSON object"}
    except DemoReaderError as refusal:
        return {"ok": False, "code": refusal.code, "reason": refusal.reason}


def _take_lock() -> bool:
    """True when this is the only demo reader here; held until the process ends, whatever ends it."""
    lock = os.open("lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + LOCK_S
    pause = threading.Event()
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                return False
            pause.wait(0.05)
        else:
            return True


def run(config: Mapping[str, Any]) -> None:
    """Everything up, then wait until standard input closes; the working directory is the private state directory."""
    if Path("/proc/self/ns/net").stat().st_ino == config["outer_network"]:
        raise DemoReaderUnavailable(
            "this process has no network namespace of its own", "start it through counter_bridge.demo_reader"
        )
    if not _take_lock():
        raise DemoReaderBusy(config["state_dir"])
    log = os.open("pcscd.log", os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    Path(SOCKET_NAME).unlink(missing_ok=True)
    os.umask(0o177)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(SOCKET_NAME)
        listening.listen()
        os.umask(0o022)
        make_private_run()
        bring_loopback_up()
        service = Service(config["service"], config["driver"], log)
        link = CardLink(VPCD_PORT, quick_acknowledge=config["quick_acknowledge"])
        persons = tuple(person_from_json(person) for person in config["persons"])
        desk = Desk(persons, config["first"], service, link)
        try:
            desk.open()
            threading.Thread(
                target=serve_control, args=(listening, desk), name="control", daemon=True
            ).start()
            print(json.dumps({"ready": True}), flush=True)  # noqa: T201 - the parent reads it
            sys.stdin.read()
        finally:
            link.remove()
            service.stop()
            Path(SOCKET_NAME).unlink(missing_ok=True)


def _end(_signal: int, _frame: object) -> NoReturn:
    raise SystemExit(0)


def main() -> None:
    """Process entry; standard input gives the configuration as one JSON line and then stays open."""
    # The first process of a process namespace gets no default action for signals.
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    config = cast("dict[str, Any]", json.loads(sys.stdin.readline()))
    try:
        run(config)
    except DemoReaderError as error:
        print(json.dumps({"code": error.code, "reason": error.reason}), flush=True)  # noqa: T201
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
