"""Starts a process in Rasa's environment the one safe way: own session, small environment, tied to us.

Training and serving share it, so that both die with the app, leave no child behind, write nothing into the
user's home and see none of the app's libraries, settings or proxies.
"""

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from nlu.rasa_model import PROJECT

PARENT = "ONE_COUNTER_RASA_PARENT"
TERMINATE_S = 5.0
"""Time to end by itself before it is killed; Rasa needs well under a second."""


def start(
    rasa_python: Path,
    arguments: Sequence[str],
    *,
    home: Path,
    output: int | IO[bytes],
    extra: Mapping[str, str] | None = None,
    project: Path = PROJECT,
) -> "subprocess.Popen[bytes]":
    """Start `rasa ARGUMENTS` with `home` as its home, working and temporary directory.

    Whoever starts it removes `home`: Rasa unpacks its model there and a killed one does not tidy up. It ends when the calling thread ends, so call it from a thread that outlives it.
    """
    temporary = home / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    environment = {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": str(home),
        "TMPDIR": str(temporary),
        "MPLCONFIGDIR": str(home),
        "PYTHONWARNINGS": "ignore",
        "PYTHONDONTWRITEBYTECODE": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
        "RASA_TELEMETRY_ENABLED": "false",
        "RASA_MAX_CACHE_SIZE": "0",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        PARENT: str(os.getpid()),
        **(extra or {}),
    }
    command = [str(rasa_python), str(project / "launch.py"), *arguments]
    return subprocess.Popen(  # noqa: S603 -- our own interpreter and launcher
        command,
        cwd=home,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def end(process: "subprocess.Popen[bytes]") -> None:
    """End a process started here and everything it started; returns when it is gone."""
    if process.poll() is None:
        _signal(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(TERMINATE_S)
    _signal(process.pid, signal.SIGKILL)
    process.wait()


def _signal(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, number)
