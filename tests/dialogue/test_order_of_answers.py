"""Facts are replayed, so neither the order of answers nor a change of mind leaves a trace in the plan."""

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.session import Answered, Corrected, Session
from kb.facts import Fact, Origin

seeds = st.integers(min_value=0, max_value=10**6)
MOVES = st.sampled_from(("moving_in", "moving_within"))


@given(seed=seeds, reason=MOVES, order=st.randoms(use_true_random=False))
@settings(max_examples=30)
def test_any_order_of_questions_leads_to_the_same_plan(
    resident: Any, shape_of: Any, seed: int, reason: str, order: random.Random
) -> None:
    guided, wandering = resident(seed, reason), resident(seed, reason)
    first = shape_of(guided.plan(guided.play()))
    other = shape_of(wandering.plan(wandering.play(order.choice)))
    assert other["steps"] == first["steps"]
    assert other["elsewhere"] == first["elsewhere"]
    assert other["undecided"] == first["undecided"] == []


@given(seed=seeds, reason=MOVES, order=st.randoms(use_true_random=False))
@settings(max_examples=30)
def test_the_same_answers_in_any_order_give_the_same_plan(
    resident: Any, shape_of: Any, seed: int, reason: str, order: random.Random
) -> None:
    person = resident(seed, reason)
    session = person.play()
    acts = list(session.acts)
    order.shuffle(acts)
    shuffled = Session(tuple(acts))
    assert shape_of(person.plan(shuffled)) == shape_of(person.plan(session))
    assert set(shuffled.facts().by_key) == set(session.facts().by_key)


@given(seed=seeds, other=seeds, place=st.integers(0, 20))
@settings(max_examples=40)
def test_changing_an_early_answer_is_as_if_it_had_been_given_at_first(
    resident: Any, shape_of: Any, seed: int, other: int, place: int
) -> None:
    person, mind_changed = resident(seed, "moving_in"), resident(other, "moving_in")
    session = person.play()
    answers = [a for a in session.acts if isinstance(a, Answered) and a.question != "reasons"]
    early = answers[place % len(answers)]
    changed = [
        Fact(f.key, mind_changed.whole.value(f.key), Origin.CHOSEN, at=person.at)
        for f in early.facts
        if mind_changed.whole.value(f.key) is not None and f.key != "people"
    ]
    late = Session((*session.acts, *(Corrected(f.key, (f,), person.at) for f in changed)))
    kept = {f.key: f for f in (*early.facts, *changed)}
    at_first = Answered(early.question, tuple(kept.values()), person.at, early.keys)
    from_the_start = Session(tuple(at_first if a is early else a for a in session.acts))
    assert shape_of(person.plan(late)) == shape_of(person.plan(from_the_start))


@given(seed=seeds, reason=MOVES, place=st.integers(0, 20))
@settings(max_examples=30)
def test_back_is_as_if_the_last_answer_had_not_been_given(
    resident: Any, seed: int, reason: str, place: int
) -> None:
    person = resident(seed, reason)
    session = person.play()
    shorter = Session(session.acts[: 1 + place % len(session.acts)])
    assert shorter.back().facts() == Session(shorter.acts[:-1]).facts()
    undone = session
    for _ in session.acts:
        undone = undone.back()
    assert undone == Session()
    assert undone.back() == undone
