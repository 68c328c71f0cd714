"""A database that is locked, full, read-only, damaged, gone or too new: told, and nothing half-saved."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, event, text

from counter_bridge.case import Case, CaseContent
from counter_bridge.case_events import Call
from counter_bridge.errors import (
    UNAVAILABLE_JA,
    StoreMisconfigured,
    StoreTooNew,
    StoreUnavailable,
)
from counter_bridge.sql_part import Terms
from counter_bridge.sql_store import SqlStore, open_store
from counter_bridge.staff import RESIDENT, Actor, Role

CLERK = Actor("suzuki", Role.COUNTER_STAFF)

FULL_DISK = """
import datetime as dt, json, pathlib, subprocess, sys
from counter_bridge.case import Case, CaseContent
from counter_bridge.case_events import Moment
from counter_bridge.errors import StoreUnavailable
from counter_bridge.sql_part import Terms
from counter_bridge.sql_store import open_store
from counter_bridge.staff import RESIDENT, Actor, Role
from dataclasses import replace

disk = pathlib.Path(sys.argv[1])
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], check=True)
now = dt.datetime(2026, 4, 7, 10, tzinfo=dt.UTC)
store = open_store(f"sqlite:///{disk / 'counter.db'}", disk / "key", clock=lambda: now)
prepare = lambda: store.create_case(content=CaseContent(), counter="a", series="A", by=RESIDENT,
                                    at=Moment(now, now.date()))
visit = store.create_visit(on=now, kb_version="kb", body={"text": "before"}).visit
kept = prepare()
filler = disk / "filler"
try:
    filler.write_bytes(b"x" * 4_000_000)
except OSError:
    pass
codes = set()
saved = visit
noise = [chr(0x4e00 + (n * 7919) % 20000) for n in range(200_000)]
for change in (prepare, lambda: store.save_visit(replace(saved, body=noise), saved.version)):
    for _ in range(50):
        try:
            done = change()
            saved = done if not isinstance(done, Case) else saved
        except StoreUnavailable as reason:
            codes.add(reason.code)
            break
cases_when_full = store.list_cases()
version_when_full = store.get_visit(visit.visit_id).version
try:
    store.check()
    checked = "up"
except StoreUnavailable as reason:
    checked = reason.code
filler.unlink()
after = prepare()
print(json.dumps({
    "codes": sorted(codes), "kept": kept in cases_when_full, "checked": checked,
    "version": version_when_full, "saved": saved.version,
    "next": after.ticket.number, "cases": len(cases_when_full), "audit": type(store.audit.verify()).__name__,
}))
store.close()
"""

END_OTHER_CONNECTIONS = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def test_a_full_disk_is_told_and_loses_nothing(tmp_path: Path):
    disk = tmp_path / "disk"
    disk.mkdir()
    as_root = [] if os.geteuid() == 0 else ["--map-root-user"]
    ended = subprocess.run(  # noqa: S603
        ["/usr/bin/unshare", "--mount", *as_root, sys.executable, "-c", FULL_DISK, str(disk)],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert ended.returncode == 0, ended.stderr
    found = json.loads(ended.stdout)
    assert found["codes"] == ["store_full"]
    assert found["kept"] is True
    assert found["checked"] == "store_full", "readyz says so too"
    assert found["version"] == found["saved"]
    assert found["next"] == 101 + found["cases"]
    assert found["audit"] == "AuditIntact"


def test_a_locked_database_is_told_and_nothing_is_half_saved(sqlite_place, content: CaseContent, clock):
    store = sqlite_place.open(Terms(wait_s=0.05))
    visit = store.create_visit(on=clock.now, kb_version="kb", body={"n": 1}).visit
    other = sqlite3.connect(sqlite_place.url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    for change in (
        lambda: store.save_visit(visit, 1),
        lambda: store.next_ticket("A", clock.moment.today),
        store.check,
        store.sweep,
    ):
        with pytest.raises(StoreUnavailable) as told:
            change()
        assert told.value.code == "store_locked"
        assert told.value.remedy_ja
    other.execute("ROLLBACK")
    other.close()
    store.check()
    assert store.get_visit(visit.visit_id) == visit
    assert store.next_ticket("A", clock.moment.today).number == 101
    store.close()


def test_a_transaction_that_fails_in_the_middle_leaves_no_trace(
    sqlite_store: SqlStore, content: CaseContent, clock
):
    """The audit entry is the last write of a change; when it fails the change is gone too, number and all."""
    case = sqlite_store.create_case(content=content, counter="a", series="A", by=RESIDENT, at=clock.moment)
    assert isinstance(case, Case)

    @event.listens_for(sqlite_store._database.engine, "before_cursor_execute")
    def fail(_connection, _cursor, statement, *_):
        if statement.startswith("INSERT INTO audit "):
            raise sqlite3.OperationalError("disk")

    with pytest.raises(StoreUnavailable):
        sqlite_store.create_case(content=content, counter="a", series="A", by=RESIDENT, at=clock.moment)
    with pytest.raises(StoreUnavailable):
        sqlite_store.act_on_case(case.case_id, 1, Call(), CLERK, clock.moment)
    event.remove(sqlite_store._database.engine, "before_cursor_execute", fail)
    assert sqlite_store.list_cases() == (case,)
    assert sqlite_store.next_ticket("A", clock.moment.today).number == 102


def test_a_read_only_file_is_told(sqlite_place, clock):
    sqlite_place.open().close()
    engine_file = Path(sqlite_place.url.removeprefix("sqlite:///"))
    store = sqlite_place.open()

    @event.listens_for(store._database.engine, "checkout")
    def only_read(connection, *_):
        connection.execute("PRAGMA query_only=ON")

    with pytest.raises(StoreUnavailable) as told:
        store.check()
    assert told.value.code == "store_read_only"
    assert engine_file.exists()
    store.close()


def test_a_file_that_is_no_database_is_told(sqlite_place):
    Path(sqlite_place.url.removeprefix("sqlite:///")).write_bytes(
        b"not a database at all, but long enough" * 99
    )
    with pytest.raises(StoreUnavailable) as told:
        sqlite_place.open()
    assert told.value.code == "store_damaged"


def test_a_folder_that_cannot_be_used_is_told(tmp_path: Path, clock):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable) as told:
        open_store(f"sqlite:///{tmp_path / 'file' / 'x.db'}", tmp_path / "key", clock=clock)
    assert told.value.code == "store_unreachable"


def test_a_database_server_that_is_gone_is_told(tmp_path: Path, clock):
    with pytest.raises(StoreUnavailable) as told:
        open_store(f"postgresql://nobody@/x?host={tmp_path}", tmp_path / "key", clock=clock)
    assert told.value.code == "store_unreachable"
    assert not (tmp_path / "key").exists()


@pytest.mark.parametrize("url", ["", "nonsense", "sqlite://", "sqlite:///:memory:", "mysql://x/y"])
def test_an_address_that_cannot_work_is_refused_at_start(url: str, tmp_path: Path, clock):
    with pytest.raises(StoreMisconfigured) as told:
        open_store(url, tmp_path / "key", clock=clock)
    assert "ASSISTANT_DATABASE_URL" in told.value.remedy_ja


def test_a_database_of_a_later_version_is_left_alone(place):
    place.open().close()
    url = place.url.replace("postgresql:", "postgresql+psycopg:")
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'v9999'"))
    engine.dispose()
    with pytest.raises(StoreTooNew):
        place.open()


def test_a_server_that_ends_connections_is_told_and_used_again_when_back(
    new_postgresql_database, tmp_path, clock
):
    url = new_postgresql_database()
    store = open_store(url, tmp_path / "key", clock=clock)
    visit = store.create_visit(on=clock.now, kb_version="kb", body={}).visit
    killer = create_engine(url.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT")

    def killed_in_the_middle() -> None:
        with store._database.write() as connection, killer.connect() as admin:
            admin.execute(END_OTHER_CONNECTIONS)
            connection.execute(text("SELECT 1"))

    with pytest.raises(StoreUnavailable) as told:
        killed_in_the_middle()
    killer.dispose()
    assert told.value.code == "store_unreachable"
    assert store.get_visit(visit.visit_id) == visit
    store.close()


def test_a_row_locked_too_long_on_the_server_is_told(
    new_postgresql_database, tmp_path, clock, clerk, content
):
    url = new_postgresql_database()
    store = open_store(url, tmp_path / "key", clock=clock)
    case = store.create_case(content=content, counter="a", series="A", by=RESIDENT, at=clock.moment)
    impatient = open_store(url, tmp_path / "key", clock=clock, terms=Terms(wait_s=0.05))
    with store._database.write() as connection:
        connection.execute(text("SELECT * FROM cases FOR UPDATE"))
        with pytest.raises(StoreUnavailable) as told:
            impatient.act_on_case(case.case_id, 1, Call(), clerk, clock.moment)
    assert told.value.code == "store_locked"
    impatient.close()
    store.close()


def test_every_failure_has_words_for_people():
    assert all(detail and remedy for detail, remedy in UNAVAILABLE_JA.values())
