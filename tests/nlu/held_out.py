"""The sentences nobody trains on, for the tests that measure understanding."""

import json
from dataclasses import dataclass
from pathlib import Path

from nlu.normalise import normalise

DATA = Path(__file__).parent / "data"
FILE = DATA / "held_out.jsonl"
BY_AREA = sorted(DATA.glob("held_out_*.jsonl"))
"""Two sentences for each record, written with it and trained on by nobody."""


@dataclass(frozen=True)
class HeldOut:
    """One sentence and the intents that would be right."""

    text: str
    kind: str
    any_of: frozenset[str]


def held_out(*files: Path) -> tuple[HeldOut, ...]:
    """All of them (or those of `files`), normalised as the interpreter would."""
    lines = (line for file in files or (FILE,) for line in file.read_text(encoding="utf-8").splitlines())
    entries = (json.loads(line) for line in lines)
    return tuple(HeldOut(normalise(e["text"]), e["kind"], frozenset(e["any_of"])) for e in entries)
