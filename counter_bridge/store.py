"""What the program needs of a store: visits and their turns, consents, cases and tickets, staff, the audit.

Small protocols, one for each use, so that a part asks only for what it uses. What cannot be done now is a result;
a store that cannot be used raises `StoreUnavailable` and has changed nothing. `sql_store.open_store` gives the real
one; tests use it too, on a file of their own.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from counter_bridge.audit import AuditBroken, AuditEntry, AuditIntact
from counter_bridge.case import Case, CaseContent, CaseState
from counter_bridge.case_events import Event, Moment
from counter_bridge.consent import Consent
from counter_bridge.login_rules import LoginDelayed
from counter_bridge.record import Json
from counter_bridge.refusal import NotAllowed, NotFound, Stale
from counter_bridge.staff import RESIDENT, Actor, Role, StaffSession, User
from counter_bridge.ticket import Calls, Ticket, TicketStatus
from counter_bridge.waits import Wait

CaseChange = Callable[[Case], Case | NotAllowed]
"""From the case as it stands to the next version; runs inside the transaction, so it must be pure and quick."""


@dataclass(frozen=True)
class StoredVisit:
    """A visit as kept; `body` is the program's own and stands encrypted."""

    visit_id: str
    version: int
    mode: Literal["kiosk", "interview", "phone"]
    language: str
    state: str
    on: dt.datetime
    """The visit's time, Asia/Tokyo."""
    kb_version: str
    opened_by: str | None
    """The account that opened it, for 聞き取り受付."""
    created_at: dt.datetime
    last_activity: dt.datetime
    expires_at: dt.datetime
    body: Json = field(repr=False)

    @property
    def visitor(self) -> Actor:
        """Who acts in it: the resident at a kiosk, the clerk who opened a 聞き取り受付."""
        return RESIDENT if self.opened_by is None else Actor(self.opened_by, Role.COUNTER_STAFF)


@dataclass(frozen=True)
class Swept:
    """What one sweep removed."""

    visits: int = 0
    cases: int = 0
    sessions: int = 0
    audit_entries: int = 0
    erased: bool = True
    """False: old bytes still stand in the log because somebody reads; the next sweep erases them."""
    clock_trusted: bool = True
    """False: the clock has leapt, and cases and audit wait until it has held for a day."""
    given_up: tuple[StoredVisit, ...] = field(default=(), compare=False, repr=False)
    """The visits as they were, to be counted where they stood."""

    @property
    def anything(self) -> bool:
        """Whether there was anything to remove."""
        return bool(self.visits or self.cases or self.sessions or self.audit_entries)


@dataclass(frozen=True)
class OpenedVisit:
    """A visit just opened; the token is shown once and never kept."""

    visit: StoredVisit
    token: str = field(repr=False)


@dataclass(frozen=True)
class TurnAnswer:
    """The answer to one turn, kept so that the same turn sent again gets it again."""

    turn_id: str
    response: Json = field(repr=False)


@dataclass(frozen=True)
class VisitWiped:
    """The visit is gone; `case` is its case, withdrawn or (once accepted) kept under its own term."""

    case: Case | None


@dataclass(frozen=True)
class ConsentWithdrawn:
    """A consent taken back, with what changed by it."""

    consent: Consent
    case: Case | None
    visit: StoredVisit | None


@dataclass(frozen=True)
class CaseExists:
    """The visit has a case already; a correction is `Revise`."""

    case: Case


@dataclass(frozen=True)
class OpenedSession:
    """A login; the token is shown once and never kept."""

    session: StaffSession
    token: str = field(repr=False)


class VisitStore(Protocol):
    """Visits of residents."""

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
        """Opens a visit."""

    def get_visit(self, visit_id: str) -> StoredVisit | None:
        """The visit; None when there is none or its time is over."""

    def save_visit(
        self, visit: StoredVisit, expected_version: int, turn: TurnAnswer | None = None
    ) -> StoredVisit | TurnAnswer | Stale | NotFound:
        """Keeps the next version; a turn done before gives its answer back and keeps nothing."""

    def delete_visit(self, visit_id: str, by: Actor, at: Moment) -> VisitWiped | NotFound:
        """Wipes the visit and withdraws its case unless a clerk accepted it."""


class CaseStore(Protocol):
    """Cases, their consents and tickets."""

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
        """Prepares a case with the next number of its series, or with the one a machine printed, in one transaction."""

    def get_case(self, case_id: str) -> Case | None:
        """The case as it stands."""

    def change_case(
        self, case_id: str, expected_version: int | None, change: CaseChange
    ) -> Case | NotAllowed | Stale | NotFound:
        """The next version of a case; None as version: whatever it is now."""

    def act_on_case(
        self, case_id: str, expected_version: int | None, event: Event, by: Actor, at: Moment
    ) -> Case | NotAllowed | Stale | NotFound:
        """One act of case_events.py."""

    def list_cases(
        self,
        *,
        states: Iterable[CaseState] = (),
        counter: str | None = None,
        day: dt.date | None = None,
        today: dt.date | None = None,
    ) -> tuple[Case, ...]:
        """Cases in the order of the line; what is due `today` first."""

    def add_consent(self, visit_id: str, consent: Consent) -> Consent | NotFound:
        """Keeps a consent; the visit's case gets it too."""

    def list_consents(self, visit_id: str) -> tuple[Consent, ...]:
        """All consents of a visit, withdrawn ones too."""

    def withdraw_consent(
        self,
        consent_id: str,
        by: Actor,
        at: Moment,
        change_body: Callable[[Json], Json] | None = None,
        visit_id: str | None = None,
    ) -> ConsentWithdrawn | NotAllowed | NotFound:
        """Takes a consent back in the consent, the case and the visit at once."""

    def next_ticket(self, series: str, day: dt.date) -> Ticket:
        """The next number of a series on a day."""

    def calls(self, day: dt.date) -> Calls:
        """What the hall sees."""

    def days_with_calls(self) -> tuple[dt.date, ...]:
        """Days on which somebody is called or waits."""

    def wait(self, case_id: str, day: dt.date, usual_desks: Mapping[str, int] = ...) -> Wait | None:
        """Place of a case in the line; None when it does not wait."""

    def ticket_status(self, status_token: str, usual_desks: Mapping[str, int] = ...) -> TicketStatus | None:
        """What the code on a ticket shows."""


class StaffStore(Protocol):
    """Accounts and logins."""

    def add_user(
        self, name: str, name_ja: str, roles: Iterable[Role], password: str, *, demo: bool = False
    ) -> User | NotAllowed:
        """A new account; refused when the name is taken."""

    def authenticate(
        self, name: str, password: str, *, demo: bool, code: str | None = None, address: str | None = None
    ) -> User | LoginDelayed | None:
        """The account, if name, password and code fit; demo accounts only in the demo."""

    def open_session(self, user: User) -> OpenedSession:
        """A login."""

    def session_of(self, token: str, *, keep: bool = True) -> StaffSession | None:
        """The login of a cookie, with `keep` kept alive by being asked for."""

    def close_session(self, token: str) -> None:
        """Ends a login."""


class AuditLog(Protocol):
    """The append-only record of who did what."""

    def append(self, by: Actor, act: str, entity: str, entity_id: str, why: str = "") -> AuditEntry:
        """One entry of its own, for what changes no record (a look, an export)."""

    def list(self, *, entity_id: str | None = None, limit: int = 200) -> tuple[AuditEntry, ...]:
        """Newest first."""

    def verify(self) -> AuditIntact | AuditBroken:
        """Whether nothing was changed, taken out or cut off."""


class Sweeper(Protocol):
    """Whatever forgets on time."""

    def sweep(self) -> Swept:
        """Removes what is past its term."""
