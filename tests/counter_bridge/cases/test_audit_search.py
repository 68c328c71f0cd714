"""An auditor finds entries by record, actor, kind and time; a resident learns how often staff looked."""

import datetime as dt

import pytest

from counter_bridge.audit import AuditQuery
from counter_bridge.case import CaseContent
from counter_bridge.sql_store import SqlStore
from counter_bridge.staff import RESIDENT, Actor, Role

CLERK = Actor("suzuki", Role.COUNTER_STAFF)
OPERATOR = Actor("tanaka", Role.TOWN_OPERATOR)


@pytest.fixture
def entries(store: SqlStore, clock) -> SqlStore:
    for number in range(6):
        by = CLERK if number % 2 else OPERATOR
        store.audit.append(by, "read" if number < 4 else "export", "case", f"case-{number % 3}", "work")
        clock.forward(hours=1)
    return store


def numbers(store: SqlStore, **wanted: object) -> list[int]:
    return [entry.number for entry in store.audit.search(AuditQuery(**wanted))]


def test_each_question_narrows(entries: SqlStore, clock):
    begun = clock.now - dt.timedelta(hours=6)
    assert numbers(entries) == [6, 5, 4, 3, 2, 1]
    assert numbers(entries, entity_id="case-1") == [5, 2]
    assert numbers(entries, actor="suzuki") == [6, 4, 2]
    assert numbers(entries, act="export") == [6, 5]
    assert numbers(entries, actor="suzuki", act="read") == [4, 2]
    assert numbers(entries, at_from=begun + dt.timedelta(hours=2)) == [6, 5, 4, 3]
    assert numbers(entries, at_until=begun + dt.timedelta(hours=2)) == [2, 1]
    assert numbers(entries, entity="visit") == []


def test_pages_are_turned_without_a_gap(entries: SqlStore):
    first = numbers(entries, limit=4)
    assert first + numbers(entries, limit=4, before_number=first[-1]) == [6, 5, 4, 3, 2, 1]


def test_only_looks_of_staff_are_counted(store: SqlStore, content: CaseContent, clock):
    case = store.create_case(content=content, counter="a", series="A", by=RESIDENT, at=clock.moment)
    assert store.audit.reads_of([case.case_id]).times == 0
    store.audit.append(RESIDENT, "print", "case", case.case_id)
    store.audit.append(CLERK, "list", "case", "queue")
    for act in ("read", "print", "export"):
        clock.forward(minutes=1)
        store.audit.append(CLERK, act, "case", case.case_id)
    reads = store.audit.reads_of([case.case_id, "visit-x"])
    assert (reads.times, reads.last_at) == (3, clock.now)


def test_every_change_of_a_visit_names_who_made_it(store: SqlStore, consent, clock):
    by_resident = store.create_visit(on=clock.now, kb_version="kb", body={}).visit
    by_clerk = store.create_visit(
        on=clock.now, kb_version="kb", body={}, mode="interview", opened_by="suzuki"
    ).visit
    store.save_visit(by_clerk, 1)
    store.add_consent(by_clerk.visit_id, consent)
    found = [(e.act, e.actor, e.role) for e in reversed(store.audit.list())]
    assert found == [
        ("visit_open", "resident", "resident"),
        ("visit_open", "suzuki", "counter_staff"),
        ("visit_change", "suzuki", "counter_staff"),
        ("consent_given", "suzuki", "counter_staff"),
    ]
    assert [e.entity_id for e in store.audit.list(entity_id=by_resident.visit_id)] == [by_resident.visit_id]


def test_a_head_noted_earlier_proves_that_nothing_was_rolled_back(entries: SqlStore):
    noted = entries.audit.verify().head
    entries.audit.append(CLERK, "read", "case", "case-9")
    assert entries.audit.holds(noted) is True
    number, _, seal = noted.partition(":")
    for other in (f"{int(number) + 1}:{seal}", f"{number}:{seal[::-1]}", "", "x:y", f"99:{seal}", "²:x"):
        assert entries.audit.holds(other) is False
