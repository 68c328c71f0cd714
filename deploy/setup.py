"""Brings a checkout to the point where `.venv/bin/python` runs the product.

Whatever is there already is left alone, so that the second set-up is a matter of milliseconds and every other
`make` target can begin with one.
"""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from deploy import environments, machine
from deploy.environments import Environment
from deploy.errors import NoRoom, PackagesMissing
from deploy.progress import Progress, Step

ENVIRONMENT_BYTES = 3_500_000_000
"""Room one environment needs while it is built: 2.8 GB installed and its downloads."""
EXPECTED_S = {"packages": 20.0, "app": 40.0, "rasa": 55.0, "test": 15.0}
"""Measured on two cores; only the first guess of the time left."""


@dataclass(frozen=True)
class Work:
    """One step that is still to be done."""

    step: Step
    run: Callable[[Progress], None]


def set_up(level: machine.Level, out: TextIO) -> None:
    """Install what the level needs and link the environment into the checkout.

    Raises a SetupError that says what to do.
    """
    machine.check_python()
    cache = environments.cache_directory()
    app, rasa = environments.app_environment(cache), environments.rasa_environment(cache)
    missing = machine.missing_packages(level, machine.debian_packages())
    if missing and not machine.may_install():
        raise PackagesMissing(machine.explain_missing(missing))
    if missing or not _is_built(app, rasa, level):
        cache.mkdir(parents=True, exist_ok=True)
        with only_set_up(cache, out) as lock:
            missing = machine.missing_packages(level, missing)
            if missing:
                _say(out, f"Installing from Debian: {', '.join(p.name for p in missing)}")
            _do(_work(level, missing, app, rasa, cache, lock), out)
    environments.link_checkout(environments.ROOT, app, rasa, cache)


def _is_built(app: Environment, rasa: Environment, level: machine.Level) -> bool:
    tests = level != "test" or environments.has_test_libraries(app)
    return app.is_complete() and rasa.is_complete() and tests


def _work(
    level: machine.Level,
    missing: list[machine.DebianPackage],
    app: Environment,
    rasa: Environment,
    cache: Path,
    lock: int,
) -> list[Work]:
    log = cache / "set-up.log"
    log.write_text("", encoding="utf-8")
    work = []
    if missing:
        step = Step("Debian packages", EXPECTED_S["packages"])
        work.append(Work(step, _package_installer(missing, log)))
    for environment, title in ((app, "Environment of the app"), (rasa, "Environment of Rasa")):
        if not environment.is_complete():
            _require_room(cache)
            work.append(Work(Step(title, EXPECTED_S[environment.name]), _builder(environment, log, lock)))
    if level == "test" and not (app.is_complete() and environments.has_test_libraries(app)):
        run = _test_libraries(app, log, lock)
        work.append(Work(Step("Libraries of the tests", EXPECTED_S["test"]), run))
    return work


def _package_installer(missing: list[machine.DebianPackage], log: Path) -> Callable[[Progress], None]:
    return lambda progress: machine.install_packages(missing, log, progress.update)


def _builder(environment: Environment, log: Path, lock: int) -> Callable[[Progress], None]:
    return lambda progress: environments.build(environment, log, lock, progress.update, progress.tell)


def _test_libraries(app: Environment, log: Path, lock: int) -> Callable[[Progress], None]:
    return lambda progress: environments.add_test_libraries(app, log, lock, progress.update)


def _do(work: list[Work], out: TextIO) -> None:
    progress = Progress([item.step for item in work], out)
    for item in work:
        progress.begin()
        try:
            item.run(progress)
        except BaseException:
            progress.release_line()
            raise
        progress.end()


def _require_room(cache: Path) -> None:
    free = shutil.disk_usage(cache).free
    if free < ENVIRONMENT_BYTES:
        raise NoRoom(
            f"{cache} has {free / 1e9:.1f} GB free and an environment needs {ENVIRONMENT_BYTES / 1e9:.1f} GB. "
            "Free some, or set XDG_CACHE_HOME to a larger disk; `make clean-cache` removes old environments."
        )


@contextlib.contextmanager
def only_set_up(cache: Path, out: TextIO) -> Iterator[int]:
    """Hold the lock that lets one set-up work in this cache at a time; yields its file descriptor."""
    lock = os.open(cache / "set-up.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say(out, "Another set-up is at work in the same cache; waiting for it to end.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock
    finally:
        os.close(lock)


def _say(out: TextIO, text: str) -> None:
    out.write(text + "\n")
    out.flush()
