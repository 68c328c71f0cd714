"""Every act that can be done to a case, as a value, and what surrounds an act: actor, clocks, terms of the town.

case_table.py says when and by whom each is possible, case_changes.py what it does.
"""

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar
from zoneinfo import ZoneInfo

from counter_bridge.case import Case, CaseContent, Decision
from counter_bridge.identification import Identification
from counter_bridge.staff import Actor

TOKYO = ZoneInfo("Asia/Tokyo")


@dataclass(frozen=True)
class CaseRules:
    """Terms of the town."""

    hold_days: int = 14
    undo_s: int = 10


@dataclass(frozen=True)
class Call:
    """Call the number to a counter (the case's own when none is named)."""

    event: ClassVar[str] = "call"
    counter: str = ""


@dataclass(frozen=True)
class Recall:
    """Call the same number again."""

    event: ClassVar[str] = "recall"


@dataclass(frozen=True)
class Skip:
    """Nobody came."""

    event: ClassVar[str] = "skip"


@dataclass(frozen=True)
class Accept:
    """The person stands at the counter; this is not 受理."""

    event: ClassVar[str] = "accept"


@dataclass(frozen=True)
class Tick:
    """Tick or untick one check."""

    event: ClassVar[str] = "tick"
    check: str
    done: bool = True


@dataclass(frozen=True)
class SeePaper:
    """Tick or untick that a paper was seen."""

    event: ClassVar[str] = "see_paper"
    paper: str
    seen: bool = True


@dataclass(frozen=True)
class Identify:
    """Record how the person was identified."""

    event: ClassVar[str] = "identify"
    identification: Identification


@dataclass(frozen=True)
class Annotate:
    """Write the note."""

    event: ClassVar[str] = "annotate"
    note_ja: str


@dataclass(frozen=True)
class Correct:
    """Staff's correction: the content anew, with facts of origin staff or official in it."""

    event: ClassVar[str] = "correct"
    content: CaseContent


@dataclass(frozen=True)
class Revise:
    """The resident's correction or more answers: the content anew."""

    event: ClassVar[str] = "revise"
    content: CaseContent


@dataclass(frozen=True)
class Return:
    """Give the case back to the resident."""

    event: ClassVar[str] = "return"
    reason_ja: str


@dataclass(frozen=True)
class Transfer:
    """Send it to the line of another counter."""

    event: ClassVar[str] = "transfer"
    counter: str


@dataclass(frozen=True)
class Hold:
    """Put one procedure, or every one not decided yet, on hold."""

    event: ClassVar[str] = "hold"
    waiting_for_ja: str
    procedure: str | None = None
    until: dt.date | None = None


@dataclass(frozen=True)
class Outcome:
    """The clerk's decision on one procedure."""

    procedure: str
    decision: Decision
    filed_at: dt.datetime | None = None
    waiting_for_ja: str = ""
    until: dt.date | None = None


@dataclass(frozen=True)
class Finish:
    """All results; may bring the identification and ticks along."""

    event: ClassVar[str] = "finish"
    outcomes: tuple[Outcome, ...] = ()
    identification: Identification | None = None
    ticks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reopen:
    """The person is back on another day, identified anew."""

    event: ClassVar[str] = "reopen"
    identification: Identification


@dataclass(frozen=True)
class Withdraw:
    """The resident gives up the case; its content goes at once."""

    event: ClassVar[str] = "withdraw"


@dataclass(frozen=True)
class WithdrawConsent:
    """A consent is taken back; what rests on it goes blank."""

    event: ClassVar[str] = "withdraw_consent"
    consent_id: str


@dataclass(frozen=True)
class Undo:
    """Take back one's own last act."""

    event: ClassVar[str] = "undo"


Event = (
    Call
    | Recall
    | Skip
    | Accept
    | Tick
    | SeePaper
    | Identify
    | Annotate
    | Correct
    | Revise
    | Return
    | Transfer
    | Hold
    | Finish
    | Reopen
    | Withdraw
    | WithdrawConsent
    | Undo
)


@dataclass(frozen=True)
class Moment:
    """When an act happens, by both clocks (DESIGN decision 10)."""

    now: dt.datetime
    """The real clock, aware: undo, consent, retention."""
    today: dt.date
    """The day of the visit, Asia/Tokyo: deadlines, holds."""


@dataclass(frozen=True)
class Doing:
    """An act in progress: the case it is done to, by whom, when, under which terms."""

    case: Case
    by: Actor
    at: Moment
    rules: CaseRules


def moment_of(case: Case, now: dt.datetime) -> Moment:
    """The moment of an act on a case: the real clock, and its day moved as far as the visit's day was when it began.

    Where visits do not choose their day this is simply today, also days later when the case is reopened.
    """
    moved = case.on - case.opened_at.astimezone(TOKYO).date()
    return Moment(now, now.astimezone(TOKYO).date() + moved)
