"""Chooses what to do next: the one place that decides whether and what to ask."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

from dialogue.escalation import hand_over, offered
from dialogue.questions import OpenQuestion, doubt_question, open_questions, reasons_question
from dialogue.session import Answered, Enquired, Misunderstood, Session
from dialogue.step import Answer, Ask, AskAgain, Confirm, ShowPlan, Step
from kb.derive import scene_of, with_derived
from kb.facts import Facts
from kb.model import AskedQuestion, KnowledgeBase, Procedure
from kb.plan import Plan, build_plan
from kb.population import RARE, entropy

EARLY_SHARE = 0.05
"""How little a question counts while other answers may still make it pointless."""

SERIOUS = 3.0
"""How much more a procedure counts whose miss costs the resident money or a deadline."""
ONLY_TOLD = 0.3
"""How much one counts that is only told."""
OPEN_BITS = 3.0
"""What an answer without a list of values tells: a day, a place, an age, who is in the family."""


def next_step(kb: KnowledgeBase, session: Session, at: dt.datetime, plan: Plan | None = None) -> Step:
    """What the assistant does after the acts of `session`, at the visit's time."""
    facts = session.facts()
    plan = plan or build_plan(kb, facts, at)
    person = hand_over(kb, session, facts, plan)
    if person is not None:
        return person
    step = _without_offer(session, _following(kb, session, facts, plan, at))
    offer = offered(kb, session, facts, plan, step)
    if offer is None:
        return step
    if isinstance(step, Answer):
        return replace(step, then=replace(step.then, offer=offer))
    return replace(step, offer=offer)


def _without_offer(
    session: Session, following: Ask | Confirm | ShowPlan
) -> Ask | Confirm | ShowPlan | Answer | AskAgain:
    match session.last_act():
        case Misunderstood(reason, _, candidates):
            return AskAgain(reason, candidates, following)
        case Enquired(procedure):
            return Answer(procedure, following)
        case _:
            return following


def _following(
    kb: KnowledgeBase, session: Session, facts: Facts, plan: Plan, at: dt.datetime
) -> Ask | Confirm | ShowPlan:
    if _nothing_wanted(facts, plan):
        return Ask(reasons_question(kb))
    unconfirmed = session.unconfirmed()
    if unconfirmed:
        return Confirm(unconfirmed)
    doubtful = doubtful_keys(facts, session)
    questions = ranked_questions(kb, session, facts, plan, at)
    remaining = len(doubtful) + len(questions)
    for key in doubtful:
        asked = doubt_question(kb, facts, key)
        if asked is not None:
            return Ask(asked, remaining - 1)
    if questions:
        return Ask(questions[0], remaining - 1)
    return ShowPlan()


def _nothing_wanted(facts: Facts, plan: Plan) -> bool:
    return not facts.value("reasons") and not (plan.steps or plan.undecided or plan.elsewhere)


def doubtful_keys(facts: Facts, session: Session) -> tuple[str, ...]:
    """Facts understood with doubt that have other possible meanings and were not settled."""
    declined = session.declined()
    return tuple(f.key for f in facts if f.is_doubtful and f.key not in declined)


def ranked_questions(
    kb: KnowledgeBase, session: Session, facts: Facts, plan: Plan, at: dt.datetime
) -> list[AskedQuestion]:
    """Open questions, the one first whose answer decides most of what is open; at first, why one came."""
    if _nothing_wanted(facts, plan):
        return [reasons_question(kb)]
    known = with_derived(kb, facts, at.date())
    scene = scene_of(kb, known, at.date())
    open_now = open_questions(kb, known, scene, askable_missing(plan), session.declined())
    weights = {key: weight * _bits(kb, key) for key, weight in _weights(plan).items()}
    first = [
        q for e in facts.choices("reasons") if e in kb.life_events for q in kb.life_events[e].questions_first
    ]
    places = {record: len(first) - i for i, record in enumerate(first)}
    topic = _topic_of_last_answer(kb, session, facts, at)

    def stays(question: OpenQuestion) -> bool:
        return topic is not None and not question.early and _topic(plan, question.asked.keys, facts) == topic

    ordered = sorted(
        open_now,
        key=lambda q: (-places.get(q.asked.record, 0), not stays(q), -_score(q, weights), q.asked.id),
    )
    return _without_repeats([q.asked for q in ordered])


def _topic_of_last_answer(kb: KnowledgeBase, session: Session, facts: Facts, at: dt.datetime) -> str | None:
    """Of several reasons, the one the question answered last was about; nobody likes to be sent to and fro."""
    if len(facts.choices("reasons")) < 2:
        return None
    for place in range(len(session.acts) - 1, -1, -1):
        act = session.acts[place]
        if isinstance(act, Answered):
            before = Session(session.acts[:place]).facts()
            return _topic(build_plan(kb, before, at), act.keys, facts)
    return None


def _topic(plan: Plan, keys: Sequence[str], facts: Facts) -> str | None:
    """The reason of this visit most of whose procedures wait for these facts; None when none does."""
    waiting = [(u.procedure, u.missing) for u in plan.undecided]
    waiting += [(s.procedure, s.missing | s.waits_for) for s in plan.steps]
    waiting += [(p, frozenset({f"wants_{p.id}"})) for p in plan.offers]
    concerned = [p for p, missing in waiting if not missing.isdisjoint(keys)]
    counts = {reason: sum(reason in p.life_events for p in concerned) for reason in facts.choices("reasons")}
    topic = max(counts, key=lambda reason: counts[reason], default=None)
    return topic if topic is not None and counts[topic] else None


def askable_missing(plan: Plan) -> frozenset[str]:
    """Facts that would settle something, wishes for papers on request among them."""
    return plan.missing | {f"wants_{p.id}" for p in plan.offers}


def _weights(plan: Plan) -> Mapping[str, float]:
    """How much of the plan each missing fact decides: a share of every procedure it is missing for.

    A procedure counts by how serious it is to miss it; its share falls with the facts that are missing beside this one.
    """
    weights: dict[str, float] = {}
    decided = [(u.procedure, u.missing) for u in plan.undecided] + [
        (s.procedure, s.missing) for s in plan.steps
    ]
    for procedure, missing in decided:
        for key in missing:
            weights[key] = weights.get(key, 0.0) + _seriousness(procedure) / len(missing)
    for key in plan.missing:
        weights.setdefault(key, 0.5)
    return weights


def _seriousness(procedure: Procedure) -> float:
    if procedure.information_only:
        return ONLY_TOLD
    return SERIOUS if procedure.starts_by_claim_month or procedure.deadline.kind != "none" else 1.0


def _bits(kb: KnowledgeBase, key: str) -> float:
    """What the answer tells on average, by how likely each value is: a rare thing is seldom worth a question first."""
    kind = kb.vocabulary.kind(key)
    share = kb.population.share(kind.name)
    if kind.type == "bool":
        return entropy((share.share if share and share.share is not None else RARE,))
    if kind.type == "choice" and kind.options:
        return entropy(tuple(share.weights.values()) if share and share.weights else (1,) * len(kind.options))
    return OPEN_BITS


def _score(question: OpenQuestion, weights: Mapping[str, float]) -> float:
    total = sum(weights.get(key, 0.1) for key in question.asked.keys)
    return total * EARLY_SHARE if question.early else total


def _without_repeats(questions: list[AskedQuestion]) -> list[AskedQuestion]:
    """Questions whose every fact an earlier one also settles are left out."""
    covered: set[str] = set()
    kept = []
    for question in questions:
        if covered.issuperset(question.keys):
            continue
        covered |= set(question.keys)
        kept.append(question)
    return kept


def is_complete(kb: KnowledgeBase, session: Session, plan: Plan, at: dt.datetime) -> bool:
    """Whether no askable fact is missing any more."""
    facts = session.facts()
    return not doubtful_keys(facts, session) and not ranked_questions(kb, session, facts, plan, at)
