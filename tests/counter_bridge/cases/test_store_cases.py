"""Cases in the store, on both databases."""

import datetime as dt
from dataclasses import replace

import pytest

from counter_bridge.case import SUPPORT_MEASURES, Case, CaseContent, CaseState, Decision
from counter_bridge.case_events import (
    Accept,
    Annotate,
    Call,
    Finish,
    Moment,
    Outcome,
    Recall,
    Revise,
    Skip,
    Tick,
    Transfer,
    Undo,
    WithdrawConsent,
)
from counter_bridge.consent import Consent
from counter_bridge.refusal import NotAllowed, NotFound, Stale
from counter_bridge.sql_store import SqlStore
from counter_bridge.staff import RESIDENT, Actor
from counter_bridge.store import AuditLog, CaseExists, CaseStore, StaffStore, Sweeper, VisitStore
from counter_bridge.ticket import Called
from counter_bridge.waits import Wait


@pytest.fixture
def prepared(store: SqlStore, content: CaseContent, clock):
    def prepare(counter: str = "residents", series: str = "A", **more) -> Case:
        case = store.create_case(
            content=more.pop("content", content),
            counter=counter,
            series=series,
            by=RESIDENT,
            at=more.pop("at", clock.moment),
            **more,
        )
        assert isinstance(case, Case)
        return case

    return prepare


def test_the_store_is_all_its_protocols(store: SqlStore):
    visits: VisitStore = store
    cases: CaseStore = store
    staff: StaffStore = store
    sweeper: Sweeper = store
    log: AuditLog = store.audit
    assert visits is cases is staff is sweeper
    assert log is store.audit


def test_a_case_comes_back_as_it_was_prepared(store: SqlStore, prepared, clock, markers):
    case = prepared(note_ja=markers["note"], kb_version="kb-7")
    assert store.get_case(case.case_id) == case
    assert (case.version, case.ticket.shown, case.note_ja, case.kb_version) == (
        1,
        "A-101",
        markers["note"],
        "kb-7",
    )
    assert store.get_case("case-none") is None


def test_every_act_is_kept_with_its_undo(store: SqlStore, prepared, clerk: Actor, clock):
    case = prepared()
    for version, event in enumerate(
        (Call(), Recall(), Accept(), Tick(SUPPORT_MEASURES), Annotate("車椅子")), 1
    ):
        done = store.act_on_case(case.case_id, version, event, clerk, clock.moment)
        assert isinstance(done, Case)
        assert store.get_case(case.case_id) == done
    undone = store.act_on_case(case.case_id, 6, Undo(), clerk, clock.moment)
    assert (undone.version, undone.note_ja) == (7, "")


def test_an_act_on_an_old_version_tells_who_has_the_case(
    store: SqlStore, prepared, clerk: Actor, colleague: Actor, clock
):
    case = prepared()
    store.act_on_case(case.case_id, 1, Call("desk-3"), clerk, clock.moment)
    assert store.act_on_case(case.case_id, 1, Call(), colleague, clock.moment) == Stale(2, "鈴木(desk-3)")
    fresh = store.act_on_case(case.case_id, 2, Call(), colleague, clock.moment)
    assert isinstance(fresh, NotAllowed)
    assert fresh.held_by == "鈴木(desk-3)"
    assert store.get_case(case.case_id).version == 2


def test_an_act_on_a_case_that_is_not_there_finds_nothing(store: SqlStore, clerk, clock):
    assert store.act_on_case("case-none", None, Call(), clerk, clock.moment) == NotFound()


def test_a_change_must_count_up_the_version_of_its_own_case(store: SqlStore, prepared):
    case = prepared()
    with pytest.raises(ValueError, match="version"):
        store.change_case(case.case_id, 1, lambda present: replace(present, note_ja="x"))
    assert store.get_case(case.case_id) == case


def test_a_visit_has_one_case(store: SqlStore, prepared, content: CaseContent, clock):
    visit = store.create_visit(on=clock.now, kb_version="kb", body={}).visit
    case = prepared(visit_id=visit.visit_id)
    again = store.create_case(
        content=content,
        counter="residents",
        series="A",
        by=RESIDENT,
        at=clock.moment,
        visit_id=visit.visit_id,
    )
    assert again == CaseExists(case)
    assert store.next_ticket("A", clock.moment.today).number == 102


def test_no_case_for_a_visit_that_is_over(store: SqlStore, content: CaseContent, clock):
    missing = store.create_case(
        content=content, counter="a", series="A", by=RESIDENT, at=clock.moment, visit_id="visit-none"
    )
    assert missing == NotFound()


def test_a_consent_given_after_the_case_belongs_to_it_too(
    store: SqlStore, prepared, content: CaseContent, consent: Consent, clock, markers
):
    visit = store.create_visit(on=clock.now, kb_version="kb", body={}).visit
    case = prepared(visit_id=visit.visit_id)
    assert case.content.facts.get("previous_address") is None
    store.add_consent(visit.visit_id, consent)
    revised = store.act_on_case(case.case_id, 1, Revise(content), RESIDENT, clock.moment)
    assert revised.consents == (consent,)
    assert revised.content.facts.value("previous_address") == markers["address"]
    withdrawn = store.act_on_case(
        case.case_id, 2, WithdrawConsent(consent.consent_id), RESIDENT, clock.moment
    )
    assert withdrawn.consents[0].withdrawn_at == clock.now
    assert store.list_consents(visit.visit_id) == withdrawn.consents


def test_numbers_of_a_series_follow_one_another_and_start_anew_each_day(store: SqlStore, place, clock):
    today = clock.moment.today
    first = [store.next_ticket("A", today).shown for _ in range(3)]
    other = store.next_ticket("B", today).shown
    tomorrow = store.next_ticket("A", today + dt.timedelta(days=1)).shown
    after_restart = place.open()
    again = after_restart.next_ticket("A", today).shown
    after_restart.close()
    assert (first, other, tomorrow, again) == (["A-101", "A-102", "A-103"], "B-101", "A-101", "A-104")


def test_a_number_is_not_given_again_when_its_case_was_withdrawn_and_removed(
    store: SqlStore, prepared, clock
):
    visit = store.create_visit(on=clock.now, kb_version="kb", body={}).visit
    prepared(visit_id=visit.visit_id)
    store.delete_visit(visit.visit_id, RESIDENT, clock.moment)
    clock.forward(days=1, minutes=1)
    assert store.sweep().cases == 1
    assert store.next_ticket("A", dt.date(2026, 4, 7)).number == 102


def test_the_queue_shows_what_is_due_today_first(store: SqlStore, prepared, content: CaseContent, clock):
    first = prepared()
    clock.forward(minutes=1)
    urgent = replace(content.procedures[0], deadline=dt.date(2026, 4, 7))
    second = prepared(content=replace(content, procedures=(urgent,)))
    clock.forward(minutes=1)
    third = prepared("tax", "B")
    today = clock.moment.today
    assert [c.case_id for c in store.list_cases()] == [first.case_id, second.case_id, third.case_id]
    assert store.list_cases(today=today)[0].case_id == second.case_id
    assert [c.case_id for c in store.list_cases(counter="tax")] == [third.case_id]
    assert store.list_cases(day=today + dt.timedelta(days=1)) == ()


def test_the_queue_is_filtered_by_state(store: SqlStore, prepared, clerk, clock):
    case, other = prepared(), prepared()
    store.act_on_case(case.case_id, 1, Call(), clerk, clock.moment)
    called = store.list_cases(states=[CaseState.CALLED])
    waiting = store.list_cases(states=[CaseState.PREPARED, CaseState.TRANSFERRED], day=clock.moment.today)
    assert [c.case_id for c in called] == [case.case_id]
    assert [c.case_id for c in waiting] == [other.case_id]


def test_the_hall_sees_numbers_counters_and_waits_only(store: SqlStore, prepared, clerk, clock, markers):
    one, two, three = prepared(), prepared(), prepared()
    store.act_on_case(one.case_id, 1, Call("desk-3"), clerk, clock.moment)
    store.act_on_case(one.case_id, 2, Recall(), clerk, clock.moment)
    calls = store.calls(clock.moment.today)
    assert calls.now == (Called("A-101", "desk-3", clock.now, 2),)
    assert [(w.ticket, w.counter, w.minutes) for w in calls.hall.waiting] == [
        ("A-102", "residents", 25),
        ("A-103", "residents", 25),
    ]
    assert store.wait(two.case_id, clock.moment.today) == Wait(0, 25), "one desk, and it has somebody"
    assert store.wait(three.case_id, clock.moment.today) == Wait(1, 50)
    assert store.wait(three.case_id, clock.moment.today, {"residents": 2}) == Wait(1, 25)
    assert store.wait(one.case_id, clock.moment.today) is None
    assert store.days_with_calls() == (clock.moment.today,)
    assert not [marker for marker in markers.values() if marker in repr(calls)]
    store.act_on_case(one.case_id, 3, Skip(), clerk, clock.moment)
    assert store.calls(clock.moment.today).now == ()
    assert two.ticket.number == 102


def test_measured_service_times_change_the_estimate(store: SqlStore, prepared, clerk, identification, clock):
    for _ in range(5):
        case = prepared()
        store.act_on_case(case.case_id, 1, Accept(), clerk, clock.moment)
        clock.forward(minutes=50)
        filed = tuple(Outcome(p.id, Decision.FILED, clock.now) for p in case.content.procedures)
        done = store.act_on_case(
            case.case_id, 2, Finish(filed, identification, (SUPPORT_MEASURES,)), clerk, clock.moment
        )
        assert done.state is CaseState.FINISHED
    prepared()
    last = prepared()
    pace = store.calls(clock.moment.today).hall.pace(last.counter)
    assert (pace.ratio, pace.basis, pace.measured) == (pytest.approx(2.0), "today", 5)
    assert store.wait(last.case_id, clock.moment.today) == Wait(1, 50)


def test_a_status_code_opens_the_state_of_its_ticket_and_nothing_else(
    store: SqlStore, prepared, clerk, clock, markers
):
    prepared()
    case = prepared()
    token = case.ticket.status_token
    waiting = store.ticket_status(token)
    assert (waiting.ticket, waiting.state, waiting.filed, waiting.wait) == (
        "A-102",
        "prepared",
        False,
        Wait(1, 25),
    )
    store.act_on_case(case.case_id, 1, Call("desk-3"), clerk, clock.moment)
    called = store.ticket_status(token)
    assert (called.state, called.counter, called.wait) == ("called", "desk-3", None)
    moved = store.act_on_case(case.case_id, 2, Transfer("tax"), clerk, clock.moment)
    assert store.ticket_status(token).counter == moved.counter == "tax"
    assert store.ticket_status(token + "x") is None
    assert not [marker for marker in markers.values() if marker in repr(called)]


def test_a_number_alone_is_a_case_with_whatever_is_known(store: SqlStore, prepared, clock):
    bare = prepared(content=CaseContent(ticket_only=True))
    assert bare.content.minutes == 10
    assert store.wait(bare.case_id, clock.moment.today) == Wait(0, 0)


def test_the_day_of_the_visit_may_differ_from_the_real_day(store: SqlStore, prepared, clerk, clock):
    other_day = Moment(clock.now, dt.date(2027, 1, 5))
    case = prepared(at=other_day)
    assert case.ticket.day == dt.date(2027, 1, 5)
    assert store.calls(dt.date(2027, 1, 5)).hall.waiting
    assert store.get_case(case.case_id) == case
