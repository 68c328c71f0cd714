"""The demo's card reader: starts and stops a virtual reader with software cards that nobody else can reach.

vpcd listens on all interfaces and whoever connects first would receive the PIN, so everything runs in namespaces of
its own (FACTS; COUNTER_RULES 6). Whoever wants to use the reader needs `environment`: it names a socket that only the
same user reaches, and leaves a pcscd of the machine, with its real readers, alone.
Root needs no preparation; another user needs unprivileged user namespaces (Debian's default).
"""

import contextlib
import json
import os
import selectors
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from counter_bridge.card_errors import DemoReaderBusy, DemoReaderUnavailable
from counter_bridge.demo_control import DIRECTORY, DemoControl, no_such_person
from counter_bridge.demo_persons import DemoPerson, load_demo_persons, person_to_json

DRIVER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")

CLIENT_SOCKET = "pcscd.comm"
LOG = "demo_reader.log"

SOCKET_VARIABLE = "PCSCLITE_CSOCK_NAME"
"""libpcsclite reads it at the first call of a process and remembers it until the process ends."""

MAX_SOCKET_NAME = 107
"""Bytes of a Unix socket's name (unix(7))."""

START_S = 30.0
STOP_S = 8.0


class DemoReader:
    """A virtual reader with software cards, for as long as the context or the process lasts.

    Use it as a context, and give `environment` to whoever reads cards, before its first PC/SC call:
    `with DemoReader(state, persons, "father") as reader: os.environ.update(reader.environment)`.
    """

    def __init__(
        self, state_dir: Path, persons: Path, inserted: str | None = None, *, quick_acknowledge: bool = True
    ):
        """Reads and checks `persons` (`BadDemoPersons`); starts nothing.

        `inserted` is the id of the person whose card lies on the reader at the start and after a reset;
        `DemoCommandRefused` when there is no such person.
        `quick_acknowledge=False` leaves the card's wire as slow as it is by default; for the benchmark only.
        """
        self._state_dir = state_dir.absolute()
        self._directory = self._state_dir / DIRECTORY
        self._inserted = inserted
        self._quick_acknowledge = quick_acknowledge
        self._process: subprocess.Popen[str] | None = None
        self.persons: tuple[DemoPerson, ...] = load_demo_persons(persons)
        self.control = DemoControl(self._state_dir)
        if inserted is not None and inserted not in {person.id for person in self.persons}:
            raise no_such_person(person.id for person in self.persons)

    @property
    def environment(self) -> Mapping[str, str]:
        """What a process needs in its environment, before its first PC/SC call, to reach this reader."""
        return {SOCKET_VARIABLE: str(self._directory / CLIENT_SOCKET)}

    @property
    def is_running(self) -> bool:
        """True while the reader's process lives."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start everything and wait until the reader answers (about half a second).

        `DemoReaderUnavailable` names what is missing and how to get it; `DemoReaderBusy` when one already runs here.
        """
        if self.is_running:
            raise DemoReaderBusy(str(self._state_dir))
        unshare, service = self._programs()
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._process = self._launch(unshare)
        try:
            self._configure(self._process, service)
            self._name_socket(self._process)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End everything that was started; nothing happens when it is not running."""
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            # Unsent bytes for a process that has ended are no loss.
            with contextlib.suppress(BrokenPipeError):
                if pipe is not None:
                    pipe.close()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            # unshare takes its child with it, and the kernel ends a process namespace with its first process.
            process.kill()
            process.wait()
        link = self._directory / CLIENT_SOCKET
        if link.is_symlink() and link.readlink().is_relative_to(f"/proc/{process.pid}"):
            link.unlink()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _programs(self) -> tuple[str, str]:
        # /usr/sbin is not on the path of every user.
        path = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/bin"))
        unshare, service = shutil.which("unshare", path=path), shutil.which("pcscd", path=path)
        packages = {
            "util-linux": unshare is None,
            "pcscd": service is None,
            "vsmartcard-vpcd": not DRIVER.is_file(),
        }
        missing = [package for package, is_missing in packages.items() if is_missing]
        if unshare is None or service is None or missing:
            raise DemoReaderUnavailable(
                f"{', '.join(missing)} not installed", f"apt-get install {' '.join(missing)}"
            )
        name = os.fsencode(self.environment[SOCKET_VARIABLE])
        if len(name) > MAX_SOCKET_NAME:
            raise DemoReaderUnavailable(
                f"the state directory's path is too long for a socket ({len(name)} of {MAX_SOCKET_NAME} bytes)",
                "set ASSISTANT_HOME to a shorter path",
            )
        return unshare, service

    def _launch(self, unshare: str) -> "subprocess.Popen[str]":
        command = [
            unshare,
            *([] if os.geteuid() == 0 else ["--map-root-user"]),
            *("--net", "--mount", "--pid", "--fork", "--kill-child"),
            *(sys.executable, "-m", "counter_bridge.demo_reader_process"),
        ]
        with (self._directory / LOG).open("w", encoding="utf-8") as log:
            return subprocess.Popen(  # noqa: S603 - programs of the system, no words from outside
                command,
                cwd=self._directory,
                env={**os.environ, "PYTHONPATH": _import_path()},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                # Ctrl-C in the terminal is for the one who started us; the reader ends when its standard input does.
                start_new_session=True,
            )

    def _configure(self, process: "subprocess.Popen[str]", service: str) -> None:
        config = {
            "outer_network": Path("/proc/self/ns/net").stat().st_ino,
            "state_dir": str(self._state_dir),
            "service": service,
            "driver": str(DRIVER),
            "quick_acknowledge": self._quick_acknowledge,
            "persons": [person_to_json(person) for person in self.persons],
            "first": self._inserted,
        }
        # When unshare ended already, what it said is read below.
        with contextlib.suppress(BrokenPipeError):
            _write(process, json.dumps(config) + "\n")
        told = _first_line(process)
        if told.get("ready"):
            return
        if told.get("code") == DemoReaderBusy.code:
            raise DemoReaderBusy(str(self._state_dir))
        if told.get("reason"):
            raise DemoReaderUnavailable(told["reason"], f"logs are in {self._directory}")
        raise DemoReaderUnavailable(
            f"namespaces cannot be made here ({self._last_words()})",
            "run as root, or allow user namespaces (in a container: --cap-add SYS_ADMIN)",
        )

    def _last_words(self) -> str:
        lines = (self._directory / LOG).read_text(encoding="utf-8", errors="replace").splitlines()
        return lines[-1] if lines else "no reason told"

    def _name_socket(self, process: "subprocess.Popen[str]") -> None:
        """A name that stays the same over restarts, since libpcsclite remembers it."""
        fresh = self._directory / f"{CLIENT_SOCKET}.{os.getpid()}"
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(f"/proc/{process.pid}/root/run/pcscd/pcscd.comm")
        fresh.replace(self._directory / CLIENT_SOCKET)


def _write(process: "subprocess.Popen[str]", text: str) -> None:
    if process.stdin is not None:
        process.stdin.write(text)
        process.stdin.flush()


def _first_line(process: "subprocess.Popen[str]") -> dict[str, Any]:
    """What the reader's process says first; empty when it ended or stayed silent."""
    if process.stdout is None:
        return {}
    with selectors.DefaultSelector() as waiting:
        waiting.register(process.stdout, selectors.EVENT_READ)
        line = process.stdout.readline() if waiting.select(START_S) else ""
    told = json.loads(line) if line.startswith("{") else {}
    return told if isinstance(told, dict) else {}


def _import_path() -> str:
    """Where this package was found first, so that a checkout works without being installed."""
    here = str(Path(__file__).resolve().parent.parent)
    return os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH"))))
