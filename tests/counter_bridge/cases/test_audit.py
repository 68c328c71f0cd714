"""The audit names who did what when and why, holds no value, and shows every tampering."""

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import create_engine, exc, text

from counter_bridge.audit import AuditBroken, AuditEntry, AuditHead, AuditIntact, head_seal, seal_of, verify
from counter_bridge.case import SUPPORT_MEASURES, CaseContent
from counter_bridge.case_events import Accept, Annotate, Call, Return, Revise, Tick
from counter_bridge.encryption import new_keys
from counter_bridge.errors import AuditRefused
from counter_bridge.sql_store import SqlStore
from counter_bridge.staff import RESIDENT, SYSTEM, Actor, Role

KEYS = new_keys()
AUDITOR = Actor("auditor", Role.AUDITOR)


@pytest.fixture
def tamper(place, store):
    """Somebody with the database's own password, who switches the triggers off."""

    def run(*statements: str) -> None:
        engine = create_engine(place.url.replace("postgresql:", "postgresql+psycopg:"))
        off = (
            ("DROP TRIGGER IF EXISTS audit_no_update", "DROP TRIGGER IF EXISTS audit_no_delete")
            if engine.dialect.name == "sqlite"
            else ("DROP TRIGGER IF EXISTS audit_append_only ON audit",)
        )
        with engine.begin() as connection:
            for statement in (*off, *statements):
                connection.execute(text(statement))
        engine.dispose()

    return run


def ten_entries(store: SqlStore) -> None:
    for number in range(10):
        store.audit.append(AUDITOR, "case_read", "case", f"case-{number}")


def test_every_act_on_a_case_leaves_who_when_what_and_to_which(
    store: SqlStore, content: CaseContent, clerk, clock
):
    case = store.create_case(content=content, counter="a", series="A", by=RESIDENT, at=clock.moment)
    for event, by in (
        (Revise(content), RESIDENT),
        (Call(), clerk),
        (Accept(), clerk),
        (Tick(SUPPORT_MEASURES), clerk),
        (Return("印がありません"), clerk),
    ):
        clock.forward(seconds=20)
        store.act_on_case(case.case_id, None, event, by, clock.moment)
    entries = store.audit.list(entity_id=case.case_id)
    assert [(e.act, e.actor) for e in reversed(entries)] == [
        ("case_prepare", "resident"),
        ("case_revise", "resident"),
        ("case_call", "suzuki"),
        ("case_accept", "suzuki"),
        ("case_tick", "suzuki"),
        ("case_return", "suzuki"),
    ]
    assert entries[0].at == clock.now
    assert isinstance(store.audit.verify(), AuditIntact)


def test_no_entry_holds_a_value(store: SqlStore, content: CaseContent, clerk, clock, markers):
    case = store.create_case(
        content=content, counter="a", series="A", by=RESIDENT, at=clock.moment, note_ja=markers["note"]
    )
    store.act_on_case(case.case_id, 1, Annotate(markers["said"]), clerk, clock.moment)
    told = repr(store.audit.list())
    assert re.fullmatch(r"[\x20-\x7e]*", told)


@pytest.mark.parametrize(
    ("act", "entity", "entity_id", "why"),
    [
        ("目印", "case", "case-1", ""),
        ("case_read", "case", "目印漢字太郎", ""),
        ("case_read", "case", "case-1", "because 目印 said so"),
        ("case_read", "case", "case-1", "free text"),
        ("case_read", "", "case-1", ""),
        ("x" * 81, "case", "case-1", ""),
    ],
)
def test_whatever_is_no_code_is_refused_and_not_repeated(sqlite_store: SqlStore, act, entity, entity_id, why):
    with pytest.raises(AuditRefused) as refused:
        sqlite_store.audit.append(AUDITOR, act, entity, entity_id, why)
    assert "目印" not in str(refused.value)
    assert sqlite_store.audit.list() == ()


def test_entries_are_listed_newest_first_and_by_record(store: SqlStore):
    ten_entries(store)
    assert [e.number for e in store.audit.list(limit=3)] == [10, 9, 8]
    assert [e.number for e in store.audit.list(entity_id="case-4")] == [5]


def test_entries_written_by_many_at_once_form_one_chain(store: SqlStore):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: store.audit.append(SYSTEM, "probe", "case", f"case-{n}"), range(80)))
    intact = store.audit.verify()
    assert isinstance(intact, AuditIntact)
    assert intact.entries == 80


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE audit SET actor = 'somebody' WHERE number = 4", AuditBroken(4, "entry_altered")),
        ("UPDATE audit SET at = '2020-01-01 00:00:00' WHERE number = 4", AuditBroken(4, "entry_altered")),
        ("DELETE FROM audit WHERE number = 4", AuditBroken(4, "entry_missing")),
        ("DELETE FROM audit WHERE number = 10", AuditBroken(10, "end_cut_off")),
        ("DELETE FROM audit WHERE number = 1", AuditBroken(1, "entry_missing")),
        ("UPDATE audit_head SET last_number = 9", AuditBroken(9, "head_altered")),
        ("UPDATE audit_head SET pruned_number = 3", AuditBroken(10, "head_altered")),
    ],
)
def test_tampering_is_found_where_it_happened(store: SqlStore, tamper, statement, broken):
    ten_entries(store)
    tamper(statement)
    assert store.audit.verify() == broken


def test_an_entry_put_in_by_hand_is_found(store: SqlStore, tamper):
    ten_entries(store)
    tamper(
        "INSERT INTO audit SELECT 11, at, actor, role, act, entity, entity_id, why, seal FROM audit WHERE number = 10"
    )
    assert store.audit.verify() == AuditBroken(11, "entry_altered")


def test_whoever_rewrites_the_whole_chain_without_the_key_is_found():
    """The seals are made with a key outside the database, so a consistent forgery needs that key."""
    thief, head, entries, seal = new_keys(), AuditHead(3, "", 0, "beginning"), [], "beginning"
    for number in range(1, 4):
        unsealed = AuditEntry(number, dt.datetime(2026, 4, 7, tzinfo=dt.UTC), "a", "b", "c", "d", "e", "", "")
        seal = seal_of(thief, unsealed, seal)
        entries.append(replace(unsealed, seal=seal))
    head = replace(head, last_seal=seal)
    assert verify(thief, head, head_seal(thief, head), entries) == AuditIntact(3, f"3:{seal}")
    assert verify(KEYS, head, head_seal(KEYS, head), entries) == AuditBroken(1, "entry_altered")
    assert verify(KEYS, head, head_seal(thief, head), entries) == AuditBroken(3, "head_altered")


@pytest.mark.parametrize("statement", ["UPDATE audit SET actor = 'x'", "DELETE FROM audit WHERE number = 10"])
def test_the_database_itself_refuses_to_change_an_entry(store: SqlStore, place, statement):
    ten_entries(store)
    with pytest.raises(exc.DBAPIError, match="append-only"), store._database.engine.begin() as connection:
        connection.execute(text(statement))
    assert isinstance(store.audit.verify(), AuditIntact)


def test_entries_go_after_their_term_and_the_rest_still_fits(store: SqlStore, clock):
    ten_entries(store)
    clock.now = clock.now.replace(year=2028)
    store.audit.append(AUDITOR, "case_read", "case", "case-later")
    clock.now = clock.now.replace(year=2031) + dt.timedelta(days=1)
    assert store.sweep().audit_entries == 10
    intact = store.audit.verify()
    assert isinstance(intact, AuditIntact)
    assert (intact.entries, store.audit.list()[0].entity_id) == (1, "case-later")
    store.audit.append(AUDITOR, "case_read", "case", "case-new")
    assert store.audit.verify().entries == 2
    assert store.sweep().audit_entries == 0
