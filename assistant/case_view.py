"""A case as the desk sees it: a line of the queue, and the whole of it on one screen; no transcript."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from assistant.case_guidance import guidance_of
from assistant.changed_since import changed_since
from assistant.mismatches import mismatch_json, mismatches
from assistant.presenting import fact_json, json_value
from assistant.waiting_for import known_papers
from counter_bridge.case import STATE_JA, Case, PreparedForm, PreparedPaper, ProcedureResult
from counter_bridge.case_events import moment_of
from counter_bridge.case_history import FactChange, HistoryEntry
from counter_bridge.case_table import RULE
from counter_bridge.consent import FIELDS_JA
from counter_bridge.identification import identification_json
from counter_bridge.waits import Wait
from dialogue.wording import PlaceName, label_ja, value_ja
from kb.facts import Facts, Origin, Value
from kb.model import KnowledgeBase
from kb.plan import person_label

DOUBTFUL_BELOW = 0.7


class CaseView:
    """Cases of one version of the knowledge base, shown at one moment."""

    def __init__(self, kb: KnowledgeBase, place: PlaceName):
        self.kb = kb
        self.place = place

    def line(self, case: Case, wait: Wait | None, now: dt.datetime) -> dict[str, Any]:
        """One line of the queue."""
        return {
            "case_id": case.case_id,
            "version": case.version,
            "ticket": case.ticket.shown,
            "state": case.state.value,
            "state_ja": STATE_JA[case.state],
            "counter": case.counter,
            "opened_at": case.opened_at.isoformat(),
            "waiting_min": int((now - case.queued_at).total_seconds() // 60),
            "people_ahead": None if wait is None else wait.people_ahead,
            "due_today": case.is_due(case.on),
            "closes_in_min": self._closes_in_min(case, now),
            "held_by": case.held_by,
            "procedures": [p.name_ja for p in case.content.procedures],
            "marks": list(self._marks(case)),
            "help_wished": list(case.content.help_wished),
            "ticket_only": case.content.ticket_only,
            "hold_until": None if case.hold_until is None else case.hold_until.isoformat(),
        }

    def _closes_in_min(self, case: Case, now: dt.datetime) -> int | None:
        """Minutes until the next desk closes for what is due today, below zero when all have; None: nothing is due."""
        today = moment_of(case, now).today
        closing = sorted(self.kb.municipality.closes_at(p.id) for p in case.undecided if p.is_due(today))
        if not closing:
            return None
        nearest = next((time for time in closing if time > now.time()), closing[-1])
        return int((dt.datetime.combine(now.date(), nearest, now.tzinfo) - now).total_seconds() // 60)

    def _marks(self, case: Case) -> Iterator[str]:
        if case.is_due(case.on):
            yield "deadline_today"
        if any(mismatches(case.content.facts, case.on, self.place)):
            yield "mismatch"
        if any(f.confidence < DOUBTFUL_BELOW for f in case.content.facts):
            yield "weak_facts"
        role = case.content.facts.value("visitor_role")
        if role in ("proxy", "companion"):
            yield str(role)
        if case.holder_is_not_visitor:
            yield "holder_is_not_visitor"
        if case.lacking:
            yield "missing_papers"

    def whole(self, case: Case, wait: Wait | None, now: dt.datetime) -> dict[str, Any]:
        """One case: facts with origin, mismatches, open questions, papers, forms, checks, history."""
        facts = case.content.facts
        shown = [fact_json(self.kb, facts, fact, self.place) for fact in facts]
        return {
            **self.line(case, wait, now),
            "on": case.on.isoformat(),
            "filed": case.filed,
            "reasons": self._reasons(facts),
            "facts": [{**one, "weak": one["confidence"] < DOUBTFUL_BELOW} for one in shown],
            "people": [{"id": p, "label": person_label(self.kb, facts, p)} for p in facts.people],
            "mismatches": [
                mismatch_json(self.kb, facts, ruling, other, self.place)
                for ruling, other in mismatches(facts, case.on, self.place)
            ],
            "open_questions": [
                {"fact": key, "label": label_ja(self.kb, facts, key)} for key in case.content.open_questions
            ],
            "plan": [_procedure_json(case, p.id) for p in case.content.procedures],
            "undecided": [
                {"id": u, "name_ja": self.kb.procedures[u].name_ja}
                for u in case.content.undecided
                if u in self.kb.procedures
            ],
            "papers": [_paper_json(case, paper) for paper in case.content.papers],
            "papers_known": list(known_papers(self.kb, case)),
            "guidance": guidance_of(self.kb, case),
            "forms": [_form_json(f) for f in case.content.forms],
            "checks": [
                {"id": c.id, "label": c.label_ja, "required": c.required, "done": c.is_done}
                for c in case.checks
            ],
            "consents": [
                {
                    "person": c.person,
                    "label": person_label(self.kb, facts, c.person),
                    "fields": list(c.fields),
                    "fields_ja": [FIELDS_JA[f] for f in c.fields if f in FIELDS_JA],
                    "given_at": c.given_at.isoformat(),
                    "withdrawn": c.withdrawn_at is not None,
                }
                for c in case.consents
            ],
            "cards": [{"person": c.person, "state": c.state} for c in case.content.cards],
            "holder_is_not_visitor": case.holder_is_not_visitor,
            "note": case.note_ja,
            "results": [_result_json(r) for r in case.results],
            "returned_because": case.returned_because_ja,
            "blanked": list(case.blanked),
            "identification": None
            if case.identification is None
            else identification_json(case.identification),
            "times_reopened": case.times_reopened,
            "changed_since": changed_since(self.kb, case, now),
            "minutes": {"low": case.content.minutes_low, "high": case.content.minutes_high},
            "writes": case.content.writes,
            "history": [self._entry(case, entry) for entry in reversed(case.history)],
            "counters": self.counters(),
        }

    def counters(self) -> list[dict[str, str]]:
        """The counters of the town, for choosing one."""
        return [{"id": c.id, "number": c.number, "name_ja": c.name_ja} for c in self.kb.municipality.counters]

    def _reasons(self, facts: Facts) -> list[str]:
        """Why they came, in the words of the office."""
        events = self.kb.life_events
        return [events[r].name_ja for r in facts.choices("reasons") if r in events]

    def _entry(self, case: Case, entry: HistoryEntry) -> dict[str, Any]:
        rule = RULE.get(entry.event)
        return {
            "event": entry.event,
            "event_ja": "準備" if rule is None else rule.name_ja,
            "by": entry.shown_by,
            "role": entry.role,
            "at": entry.at.isoformat(),
            "what": self._what(case, entry),
            "from_counter": self._counter_ja(entry.from_counter),
            "to_counter": self._counter_ja(entry.to_counter),
            "text": entry.text_ja,
            "changes": [self._change(case.content.facts, change) for change in entry.changes],
        }

    def _what(self, case: Case, entry: HistoryEntry) -> str:
        """The thing an entry is about, in words; an untick says so."""
        what = entry.what.removeprefix("-")
        check, procedure = case.check(what), case.content.procedure(what)
        paper = next((p for p in case.content.papers if p.id == what), None)
        if check is not None:
            name = check.label_ja
        elif procedure is not None:
            name = procedure.name_ja
        elif paper is not None:
            name = paper.name_ja
        else:
            name = RULE[what].name_ja if what in RULE else what
        return f"{name}(外した)" if entry.what.startswith("-") else name

    def _change(self, facts: Facts, change: FactChange) -> dict[str, Any]:
        return {
            "fact": change.key,
            "label": label_ja(self.kb, facts, change.key),
            "before": self._value(facts, change.key, change.before),
            "before_origin": _origin(change.origin_before),
            "after": self._value(facts, change.key, change.after),
            "after_origin": _origin(change.origin),
            "blanked": change.blanked,
        }

    def _value(self, facts: Facts, key: str, value: Value | None) -> str | None:
        return None if value is None else value_ja(self.kb, facts, key, value, self.place)

    def _counter_ja(self, counter_id: str) -> str:
        known = {c.id: f"{c.number}番 {c.name_ja}" for c in self.kb.municipality.counters}
        return known.get(counter_id, counter_id)


def _origin(origin: Origin | None) -> str | None:
    return None if origin is None else origin.value


def _procedure_json(case: Case, procedure_id: str) -> dict[str, Any]:
    procedure = case.content.procedure(procedure_id)
    if procedure is None:
        raise KeyError(procedure_id)
    result = case.result(procedure_id)
    lacking = {paper.id for paper in case.lacking}
    return {
        "id": procedure.id,
        "name_ja": procedure.name_ja,
        "for_whom": list(procedure.for_whom_ja),
        "counter": procedure.counter,
        "today": procedure.today,
        "because": procedure.because_ja,
        "deadline": json_value(procedure.deadline),
        "claim_by": json_value(procedure.claim_by),
        "missing_papers": [p.name_ja for p in procedure.papers if p.id in lacking],
        "confirm_by_staff": procedure.confirm_by_staff,
        "information_only": procedure.information_only,
        "result": None if result is None else result.decision.value,
    }


def _paper_json(case: Case, paper: PreparedPaper) -> dict[str, Any]:
    seen = next((each for each in case.papers_seen if each.paper == paper.id), None)
    return {
        "id": paper.id,
        "name_ja": paper.name_ja,
        "have": paper.have,
        "note": paper.note_ja,
        "instead": list(paper.instead_ja),
        "for": [p.name_ja for p in case.content.procedures if paper.id in {each.id for each in p.papers}],
        "seen": seen is not None,
        "seen_at": None if seen is None else seen.at.isoformat(),
    }


def _form_json(form: PreparedForm) -> dict[str, Any]:
    return {
        "id": form.id,
        "name_ja": form.name_ja,
        "for_whom": list(form.for_whom),
        "pages": form.pages,
        "missing": list(form.missing),
        "writes": form.writes,
    }


def _result_json(result: ProcedureResult) -> dict[str, Any]:
    return {
        "procedure": result.procedure,
        "result": result.decision.value,
        "filed_at": json_value(result.filed_at),
        "waiting_for": result.waiting_for_ja,
        "until": json_value(result.until),
        "by": result.by,
    }
