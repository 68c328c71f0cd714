"""Writes the lock files from pyproject.toml and rasa.in (`make lock`, for whoever changes dependencies).

A lock names packages, versions and hashes, never an index or a host: those are the machine's configuration. This
runs in the app's environment with the test libraries, where uv is: pip cannot write such a file.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from deploy.environments import LOCKS, ROOT
from deploy.errors import StepFailed

PROJECT = ROOT / "pyproject.toml"
COMMON = [
    "--quiet",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--generate-hashes",
    "--python-version",
    "3.11",
]
HEADER = "# {what} Written by `make lock`; do not edit.\n"
PIN = re.compile(r"^([A-Za-z0-9._-]+)==")


def write_locks(find_links: tuple[str, ...]) -> None:
    """Resolve anew and write app.txt, test.txt and rasa.txt.

    `find_links` are directories or pages with torch's CPU build, where the package index has only the one for
    graphics cards: its libraries must not get into the lock. Raises StepFailed.
    """
    torch = ["-c", str(LOCKS / "torch.txt"), "--no-emit-package", "torch"]
    torch += [option for place in find_links for option in ("--find-links", place)]
    app = _compile([str(PROJECT), *torch])
    if any(name.startswith(("nvidia-", "cuda-")) for name in app):
        raise StepFailed(
            "torch was resolved with graphics card libraries; name its CPU build with --find-links."
        )
    with tempfile.TemporaryDirectory() as directory:
        pins = Path(directory) / "app-pins.txt"
        pins.write_text(_pins(app), encoding="utf-8")
        test = _compile([str(PROJECT), "--extra", "test", *torch, "-c", str(pins)])
        shared = Path(directory) / "shared-pins.txt"
        shared.write_text(
            _pins({n: e for n, e in app.items() if n.startswith(("sudachi", "fast-universal"))}),
            encoding="utf-8",
        )
        overrides = str(LOCKS / "rasa-overrides.txt")
        rasa = _compile([str(LOCKS / "rasa.in"), "--override", overrides, "-c", str(shared)])
    _write("app.txt", "The app's environment, without torch (torch.txt).", app)
    _write("test.txt", "On top of app.txt.", {name: entry for name, entry in test.items() if name not in app})
    _write("rasa.txt", "Rasa's environment.", rasa)


def _pins(entries: dict[str, str]) -> str:
    return "".join(entry.split(" ")[0] + "\n" for entry in entries.values())


def _compile(arguments: list[str]) -> dict[str, str]:
    """Run uv and return package → its lines of the lock."""
    command = [
        sys.executable,
        "-m",
        "uv",
        "pip",
        "compile",
        *COMMON,
        "--no-annotate",
        "--no-header",
        *arguments,
    ]
    ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise StepFailed(f"{' '.join(command)} failed\n{ended.stderr}")
    entries: dict[str, str] = {}
    name = ""
    for line in ended.stdout.splitlines(keepends=True):
        if found := PIN.match(line):
            name = found[1]
            entries[name] = line
        elif line.startswith("    "):
            entries[name] += line
    return entries


def _write(name: str, what: str, entries: dict[str, str]) -> None:
    text = HEADER.format(what=what) + "".join(entries[name] for name in sorted(entries))
    (LOCKS / name).write_text(text, encoding="utf-8")
