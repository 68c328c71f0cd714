"""The run file: which assistant serves from a state folder, so that a second start finds the first.

One process serves a state folder: who is at a screen, what each kiosk shows and what is pushed live is known to it
alone. A lock of the system, held as long as it lives, keeps out a second one that starts before the first answers.
"""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx

NAME = "run.json"
LOCK = "serving.lock"
POLL_S = 0.2


@dataclass(frozen=True)
class RunFile:
    """A serving process."""

    pid: int
    host: str
    port: int
    demo: bool

    @property
    def address(self) -> str:
        """Where its screens are."""
        return f"http://{self.host}:{self.port}"

    def is_alive(self) -> bool:
        """The process exists and answers as ours."""
        try:
            os.kill(self.pid, 0)
            return httpx.get(f"{self.address}/healthz", timeout=2).status_code == 200
        except (OSError, httpx.HTTPError):
            return False

    def wait_for_knowledge(self, version: str, timeout_s: float) -> bool:
        """Whether new visits begin on this version of the knowledge base before the time is over."""
        limit = time.monotonic() + timeout_s
        while time.monotonic() < limit:
            try:
                if httpx.get(f"{self.address}/api/v1/about", timeout=2).json()["kb_version"] == version:
                    return True
            except (httpx.HTTPError, ValueError, KeyError):
                return False
            time.sleep(POLL_S)
        return False


def read(home: Path) -> RunFile | None:
    """The run file of a state folder, if a live process stands behind it."""
    path = home / NAME
    try:
        found = RunFile(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return found if found.is_alive() else None


class ServedAlready(Exception):
    """Another process serves from this folder, or is about to."""


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Keeps every other process from serving from this folder; `ServedAlready` when one does.

    The system lets go of it with the process, however that ends.
    """
    handle = os.open(home / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ServedAlready(str(home)) from None
        yield
    finally:
        os.close(handle)


def write(home: Path, run: RunFile) -> None:
    """Notes this process."""
    path = home / NAME
    path.write_text(json.dumps(asdict(run)), encoding="utf-8")
    path.chmod(0o600)


def remove(home: Path) -> None:
    """Forgets this process; another's note stays."""
    path = home / NAME
    try:
        if json.loads(path.read_text(encoding="utf-8"))["pid"] == os.getpid():
            path.unlink()
    except (OSError, ValueError, KeyError, TypeError):
        return
