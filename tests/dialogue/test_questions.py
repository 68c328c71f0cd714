"""Which questions are asked: never one whose answer is known, none that settles nothing, and enough of them."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.next_step import ranked_questions
from dialogue.session import Answered, Said, Session
from kb.derive import with_derived
from kb.facts import Fact, Origin
from kb.plan import build_plan

MOVES = ("moving_in", "moving_within", "moving_from_abroad")
MOST_FOR_A_MOVE = 14
"""Of a made-up household in which every rare thing may come together; the journeys hold the real numbers."""

seeds = st.integers(min_value=0, max_value=10**6)


@given(seed=seeds, reason=st.sampled_from(MOVES))
@settings(max_examples=40)
def test_what_is_known_is_never_asked(resident: Any, seed: int, reason: str) -> None:
    person, session = resident(seed, reason), Session()
    while questions := person.open(session):
        first = questions[0]
        known = with_derived(person.kb, session.facts(), person.today)
        assert first.id not in person.asked, "asked twice"
        assert any(known.get(key) is None for key in first.keys), f"{first.id}: all of it is known"
        session = person.answered(session, first)


@given(seed=seeds, reason=st.sampled_from(MOVES))
@settings(max_examples=40)
def test_every_question_asked_can_settle_something(resident: Any, seed: int, reason: str) -> None:
    person, session = resident(seed, reason), Session()
    while questions := person.open(session):
        for question in questions:
            if question.record != "reasons":
                assert person.missing(session).intersection(question.keys), f"{question.id} settles nothing"
        session = person.answered(session, questions[0])


@given(seed=seeds, reason=st.sampled_from(("moving_in", "moving_within")))
@settings(max_examples=40)
def test_guided_questions_reach_the_plan_of_all_facts(
    resident: Any, shape_of: Any, seed: int, reason: str
) -> None:
    person = resident(seed, reason)
    guided = shape_of(person.plan(person.play()))
    told_all = shape_of(build_plan(person.kb, person.whole, person.at))
    assert guided["steps"] == told_all["steps"]
    assert guided["elsewhere"] == told_all["elsewhere"]
    assert guided["undecided"] == []


@pytest.mark.parametrize("seed", range(20))
def test_a_move_takes_few_questions(resident: Any, seed: int) -> None:
    person = resident(seed, "moving_in")
    person.play()
    assert len(person.asked) <= MOST_FOR_A_MOVE, person.asked


@given(seed=seeds, reason=st.sampled_from(MOVES), refused=st.integers(0, 12))
@settings(max_examples=40)
def test_who_does_not_know_is_not_asked_again_and_still_gets_a_plan(
    resident: Any, seed: int, reason: str, refused: int
) -> None:
    """From some question on the resident answers nothing: what stays open is settled at the counter."""
    person, session = resident(seed, reason), Session()
    while questions := person.open(session):
        first = questions[0]
        assert first.id not in person.asked
        if len(person.asked) > refused and first.can_skip:
            person.asked.append(first.id)
            session = session.with_act(Answered(first.id, (), person.at, first.keys))
        else:
            session = person.answered(session, first)
    plan = person.plan(session)
    assert plan.steps or plan.undecided
    for open_one in plan.undecided:
        assert open_one.missing & session.declined(), f"{open_one.procedure.id} could still be asked"


def test_who_names_a_wish_is_not_read_the_list_of_wishes(world: Any) -> None:
    def asked(**known: Any) -> list[str]:
        acts = [Fact(key, value, Origin.SAID, at=world.at) for key, value in known.items()]
        session = Session((Said("", tuple(acts), world.at, read_back=False),))
        facts = session.facts()
        return [q.id for q in ranked_questions(world.kb, session, facts, world.plan(facts), world.at)]

    assert "certificates_wanted" in asked(reasons=("certificates",))
    assert "certificates_wanted" not in asked(reasons=("certificates",), wants_copy_of_resident_record=True)
