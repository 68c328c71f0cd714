"""Starts Rasa in its own environment: `launch.py train …` and `launch.py run …` take Rasa's own arguments.

Rasa's environment must not see the app's packages, and the components need two modules of `nlu` (text
normalisation and words): this puts exactly that package in reach. It ties the process to its parent, so that a
killed app leaves no server behind; takes the key of the server's API from the environment, because a command
line can be read by every user of the machine; and refuses every connection that leaves the machine, because
Rasa reports usage and errors to its makers unless told otherwise.
"""

import ctypes
import importlib.util
import os
import signal
import sys
from pathlib import Path

PARENT = "ONE_COUNTER_RASA_PARENT"
API_KEY = "ONE_COUNTER_RASA_API_KEY"
SET_PARENT_DEATH_SIGNAL = 1
"""PR_SET_PDEATHSIG of prctl(2)."""
LOOPBACK = ("127.0.0.1", "::1", "localhost", "0.0.0.0", "", None)  # noqa: S104 -- asked of the resolver, never bound


def die_with_parent(parent: int) -> None:
    """Ask the kernel to end this process when the thread that started it ends."""
    ctypes.CDLL(None, use_errno=True).prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit("the process that started this one is gone")


def stay_on_this_machine(event: str, arguments: tuple[object, ...]) -> None:
    """Audit hook: refuse to look up or connect to anything but the loopback addresses."""
    if event == "socket.connect":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if host not in LOOPBACK and not str(host).startswith("127."):
        raise PermissionError("Rasa may not leave this machine")


def reach_nlu() -> None:
    """Make the package `nlu` importable without its neighbours."""
    folder = Path(__file__).resolve().parent.parent
    spec = importlib.util.spec_from_file_location(
        "nlu", folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    if spec is None or spec.loader is None:
        sys.exit("the package nlu is not beside this project")
    package = importlib.util.module_from_spec(spec)
    sys.modules["nlu"] = package
    spec.loader.exec_module(package)


def main(arguments: list[str]) -> None:
    """Hand `arguments` to Rasa."""
    parent = os.environ.pop(PARENT, "")
    if parent:
        die_with_parent(int(parent))
    sys.addaudithook(stay_on_this_machine)
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    reach_nlu()
    key = os.environ.pop(API_KEY, "")
    sys.argv = ["rasa", *arguments, *(["--jwt-secret", key] if key else [])]
    from rasa.__main__ import main as rasa_main

    rasa_main()


if __name__ == "__main__":
    main(sys.argv[1:])
