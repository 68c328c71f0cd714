"""The staff side: the queue, acts on one case, corrections of its facts.

Rules of the counter live in counter_bridge.case_events; this module reads requests into events, shows what came of
them, and tells the other screens. Every look at a case is in the audit.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from assistant import metrics
from assistant.case_content import replanned
from assistant.case_papers import CasePapers, forms_of
from assistant.case_view import CaseView
from assistant.hall import WaitingHall
from assistant.live import LiveHub
from assistant.problems import Problem, of_refusal
from assistant.requests import FinishBody
from assistant.settings import Settings
from assistant.waiting_for import check_waiting_for
from counter_bridge.case import Case, CaseContent, CaseState, Decision, PreparedForm
from counter_bridge.case_changes import apply, is_open_to_the_resident
from counter_bridge.case_events import (
    Correct,
    Event,
    Finish,
    Hold,
    Identify,
    Outcome,
    Reopen,
    Transfer,
    moment_of,
)
from counter_bridge.forms import fill_forms
from counter_bridge.identification import Authority, Identification, Method
from counter_bridge.refusal import NotAllowed, NotFound, Stale
from counter_bridge.sql_store import SqlStore
from counter_bridge.staff import Actor
from counter_bridge.waits import Wait
from dialogue.wording import PlaceName
from kb.errors import BadValue, UnknownFact
from kb.facts import Fact, Facts, Origin, split_key
from kb.model import KnowledgeBase

_OVER = frozenset({CaseState.FINISHED, CaseState.WITHDRAWN})


class Desk:
    """What counter staff see and do."""

    def __init__(
        self,
        *,
        kb: KnowledgeBase,
        store: SqlStore,
        live: LiveHub,
        settings: Settings,
        papers: CasePapers,
        hall: WaitingHall,
        place: PlaceName,
        clock: Callable[[], dt.datetime],
    ):
        self.kb = kb
        self.store = store
        self.live = live
        self.settings = settings
        self.papers = papers
        self.hall = hall
        self.view = CaseView(kb, place)
        self.clock = clock

    def queue(self, by: Actor, state: str | None, counter: str | None) -> dict[str, Any]:
        """Cases that are not over, deadline today on top; a state narrows them."""
        if state and state not in {s.value for s in CaseState}:
            raise Problem(422, "state_unknown", "その状態はありません。", "一覧の状態から選んでください。")
        states = (CaseState(state),) if state else tuple(s for s in CaseState if s not in _OVER)
        self.store.audit.append(by, "list", "case", "queue")
        now = self.clock()
        cases = self.store.list_cases(states=states, counter=counter or None, today=now.date())
        waits: dict[str, Wait] = {}
        for day in {case.on for case in cases}:
            waits |= self.store.calls(day).hall.waits(self.kb.municipality.usual_desks)
        return {
            "cases": [self.view.line(case, waits.get(case.case_id), now) for case in cases],
            "counters": self.view.counters(),
            "warn": {
                "wait_min": self.settings.long_wait_min,
                "closing_min": self.settings.closing_warning_min,
            },
        }

    def show(self, by: Actor, case_id: str, why: str | None = None) -> dict[str, Any]:
        """One case whole: facts with origin, mismatches, open questions, forms, checks; no transcript.

        Without `why` the audit says whether the look belonged to the work or came after its end.
        """
        case = self.papers.case(case_id)
        usual = "after_end" if case.state in _OVER else "work"
        self.store.audit.append(by, "read", "case", case_id, why or usual)
        return self._shown(case)

    def _shown(self, case: Case) -> dict[str, Any]:
        wait = self.store.wait(case.case_id, case.on, self.kb.municipality.usual_desks)
        return self.view.whole(case, wait, self.clock())

    def for_interview(self, by: Actor, case_id: str) -> Case:
        """A case with a number only, to be filled by a 聞き取り受付."""
        case = self.papers.case(case_id)
        self.store.audit.append(by, "read", "case", case_id, "work")
        if not case.content.ticket_only or not is_open_to_the_resident(case):
            raise Problem(
                409,
                "not_number_only",
                "この番号の聞き取りは、もう済んでいるか、窓口で受け付けています。",
                "直すところは、案件の画面で直してください。",
            )
        return case

    def act(self, by: Actor, case_id: str, version: int, acts: Sequence[Event]) -> dict[str, Any]:
        """Acts of one click, in order; a stale version tells who has the case."""
        case = self.papers.case(case_id)
        self._rehearse(case, version, acts, by)
        for act in acts:
            case = self._done(
                self.store.act_on_case(case_id, version, act, by, moment_of(case, self.clock()))
            )
            version = case.version
            metrics.acted(act.event, case, self.clock())
        self._tell(case)
        return self._shown(case)

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
        check_waiting_for(self.kb, self.papers.case(case_id), (o.waiting_for_ja for o in outcomes))
        event = Finish(outcomes, _identification(body.identification, by, self.clock()), tuple(body.checks))
        return self.act(by, case_id, version, (event,))

    def identify(
        self, by: Actor, case_id: str, version: int, identification: dict[str, Any]
    ) -> dict[str, Any]:
        """The record of identification before the end of the case, so that its papers can be printed."""
        return self.act(by, case_id, version, (Identify(_identification(identification, by, self.clock())),))

    def hold(self, by: Actor, case_id: str, version: int, event: Hold) -> dict[str, Any]:
        """Puts a procedure on hold for a paper until a date."""
        check_waiting_for(self.kb, self.papers.case(case_id), (event.waiting_for_ja,))
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
        case = self.papers.case(case_id)
        origin = Origin.OFFICIAL if official else Origin.STAFF
        facts = case.content.facts
        try:
            for key, value in given.items():
                facts = self._with(facts, key, value, origin)
        except (BadValue, UnknownFact) as error:
            raise Problem(
                422, "fact_invalid", "項目か値が正しくありません。", "項目名と値の形を確かめてください。"
            ) from error
        at = dt.datetime.combine(case.on, self.clock().timetz())
        content = self._refilled(replanned(self.kb, replace(case.content, facts=facts), at), case)
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
        forms = fill_forms(self.kb, content.facts, forms_of(content), case.on)
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
        self.live.publish("calls", {"type": "calls", **self.hall.calls()})
        if case.visit_id:
            called = case.state is CaseState.CALLED
            self.live.publish(
                f"visit:{case.visit_id}",
                {
                    "type": "called" if called else "case",
                    "ticket": case.ticket.shown,
                    "counter": self.hall.counter_ja(case.counter),
                    "state": case.state.value,
                },
            )


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
