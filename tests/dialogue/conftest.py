"""A resident who answers every question truthfully, for playing whole conversations without words.

Plays on the pure parts only (session, answers, next step), so what holds here holds at every screen.
"""

from collections.abc import Callable
from typing import Any

import pytest

from dialogue.answers import facts_of_answer
from dialogue.next_step import askable_missing, ranked_questions, reasons_question
from dialogue.questions import NONE_VALUE
from dialogue.session import Answered, Session
from kb.derive import scene_of, with_derived
from kb.facts import PEOPLE, Facts, person_key, split_key
from kb.model import AskedQuestion, KnowledgeBase
from kb.plan import Plan

MOST_QUESTIONS = 40
ELSEWHERE_ONLY = ("moving_out_procedure", "previous_municipality")
"""Who moves inside the town has no other town to move out of."""

Pick = Callable[[list[AskedQuestion]], AskedQuestion]


class Resident:
    """Knows everything about their household and answers what is asked."""

    def __init__(self, world: Any, whole: Facts, reasons: tuple[str, ...] | None = None):
        self.kb: KnowledgeBase = world.kb
        self.at = world.at
        self.world = world
        if reasons is not None:
            fact = whole.get("reasons")
            whole = whole.with_fact(type(fact)(**{**fact.__dict__, "value": reasons}))
        self.whole = with_derived(self.kb, self._askable(whole), world.today)
        self.asked: list[str] = []

    def _askable(self, whole: Facts) -> Facts:
        """Wishes no question asks for are wishes the resident does not have; nor what their reason rules out."""
        scene = scene_of(self.kb, with_derived(self.kb, whole, self.world.today), self.world.today)
        asked = [q for q in self.kb.questions.values() if q.when is None or q.when.truth(scene) is not False]
        options = {name for question in asked for option in question.options for name in option.sets}
        reasons = set(whole.value("reasons"))
        options -= {f"wants_{p.id}" for p in self.kb.procedures.values() if reasons.isdisjoint(p.life_events)}
        nowhere_from = ELSEWHERE_ONLY if reasons == {"moving_within"} else ()
        for fact in tuple(whole):
            if fact.key in nowhere_from or (fact.key.startswith("wants_") and fact.key not in options):
                whole = whole.without(fact.key)
        return whole

    def value(self, asked: AskedQuestion) -> Any:
        """The true answer, in the JSON of the API; None when the resident does not know."""
        if asked.record == "reasons":
            return self.whole.value("reasons")
        record = self.kb.questions[asked.record]
        if record.input == "people":
            return self._people(record.facts == (PEOPLE,), asked)
        if record.per == "group":
            return [split_key(k)[0] for k in asked.keys if self.whole.value(k) is True] or [NONE_VALUE]
        if record.options and record.multiple:
            return self._ticked(asked) or [NONE_VALUE]
        if record.options:
            person = asked.id.partition(":")[2]
            return next(
                (o.value for o in record.options if all(self._is(n, person, v) for n, v in o.sets.items())),
                None,
            )
        value = self.whole.value(asked.keys[0])
        return value.isoformat() if hasattr(value, "isoformat") else value

    def _is(self, name: str, person: str, value: object) -> bool:
        return self.whole.value(person_key(person, name) if person else name) == value

    def _ticked(self, asked: AskedQuestion) -> list[str]:
        options = {o.value: o for o in self.kb.questions[asked.record].options}
        ticked = []
        for offered in asked.options:
            name, _, person = offered.value.partition(":")
            if name in options and all(self._is(n, person, v) for n, v in options[name].sets.items()):
                ticked.append(offered.value)
        return ticked

    def _people(self, all_of_them: bool, asked: AskedQuestion) -> list[dict[str, Any]]:
        if all_of_them:
            others = [p for p in self.whole.people if p != "p1"]
            return [{"relation": self.whole.value(person_key(p, "relation"))} for p in others]
        entries = []
        for card in asked.people:
            birth = self.whole.value(person_key(card.id, "birth_date"))
            if birth is not None:
                entries.append({"person": card.id, "birth_date": birth.isoformat()})
        return entries

    def answered(self, session: Session, asked: AskedQuestion) -> Session:
        """The session after the true answer to a question."""
        value = self.value(asked)
        self.asked.append(asked.id)
        if value is None:
            return session.with_act(Answered(asked.id, (), self.at, asked.keys))
        if asked.record == "reasons":
            fact = self.whole.get("reasons")
            return session.with_act(Answered(asked.id, (fact,), self.at, asked.keys))
        given = facts_of_answer(self.kb, session.facts(), asked, value, self.at)
        return session.with_act(Answered(asked.id, given, self.at, asked.keys))

    def open(self, session: Session) -> list[AskedQuestion]:
        """Every question that could be asked now."""
        facts = session.facts()
        if not facts.value("reasons"):
            return [reasons_question(self.kb)]
        return ranked_questions(self.kb, session, facts, self.plan(session), self.at)

    def plan(self, session: Session) -> Plan:
        return self.world.plan(session.facts())

    def missing(self, session: Session) -> frozenset[str]:
        return askable_missing(self.plan(session)) - session.declined()

    def play(self, pick: Pick = lambda questions: questions[0], session: Session | None = None) -> Session:
        """Answers until nothing is asked any more."""
        session = session or Session()
        for _ in range(MOST_QUESTIONS):
            questions = self.open(session)
            if not questions:
                return session
            session = self.answered(session, pick(questions))
        raise AssertionError(f"still asking after {MOST_QUESTIONS} answers: {self.asked[-5:]}")


@pytest.fixture(scope="session")
def resident(world: Any) -> Callable[..., Resident]:
    """Makes a resident of the sampled household of a seed."""

    def make(seed: int, *reasons: str) -> Resident:
        return Resident(world, world.household(seed), reasons or None)

    return make


def shape(plan: Plan) -> dict[str, Any]:
    """What a resident sees of a plan: steps with their people and days, and every other list."""
    return {
        "steps": [
            (s.procedure.id, s.people, s.deadline, s.today, [b.paper for b in s.bring]) for s in plan.steps
        ],
        "undecided": sorted(u.procedure.id for u in plan.undecided),
        "not_needed": sorted(p.id for p in plan.not_needed),
        "elsewhere": sorted(p.id for p in plan.elsewhere),
    }


@pytest.fixture(scope="session")
def shape_of() -> Callable[[Plan], dict[str, Any]]:
    return shape
