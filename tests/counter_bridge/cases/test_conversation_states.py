"""The state machine of a conversation against its table, whoever does whatever when; and the page printed from it."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from counter_bridge.conversation import (
    LONGEST_NOTE,
    LONGEST_SAID,
    Conversation,
    ConversationState,
    Draft,
)
from counter_bridge.conversation_changes import apply
from counter_bridge.conversation_events import (
    Approved,
    AssistantSaid,
    Called,
    ConversationEvent,
    DraftLapsed,
    Ended,
    HandedBack,
    LeaderLost,
    NobodyCame,
    PoolPassed,
    ResidentSaid,
    Say,
    Suggested,
    Take,
    Told,
    Transferred,
    WaitGivenUp,
)
from counter_bridge.conversation_table import (
    CONVERSATION_RULE,
    CONVERSATION_RULES,
    OPERATORS,
    TOWN,
    with_table,
)
from counter_bridge.record import from_json, to_json
from counter_bridge.refusal import NotAllowed
from counter_bridge.staff import RESIDENT, SYSTEM, Actor, Role

S = ConversationState
BEGIN = dt.datetime(2026, 4, 7, 1, 0, tzinfo=dt.UTC)
TOWNS = Actor("town", Role.TOWN_OPERATOR, "山田")
CONTRACTOR = Actor("contract", Role.CONTRACT_OPERATOR, "佐藤")
ACTORS = [
    TOWNS,
    Actor("colleague", Role.TOWN_OPERATOR),
    CONTRACTOR,
    Actor("desk", Role.COUNTER_STAFF),
    Actor("auditor", Role.AUDITOR),
    Actor("attendant", Role.ATTENDANT),
    RESIDENT,
    SYSTEM,
]
texts = st.sampled_from(["", " ", "はい", "<script>alert(1)</script>", "長" * (LONGEST_SAID + 1)])
notes = st.sampled_from(["", "メモ", "字" * (LONGEST_NOTE + 1)])
drafts = st.builds(
    Draft,
    st.sampled_from(["draft-1", "draft-2"]),
    st.just("国保は…"),
    st.just("国保"),
    st.sampled_from([None, BEGIN + dt.timedelta(seconds=20)]),
    st.just("x@1"),
)
events: st.SearchStrategy[ConversationEvent] = st.one_of(
    st.builds(Called, st.sampled_from(["wish", "human_only"]), st.sampled_from(["a", "b"]), st.booleans()),
    st.just(Take()),
    st.builds(Say, texts),
    st.builds(ResidentSaid, texts),
    st.builds(AssistantSaid, texts, st.just("ask"), st.just("声")),
    st.builds(Told, st.just("画面に出しました")),
    st.builds(Suggested, drafts),
    st.builds(Approved, st.sampled_from(["draft-1", "draft-2"]), texts),
    st.just(DraftLapsed("窓口で")),
    st.builds(Transferred, st.just("b"), notes, st.sampled_from(["", "town", "colleague"])),
    st.builds(HandedBack, notes, notes),
    st.just(LeaderLost("a")),
    st.just(PoolPassed("b")),
    st.just(NobodyCame()),
    st.just(WaitGivenUp()),
    st.just(Ended()),
)


class Talk(RuleBasedStateMachine):
    """Anybody does anything at any time; the conversation obeys its table and the rules of the counter."""

    @initialize()
    def the_first(self) -> None:
        self.now = BEGIN
        self.talk = Conversation("visit-1", BEGIN)

    @rule(seconds=st.sampled_from([1, 21]))
    def wait(self, seconds: int) -> None:
        self.now += dt.timedelta(seconds=seconds)

    @rule(event=events, by=st.sampled_from(ACTORS), act_id=st.sampled_from(["", "", "m1", "m2"]))
    def anybody_does_anything(self, event: ConversationEvent, by: Actor, act_id: str) -> None:
        self.act(event, by, act_id)

    @rule(by=st.sampled_from(ACTORS[:4]), events=st.lists(events, max_size=4))
    def an_operator_works(self, by: Actor, events: list[ConversationEvent]) -> None:
        self.act(Called("wish", "a"), RESIDENT)
        self.act(Take(), by)
        for event in events:
            self.act(event, by)

    @rule()
    def the_next_visit(self) -> None:
        if self.talk.state is S.ENDED:
            self.the_first()

    def act(self, event: ConversationEvent, by: Actor, act_id: str = "") -> None:
        before, row = self.talk, CONVERSATION_RULE[event.event]
        after = apply(before, event, by, self.now, act_id)
        if isinstance(after, NotAllowed):
            assert after.code
            assert after.detail_ja
            assert after.remedy_ja
            return
        if after is before:
            assert isinstance(event, Take) or f"{by.user}:{act_id}" in before.done
            return
        assert before.state in row.before
        assert by.role in row.roles
        assert after.state in (row.after or {before.state})
        assert after.version == before.version + 1
        assert not row.leader_only or before.is_led_by(by.user)
        assert after.messages[: len(before.messages)] == before.messages, "what was said is never changed"
        self.check_by_kind(event, by, before, after)
        again = apply(after, event, by, self.now, act_id)
        assert not act_id or again is after, "the same act again changes nothing"
        assert from_json(Conversation, to_json(after)) == after
        self.talk = after

    def check_by_kind(
        self, event: ConversationEvent, by: Actor, before: Conversation, after: Conversation
    ) -> None:
        new = after.messages[len(before.messages) :]
        if isinstance(event, Approved):
            assert by.role in TOWN
        if isinstance(event, HandedBack):
            assert before.reason in after.settled or not before.reason
        if isinstance(event, AssistantSaid) and before.state is S.HELD:
            assert not new, "while a person leads the machine says nothing"
        assert {m.sender for m in new} <= (
            {"operator", "system", "assistant"} if by.role in OPERATORS else {"resident", "assistant"}
        )

    @invariant()
    def what_a_conversation_always_is(self) -> None:
        talk = self.talk
        assert (talk.leader is not None) == (talk.state is S.HELD)
        assert not (talk.town_only and talk.leader and talk.leader.role is Role.CONTRACT_OPERATOR)
        assert (talk.waiting_since is not None) == (talk.state is S.WAITING)
        assert (talk.pool != "") == (talk.state is S.WAITING)
        assert [m.seq for m in talk.messages] == list(range(1, len(talk.messages) + 1))
        assert all(0 < len(m.text) <= LONGEST_SAID for m in talk.messages if m.sender != "assistant")
        assert all(len(n.text) <= LONGEST_NOTE for n in talk.notes)


TestTalk = Talk.TestCase
TestTalk.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)


def test_every_act_has_one_row_and_every_row_an_act():
    acts = {kind.event for kind in ConversationEvent.__args__}
    assert acts == {row.event for row in CONVERSATION_RULES}
    assert len(CONVERSATION_RULES) == len(CONVERSATION_RULE)


def test_every_state_can_be_reached_and_every_one_but_the_end_can_be_left():
    reached = {state for row in CONVERSATION_RULES for state in row.after} | {S.ASSISTANT}
    left = {state for row in CONVERSATION_RULES if row.after for state in row.before}
    assert reached == set(S)
    assert set(S) - left == {S.ENDED}


def test_the_page_of_operators_holds_the_table():
    page = (Path(__file__).parents[3] / "docs" / "operator.md").read_text(encoding="utf-8")
    assert page == with_table(page), "python -m counter_bridge.conversation_table docs/operator.md"


@pytest.mark.parametrize("by", [Actor("x", role) for role in Role if role not in TOWN])
def test_nobody_but_the_town_approves(by: Actor):
    talk = Conversation("visit-1", BEGIN, draft=Draft("draft-1", "国保は…", until=BEGIN))
    refused = apply(talk, Approved("draft-1", "はい"), by, BEGIN)
    assert isinstance(refused, NotAllowed)
    assert refused.code == "may_not_decide"


def test_a_reason_that_was_dealt_with_calls_nobody_again_but_a_wish_always_does():
    talk = replace(Conversation("visit-1", BEGIN), settled=("human_only", "wish"))
    assert isinstance(apply(talk, Called("human_only", "a"), SYSTEM, BEGIN), NotAllowed)
    called = apply(talk, Called("wish", "a"), RESIDENT, BEGIN)
    assert isinstance(called, Conversation)
    assert called.state is S.WAITING
