"""Bodies of requests, checked at the edge; unknown keys are refused."""

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator

ANY_TEXT = 2_000_000
"""Longest text taken off the wire; what is too long to understand is answered by a step, not by an error."""

ISO_DATE = len("2026-04-07")
FIRST_YEAR, LAST_YEAR = 2000, 2100
"""Days a visit can have; holidays are not known beyond."""

Id = Annotated[str, Field(min_length=1, max_length=200)]


def _moment(value: object) -> dt.datetime | dt.date:
    """A date without a time stays a date; pydantic alone would read it as midnight."""
    if not isinstance(value, str):
        raise ValueError("a date YYYY-MM-DD or a date-time")  # noqa: TRY004 - pydantic reads ValueError
    moment = dt.datetime.fromisoformat(value) if len(value) > ISO_DATE else dt.date.fromisoformat(value)
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(f"a year from {FIRST_YEAR} to {LAST_YEAR}")
    return moment


DayOrMoment = Annotated[dt.datetime | dt.date, BeforeValidator(_moment)]


HelpWished = Literal["writing", "sign_language", "interpreter", "wheelchair", "slowly"]


class Body(BaseModel):
    """A request body."""

    model_config = ConfigDict(extra="forbid")


class PhoneBody(Body):
    """`POST /phone`: the code that a phone read."""

    code: Annotated[str, Field(min_length=1, max_length=100)]


class OpenVisit(Body):
    """`POST /visits`."""

    language: Annotated[str, Field(pattern="^[a-z]{2}(-[a-z]+)?$")] = "ja"
    mode: Literal["kiosk", "interview"] = "kiosk"
    on: DayOrMoment | None = None
    help_wished: list[HelpWished] = []
    case: Id | None = None
    """An interview into a case that has a number only."""


class AnswerBody(Body):
    """An answer to a question, or not knowing."""

    question: Id
    value: Any = None
    unknown: bool = False


class CorrectBody(Body):
    """One fact corrected; null forgets it."""

    fact: Id
    value: Any = None


class TurnBody(Body):
    """`POST /visits/{id}/turns`: exactly one of text, answer, correct, back, details."""

    text: Annotated[str, Field(max_length=ANY_TEXT)] | None = None
    answer: AnswerBody | None = None
    correct: CorrectBody | None = None
    back: Literal[True] | None = None
    details: dict[str, Any] | Literal["skip"] | None = None
    turn_id: Id | None = None
    spoken: bool = False

    @model_validator(mode="after")
    def _exactly_one(self) -> "TurnBody":
        given = [self.text, self.answer, self.correct, self.back, self.details]
        if sum(part is not None for part in given) != 1:
            raise ValueError("exactly one of text, answer, correct, back, details")
        return self


class CallBody(Body):
    """`POST /visits/{id}/call_operator`: the reason of the offer that was taken, or a wish."""

    reason: Id = "wish"


class ConsentBody(Body):
    """`POST /visits/{id}/consents`."""

    person: Id = "p1"
    purpose: Annotated[str, Field(min_length=1, max_length=200)] = "fill_forms"
    fields: Annotated[list[Literal["name", "address", "birth_date", "sex"]], Field(min_length=1)]


class CardBody(Body):
    """`POST /visits/{id}/card`; the PIN is never shown, logged or kept."""

    consent_id: Id
    person: Id | None = None
    pin: SecretStr
    really: bool = False


PrintedNumber = Annotated[str, Field(min_length=1, max_length=40)]
"""A number the town's own machine printed."""


class CaseBody(Body):
    """`POST /visits/{id}/case`."""

    ticket_only: bool = False
    number: PrintedNumber | None = None


class TicketBody(Body):
    """`POST /tickets`: why somebody came, by a touch of the attendant."""

    reasons: list[Id] = []
    counter: Id | None = None
    help_wished: list[HelpWished] = []
    number: PrintedNumber | None = None
    on: DayOrMoment | None = None


class LoginBody(Body):
    """`POST /login`."""

    user: Id
    password: SecretStr
    totp: Annotated[str, Field(max_length=20)] | None = None
    """Six digits, or a recovery code."""


class PasswordBody(Body):
    """Somebody's own new password."""

    old: SecretStr
    new: SecretStr


class ProofBody(Body):
    """The present password, for what nobody else may do at a screen left open."""

    password: SecretStr


class CodeBody(Body):
    """A code typed once: of a phone, or of a pairing."""

    code: Annotated[str, Field(min_length=1, max_length=40)]


AccountRole = Literal[
    "counter_staff",
    "town_operator",
    "contract_operator",
    "attendant",
    "knowledge_editor",
    "auditor",
    "administrator",
]


class AccountBody(Body):
    """A new account; without a password one is made, to be changed at the first login."""

    user: Annotated[str, Field(max_length=200)]
    name_ja: Annotated[str, Field(max_length=ANY_TEXT)] = ""
    roles: list[AccountRole]


class RolesBody(Body):
    """Other roles of an account."""

    roles: list[AccountRole]


class KioskBody(Body):
    """A new kiosk."""

    name_ja: Annotated[str, Field(max_length=ANY_TEXT)]


class PreservationBody(Body):
    """Why a case is kept, or no longer."""

    reason: Annotated[str, Field(max_length=ANY_TEXT)]


class ReasonBody(Body):
    """A reason, for `return`."""

    reason: Annotated[str, Field(min_length=1, max_length=500)]


class TransferBody(Body):
    """Another counter."""

    counter: Id


class HoldBody(Body):
    """A procedure waits for a paper."""

    procedure: Id
    waiting_for: Annotated[str, Field(min_length=1, max_length=200)]
    until: dt.date


class ResultBody(Body):
    """What became of one procedure."""

    procedure: Id
    result: Literal["受理", "補正", "保留", "不受理"]
    filed_at: dt.datetime | None = None
    waiting_for: Annotated[str, Field(max_length=200)] | None = None
    until: dt.date | None = None


class FinishBody(Body):
    """Results of every procedure and the record of identification."""

    results: list[ResultBody]
    identification: dict[str, Any]
    checks: list[Id] = []


class IdentificationBody(Body):
    """How the person was identified: before the papers are printed, and when a case on hold is taken up again."""

    identification: dict[str, Any]


class FactsBody(Body):
    """Facts by key, typed by staff or taken from the core system."""

    facts: dict[str, Any]


class OfficialBody(Body):
    """Official data of a 聞き取り受付: typed by fact, pasted as CSV or JSON, or both."""

    kind: Literal["certificate", "reservation", "register"] = "register"
    """転出証明書, 転入予約 (moved out online), or an extract of the residents' register."""
    facts: dict[str, Any] | None = None
    record: Annotated[str, Field(min_length=1, max_length=ANY_TEXT)] | None = None


class AcceptBody(Body):
    """Checks ticked on acceptance."""

    checks: list[Id] = []


class PaperBody(Body):
    """A paper seen, or no longer."""

    paper: Id
    seen: bool = True


class NoteBody(Body):
    """A note of three lines."""

    note: Annotated[str, Field(max_length=ANY_TEXT)]


class StatusBody(Body):
    """A single-use code from a ticket's QR."""

    code: Annotated[str, Field(min_length=8, max_length=200)]


class TalkBody(Body):
    """An act of an operator; the same `message_id` again changes nothing."""

    message_id: Annotated[str, Field(max_length=80)] = ""


class SayBody(TalkBody):
    """An operator's words."""

    text: Annotated[str, Field(max_length=ANY_TEXT)]


class GiveBackBody(TalkBody):
    """What the next person should know, and what the resident and the operator agreed on."""

    note: Annotated[str, Field(max_length=ANY_TEXT)] = ""
    agreed: Annotated[str, Field(max_length=ANY_TEXT)] | None = None


class ApproveBody(TalkBody):
    """A draft let out, as it is or edited."""

    draft: Id
    text: Annotated[str, Field(max_length=ANY_TEXT)]


class PassOnBody(TalkBody):
    """Whom a talk is handed to: a pool or somebody's account."""

    to: Id
    note: Annotated[str, Field(max_length=ANY_TEXT)]


class StartBody(TalkBody):
    """A procedure begun for the resident."""

    procedure: Id


class ShareBody(TalkBody):
    """A page put on the kiosk's screen."""

    page: Literal["plan", "procedure"]
    procedure: Id | None = None


class SignalBody(TalkBody):
    """One step of setting up the live voice (WebRTC)."""

    kind: Literal["offer", "answer", "candidate", "bye"]
    body: Any = None
