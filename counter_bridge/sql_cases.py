"""Cases, consents and ticket numbers in the database; each change and its audit entry are one transaction."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, or_, select, update

from counter_bridge.case import Case, CaseContent, CaseState
from counter_bridge.case_changes import apply, new_case, note_refused
from counter_bridge.case_events import Event, Moment, Withdraw, WithdrawConsent
from counter_bridge.case_record import case_from_json, case_to_json
from counter_bridge.consent import Consent, withdraw
from counter_bridge.encryption import bound, unbound
from counter_bridge.record import Json, from_json, to_json
from counter_bridge.refusal import NotAllowed, NotFound, Stale
from counter_bridge.retention import RetentionRules, keep_until
from counter_bridge.sql_preservations import SqlPreservations
from counter_bridge.sql_tickets import SqlTickets
from counter_bridge.sql_visits import SqlVisits
from counter_bridge.staff import Actor, Role, new_id, token_hash
from counter_bridge.store import CaseChange, CaseExists, ConsentWithdrawn, VisitWiped
from counter_bridge.ticket import Ticket, new_status_token


class SqlCases(SqlVisits, SqlTickets, SqlPreservations):
    """Cases of one store, with the consents and tickets that belong to them."""

    def create_case(
        self,
        *,
        content: CaseContent,
        counter: str,
        series: str,
        by: Actor,
        at: Moment,
        visit_id: str | None = None,
        kb_version: str = "",
        note_ja: str = "",
        number: int | None = None,
    ) -> Case | CaseExists | NotAllowed | NotFound:
        """Prepares a case with the next number of `series`; a visit has one case and gets it back if it has one.

        `number`: the one the town's own machine printed, which one case a day can have.
        """
        refusal = note_refused(note_ja)
        if refusal is not None:
            return refusal
        with self._database.write() as connection:
            if visit_id is not None:
                if self._load_visit(connection, visit_id, lock=True) is None:
                    return NotFound()
                present = self._load_case_where(
                    connection, self._database.tables.cases.c.visit_id == visit_id
                )
                if present is not None:
                    return CaseExists(present)
            if number is not None and self._is_taken(connection, series, number, at.today):
                return NotAllowed(
                    "number_taken",
                    "この番号の受付は、もうあります。",
                    "札の番号を確かめてください。同じ番号のときは、窓口の職員に見せてください。",
                )
            case = new_case(
                new_id("case"),
                self._draw_ticket(connection, series, at.today)
                if number is None
                else Ticket(series, number, at.today, at.now, new_status_token()),
                counter,
                content,
                by,
                at,
                () if visit_id is None else self._consents(connection, visit_id),
                visit_id,
                kb_version,
                note_ja,
            )
            connection.execute(
                insert(self._database.tables.cases).values(
                    **_row(case, self._terms.retention),
                    case_id=case.case_id,
                    visit_id=visit_id,
                    status_hash=token_hash(case.ticket.status_token),
                )
            )
            consents = self._database.tables.consents
            if visit_id is not None:
                connection.execute(
                    update(consents).where(consents.c.visit_id == visit_id).values(case_id=case.case_id)
                )
            self.audit.record(connection, by, "case_prepare", "case", case.case_id)
        return case

    def get_case(self, case_id: str) -> Case | None:
        """The case as it stands; None when there is none or its term is over and no 保全 keeps it.

        What only 保全 keeps can be read and no longer changed.
        """
        with self._database.read() as connection:
            return self._load_case_where(
                connection, self._database.tables.cases.c.case_id == case_id, also_preserved=True
            )

    def change_case(
        self, case_id: str, expected_version: int | None, change: CaseChange
    ) -> Case | NotAllowed | Stale | NotFound:
        """The next version of a case, made by `change` from the case as it stands in this transaction.

        None as version means whatever it is now; nothing is lost then either, because writers take turns.
        """
        with self._database.write() as connection:
            case = self._load_case(connection, case_id, lock=True)
            if case is None:
                return NotFound()
            if expected_version is not None and case.version != expected_version:
                return Stale(case.version, case.held_by)
            changed = change(case)
            if isinstance(changed, NotAllowed):
                return changed
            return self._save_case(connection, case, changed)

    def act_on_case(
        self, case_id: str, expected_version: int | None, event: Event, by: Actor, at: Moment
    ) -> Case | NotAllowed | Stale | NotFound:
        """One act of case_events.py, under the terms of this store."""
        return self.change_case(
            case_id, expected_version, lambda case: apply(case, event, by, at, self._terms.cases)
        )

    def list_cases(
        self,
        *,
        states: Iterable[CaseState] = (),
        counter: str | None = None,
        day: dt.date | None = None,
        today: dt.date | None = None,
    ) -> tuple[Case, ...]:
        """Cases in the order of the line; with `today`, those whose deadline or claim month ends come first."""
        table = self._database.tables.cases
        query = select(table).where(table.c.keep_until > self._database.clock())
        wanted = [state.value for state in states]
        if wanted:
            query = query.where(table.c.state.in_(wanted))
        if counter is not None:
            query = query.where(table.c.counter == counter)
        if day is not None:
            query = query.where(table.c.day == day)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(table.c.queued_at, table.c.number)).all()
            consents = self._consents_of_cases(connection, [row.case_id for row in rows])
        cases = [_case(row, consents.get(row.case_id, ())) for row in rows]
        if today is not None:
            cases.sort(key=lambda case: not case.is_due(today))
        return tuple(cases)

    def add_consent(self, visit_id: str, consent: Consent) -> Consent | NotFound:
        """Keeps a consent of a visit; the case of the visit, if it has one, gets it too."""
        tables = self._database.tables
        with self._database.write() as connection:
            visit = self._load_visit(connection, visit_id, lock=True)
            if visit is None:
                return NotFound()
            case_id = connection.execute(
                select(tables.cases.c.case_id).where(tables.cases.c.visit_id == visit_id)
            ).scalar()
            connection.execute(
                insert(tables.consents).values(
                    consent_id=consent.consent_id,
                    visit_id=visit_id,
                    case_id=case_id,
                    body=bound(consent.consent_id, to_json(consent)),
                )
            )
            self.audit.record(
                connection, visit.visitor, "consent_given", "consent", consent.consent_id, visit_id
            )
        return consent

    def list_consents(self, visit_id: str) -> tuple[Consent, ...]:
        """All consents of a visit in the order given, withdrawn ones too."""
        with self._database.read() as connection:
            return self._consents(connection, visit_id)

    def withdraw_consent(
        self,
        consent_id: str,
        by: Actor,
        at: Moment,
        change_body: Callable[[Json], Json] | None = None,
        visit_id: str | None = None,
    ) -> ConsentWithdrawn | NotAllowed | NotFound:
        """Takes a consent back in the consent, its case and its visit in one transaction.

        `change_body` makes the visit's body anew, without what rests on the consent; it runs inside the transaction.
        With `visit_id`, a consent of another visit is not found.
        """
        table = self._database.tables.consents
        with self._database.write() as connection:
            row = connection.execute(select(table).where(table.c.consent_id == consent_id)).first()
            if row is None or visit_id not in (None, row.visit_id):
                return NotFound()
            visit = None if row.visit_id is None else self._load_visit(connection, row.visit_id, lock=True)
            case = None if row.case_id is None else self._load_case(connection, row.case_id, lock=True)
            if case is not None:
                changed = apply(case, WithdrawConsent(consent_id), by, at, self._terms.cases)
                if isinstance(changed, NotAllowed):
                    return changed
                case = self._save_case(connection, case, changed)
                taken_back = next(c for c in case.consents if c.consent_id == consent_id)
            else:
                alone = withdraw(_consent(row), at.now, ())
                if isinstance(alone, NotAllowed):
                    return alone
                taken_back = alone
                self._save_consent(connection, taken_back)
                self.audit.record(connection, by, "consent_withdraw", "consent", consent_id)
            if visit is not None and change_body is not None:
                visit = self._store_visit(connection, replace(visit, body=change_body(visit.body)))
        return ConsentWithdrawn(taken_back, case, visit)

    def delete_visit(self, visit_id: str, by: Actor, at: Moment) -> VisitWiped | NotFound:
        """Wipes a visit; its case is withdrawn unless a clerk accepted it, which keeps it under its own term."""
        with self._database.write() as connection:
            if self._load_visit(connection, visit_id, lock=True) is None:
                return NotFound()
            case = self._load_case_where(
                connection, self._database.tables.cases.c.visit_id == visit_id, lock=True
            )
            if case is not None:
                withdrawn = apply(case, Withdraw(), by, at, self._terms.cases)
                if isinstance(withdrawn, Case):
                    case = self._save_case(connection, case, withdrawn)
            self._wipe_visit(connection, visit_id)
            self.audit.record(connection, by, "visit_wipe", "visit", visit_id)
        return VisitWiped(case)

    def _remove_expired_cases(self, connection: Connection, now: dt.datetime) -> list[str]:
        """Removes cases past their term with their consents, unless they are under 保全; gives their ids."""
        tables = self._database.tables
        over = select(tables.cases.c.case_id).where(
            tables.cases.c.keep_until <= now, tables.cases.c.case_id.not_in(self._preserved_ids())
        )
        ids = list(connection.scalars(over.with_for_update()))
        if ids:
            connection.execute(delete(tables.consents).where(tables.consents.c.case_id.in_(ids)))
            connection.execute(delete(tables.cases).where(tables.cases.c.case_id.in_(ids)))
        return ids

    def _load_case(self, connection: Connection, case_id: str, *, lock: bool = False) -> Case | None:
        return self._load_case_where(connection, self._database.tables.cases.c.case_id == case_id, lock=lock)

    def _load_case_where(
        self, connection: Connection, which: Any, *, lock: bool = False, also_preserved: bool = False
    ) -> Case | None:
        table = self._database.tables.cases
        current = table.c.keep_until > self._database.clock()
        if also_preserved:
            current = or_(current, table.c.case_id.in_(self._preserved_ids()))
        query = select(table).where(which, current)
        row = connection.execute(query.with_for_update() if lock else query).first()
        if row is None:
            return None
        return _case(row, self._consents_of_cases(connection, [row.case_id]).get(row.case_id, ()))

    def _save_case(self, connection: Connection, before: Case, after: Case) -> Case:
        if (after.case_id, after.version) != (before.case_id, before.version + 1):
            raise ValueError("a change keeps the case and counts its version up by one")
        table = self._database.tables.cases
        changed = connection.execute(
            update(table)
            .where(table.c.case_id == before.case_id, table.c.version == before.version)
            .values(**_row(after, self._terms.retention))
        )
        if changed.rowcount != 1:
            raise RuntimeError("a case changed inside its own transaction")
        known = {consent.consent_id: consent for consent in before.consents}
        for consent in after.consents:
            if known.get(consent.consent_id) != consent:
                self._save_consent(connection, consent)
        act = after.last_act
        if act is not None:
            by = Actor(act.by, Role(act.role))
            self.audit.record(connection, by, f"case_{act.event}", "case", after.case_id)
        return after

    def _save_consent(self, connection: Connection, consent: Consent) -> None:
        table = self._database.tables.consents
        connection.execute(
            update(table)
            .where(table.c.consent_id == consent.consent_id)
            .values(body=bound(consent.consent_id, to_json(consent)))
        )

    def _consents(self, connection: Connection, visit_id: str) -> tuple[Consent, ...]:
        table = self._database.tables.consents
        rows = connection.execute(select(table).where(table.c.visit_id == visit_id)).all()
        return _in_order(_consent(row) for row in rows)

    def _consents_of_cases(
        self, connection: Connection, case_ids: list[str]
    ) -> dict[str, tuple[Consent, ...]]:
        if not case_ids:
            return {}
        table = self._database.tables.consents
        found: dict[str, list[Consent]] = {}
        for row in connection.execute(select(table).where(table.c.case_id.in_(case_ids))):
            found.setdefault(row.case_id, []).append(_consent(row))
        return {case_id: _in_order(consents) for case_id, consents in found.items()}


def _in_order(consents: Iterable[Consent]) -> tuple[Consent, ...]:
    return tuple(sorted(consents, key=lambda each: (each.given_at, each.consent_id)))


def _consent(row: Row[Any]) -> Consent:
    return from_json(Consent, unbound(row.consent_id, row.body))


def _case(row: Row[Any], consents: tuple[Consent, ...]) -> Case:
    return case_from_json(unbound(row.case_id, row.body), consents)


def _row(case: Case, retention: RetentionRules) -> dict[str, Any]:
    return {
        "version": case.version,
        "state": case.state.value,
        "counter": case.counter,
        "day": case.ticket.day,
        "series": case.ticket.series,
        "number": case.ticket.number,
        "minutes": case.content.minutes,
        "filed": case.filed,
        "calls": case.calls,
        "called_to": case.handler.counter if case.handler is not None else None,
        "queued_at": case.queued_at,
        "called_at": case.called_at,
        "accepted_at": case.accepted_at,
        "finished_at": case.finished_at,
        "keep_until": keep_until(case, retention),
        "body": bound(case.case_id, case_to_json(case)),
    }
