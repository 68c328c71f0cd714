"""Installs one lock file with pip and counts how far it is.

pip and not a faster installer: it honours what an administrator configured for it (a mirror, a certificate, a
directory of wheels), which is how a town hall's machine reaches packages at all. Nothing is compiled to bytecode
here; Python does that for the modules that are used, when they are used.
"""

import json
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deploy.command import run

GATHERED_SHARE = 0.5
"""The part of an installation spent before pip unpacks; measured on two locks."""


@dataclass(frozen=True)
class Installation:
    """One lock file and the options pip needs for it."""

    lock: Path
    options: tuple[str, ...]
    weight: float = 1.0
    """Its part of the environment's time, relative to the others."""

    def package_count(self) -> int:
        """How many packages the lock pins."""
        lines = self.lock.read_text(encoding="utf-8").splitlines()
        return sum("==" in line and not line.startswith(("#", " ")) for line in lines)


def graphics_card_build(python: Path, lock: Path) -> str | None:
    """The version of torch that would arrive here, when it is the one with graphics card libraries.

    It is several times larger than the build without and no faster here, so whoever waits should know.
    """
    with tempfile.TemporaryDirectory() as directory:
        plan = Path(directory) / "plan.json"
        command = [str(python), "-m", "pip", "install", "--quiet", "--dry-run", "--no-deps"]
        command += ["--report", str(plan), "-r", str(lock)]
        subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        if not plan.exists():
            return None
        for item in json.loads(plan.read_text(encoding="utf-8"))["install"]:
            if any(need.startswith(("nvidia", "cuda")) for need in item["metadata"].get("requires_dist", [])):
                return str(item["metadata"]["version"])
    return None


def install(
    python: Path,
    installation: Installation,
    log: Path,
    keep_open: int,
    report: Callable[[float, str], None],
) -> None:
    """Run pip in the environment of `python`.

    Raises StepFailed with pip's last lines; what was downloaded by then is kept in pip's own cache.
    """
    site = python.parent.parent / "lib" / "python3.11" / "site-packages"
    before = _installed(site)
    total = max(1, installation.package_count())

    def watch(printed: str) -> None:
        gathered = min(total, printed.count("\nCollecting "))
        unpacked = min(total, _installed(site) - before)
        words = (
            f"{unpacked} of {total} packages" if unpacked > 0 else f"fetching, {gathered} of {total} packages"
        )
        report((gathered * GATHERED_SHARE + max(0, unpacked) * (1 - GATHERED_SHARE)) / total, words)

    command = [str(python), "-m", "pip", "install", "--no-input", "--no-compile", "--progress-bar", "off"]
    command += [*installation.options, "-r", str(installation.lock)]
    run(command, log, watch, (keep_open,), {"PIP_USER": "0"})


def _installed(site: Path) -> int:
    return sum(1 for _ in site.glob("*.dist-info"))
