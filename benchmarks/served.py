"""A real server process for the benchmarks: the demo on a free port with a state folder of its own."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil

LONGEST_S = 600
CALM_S, CALM_SHARE = 3.0, 0.03


@dataclass
class Served:
    """A running demo."""

    address: str
    process: subprocess.Popen[bytes]
    begun: float = field(default_factory=time.perf_counter)

    def wait_for(self, path: str, part: str | None = None) -> float:
        """Seconds from the start until `path` answers 200, and `part` of readyz is up."""
        while time.perf_counter() - self.begun < LONGEST_S:
            try:
                answer = httpx.get(self.address + path, timeout=5)
                if answer.status_code == 200 and (
                    part is None or answer.json()["parts"][part]["state"] == "up"
                ):
                    return time.perf_counter() - self.begun
            except httpx.HTTPError:
                pass
            time.sleep(0.05)
        raise TimeoutError(path)

    def wait_until_calm(self) -> None:
        """Until nothing is loaded in the background any more: the process hardly uses the processor."""
        server = psutil.Process(self.process.pid)
        while time.perf_counter() - self.begun < LONGEST_S:
            before = sum(server.cpu_times()[:2])
            time.sleep(CALM_S)
            if sum(server.cpu_times()[:2]) - before < CALM_SHARE * CALM_S:
                return
        raise TimeoutError("the server is never calm")


@contextmanager
def served(home: Path | None = None, command: str = "demo", **settings: str) -> Iterator[Served]:
    """The demo or another command, started now and stopped in the end; `settings` as environment variables name them."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as place:
        environment = {**os.environ, "ASSISTANT_HOME": str(home or place), **settings}
        process = subprocess.Popen(
            [sys.executable, "-m", "assistant", command, "--port", str(port)],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield Served(f"http://127.0.0.1:{port}", process)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(LONGEST_S)
