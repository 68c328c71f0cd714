"""The sentences nobody trains on, for the tests that measure understanding."""

import json
from dataclasses import dataclass
from pathlib import Path

from nlu.normalise import normalise

FILE = Path(__file__).parent / "data" / "held_out.jsonl"


@dataclass(frozen=True)
class HeldOut:
    """One sentence and the intents that would be right."""

    text: str
    kind: str
    any_of: frozenset[str]


def held_out() -> tuple[HeldOut, ...]:
    """All of them, normalised as the interpreter would."""
    entries = (json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines())
    return tuple(HeldOut(normalise(e["text"]), e["kind"], frozenset(e["any_of"])) for e in entries)
