"""One connection to the database: its settings, its transactions, its migrations, and its failures in our words.

SQLite for one machine, PostgreSQL for many, by URL (DESIGN decision 4). Writers on SQLite take their lock when they
begin: a transaction that reads first and takes the lock later loses updates. Within a process they queue for it in
turn, for SQLite's own waiting is not fair.
"""

import datetime as dt
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, exc, text
from sqlalchemy.engine import URL, make_url

from counter_bridge.encryption import Keys
from counter_bridge.errors import StoreMisconfigured, StoreTooNew, StoreUnavailable
from counter_bridge.sql_tables import Tables

WAIT_S = 5.0
"""How long a writer waits for another before it gives up."""
CONNECTIONS_KEPT = 8
CONNECTIONS_MORE = 56
"""A worker thread holds one connection; web servers run about forty."""
MIGRATION_LOCK = 0x0C0_4711
"""PostgreSQL advisory lock under which one process at a time migrates."""

PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
    "PRAGMA temp_store=MEMORY",
)
"""secure_delete overwrites what is deleted with zeros; temp_store keeps sorts off the disk."""

SQLITE_CODES = {
    "SQLITE_BUSY": "store_locked",
    "SQLITE_LOCKED": "store_locked",
    "SQLITE_FULL": "store_full",
    "SQLITE_READONLY": "store_read_only",
    "SQLITE_PERM": "store_read_only",
    "SQLITE_CORRUPT": "store_damaged",
    "SQLITE_NOTADB": "store_damaged",
    "SQLITE_IOERR": "store_unreachable",
    "SQLITE_CANTOPEN": "store_unreachable",
    "SQLITE_PROTOCOL": "store_locked",
}
"""Result code (extended codes begin with it) → our code."""

POSTGRESQL_CODES = {
    "53100": "store_full",
    "55P03": "store_locked",
    "40P01": "store_locked",
    "40001": "store_locked",
    "57014": "store_locked",
    "25006": "store_read_only",
    "XX001": "store_damaged",
    "XX002": "store_damaged",
}
"""SQLSTATE → our code; errors without one are lost connections."""


class Database:
    """An engine with the tables of this store; every use is one explicit transaction."""

    def __init__(self, engine: Engine, keys: Keys, clock: Callable[[], dt.datetime], wait_s: float = WAIT_S):
        self.engine = engine
        self.keys = keys
        self.tables = Tables(keys)
        self.clock = clock
        self._wait_s = wait_s
        self._writer = threading.Lock() if engine.dialect.name == "sqlite" else None

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is one file."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one state of things and changes nothing."""
        with failures_told(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is kept as a whole when the block ends, and undone as a whole when it raises."""
        with failures_told(), ExitStack() as held:
            if self._writer is not None:
                if not self._writer.acquire(timeout=2 * self._wait_s):
                    raise StoreUnavailable("store_locked")
                held.callback(self._writer.release)
            yield held.enter_context(begin_write(self.engine))

    def erase(self) -> bool:
        """Drops what was deleted from the database's log; False while somebody still reads the old state.

        SQLite: the log is written into the file and cut to nothing. PostgreSQL: dead rows are vacuumed.
        """
        with failures_told():
            return self._truncated_log() if self.is_sqlite else self._vacuumed()

    def _truncated_log(self) -> bool:
        # On the driver's connection: asking SQLAlchemy for autocommit would reset how ours begins transactions.
        connection = self.engine.raw_connection()
        try:
            busy, _, _ = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError:
            return False
        finally:
            connection.close()
        return not busy

    def _vacuumed(self) -> bool:
        with self.engine.connect() as connection:
            outside = connection.execution_options(isolation_level="AUTOCOMMIT")
            for table in self.tables.encrypted:
                outside.execute(text(f'VACUUM "{table.name}"'))
        return True

    def close(self) -> None:
        """Ends every connection."""
        self.engine.dispose()


@contextmanager
def begin_write(engine: Engine) -> Iterator[Connection]:
    """A transaction that holds the writer's lock from its start."""
    with engine.execution_options(writes=True).begin() as connection:
        yield connection


@contextmanager
def failures_told() -> Iterator[None]:
    """Turns the database's failures into `StoreUnavailable`; anything else is a defect and stays as it is."""
    try:
        yield
    except exc.DBAPIError as error:
        code = code_of(error)
        if code is None:
            raise
        raise StoreUnavailable(code) from None
    except exc.TimeoutError:
        raise StoreUnavailable("store_locked") from None


def code_of(error: exc.DBAPIError) -> str | None:
    """Our stable code for a failure of the database, None for a defect of ours."""
    original = error.orig
    name = getattr(original, "sqlite_errorname", None)
    if name is not None:
        return next((code for prefix, code in SQLITE_CODES.items() if name.startswith(prefix)), None)
    state = getattr(original, "sqlstate", None)
    if state is not None:
        return POSTGRESQL_CODES.get(state, "store_unreachable" if state[:2] in ("08", "57", "53") else None)
    return "store_unreachable" if isinstance(error, exc.OperationalError) else None


def make_engine(url: str, wait_s: float = WAIT_S) -> Engine:
    """An engine for `sqlite:///file` or `postgresql://…`; `StoreMisconfigured` for anything else."""
    try:
        parsed = make_url(url)
    except exc.ArgumentError:
        raise StoreMisconfigured("the address cannot be read") from None
    backend = parsed.get_backend_name()
    if backend == "sqlite" and parsed.database not in (None, "", ":memory:"):
        return _sqlite_engine(parsed, wait_s)
    if backend == "postgresql":
        return _postgresql_engine(parsed, wait_s)
    raise StoreMisconfigured(f"{backend} is not supported, or names no file")


def _sqlite_engine(url: URL, wait_s: float) -> Engine:
    _private_file(Path(str(url.database)))
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=CONNECTIONS_KEPT,
        max_overflow=CONNECTIONS_MORE,
        pool_timeout=2 * wait_s,
        connect_args={"timeout": wait_s},
    )

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _private_file(path: Path) -> None:
    """Only its owner reads the file; SQLite gives its log the same rights."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except PermissionError:
        raise StoreUnavailable("store_read_only") from None
    except OSError:
        raise StoreUnavailable("store_unreachable") from None


def _postgresql_engine(url: URL, wait_s: float) -> Engine:
    try:
        return create_engine(
            url.set(drivername="postgresql+psycopg"),
            hide_parameters=True,
            pool_size=CONNECTIONS_KEPT,
            max_overflow=CONNECTIONS_MORE,
            pool_timeout=2 * wait_s,
            pool_pre_ping=True,
            connect_args={
                "connect_timeout": max(2, round(wait_s)),
                "options": f"-c lock_timeout={int(wait_s * 1000)}",
            },
        )
    except ModuleNotFoundError:
        raise StoreMisconfigured("PostgreSQL needs the package psycopg[binary]") from None


def one_at_a_time(connection: Connection) -> None:
    """Lets processes that start together on an empty database wait for one another until this transaction ends.

    SQLite does so by itself: its writing transactions begin immediately.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})


def migrations() -> Config:
    """Where the migrations are; `attributes["connection"]` must be set to run them."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def migrate(engine: Engine) -> None:
    """Brings the tables to the form this version needs, in one transaction; `StoreTooNew` when they are ahead."""
    config = migrations()
    scripts = ScriptDirectory.from_config(config)
    with failures_told(), begin_write(engine) as connection:
        one_at_a_time(connection)
        found = MigrationContext.configure(connection).get_current_revision()
        if found == scripts.get_current_head():
            return
        if found is not None and found not in {script.revision for script in scripts.walk_revisions()}:
            raise StoreTooNew(found)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
