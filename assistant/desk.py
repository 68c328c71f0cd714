"""The staff side: the queue, one case on one screen, acts on it, the hall's numbers.

Rules of the counter live in counter_bridge.case_events; this module reads requests into events, shows what came of
them, and tells the other screens. Every look at a case is in the audit.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from assistant import metrics
from assistant.live import LiveHub
from assistant.mismatches import mismatch_json, mismatches
from assistant.presenting import fact_json, json_value
from assistant.problems import Problem, of_refusal
from assistant.requests import FinishBody
from assistant.settings import Settings
from counter_bridge import core_export
from counter_bridge.case import STATE_JA, Case, CaseContent, CaseState, Decision, PreparedForm
from counter_bridge.case_changes import apply, is_open_to_the_resident
from counter_bridge.case_events import Correct, Event, Finish, Outcome, Reopen, Transfer, moment_of
from counter_bridge.forms import FilledForm, fill_forms
from counter_bridge.identification import Authority, Identification, Method
from counter_bridge.pdf import page_png, render_pdf
from counter_bridge.refusal import NotAllowed, NotFound, Stale
from counter_bridge.sql_store import SqlStore
from counter_bridge.staff import Actor
from counter_bridge.ticket import Calls, InLine, wait_of
from dialogue.wording import PlaceName, label_ja
from kb.errors import BadValue, UnknownFact
from kb.facts import Fact, Facts, Origin, split_key
from kb.model import KnowledgeBase
from kb.plan import person_label

PREVIEW_DPI = 110
DOUBTFUL_BELOW = 0.7
EXPORT_TYPES = {"json": "application/json", "csv": "text/csv; charset=utf-8"}


class Desk:
    """What counter staff see and do."""

    def __init__(
        self,
        *,
        kb: KnowledgeBase,
        store: SqlStore,
        live: LiveHub,
        settings: Settings,
        place: PlaceName,
        clock: Callable[[], dt.datetime],
    ):
        self.kb = kb
        self.store = store
        self.live = live
        self.settings = settings
        self.place = place
        self.clock = clock

    def queue(self, by: Actor, state: str | None, counter: str | None) -> dict[str, Any]:
        """Cases that are not over, deadline today on top; a state narrows them."""
        if state and state not in {s.value for s in CaseState}:
            raise Problem(422, "state_unknown", "その状態はありません。", "一覧の状態から選んでください。")
        states = (CaseState(state),) if state else tuple(s for s in CaseState if s not in _OVER)
        self.store.audit.append(by, "list", "case", "queue")
        today = self.clock().date()
        cases = self.store.list_cases(states=states, counter=counter or None, today=today)
        calls = {day: self.store.calls(day) for day in {case.on for case in cases}}
        return {"cases": [self._line(case, calls[case.on]) for case in cases]}

    def _line(self, case: Case, calls: Calls) -> dict[str, Any]:
        wait = wait_of(case.case_id, calls.waiting, calls.pace)
        return {
            "case_id": case.case_id,
            "version": case.version,
            "ticket": case.ticket.shown,
            "state": case.state.value,
            "state_ja": STATE_JA[case.state],
            "counter": case.counter,
            "opened_at": case.opened_at.isoformat(),
            "waiting_min": int((self.clock() - case.queued_at).total_seconds() // 60),
            "people_ahead": None if wait is None else wait.people_ahead,
            "due_today": case.is_due(case.on),
            "held_by": case.held_by,
            "procedures": [p.name_ja for p in case.content.procedures],
            "marks": _marks(case, self.place),
            "help_wished": list(case.content.help_wished),
            "ticket_only": case.content.ticket_only,
            "hold_until": None if case.hold_until is None else case.hold_until.isoformat(),
        }

    def show(self, by: Actor, case_id: str, why: str | None = None) -> dict[str, Any]:
        """One case whole: facts with origin, mismatches, open questions, forms, checks; no transcript.

        Without `why` the audit says whether the look belonged to the work or came after its end.
        """
        case = self._case(case_id)
        usual = "after_end" if case.state in _OVER else "work"
        self.store.audit.append(by, "read", "case", case_id, why or usual)
        return self.case_json(case)

    def for_interview(self, by: Actor, case_id: str) -> Case:
        """A case with a number only, to be filled by a 聞き取り受付."""
        case = self._case(case_id)
        self.store.audit.append(by, "read", "case", case_id, "work")
        if not case.content.ticket_only or not is_open_to_the_resident(case):
            raise Problem(
                409,
                "not_number_only",
                "この番号の聞き取りは、もう済んでいるか、窓口で受け付けています。",
                "直すところは、案件の画面で直してください。",
            )
        return case

    def _case(self, case_id: str) -> Case:
        case = self.store.get_case(case_id)
        if case is None:
            raise Problem(404, "case_unknown", "この件は見つかりません。", "受付番号を確かめてください。")
        return case

    def case_json(self, case: Case) -> dict[str, Any]:
        """A case for the desk."""
        facts = case.content.facts
        shown = [fact_json(self.kb, facts, fact, self.place) for fact in facts]
        return {
            **self._line(case, self.store.calls(case.on)),
            "on": case.on.isoformat(),
            "filed": case.filed,
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
            "guidance": self._guidance(case),
            "forms": [_form_json(f) for f in case.content.forms],
            "checks": [
                {"id": c.id, "label": c.label_ja, "required": c.required, "done": c.is_done}
                for c in case.checks
            ],
            "consents": [
                {"person": c.person, "fields": list(c.fields), "withdrawn": c.withdrawn_at is not None}
                for c in case.consents
            ],
            "cards": [{"person": c.person, "state": c.state} for c in case.content.cards],
            "holder_is_not_visitor": case.holder_is_not_visitor,
            "note": case.note_ja,
            "results": [_result_json(r) for r in case.results],
            "returned_because": case.returned_because_ja,
            "blanked": list(case.blanked),
            "minutes": {"low": case.content.minutes_low, "high": case.content.minutes_high},
            "writes": case.content.writes,
            "counters": [{"id": c.id, "name_ja": c.name_ja} for c in self.kb.municipality.counters],
        }

    def _guidance(self, case: Case) -> list[dict[str, Any]]:
        """What to check and say for each procedure, for a new clerk."""
        return [
            {
                "id": p.id,
                "name_ja": p.name_ja,
                "law": "、".join(str(law) for law in record.laws),
                "identity_check": record.identity_check_ja,
                "who_may_apply": list(record.who_may_apply),
                "by_proxy": way.name_ja if (way := self.kb.proxy_ways.get(record.by_proxy)) else "",
                "number_act": record.number_act_ja,
                "not_verified": list(record.provenance.not_verified),
            }
            for p in case.content.procedures
            if (record := self.kb.procedures.get(p.id)) is not None
        ]

    def act(self, by: Actor, case_id: str, version: int, acts: Sequence[Event]) -> dict[str, Any]:
        """Acts of one click, in order; a stale version tells who has the case."""
        case = self._case(case_id)
        self._rehearse(case, version, acts, by)
        for act in acts:
            case = self._done(
                self.store.act_on_case(case_id, version, act, by, moment_of(case, self.clock()))
            )
            version = case.version
            metrics.acted(act.event, case, self.clock())
        self._tell(case)
        return self.case_json(case)

    def _rehearse(self, case: Case, version: int, acts: Sequence[Event], by: Actor) -> None:
        """Refuses acts of one click of which a later one is not possible, before the first is done."""
        if len(acts) < 2 or case.version != version:
            return
        for act in acts:
            case = self._done(apply(case, act, by, moment_of(case, self.clock())))

    def transfer(self, by: Actor, case_id: str, version: int, counter: str) -> dict[str, Any]:
        """Sends the case to the line of another counter of this town."""
        if counter not in {c.id for c in self.kb.municipality.counters}:
            raise Problem(
                422, "counter_unknown", "その窓口はありません。", "窓口の一覧から送り先を選んでください。"
            )
        return self.act(by, case_id, version, (Transfer(counter),))

    def finish(self, by: Actor, case_id: str, version: int, body: FinishBody) -> dict[str, Any]:
        """Results of every procedure with the record of identification."""
        outcomes = tuple(
            Outcome(r.procedure, Decision(r.result), r.filed_at, r.waiting_for or "", r.until)
            for r in body.results
        )
        event = Finish(outcomes, _identification(body.identification, by, self.clock()), tuple(body.checks))
        return self.act(by, case_id, version, (event,))

    def reopen(self, by: Actor, case_id: str, version: int, identification: dict[str, Any]) -> dict[str, Any]:
        """The person is back on another day: identified anew, what may have changed is asked again."""
        return self.act(by, case_id, version, (Reopen(_identification(identification, by, self.clock())),))

    def add_facts(
        self, by: Actor, case_id: str, version: int, given: dict[str, Any], *, official: bool
    ) -> dict[str, Any]:
        """Facts typed by staff or taken from the core system; the forms of the case follow.

        Null in a correction forgets a fact.
        """
        case = self._case(case_id)
        origin = Origin.OFFICIAL if official else Origin.STAFF
        facts = case.content.facts
        try:
            for key, value in given.items():
                facts = self._with(facts, key, value, origin)
        except (BadValue, UnknownFact) as error:
            raise Problem(
                422, "fact_invalid", "項目か値が正しくありません。", "項目名と値の形を確かめてください。"
            ) from error
        content = self._refilled(replace(case.content, facts=facts), case)
        metrics.STAFF_FACTS.labels(origin.value).inc(len(given))
        return self.act(by, case_id, version, (Correct(content),))

    def _with(self, facts: Facts, key: str, value: object, origin: Origin) -> Facts:
        """These facts and one more, or without it; of people in the case only."""
        kind = self.kb.vocabulary.kind(key)
        if value is None and origin is Origin.STAFF:
            return facts.without(key)
        checked = self.kb.vocabulary.checked(key, value)
        person = checked if kind.type == "person" else split_key(key)[0]
        if person is not None and person not in facts.people:
            raise Problem(
                422, "person_unknown", "その人はこの件にいません。", "一覧にいる人から選んでください。"
            )
        return facts.with_fact(Fact(key, checked, origin, authenticity="verified", at=self.clock()))

    def _refilled(self, content: CaseContent, case: Case) -> CaseContent:
        forms = fill_forms(self.kb, content.facts, _forms_of(content), case.on)
        return replace(
            content,
            forms=tuple(
                PreparedForm(f.id, f.name_ja, f.for_whom, f.pages, tuple(b.key for b in f.missing), f.writes)
                for f in forms
            ),
        )

    def _done(self, outcome: Case | NotAllowed | Stale | NotFound) -> Case:
        match outcome:
            case Case():
                return outcome
            case NotFound():
                raise of_refusal(outcome, status=404)
            case _:
                raise of_refusal(outcome, status=409)

    def _tell(self, case: Case) -> None:
        self.live.publish("staff", {"type": "case", "case": case.case_id, "version": case.version})
        self.live.publish("calls", {"type": "calls", **self.calls()})
        if case.visit_id:
            called = case.state is CaseState.CALLED
            self.live.publish(
                f"visit:{case.visit_id}",
                {
                    "type": "called" if called else "case",
                    "ticket": case.ticket.shown,
                    "counter": self._counter_ja(case.counter),
                    "state": case.state.value,
                },
            )

    def forms_pdf(self, by: Actor, case_id: str, form_id: str | None) -> bytes:
        """The sheets to print at the counter, with the reception number."""
        case = self._case(case_id)
        self.store.audit.append(by, "print", "case", case_id)
        filled = self._filled(case, form_id)
        return render_pdf(filled, demo=self.settings.demo, reception=case.ticket.shown).pdf

    def form_page(self, by: Actor, case_id: str, form_id: str, page: int) -> bytes:
        """One page beside the facts."""
        case = self._case(case_id)
        self.store.audit.append(by, "read", "form", case_id)
        rendered = render_pdf(
            self._filled(case, form_id), demo=self.settings.demo, preview=True, reception=case.ticket.shown
        )
        if page > sum(rendered.pages):
            raise Problem(404, "not_found", "そのページはありません。", "前のページを見てください。")
        return page_png(rendered.pdf, page - 1, PREVIEW_DPI)

    def _filled(self, case: Case, form_id: str | None) -> tuple[FilledForm, ...]:
        filled = fill_forms(self.kb, case.content.facts, _forms_of(case.content), case.on)
        chosen = tuple(f for f in filled if form_id in (None, f.id))
        if not chosen:
            raise Problem(404, "form_unknown", "この件に書類はありません。", "書類の一覧から選んでください。")
        return chosen

    def export(self, by: Actor, case_id: str, kind: str) -> tuple[str, str]:
        """What the core system picks up, as text and media type."""
        case = self._case(case_id)
        if kind not in EXPORT_TYPES:
            raise Problem(422, "format_unknown", "その形式はありません。", "json か csv を選んでください。")
        self.store.audit.append(by, "export", "case", case_id)
        text = core_export.as_json(case) if kind == "json" else core_export.as_csv(case)
        return text, EXPORT_TYPES[kind]

    def calls(self) -> dict[str, Any]:
        """Numbers and counters of every day that has any (the demo's day may not be today)."""
        days = {self.clock().date(), *self.store.days_with_calls()}
        now, waiting = [], []
        for day in sorted(days):
            calls = self.store.calls(day)
            now += [
                {
                    "ticket": c.ticket,
                    "counter": self._counter_ja(c.counter),
                    "counter_id": c.counter,
                    "called_at": c.called_at.isoformat(),
                    "times": c.times,
                }
                for c in calls.now
            ]
            waiting += [
                {
                    "ticket": w.ticket,
                    "counter": self._counter_ja(w.counter),
                    "counter_id": w.counter,
                    "minutes": _wait_minutes(w, calls),
                }
                for w in calls.waiting
            ]
        return {
            "now": now,
            "waiting": waiting,
            "counters": [
                {"id": c.id, "number": c.number, "name_ja": c.name_ja} for c in self.kb.municipality.counters
            ],
        }

    def _counter_ja(self, counter_id: str) -> str:
        try:
            counter = self.kb.municipality.counter(counter_id)
        except KeyError:
            return counter_id
        return f"{counter.number}番 {counter.name_ja}"


def _wait_minutes(waiting: InLine, calls: Calls) -> int:
    wait = wait_of(waiting.case_id, calls.waiting, calls.pace)
    return 0 if wait is None else wait.minutes


_OVER = frozenset({CaseState.FINISHED, CaseState.WITHDRAWN})


def _forms_of(content: CaseContent) -> tuple[tuple[str, tuple[str, ...]], ...]:
    printed: dict[str, tuple[str, ...]] = {}
    for procedure in content.procedures:
        for form in procedure.forms:
            printed[form] = tuple(dict.fromkeys((*printed.get(form, ()), *procedure.people)))
    return tuple(printed.items())


def _marks(case: Case, place: PlaceName) -> list[str]:
    marks = []
    if case.is_due(case.on):
        marks.append("deadline_today")
    if any(mismatches(case.content.facts, case.on, place)):
        marks.append("mismatch")
    if any(f.confidence < DOUBTFUL_BELOW for f in case.content.facts):
        marks.append("weak_facts")
    marks += [r for r in ("proxy", "companion") if case.content.facts.value("visitor_role") == r]
    if case.holder_is_not_visitor:
        marks.append("holder_is_not_visitor")
    if any(p.missing_papers_ja for p in case.content.procedures):
        marks.append("missing_papers")
    return marks


def _procedure_json(case: Case, procedure_id: str) -> dict[str, Any]:
    procedure = case.content.procedure(procedure_id)
    if procedure is None:
        raise KeyError(procedure_id)
    result = case.result(procedure_id)
    return {
        "id": procedure.id,
        "name_ja": procedure.name_ja,
        "for_whom": list(procedure.for_whom_ja),
        "counter": procedure.counter,
        "today": procedure.today,
        "because": procedure.because_ja,
        "deadline": json_value(procedure.deadline),
        "claim_by": json_value(procedure.claim_by),
        "missing_papers": list(procedure.missing_papers_ja),
        "confirm_by_staff": procedure.confirm_by_staff,
        "information_only": procedure.information_only,
        "result": None if result is None else result.decision.value,
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


def _result_json(result: Any) -> dict[str, Any]:
    return {
        "procedure": result.procedure,
        "result": result.decision.value,
        "filed_at": json_value(result.filed_at),
        "waiting_for": result.waiting_for_ja,
        "until": json_value(result.until),
        "by": result.by,
    }


def _identification(given: dict[str, Any], by: Actor, now: dt.datetime) -> Identification:
    """The clerk's record; what is not said stays None and the rules of the counter say what is missing."""
    papers = given.get("papers")
    known = {
        "originals_seen": given.get("originals_seen"),
        "address_checked": given.get("address_checked"),
        "existing_household_checked": given.get("existing_household_checked"),
        "notice_by_post_needed": given.get("notice_by_post_needed"),
    }
    try:
        return Identification(
            method=Method(given.get("method", Method.ONE_PAPER)),
            papers=tuple(str(p) for p in papers) if isinstance(papers, list) else (),
            checked_by=by.user,
            checked_at=now,
            authority=None if given.get("authority") is None else Authority(given["authority"]),
            **{name: value for name, value in known.items() if isinstance(value, bool)},
        )
    except ValueError as error:
        raise Problem(
            422,
            "identification_invalid",
            "本人確認の記録の値が正しくありません。",
            "一覧から選んでください。",
        ) from error
