"""What `kb check` proves of a sound knowledge base beyond its references: that nothing in it is dead.

A condition that can never be true, a question no condition listens to, a procedure nobody is led to, a deadline that
falls on a closed day, a day of the next years that no period covers: each is legal as data and wrong as knowledge.
"""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass

from kb.calendar import MONTHS_OF_A_YEAR, ONE_DAY, due_date, is_open_on, last_day
from kb.conditions import Condition, Scene
from kb.cross_check import conditions_of_base
from kb.dated import Dated
from kb.errors import NotInForce, Problem
from kb.facts import PEOPLE, Fact, FactKind, Facts, Origin, Value, person_key
from kb.model import Deadline, KnowledgeBase, Municipality, Question

TRIES = 6_000
"""Assignments tried before a condition counts as never true; sound ones need a few dozen at most."""

FIRST_DAY, LAST_DAY = dt.date(2026, 1, 1), dt.date(2027, 12, 31)
"""Days of visits every dated value must cover."""

EDGE_DAYS = (
    dt.date(2026, 1, 30), dt.date(2026, 1, 31), dt.date(2026, 2, 28), dt.date(2026, 3, 31), dt.date(2026, 4, 1),
    dt.date(2026, 4, 19), dt.date(2026, 4, 28), dt.date(2026, 4, 30), dt.date(2026, 5, 2), dt.date(2026, 5, 7),
    dt.date(2026, 11, 29), dt.date(2026, 12, 15), dt.date(2026, 12, 28), dt.date(2026, 12, 31), dt.date(2027, 1, 3),
    dt.date(2027, 1, 4), dt.date(2027, 11, 28), dt.date(2027, 11, 29), dt.date(2027, 11, 30), dt.date(2028, 2, 14),
    dt.date(2028, 2, 28), dt.date(2028, 2, 29),
)  # fmt: skip
"""Month ends, the turn of the school year, Golden Week, the year's end, the leap day: where counting goes wrong."""


def prove(kb: KnowledgeBase) -> list[Problem]:
    """Everything that is dead or undated in a knowledge base that loaded; [] for a sound one."""
    undated = list(_days(kb))
    return undated or [*_never_true(kb), *_idle_questions(kb), *_unreachable(kb)]


def _never_true(kb: KnowledgeBase) -> Iterator[Problem]:
    for (file, key), condition, scope in conditions_of_base(kb):
        if not can_be_true(kb, condition, scope):
            yield Problem(file, key, f"{condition.text!r} can never be true", "mend or remove it")


def can_be_true(kb: KnowledgeBase, condition: Condition, scope: str, today: dt.date = FIRST_DAY) -> bool:
    """Whether some household makes the condition true, found by trying values it speaks of."""
    if not condition.paths:
        return True
    chance = random.Random(condition.text)  # noqa: S311 - the same search each time
    search = _Search.over(kb, condition)
    for _ in range(TRIES):
        facts = search.draw(chance, today)
        scene = Scene(facts, today, kb.definitions, kb.constants, kb.municipality.code)
        if any(condition.truth(scene, p) is True for p in (facts.people if scope == "person" else (None,))):
            return True
    return False


@dataclass(frozen=True)
class _Search:
    """The facts a condition speaks of, and the values worth trying."""

    kinds: tuple[FactKind, ...]
    numbers: tuple[int, ...]
    words: frozenset[str]

    @classmethod
    def over(cls, kb: KnowledgeBase, condition: Condition) -> "_Search":
        kinds: dict[tuple[bool, str], FactKind] = {}
        numbers: set[int] = set()
        words: set[str] = set()
        waiting, seen = [condition], set()
        while waiting:
            current = waiting.pop()
            for owner, name in current.paths:
                definition = kb.definitions.get(name)
                if definition is not None and name not in seen:
                    seen.add(name)
                    waiting.append(definition.when)
                for kind in (
                    kb.vocabulary.visit(name),
                    kb.vocabulary.person(name),
                    kb.vocabulary.visit(owner or ""),
                ):
                    if kind is not None:
                        kinds[kind.per_person, kind.name] = kind
            for _, _, operands in current.checks:
                words |= set(operands)
                numbers |= {int(o) for o in operands if o.isdecimal()}
                numbers |= {p.value for o in operands if o in kb.constants for p in kb.constants[o].periods}
        ages = {n + step for n in numbers for step in (-2, -1, 0, 1) if n + step >= 0}
        return cls(tuple(kinds.values()), tuple(sorted(ages)), frozenset(words))

    def draw(self, chance: random.Random, today: dt.date) -> Facts:
        people = tuple(f"p{n}" for n in range(1, chance.randint(1, 4) + 1))
        facts = Facts().with_fact(Fact(PEOPLE, people, Origin.CHOSEN))
        found = []
        for person in people:
            age = (
                chance.choice(self.numbers)
                if self.numbers and chance.random() < 0.7
                else chance.randint(0, 95)
            )
            birth = today - dt.timedelta(days=age * 365 + age // 4 + chance.randint(1, 364))
            found.append(Fact(person_key(person, "birth_date"), birth, Origin.CHOSEN))
        for kind in self.kinds:
            if kind.name in (PEOPLE, "birth_date", "age") or chance.random() < 0.15:
                continue
            keys = [person_key(p, kind.name) for p in people] if kind.per_person else [kind.name]
            found += [Fact(key, self._value(kind, chance, today, people), Origin.CHOSEN) for key in keys]
        return facts.with_facts(found)

    def _value(self, kind: FactKind, chance: random.Random, today: dt.date, people: tuple[str, ...]) -> Value:
        match kind.type:
            case "bool":
                return chance.random() < 0.6
            case "choice" | "choices" if kind.options:
                named = [o.value for o in kind.options if o.value in self.words]
                values = named if named and chance.random() < 0.7 else [o.value for o in kind.options]
                picked = chance.choice(values)
                return picked if kind.type == "choice" else tuple({picked, chance.choice(values)})
            case "date":
                return today - dt.timedelta(
                    days=chance.choice((-20, -1, 0, 1, 10, 20, 40, 100, 400, 800, 2000))
                )
            case "municipality":
                return chance.choice(("14100", "99201", "99202"))
            case "int" | "age":
                return chance.choice((*self.numbers, kind.low or 0, kind.high or 10))
            case _:
                return chance.choice(people)


def _idle_questions(kb: KnowledgeBase) -> Iterator[Problem]:
    heard = {name for _, condition, _ in conditions_of_base(kb) for _, name in condition.paths}
    heard |= {owner for _, condition, _ in conditions_of_base(kb) for owner, _ in condition.paths if owner}
    heard |= {e for p in kb.procedures.values() for e in (p.deadline.event, *p.deadline.events_instead)}
    heard |= {PEOPLE, "reasons"}
    heard |= {"birth_date"} if "age" in heard else set()
    heard |= {f"wants_{p}" for p in kb.procedures}
    for question in kb.questions.values():
        facts = _facts_of(question)
        idle = [name for name in facts if name not in heard]
        if idle and len(idle) == len(facts):
            yield Problem(
                f"questions/{question.id}.yaml", "facts", f"nothing listens to {', '.join(idle)}", "remove it"
            )
        elif question.options:
            for option in question.options:
                if option.sets and not any(name in heard for name in option.sets):
                    yield Problem(
                        f"questions/{question.id}.yaml",
                        f"options.{option.value}",
                        "decides nothing",
                        "remove it",
                    )


def _facts_of(question: Question) -> list[str]:
    return list(dict.fromkeys((*question.facts, *(name for o in question.options for name in o.sets))))


def _unreachable(kb: KnowledgeBase) -> Iterator[Problem]:
    """A procedure must be led to by a reason to come, or be chosen somewhere; spoken words reach every one."""
    chosen = {name for q in kb.questions.values() for o in q.options for name in o.sets}
    for procedure in kb.procedures.values():
        if not procedure.life_events and f"wants_{procedure.id}" not in chosen:
            yield Problem(
                f"procedures/{procedure.id}.yaml",
                "life_events",
                "nobody is led to it by touch",
                "name a life event, or offer it as an option of a question",
            )


def _days(kb: KnowledgeBase) -> Iterator[Problem]:
    for name, value in kb.constants.items():
        yield from _covered(value, "constants", name)
    for procedure in kb.procedures.values():
        file = f"procedures/{procedure.id}.yaml"
        first = max(FIRST_DAY, procedure.in_force_from or FIRST_DAY)
        last = min(LAST_DAY, procedure.in_force_until or LAST_DAY)
        if procedure.fee_yen is not None:
            yield from _covered(procedure.fee_yen, file, "fee_yen", first, last)
        for unit, length in procedure.deadline.terms:
            yield from _covered(length, file, f"deadline.{unit}", first, last)
        if procedure.deadline.says_when:
            yield from _deadline_on_edges(kb, procedure.deadline, file)


def _covered(
    value: Dated, file: str, key: str, first: dt.date = FIRST_DAY, last: dt.date = LAST_DAY
) -> Iterator[Problem]:
    starts = {p.start for p in value.periods if first < p.start <= last}
    ends = {p.end + dt.timedelta(days=1) for p in value.periods if p.end and first <= p.end < last}
    for day in sorted({first, last, *starts, *ends}):
        try:
            value.on(day)
        except NotInForce:
            yield Problem(file, key, f"says nothing of {day.isoformat()}", "add the period with its law")
            return


def _deadline_on_edges(kb: KnowledgeBase, deadline: Deadline, file: str) -> Iterator[Problem]:
    for day in EDGE_DAYS:
        try:
            last, due = last_day(deadline, day), due_date(deadline, day, kb.municipality)
        except (NotInForce, ValueError) as error:
            yield Problem(file, "deadline", str(error), "mend the term or the town's calendar")
            return
        if not (_ends_by_law(deadline, day, last) and _is_served(deadline, last, due, kb.municipality)):
            yield Problem(
                file, "deadline", f"an event on {day.isoformat()} is due on {due.isoformat()}", "mend it"
            )
            return


def _ends_by_law(deadline: Deadline, event: dt.date, last: dt.date) -> bool:
    """Whether a term ends where 民法 第143条第2項 says, told from its end: the day after answers to its first day."""
    after = last + ONE_DAY
    if deadline.before:
        return after == event
    if deadline.until_month_end:
        return after.day == 1 and (last.year, last.month) == (event.year, event.month)
    first = event if deadline.counts_first_day else event + ONE_DAY
    ((unit, length),) = deadline.terms
    number = length.on(event)
    if unit == "days":
        return (after - first).days == number
    ends = after if after.day == first.day else last
    passed = (ends.year - first.year) * MONTHS_OF_A_YEAR + ends.month - first.month
    corresponds = after.day == first.day or (after.day == 1 and first.day > last.day)
    return corresponds and passed == number * (MONTHS_OF_A_YEAR if unit == "years" else 1)


def _is_served(deadline: Deadline, last: dt.date, due: dt.date, town: Municipality) -> bool:
    """Whether one can still come on the day named, and no open day is lost between it and the end of the term."""
    if not (deadline.closed_day_moves or deadline.before or deadline.until_month_end):
        return due == last
    between = (min(last, due) + n * ONE_DAY for n in range(abs((due - last).days) + 1))
    return is_open_on(town, due) and all(day == due or not is_open_on(town, day) for day in between)
