"""What the set-up noted about this machine: the interpreter of Rasa's environment and the cache."""

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Environments:
    """Paths `make setup` wrote beside the app's interpreter."""

    rasa_python: Path | None
    cache: Path


def environments(prefix: Path | None = None) -> Environments:
    """The note of the set-up; without one the cache is the usual place and there is no Rasa."""
    note = (prefix or Path(sys.prefix)) / "one-counter.json"
    usual = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "one-counter"
    if not note.is_file():
        return Environments(None, usual)
    data = json.loads(note.read_text(encoding="utf-8"))
    return Environments(Path(data["rasa_python"]), Path(data["cache"]))
