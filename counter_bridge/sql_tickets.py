"""受付番号 in the database: numbers, the line, and what a ticket's code shows; no key is used for any of it."""

import datetime as dt

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from counter_bridge.case import STATE_JA, WAITING, CaseState
from counter_bridge.sql_part import SqlPart
from counter_bridge.staff import token_hash
from counter_bridge.ticket import (
    FIRST_NUMBER,
    Called,
    Calls,
    InLine,
    Ticket,
    TicketStatus,
    Wait,
    new_status_token,
    pace,
    shown_number,
    wait_of,
)

_IN_THE_HALL = [CaseState.CALLED.value, *sorted(state.value for state in WAITING)]


class SqlTickets(SqlPart):
    """Ticket numbers and the line of one store."""

    def next_ticket(self, series: str, day: dt.date) -> Ticket:
        """The next number of a series on a day; never the same twice, on any machine."""
        with self._database.write() as connection:
            return self._draw_ticket(connection, series, day)

    def calls(self, day: dt.date) -> Calls:
        """Numbers called and waiting; no key is used, nothing personal is read."""
        table = self._database.tables.cases
        with self._database.read() as connection:
            rows = connection.execute(
                select(
                    table.c.case_id,
                    table.c.state,
                    table.c.counter,
                    table.c.series,
                    table.c.number,
                    table.c.minutes,
                    table.c.queued_at,
                    table.c.called_at,
                    table.c.called_to,
                    table.c.calls,
                )
                .where(table.c.day == day, table.c.state.in_(_IN_THE_HALL))
                .order_by(table.c.queued_at, table.c.number)
            ).all()
            measured = connection.execute(
                select(table.c.minutes, table.c.accepted_at, table.c.finished_at).where(
                    table.c.day == day, table.c.accepted_at.is_not(None), table.c.finished_at.is_not(None)
                )
            ).all()
        now = [
            Called(shown_number(r.series, r.number), r.called_to or r.counter, r.called_at, r.calls)
            for r in rows
            if r.state == CaseState.CALLED
        ]
        return Calls(
            now=tuple(sorted(now, key=lambda each: each.called_at, reverse=True)),
            waiting=tuple(
                InLine(r.case_id, shown_number(r.series, r.number), r.counter, r.queued_at, r.minutes)
                for r in rows
                if r.state != CaseState.CALLED
            ),
            pace=pace([(r.minutes, (r.finished_at - r.accepted_at).total_seconds() / 60) for r in measured]),
        )

    def days_with_calls(self) -> tuple[dt.date, ...]:
        """Days on which somebody is called or waits; more than one only where visits may say their day."""
        table = self._database.tables.cases
        query = (
            select(table.c.day)
            .distinct()
            .where(table.c.state.in_(_IN_THE_HALL), table.c.keep_until > self._database.clock())
            .order_by(table.c.day)
        )
        with self._database.read() as connection:
            return tuple(connection.scalars(query))

    def wait(self, case_id: str, day: dt.date, desks: int = 1) -> Wait | None:
        """Place of a case in its line and the estimate; None when it does not wait."""
        calls = self.calls(day)
        return wait_of(case_id, calls.waiting, calls.pace, desks)

    def ticket_status(self, status_token: str, desks: int = 1) -> TicketStatus | None:
        """What the code on a ticket shows: number, counter, state, wait; nothing personal."""
        table = self._database.tables.cases
        with self._database.read() as connection:
            row = connection.execute(
                select(
                    table.c.case_id,
                    table.c.state,
                    table.c.counter,
                    table.c.called_to,
                    table.c.series,
                    table.c.number,
                    table.c.day,
                    table.c.filed,
                ).where(
                    table.c.status_hash == token_hash(status_token),
                    table.c.keep_until > self._database.clock(),
                )
            ).first()
        if row is None:
            return None
        state = CaseState(row.state)
        return TicketStatus(
            ticket=shown_number(row.series, row.number),
            counter=(row.called_to or row.counter) if state is CaseState.CALLED else row.counter,
            state=state.value,
            state_ja=STATE_JA[state],
            filed=row.filed,
            wait=self.wait(row.case_id, row.day, desks) if state in WAITING else None,
        )

    def _draw_ticket(self, connection: Connection, series: str, day: dt.date) -> Ticket:
        """The next number of a series, in the transaction of the caller."""
        table = self._database.tables.ticket_series
        now = self._database.clock()
        first = {"series": series, "day": day, "last": FIRST_NUMBER, "used_at": now}
        again = {"last": table.c.last + 1, "used_at": now}
        keys = [table.c.series, table.c.day]
        if self._database.is_sqlite:
            number = connection.scalars(
                sqlite.insert(table)
                .values(**first)
                .on_conflict_do_update(index_elements=keys, set_=again)
                .returning(table.c.last)
            ).one()
        else:
            number = connection.scalars(
                postgresql.insert(table)
                .values(**first)
                .on_conflict_do_update(index_elements=keys, set_=again)
                .returning(table.c.last)
            ).one()
        return Ticket(series, number, day, now, new_status_token())

    def _is_taken(self, connection: Connection, series: str, number: int, day: dt.date) -> bool:
        """Whether a case of the day hangs on this number; writers take turns, so it stays true until the commit."""
        cases = self._database.tables.cases
        same = (cases.c.day == day, cases.c.series == series, cases.c.number == number)
        return connection.execute(select(cases.c.case_id).where(*same)).first() is not None

    def _forget_series(self, connection: Connection, before: dt.datetime) -> None:
        """Removes the counters of past days."""
        table = self._database.tables.ticket_series
        connection.execute(delete(table).where(table.c.used_at < before))
