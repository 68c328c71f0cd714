"""When a person must come, and when one is offered.

Which reasons there are, to whom they go and what is said is data (`escalation_rules`); this module only recognises
that a condition holds. A reason a person has dealt with and given back is not raised again; what the resident says
or touches anew is new.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from dialogue.escalation_rules import Rule, When, rules
from dialogue.session import (
    Answered,
    Corrected,
    Detailed,
    HelpWished,
    PersonWished,
    Recorded,
    Said,
    Session,
    Silent,
)
from dialogue.step import HandOver, ShowPlan, Step, underlying
from kb.facts import Fact, Facts, Value
from kb.model import KnowledgeBase
from kb.plan import Plan


@dataclass(frozen=True)
class _Seen:
    """What a condition looks at."""

    kb: KnowledgeBase
    session: Session
    facts: Facts
    plan: Plan
    step: Step | None
    """What would be done without an offer; None while a hand-over is looked for."""


def hand_over(kb: KnowledgeBase, session: Session, facts: Facts, plan: Plan) -> HandOver | None:
    """The hand-over that is due, if any: a wish just uttered or touched, or a rule that calls at once."""
    last, settled = session.last_act(), session.settled()
    if isinstance(last, PersonWished):
        rule = rules().by_id[last.reason]
        return HandOver(rule.id, rule.pool)
    seen = _Seen(kb, session, facts, plan, None)
    for rule in rules().rules:
        if rule.way == "immediate" and rule.id not in settled and _HOLDS[rule.when](rule, seen):
            return HandOver(rule.id, rule.pool)
    return None


def offered(kb: KnowledgeBase, session: Session, facts: Facts, plan: Plan, step: Step) -> HandOver | None:
    """The person who is offered beside a step, if any."""
    settled = session.settled()
    seen = _Seen(kb, session, facts, plan, step)
    for rule in rules().rules:
        if rule.way == "offered" and rule.id not in settled and _HOLDS[rule.when](rule, seen):
            return HandOver(rule.id, rule.pool)
    return None


def _help_wished(rule: Rule, seen: _Seen) -> bool:
    last = seen.session.last_act()
    return isinstance(last, HelpWished) and not set(last.helps).isdisjoint(rule.helps)


def _silence(_: Rule, seen: _Seen) -> bool:
    return bool(seen.session.acts) and isinstance(seen.session.acts[-1], Silent)


def _failures_in_a_row(rule: Rule, seen: _Seen) -> bool:
    return seen.session.failures_in_a_row() >= rule.times


def _doubts_of_one_item(rule: Rule, seen: _Seen) -> bool:
    """The last words left a fact in doubt that was in doubt before."""
    doubts = Counter(key for act in seen.session.acts for key in _doubtful(act))
    return any(doubts[key] >= rule.times for key in _doubtful(seen.session.last_act()))


def _doubtful(act: object) -> frozenset[str]:
    return (
        frozenset(f.key for f in act.facts if f.is_doubtful)
        if isinstance(act, Said | Answered)
        else frozenset()
    )


def _corrections_of_one_item(rule: Rule, seen: _Seen) -> bool:
    """The last act changed an item that was changed before; what was in doubt or is only added to is no change."""
    known: dict[str, Fact] = {}
    changes: Counter[str] = Counter()
    last, changed = seen.session.last_act(), frozenset[str]()
    for act in seen.session.acts:
        if not isinstance(act, Said | Answered | Corrected | Detailed | Recorded):
            continue
        changed = _changed(known, act)
        changes.update(changed)
        known |= {fact.key: fact for fact in act.facts}
    return isinstance(last, Said | Answered | Corrected) and any(
        changes[key] >= rule.times for key in changed
    )


def _changed(
    known: Mapping[str, Fact], act: Said | Answered | Corrected | Detailed | Recorded
) -> frozenset[str]:
    match act:
        case Corrected():
            return frozenset({act.key})
        case Said() | Answered():
            return frozenset(
                fact.key
                for fact in act.facts
                if fact.key in known
                and not known[fact.key].is_doubtful
                and not _is_more(known[fact.key].value, fact.value)
            )
        case _:
            return frozenset()


def _is_more(before: Value, now: Value) -> bool:
    """The same, or the same and something beside it: a further reason, a further person."""
    if isinstance(before, tuple) and isinstance(now, tuple):
        return set(before) <= set(now)
    return before == now


def _human_only_reasons(_: Rule, seen: _Seen) -> bool:
    reasons: Iterable[str] = seen.facts.choices("reasons")
    events = [seen.kb.life_events[r] for r in reasons if r in seen.kb.life_events]
    return bool(events) and all(event.human_only for event in events)


def _human_only_procedure(_: Rule, seen: _Seen) -> bool:
    """The plan is shown and holds a procedure only people handle."""
    shown = seen.step is not None and isinstance(underlying(seen.step), ShowPlan)
    return shown and any(step.procedure.human_only for step in seen.plan.steps)


_HOLDS: Mapping[When, Callable[[Rule, _Seen], bool]] = {
    "wished": lambda _rule, _seen: False,  # a wish is an act of its own, taken before all rules
    "help_wished": _help_wished,
    "silence": _silence,
    "failures_in_a_row": _failures_in_a_row,
    "doubts_of_one_item": _doubts_of_one_item,
    "corrections_of_one_item": _corrections_of_one_item,
    "human_only_reasons": _human_only_reasons,
    "human_only_procedure": _human_only_procedure,
}
