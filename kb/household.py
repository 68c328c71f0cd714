"""The household as a list of people: puts what was said about people under stable person ids.

Residents name people by relation ("妻と子ども3人と祖父"), screens name them by id. This module is the one
place where the two meet, so that saying something again about the same person never makes a second one.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kb.facts import PEOPLE, VISITOR, Alternative, Fact, Facts, Origin, Value, next_person, person_key

ONE_OF_A_KIND = frozenset(
    {
        "self", "wife", "husband", "unregistered_wife", "unregistered_husband", "father", "mother",
        "father_in_law", "mother_in_law", "grandfather", "grandmother",
    }
)  # fmt: skip
"""Relations whose word means one person: a second mention, with another age too, is the same person."""


Place = Literal["", "eldest", "middle", "youngest"]


@dataclass(frozen=True)
class Doubt:
    """A fact of a person that may be another one: how sure, and what else it may be."""

    confidence: float
    alternatives: tuple[Alternative, ...] = ()


@dataclass(frozen=True)
class PersonMention:
    """One person spoken of: `relation` is a value of the fact `relation` ("self" for the visitor)."""

    relation: str
    facts: tuple[tuple[str, Value], ...] = ()
    """Other person facts said of them, such as (("age", 78), ("moves", True))."""
    confidence: float = 1.0
    """Of the relation; what else is said of the person is sure unless `doubts` has it."""
    alternatives: tuple[Alternative, ...] = ()
    """Other relations it may have been (祖父 said by a parent: 父, 義父)."""
    doubts: tuple[tuple[str, Doubt], ...] = ()
    """By name of the fact: an age that is 11 or 12."""
    place: Place = ""
    """Which of several of the relation (下の子), by age."""


def merged(
    facts: Facts,
    mentions: Iterable[PersonMention],
    *,
    complete: bool,
    origin: Origin,
    at: dt.datetime,
    source: str,
) -> tuple[Fact, ...]:
    """Facts that put `mentions` into the household of `facts`.

    Mentions are matched to people of the same relation in order; those left over become new people.
    `complete` says that these and those known before are the whole household: then `people` becomes known.
    """
    free = {p: _relation(facts, p) for p in facts.people}
    new: list[Fact] = []
    ids = list(facts.people)
    for mention in mentions:
        person = _match(mention, free, facts)
        if person is None:
            person = next_person(ids)
            ids.append(person)
        free.pop(person, None)
        if _relation_told(mention, person, facts):
            new.append(
                Fact(
                    person_key(person, "relation"),
                    mention.relation,
                    origin,
                    confidence=mention.confidence,
                    at=at,
                    alternatives=mention.alternatives,
                    source=source,
                )
            )
        new += _told(mention, person, origin, at, source)
    if complete:
        new.append(Fact(PEOPLE, tuple(ids), origin, at=at, source=source))
    return tuple(new)


def _told(mention: PersonMention, person: str, origin: Origin, at: dt.datetime, source: str) -> list[Fact]:
    doubts = dict(mention.doubts)
    sure = Doubt(1.0)
    return [
        Fact(
            person_key(person, name),
            value,
            origin,
            confidence=doubts.get(name, sure).confidence,
            at=at,
            alternatives=doubts.get(name, sure).alternatives,
            source=source,
        )
        for name, value in mention.facts
    ]


def _relation(facts: Facts, person: str) -> str | None:
    if person == VISITOR:
        return "self"
    value = facts.value(person_key(person, "relation"))
    return value if isinstance(value, str) else None


def _match(mention: PersonMention, free: Mapping[str, str | None], facts: Facts) -> str | None:
    same = [p for p, relation in free.items() if relation == mention.relation]
    if mention.place and len(same) > 1:
        return _placed(mention.place, same, facts)
    alike = [p for p in same if not _conflicts(mention, p, facts)]
    if alike:
        return alike[0]
    if same and mention.relation in ONE_OF_A_KIND:
        return same[0]
    maybe = [p for p in free if p not in same and _may_be(mention, p, facts)]
    return maybe[0] if len(maybe) == 1 else None


def _placed(place: Place, people: Sequence[str], facts: Facts) -> str | None:
    """The eldest, middle or youngest; in the order they were named where ages are unknown."""
    ages = [facts.value(person_key(p, "age")) for p in people]
    known = [a for a in ages if isinstance(a, int)]
    if len(known) == len(people):
        people = [p for _, p in sorted(zip(known, people, strict=True), key=lambda one: -one[0])]
    if place == "middle":
        return people[len(people) // 2] if len(people) % 2 else None
    return people[0 if place == "eldest" else -1]


def _may_be(mention: PersonMention, person: str, facts: Facts) -> bool:
    """The relation of one of the two is open and may be that of the other."""
    known = facts.get(person_key(person, "relation"))
    if known is None:
        return False
    if known.is_doubtful and mention.relation in {a.value for a in known.alternatives}:
        return True
    return known.value in {a.value for a in mention.alternatives}


def _relation_told(mention: PersonMention, person: str, facts: Facts) -> bool:
    """The mention says more of the relation than is known."""
    known = facts.get(person_key(person, "relation"))
    if mention.relation == "self":
        return False
    if known is None:
        return True
    if known.value in {mention.relation, *(a.value for a in mention.alternatives)}:
        return known.is_doubtful and not mention.alternatives
    return True


def _conflicts(mention: PersonMention, person: str, facts: Facts) -> bool:
    known = {name: facts.value(person_key(person, name)) for name, _ in mention.facts}
    return any(known[name] not in (None, value) for name, value in mention.facts if name in ("age", "name"))
