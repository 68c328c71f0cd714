"""The migrations make the tables the code uses, on both databases, and only once."""

import sqlite3

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect
from sqlalchemy.exc import OperationalError

from counter_bridge.sql_database import begin_write, make_engine, migrations
from counter_bridge.sql_store import SqlStore


def test_the_migrated_tables_are_the_tables_of_the_code(store: SqlStore):
    with store._database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, store._database.tables.metadata) == []


def test_opening_again_changes_nothing(place, clock):
    first = place.open()
    visit = first.create_visit(on=clock.now, kb_version="kb", body={"a": 1}).visit
    tables = inspect(first._database.engine).get_table_names()
    first.close()
    again = place.open()
    assert again.get_visit(visit.visit_id) == visit
    assert inspect(again._database.engine).get_table_names() == tables
    again.close()


def test_sqlite_is_set_up_for_safety(sqlite_place):
    store = sqlite_place.open()
    with store._database.read() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys", "secure_delete")
        }
    store.close()
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "busy_timeout": 5000,
        "foreign_keys": 1,
        "secure_delete": 1,
    }


def test_a_failed_migration_leaves_the_database_as_it_was(sqlite_place):
    """A table of the same name is in the way in the middle of the first migration."""
    path = sqlite_place.url.removeprefix("sqlite:///")
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE users (somebody TEXT)")
    other.commit()
    with pytest.raises(OperationalError, match="users"):
        sqlite_place.open()
    left = {row[0] for row in other.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    other.close()
    assert left == {"users"}


def test_accounts_of_the_first_version_stay_and_their_logins_end(place, clock):
    engine = make_engine(place.url)
    with begin_write(engine) as connection:
        config = migrations()
        config.attributes["connection"] = connection
        command.upgrade(config, "v0001")
        connection.exec_driver_sql(
            "INSERT INTO users (user_id, name, name_ja, roles, password_hash, demo, disabled, created_at) "
            "VALUES ('user-1', 'suzuki', '鈴木', 'auditor', 'x', false, false, '2026-04-01 00:00:00+00:00')"
        )
        connection.exec_driver_sql(
            "INSERT INTO sessions (token_hash, user_id, created_at, last_seen_at, expires_at) "
            "VALUES ('x', 'user-1', '2026-04-07 00:00:00+00:00', '2026-04-07 00:00:00+00:00', '2026-04-08 00:00:00+00:00')"
        )
    engine.dispose()
    store = place.open()
    (suzuki,) = store.list_users()
    assert (suzuki.name, suzuki.temporary_password, suzuki.totp, suzuki.subject) == (
        "suzuki",
        False,
        False,
        None,
    )
    assert store.list_sessions() == ()
    store.close()
