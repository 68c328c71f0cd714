"""What was deleted is gone from the disk: from pages in use, from free pages, from the log.

SQLite overwrites what it frees (secure_delete) and the log is cut to nothing after a sweep. PostgreSQL removes dead
rows but neither clears the place in the page at once nor its own log: there the encryption stands, and `VACUUM FULL`
or a new key makes an end of it. docs/accounts.md says so to a town.
"""

import datetime as dt
import random
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, create_engine, select, text, type_coerce

from counter_bridge.case import CaseContent
from counter_bridge.encryption import load_keys
from counter_bridge.errors import Undecipherable
from counter_bridge.second_factor import SecondFactor
from counter_bridge.sql_store import SqlStore, rotate_key
from counter_bridge.staff import RESIDENT, Actor, Role, User
from counter_bridge.store import TurnAnswer

PASSWORD = "a long sentence nobody guesses"
ADMINISTRATOR = Actor("admin", Role.ADMINISTRATOR)
LARGE = "".join(chr(0x4E00 + n) for n in random.Random(7).choices(range(20_000), k=100_000))  # noqa: S311
"""Far more than a page, and not to be compressed: stands in a chain of overflow pages."""


def sealed_pieces(store: SqlStore) -> list[bytes]:
    """A piece from the beginning, the middle and the end of every encrypted value."""
    pieces = []
    with store._database.read() as connection:
        for table in store._database.tables.encrypted:
            for (body,) in connection.execute(select(type_coerce(table.c.body, LargeBinary))):
                value = bytes(body)
                pieces += [value[16:48], value[len(value) // 2 :][:32], value[-32:]]
    return [piece for piece in pieces if len(piece) == 32]


def raw(file: Path) -> bytes:
    """Database, log and index as they lie on the disk."""
    return b"".join(p.read_bytes() for p in file.parent.iterdir() if p.name.startswith(file.name))


def filled(store: SqlStore, content: CaseContent, consent, clock) -> list[bytes]:
    """Visits large and small, turns, a consent, a case, a second factor; gives what they look like on the disk."""
    visit = store.create_visit(on=clock.now, kb_version="kb", body={"text": LARGE}).visit
    store.add_consent(visit.visit_id, consent)
    store.create_case(
        content=content, counter="a", series="A", by=RESIDENT, at=clock.moment, visit_id=visit.visit_id
    )
    store.save_visit(visit, 1, TurnAnswer("turn", {"say": LARGE}))
    for number in range(20):
        store.create_visit(on=clock.now, kb_version="kb", body={"n": number, "text": LARGE[:200]})
    user = store.add_user("suzuki", "鈴木", [Role.COUNTER_STAFF], PASSWORD)
    assert isinstance(user, User)
    assert isinstance(store.begin_second_factor(user), SecondFactor)
    return sealed_pieces(store)


def test_nothing_of_it_is_left_in_pages_free_pages_and_log(sqlite_place, content, consent, clock):
    store = sqlite_place.open()
    file = Path(sqlite_place.url.removeprefix("sqlite:///"))
    pieces = filled(store, content, consent, clock)
    assert len(pieces) > 60
    assert all(piece in raw(file) for piece in pieces)
    clock.forward(days=2)
    swept = store.sweep()
    assert (swept.visits, swept.cases, swept.erased) == (21, 1, True)
    store.drop_second_factor("suzuki", ADMINISTRATOR)
    store.erase()
    with store._database.read() as connection:
        free = connection.exec_driver_sql("PRAGMA freelist_count").scalar()
    assert free > 50, "the pages are still there, empty"
    assert not [piece for piece in pieces if piece in raw(file)]
    store.close()


def test_free_pages_hold_zeros_and_go_with_a_vacuum(sqlite_place, content, consent, clock):
    store = sqlite_place.open()
    file = Path(sqlite_place.url.removeprefix("sqlite:///"))
    filled(store, content, consent, clock)
    clock.forward(days=2)
    store.sweep()
    store.close()
    engine = create_engine(sqlite_place.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        size = connection.exec_driver_sql("PRAGMA page_size").scalar()
        free = connection.exec_driver_sql("PRAGMA freelist_count").scalar()
        trunk = int.from_bytes(file.read_bytes()[32:36], "big")
        leaves = _free_leaves(file.read_bytes(), size, trunk)
        assert len(leaves) > free / 2
        data = file.read_bytes()
        assert not any(any(data[(n - 1) * size : n * size]) for n in leaves)
        before = file.stat().st_size
        connection.exec_driver_sql("VACUUM")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        assert connection.exec_driver_sql("PRAGMA freelist_count").scalar() == 0
    engine.dispose()
    assert file.stat().st_size <= before - free * size + size


def _free_leaves(data: bytes, size: int, trunk: int) -> list[int]:
    """Numbers of the free pages that hold nothing but what was deleted (sqlite.org/fileformat2.html, 1.5)."""
    leaves = []
    while trunk:
        page = data[(trunk - 1) * size : trunk * size]
        count = int.from_bytes(page[4:8], "big")
        leaves += [int.from_bytes(page[8 + 4 * n : 12 + 4 * n], "big") for n in range(count)]
        trunk = int.from_bytes(page[:4], "big")
    return leaves


@pytest.fixture
def postgresql_place(new_postgresql_database, tmp_path, clock):
    from tests.counter_bridge.cases.conftest import Place

    return Place(new_postgresql_database(), tmp_path / "key", clock)


def test_on_postgresql_rows_are_gone_and_a_full_vacuum_clears_the_files(
    postgresql_place, postgresql_cluster, content, consent, clock
):
    store = postgresql_place.open()
    pieces = filled(store, content, consent, clock)
    tables = [table.name for table in store._database.tables.encrypted]
    clock.forward(days=2)
    assert store.sweep().cases == 1
    store.drop_second_factor("suzuki", ADMINISTRATOR)
    assert sealed_pieces(store) == [], "nobody who asks the database gets any of it"
    with store._database.engine.connect() as connection:
        outside = connection.execution_options(isolation_level="AUTOCOMMIT")
        for table in tables:
            outside.execute(text(f'VACUUM FULL "{table}"'))
        outside.execute(text("CHECKPOINT"))
        files = [
            postgresql_cluster / "data" / path
            for table in tables
            for path in outside.execute(
                text(
                    "SELECT pg_relation_filepath(c.oid) FROM pg_class c WHERE c.oid = CAST(:t AS regclass) "
                    "UNION SELECT pg_relation_filepath(c.reltoastrelid) FROM pg_class c "
                    "WHERE c.oid = CAST(:t AS regclass) AND c.reltoastrelid <> 0"
                ),
                {"t": table},
            ).scalars()
        ]
    kept = b"".join(file.read_bytes() for file in files if file.is_file())
    assert not [piece for piece in pieces if piece in kept]
    store.close()


def test_a_new_key_makes_what_lies_about_unreadable(sqlite_place, clock):
    """Copies of pages the database no longer knows of: its log, a snapshot of the disk, an old backup."""
    store = sqlite_place.open()
    store.create_visit(on=clock.now, kb_version="kb", body={"text": "目印"})
    with store._database.read() as connection:
        column = store._database.tables.visits.c.body
        left_over = bytes(connection.execute(select(type_coerce(column, LargeBinary))).scalar())
    store.close()
    assert b"text" in load_keys(sqlite_place.key).decrypted(left_over, "visits.body")
    clock.forward(days=1)
    rotate_key(sqlite_place.url, sqlite_place.key, clock=clock)
    with pytest.raises(Undecipherable):
        load_keys(sqlite_place.key).decrypted(left_over, "visits.body")


def test_terms_by_class_are_kept_apart(store: SqlStore, content: CaseContent, clock):
    """A visit goes in minutes, a login in hours, a case in days, the audit in years."""
    store.create_visit(on=clock.now, kb_version="kb", body={})
    user = store.add_user("suzuki", "鈴木", [Role.COUNTER_STAFF], PASSWORD)
    store.open_session(user)
    store.begin_sign_on("state", {"nonce": "x"})
    store.create_case(content=content, counter="a", series="A", by=RESIDENT, at=clock.moment)
    gone = []
    for step in (dt.timedelta(minutes=15), dt.timedelta(minutes=45), dt.timedelta(hours=23)):
        clock.now += step
        swept = store.sweep()
        gone.append((swept.visits, swept.sessions, swept.cases, swept.audit_entries))
    assert gone == [(1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0)]
    assert store.take_sign_on("state") is None
