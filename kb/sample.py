"""A made-up population, for comparing plans, finding dead rules and counting questions.

Who lives together, why they come and how rare each circumstance is stands in `population.yaml`. The same seed gives
the same households; no fact of a household contradicts another.
"""

import datetime as dt
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from kb.age import age_on
from kb.conditions import Scene
from kb.derive import scene_of, with_derived
from kb.facts import PEOPLE, VISITOR, Fact, FactKind, Facts, Origin, Value, person_key
from kb.model import Derivation, KnowledgeBase
from kb.population import RARE, HouseholdShape, Share

PARENT_YEARS = (20, 38)
"""Years between parent and child."""

OLDEST, OLDEST_CHILD = 99, 20

KEPT = ("birth_date", "relation", "moves")
"""What makes the household; it is never given up for something drawn."""


def households(
    kb: KnowledgeBase,
    count: int,
    seed: int,
    at: dt.datetime,
    *,
    evenly: bool = False,
    reasons: tuple[str, ...] = (),
) -> Iterator[Facts]:
    """`count` households whose every decisive fact is known, or follows.

    `evenly`: each reason and each value is as likely as another, so that rare branches occur (for proofs); else the
    shares of the population decide (for measuring). What `when` of a share excludes never occurs.
    `reasons`: why all of them come; drawn when there are none.
    """
    chance = random.Random(seed)  # noqa: S311 - a reproducible sample, no secret
    shares = {s.fact: replace(s, share=None, weights={}) if evenly else s for s in kb.population.shares}
    for _ in range(count):
        drawn = _Draw(kb, chance, at, shares).household(reasons, evenly=evenly)
        yield _consistent(kb, drawn, at)


def first_words(kb: KnowledgeBase, facts: Facts, seed: int) -> Facts:
    """What somebody of this household tells in the first sentence: why they come, and by chance some more."""
    chance = random.Random(seed)  # noqa: S311 - a reproducible sample, no secret
    told = {name for name, share in kb.population.first_words.items() if chance.random() < share}
    said = [f for f in facts if f.key == "reasons" or f.key in told]
    if PEOPLE in told:
        named = ("relation", "moves", *(("age",) if "age" in told else ()))
        said += [f for p in facts.people for n in named if (f := facts.get(person_key(p, n)))]
    return Facts().with_facts(said)


@dataclass(frozen=True)
class _Draw:
    """One household being drawn."""

    kb: KnowledgeBase
    chance: random.Random
    at: dt.datetime
    shares: Mapping[str, Share]

    def household(self, reasons: tuple[str, ...], *, evenly: bool) -> Facts:
        shape = self._shape()
        facts = Facts()
        for number, (relation, age) in enumerate(self._people(shape), 1):
            birth = self.at.date() - dt.timedelta(days=age * 365 + age // 4 + self.chance.randint(1, 360))
            values: dict[str, Value] = {"birth_date": birth, "age": age_on(birth, self.at.date())}
            if evenly or number == 1:
                values["moves"] = True  # somebody of every household has moved, where a move is why they come
            if relation != "self":
                values["relation"] = relation
            facts = facts.with_facts(self._chosen(person_key(f"p{number}", n), v) for n, v in values.items())
        facts = facts.with_fact(self._chosen(PEOPLE, facts.people))
        facts = facts.with_fact(self._chosen("reasons", reasons or (self._reason(evenly=evenly),)))
        kinds = [k for k in self.kb.vocabulary if not k.detail and k.name not in (PEOPLE, "reasons")]
        order = {name: place for place, name in enumerate(self.shares)}
        for kind in sorted(kinds, key=lambda k: order.get(k.name, len(order))):
            for person in facts.people if kind.per_person else (None,):
                key = kind.name if person is None else person_key(person, kind.name)
                if facts.get(key) is None and kind.name != "relation":
                    value = self._value(kind, facts, person)
                    facts = facts if value is None else facts.with_fact(self._chosen(key, value))
        return facts

    def _chosen(self, key: str, value: Value) -> Fact:
        return Fact(key, value, Origin.CHOSEN, at=self.at)

    def _reason(self, *, evenly: bool) -> str:
        events = sorted(self.kb.life_events)
        weights = [1 if evenly else self.kb.population.reasons.get(e, 1) for e in events]
        return self.chance.choices(events, weights)[0]

    def _shape(self) -> HouseholdShape:
        shapes = self.kb.population.households or (HouseholdShape(1),)
        return self.chance.choices(shapes, [s.weight for s in shapes])[0]

    def _people(self, shape: HouseholdShape) -> Iterator[tuple[str, int]]:
        age = self.chance.randint(*shape.visitor_age)
        yield "self", age
        for other in shape.others:
            match other:
                case "spouse":
                    yield (
                        self.chance.choice(["wife", "husband"]),
                        max(18, min(OLDEST, age + self.chance.randint(-6, 6))),
                    )
                case "child":
                    yield "child", self.chance.randint(0, max(0, min(OLDEST_CHILD, age - PARENT_YEARS[0])))
                case "father" | "mother" | "father_in_law" | "mother_in_law":
                    yield other, min(OLDEST, age + self.chance.randint(*PARENT_YEARS))
                case _:
                    yield other, self.chance.randint(18, 80)

    def _value(self, kind: FactKind, facts: Facts, person: str | None) -> Value | None:
        share = self.shares.get(kind.name)
        if self._is_strange_wish(kind.name, facts):
            return False
        if share is not None and share.when is not None:
            scene = scene_of(self.kb, facts, self.at.date())
            if share.when.truth(scene, person) is not True:
                return False if kind.type == "bool" else None
        if share is not None and share.weights:
            return self.chance.choices(list(share.weights), list(share.weights.values()))[0]
        if share is not None and share.share is not None:
            return self.chance.random() < share.share
        return _even(kind, self.chance, self.at)

    def _is_strange_wish(self, name: str, facts: Facts) -> bool:
        """A wish for a procedure that none of the reasons is about, or that there is not (yet)."""
        if not name.startswith("wants_"):
            return False
        procedure = self.kb.procedures.get(name.removeprefix("wants_"))
        about = procedure.life_events if procedure is not None else ()
        return set(facts.choices("reasons")).isdisjoint(about)


def _consistent(kb: KnowledgeBase, facts: Facts, at: dt.datetime) -> Facts:
    """The household without what was drawn against something that surely follows from the rest."""
    given_up: list[Fact] = []
    while (wrong := _contradicted(kb, facts, at)) is not None:
        given_up += [fact for fact in facts if fact.key == wrong]
        facts = facts.without(wrong)
    for fact in given_up:
        if isinstance(fact.value, bool):
            as_no = facts.with_fact(replace(fact, value=False))
            known = with_derived(kb, facts, at.date()).get(fact.key) is not None
            facts = facts if known or _contradicted(kb, as_no, at) else as_no
    return facts


def _contradicted(kb: KnowledgeBase, facts: Facts, at: dt.datetime) -> str | None:
    """The key of a drawn fact to give up, or None when nothing contradicts."""
    rules = {rule.id: rule for rule in kb.derivations}
    scene = scene_of(kb, with_derived(kb, facts, at.date()), at.date())
    return next((key for rule in rules.values() for key in _against(rule, scene, rules)), None)


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
            if read is not None and read.origin is not Origin.DERIVED and name not in (*KEPT, "age"):
                yield read.key


def _even(kind: FactKind, chance: random.Random, at: dt.datetime) -> Value:
    match kind.type:
        case "bool":
            return chance.random() < RARE
        case "choice":
            return chance.choice(kind.options).value
        case "choices":
            return (chance.choice(kind.options).value,)
        case "date":
            return at.date() - dt.timedelta(days=chance.randint(0, 40))
        case "municipality":
            return chance.choice(["14100", "13112", "27100", "99202"])
        case "int" | "age":
            return chance.randint(kind.low or 0, kind.high if kind.high is not None else 10)
        case _:
            return VISITOR
