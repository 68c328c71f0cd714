"""Runs one command of the set-up: its output into the log, its progress to whoever waits."""

import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from deploy.errors import StepFailed

POLL_INTERVAL_S = 0.3
TAIL_LINES = 12


def run(
    command: Sequence[str],
    log: Path,
    watch: Callable[[str], None] | None = None,
    keep_open: Sequence[int] = (),
    extra_environment: Mapping[str, str] | None = None,
) -> None:
    """Run a command to its end; `watch` is called several times a second with what it has printed so far.

    `keep_open` are file descriptors the command inherits: with the set-up lock among them, the lock stays held
    while a command lives whose parent was killed. Raises StepFailed with the last lines.
    """
    offset = log.stat().st_size if log.exists() else 0
    environment = os.environ | (extra_environment or {})
    with log.open("a", encoding="utf-8") as out:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env=environment,
            pass_fds=tuple(keep_open),
        )
    try:
        while process.poll() is None:
            if watch:
                watch(_printed_since(log, offset))
            time.sleep(POLL_INTERVAL_S)
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
    if process.returncode:
        tail = "\n".join(_printed_since(log, offset).splitlines()[-TAIL_LINES:])
        raise StepFailed(f"{' '.join(command)}\nfailed; all its output is in {log}\n{tail}")


def _printed_since(log: Path, offset: int) -> str:
    with log.open("rb") as file:
        file.seek(offset)
        return "\n" + file.read().decode(errors="replace")
