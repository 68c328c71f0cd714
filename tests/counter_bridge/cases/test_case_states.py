"""The state machine against its table, and the page printed from it."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from counter_bridge.case import (
    SUPPORT_MEASURES,
    WITH_CLERK,
    Case,
    CaseContent,
    CaseState,
    Decision,
    PreparedPaper,
    PreparedProcedure,
)
from counter_bridge.case_changes import apply, new_case
from counter_bridge.case_events import (
    Accept,
    Annotate,
    Call,
    Correct,
    Event,
    Finish,
    Hold,
    Identify,
    Moment,
    Outcome,
    Recall,
    Reopen,
    Return,
    Revise,
    SeePaper,
    Skip,
    Tick,
    Transfer,
    Undo,
    Withdraw,
    WithdrawConsent,
)
from counter_bridge.case_record import case_from_json, case_to_json
from counter_bridge.case_table import RULE, RULES, case_states_markdown
from counter_bridge.consent import give
from counter_bridge.identification import Authority, Identification, Method
from counter_bridge.refusal import NotAllowed
from counter_bridge.staff import RESIDENT, Actor, Role
from counter_bridge.ticket import Ticket
from kb.facts import Fact, Facts, Origin

BEGIN = dt.datetime(2026, 4, 7, 1, 0, tzinfo=dt.UTC)
IDENTIFIED = Identification(
    Method.ONE_PAPER, ("passport",), "a", BEGIN, Authority.NOT_NEEDED, True, True, True, False
)
ACTORS = [
    Actor("suzuki", Role.COUNTER_STAFF),
    Actor("tanaka", Role.COUNTER_STAFF),
    Actor("operator", Role.TOWN_OPERATOR),
    RESIDENT,
]
FACTS = Facts().with_facts(
    [
        Fact("people.p1.name", "言った名前", Origin.SAID),
        Fact("people.p1.name", "カードの名前", Origin.CARD, source="consent-1"),
    ]
)
PROCEDURES = tuple(
    PreparedProcedure(
        f"procedure_{n}",
        f"手続{n}",
        ("p1",),
        ("あなた",),
        "a",
        10,
        "yes",
        papers=(PreparedPaper("paper", "書類", "no"),),
        forms=(f"form_{n}",),
    )
    for n in range(3)
)
contents = st.sampled_from([CaseContent(FACTS, PROCEDURES[:n]) for n in range(4)])
outcomes = st.builds(
    Outcome,
    st.sampled_from([p.id for p in PROCEDURES]),
    st.sampled_from(list(Decision)),
    st.sampled_from([None, BEGIN]),
    st.sampled_from(["", "書類"]),
    st.sampled_from([None, dt.date(2026, 4, 10), dt.date(2027, 1, 1)]),
)
good_finish = st.builds(
    lambda decisions: Finish(
        tuple(
            Outcome(p.id, d, BEGIN if d is Decision.FILED else None, "書類")
            for p, d in zip(PROCEDURES, decisions, strict=True)
        ),
        IDENTIFIED,
        (SUPPORT_MEASURES,),
    ),
    st.lists(st.sampled_from(list(Decision)), min_size=3, max_size=3),
)
events: st.SearchStrategy[Event] = st.one_of(
    st.builds(Call, st.sampled_from(["", "b"])),
    st.just(Recall()),
    st.just(Skip()),
    st.just(Accept()),
    st.builds(Tick, st.sampled_from([SUPPORT_MEASURES, "card_seen.p1", "no"]), st.booleans()),
    st.builds(SeePaper, st.sampled_from(["paper", "no"]), st.booleans()),
    st.just(Identify(IDENTIFIED)),
    st.builds(Annotate, st.sampled_from(["メモ", "一\n二\n三\n四"])),
    st.builds(Correct, contents),
    st.builds(Revise, contents),
    st.builds(Return, st.sampled_from(["", "理由"])),
    st.builds(Transfer, st.sampled_from(["a", "b"])),
    st.builds(Hold, st.sampled_from(["", "書類"]), st.sampled_from([None, "procedure_0", "no"])),
    st.builds(Finish, st.lists(outcomes, max_size=3).map(tuple), st.sampled_from([None, IDENTIFIED])),
    good_finish,
    st.just(Reopen(IDENTIFIED)),
    st.just(Withdraw()),
    st.builds(WithdrawConsent, st.sampled_from(["consent-1", "no"])),
    st.just(Undo()),
)


class Counter(RuleBasedStateMachine):
    """Anybody does anything at any time; the case obeys its table and the rules of the counter."""

    @initialize(content=contents)
    def the_first_number(self, content: CaseContent) -> None:
        self.prepare(content)

    def prepare(self, content: CaseContent) -> None:
        self.now = BEGIN
        consent = give("consent-1", "p1", "fill_forms", ["name"], ["form_0"], BEGIN)
        self.case = new_case(
            "case-1", Ticket("A", 101, BEGIN.date(), BEGIN), "a", content, RESIDENT, self.moment, (consent,)
        )

    @property
    def moment(self) -> Moment:
        return Moment(self.now, self.now.date())

    @rule(seconds=st.sampled_from([1, 5, 11, 3600]))
    def wait(self, seconds: int) -> None:
        self.now += dt.timedelta(seconds=seconds)

    @rule(events=st.lists(events, max_size=4))
    def the_clerk_works(self, events: list[Event]) -> None:
        for event in events:
            if not isinstance(event, Withdraw):
                self.act(event, ACTORS[0])

    @rule(finish=good_finish, back=st.booleans())
    def the_clerk_works_to_the_end(self, finish: Finish, back: bool) -> None:
        for event in (
            Accept(),
            Correct(CaseContent(FACTS, PROCEDURES)),
            finish,
            *([Reopen(IDENTIFIED)] * back),
        ):
            self.act(event, ACTORS[0])

    @precondition(lambda self: self.case.state in (CaseState.WITHDRAWN, CaseState.FINISHED))
    @rule(content=contents)
    def the_next_number(self, content: CaseContent) -> None:
        self.prepare(content)

    @rule(event=events, by=st.sampled_from(ACTORS))
    def anybody_does_anything(self, event: Event, by: Actor) -> None:
        self.act(event, by)

    def act(self, event: Event, by: Actor) -> None:
        before, row = self.case, RULE[event.event]
        after = apply(before, event, by, self.moment)
        if isinstance(after, NotAllowed):
            assert after.detail_ja
            assert after.remedy_ja
            assert after.code
            return
        assert before.state in row.before
        assert by.role in row.roles
        assert after.state in (row.after or {before.state})
        assert after.version == before.version + 1
        assert len(after.history) == len(before.history) + 1
        assert (after.history[-1].event, after.history[-1].by) == (event.event, by.user)
        if row.holder_only and before.state in WITH_CLERK:
            assert before.handler.user == by.user
        self.check_by_kind(event, before, after)
        assert case_from_json(case_to_json(after), after.consents) == after
        self.case = after

    def check_by_kind(self, event: Event, before: Case, after: Case) -> None:
        if isinstance(event, Undo):
            earlier = before.last_act.before
            assert replace(after, version=0, last_act=None, history=()) == replace(earlier, version=0)
        if isinstance(event, Finish):
            assert all(after.result(p.id) is not None for p in after.content.procedures)
            assert after.check(SUPPORT_MEASURES).is_done
            assert after.identification is not None or not after.results
        if not isinstance(event, Finish | Undo):
            assert after.filed <= before.filed or isinstance(event, Withdraw)

    @invariant()
    def what_a_case_always_is(self) -> None:
        case = self.case
        assert (case.handler is not None) == (case.state in WITH_CLERK)
        assert (case.hold_until is not None) == (case.state is CaseState.ON_HOLD)
        standing = {c.consent_id for c in case.consents if c.withdrawn_at is None}
        everything = (*case.content.facts, *case.content.facts.overruled)
        assert all(f.origin is not Origin.CARD or f.source in standing for f in everything)
        changes = [change for entry in case.history for change in entry.changes]
        assert all(standing.issuperset(change.rests_on) for change in changes)
        assert {seen.paper for seen in case.papers_seen} <= {paper.id for paper in case.content.papers}
        if case.state is CaseState.WITHDRAWN:
            assert len(case.content.facts) == 0
            assert not case.filed


TestCounter = Counter.TestCase
TestCounter.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)


def test_every_act_has_one_row_and_every_row_an_act():
    acts = {kind.event for kind in Event.__args__}
    assert acts == {row.event for row in RULES}
    assert len(RULES) == len(RULE)


def test_every_state_can_be_reached_and_every_one_but_the_end_can_be_left():
    reached = {state for row in RULES for state in row.after} | {CaseState.PREPARED}
    left = {state for row in RULES if row.after for state in row.before}
    assert reached == set(CaseState)
    assert set(CaseState) - left == {CaseState.WITHDRAWN}


def test_the_page_of_states_is_the_table():
    page = Path(__file__).parents[3] / "docs" / "case-states.md"
    assert page.read_text(encoding="utf-8") == case_states_markdown(), (
        "write it anew: python -m counter_bridge.case_table > docs/case-states.md"
    )
