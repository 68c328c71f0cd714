"""How long what is kept: every record carries the time at which it goes, counted on the real clock (DESIGN 10).

Days of the visit (holds, deadlines) may differ from the real clock in the demo; a term is therefore counted as days
from now, never compared as a date of the visit.
"""

import datetime as dt
from dataclasses import dataclass

from counter_bridge.case import Case, CaseState


@dataclass(frozen=True)
class RetentionRules:
    """Terms; each has its reason in COUNTER_RULES 8 and 15 or in the town's own rules."""

    abandoned_visit_min: int = 15
    """A visit nobody touches is wiped."""
    unattended_case_days: int = 1
    """A case whose person never came to the counter, or gave up: the number is of that day."""
    hold_days: int = 14
    """A case on hold or given back, also one a clerk left open."""
    finished_case_days: int = 30
    """A finished case, until the office's own record is certain."""
    audit_years: int = 5
    ticket_series_days: int = 2
    """Counters of past days."""
    turn_answers: int = 20
    """Answers kept for repeated turns of one visit."""

    @property
    def abandoned_visit(self) -> dt.timedelta:
        """After this without an act a visit is gone."""
        return dt.timedelta(minutes=self.abandoned_visit_min)


def keep_until(case: Case, rules: RetentionRules) -> dt.datetime:
    """When this version of the case goes."""
    unattended = dt.timedelta(days=rules.unattended_case_days)
    held = dt.timedelta(days=rules.hold_days)
    finished = dt.timedelta(days=rules.finished_case_days)
    latest = case.last_act.at if case.last_act is not None else case.opened_at
    match case.state:
        case CaseState.FINISHED:
            return (case.finished_at or latest) + finished
        case CaseState.ON_HOLD:
            if case.held_at is not None and case.held_on is not None and case.hold_until is not None:
                held = case.hold_until - case.held_on + dt.timedelta(days=1)
            return (case.held_at or latest) + (max(held, finished) if case.filed else held)
        case CaseState.ACCEPTED | CaseState.RETURNED:
            return latest + held
        case CaseState.WITHDRAWN:
            return (case.finished_at or latest) + unattended
        case _:
            return max(case.queued_at, case.called_at or case.queued_at) + unattended


def audit_before(rules: RetentionRules, now: dt.datetime) -> dt.datetime:
    """Audit entries older than this go; 29 February counts as 28 February."""
    year = now.year - rules.audit_years
    day = 28 if (now.month, now.day) == (2, 29) else now.day
    return now.replace(year=year, day=day)
