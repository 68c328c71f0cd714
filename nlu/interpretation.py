"""What was understood of one utterance, or why nothing was.

These are the only results of `nlu`; they name facts, life events and procedures of the knowledge base by id and
never decide what happens next.
"""

from dataclasses import dataclass
from typing import Literal

from kb.facts import Alternative, Value
from kb.household import PersonMention

Kind = Literal["request", "question", "smalltalk", "out_of_scope", "sensitive", "nothing"]
MannerCommand = Literal["slower", "faster", "louder", "quieter", "hush"]
"""How the voice is to speak, or that it is to be silent."""
Command = Literal["back", "call_human", "ticket_only", "wait", "repeat", "stop"] | MannerCommand


@dataclass(frozen=True)
class Candidate:
    """A life event or procedure that may be meant; confidence 0 to 1, calibrated."""

    id: str
    name_ja: str
    confidence: float


@dataclass(frozen=True)
class SaidFact:
    """A visit-wide fact found in the words."""

    key: str
    value: Value
    confidence: float = 1.0
    alternatives: tuple[Alternative, ...] = ()


@dataclass(frozen=True)
class Interpretation:
    """One utterance understood."""

    text: str
    kind: Kind
    life_events: tuple[Candidate, ...] = ()
    procedures: tuple[Candidate, ...] = ()
    facts: tuple[SaidFact, ...] = ()
    people: tuple[PersonMention, ...] = ()
    household_complete: bool = False
    """True when the sentence lists who moved or lives together, so that nobody else is expected."""
    answer: object = None
    """Value for the question that was asked, in the JSON shape API.md gives its input; None: no answer."""
    declined: bool = False
    """「わからない」 said to the question that was asked."""
    command: Command | None = None
    distressed: bool = False
    """Words of distress are in it, beside whatever else it says."""
    understanding: Literal["rasa", "search", "extractors"] = "rasa"
    """Which part carried the decision; `search` when Rasa is unsure or down."""


@dataclass(frozen=True)
class NotUnderstood:
    """Nothing safe to act on: why, and what might have been meant (to be offered as buttons)."""

    text: str
    reason: Literal["empty", "too_long", "not_japanese", "unsure", "nothing_known"]
    kind: Kind = "nothing"
    candidates: tuple[Candidate, ...] = ()
