"""Personal values stand nowhere in clear, and the store opens only with its own key."""

import json
import sqlite3
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import column, create_engine, select, table, text

from counter_bridge.case import Case
from counter_bridge.case_events import Accept, Annotate, Correct, Return
from counter_bridge.encryption import create_keys, load_keys, new_keys
from counter_bridge.errors import (
    KeyExposed,
    KeyMissing,
    KeyUnreadable,
    KeyWrong,
    Undecipherable,
)
from counter_bridge.sql_store import open_store, rotate_key
from counter_bridge.staff import RESIDENT
from counter_bridge.store import TurnAnswer
from kb.facts import Fact, Origin

KEYS = new_keys()


def fill(store, content, consent, clerk, clock, markers) -> Case:
    """A visit and a case with every marker in them, in several versions."""
    visit = store.create_visit(on=clock.now, kb_version="kb", body={"said": markers["said"]}).visit
    visit = store.save_visit(
        replace(visit, body={"said": [markers["said"], markers["name"]]}),
        1,
        TurnAnswer("turn-1", {"say": markers["address"]}),
    )
    store.add_consent(visit.visit_id, consent)
    case = store.create_case(
        content=content,
        counter="residents",
        series="A",
        by=RESIDENT,
        at=clock.moment,
        visit_id=visit.visit_id,
        note_ja=markers["note"],
    )
    typed = content.facts.with_fact(Fact("people.p1.name", markers["name"], Origin.STAFF))
    for event in (
        Correct(replace(content, facts=typed)),
        Accept(),
        Annotate(markers["note"]),
        Return(markers["said"]),
    ):
        case = store.act_on_case(case.case_id, None, event, clerk, clock.moment)
    return case


def encodings(markers) -> list[bytes]:
    forms = [
        m.encode(code) for m in markers.values() for code in ("utf-8", "utf-16-le", "utf-16-be", "cp932")
    ]
    return [*forms, *(json.dumps(m)[1:-1].encode() for m in markers.values())]


def test_no_marker_stands_in_the_file_its_log_or_its_index(
    sqlite_place, content, consent, clerk, clock, markers
):
    store = sqlite_place.open()
    case = fill(store, content, consent, clerk, clock, markers)
    file = Path(sqlite_place.url.removeprefix("sqlite:///"))
    files = sorted(path for path in file.parent.iterdir() if path.name.startswith(file.name))
    assert [path.name for path in files] == ["counter.db", "counter.db-shm", "counter.db-wal"]
    raw = b"".join(path.read_bytes() for path in files)
    assert case.case_id.encode() in raw
    assert not [form for form in encodings(markers) if form in raw]
    store.close()
    assert not [form for form in encodings(markers) if form in file.read_bytes()]


def test_no_marker_stands_in_the_server(
    new_postgresql_database, tmp_path, content, consent, clerk, clock, markers
):
    url = new_postgresql_database()
    store = open_store(url, tmp_path / "key", clock=clock)
    fill(store, content, consent, clerk, clock, markers)
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        names = connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        raw = "".join(
            str(tuple(row))
            for name in names.scalars().all()
            for row in connection.execute(select(column("*", is_literal=True)).select_from(table(name)))
        )
    engine.dispose()
    store.close()
    assert "case_annotate" in raw
    assert not [m for m in markers.values() if m in raw or str(m.encode())[2:-1] in raw]


def test_the_files_are_only_their_owners(sqlite_place, clock):
    store = sqlite_place.open()
    store.create_visit(on=clock.now, kb_version="kb", body={})
    file = Path(sqlite_place.url.removeprefix("sqlite:///"))
    made = [path for path in file.parent.iterdir() if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in made} == {0o600}
    assert {path.name for path in made} == {"counter.db", "counter.db-shm", "counter.db-wal", "key"}
    store.close()


def test_without_its_key_the_store_does_not_open_and_makes_no_new_one(place):
    place.open().close()
    place.key.unlink()
    with pytest.raises(KeyMissing) as told:
        place.open()
    assert "鍵" in told.value.remedy_ja
    assert not place.key.exists()


def test_with_a_foreign_key_the_store_does_not_open(place, tmp_path):
    place.open().close()
    place.key.unlink()
    create_keys(place.key)
    with pytest.raises(KeyWrong):
        place.open()


def test_a_key_that_others_may_read_is_refused(sqlite_place):
    sqlite_place.open().close()
    sqlite_place.key.chmod(0o640)
    with pytest.raises(KeyExposed) as told:
        sqlite_place.open()
    assert "600" in told.value.remedy_ja


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "not json",
        '{"keys": {}, "current": "a", "audit_key": ""}',
        '{"keys": 5}',
        "[]",
        '{"keys": {"a": "AAAA"}, "current": "a", "audit_key": "AAAA"}',
        "鍵",
    ],
)
def test_a_file_that_is_no_key_file_is_refused(sqlite_place, text):
    sqlite_place.open().close()
    sqlite_place.key.write_text(text, encoding="utf-8")
    with pytest.raises(KeyUnreadable):
        sqlite_place.open()


def test_making_keys_twice_keeps_the_first(tmp_path):
    first = create_keys(tmp_path / "home" / "key")
    again = create_keys(tmp_path / "home" / "key")
    assert again.as_text() == first.as_text()
    assert [path.name for path in (tmp_path / "home").iterdir()] == ["key"]


@given(st.binary(max_size=300), st.sampled_from(["cases.body", "visits.body"]))
def test_what_is_encrypted_comes_back_and_never_looks_the_same_twice(plain, place):
    once, twice = KEYS.encrypted(plain, place), KEYS.encrypted(plain, place)
    assert KEYS.decrypted(once, place) == KEYS.decrypted(twice, place) == plain
    assert once != twice


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_single_altered_byte_is_noticed(position, change):
    value = bytearray(KEYS.encrypted("目印漢字太郎".encode(), "cases.body"))
    value[position % len(value)] ^= change
    with pytest.raises(Undecipherable) as told:
        KEYS.decrypted(bytes(value), "cases.body")
    assert "目印" not in str(told.value)


@pytest.mark.parametrize("value", [b"", b"OC1", b"plain text that was never encrypted at all"])
def test_what_was_never_encrypted_does_not_open(value):
    with pytest.raises(Undecipherable):
        KEYS.decrypted(value, "cases.body")


def test_a_value_moved_to_another_column_or_row_does_not_open(sqlite_place, content, clock):
    with pytest.raises(Undecipherable):
        KEYS.decrypted(KEYS.encrypted(b"x", "cases.body"), "visits.body")
    store = sqlite_place.open()
    one, two = (
        store.create_case(content=content, counter="a", series="A", by=RESIDENT, at=clock.moment)
        for _ in range(2)
    )
    file = sqlite3.connect(sqlite_place.url.removeprefix("sqlite:///"))
    file.execute(
        "UPDATE cases SET body = (SELECT body FROM cases WHERE case_id = ?) WHERE case_id = ?",
        (one.case_id, two.case_id),
    )
    file.commit()
    file.close()
    assert store.get_case(one.case_id) == one
    with pytest.raises(Undecipherable):
        store.get_case(two.case_id)
    store.close()


def test_keys_show_in_no_repr():
    raw = json.loads(KEYS.as_text())
    assert not [key for key in raw["keys"].values() if key in repr(KEYS) or key in str(KEYS.__dict__.keys())]


def test_a_new_key_opens_everything_and_the_old_one_nothing(place, content, consent, clerk, clock, markers):
    store = place.open()
    case = fill(store, content, consent, clerk, clock, markers)
    intact = store.audit.verify()
    store.close()
    before = load_keys(place.key)
    assert rotate_key(place.url, place.key, clock=clock) == 4
    after = load_keys(place.key)
    assert after.current != before.current
    store = place.open()
    assert store.get_case(case.case_id) == case
    assert store.audit.verify() == intact
    with store._database.read() as connection:
        rows = connection.exec_driver_sql("SELECT body FROM cases").all()
    store.close()
    assert all(after.is_current(bytes(row[0])) for row in rows)
    with pytest.raises(Undecipherable):
        before.decrypted(bytes(rows[0][0]), "cases.body")
    place.key.write_text(before.as_text(), encoding="ascii")
    with pytest.raises(KeyWrong):
        place.open()
