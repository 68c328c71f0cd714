"""What the machine itself must have: Python 3.11 and Debian packages.

As root the missing packages are installed; otherwise one message names them all with the command, because
finding them one failed build at a time costs an afternoon.
"""

import glob
import os
import re
import sys
import sysconfig
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from deploy.command import run
from deploy.errors import StepFailed, WrongPython

Level = Literal["setup", "demo", "test"]
LEVELS: tuple[Level, ...] = ("setup", "demo", "test")
"""Each level needs the ones before it."""
VIRTUAL_READER_ENTRY = Path("/etc/reader.conf.d/vpcd")
CLUSTER_RULES = Path("/etc/postgresql-common/createcluster.conf")
SILENCED = """\
# Silenced when one-counter was set up: the machine's own pcscd would listen for cards on every network.
# The demo starts a pcscd that nobody else reaches, with its own list of readers.
"""
PACKAGES_FILE = Path(__file__).parent.parent / "assistant" / "debian_packages.toml"


@dataclass(frozen=True)
class DebianPackage:
    """One package and how to see that what it brings is there."""

    name: str
    level: Level
    probe: str
    why: str

    def is_present(self) -> bool:
        """Whether a file of the package, from wherever it came, exists."""
        return bool(glob.glob(self.probe))  # noqa: PTH207 - absolute patterns


def check_python() -> None:
    """Refuse an interpreter that cannot build the environments.

    Raises WrongPython when it is not 3.11.
    """
    if sys.version_info[:2] != (3, 11):
        raise WrongPython(
            f"Python 3.11 is needed, this is {sys.version.split()[0]} ({sys.executable}). "
            "Name one with: make setup PYTHON=python3.11"
        )


def debian_packages() -> list[DebianPackage]:
    """Everything the assistant can need, of every level."""
    data = tomllib.loads(PACKAGES_FILE.read_text(encoding="utf-8"))
    return [DebianPackage(**record) for record in data["package"]] + _python_packages()


def missing_packages(level: Level, packages: Iterable[DebianPackage]) -> list[DebianPackage]:
    """Those of `packages` that this level, or one below it, needs and that are not there."""
    wanted = LEVELS[: LEVELS.index(level) + 1]
    return [p for p in packages if p.level in wanted and not p.is_present()]


def may_install() -> bool:
    """Whether this process may run apt-get."""
    return os.geteuid() == 0 and Path("/usr/bin/apt-get").exists()


def explain_missing(missing: Sequence[DebianPackage]) -> str:
    """One message with all that is missing and the one command that brings it."""
    lines = "".join(f"  {p.name:<28} {p.why}\n" for p in missing)
    names = " ".join(p.name for p in missing)
    return (
        f"Debian packages are missing:\n{lines}Install them as an administrator, then run this again:\n"
        f"  sudo apt-get update && sudo apt-get install --no-install-recommends -y {names}"
    )


def install_packages(
    missing: Sequence[DebianPackage], log: Path, report: Callable[[float, str], None]
) -> None:
    """Install packages by apt-get; its output goes to `log`.

    Raises StepFailed. The virtual driver registers itself with the machine's pcscd, which would then take cards from
    every network (COUNTER_RULES 6); the demo's own pcscd has its own list of readers, so that entry is silenced.
    """
    names = [p.name for p in missing]

    def watch(printed: str) -> None:
        total = max(len(names), *map(int, re.findall(r"(\d+) newly installed", printed) or ["0"]))
        ready = min(total, printed.count("\nSetting up "))
        steps = printed.count("\nUnpacking ") + ready
        report(min(1.0, steps / (2 * total)), f"{ready} of {total} packages")

    commands = [
        ["apt-get", "-o", "DPkg::Lock::Timeout=120", "update"],
        ["apt-get", "-o", "DPkg::Lock::Timeout=120", "install", "-y", "--no-install-recommends", *names],
    ]
    if "postgresql" in names:
        forbid_database_cluster(CLUSTER_RULES)
    for command in commands:
        run(command, log, watch, extra_environment={"DEBIAN_FRONTEND": "noninteractive"})
    if "vsmartcard-vpcd" in names:
        silence_reader_entry(VIRTUAL_READER_ENTRY)
        if Path("/run/systemd/system").exists():
            run(["systemctl", "try-restart", "pcscd.service"], log)
    still = [p.name for p in missing if not p.is_present()]
    if still:
        raise StepFailed(f"apt-get installed {' '.join(still)}, yet what they bring is not there; see {log}")


def forbid_database_cluster(rules: Path) -> None:
    """Keeps the package from starting a database of its own: the tests start theirs, privately."""
    if not rules.exists():
        rules.parent.mkdir(parents=True, exist_ok=True)
        rules.write_text("create_main_cluster = false\n", encoding="utf-8")


def silence_reader_entry(entry: Path) -> None:
    """Comment out a list of readers, saying why; nothing happens when it is absent or silent already."""
    if not entry.exists():
        return
    lines = entry.read_text(encoding="utf-8").splitlines()
    if any(line.strip() and not line.startswith("#") for line in lines):
        silent = "".join(f"# {line}\n" for line in lines)
        entry.write_text(f"{SILENCED}{silent}", encoding="utf-8")


def _python_packages() -> list[DebianPackage]:
    """What the interpreter lacks; only Debian's own can be completed by a package."""
    wanted: list[DebianPackage] = []
    if find_spec("ensurepip") is None:
        probe = "/usr/lib/python3.11/ensurepip"
        wanted.append(DebianPackage("python3-venv", "setup", probe, "builds the environments"))
    header = Path(sysconfig.get_path("include")) / "Python.h"
    if not header.exists():
        wanted.append(DebianPackage("python3-dev", "setup", str(header), "C headers of Python"))
    if wanted and sys.base_prefix != "/usr":
        raise WrongPython(f"{sys.executable} has no venv module or no C headers; install it completely.")
    return wanted
