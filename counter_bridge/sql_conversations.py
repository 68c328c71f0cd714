"""Conversations in the database, in rows of their own beside the visit: they go when it goes, and survive a restart.

A turn of the visit and an act of an operator are then two rows, so neither waits for the other's version. Only acts
of people are put into the audit; what a resident says in a visit is the visit's own.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from counter_bridge.conversation import Conversation, ConversationState, Message
from counter_bridge.encryption import bound, unbound
from counter_bridge.record import from_json, to_json
from counter_bridge.refusal import NotAllowed, NotFound
from counter_bridge.sql_visits import SqlVisits
from counter_bridge.staff import SYSTEM, Actor

ConversationChange = Callable[[Conversation], Conversation | NotAllowed]
"""From the conversation as it stands to a later version; runs inside the transaction, so it must be pure and quick."""


class SqlConversations(SqlVisits):
    """Conversations of one store."""

    def change_conversation(
        self,
        visit_id: str,
        change: ConversationChange,
        *,
        begin: Conversation | None = None,
        by: Actor | None = None,
        act: str = "",
    ) -> tuple[Conversation, Conversation] | NotAllowed | NotFound:
        """The conversation before and after `change`; without one, `begin` is where it starts.

        With `act` it goes into the audit as done `by` somebody, unless nothing came of it.
        """
        with self._database.write() as connection:
            if self._load_visit(connection, visit_id, lock=True) is None:
                return NotFound()
            kept = self._load_conversation(connection, visit_id, lock=True)
            before = kept or begin
            if before is None:
                return NotFound()
            after = change(before)
            if isinstance(after, NotAllowed) or after == before:
                return after if isinstance(after, NotAllowed) else (before, after)
            self._save_conversation(connection, kept, after)
            if by is not None and act:
                self.audit.record(connection, by, act, "conversation", visit_id)
        return before, after

    def get_conversation(self, visit_id: str) -> Conversation | None:
        """The conversation whole; None when there is none or its visit is over."""
        with self._database.read() as connection:
            if self._load_visit(connection, visit_id) is None:
                return None
            return self._load_conversation(connection, visit_id)

    def list_conversations(self, *states: ConversationState) -> tuple[Conversation, ...]:
        """Conversations in these states (all live ones when none is named), without their messages, oldest first."""
        tables = self._database.tables
        wanted = [s.value for s in states or tuple(s for s in ConversationState if s is not _ENDED)]
        query = (
            select(tables.conversations)
            .join(tables.visits, tables.visits.c.visit_id == tables.conversations.c.visit_id)
            .where(
                tables.conversations.c.state.in_(wanted),
                tables.visits.c.expires_at > self._database.clock(),
            )
            .order_by(tables.visits.c.created_at, tables.visits.c.visit_id)
        )
        with self._database.read() as connection:
            return tuple(_conversation(row) for row in connection.execute(query).all())

    def drop_conversation(self, visit_id: str) -> bool:
        """Removes what was said, at once: the visit goes on quietly. Tells whether there was any."""
        tables = self._database.tables
        with self._database.write() as connection:
            connection.execute(delete(tables.messages).where(tables.messages.c.visit_id == visit_id))
            gone = connection.execute(
                delete(tables.conversations).where(tables.conversations.c.visit_id == visit_id)
            ).rowcount
            if gone:
                self.audit.record(connection, SYSTEM, "conversation_wipe", "conversation", visit_id)
        return bool(gone)

    def _load_conversation(
        self, connection: Connection, visit_id: str, *, lock: bool = False
    ) -> Conversation | None:
        tables = self._database.tables
        query = select(tables.conversations).where(tables.conversations.c.visit_id == visit_id)
        row = connection.execute(query.with_for_update() if lock else query).first()
        if row is None:
            return None
        said = connection.execute(
            select(tables.messages)
            .where(tables.messages.c.visit_id == visit_id)
            .order_by(tables.messages.c.seq)
        ).all()
        messages = tuple(from_json(Message, unbound(_place(visit_id, one.seq), one.body)) for one in said)
        return replace(_conversation(row), messages=messages)

    def _save_conversation(
        self, connection: Connection, before: Conversation | None, after: Conversation
    ) -> None:
        table, visit_id = self._database.tables.conversations, after.visit_id
        values = {
            "version": after.version,
            "state": after.state.value,
            "body": bound(visit_id, to_json(replace(after, messages=()))),
        }
        if before is None:
            connection.execute(insert(table).values(visit_id=visit_id, **values))
        else:
            changed = connection.execute(
                update(table)
                .where(table.c.visit_id == visit_id, table.c.version == before.version)
                .values(**values)
            )
            if changed.rowcount != 1:
                raise RuntimeError("a conversation changed inside its own transaction")
        known = 0 if before is None else len(before.messages)
        for message in after.messages[known:]:
            connection.execute(
                insert(self._database.tables.messages).values(
                    visit_id=visit_id,
                    seq=message.seq,
                    body=bound(_place(visit_id, message.seq), to_json(message)),
                )
            )


_ENDED = ConversationState.ENDED


def _place(visit_id: str, seq: int) -> str:
    return f"{visit_id}/{seq}"


def _conversation(row: Row[Any]) -> Conversation:
    return from_json(Conversation, unbound(row.visit_id, row.body))
