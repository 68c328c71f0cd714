"""A resident who answers every question truthfully, for playing whole conversations without words.

Plays on the pure parts only (session, answers, next step), so what holds here holds at every screen. Proofs and
benchmarks rehearse with it: that asking little loses no procedure, and how many questions a visit takes.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from dialogue.answers import facts_of_answer
from dialogue.next_step import askable_missing, ranked_questions
from dialogue.questions import NONE_VALUE, REASONS_QUESTION, reasons_question
from dialogue.session import Answered, Session
from kb.derive import scene_of, with_derived
from kb.facts import PEOPLE, Fact, Facts, Origin, person_key, split_key
from kb.model import AskedQuestion, KnowledgeBase, Question
from kb.plan import Plan, build_plan

MOST_QUESTIONS = 40

ALWAYS_TOLD = frozenset({PEOPLE, REASONS_QUESTION, "relation", "birth_date", "age"})
"""What makes the household, whoever brings it out."""

Pick = Callable[[list[AskedQuestion]], AskedQuestion]


class TrueResident:
    """Knows everything about their household and answers what is asked."""

    def __init__(self, kb: KnowledgeBase, whole: Facts, at: dt.datetime):
        self.kb = kb
        self.at = at
        self.today = at.date()
        self.whole = with_derived(kb, self._askable(whole), self.today)
        """Everything that is true and could come out in a conversation."""
        self.asked: list[str] = []
        """Ids of the questions answered so far."""

    def _askable(self, whole: Facts) -> Facts:
        """What questions can bring out, beginning with nothing but the household and the reasons."""
        whole = with_derived(self.kb, whole, self.today)
        told = Facts().with_facts(f for f in whole if split_key(f.key)[1] in ALWAYS_TOLD)
        while True:
            asked = self._questions_of(told)
            names = ALWAYS_TOLD.union(
                *(q.facts for q in asked), *(o.sets for q in asked for o in q.options)
            ) - self._strange_wishes(whole)
            more = Facts().with_facts(f for f in whole if split_key(f.key)[1] in names)
            more = more.with_facts(f for q in asked if q.multiple for f in self._as_ticked(q, more))
            if more.by_key == told.by_key:
                return told
            told = more

    def _questions_of(self, facts: Facts) -> list[Question]:
        """Every question this visit may come to."""
        scene = scene_of(self.kb, with_derived(self.kb, facts, self.today), self.today)
        return [q for q in self.kb.questions.values() if q.when is None or q.when.truth(scene) is not False]

    def _strange_wishes(self, facts: Facts) -> set[str]:
        """Wishes for what none of the reasons is about, and for what these people cannot have: nobody has them."""
        reasons = set(facts.choices(REASONS_QUESTION))
        scene = scene_of(self.kb, facts, self.today)
        return {
            f"wants_{p.id}"
            for p in self.kb.procedures.values()
            if reasons.isdisjoint(p.life_events)
            or (p.on_request and p.scope == "visit" and p.when.truth(scene) is False)
        }

    def _as_ticked(self, question: Question, facts: Facts) -> list[Fact]:
        """Facts of the visit as the ticks of a list tell them: two that one tick sets are true or false together."""
        options = [o for o in question.options if o.who is None and set(o.sets) <= set(facts.by_key)]
        ticked = [o for o in options if all(facts.value(n) == v for n, v in o.sets.items())]
        said = {name for option in ticked for name in option.sets}
        unsaid = {n for o in options if o not in ticked for n, v in o.sets.items() if v is True} - said
        return [Fact(name, False, Origin.CHOSEN, at=self.at) for name in sorted(unsaid) if facts.value(name)]

    def value(self, asked: AskedQuestion) -> Any:
        """The true answer, in the JSON of the API; None when the resident does not know."""
        if asked.record == REASONS_QUESTION:
            return self.whole.choices(REASONS_QUESTION)
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
        return value.isoformat() if isinstance(value, dt.date) else value

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
            names = ("relation", "moves")
            told = ({n: self.whole.value(person_key(p, n)) for n in names} for p in self.whole.people[1:])
            return [{n: v for n, v in entry.items() if v is not None} for entry in told]
        entries = []
        for card in asked.people:
            birth = self.whole.value(person_key(card.id, "birth_date"))
            if isinstance(birth, dt.date):
                entries.append({"person": card.id, "birth_date": birth.isoformat()})
        return entries

    def answered(self, session: Session, asked: AskedQuestion) -> Session:
        """The session after the true answer to a question."""
        value = self.value(asked)
        self.asked.append(asked.id)
        if value is None:
            return session.with_act(Answered(asked.id, (), self.at, asked.keys))
        if asked.record == REASONS_QUESTION:
            fact = Fact(REASONS_QUESTION, self.whole.choices(REASONS_QUESTION), Origin.CHOSEN, at=self.at)
            return session.with_act(Answered(asked.id, (fact,), self.at, asked.keys))
        given = facts_of_answer(self.kb, session.facts(), asked, value, self.at)
        return session.with_act(Answered(asked.id, given, self.at, asked.keys))

    def open(self, session: Session) -> list[AskedQuestion]:
        """Every question that could be asked now."""
        facts = session.facts()
        if not facts.choices(REASONS_QUESTION):
            return [reasons_question(self.kb)]
        return ranked_questions(self.kb, session, facts, self.plan(session), self.at)

    def plan(self, session: Session) -> Plan:
        """The plan of what was told so far."""
        return build_plan(self.kb, session.facts(), self.at)

    def missing(self, session: Session) -> frozenset[str]:
        """Facts that would still settle something."""
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
