"""A visit as the list of acts that made it; everything else is derived by replaying them.

Because facts are replayed, any earlier answer can be changed at any time and the plan simply follows. Answers are
turned into facts when they are given, so a replay needs neither language nor the question that was asked.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from kb.facts import PEOPLE, Fact, Facts


@dataclass(frozen=True)
class Said:
    """What was understood of one utterance."""

    text: str
    facts: tuple[Fact, ...]
    at: dt.datetime
    read_back: bool = True
    """False: it only answered the question, so reading it back would be a nuisance."""
    kind: Literal["said"] = "said"


@dataclass(frozen=True)
class Answered:
    """An answer to a question; no facts: the resident does not know."""

    question: str
    facts: tuple[Fact, ...]
    at: dt.datetime
    keys: tuple[str, ...] = ()
    """Every fact the question was about; those left open are not asked again."""
    kind: Literal["answered"] = "answered"


@dataclass(frozen=True)
class Corrected:
    """One fact set or, without a new fact, forgotten; people can be taken out."""

    key: str
    facts: tuple[Fact, ...]
    at: dt.datetime
    removed_people: tuple[str, ...] = ()
    kind: Literal["corrected"] = "corrected"


@dataclass(frozen=True)
class Confirmed:
    """A yes to the read-back."""

    at: dt.datetime
    kind: Literal["confirmed"] = "confirmed"


@dataclass(frozen=True)
class Recorded:
    """Facts from the card, an official record or staff; never undone by `back`."""

    facts: tuple[Fact, ...]
    at: dt.datetime
    consent: str = ""
    """The consent they rest on; when it is withdrawn they go."""
    kind: Literal["recorded"] = "recorded"


@dataclass(frozen=True)
class Withdrawn:
    """A consent was withdrawn: facts that rest on it are gone everywhere."""

    consent: str
    at: dt.datetime
    kind: Literal["withdrawn"] = "withdrawn"


@dataclass(frozen=True)
class Detailed:
    """Facts only forms need; no facts: left to staff."""

    facts: tuple[Fact, ...]
    at: dt.datetime
    kind: Literal["detailed"] = "detailed"


@dataclass(frozen=True)
class Misunderstood:
    """An utterance nothing could be made of; two in a row offer a person."""

    reason: str
    at: dt.datetime
    candidates: tuple[str, ...] = ()
    kind: Literal["misunderstood"] = "misunderstood"


@dataclass(frozen=True)
class PersonWished:
    """The resident wants a human, or something said calls for one; `reason` is a rule of escalation."""

    reason: str
    at: dt.datetime
    kind: Literal["person_wished"] = "person_wished"


@dataclass(frozen=True)
class HelpWished:
    """Help chosen by touch before the talk (COUNTER_RULES 18); never undone by `back`."""

    helps: tuple[str, ...]
    at: dt.datetime
    kind: Literal["help_wished"] = "help_wished"


@dataclass(frozen=True)
class Silent:
    """Nobody answered for a long while; it changes nothing but that a person is offered."""

    at: dt.datetime
    kind: Literal["silent"] = "silent"


@dataclass(frozen=True)
class GivenBack:
    """A person who led the conversation gave it back; never undone by `back`.

    For `reasons`, which that person has dealt with, the assistant does not hand over again.
    """

    reasons: tuple[str, ...]
    at: dt.datetime
    kind: Literal["given_back"] = "given_back"


@dataclass(frozen=True)
class Enquired:
    """A question to the knowledge base, answered beside the plan."""

    procedure: str
    at: dt.datetime
    kind: Literal["enquired"] = "enquired"


Act = (
    Said
    | Answered
    | Corrected
    | Confirmed
    | Recorded
    | Withdrawn
    | Detailed
    | Misunderstood
    | PersonWished
    | HelpWished
    | Silent
    | GivenBack
    | Enquired
)

UNDOABLE = (Said, Answered, Corrected, Confirmed, Detailed, Misunderstood, PersonWished, Enquired)


@dataclass(frozen=True)
class Session:
    """All acts of a visit so far."""

    acts: tuple[Act, ...] = ()

    def with_act(self, act: Act) -> "Session":
        """This session and one act more."""
        return Session((*self.acts, act))

    def has_begun(self) -> bool:
        """Whether the resident has said or chosen anything that may be taken back."""
        return any(isinstance(act, UNDOABLE) for act in self.acts)

    def last_act(self) -> Act | None:
        """What happened last; falling silent is no answer to anything."""
        return next((act for act in reversed(self.acts) if not isinstance(act, Silent)), None)

    def settled(self) -> frozenset[str]:
        """Reasons for a person that one has dealt with."""
        return frozenset(r for act in self.acts if isinstance(act, GivenBack) for r in act.reasons)

    def back(self) -> "Session":
        """Without the last thing the resident said or chose; card, consent and case stay as they are."""
        for index in range(len(self.acts) - 1, -1, -1):
            if isinstance(self.acts[index], UNDOABLE):
                return Session(self.acts[:index] + self.acts[index + 1 :])
        return self

    def facts(self) -> Facts:
        """Everything known, replayed."""
        withdrawn = {a.consent for a in self.acts if isinstance(a, Withdrawn)}
        facts = Facts()
        for act in self.acts:
            match act:
                case Recorded() if act.consent and act.consent in withdrawn:
                    continue
                case Corrected():
                    facts = _corrected(facts, act)
                case Said() | Answered() | Recorded() | Detailed():
                    facts = facts.with_facts(act.facts)
                case _:
                    continue
        return facts

    def declined(self) -> frozenset[str]:
        """Fact keys the resident could not answer and has not since."""
        declined: set[str] = set()
        for act in self.acts:
            if isinstance(act, Answered):
                declined |= set(act.keys)
            if isinstance(act, Said | Answered | Corrected | Recorded | Detailed):
                declined -= {fact.key for fact in act.facts}
        return frozenset(declined)

    def unconfirmed(self) -> tuple[str, ...]:
        """Fact keys said and not yet read back."""
        keys: dict[str, None] = {}
        for act in self.acts:
            if isinstance(act, Said) and act.read_back:
                keys |= dict.fromkeys(fact.key for fact in act.facts)
            elif isinstance(act, Corrected):
                keys.pop(act.key, None)
                if keys:
                    keys |= dict.fromkeys(fact.key for fact in act.facts)
            elif isinstance(act, Confirmed):
                keys.clear()
        return tuple(keys)

    def failures_in_a_row(self) -> int:
        """Utterances not understood since the last one that was."""
        count = 0
        for act in reversed(self.acts):
            if isinstance(act, Misunderstood):
                count += 1
            elif not isinstance(act, PersonWished | Silent):
                break
        return count


def _corrected(facts: Facts, act: Corrected) -> Facts:
    for person in act.removed_people:
        facts = facts.without_person(person)
    if not act.facts and act.key != PEOPLE:
        return facts.without(act.key)
    return facts.with_facts(act.facts)
