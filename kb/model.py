"""The records of the knowledge base, frozen: procedures, life events, questions, papers, forms, counters.

Each class mirrors one kind of data file under `kb/data/`; `kb.schema` checks the files and builds these.
Names and wording live in the data; nothing here or in code that uses it may name a single procedure.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from kb.conditions import Condition
from kb.dated import Dated
from kb.facts import Option, Vocabulary
from kb.form import Form
from kb.operators import RemoteOperators
from kb.population import Population
from kb.provenance import Provenance

Input = Literal["choice", "yes_no", "date", "number", "text", "people"]
Scope = Literal["visit", "person"]
Today = Literal["yes", "partly", "no"]


@dataclass(frozen=True)
class Law:
    """One citation: 住民基本台帳法 第22条第1項."""

    name: str
    article: str
    says_ja: str = ""

    def __str__(self) -> str:
        return f"{self.name} {self.article}".strip()


@dataclass(frozen=True)
class Definition:
    """A named condition used by others, such as a child in the sense of 児童手当."""

    id: str
    scope: Scope
    when: Condition
    note: str = ""


@dataclass(frozen=True)
class Derivation:
    """A fact that follows from others without being asked (origin `derived`)."""

    id: str
    fact: str
    scope: Scope
    value: object
    when: Condition


@dataclass(frozen=True)
class Paper:
    """Something to bring."""

    id: str
    name_ja: str
    note_ja: str = ""
    have: Condition | None = None
    """When the visitor surely has it; unknown otherwise."""
    lack: Condition | None = None
    """When the visitor surely lacks it."""
    alternatives_ja: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bring:
    """A paper a procedure needs, and when."""

    paper: str
    when: Condition | None = None
    blocks_today: bool = True
    """False: the procedure can be accepted today without it."""


Unit = Literal["days", "months", "years"]


@dataclass(frozen=True)
class Deadline:
    """When a procedure must be done: a term of days, months or years from an event, or up to a day.

    At most one of `days`, `months`, `years`, `before` and `until_month_end` is given; `kb.calendar` counts.
    """

    kind: Literal["after_event", "month_claim", "none"]
    days: Dated | None = None
    months: Dated | None = None
    years: Dated | None = None
    before: bool = False
    """Not after the event at all: the last day is the open day before it (あらかじめ)."""
    until_month_end: bool = False
    """In the month of the event: what is paid from the month after the claim."""
    counts_first_day: bool = False
    """The day of the event is the first of the term (戸籍法 第43条); else the next day is (民法 第140条)."""
    event: str = ""
    """Fact key of the day it runs from (visit facts only)."""
    events_instead: tuple[str, ...] = ()
    """Facts of other days it runs from where the first is not known: 世帯変更 after a death runs from that day."""
    late_ja: str = ""
    text_ja: str = ""
    closed_day_moves: bool = True
    """A term that ends while the office is closed ends on the next open day (地方自治法 第4条の2第4項, 民法 第142条)."""

    @property
    def terms(self) -> tuple[tuple[Unit, Dated], ...]:
        """The terms written, by their unit."""
        written: tuple[tuple[Unit, Dated | None], ...] = (
            ("days", self.days),
            ("months", self.months),
            ("years", self.years),
        )
        return tuple((unit, length) for unit, length in written if length is not None)

    @property
    def says_when(self) -> bool:
        """Whether a last day follows from the day of the event."""
        return bool(self.terms) or self.before or self.until_month_end


@dataclass(frozen=True)
class FinishRule:
    """A reason why today is only partly enough or not at all; the first that holds wins."""

    today: Today
    because_ja: str
    when: Condition | None = None


@dataclass(frozen=True)
class ProxyWay:
    """What somebody who comes for another brings and can do; every procedure names the one that holds for it."""

    id: str
    name_ja: str
    laws: tuple[Law, ...]
    provenance: Provenance
    bring: tuple[Bring, ...] = ()
    finish: tuple[FinishRule, ...] = ()


@dataclass(frozen=True)
class Procedure:
    """One procedure at a counter."""

    id: str
    name_ja: str
    plain_ja: str
    """The same in words nobody needs explained: 引っ越してきた届け."""
    area: str
    scope: Scope
    when: Condition
    why_ja: str
    why_not_ja: str
    life_events: tuple[str, ...]
    laws: tuple[Law, ...]
    provenance: Provenance
    asked_as: tuple[str, ...]
    who_may_apply: tuple[str, ...]
    deadline: Deadline
    by_proxy: str = ""
    """Id of the `ProxyWay`; none where nothing is filed."""
    bring: tuple[Bring, ...] = ()
    identity_check_ja: str = ""
    number_act_ja: str = ""
    fee_yen: Dated | None = None
    fee_note_ja: str = ""
    forms: tuple[str, ...] = ()
    finish: tuple[FinishRule, ...] = ()
    follows: tuple[str, ...] = ()
    """Procedures that come before it when both are in the plan."""
    on_request: bool = False
    """True: only for those who ask for it; the condition then says who may."""
    due_when: Condition | None = None
    """Of one on request: when it is planned all the same (返納 is a wish, but after a death the card is returned)."""
    starts_by_claim_month: bool = False
    """True: late claiming loses money, so it is never listed as not needed."""
    information_only: bool = False
    """Nothing is filed: told beside the steps, costs no counter and no paper."""
    elsewhere_ja: str = ""
    """Set: not done at this city hall; where it is done."""
    sensitive: bool = False
    human_only: bool = False
    online_ja: str = ""
    not_for_ja: tuple[str, ...] = ()
    in_force_from: dt.date | None = None
    """First day of visits it is planned for; before it the law did not know it."""
    in_force_until: dt.date | None = None
    """Last day of visits it is planned for."""

    def is_in_force(self, day: dt.date) -> bool:
        """Whether the rule stands on `day`."""
        begun = self.in_force_from is None or self.in_force_from <= day
        return begun and (self.in_force_until is None or day <= self.in_force_until)


@dataclass(frozen=True)
class LifeEvent:
    """A reason to come."""

    id: str
    name_ja: str
    plain_ja: str
    asked_as: tuple[str, ...]
    order: int
    icon: str = ""
    sensitive: bool = False
    human_only: bool = False
    questions_first: tuple[str, ...] = ()


@dataclass(frozen=True)
class QuestionOption:
    """A choice of a question and the facts it sets; keys may use {person}."""

    value: str
    label_ja: str
    sets: Mapping[str, object]
    """Fact name → value; names of visit facts, or of facts of the person when `who` is given."""
    who: Condition | None = None
    """Given: one option for each person it is not False for; `{person}` in the label is that person."""
    words_ja: tuple[str, ...] = ()
    """Spoken, it is meant only with one of these words (公務員 is not meant by 父 alone)."""
    not_with_ja: tuple[str, ...] = ()
    """Words with which it is surely not meant (a certificate on paper, with スマホ)."""


@dataclass(frozen=True)
class Question:
    """A question record; it can be asked while one of its facts is open for somebody.

    `per` visit: asked once. `per` person: asked of each person `who` holds for; `{person}` in the text is that
    person. `per` group: asked once for all those people: for input `people` one card each, for input `choice`
    which of them (one bool fact). `multiple` with options is a checklist: what is not ticked becomes false.
    """

    id: str
    text_ja: str
    why_ja: str
    input: Input
    per: Literal["visit", "person", "group"]
    facts: tuple[str, ...]
    options: tuple[QuestionOption, ...] = ()
    who: Condition | None = None
    when: Condition | None = None
    multiple: bool = False
    none_label_ja: str = "どれもない"
    about_ja: tuple[str, ...] = ()
    """Words for what is asked (国保)."""
    against_ja: tuple[str, ...] = ()
    """Words for the opposite (会社の保険): alone they mean nobody; beside `about_ja` it is asked back."""
    denied_by_ja: tuple[str, ...] = ()
    """Words that deny without a negation, said of people (まだ前の家に)."""
    unclear_with_ja: tuple[str, ...] = ()
    """Words with which neither yes nor no is meant (期限が切れて)."""
    text_one_ja: str = ""
    """The text when it concerns one person, who is `{person}` in it; required of questions to a group."""
    yes_label_ja: str = ""
    """What is offered for that person instead of the list, where it is a choice; the other is `no_label_ja`."""
    no_label_ja: str = ""
    privacy_on_screen: bool = False
    """COUNTER_RULES 10: asked on the screen by default, by voice only by choice."""


@dataclass(frozen=True)
class PersonCard:
    """One person a `people` question asks to complete."""

    id: str
    label_ja: str
    relation: str | None
    age: int | None
    birth_date: dt.date | None
    asks: tuple[str, ...]


@dataclass(frozen=True)
class AskedQuestion:
    """A question as put in this visit, with everything filled in."""

    id: str
    """Question id, with `:p6` behind it when it is asked of one person."""
    record: str
    text_ja: str
    why_ja: str
    input: Input
    keys: tuple[str, ...]
    """Full keys of the facts an answer can settle."""
    options: tuple[Option, ...] = ()
    multiple: bool = False
    can_skip: bool = True
    people: tuple[PersonCard, ...] = ()
    on_screen: bool = False
    subject_ja: str = ""
    """Whom it concerns, where the options are yes and no for one person."""
    denied_by_ja: tuple[str, ...] = ()
    unclear_with_ja: tuple[str, ...] = ()
    """How answers to it deny, or leave it open, in words of their own (see `Question`)."""


@dataclass(frozen=True)
class Counter:
    """One counter of the city hall."""

    id: str
    number: str
    name_ja: str
    department_ja: str
    floor: str
    place: str
    """Id of the element of the floor map."""
    desks: int = 1
    """How many clerks usually serve it at once; what is measured during the day stands above it."""


@dataclass(frozen=True)
class NumberSeries:
    """The numbers an existing machine prints for one counter (既存の発券機)."""

    first: int
    last: int
    prefix: str = ""
    """What stands before the number: K of K012."""
    separator: Literal["", "-"] = ""
    digits: int = 0
    """Printed with leading zeros to this length; 0: without."""


@dataclass(frozen=True)
class Hours:
    """When counters serve, Asia/Tokyo."""

    opens_at: dt.time
    closes_at: dt.time


@dataclass(frozen=True)
class LocalProcedure:
    """What the overlay says of a procedure: where, how long, what it costs."""

    counter: str
    minutes: int
    """An assumption of the town, shown as 約."""
    fee_yen: int | None = None
    together: bool = True
    """May be taken at the one counter with the others."""
    closes_at: dt.time | None = None
    """Earlier end of service, such as card desks."""
    note_ja: str = ""


@dataclass(frozen=True)
class Municipality:
    """The local overlay: one folder."""

    code: str
    name_ja: str
    prefecture_ja: str
    addressed_to_ja: str
    """Printed on forms: 星見野市長."""
    accent: str
    """Accent colour of the screens, #rrggbb."""
    one_counter: str
    """Counter that takes everything marked `together` (回らない)."""
    event_counters: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    """Life event → the counter that takes all its procedures, such as an おくやみコーナー."""
    signatures: Literal["law", "customary"]
    """Which signatures the town asks for: what law demands, or also those kept by custom."""
    hours: Hours
    closed_weekdays: frozenset[int]
    """0 is Monday."""
    national_holidays_closed: bool
    closed_spans: tuple[tuple[str, str], ...]
    """Yearly spans MM-DD to MM-DD, both closed (年末年始)."""
    closed_days: Mapping[dt.date, str]
    counters: tuple[Counter, ...]
    procedures: Mapping[str, LocalProcedure]
    provenance: Provenance
    number_machine: Mapping[str, NumberSeries] = field(default_factory=dict, kw_only=True)
    """Counter → the numbers a machine of the town already prints for it; empty: we give the numbers."""
    open_days: frozenset[dt.date] = frozenset()
    hold_days: int = 14
    phone_ja: str = ""
    floor_map_svg: str = ""
    character: str = "clerk"
    """Which drawn character speaks: a packaged one, or `town` for the overlay's own folder `character/`."""
    character_svg: str = ""
    """The overlay's own `character/character.svg`, empty when it has none."""
    character_json: str = ""
    """The overlay's own `character/character.json`, empty when it has none."""
    minutes_note_ja: str = ""
    operators: RemoteOperators | None = None
    """None: nobody answers from afar."""

    def counter_for(self, procedure: Procedure, reasons: Iterable[str]) -> Counter:
        """Where a procedure is done by somebody who came for `reasons`."""
        local = self.procedures[procedure.id]
        for reason in reasons:
            if reason in procedure.life_events and reason in self.event_counters:
                return self.counter(self.event_counters[reason])
        return self.counter(self.one_counter if local.together else local.counter)

    @property
    def usual_desks(self) -> dict[str, int]:
        """How many clerks usually serve each counter."""
        return {counter.id: counter.desks for counter in self.counters}

    def closes_at(self, procedure: str) -> dt.time:
        """Until when a procedure is taken; the town's hours where it says nothing else."""
        local = self.procedures.get(procedure)
        return (local.closes_at if local is not None else None) or self.hours.closes_at

    def counter(self, counter_id: str) -> Counter:
        """The counter of this id; `KeyError` if the overlay has none (the loader checks)."""
        for counter in self.counters:
            if counter.id == counter_id:
                return counter
        raise KeyError(counter_id)


@dataclass(frozen=True)
class KnowledgeBase:
    """Everything loaded and cross-checked."""

    version: str
    """Content hash; a visit keeps the version it began with."""
    vocabulary: Vocabulary
    municipality: Municipality
    procedures: Mapping[str, Procedure]
    life_events: Mapping[str, LifeEvent]
    questions: Mapping[str, Question]
    papers: Mapping[str, Paper]
    forms: Mapping[str, Form]
    definitions: Mapping[str, Definition]
    derivations: tuple[Derivation, ...]
    proxy_ways: Mapping[str, ProxyWay] = field(default_factory=dict)
    constants: Mapping[str, Dated] = field(default_factory=dict)
    population: Population = field(default_factory=lambda: Population("drawn evenly"))
    order: Mapping[str, tuple[bool, int, int, str]] = field(default_factory=dict)
    """Sort key of each procedure in a plan: only told, steps before it, its life event, its id."""
