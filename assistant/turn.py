"""One resident turn, from what arrived to what is shown; the whole path on one screen of code."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from assistant.hearing import acts_of
from assistant.visit_state import Visit
from dialogue.answers import check_household, facts_of_answer, people_facts, unusable
from dialogue.errors import BadAnswer, NoSuchQuestion
from dialogue.next_step import askable_missing, next_step
from dialogue.questions import REASONS_QUESTION, find_question
from dialogue.session import Act, Answered, Confirmed, Corrected, Detailed, Session
from dialogue.step import Ask, Confirm, Step, underlying
from dialogue.wording import phrase
from kb.derive import scene_of, with_derived
from kb.errors import BadValue, UnknownFact
from kb.facts import PEOPLE, Fact, Facts, Origin, split_key
from kb.model import AskedQuestion, KnowledgeBase
from kb.plan import Plan, build_plan
from nlu.commands_ja import MANNERS
from nlu.interpretation import Interpretation, NotUnderstood

CONFIRM_QUESTION = AskedQuestion(
    id="confirm",
    record="confirm",
    text_ja=phrase("confirm_question"),
    why_ja=phrase("confirm_why"),
    input="yes_no",
    keys=(),
)

SCREEN_ONLY = ("wait", "repeat", "stop", "ticket_only", *MANNERS)
"""Commands that change nothing of the visit."""

DETAIL_PEOPLE_FACTS = ("name", "kana", "birth_date", "sex")


class Hears(Protocol):
    """What a turn needs of the interpreter."""

    def interpret(
        self, text: str, asked: AskedQuestion | None, facts: Facts, today: Any
    ) -> Interpretation | NotUnderstood:
        """Meaning of one utterance."""

    def interpret_heard(
        self,
        wordings: Sequence[tuple[str, float]],
        asked: AskedQuestion | None,
        facts: Facts,
        today: Any,
    ) -> Interpretation | NotUnderstood:
        """Meaning of one utterance that was heard in several ways, each with its confidence, the best first."""


@dataclass(frozen=True)
class TurnRequest:
    """Exactly one of these is given (API.md)."""

    text: str | None = None
    answer: dict[str, Any] | None = None
    correct: dict[str, Any] | None = None
    back: bool = False
    details: dict[str, Any] | str | None = None
    spoken: bool = False
    wordings: tuple[tuple[str, float], ...] = ()
    """With `text`: all the ways it was heard, each with the ear's confidence, the best first."""


@dataclass(frozen=True)
class TurnResult:
    """The visit after the turn, with everything derived from it."""

    visit: Visit
    facts: Facts
    plan: Plan
    step: Step
    command: str | None = None
    """Something for the screen only: wait, repeat, stop, ticket_only."""


def handle_turn(kb: KnowledgeBase, hears: Hears, visit: Visit, request: TurnRequest) -> TurnResult:
    """The visit one turn later; `DialogueError` when the request cannot be applied (nothing is kept then)."""
    before = look(kb, visit)
    command = None
    if request.text is not None:
        asked = asked_question(before.step)
        if asked is not None and asked.id == REASONS_QUESTION:
            asked = None  # why one came is understood from the words, not matched with the buttons
        today = visit.at.date()
        heard = (
            hears.interpret_heard(request.wordings, asked, before.facts, today)
            if request.wordings
            else hears.interpret(request.text, asked, before.facts, today)
        )
        command = heard.command if isinstance(heard, Interpretation) else None
        if command == "back":
            session = visit.session.back()
        elif command in SCREEN_ONLY:
            session = visit.session
        else:
            session = _with_acts(
                visit.session, acts_of(kb, heard, before.facts, before.step, asked, visit.at)
            )
        keys = 0 if request.spoken else len(request.text)
        effort = visit.effort.more(keystrokes=keys, spoken_answers=int(request.spoken))
    elif request.back:
        session, effort = visit.session.back(), visit.effort.more(taps=1)
    else:
        session = visit.session.with_act(_chosen_act(kb, visit, before, request))
        effort = visit.effort.more(taps=1)
    return replace(look(kb, replace(visit, session=session, effort=effort)), command=command)


@dataclass(frozen=True)
class Foreseen:
    """A turn worked out before it is known whether it will be taken."""

    visit: Visit
    request: TurnRequest
    result: TurnResult
    shown: dict[str, Any]
    """The result as a screen has it."""

    def holds_for(self, visit: Visit, request: TurnRequest) -> bool:
        """Whether that turn is this one: the same words to the same visit."""
        return (visit, request) == (self.visit, self.request)


def look(kb: KnowledgeBase, visit: Visit) -> TurnResult:
    """Where the visit stands: facts, plan and step, derived from its acts."""
    facts = visit.session.facts()
    plan = build_plan(kb, facts, visit.at)
    return TurnResult(visit, facts, plan, next_step(kb, visit.session, visit.at, plan))


def asked_question(step: Step) -> AskedQuestion | None:
    """The question a step puts, the read-back's yes or no among them."""
    match underlying(step):
        case Ask(question):
            return question
        case Confirm():
            return CONFIRM_QUESTION
        case _:
            return None


def _with_acts(session: Session, acts: tuple[Act, ...]) -> Session:
    for act in acts:
        session = session.with_act(act)
    return session


def _chosen_act(kb: KnowledgeBase, visit: Visit, before: TurnResult, request: TurnRequest) -> Act:
    try:
        if request.answer is not None:
            return _answered(kb, visit, before, request.answer)
        if request.correct is not None:
            return _corrected(kb, visit, before.facts, request.correct)
        return _detailed(kb, visit, before.facts, request.details)
    except UnknownFact as error:
        raise BadAnswer("その項目はありません。") from error
    except BadValue as error:
        raise unusable(error) from error


def _answered(kb: KnowledgeBase, visit: Visit, before: TurnResult, answer: dict[str, Any]) -> Act:
    question_id, value = answer.get("question"), answer.get("value")
    if question_id == CONFIRM_QUESTION.id:
        if value is not True:
            raise BadAnswer("違うところを押して直すか、もう一度お話しください。")
        return Confirmed(visit.at)
    asked = _question(kb, before, str(question_id))
    if answer.get("unknown") is True:
        return Answered(asked.id, (), visit.at, asked.keys)
    return Answered(asked.id, facts_of_answer(kb, before.facts, asked, value, visit.at), visit.at, asked.keys)


def _question(kb: KnowledgeBase, before: TurnResult, question_id: str) -> AskedQuestion:
    asked = asked_question(before.step)
    if asked is not None and asked.id == question_id:
        return asked
    known = with_derived(kb, before.facts, before.visit.at.date())
    scene = scene_of(kb, known, before.visit.at.date())
    found = find_question(kb, before.facts, scene, question_id, askable_missing(before.plan))
    if found is None:
        raise NoSuchQuestion("その質問は、いまは使われていません。")
    return found


def _fact(kb: KnowledgeBase, visit: Visit, facts: Facts, key: str, value: object, source: str) -> Fact:
    checked = kb.vocabulary.checked(key, value)
    if kb.vocabulary.kind(key).type == "person" and checked not in facts.people:
        raise BadAnswer("その人は一覧にいません。")
    return Fact(key, checked, Origin.CHOSEN, at=visit.at, source=source)


def _corrected(kb: KnowledgeBase, visit: Visit, facts: Facts, correct: dict[str, Any]) -> Act:
    key, value = str(correct.get("fact")), correct.get("value")
    kb.vocabulary.kind(key)
    person, _ = split_key(key)
    if person is not None and person not in facts.people:
        raise BadAnswer("その人は一覧にいません。")
    if value is None:
        return Corrected(key, (), visit.at)
    if key == PEOPLE:
        return _people_corrected(kb, visit, facts, value)
    fact = _fact(kb, visit, facts, key, value, "correct")
    check_household(facts.with_fact(fact), visit.at.date())
    return Corrected(key, (fact,), visit.at)


def _people_corrected(kb: KnowledgeBase, visit: Visit, facts: Facts, value: object) -> Act:
    """`people` with a list adds or removes: who is not in the list any more is taken out."""
    if not isinstance(value, list):
        raise BadAnswer("一緒の方を一人ずつ選んでください。")
    entries = [{"person": e} if isinstance(e, str) else e for e in value]
    named = [e.get("person") for e in entries if isinstance(e, dict)]
    removed = tuple(p for p in facts.people if p != "p1" and p not in named)
    kept = facts
    for person in removed:
        kept = kept.without_person(person)
    kept = kept.without(PEOPLE)
    given = people_facts(kb, kept, entries, visit.at, "correct", whole=True)
    check_household(kept.with_facts(given), visit.at.date())
    return Corrected(PEOPLE, given, visit.at, removed)


def _detailed(kb: KnowledgeBase, visit: Visit, facts: Facts, details: dict[str, Any] | str | None) -> Act:
    if details == "skip":
        return Detailed((), visit.at)
    if not isinstance(details, dict):
        raise BadAnswer("項目と値を組にして入れてください。")
    given = []
    for key, value in details.items():
        kind = kb.vocabulary.kind(key)
        person, name = split_key(key)
        if not kind.detail and name not in DETAIL_PEOPLE_FACTS:
            raise BadAnswer("この項目は、質問への答えか訂正で入れてください。")
        if person is not None and person not in facts.people:
            raise BadAnswer("その人は一覧にいません。")
        if value not in (None, ""):
            given.append(_fact(kb, visit, facts, key, value, "details"))
    check_household(facts.with_facts(given), visit.at.date())
    return Detailed(tuple(given), visit.at)
