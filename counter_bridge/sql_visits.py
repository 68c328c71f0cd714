"""Visits and the answers of their turns in the database."""

import datetime as dt
from dataclasses import replace
from typing import Any, Literal

from sqlalchemy import Connection, Row, delete, insert, select, update

from counter_bridge.encryption import bound, unbound
from counter_bridge.record import Json
from counter_bridge.refusal import NotFound, Stale
from counter_bridge.sql_part import SqlPart
from counter_bridge.staff import new_id, new_token, token_hash
from counter_bridge.store import OpenedVisit, StoredVisit, TurnAnswer

TOUCH_AFTER = dt.timedelta(seconds=30)
"""A visit that was active this recently is not written again only to say so."""


class SqlVisits(SqlPart):
    """Visits of one store."""

    def create_visit(
        self,
        *,
        on: dt.datetime,
        kb_version: str,
        body: Json,
        mode: Literal["kiosk", "interview", "phone"] = "kiosk",
        language: str = "ja",
        state: str = "open",
        opened_by: str | None = None,
    ) -> OpenedVisit:
        """Opens a visit; the token is returned once, only its hash is kept."""
        now = self._database.clock()
        token = new_token()
        visit = StoredVisit(
            visit_id=new_id("visit"),
            version=1,
            mode=mode,
            language=language,
            state=state,
            on=on,
            kb_version=kb_version,
            opened_by=opened_by,
            created_at=now,
            last_activity=now,
            expires_at=now + self._terms.retention.abandoned_visit,
            body=body,
        )
        values = {
            **visit.__dict__,
            "body": bound(visit.visit_id, visit.body),
            "token_hash": token_hash(token),
        }
        with self._database.write() as connection:
            connection.execute(insert(self._database.tables.visits).values(**values))
            self.audit.record(connection, visit.visitor, "visit_open", "visit", visit.visit_id)
        return OpenedVisit(visit, token)

    def get_visit(self, visit_id: str) -> StoredVisit | None:
        """The visit; None when there is none or its time is over."""
        with self._database.read() as connection:
            return self._load_visit(connection, visit_id)

    def visit_with_token(self, visit_id: str, token: str) -> StoredVisit | None:
        """The visit, if this is its token; a wrong token looks like a visit that does not exist."""
        table = self._database.tables.visits
        with self._database.read() as connection:
            row = connection.execute(
                select(table).where(table.c.visit_id == visit_id, table.c.token_hash == token_hash(token))
            ).first()
        return self._current_visit(row)

    def touch_visit(self, visit_id: str) -> None:
        """Says that somebody is still there, without a new version."""
        now = self._database.clock()
        table = self._database.tables.visits
        quiet = select(table.c.visit_id).where(
            table.c.visit_id == visit_id,
            table.c.last_activity < now - TOUCH_AFTER,
            table.c.expires_at > now,
        )
        with self._database.read() as connection:
            if connection.execute(quiet).first() is None:
                return
        with self._database.write() as connection:
            connection.execute(
                update(table)
                .where(table.c.visit_id == visit_id, table.c.expires_at > now)
                .values(last_activity=now, expires_at=now + self._terms.retention.abandoned_visit)
            )

    def save_visit(
        self, visit: StoredVisit, expected_version: int, turn: TurnAnswer | None = None
    ) -> StoredVisit | TurnAnswer | Stale | NotFound:
        """Keeps `visit` as the version after `expected_version`, with the answer of the turn that made it.

        A turn done before comes back as its `TurnAnswer` and nothing is kept, so the same turn counts once.
        """
        with self._database.write() as connection:
            present = self._load_visit(connection, visit.visit_id, lock=True)
            if present is None:
                return NotFound()
            if turn is not None:
                done = self._answer(connection, visit.visit_id, turn.turn_id)
                if done is not None:
                    return done
            if present.version != expected_version:
                return Stale(present.version, None)
            saved = self._store_visit(connection, replace(visit, version=expected_version))
            if turn is not None:
                self._keep_answer(connection, visit.visit_id, turn, saved.version)
            self.audit.record(connection, saved.visitor, "visit_change", "visit", saved.visit_id)
        return saved

    def turn_answer(self, visit_id: str, turn_id: str) -> TurnAnswer | None:
        """The answer a turn was given, if it was done before."""
        with self._database.read() as connection:
            return self._answer(connection, visit_id, turn_id)

    def _load_visit(self, connection: Connection, visit_id: str, *, lock: bool = False) -> StoredVisit | None:
        """The visit, in a transaction of the caller."""
        table = self._database.tables.visits
        query = select(table).where(table.c.visit_id == visit_id)
        return self._current_visit(connection.execute(query.with_for_update() if lock else query).first())

    def _store_visit(self, connection: Connection, visit: StoredVisit) -> StoredVisit:
        """The next version of a visit the caller has loaded in this transaction."""
        now = self._database.clock()
        saved = replace(
            visit,
            version=visit.version + 1,
            last_activity=now,
            expires_at=now + self._terms.retention.abandoned_visit,
        )
        table = self._database.tables.visits
        changed = connection.execute(
            update(table)
            .where(table.c.visit_id == visit.visit_id, table.c.version == visit.version)
            .values(
                version=saved.version,
                mode=saved.mode,
                language=saved.language,
                state=saved.state,
                last_activity=saved.last_activity,
                expires_at=saved.expires_at,
                body=bound(saved.visit_id, saved.body),
            )
        )
        if changed.rowcount != 1:
            raise RuntimeError("a visit changed inside its own transaction")
        return saved

    def _wipe_visit(self, connection: Connection, visit_id: str) -> int:
        """Removes a visit, its turns, its conversation, and the consents no case holds."""
        tables = self._database.tables
        for table in (tables.turns, tables.messages, tables.conversations):
            connection.execute(delete(table).where(table.c.visit_id == visit_id))
        connection.execute(
            delete(tables.consents).where(
                tables.consents.c.visit_id == visit_id, tables.consents.c.case_id.is_(None)
            )
        )
        return connection.execute(delete(tables.visits).where(tables.visits.c.visit_id == visit_id)).rowcount

    def _current_visit(self, row: Row[Any] | None) -> StoredVisit | None:
        if row is None or row.expires_at <= self._database.clock():
            return None
        return self._visit_of(row)

    @staticmethod
    def _visit_of(row: Row[Any]) -> StoredVisit:
        values = {name: value for name, value in row._mapping.items() if name != "token_hash"}
        return StoredVisit(**{**values, "body": unbound(row.visit_id, row.body)})

    def _answer(self, connection: Connection, visit_id: str, turn_id: str) -> TurnAnswer | None:
        table = self._database.tables.turns
        row = connection.execute(
            select(table.c.body).where(table.c.visit_id == visit_id, table.c.turn_id == turn_id)
        ).first()
        return None if row is None else TurnAnswer(turn_id, unbound(visit_id, row.body))

    def _keep_answer(self, connection: Connection, visit_id: str, turn: TurnAnswer, number: int) -> None:
        table = self._database.tables.turns
        connection.execute(
            insert(table).values(
                visit_id=visit_id,
                turn_id=turn.turn_id,
                number=number,
                body=bound(visit_id, turn.response),
            )
        )
        older = (
            select(table.c.number)
            .where(table.c.visit_id == visit_id)
            .order_by(table.c.number.desc())
            .offset(self._terms.retention.turn_answers)
            .limit(1)
        )
        last = connection.execute(older).scalar()
        if last is not None:
            connection.execute(delete(table).where(table.c.visit_id == visit_id, table.c.number <= last))
