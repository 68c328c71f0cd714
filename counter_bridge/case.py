"""A prepared case: what a clerk gets from a visit, and what they decide about it.

A case holds facts, what is planned, which forms, who agreed to what, and a note of three lines; never the talk
(COUNTER_RULES 8). It is prepared, not filed: only a clerk's result per procedure files something (rule 1). Values are
frozen; case_events.py says how one case becomes the next. Nothing here knows the store or a screen.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from counter_bridge.case_history import HistoryEntry
from counter_bridge.consent import Consent
from counter_bridge.identification import Identification
from counter_bridge.ticket import Ticket
from kb.facts import VISITOR, Fact, Facts, Origin

NOTE_LINES = 3
NOTE_LINE_LENGTH = 100
SUPPORT_MEASURES = "support_measures"
"""The clerk's first tick on every case (COUNTER_RULES 7)."""
CARD_SEEN = "card_seen."
"""Prefix of the ticks "card and face of p1 seen"."""


class CaseState(StrEnum):
    """Where a case is."""

    PREPARED = "prepared"
    CALLED = "called"
    ABSENT = "absent"
    ACCEPTED = "accepted"
    TRANSFERRED = "transferred"
    RETURNED = "returned"
    ON_HOLD = "on_hold"
    FINISHED = "finished"
    WITHDRAWN = "withdrawn"


STATE_JA: Mapping[CaseState, str] = MappingProxyType(
    {
        CaseState.PREPARED: "準備済み(まだ届出は済んでいません)",
        CaseState.CALLED: "呼び出し中",
        CaseState.ABSENT: "呼び出したが不在",
        CaseState.ACCEPTED: "窓口で確認中(受理ではありません)",
        CaseState.TRANSFERRED: "別の窓口でお待ち",
        CaseState.RETURNED: "ご本人に戻しました",
        CaseState.ON_HOLD: "書類待ちなどで保留",
        CaseState.FINISHED: "終了",
        CaseState.WITHDRAWN: "取りやめ",
    }
)

WAITING = frozenset({CaseState.PREPARED, CaseState.TRANSFERRED})
"""States in which a case stands in a line."""

WITH_CLERK = frozenset({CaseState.CALLED, CaseState.ACCEPTED})
"""States in which one clerk has it."""


class Decision(StrEnum):
    """What the clerk decided about one procedure; the words are those of the counter."""

    FILED = "受理"
    TO_CORRECT = "補正"
    HELD = "保留"
    REFUSED = "不受理"


WAITS = frozenset({Decision.TO_CORRECT, Decision.HELD})
"""Decisions after which the person comes back."""


@dataclass(frozen=True)
class ProcedureResult:
    """The result of one procedure."""

    procedure: str
    decision: Decision
    by: str
    at: dt.datetime
    filed_at: dt.datetime | None = None
    """When a complete form reached the office (行政手続法 第37条); only with 受理."""
    waiting_for_ja: str = ""
    until: dt.date | None = None


@dataclass(frozen=True)
class PreparedPaper:
    """One paper a procedure wants, and whether the person said to have it."""

    id: str
    name_ja: str
    have: Literal["yes", "no", "unknown"]
    note_ja: str = ""
    instead_ja: tuple[str, ...] = ()
    """What does as well."""


@dataclass(frozen=True)
class PaperSeen:
    """A clerk held this paper in hand."""

    paper: str
    by: str
    at: dt.datetime


@dataclass(frozen=True)
class PreparedProcedure:
    """One procedure of the plan as it stood when the case was prepared."""

    id: str
    name_ja: str
    people: tuple[str, ...]
    for_whom_ja: tuple[str, ...]
    counter: str
    minutes: int
    today: Literal["yes", "partly", "no"]
    because_ja: str = ""
    deadline: dt.date | None = None
    claim_by: dt.date | None = None
    """Last open day of the month for what starts by the month of claiming."""
    missing_papers_ja: tuple[str, ...] = ()
    papers: tuple[PreparedPaper, ...] = ()
    forms: tuple[str, ...] = ()
    confirm_by_staff: bool = False
    information_only: bool = False
    """Nothing is filed: the clerk hands over a leaflet, and no result is asked for."""

    def is_due(self, today: dt.date) -> bool:
        """Whether waiting until tomorrow would be late."""
        return any(day is not None and day <= today for day in (self.deadline, self.claim_by))


@dataclass(frozen=True)
class PreparedForm:
    """One form that will be printed."""

    id: str
    name_ja: str
    for_whom: tuple[str, ...]
    pages: int
    missing: tuple[str, ...]
    """Fact keys of boxes left empty."""
    writes: int


@dataclass(frozen=True)
class CardUse:
    """What is known about one person's card."""

    person: str
    state: Literal["read", "not_used", "pin_locked", "unreadable", "no_card"]


@dataclass(frozen=True)
class CaseContent:
    """What the visit prepared; replaced as a whole when anything in it changes."""

    facts: Facts = field(default_factory=Facts)
    procedures: tuple[PreparedProcedure, ...] = ()
    undecided: tuple[str, ...] = ()
    """Ids of procedures the counter settles (窓口で確認します)."""
    open_questions: tuple[str, ...] = ()
    """Fact keys nobody could answer."""
    forms: tuple[PreparedForm, ...] = ()
    cards: tuple[CardUse, ...] = ()
    help_wished: tuple[str, ...] = ()
    """Chosen on the first screen: 筆談, 手話, 通訳, 車椅子, ゆっくり."""
    language: str = "ja"
    minutes_low: int = 0
    minutes_high: int = 0
    writes: int = 0
    ticket_only: bool = False
    """番号札だけ: whatever was known; the interview follows at the counter."""
    arrived_at: dt.datetime | None = None
    """When the visit began on the real clock; None: with the number."""

    @property
    def minutes(self) -> int:
        """What the procedures take, for the line; a bare number counts as a short talk."""
        return sum(p.minutes for p in self.procedures) or 10

    @property
    def papers(self) -> tuple[PreparedPaper, ...]:
        """Every paper once, in the order of the procedures."""
        return tuple(
            {paper.id: paper for p in reversed(self.procedures) for paper in reversed(p.papers)}.values()
        )[::-1]

    def procedure(self, procedure_id: str) -> PreparedProcedure | None:
        """The procedure of this id."""
        return next((p for p in self.procedures if p.id == procedure_id), None)


@dataclass(frozen=True)
class Check:
    """One tick of the clerk's list."""

    id: str
    label_ja: str
    required: bool
    done_by: str = ""
    done_at: dt.datetime | None = None

    @property
    def is_done(self) -> bool:
        """Whether it was ticked."""
        return self.done_at is not None


@dataclass(frozen=True)
class Handler:
    """The clerk who has the case."""

    user: str
    name_ja: str
    counter: str
    since: dt.datetime

    @property
    def shown(self) -> str:
        """What a colleague is told."""
        return f"{self.name_ja or self.user}({self.counter})"


@dataclass(frozen=True)
class LastAct:
    """The act that made this version, for undo and the audit."""

    event: str
    by: str
    role: str
    at: dt.datetime
    before: "Case | None" = field(default=None, repr=False)
    """The case before it, while it can be undone."""


@dataclass(frozen=True)
class Case:
    """One case, as of one version; what is personal stays out of its repr, so that it slips into no log."""

    case_id: str
    version: int
    state: CaseState
    counter: str
    ticket: Ticket
    on: dt.date
    """Day of the visit, Asia/Tokyo."""
    opened_at: dt.datetime
    queued_at: dt.datetime
    """When it joined the line it stands in."""
    content: CaseContent = field(repr=False)
    kb_version: str = ""
    visit_id: str | None = None
    consents: tuple[Consent, ...] = ()
    checks: tuple[Check, ...] = ()
    papers_seen: tuple[PaperSeen, ...] = ()
    results: tuple[ProcedureResult, ...] = field(default=(), repr=False)
    identification: Identification | None = None
    note_ja: str = field(default="", repr=False)
    returned_because_ja: str = field(default="", repr=False)
    blanked: tuple[str, ...] = ()
    """Fact keys that are empty because a consent was taken back."""
    handler: Handler | None = None
    calls: int = 0
    called_at: dt.datetime | None = None
    accepted_at: dt.datetime | None = None
    finished_at: dt.datetime | None = None
    held_at: dt.datetime | None = None
    held_on: dt.date | None = None
    """The day of the visit on which it was put on hold."""
    hold_until: dt.date | None = None
    times_reopened: int = 0
    last_act: LastAct | None = None
    history: tuple[HistoryEntry, ...] = field(default=(), repr=False)
    """Every act since it was prepared, oldest first; what was taken back stays in it."""

    @property
    def filed(self) -> bool:
        """Whether anything was 受理; false means 「まだ届出は済んでいません」."""
        return any(r.decision is Decision.FILED for r in self.results)

    @property
    def held_by(self) -> str | None:
        """Who has it, for a colleague who tries."""
        return self.handler.shown if self.handler is not None else None

    @property
    def mismatches(self) -> tuple[tuple[Fact, Fact], ...]:
        """Pairs (ruling, overruled) whose values differ, to stand beside the form."""
        return self.content.facts.mismatches()

    @property
    def waits_for(self) -> tuple[ProcedureResult, ...]:
        """What the person must still bring or mend."""
        return tuple(r for r in self.results if r.decision in WAITS)

    @property
    def holder_is_not_visitor(self) -> bool:
        """A card of somebody else than the visitor was read: a loud mark (COUNTER_RULES 4)."""
        return any(card.state == "read" and card.person != VISITOR for card in self.content.cards)

    @property
    def lacking(self) -> tuple[PreparedPaper, ...]:
        """Papers the person did not have and no clerk has seen since."""
        seen = {each.paper for each in self.papers_seen}
        return tuple(p for p in self.content.papers if p.have == "no" and p.id not in seen)

    @property
    def undecided(self) -> tuple[PreparedProcedure, ...]:
        """Procedures that still need a result; mere information needs none."""
        return tuple(
            p for p in self.content.procedures if not p.information_only and self.result(p.id) is None
        )

    def result(self, procedure_id: str) -> ProcedureResult | None:
        """The result of a procedure, if there is one."""
        return next((r for r in self.results if r.procedure == procedure_id), None)

    def check(self, check_id: str) -> Check | None:
        """The tick of this id."""
        return next((c for c in self.checks if c.id == check_id), None)

    def is_due(self, today: dt.date) -> bool:
        """Whether a deadline or a claim month ends today for something not yet decided."""
        return any(p.is_due(today) for p in self.undecided)

    def filed_forms(self) -> frozenset[str]:
        """Forms of procedures that were 受理."""
        return frozenset(
            form
            for result in self.results
            if result.decision is Decision.FILED
            and (procedure := self.content.procedure(result.procedure)) is not None
            for form in procedure.forms
        )


def checks_for(content: CaseContent, consents: tuple[Consent, ...]) -> tuple[Check, ...]:
    """The ticks a case begins with: support measures first, then each card that was read."""
    owner = {consent.consent_id: consent.person for consent in consents}
    holders = {owner[f.source] for f in content.facts if f.origin is Origin.CARD and f.source in owner}
    return (
        Check(SUPPORT_MEASURES, "住基の支援措置を確認", required=True),
        *(
            Check(f"{CARD_SEEN}{person}", "読み取ったカードと持ち主の顔を確認", required=False)
            for person in sorted(holders)
        ),
    )


def is_short_note(note_ja: str) -> bool:
    """Whether a note keeps to three short lines, so that it never becomes a transcript."""
    lines = note_ja.splitlines()
    return len(lines) <= NOTE_LINES and all(
        len(line) <= NOTE_LINE_LENGTH and line.isprintable() for line in lines
    )
