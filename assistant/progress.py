"""Progress of steps a person waits for: what happens, how long it has taken, how long it may still take."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

TELL_EVERY_S = 3.0


_last: dict[str, float] = {}


def tell(what: str, elapsed_s: float, left_s: float | None) -> None:
    """One line of progress on stderr, every few seconds; in place on a terminal."""
    now = time.monotonic()
    if now - _last.get(what, -TELL_EVERY_S) < TELL_EVERY_S:
        return
    _last[what] = now
    left = ""
    if left_s is not None:
        left = f", about {round(left_s)} s left" if left_s >= 1 else ", longer than usual"
    line = f"{what}: {elapsed_s:.0f} s{left}"
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{line}")
    else:
        sys.stderr.write(line + "\n")
    sys.stderr.flush()


@contextmanager
def step(what: str, expected_s: float | None = None) -> Iterator[None]:
    """Tells every few seconds that `what` goes on, and how long it took."""
    started = time.monotonic()
    done = threading.Event()

    def watch() -> None:
        while not done.wait(TELL_EVERY_S):
            elapsed = time.monotonic() - started
            tell(what, elapsed, None if expected_s is None else expected_s - elapsed)

    watcher = threading.Thread(target=watch, name="progress", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
        end = "\r\x1b[K" if sys.stderr.isatty() else ""
        sys.stderr.write(f"{end}{what}: done in {time.monotonic() - started:.1f} s\n")
        sys.stderr.flush()
