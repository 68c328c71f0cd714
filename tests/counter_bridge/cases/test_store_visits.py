"""Visits in the store: opened, saved on their version, idempotent turns, gone on time."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy.exc import StatementError

from counter_bridge.case import Case, CaseContent, CaseState
from counter_bridge.case_events import Accept
from counter_bridge.consent import Consent
from counter_bridge.refusal import NotAllowed, NotFound, Stale
from counter_bridge.retention import RetentionRules
from counter_bridge.sql_part import Terms
from counter_bridge.sql_store import SqlStore
from counter_bridge.staff import RESIDENT, Actor
from counter_bridge.store import ConsentWithdrawn, OpenedVisit, StoredVisit, TurnAnswer, VisitWiped


@pytest.fixture
def opened(store: SqlStore, clock) -> OpenedVisit:
    return store.create_visit(on=clock.now, kb_version="kb-1", body={"acts": []}, language="ja")


def test_a_visit_comes_back_as_it_was_saved(store: SqlStore, opened: OpenedVisit, clock, markers):
    saved = store.save_visit(replace(opened.visit, body={"acts": [markers["said"]]}, state="quiet"), 1)
    assert isinstance(saved, StoredVisit)
    found = store.get_visit(opened.visit.visit_id)
    assert found == saved
    assert (found.version, found.state, found.body) == (2, "quiet", {"acts": [markers["said"]]})
    assert found.on == clock.now


def test_only_the_right_token_opens_a_visit(store: SqlStore, opened: OpenedVisit):
    visit_id = opened.visit.visit_id
    assert store.visit_with_token(visit_id, opened.token) == opened.visit
    assert store.visit_with_token(visit_id, opened.token + "x") is None
    assert store.visit_with_token("visit-other", opened.token) is None
    assert opened.token not in repr(opened)


def test_a_visit_saved_on_an_old_version_is_stale_and_changes_nothing(store: SqlStore, opened: OpenedVisit):
    store.save_visit(replace(opened.visit, body={"acts": [1]}), 1)
    assert store.save_visit(replace(opened.visit, body={"acts": [2]}), 1) == Stale(2, None)
    assert store.get_visit(opened.visit.visit_id).body == {"acts": [1]}


def test_the_same_turn_sent_twice_counts_once_and_gets_the_same_answer(store: SqlStore, opened: OpenedVisit):
    turn = TurnAnswer("turn-1", {"step": "first"})
    saved = store.save_visit(replace(opened.visit, body={"acts": [1]}), 1, turn)
    again = store.save_visit(
        replace(opened.visit, body={"acts": [1, 1]}), 1, TurnAnswer("turn-1", {"step": "second"})
    )
    assert isinstance(saved, StoredVisit)
    assert again == turn
    assert store.get_visit(opened.visit.visit_id).body == {"acts": [1]}
    assert store.turn_answer(opened.visit.visit_id, "turn-1") == turn
    assert store.turn_answer(opened.visit.visit_id, "turn-2") is None


def test_only_the_latest_answers_are_kept(place):
    store = place.open(Terms(retention=RetentionRules(turn_answers=3)))
    visit = store.create_visit(on=place.clock.now, kb_version="kb", body={}).visit
    for number in range(1, 7):
        visit = store.save_visit(visit, visit.version, TurnAnswer(f"turn-{number}", {"n": number}))
        assert isinstance(visit, StoredVisit)
    kept = [n for n in range(1, 7) if store.turn_answer(visit.visit_id, f"turn-{n}") is not None]
    store.close()
    assert kept == [4, 5, 6]


def test_a_visit_nobody_touches_is_gone_after_a_quarter_of_an_hour(
    store: SqlStore, opened: OpenedVisit, clock
):
    clock.forward(minutes=14, seconds=59)
    assert store.get_visit(opened.visit.visit_id) is not None
    clock.forward(seconds=1)
    assert store.get_visit(opened.visit.visit_id) is None
    assert store.visit_with_token(opened.visit.visit_id, opened.token) is None
    assert store.save_visit(opened.visit, 1) == NotFound()


def test_touching_a_visit_keeps_it_without_a_new_version(store: SqlStore, opened: OpenedVisit, clock):
    clock.forward(minutes=10)
    store.touch_visit(opened.visit.visit_id)
    clock.forward(minutes=10)
    found = store.get_visit(opened.visit.visit_id)
    assert found is not None
    assert found.version == 1


def test_a_visit_that_is_over_is_not_brought_back_by_touching(store: SqlStore, opened: OpenedVisit, clock):
    clock.forward(minutes=15)
    store.touch_visit(opened.visit.visit_id)
    assert store.get_visit(opened.visit.visit_id) is None


def test_forgetting_a_visit_withdraws_its_case_and_empties_it(
    store: SqlStore, opened: OpenedVisit, content: CaseContent, consent: Consent, clock
):
    visit_id = opened.visit.visit_id
    store.add_consent(visit_id, consent)
    case = store.create_case(
        content=content, counter="residents", series="A", by=RESIDENT, at=clock.moment, visit_id=visit_id
    )
    assert isinstance(case, Case)
    wiped = store.delete_visit(visit_id, RESIDENT, clock.moment)
    assert isinstance(wiped, VisitWiped)
    assert wiped.case is not None
    assert wiped.case.state is CaseState.WITHDRAWN
    left = store.get_case(case.case_id)
    assert left is not None
    assert (len(left.content.facts), left.content.procedures, left.note_ja) == (0, (), "")
    assert store.get_visit(visit_id) is None
    assert store.delete_visit(visit_id, RESIDENT, clock.moment) == NotFound()


def test_an_accepted_case_outlives_its_visit(
    store: SqlStore, opened: OpenedVisit, content: CaseContent, clerk: Actor, consent: Consent, clock
):
    visit_id = opened.visit.visit_id
    store.add_consent(visit_id, consent)
    case = store.create_case(
        content=content, counter="residents", series="A", by=RESIDENT, at=clock.moment, visit_id=visit_id
    )
    accepted = store.act_on_case(case.case_id, 1, Accept(), clerk, clock.moment)
    wiped = store.delete_visit(visit_id, RESIDENT, clock.moment)
    assert wiped == VisitWiped(accepted)
    kept = store.get_case(case.case_id)
    assert kept == accepted
    assert kept.consents == (consent,)


def test_withdrawing_a_consent_blanks_case_and_visit_together(
    store: SqlStore, opened: OpenedVisit, content: CaseContent, consent: Consent, clock, markers
):
    visit_id = opened.visit.visit_id
    store.save_visit(replace(opened.visit, body={"name": markers["name"]}), 1)
    store.add_consent(visit_id, consent)
    case = store.create_case(
        content=content, counter="residents", series="A", by=RESIDENT, at=clock.moment, visit_id=visit_id
    )
    assert case.content.facts.value("people.p1.name") == markers["name"]
    done = store.withdraw_consent(consent.consent_id, RESIDENT, clock.moment, lambda _body: {}, visit_id)
    assert isinstance(done, ConsentWithdrawn)
    assert done.consent.withdrawn_at == clock.now
    assert store.list_consents(visit_id) == (done.consent,)
    blank = store.get_case(case.case_id)
    assert blank.content.facts.get("people.p1.birth_date") is None
    assert blank.content.facts.value("people.p1.name") == "目印 言った名前"
    assert set(blank.blanked) == {"people.p1.birth_date", "previous_address"}
    assert store.get_visit(visit_id).body == {}


def test_a_consent_withdrawn_before_any_case_takes_the_facts_along_later(
    store: SqlStore, opened: OpenedVisit, content: CaseContent, consent: Consent, clock
):
    visit_id = opened.visit.visit_id
    store.add_consent(visit_id, consent)
    assert isinstance(store.withdraw_consent(consent.consent_id, RESIDENT, clock.moment), ConsentWithdrawn)
    case = store.create_case(
        content=content, counter="residents", series="A", by=RESIDENT, at=clock.moment, visit_id=visit_id
    )
    assert case.content.facts.get("previous_address") is None


def test_a_consent_of_another_visit_cannot_be_withdrawn(store: SqlStore, opened: OpenedVisit, consent, clock):
    store.add_consent(opened.visit.visit_id, consent)
    other = store.create_visit(on=clock.now, kb_version="kb", body={}).visit.visit_id
    found = store.withdraw_consent(consent.consent_id, RESIDENT, clock.moment, None, other)
    assert found == NotFound()
    assert store.list_consents(opened.visit.visit_id) == (consent,)


def test_a_refused_change_of_the_body_leaves_everything_as_it_was(
    store: SqlStore, opened: OpenedVisit, content: CaseContent, consent: Consent, clock
):
    visit_id = opened.visit.visit_id
    store.add_consent(visit_id, consent)
    case = store.create_case(
        content=content, counter="residents", series="A", by=RESIDENT, at=clock.moment, visit_id=visit_id
    )

    def broken(_body):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.withdraw_consent(consent.consent_id, RESIDENT, clock.moment, broken)
    assert store.get_case(case.case_id) == case
    assert store.list_consents(visit_id) == (consent,)


def test_a_consent_for_a_visit_that_is_over_is_not_kept(store: SqlStore, consent: Consent):
    assert store.add_consent("visit-none", consent) == NotFound()


def test_a_visit_time_without_zone_is_refused(store: SqlStore):
    with pytest.raises(StatementError, match="zone"):
        store.create_visit(on=dt.datetime(2026, 4, 7, 10), kb_version="kb", body={})  # noqa: DTZ001


def test_a_case_with_a_long_note_is_refused_before_a_number_is_used(store: SqlStore, content, clock):
    refused = store.create_case(
        content=content,
        counter="residents",
        series="A",
        by=RESIDENT,
        at=clock.moment,
        note_ja="一\n二\n三\n四",
    )
    assert isinstance(refused, NotAllowed)
    assert refused.code == "note_too_long"
    assert store.next_ticket("A", clock.moment.today).number == 101
