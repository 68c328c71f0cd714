"""保全 keeps a case beyond its term until it is lifted; a clock that leaps deletes nothing at once."""

import datetime as dt

import pytest

from counter_bridge.audit import AuditIntact
from counter_bridge.case import Case, CaseContent
from counter_bridge.case_events import Annotate
from counter_bridge.preservation import Preservation
from counter_bridge.refusal import NotFound
from counter_bridge.sql_store import SqlStore
from counter_bridge.staff import RESIDENT, Actor, Role
from counter_bridge.store import Swept

AUDITOR = Actor("auditor", Role.AUDITOR)
REASON = "情報公開請求の対象(総務課)"


@pytest.fixture
def waiting(store: SqlStore, content: CaseContent, clock) -> Case:
    case = store.create_case(content=content, counter="a", series="A", by=RESIDENT, at=clock.moment)
    assert isinstance(case, Case)
    return case


def test_a_case_under_preservation_outlives_its_term(store: SqlStore, waiting, clerk, clock):
    placed = store.preserve(waiting.case_id, REASON, AUDITOR)
    assert isinstance(placed, Preservation)
    clock.forward(days=40)
    assert store.sweep() == Swept()
    assert store.get_case(waiting.case_id) == waiting
    assert store.list_cases() == (), "it stands in no line any more"
    acted = store.act_on_case(waiting.case_id, None, Annotate("x"), clerk, clock.moment)
    assert isinstance(acted, NotFound), "and nobody works on it"
    lifted = store.lift(waiting.case_id, "対応が終わった", AUDITOR)
    assert isinstance(lifted, Preservation)
    assert (lifted.lifted_by, lifted.lifted_because_ja) == ("auditor", "対応が終わった")
    assert store.get_case(waiting.case_id) is None
    assert store.sweep() == Swept(cases=1)
    assert store.list_preservations() == (), "the reason goes with the case"


def test_it_is_placed_once_and_lifted_once_with_a_reason(store: SqlStore, waiting):
    assert store.preserve(waiting.case_id, " \n", AUDITOR).code == "reason_missing"
    assert store.preserve(waiting.case_id, "あ" * 1_000_000, AUDITOR).code == "reason_too_long"
    assert isinstance(store.preserve("case-none", REASON, AUDITOR), NotFound)
    assert isinstance(store.lift(waiting.case_id, REASON, AUDITOR), NotFound)
    store.preserve(waiting.case_id, REASON, AUDITOR)
    assert store.preserve(waiting.case_id, REASON, AUDITOR).code == "already_preserved"
    assert store.lift(waiting.case_id, "", AUDITOR).code == "reason_missing"
    store.lift(waiting.case_id, REASON, AUDITOR)
    again = store.preserve(waiting.case_id, "二度目", AUDITOR)
    assert isinstance(again, Preservation)
    assert len(store.list_preservations()) == 2


def test_reasons_stand_encrypted_and_in_no_audit(store: SqlStore, waiting):
    store.preserve(waiting.case_id, REASON, AUDITOR)
    with store._database.read() as connection:
        assert REASON.encode() not in bytes(
            connection.exec_driver_sql("SELECT body FROM preservations").scalar()
        )
    assert "総務" not in repr(store.audit.list())
    assert [e.act for e in store.audit.list(entity_id=waiting.case_id)] == ["case_preserve", "case_prepare"]


def test_a_case_is_found_by_day_and_number_without_what_is_in_it(store: SqlStore, waiting):
    found = store.case_term(day=waiting.ticket.day, ticket=waiting.ticket.shown.lower())
    assert found is not None
    assert found.case_id == waiting.case_id
    assert found.preserved is False
    assert store.case_term(day=waiting.ticket.day + dt.timedelta(days=1), ticket="A-101") is None
    for nonsense in ("", "A", "A-", "A-x", "-", "A-١", "A-" + "9" * 100, "'; --"):
        assert store.case_term(day=waiting.ticket.day, ticket=nonsense) is None


# ---------------------------------------------------------------------- the clock


def test_a_clock_that_leaps_ahead_deletes_neither_cases_nor_audit_at_once(store: SqlStore, waiting, clock):
    visit = store.create_visit(on=clock.now, kb_version="kb", body={}).visit
    store.sweep()
    clock.forward(days=4000)
    assert store.sweep() == Swept(visits=1, clock_trusted=False), (
        "what an abandoned screen holds goes all the same"
    )
    clock.forward(days=-4000)
    assert store.sweep() == Swept(), "somebody set it right"
    assert store.get_case(waiting.case_id) == waiting
    assert store.get_visit(visit.visit_id) is None
    assert isinstance(store.audit.verify(), AuditIntact)


def test_a_machine_that_really_was_off_deletes_a_day_later(store: SqlStore, waiting, clock):
    store.sweep()
    clock.forward(days=100)
    assert store.sweep().cases == 0
    clock.forward(hours=23)
    assert store.sweep().cases == 0
    clock.forward(hours=1)
    assert store.sweep() == Swept(cases=1)


def test_a_visit_of_the_future_goes_once_the_clock_is_right(store: SqlStore, clock):
    clock.forward(days=30)
    visit = store.create_visit(on=clock.now, kb_version="kb", body={}).visit
    clock.forward(days=-30)
    assert store.sweep() == Swept(visits=1)
    assert store.get_visit(visit.visit_id) is None


def test_one_entry_of_a_wrong_clock_takes_no_younger_ones_with_it(store: SqlStore, clock):
    store.audit.append(AUDITOR, "read", "case", "case-1")
    clock.forward(days=-4000)
    store.audit.append(AUDITOR, "read", "case", "case-2")
    clock.forward(days=4000)
    store.audit.append(AUDITOR, "read", "case", "case-3")
    assert store.sweep().audit_entries == 0
    intact = store.audit.verify()
    assert isinstance(intact, AuditIntact)
    assert intact.entries == 3
