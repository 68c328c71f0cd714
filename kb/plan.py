"""The plan: every procedure these facts call for, in one order, with reason, papers, fee, deadline and end.

`build_plan` is a pure function of the knowledge base, the facts and the moment of the visit. It never assumes:
what a fact would settle is undecided, and only what a fact excludes is not needed (COUNTER_RULES 2).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from kb.calendar import due_date, is_open_on
from kb.conditions import Condition, Scene, Truth, Unknown
from kb.derive import scene_of, with_derived
from kb.facts import Facts, person_key
from kb.model import Bring, Counter, FinishRule, KnowledgeBase, LocalProcedure, Procedure, Today
from kb.writes import writes_for

Have = Literal["yes", "no", "unknown"]

WORST: tuple[Today, ...] = ("no", "partly", "yes")

LOW_SHARE, HIGH_SHARE = 0.8, 1.3
"""Spread shown around the town's assumed minutes, until service times are measured."""


@dataclass(frozen=True)
class BringItem:
    """A paper to bring, with what is known about having it."""

    paper: str
    name_ja: str
    have: Have
    note_ja: str = ""
    alternatives_ja: tuple[str, ...] = ()
    blocks_today: bool = True


@dataclass(frozen=True)
class Step:
    """One procedure of the plan, for these people."""

    procedure: Procedure
    people: tuple[str, ...]
    counter: Counter
    bring: tuple[BringItem, ...]
    minutes: int
    fee_yen: int | None
    deadline: dt.date | None
    late: bool
    today: Today
    because_ja: str
    confirm_by_staff: bool
    missing: frozenset[str] = frozenset()
    """Facts that would settle whether further people need it too."""
    waits_for: frozenset[str] = frozenset()
    """Facts that its papers, its day and its end still wait for."""


@dataclass(frozen=True)
class Undecided:
    """A procedure some missing fact would settle; the counter settles it otherwise."""

    procedure: Procedure
    people: tuple[str, ...]
    missing: frozenset[str]


@dataclass(frozen=True)
class Plan:
    """All steps in order, what is open, what is excluded, and what is done elsewhere."""

    steps: tuple[Step, ...]
    undecided: tuple[Undecided, ...]
    not_needed: tuple[Procedure, ...]
    elsewhere: tuple[Procedure, ...]
    offers: tuple[Procedure, ...]
    """Procedures only for those who ask, not asked for yet."""
    missing: frozenset[str]
    writes: int

    @property
    def counters(self) -> tuple[Counter, ...]:
        """Counters to visit, in order."""
        return tuple({s.counter.id: s.counter for s in self.steps if s.minutes > 0}.values())

    @property
    def minutes(self) -> tuple[int, int]:
        """Low and high estimate for the whole visit, in steps of five minutes."""
        total = sum(s.minutes for s in self.steps)
        return _fives(total * LOW_SHARE), _fives(total * HIGH_SHARE)

    @property
    def fee_yen(self) -> int:
        """Sum of the fees known."""
        return sum(s.fee_yen or 0 for s in self.steps)

    @property
    def bring(self) -> tuple[BringItem, ...]:
        """Papers of all steps, each once; the worst knowledge of having it."""
        merged: dict[str, BringItem] = {}
        for item in (i for s in self.steps for i in s.bring):
            known = merged.get(item.paper)
            if known is None or (known.have == "yes" and item.have != "yes"):
                merged[item.paper] = item
        return tuple(merged.values())

    @property
    def forms(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Forms to print with the people they are for, each form once."""
        printed: dict[str, tuple[str, ...]] = {}
        for step in self.steps:
            for form in step.procedure.forms:
                printed[form] = tuple(dict.fromkeys((*printed.get(form, ()), *step.people)))
        return tuple(printed.items())

    def step(self, procedure_id: str) -> Step | None:
        """The step of a procedure."""
        return next((s for s in self.steps if s.procedure.id == procedure_id), None)


def build_plan(kb: KnowledgeBase, facts: Facts, at: dt.datetime) -> Plan:
    """The plan of a visit at `at` (aware, Asia/Tokyo); facts need not be complete."""
    today = at.date()
    facts = with_derived(kb, facts, today)
    scene = scene_of(kb, facts, today)
    steps: list[Step] = []
    undecided: list[Undecided] = []
    not_needed: list[Procedure] = []
    elsewhere: list[Procedure] = []
    offers: list[Procedure] = []
    missing: set[str] = set()
    for procedure in _candidates(kb, facts, today):
        wished = not procedure.on_request or facts.value(f"wants_{procedure.id}") is True
        truths = _truths(procedure, procedure.when if wished else procedure.due_when, scene)
        holds = tuple(p for p, truth in truths if truth is True)
        unknown = [(p, truth) for p, truth in truths if isinstance(truth, Unknown)]
        if not wished and not holds and not unknown:
            may = any(truth is not False for _, truth in _truths(procedure, procedure.when, scene))
            if may and facts.get(f"wants_{procedure.id}") is None:
                offers.append(procedure)
            continue
        open_keys = frozenset(key for _, truth in unknown for key in truth.missing)
        if procedure.elsewhere_ja and (holds or (unknown and facts.value(f"wants_{procedure.id}") is True)):
            elsewhere.append(procedure)  # who asks for it by name is told where, without a question
            continue
        missing |= open_keys
        if holds:
            people = tuple(p for p in holds if p is not None)
            step, wanted = _step(kb, procedure, people, scene, at)
            steps.append(replace(step, missing=open_keys, waits_for=frozenset(wanted)))
            missing |= wanted
        elif unknown:
            undecided.append(Undecided(procedure, tuple(p for p, _ in unknown if p is not None), open_keys))
        elif not procedure.starts_by_claim_month:
            not_needed.append(procedure)
    steps.sort(key=lambda s: kb.order[s.procedure.id])
    forms = Plan(tuple(steps), (), (), (), (), frozenset(), 0).forms
    return Plan(
        steps=tuple(steps),
        undecided=tuple(undecided),
        not_needed=tuple(not_needed),
        elsewhere=tuple(elsewhere),
        offers=tuple(offers),
        missing=frozenset(missing),
        writes=writes_for(
            kb.forms,
            [(form, len(people) if kb.forms[form].scope == "person" else 1) for form, people in forms],
            kb.municipality.signatures,
        ),
    )


def writes_of(kb: KnowledgeBase, plan: Plan, step: Step) -> int:
    """Entries by hand on the sheets of one step; sets shared with other steps are counted in each."""
    printed = [(f, len(step.people) if kb.forms[f].scope == "person" else 1) for f in step.procedure.forms]
    beside = [form for form, _ in plan.forms]
    return writes_for(kb.forms, printed, kb.municipality.signatures, beside=beside)


def _candidates(kb: KnowledgeBase, facts: Facts, today: dt.date) -> list[Procedure]:
    wanted = set(facts.choices("reasons"))
    return [
        p
        for p in kb.procedures.values()
        if p.is_in_force(today)
        and (wanted.intersection(p.life_events) or facts.value(f"wants_{p.id}") is True)
    ]


def _truths(
    procedure: Procedure, condition: Condition | None, scene: Scene
) -> list[tuple[str | None, Truth]]:
    if condition is None:
        return []
    if procedure.scope == "visit":
        return [(None, condition.truth(scene))]
    truths: list[tuple[str | None, Truth]] = [
        (person, condition.truth(scene, person)) for person in scene.facts.people
    ]
    if not scene.facts.household_known:
        truths.append((None, Unknown(frozenset({"people"}))))
    return truths


def _step(
    kb: KnowledgeBase, procedure: Procedure, people: tuple[str, ...], scene: Scene, at: dt.datetime
) -> tuple[Step, set[str]]:
    town = kb.municipality
    local = town.procedures[procedure.id]
    counter = town.counter_for(procedure, scene.facts.choices("reasons"))
    missing: set[str] = set()
    papers = _papers(kb, procedure.bring, people, scene, missing)
    way = kb.proxy_ways.get(procedure.by_proxy)
    for_another = {} if way is None else _papers(kb, way.bring, (), scene, missing)
    bring = tuple({**for_another, **papers}[paper] for paper in (papers | for_another))
    deadline, late = _deadline(kb, procedure, scene, missing)
    today, because = _today(procedure, local, people, bring, scene, at, kb, missing)
    certain = procedure.provenance.is_certain(scene.today)
    if for_another and way is not None:
        certain = certain and way.provenance.is_certain(scene.today)
    fee = local.fee_yen if local.fee_yen is not None else None
    if fee is None and procedure.fee_yen is not None:
        fee = procedure.fee_yen.on(scene.today)
    step = Step(
        procedure=procedure,
        people=people,
        counter=counter,
        bring=bring,
        minutes=local.minutes,
        fee_yen=fee,
        deadline=deadline,
        late=late,
        today=today,
        because_ja=because,
        confirm_by_staff=not certain,
    )
    return step, missing


def _some(condition: Condition, people: Sequence[str], scene: Scene) -> Truth:
    """Whether a condition of a procedure holds for one of the people it is for (or for the visit)."""
    missing: frozenset[str] = frozenset()
    for person in people or (None,):
        truth = condition.truth(scene, person)
        if truth is True:
            return True
        if isinstance(truth, Unknown):
            missing |= truth.missing
    return Unknown(missing) if missing else False


def _papers(
    kb: KnowledgeBase,
    needed: Sequence[Bring],
    people: Sequence[str],
    scene: Scene,
    missing: set[str],
) -> dict[str, BringItem]:
    """What is needed of a list, by paper."""
    items = (_bring(kb, one, people, scene, missing) for one in needed)
    return {item.paper: item for item in items if item is not None}


def _bring(
    kb: KnowledgeBase, bring: Bring, people: Sequence[str], scene: Scene, missing: set[str]
) -> BringItem | None:
    note = ""
    if bring.when is not None:
        truth = _some(bring.when, people, scene)
        if truth is False:
            return None
        if isinstance(truth, Unknown):
            missing |= truth.missing
            note = "必要かどうかは窓口で確認します"
    paper = kb.papers[bring.paper]
    have: Have = "unknown"
    if paper.have is not None and paper.have.truth(scene) is True:
        have = "yes"
    elif paper.lack is not None and paper.lack.truth(scene) is True:
        have = "no"
    return BringItem(
        paper.id,
        paper.name_ja,
        have,
        note or paper.note_ja,
        paper.alternatives_ja,
        bring.blocks_today and not note,
    )


def _deadline(
    kb: KnowledgeBase, procedure: Procedure, scene: Scene, missing: set[str]
) -> tuple[dt.date | None, bool]:
    rule = procedure.deadline
    if rule.kind == "none" or not rule.says_when or not rule.event:
        return None, False
    days = (scene.facts.value(key) for key in (rule.event, *rule.events_instead))
    event = next((day for day in days if isinstance(day, dt.date)), None)
    if event is None:
        missing |= {rule.event, *rule.events_instead}
        return None, False
    due = due_date(rule, event, kb.municipality)
    return due, scene.today > due


def _today(
    procedure: Procedure,
    local: LocalProcedure,
    people: Sequence[str],
    bring: Sequence[BringItem],
    scene: Scene,
    at: dt.datetime,
    kb: KnowledgeBase,
    missing: set[str],
) -> tuple[Today, str]:
    lacking = [b for b in bring if b.have == "no" and b.blocks_today]
    if lacking:
        return "no", "、".join(b.name_ja for b in lacking) + "が必要です"
    closes_at = local.closes_at or kb.municipality.hours.closes_at
    if not is_open_on(kb.municipality, scene.today):
        return "no", "今日は閉庁日です"
    if at.time() >= closes_at:
        return "no", f"今日の受付は{closes_at:%H:%M}で終わりました"
    own = _finished(procedure.finish, people, scene, missing)
    way = kb.proxy_ways.get(procedure.by_proxy)
    for_another: tuple[Today, str] = ("yes", "") if way is None else _finished(way.finish, (), scene, missing)
    return for_another if WORST.index(for_another[0]) <= WORST.index(own[0]) and for_another[1] else own


def _finished(
    rules: Sequence[FinishRule], people: Sequence[str], scene: Scene, missing: set[str]
) -> tuple[Today, str]:
    """What the first rule that holds says; yes where none does."""
    for rule in rules:
        truth = True if rule.when is None else _some(rule.when, people, scene)
        if truth is True:
            return rule.today, rule.because_ja
        if isinstance(truth, Unknown):
            missing |= truth.missing
            return "partly", "窓口で確認してから決まります"
    return "yes", ""


def _fives(minutes: float) -> int:
    return max(5, round(minutes / 5) * 5) if minutes > 0 else 0


def person_label(kb: KnowledgeBase, facts: Facts, person: str) -> str:
    """How a person is called on screens: あなた, 妻, 子(12歳)."""
    if person == "p1":
        return "あなた"
    relation = facts.get(person_key(person, "relation"))
    kind = kb.vocabulary.person("relation")
    label = kind.label_of(relation) if kind is not None and relation is not None else "ご家族"
    age = facts.value(person_key(person, "age"))
    return f"{label}({age}歳)" if isinstance(age, int) else label
