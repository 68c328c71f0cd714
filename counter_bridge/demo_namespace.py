"""pcscd with a virtual reader, in namespaces of its own.

vpcd's port exists only in this network namespace, /run is private to this mount namespace so that a pcscd of the
machine is not disturbed, and no driver of a real reader is loaded. Clients outside reach pcscd's Unix socket through
/proc/<pid>/root, which the kernel opens to the same user only.
"""

import ctypes
import fcntl
import os
import socket
import struct
import subprocess
import threading
import time
from pathlib import Path

from counter_bridge.card_errors import DemoReaderUnavailable

VPCD_PORT = 35963
SERVICE_DIR = Path("/run/pcscd")
SERVICE_SOCKET = SERVICE_DIR / "pcscd.comm"
WITH_READER, WITHOUT_READER = Path("/run/readers"), Path("/run/no_readers")

SERVICE_START_S = 10.0
SERVICE_STOP_S = 3.0

MS_NOSUID, MS_NODEV, MS_NOEXEC = 2, 4, 8
SIOCSIFFLAGS, IFF_UP, IFF_RUNNING = 0x8914, 0x1, 0x40


def make_private_run() -> None:
    """An empty /run of this mount namespace, with the two reader lists of pcscd."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"tmpfs", b"/run", b"tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, b"mode=0755") != 0:
        raise DemoReaderUnavailable(
            f"/run cannot be made private ({os.strerror(ctypes.get_errno())})",
            "run as root, or allow user namespaces",
        )
    for directory in (SERVICE_DIR, WITH_READER, WITHOUT_READER):
        directory.mkdir()


def bring_loopback_up() -> None:
    """127.0.0.1 of this network namespace, the only way to vpcd."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh22x", b"lo", IFF_UP | IFF_RUNNING))


class Service:
    """pcscd, with the virtual reader or without any."""

    def __init__(self, program: str, driver: str, log: int):
        self._program = program
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        (WITH_READER / "vpcd").write_text(
            f'FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:{VPCD_PORT}\nLIBPATH {driver}\nCHANNELID {VPCD_PORT}\n',
            encoding="ascii",
        )

    @property
    def is_up(self) -> bool:
        """True while pcscd runs."""
        return self._process is not None and self._process.poll() is None

    def start(self, readers: Path) -> None:
        """Start pcscd and wait until it answers."""
        for left_over in SERVICE_DIR.iterdir():
            left_over.unlink()
        self._process = subprocess.Popen(  # noqa: S603 - pcscd itself, no words from outside
            [self._program, "--foreground", "--config", str(readers)],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            # No USB reader of the machine may be opened by a demo.
            env={"PATH": os.environ["PATH"], "PCSCLITE_HP_DROPDIR": str(WITHOUT_READER)},
        )
        deadline = time.monotonic() + SERVICE_START_S
        pause = threading.Event()
        while not _answers():
            if not self.is_up or time.monotonic() > deadline:
                raise DemoReaderUnavailable("pcscd does not start", "see pcscd.log in the state directory")
            pause.wait(0.01)

    def stop(self) -> None:
        """End pcscd and wait for it."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(SERVICE_STOP_S)
        except subprocess.TimeoutExpired:
            # A mute card holds a thread of pcscd that no signal ends.
            self._process.kill()
            self._process.wait()
        self._process = None


def _answers() -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(SERVICE_SOCKET)) == 0
