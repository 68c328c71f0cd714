"""The household as a list of people: puts what was said about people under stable person ids.

Residents name people by relation ("妻と子ども3人と祖父"), screens name them by id. This module is the one
place where the two meet, so that saying something again about the same person never makes a second one.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from kb.facts import PEOPLE, VISITOR, Alternative, Fact, Facts, Origin, Value, next_person, person_key

ONE_OF_A_KIND = frozenset({"self", "wife", "husband", "father", "mother"})
"""Relations a person has one of; a second mention is the same person."""


@dataclass(frozen=True)
class PersonMention:
    """One person spoken of: `relation` is a value of the fact `relation` ("self" for the visitor)."""

    relation: str
    facts: tuple[tuple[str, Value], ...] = ()
    """Other person facts said of them, such as (("age", 78), ("moves", True))."""
    confidence: float = 1.0
    """Of the relation; what else is said of the person stands on its own."""
    alternatives: tuple[Alternative, ...] = ()
    """Other relations it may have been (祖父 said by a parent: 父, 義父)."""


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
        if mention.relation not in ("self", _relation(facts, person)):
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
        new += [
            Fact(person_key(person, name), value, origin, at=at, source=source)
            for name, value in mention.facts
        ]
    if complete:
        new.append(Fact(PEOPLE, tuple(ids), origin, at=at, source=source))
    return tuple(new)


def _relation(facts: Facts, person: str) -> str | None:
    if person == VISITOR:
        return "self"
    value = facts.value(person_key(person, "relation"))
    return value if isinstance(value, str) else None


def _match(mention: PersonMention, free: dict[str, str | None], facts: Facts) -> str | None:
    same = [p for p, relation in free.items() if relation == mention.relation]
    alike = [p for p in same if not _conflicts(mention, p, facts)]
    if alike:
        return alike[0]
    return same[0] if same and mention.relation in ONE_OF_A_KIND else None


def _conflicts(mention: PersonMention, person: str, facts: Facts) -> bool:
    known = {name: facts.value(person_key(person, name)) for name, _ in mention.facts}
    return any(known[name] not in (None, value) for name, value in mention.facts if name in ("age", "name"))
