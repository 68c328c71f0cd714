"""保全 in the database: placed, lifted, looked for; what is under it survives the sweep."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, insert, select, update

from counter_bridge.case import CaseState
from counter_bridge.encryption import bound, unbound
from counter_bridge.preservation import Preservation, reason_refused
from counter_bridge.record import Json
from counter_bridge.refusal import NotAllowed, NotFound
from counter_bridge.sql_part import SqlPart
from counter_bridge.staff import Actor, new_id
from counter_bridge.ticket import shown_number


@dataclass(frozen=True)
class CaseTerm:
    """What may be told of a case without its content: its number, state and term."""

    case_id: str
    ticket: str
    """"" when it was withdrawn and its number given again."""
    day: dt.date
    state: CaseState
    keep_until: dt.datetime
    preserved: bool


class SqlPreservations(SqlPart):
    """保全 of one store."""

    def preserve(self, case_id: str, reason_ja: str, by: Actor) -> Preservation | NotAllowed | NotFound:
        """Keeps a case beyond its term; one that is gone cannot be kept, and one that is kept is not kept twice."""
        refusal = reason_refused(reason_ja)
        if refusal is not None:
            return refusal
        cases, table = self._database.tables.cases, self._database.tables.preservations
        placed = Preservation(
            new_id("preservation"), case_id, self._database.clock(), by.user, reason_ja.strip()
        )
        with self._database.write() as connection:
            there = select(cases.c.case_id).where(cases.c.case_id == case_id).with_for_update()
            if connection.execute(there).first() is None:
                return NotFound()
            if connection.execute(self._in_force().where(table.c.case_id == case_id)).first() is not None:
                return NotAllowed(
                    "already_preserved", "この件はもう保全されています。", "一覧で理由を確かめてください。"
                )
            connection.execute(
                insert(table).values(
                    preservation_id=placed.preservation_id,
                    case_id=case_id,
                    placed_at=placed.placed_at,
                    placed_by=placed.placed_by,
                    body=bound(placed.preservation_id, {"reason": placed.reason_ja, "lifted": ""}),
                )
            )
            self.audit.record(connection, by, "case_preserve", "case", case_id, placed.preservation_id)
        return placed

    def lift(self, case_id: str, reason_ja: str, by: Actor) -> Preservation | NotAllowed | NotFound:
        """Ends the 保全 of a case; past its term it goes with the next sweep."""
        refusal = reason_refused(reason_ja)
        if refusal is not None:
            return refusal
        table = self._database.tables.preservations
        now = self._database.clock()
        with self._database.write() as connection:
            mine = self._in_force().where(table.c.case_id == case_id).with_for_update()
            row = connection.execute(mine).first()
            if row is None:
                return NotFound()
            placed = _preservation(row)
            body: Json = {"reason": placed.reason_ja, "lifted": reason_ja.strip()}
            connection.execute(
                update(table)
                .where(table.c.preservation_id == placed.preservation_id)
                .values(lifted_at=now, lifted_by=by.user, body=bound(placed.preservation_id, body))
            )
            self.audit.record(connection, by, "case_preserve_lift", "case", case_id, placed.preservation_id)
            lifted = connection.execute(
                select(table).where(table.c.preservation_id == placed.preservation_id)
            ).one()
        return _preservation(lifted)

    def list_preservations(self) -> tuple[Preservation, ...]:
        """All 保全 of cases that are still there, newest first, lifted ones too."""
        table = self._database.tables.preservations
        with self._database.read() as connection:
            rows = connection.execute(select(table).order_by(table.c.placed_at.desc()))
            return tuple(_preservation(row) for row in rows)

    def case_term(
        self, *, case_id: str | None = None, day: dt.date | None = None, ticket: str = ""
    ) -> CaseTerm | None:
        """Number, state and term of a case by its id, or by day and number; nothing of what is in it."""
        cases = self._database.tables.cases
        digits = re.search(r"[0-9]{1,5}$", ticket)
        if case_id is None and digits is None:
            return None
        wanted = (
            (cases.c.case_id == case_id,)
            if digits is None or case_id is not None
            else (cases.c.day == day, cases.c.number == int(digits[0]))
        )
        held = self._database.tables.preservations
        with self._database.read() as connection:
            found = connection.execute(select(cases).where(*wanted))
            row = next(
                (r for r in found if case_id or shown_number(r.series, r.number) == ticket.upper()), None
            )
            if row is None:
                return None
            preserved = connection.execute(self._in_force().where(held.c.case_id == row.case_id)).first()
        return CaseTerm(
            row.case_id,
            shown_number(row.series, row.number) if row.number > 0 else "",
            row.day,
            CaseState(row.state),
            row.keep_until,
            preserved is not None,
        )

    def _in_force(self) -> Any:
        table = self._database.tables.preservations
        return select(table).where(table.c.lifted_at.is_(None))

    def _preserved_ids(self) -> Any:
        """Ids of cases under 保全, as a part of a query."""
        table = self._database.tables.preservations
        return select(table.c.case_id).where(table.c.lifted_at.is_(None))


def _preservation(row: Row[Any]) -> Preservation:
    body: Any = unbound(row.preservation_id, row.body)
    return Preservation(
        row.preservation_id,
        row.case_id,
        row.placed_at,
        row.placed_by,
        body["reason"],
        row.lifted_at,
        row.lifted_by,
        body["lifted"],
    )
