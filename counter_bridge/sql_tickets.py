"""受付番号 in the database: numbers, the line, and what a ticket's code shows; no key is used for any of it."""

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from counter_bridge.case import STATE_JA, WAITING, CaseState
from counter_bridge.sql_part import SqlPart
from counter_bridge.staff import token_hash
from counter_bridge.ticket import (
    FIRST_NUMBER,
    Called,
    Calls,
    Ticket,
    TicketStatus,
    new_status_token,
    shown_number,
)
from counter_bridge.waits import DAYS_BACK, Hall, InHand, InLine, Served, Wait

_IN_THE_HALL = [CaseState.CALLED.value, *sorted(state.value for state in WAITING)]
_WITH_A_DESK = [CaseState.CALLED.value, CaseState.ACCEPTED.value]

ONE_DESK: Mapping[str, int] = MappingProxyType({})
"""Where the town says nothing else, a counter has one desk."""

MOST_SERVED = 500
"""Newest services that are looked at; more would say nothing else."""


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
                    table.c.accepted_at,
                    table.c.called_to,
                    table.c.calls,
                )
                .where(table.c.day == day, table.c.state.in_([*_IN_THE_HALL, CaseState.ACCEPTED.value]))
                .order_by(table.c.queued_at, table.c.number)
            ).all()
            served = self._served(connection, day)
        now = [
            Called(shown_number(r.series, r.number), r.called_to or r.counter, r.called_at, r.calls)
            for r in rows
            if r.state == CaseState.CALLED
        ]
        return Calls(
            now=tuple(sorted(now, key=lambda each: each.called_at, reverse=True)),
            hall=Hall(
                at=self._database.clock(),
                waiting=tuple(
                    InLine(r.case_id, shown_number(r.series, r.number), r.counter, r.queued_at, r.minutes)
                    for r in rows
                    if r.state not in _WITH_A_DESK
                ),
                in_hand=tuple(
                    InHand(
                        r.counter,
                        r.minutes,
                        r.accepted_at if r.state == CaseState.ACCEPTED else None,
                    )
                    for r in rows
                    if r.state in _WITH_A_DESK
                ),
                served=served,
            ),
        )

    def _served(self, connection: Connection, day: dt.date) -> tuple[Served, ...]:
        """Services finished on a day and the days before it, newest first."""
        table = self._database.tables.cases
        rows = connection.execute(
            select(table.c.counter, table.c.minutes, table.c.day, table.c.accepted_at, table.c.finished_at)
            .where(
                table.c.day.between(day - dt.timedelta(days=DAYS_BACK), day),
                table.c.accepted_at.is_not(None),
                table.c.finished_at > table.c.accepted_at,
            )
            .order_by(table.c.finished_at.desc())
            .limit(MOST_SERVED)
        )
        return tuple(
            Served(r.counter, r.minutes, r.accepted_at, r.finished_at, today=r.day == day) for r in rows
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

    def wait(self, case_id: str, day: dt.date, usual_desks: Mapping[str, int] = ONE_DESK) -> Wait | None:
        """Place of a case in its line and the estimate; None when it does not wait."""
        return self.calls(day).hall.waits(usual_desks).get(case_id)

    def ticket_status(
        self, status_token: str, usual_desks: Mapping[str, int] = ONE_DESK
    ) -> TicketStatus | None:
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
                    table.c.number > 0,
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
            wait=self.wait(row.case_id, row.day, usual_desks) if state in WAITING else None,
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
        """Whether a case of the day hangs on this number; writers take turns, so it stays true until the commit.

        A case that was withdrawn gives the number up: its row steps aside below zero, and the code on its paper is dead.
        """
        cases = self._database.tables.cases
        of_day = (cases.c.day == day, cases.c.series == series)
        holder = connection.execute(
            select(cases.c.case_id, cases.c.state).where(*of_day, cases.c.number == number)
        ).first()
        if holder is None or holder.state != CaseState.WITHDRAWN:
            return holder is not None
        lowest = connection.scalars(select(func.min(cases.c.number)).where(*of_day)).one()
        connection.execute(
            update(cases).where(cases.c.case_id == holder.case_id).values(number=min(lowest, 0) - 1)
        )
        return False

    def _forget_series(self, connection: Connection, before: dt.datetime) -> None:
        """Removes the counters of past days."""
        table = self._database.tables.ticket_series
        connection.execute(delete(table).where(table.c.used_at < before))
