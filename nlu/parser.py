"""From one sentence to intents with confidences: the seam between the app and whatever classifies.

The app must not know that Rasa is behind it: Rasa lives in another process and another Python environment, may
be starting, restarting or missing, and none of that may be more than a `ParserDown` here. `FakeParser` matches
words honestly enough for tests and passes the same contract test as the real one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from nlu.topics import Topic

TALK_INTENTS = frozenset(
    {
        "greeting", "thanks", "affirm", "deny", "dont_know",
        "back", "repeat", "wait", "stop", "ticket_only", "call_human",
        "question", "sensitive", "out_of_scope",
    }
)  # fmt: skip
"""Intents that are no life event and no procedure; each has a hand-written file in `rasa_project/data`."""


@dataclass(frozen=True)
class IntentScore:
    """One intent: the id of a life event, of a procedure, or one of `TALK_INTENTS`."""

    id: str
    confidence: float
    """Calibrated probability, 0 to 1."""


@dataclass(frozen=True)
class Parsed:
    """What a parser made of one sentence."""

    intents: tuple[IntentScore, ...]
    """Best first, adding up to at most 1; empty for a text without words."""
    model: str
    """Hash of the model, or the name of what stood in for it."""


@dataclass(frozen=True)
class ParserDown:
    """The parser cannot answer now; never raised, so that every caller sees it."""

    reason: str
    """English, for the health page and logs; never carries what was said."""


class Parser(Protocol):
    """Classifies sentences."""

    def parse(self, text: str) -> Parsed | ParserDown:
        """Intents of `text`, which has been through `nlu.normalise`."""
        ...


SHARPNESS = 16
"""How much the fake prefers the likest intent over the next."""


class FakeParser:
    """Matches by shared pairs of characters with the wordings it was given; deterministic, no process, no model."""

    def __init__(self, topics: Iterable[Topic], written: Mapping[str, Sequence[str]] | None = None) -> None:
        wordings: dict[str, list[str]] = {topic.id: list(topic.phrases) for topic in topics}
        for intent, lines in (written or {}).items():
            wordings.setdefault(intent, []).extend(lines)
        self._pairs = {intent: [_pairs(line) for line in lines] for intent, lines in wordings.items()}
        self.down: ParserDown | None = None
        """Set to make it answer as if Rasa were missing."""

    def parse(self, text: str) -> Parsed | ParserDown:
        """Intents by the share of pairs that text and wording have in common (Dice coefficient), shared out among them."""
        if self.down is not None:
            return self.down
        said = _pairs(text)
        if not said:
            return Parsed((), "fake")
        likeness = {
            intent: max((_dice(said, pairs) for pairs in wordings), default=0.0)
            for intent, wordings in self._pairs.items()
        }
        total = sum(value**SHARPNESS for value in likeness.values()) or 1.0
        scores = [
            IntentScore(intent, value * value**SHARPNESS / total)
            for intent, value in likeness.items()
            if value
        ]
        return Parsed(tuple(sorted(scores, key=lambda score: (-score.confidence, score.id))), "fake")


def _pairs(text: str) -> frozenset[str]:
    signs = [sign for sign in text if sign.isalnum()]
    if len(signs) == 1:
        return frozenset(signs)
    return frozenset(a + b for a, b in pairwise(signs))


def _dice(said: frozenset[str], wording: frozenset[str]) -> float:
    return 2 * len(said & wording) / (len(said) + len(wording)) if wording else 0.0
