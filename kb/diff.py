"""What differs between two states of the knowledge base, and whose plans change by it.

A state is a folder of data, or the rules in force on a day. Plans are compared over the sample population with
everything else held still, so that a changed plan is the work of a changed rule and of nothing else.
"""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kb.dated import Dated
from kb.facts import VISITOR, Facts, person_key
from kb.model import Bring, FinishRule, KnowledgeBase, Procedure
from kb.plan import Plan, build_plan, person_label

KINDS = (
    "procedures", "life_events", "questions", "papers", "forms", "proxy_ways", "definitions", "constants",
)  # fmt: skip


@dataclass(frozen=True)
class RecordChange:
    """One record that came, went, or says something else."""

    kind: str
    id: str
    how: str
    """added, removed, changed."""
    keys: tuple[str, ...] = ()
    """What changed, in words a clerk can look up in the file: fee_yen 300 → 350."""


@dataclass(frozen=True)
class PlanChange:
    """One household whose plan is another one now."""

    household: str
    """Who they are, without a name: あなた(41歳)・妻(39歳)・子(6歳)."""
    reasons: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    altered: tuple[str, ...]
    """Procedures in both plans with another fee, deadline, counter, paper or end."""


@dataclass(frozen=True)
class Difference:
    """Everything that differs."""

    records: tuple[RecordChange, ...]
    plans: tuple[PlanChange, ...]
    households: int


def frozen_on(kb: KnowledgeBase, day: dt.date) -> KnowledgeBase:
    """The knowledge base as if the rules of `day` stood on every day; `NotInForce` where none covers it."""
    return replace(
        kb,
        constants={name: value.frozen(day) for name, value in kb.constants.items()},
        procedures={p.id: _frozen(p, day) for p in kb.procedures.values() if p.is_in_force(day)},
    )


def _frozen(procedure: Procedure, day: dt.date) -> Procedure:
    def of_day(value: Dated | None) -> Dated | None:
        return None if value is None else value.frozen(day)

    rule = procedure.deadline
    return replace(
        procedure,
        deadline=replace(rule, days=of_day(rule.days), months=of_day(rule.months), years=of_day(rule.years)),
        fee_yen=of_day(procedure.fee_yen),
        in_force_from=None,
        in_force_until=None,
    )


def difference(
    old: KnowledgeBase, new: KnowledgeBase, households: Iterable[Facts], at: dt.datetime
) -> Difference:
    """What differs between two states, and which of `households` get another plan for a visit at `at`."""
    records = tuple(change for kind in KINDS for change in _records(kind, old, new))
    counted, plans = 0, []
    for facts in households:
        counted += 1
        change = _plan_change(old, new, facts, at)
        if change is not None:
            plans.append(change)
    return Difference((*records, *_town(old, new)), tuple(plans), counted)


def _records(kind: str, old: KnowledgeBase, new: KnowledgeBase) -> Iterable[RecordChange]:
    before: Mapping[str, Any] = getattr(old, kind)
    after: Mapping[str, Any] = getattr(new, kind)
    for record in sorted({*before, *after}):
        if record not in before:
            yield RecordChange(kind, record, "added")
        elif record not in after:
            yield RecordChange(kind, record, "removed")
        elif before[record] != after[record]:
            yield RecordChange(kind, record, "changed", _changed_keys(before[record], after[record]))


def _town(old: KnowledgeBase, new: KnowledgeBase) -> Iterable[RecordChange]:
    """The overlay itself, and what it says of each procedure."""
    before, after = old.municipality, new.municipality
    services = before.procedures, after.procedures
    for procedure in sorted(services[0].keys() & services[1].keys()):
        if services[0][procedure] != services[1][procedure]:
            keys = _changed_keys(services[0][procedure], services[1][procedure])
            yield RecordChange("services", procedure, "changed", keys)
    if replace(before, procedures={}) != replace(after, procedures={}):
        keys = _changed_keys(replace(before, procedures={}), replace(after, procedures={}))
        yield RecordChange("municipality", after.code, "changed", keys)


def _changed_keys(before: Any, after: Any) -> tuple[str, ...]:
    if isinstance(before, Dated):
        return (f"{_short(before)} → {_short(after)}",)
    keys = [f.name for f in dataclasses.fields(before) if getattr(before, f.name) != getattr(after, f.name)]
    return tuple(f"{key} {_short(getattr(before, key))} → {_short(getattr(after, key))}" for key in keys)


def _short(value: object) -> str:
    match value:
        case Dated(periods):
            return "/".join(str(p.value) for p in periods)
        case _ if hasattr(value, "text"):
            return str(value.text)
        case tuple():
            return "[" + ", ".join(_short(v) for v in value) + "]"
        case Bring(paper):
            return paper
        case FinishRule(today):
            return today
        case None:
            return "-"
        case _ if dataclasses.is_dataclass(value) or isinstance(value, dict):
            return "…"
        case _:
            text = str(value)
            return text if len(text) <= 40 else text[:39] + "…"


def _plan_change(old: KnowledgeBase, new: KnowledgeBase, facts: Facts, at: dt.datetime) -> PlanChange | None:
    before, after = _lines(build_plan(old, facts, at)), _lines(build_plan(new, facts, at))
    if before == after:
        return None
    return PlanChange(
        "・".join(_who(new, facts, p) for p in facts.people),
        facts.choices("reasons"),
        tuple(p for p in after if p not in before),
        tuple(p for p in before if p not in after),
        tuple(p for p in after if p in before and before[p] != after[p]),
    )


def _who(kb: KnowledgeBase, facts: Facts, person: str) -> str:
    age = facts.value(person_key(person, "age"))
    return f"あなた({age}歳)" if person == VISITOR and age is not None else person_label(kb, facts, person)


def _lines(plan: Plan) -> dict[str, object]:
    """What a resident would notice of each procedure."""
    lines: dict[str, object] = {
        s.procedure.id: (s.people, s.deadline, s.fee_yen, s.counter.id, s.today, s.bring, s.minutes)
        for s in plan.steps
    }
    lines |= {p.id: ("elsewhere", p.elsewhere_ja) for p in plan.elsewhere}
    return lines | {u.procedure.id: ("undecided", u.missing) for u in plan.undecided}
