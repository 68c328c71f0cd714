"""What a visit hands to the counter: facts, steps, forms, cards; never the talk (COUNTER_RULES 8)."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

from assistant.turn import TurnResult
from counter_bridge.case import CardUse, CaseContent, PreparedForm, PreparedPaper, PreparedProcedure
from counter_bridge.forms import FilledForm
from kb.calendar import last_open_day, month_end
from kb.facts import Facts, Origin, person_key, split_key
from kb.model import KnowledgeBase
from kb.plan import Plan, Step, build_plan, person_label


def content_of(
    kb: KnowledgeBase,
    result: TurnResult,
    forms: Sequence[FilledForm],
    *,
    ticket_only: bool,
    open_questions: Iterable[str] = (),
) -> CaseContent:
    """The content of the case this visit prepares."""
    low, high = result.plan.minutes
    return CaseContent(
        facts=result.facts,
        procedures=_prepared(kb, result.facts, result.plan, result.visit.at.date()),
        undecided=tuple(u.procedure.id for u in result.plan.undecided),
        open_questions=tuple(sorted({*open_questions, *result.visit.session.declined()})),
        forms=tuple(
            PreparedForm(
                f.id, f.name_ja, tuple(f.for_whom), f.pages, tuple(m.key for m in f.missing), f.writes
            )
            for f in forms
        ),
        cards=_cards(result.facts),
        help_wished=result.visit.help_wished,
        language=result.visit.language,
        minutes_low=low,
        minutes_high=high,
        writes=result.plan.writes,
        ticket_only=ticket_only,
        arrived_at=result.visit.arrived_at,
    )


def replanned(kb: KnowledgeBase, content: CaseContent, at: dt.datetime) -> CaseContent:
    """The content after its facts were corrected: deadlines, papers and procedures follow them."""
    plan = build_plan(kb, content.facts, at)
    low, high = plan.minutes
    return replace(
        content,
        procedures=_prepared(kb, content.facts, plan, at.date()),
        undecided=tuple(u.procedure.id for u in plan.undecided),
        open_questions=tuple(key for key in content.open_questions if content.facts.get(key) is None),
        minutes_low=low,
        minutes_high=high,
        writes=plan.writes,
    )


def _prepared(kb: KnowledgeBase, facts: Facts, plan: Plan, today: dt.date) -> tuple[PreparedProcedure, ...]:
    return tuple(_procedure(kb, facts, step, today) for step in plan.steps)


def _procedure(kb: KnowledgeBase, facts: Facts, step: Step, today: dt.date) -> PreparedProcedure:
    procedure = step.procedure
    claim_by = None
    if procedure.starts_by_claim_month:
        claim_by = max(today, last_open_day(kb.municipality, month_end(today)))
    return PreparedProcedure(
        id=procedure.id,
        name_ja=procedure.name_ja,
        people=step.people,
        for_whom_ja=tuple(person_label(kb, facts, p) for p in step.people),
        counter=step.counter.id,
        minutes=step.minutes,
        today=step.today,
        because_ja=step.because_ja,
        deadline=step.deadline,
        claim_by=claim_by,
        missing_papers_ja=tuple(b.name_ja for b in step.bring if b.have == "no"),
        papers=tuple(
            PreparedPaper(b.paper, b.name_ja, b.have, b.note_ja, tuple(b.alternatives_ja)) for b in step.bring
        ),
        forms=procedure.forms,
        confirm_by_staff=step.confirm_by_staff,
        information_only=procedure.information_only,
    )


def _cards(facts: Facts) -> tuple[CardUse, ...]:
    read = {split_key(f.key)[0] for f in facts if f.origin is Origin.CARD}
    uses = []
    for person in facts.people:
        if person in read:
            uses.append(CardUse(person, "read"))
        elif facts.value(person_key(person, "has_my_number_card")) is False:
            uses.append(CardUse(person, "no_card"))
        elif facts.value(person_key(person, "has_my_number_card")) is True:
            uses.append(CardUse(person, "not_used"))
    return tuple(uses)
