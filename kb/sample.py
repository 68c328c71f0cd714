"""A made-up population, for comparing plans, finding dead rules and counting questions.

Shares follow the shape of a moving season, rounded by hand, and are no statistics of any town: 55 % move alone,
25 % as couples, 15 % with children, 5 % with a parent over 70. Everything else of the vocabulary is drawn evenly,
so that rare branches occur. The same seed gives the same households.
"""

import datetime as dt
import random
from collections.abc import Iterator, Mapping

from kb.conditions import Scene
from kb.derive import scene_of, with_derived
from kb.facts import PEOPLE, VISITOR, Fact, FactKind, Facts, Origin, Value, person_key
from kb.model import Derivation, KnowledgeBase

RARE = 0.15
"""Chance of a yes for a rare circumstance."""

ADULT_AGES = (18, 74)

KEPT = ("birth_date", "relation", "moves")
"""What makes the household; it is never given up for something drawn."""


def households(kb: KnowledgeBase, count: int, seed: int, at: dt.datetime) -> Iterator[Facts]:
    """`count` households whose every decisive fact is known, or follows; no fact contradicts another."""
    chance = random.Random(seed)  # noqa: S311 - a reproducible sample, no secret
    for _ in range(count):
        yield _household(kb, chance, at)


def _household(kb: KnowledgeBase, chance: random.Random, at: dt.datetime) -> Facts:
    people: list[tuple[str, int]] = [("self", chance.randint(*ADULT_AGES))]
    kind = chance.random()
    if kind > 0.55:
        people.append((chance.choice(["wife", "husband"]), chance.randint(*ADULT_AGES)))
    if kind > 0.80:
        oldest = max(0, people[0][1] - 18)
        people += [("child", chance.randint(0, min(17, oldest))) for _ in range(chance.randint(1, 3))]
    if kind > 0.95:
        people.append(
            (chance.choice(["father", "mother_in_law"]), chance.randint(max(70, people[0][1] + 16), 99))
        )
    facts = Facts()
    ids = tuple(f"p{number}" for number in range(1, len(people) + 1))
    for person, (relation, age) in zip(ids, people, strict=True):
        birth = at.date() - dt.timedelta(days=age * 365 + age // 4 + chance.randint(1, 360))
        values: dict[str, Value] = {"birth_date": birth, "moves": True}
        if relation != "self":
            values["relation"] = relation
        for fact in kb.vocabulary:
            if fact.per_person and not fact.detail and fact.name not in (*values, "relation", "age"):
                values[fact.name] = _drawn(fact, chance, at)
        facts = facts.with_facts(
            Fact(person_key(person, n), v, Origin.CHOSEN, at=at) for n, v in values.items()
        )
    visit: dict[str, Value] = {PEOPLE: ids, "reasons": (chance.choice(sorted(kb.life_events)),)}
    for fact in kb.vocabulary:
        if not fact.per_person and not fact.detail and fact.name not in visit:
            visit[fact.name] = _drawn(fact, chance, at)
    return _consistent(kb, facts.with_facts(Fact(n, v, Origin.CHOSEN, at=at) for n, v in visit.items()), at)


def _consistent(kb: KnowledgeBase, facts: Facts, at: dt.datetime) -> Facts:
    """The household without what was drawn against something that surely follows from the rest."""
    rules = {rule.id: rule for rule in kb.derivations}
    while True:
        scene = scene_of(kb, with_derived(kb, facts, at.date()), at.date())
        wrong = next((key for rule in rules.values() for key in _against(rule, scene, rules)), None)
        if wrong is None:
            return facts
        facts = facts.without(wrong)


def _against(rule: Derivation, scene: Scene, rules: Mapping[str, Derivation]) -> Iterator[str]:
    """Drawn facts to give up where a rule says otherwise: the fact itself, or what made another rule disagree."""
    people: tuple[str | None, ...] = scene.facts.people if rule.scope == "person" else (None,)
    for person in people:
        key = rule.fact if person is None else person_key(person, rule.fact)
        found = scene.facts.get(key)
        if found is None or found.value == rule.value or rule.when.truth(scene, person) is not True:
            continue
        if found.origin is not Origin.DERIVED:
            yield key
            continue
        for owner, name in (*rules[found.source].when.paths, *rule.when.paths):
            of = VISITOR if owner == "visitor" or person is None else person
            read = scene.facts.get(name if owner is None else person_key(of, name))
            if read is not None and read.origin is not Origin.DERIVED and name not in KEPT:
                yield read.key


def _drawn(fact: FactKind, chance: random.Random, at: dt.datetime) -> Value:
    match fact.type:
        case "bool":
            return chance.random() < RARE
        case "choice":
            return chance.choice(fact.options).value
        case "choices":
            return (chance.choice(fact.options).value,)
        case "date":
            return at.date() - dt.timedelta(days=chance.randint(0, 40))
        case "municipality":
            return chance.choice(["14100", "13112", "27100", "99202"])
        case "int" | "age":
            return chance.randint(fact.low or 0, fact.high if fact.high is not None else 10)
        case _:
            return "p1"
