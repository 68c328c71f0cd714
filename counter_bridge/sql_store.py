"""The store over SQLAlchemy: opened once at start, used from worker threads, the same code for both databases.

Opening makes the file and the key at the first start, brings the tables up to date, and proves that the key is the
database's own; whatever is wrong stops the start with a typed error. Every method is one transaction of its own.
"""

import datetime as dt
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection, Engine, Table, insert, inspect, or_, select, text, update

from counter_bridge.clock_trust import ClockNote, watched
from counter_bridge.encryption import create_keys, load_keys, replace_keys
from counter_bridge.errors import KeyWrong, Undecipherable
from counter_bridge.retention import audit_before
from counter_bridge.sql_cases import SqlCases
from counter_bridge.sql_conversations import SqlConversations
from counter_bridge.sql_database import Database, failures_told, make_engine, migrate, one_at_a_time
from counter_bridge.sql_devices import SqlDevices
from counter_bridge.sql_part import Terms
from counter_bridge.sql_staff import SqlStaff
from counter_bridge.staff import CLOCK_TOLERANCE, SYSTEM
from counter_bridge.store import StoredVisit, Swept

CLOCK = "clock"
KEY_CHECK = "key_check"
KEY_CHECK_TEXT = b"one counter"


class SqlStore(SqlCases, SqlConversations, SqlStaff, SqlDevices):
    """All there is to keep: visits, conversations, cases, tickets, staff, devices, and `audit`."""

    def sweep(self) -> Swept:
        """Removes what is past its term on the real clock and erases it from the file; safe to repeat.

        A clock that has leapt is not believed at once: visits and logins go, cases and audit wait (clock_trust.py).
        A visit that was active in the future stems from a clock set back since, and would never be over.
        """
        now = self._database.clock()
        visits = self._database.tables.visits
        with self._database.write() as connection:
            trusted = self._clock_is_trusted(connection, now)
            over = or_(visits.c.expires_at <= now, visits.c.last_activity > now + CLOCK_TOLERANCE)
            abandoned = list(connection.scalars(select(visits.c.visit_id).where(over).with_for_update()))
            given_up = tuple(filter(None, (self._as_it_was(connection, one) for one in abandoned)))
            for visit_id in abandoned:
                self._wipe_visit(connection, visit_id)
            cases = self._remove_expired_cases(connection, now) if trusted else []
            sessions = self._remove_expired_sessions(connection)
            self._forget_series(connection, now - dt.timedelta(days=self._terms.retention.ticket_series_days))
            for visit_id in abandoned:
                self.audit.record(connection, SYSTEM, "visit_wipe", "visit", visit_id, "abandoned")
            for case_id in cases:
                self.audit.record(connection, SYSTEM, "case_remove", "case", case_id, "term_over")
            entries = self.audit.prune(connection, audit_before(self._terms.retention, now)) if trusted else 0
        swept = Swept(len(abandoned), len(cases), sessions, entries, clock_trusted=trusted, given_up=given_up)
        return replace(swept, erased=self._database.erase()) if swept.anything else swept

    def _as_it_was(self, connection: Connection, visit_id: str) -> StoredVisit | None:
        """A visit about to go; None when it cannot be read, which stops no deletion."""
        visits = self._database.tables.visits
        try:
            row = connection.execute(select(visits).where(visits.c.visit_id == visit_id)).first()
            return None if row is None else self._visit_of(row)
        except Undecipherable:
            return None

    def _clock_is_trusted(self, connection: Connection, now: dt.datetime) -> bool:
        """Whether terms may be counted by this clock; keeps what later sweeps need to know."""
        about = self._database.tables.about
        kept = connection.execute(select(about.c.value).where(about.c.name == CLOCK)).scalar()
        noted = watched(None if kept is None else ClockNote.of(bytes(kept)), now)
        values = {"value": noted.as_bytes()}
        if kept is None:
            connection.execute(insert(about).values(name=CLOCK, **values))
        else:
            connection.execute(update(about).where(about.c.name == CLOCK).values(**values))
        return noted.leapt_at is None

    def erase(self) -> bool:
        """Erases deleted bytes from the database's log; after a visit was wiped on request."""
        return self._database.erase()

    def check(self) -> None:
        """Raises `StoreUnavailable` when nothing can be written now.

        Writes a row as it is: only a page that really goes to the disk shows that the disk is full.
        """
        about = self._database.tables.about
        with self._database.write() as connection:
            connection.execute(update(about).where(about.c.name == KEY_CHECK).values(name=about.c.name))

    def close(self) -> None:
        """Ends every connection."""
        self._database.close()


def open_store(
    url: str, key_path: Path, *, clock: Callable[[], dt.datetime], terms: Terms | None = None
) -> SqlStore:
    """The store at `url` (`sqlite:///file` or `postgresql://…`), with the key file at `key_path`.

    `clock` gives the real, aware time. `StoreUnavailable`, `StoreMisconfigured`, `StoreTooNew` or a `KeyProblem` when
    it cannot be used; a key is made only for a database that has none yet.
    """
    terms = terms or Terms()
    with ExitStack() as undo:
        engine = make_engine(url, terms.wait_s)
        undo.callback(engine.dispose)
        keys = load_keys(key_path) if _is_tied_to_a_key(engine) else create_keys(key_path)
        migrate(engine)
        database = Database(engine, keys, clock, terms.wait_s)
        store = SqlStore(database, terms)
        with database.write() as connection:
            one_at_a_time(connection)
            _tie_to_key(connection, database)
            store.audit.begin(connection)
        undo.pop_all()
    return store


def rotate_key(url: str, key_path: Path, *, clock: Callable[[], dt.datetime]) -> int:
    """Encrypts everything under a new key and drops the old ones; gives the number of values written.

    No other process may have the store open. The key file opens every value at every moment, so a crash in the middle
    is mended by doing it again. A backup needs the key file of its time.
    """
    open_store(url, key_path, clock=clock).close()
    keys = load_keys(key_path).rotated()
    replace_keys(key_path, keys)
    engine = make_engine(url)
    try:
        database = Database(engine, keys, clock)
        about = database.tables.about
        with database.write() as connection:
            written = sum(_encrypted_anew(connection, table) for table in database.tables.encrypted)
            connection.execute(
                update(about)
                .where(about.c.name == KEY_CHECK)
                .values(value=keys.encrypted(KEY_CHECK_TEXT, KEY_CHECK))
            )
        database.erase()
    finally:
        engine.dispose()
    replace_keys(key_path, keys.only_current())
    return written


def _encrypted_anew(connection: Connection, table: Table) -> int:
    keys = list(table.primary_key.columns)
    rows = connection.execute(select(*keys, table.c.body)).all()
    for row in rows:
        mine = [column == value for column, value in zip(keys, row[:-1], strict=True)]
        connection.execute(update(table).where(*mine).values(body=row.body))
    return len(rows)


def _is_tied_to_a_key(engine: Engine) -> bool:
    """Whether the database was used before: its key must then exist, a new one would open nothing."""
    with failures_told():
        if not inspect(engine).has_table("about"):
            return False
        with engine.begin() as connection:
            return (
                connection.execute(text("SELECT 1 FROM about WHERE name = :n"), {"n": KEY_CHECK}).first()
                is not None
            )


def _tie_to_key(connection: Connection, database: Database) -> None:
    about = database.tables.about
    kept = connection.execute(select(about.c.value).where(about.c.name == KEY_CHECK)).scalar()
    if kept is None:
        value = database.keys.encrypted(KEY_CHECK_TEXT, KEY_CHECK)
        connection.execute(insert(about).values(name=KEY_CHECK, value=value))
        return
    try:
        database.keys.decrypted(bytes(kept), KEY_CHECK)
    except Undecipherable:
        raise KeyWrong from None
