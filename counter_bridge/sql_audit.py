"""The audit in the database: entries are sealed and written inside the transaction of what they record."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from counter_bridge import audit
from counter_bridge.audit import (
    BEGINNING,
    READ_ACTS,
    AuditBroken,
    AuditEntry,
    AuditHead,
    AuditIntact,
    AuditQuery,
    Reads,
)
from counter_bridge.sql_database import Database
from counter_bridge.staff import ACCOUNT_ROLES, Actor

HEAD_ID = 1
ROWS_AT_ONCE = 5000
"""Five years of entries do not fit into memory at once."""


class SqlAudit:
    """The audit of one store."""

    def __init__(self, database: Database):
        self._database = database

    def append(self, by: Actor, act: str, entity: str, entity_id: str, why: str = "") -> AuditEntry:
        """One entry in a transaction of its own."""
        with self._database.write() as connection:
            return self.record(connection, by, act, entity, entity_id, why)

    def record(
        self, connection: Connection, by: Actor, act: str, entity: str, entity_id: str, why: str = ""
    ) -> AuditEntry:
        """One entry in the transaction of what it records; `AuditRefused` when it is more than codes and ids."""
        audit.checked(by.user, by.role.value, act, entity, entity_id, why)
        head, _ = self._head(connection, lock=True)
        unsealed = AuditEntry(
            number=head.last_number + 1,
            at=self._database.clock(),
            actor=by.user,
            role=by.role.value,
            act=act,
            entity=entity,
            entity_id=entity_id,
            why=why,
            seal="",
        )
        seal = audit.seal_of(self._database.keys, unsealed, head.last_seal)
        entry = AuditEntry(**{**unsealed.__dict__, "seal": seal})
        connection.execute(insert(self._database.tables.audit).values(**entry.__dict__))
        self._set_head(connection, AuditHead(entry.number, seal, head.pruned_number, head.pruned_seal))
        return entry

    def list(self, *, entity_id: str | None = None, limit: int = 200) -> tuple[AuditEntry, ...]:
        """Entries, newest first; of one record if its id is given."""
        return self.search(AuditQuery(entity_id=entity_id, limit=limit))

    def search(self, wanted: AuditQuery) -> tuple[AuditEntry, ...]:
        """Entries that fit all that is asked for, newest first."""
        table = self._database.tables.audit
        query = select(table).order_by(table.c.number.desc()).limit(wanted.limit)
        for name in ("entity_id", "entity", "actor", "act"):
            value = getattr(wanted, name)
            if value is not None:
                query = query.where(table.c[name] == value)
        if wanted.at_from is not None:
            query = query.where(table.c.at >= wanted.at_from)
        if wanted.at_until is not None:
            query = query.where(table.c.at < wanted.at_until)
        if wanted.before_number is not None:
            query = query.where(table.c.number < wanted.before_number)
        with self._database.read() as connection:
            return tuple(_entry(row) for row in connection.execute(query))

    def reads_of(self, entity_ids: Iterable[str]) -> Reads:
        """How often staff looked at these records."""
        table = self._database.tables.audit
        query = select(func.count(), func.max(table.c.at)).where(
            table.c.entity_id.in_(list(entity_ids)),
            table.c.act.in_(READ_ACTS),
            table.c.role.in_([role.value for role in ACCOUNT_ROLES]),
        )
        with self._database.read() as connection:
            times, last_at = connection.execute(query).one()
        return Reads(times, last_at)

    def verify(self) -> AuditIntact | AuditBroken:
        """Walks the whole chain."""
        table = self._database.tables.audit
        with self._database.read() as connection:
            head, seal = self._head(connection, lock=False)
            whole = select(table).order_by(table.c.number).execution_options(yield_per=ROWS_AT_ONCE)
            with connection.execute(whole) as rows:
                return audit.verify(self._database.keys, head, seal, (_entry(row) for row in rows))

    def holds(self, head: str) -> bool:
        """Whether a head noted earlier is still in the chain: it was not rolled back to before it.

        One that has since gone with its term cannot be told from one that never was.
        """
        number, _, seal = head.partition(":")
        if not (number.isascii() and number.isdecimal()):
            return False
        table = self._database.tables.audit
        with self._database.read() as connection:
            kept = connection.execute(select(table.c.seal).where(table.c.number == int(number))).scalar()
        return kept == seal

    def begin(self, connection: Connection) -> None:
        """Makes the head of an empty audit, once."""
        table = self._database.tables.audit_head
        if connection.execute(select(table.c.id)).first() is None:
            head = AuditHead(0, BEGINNING, 0, BEGINNING)
            connection.execute(insert(table).values(id=HEAD_ID, **self._sealed(head)))

    def prune(self, connection: Connection, before: dt.datetime) -> int:
        """Removes the entries at the beginning that are older than `before`; the chain then begins behind them.

        One entry of a clock that was wrong for a moment takes none with it that is younger.
        """
        table = self._database.tables.audit
        head, _ = self._head(connection, lock=True)
        first_kept = select(func.min(table.c.number)).where(table.c.at >= before).scalar_subquery()
        last = connection.execute(
            select(table.c.number, table.c.seal)
            .where(table.c.number < func.coalesce(first_kept, head.last_number + 1))
            .order_by(table.c.number.desc())
            .limit(1)
        ).first()
        if last is None:
            return 0
        self._set_head(connection, AuditHead(head.last_number, head.last_seal, last.number, last.seal))
        return connection.execute(delete(table).where(table.c.number <= last.number)).rowcount

    def _head(self, connection: Connection, *, lock: bool) -> tuple[AuditHead, str]:
        table = self._database.tables.audit_head
        query = select(table).where(table.c.id == HEAD_ID)
        row = connection.execute(query.with_for_update() if lock else query).one()
        return AuditHead(row.last_number, row.last_seal, row.pruned_number, row.pruned_seal), row.seal

    def _set_head(self, connection: Connection, head: AuditHead) -> None:
        table = self._database.tables.audit_head
        connection.execute(update(table).where(table.c.id == HEAD_ID).values(**self._sealed(head)))

    def _sealed(self, head: AuditHead) -> dict[str, Any]:
        return {**head.__dict__, "seal": audit.head_seal(self._database.keys, head)}


def _entry(row: Row[Any]) -> AuditEntry:
    return AuditEntry(**row._mapping)
