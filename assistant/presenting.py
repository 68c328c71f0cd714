"""Steps, facts and plans as the JSON of API.md; the only place that knows both sides."""

from collections.abc import Iterable
from typing import Any

from assistant.turn import CONFIRM_QUESTION, TurnResult, asked_question
from assistant.visit_state import Visit
from dialogue.escalation_rules import is_risky
from dialogue.next_step import is_complete, ranked_questions
from dialogue.session import Session
from dialogue.step import Answer, Ask, AskAgain, Confirm, HandOver, ShowPlan, offer_of, underlying
from dialogue.wording import PlaceName, aloud, command_reply, label_ja, render, value_ja
from kb import plan as planning
from kb.facts import DOUBT_BELOW, Fact, Facts, Privacy, split_key
from kb.model import AskedQuestion, KnowledgeBase, Procedure
from nlu.commands_ja import MANNERS

_KINDS = {
    "Ask": "ask",
    "Confirm": "confirm",
    "ShowPlan": "plan",
    "Answer": "answer",
    "HandOver": "hand_over",
    "AskAgain": "ask_again",
}


def turn_json(
    kb: KnowledgeBase, result: TurnResult, place: PlaceName, queue: dict[str, int]
) -> dict[str, Any]:
    """The answer to a turn: step, understood, plan, next; `queue` is people_ahead and minutes for a person."""
    step = step_json(kb, result, place, queue)
    if result.command:
        reply = command_reply(result.command, result.visit.language)
        step["say"] = reply or step["say"]
        if reply is not None:
            step["aloud"] = f"{reply}{step['aloud']}" if result.command in MANNERS else reply
    return {
        "step": step,
        "understood": understood_json(kb, result.facts, place),
        "plan": plan_json(kb, result),
        "next": next_json(result),
        **({"command": result.command} if result.command else {}),
    }


def step_json(
    kb: KnowledgeBase, result: TurnResult, place: PlaceName, queue: dict[str, int]
) -> dict[str, Any]:
    """The step as the screen and an outside kiosk see it."""
    step = result.step
    first = not result.visit.session.has_begun()
    shown: dict[str, Any] = {
        "kind": _KINDS[type(step).__name__],
        "say": render(
            kb, step, result.facts, result.plan, place, language=result.visit.language, first=first
        ),
        "aloud": aloud(
            kb, step, result.facts, result.plan, place, language=result.visit.language, first=first
        ),
        "show": list(step.keys) if isinstance(step, Confirm) else [],
    }
    base = underlying(step)
    if isinstance(base, Ask):
        shown["remaining"] = base.remaining
    asked = asked_question(step)
    if asked is not None:
        shown["question"] = question_json(asked, confirm=asked is CONFIRM_QUESTION)
    match step:
        case Answer(procedure_id, _):
            told = kb.procedures[procedure_id]
            shown["answer"] = {**_record_json(told), "confirm_by_staff": is_risky(told)}
        case HandOver(reason, to):
            shown["hand_over"] = {"to": to, "reason": reason, **queue}
        case AskAgain(reason, candidates):
            shown["reason"] = reason.partition(":")[0]
            shown["options"] = _candidate_options(kb, candidates)
        case _:
            pass
    offer = offer_of(step)
    shown["offer_person"] = offer is not None
    if offer is not None:
        shown["offer"] = {"reason": offer.reason, "to": offer.to}
    return shown


def _candidate_options(kb: KnowledgeBase, candidates: Iterable[str]) -> list[dict[str, str]]:
    options = []
    for candidate in candidates:
        if candidate in kb.life_events:
            options.append({"value": candidate, "label": kb.life_events[candidate].plain_ja})
        elif candidate in kb.procedures:
            options.append({"value": candidate, "label": kb.procedures[candidate].name_ja})
    return options


def question_json(asked: AskedQuestion, *, confirm: bool = False) -> dict[str, Any]:
    """A question as API.md gives it."""
    options = [{"value": o.value, "label": o.label_ja} for o in asked.options]
    if asked.input == "yes_no":
        options = [{"value": "true", "label": "はい"}, {"value": "false", "label": "いいえ"}]
    return {
        "id": asked.id,
        "text": asked.text_ja,
        "why": asked.why_ja,
        "input": asked.input,
        "options": options,
        "can_skip": asked.can_skip and not confirm,
        "multiple": asked.multiple,
        "on_screen": asked.on_screen,
        "people": [
            {
                "id": p.id,
                "label": p.label_ja,
                "relation": p.relation,
                "age": p.age,
                "birth_date": None if p.birth_date is None else p.birth_date.isoformat(),
                "asks": list(p.asks),
            }
            for p in asked.people
        ],
    }


def understood_json(kb: KnowledgeBase, facts: Facts, place: PlaceName) -> list[dict[str, Any]]:
    """Everything known, with where it comes from; doubtful items say so."""
    return [fact_json(kb, facts, fact, place) for fact in facts]


def fact_json(kb: KnowledgeBase, facts: Facts, fact: Fact, place: PlaceName) -> dict[str, Any]:
    """One fact for a screen."""
    kind = kb.vocabulary.kind(fact.key)
    shown: dict[str, Any] = {
        "fact": fact.key,
        "value": json_value(fact.value),
        "label": label_ja(kb, facts, fact.key),
        "value_label": value_ja(kb, facts, fact.key, fact.value, place),
        "origin": fact.origin.value,
        "confidence": round(fact.confidence, 3),
        "authenticity": fact.authenticity,
        "masked": kind.privacy in (Privacy.IDENTIFYING, Privacy.SENSITIVE),
        "person": split_key(fact.key)[0],
    }
    if fact.alternatives:
        shown["alternatives"] = [
            {"value": json_value(a.value), "label": a.label_ja} for a in fact.alternatives
        ]
    if fact.confidence < DOUBT_BELOW:
        shown["doubtful"] = True
    if kind.options:
        shown["options"] = [{"value": o.value, "label": o.label_ja} for o in kind.options]
    shown["type"] = kind.type
    return shown


def json_value(value: object) -> Any:
    """A fact's value in JSON."""
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


def next_json(result: TurnResult) -> list[str]:
    """Which acts may follow now."""
    if not isinstance(underlying(result.step), ShowPlan) or not result.plan.steps:
        return []
    if result.visit.mode == "phone":
        return ["case"]
    return ["consent", "card", "details", "forms", "case"]


def plan_json(kb: KnowledgeBase, result: TurnResult) -> dict[str, Any]:
    """The plan as API.md gives it."""
    visit, facts, plan = result.visit, result.facts, result.plan
    session: Session = visit.session
    questions = ranked_questions(kb, session, facts, plan, visit.at)
    low, high = plan.minutes
    return {
        "complete": is_complete(kb, session, plan, visit.at),
        "open_questions": [q.id for q in questions],
        "procedures": [_step_json(kb, facts, plan, step) for step in plan.steps],
        "undecided": [
            {
                "id": u.procedure.id,
                "name_ja": u.procedure.name_ja,
                "why": f"窓口で確認します({_missing_ja(kb, facts, u.missing)})",
                "missing": sorted(u.missing),
            }
            for u in plan.undecided
        ],
        "not_needed": [{"id": p.id, "name_ja": p.name_ja, "why": p.why_not_ja} for p in plan.not_needed],
        "elsewhere": [{"id": p.id, "name_ja": p.name_ja, "where": p.elsewhere_ja} for p in plan.elsewhere],
        "offers": [{"id": p.id, "name_ja": p.name_ja} for p in plan.offers],
        "bring": [_bring_json(b) for b in plan.bring],
        "fee_yen": plan.fee_yen,
        "counters_visited": len(plan.counters),
        "counters": [
            {"id": c.id, "number": c.number, "name_ja": c.name_ja, "floor": c.floor, "place": c.place}
            for c in plan.counters
        ],
        "minutes": {"low": low, "high": high},
        "minutes_note": kb.municipality.minutes_note_ja,
        "writes": plan.writes,
        "effort": effort_json(visit),
    }


def effort_json(visit: Visit) -> dict[str, int]:
    """Taps, keystrokes and spoken answers so far."""
    return {
        "taps": visit.effort.taps,
        "keystrokes": visit.effort.keystrokes,
        "spoken_answers": visit.effort.spoken_answers,
    }


def _missing_ja(kb: KnowledgeBase, facts: Facts, missing: Iterable[str]) -> str:
    labels = dict.fromkeys(label_ja(kb, facts, key) for key in sorted(missing))
    return "、".join(list(labels)[:3])


def _bring_json(item: planning.BringItem) -> dict[str, Any]:
    return {
        "id": item.paper,
        "name_ja": item.name_ja,
        "have": item.have,
        "note": item.note_ja,
        "alternatives": list(item.alternatives_ja),
    }


def _step_json(kb: KnowledgeBase, facts: Facts, plan: planning.Plan, step: planning.Step) -> dict[str, Any]:
    procedure = step.procedure
    return {
        **_record_json(procedure),
        "for_whom": [{"id": p, "label": planning.person_label(kb, facts, p)} for p in step.people],
        "counter": f"{step.counter.number}番 {step.counter.name_ja}",
        "counter_id": step.counter.id,
        "bring": [_bring_json(b) for b in step.bring],
        "fee_yen": step.fee_yen,
        "deadline": None if step.deadline is None else step.deadline.isoformat(),
        "late": step.late,
        "late_note": procedure.deadline.late_ja,
        "today": step.today,
        "because": step.because_ja,
        "confirm_by_staff": step.confirm_by_staff,
        "minutes": step.minutes,
        "writes": planning.writes_of(kb, plan, step),
        "information_only": procedure.information_only,
        "forms": list(procedure.forms),
    }


def _record_json(procedure: Procedure) -> dict[str, Any]:
    return {
        "id": procedure.id,
        "name_ja": procedure.name_ja,
        "plain_ja": procedure.plain_ja,
        "why": procedure.why_ja,
        "law": "、".join(str(law) for law in procedure.laws),
        "source": [{"title": s.title, "address": s.address} for s in procedure.provenance.sources],
        "checked": procedure.provenance.checked.isoformat(),
        "verified": procedure.provenance.verified,
        "deadline_text": procedure.deadline.text_ja,
        "who_may_apply": list(procedure.who_may_apply),
    }
