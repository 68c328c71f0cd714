"""What holds for every plan of the packaged records, whatever is known so far."""

import datetime as dt
import random
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from kb.derive import scene_of, with_derived
from kb.facts import Facts
from kb.model import KnowledgeBase
from kb.plan import Plan, build_plan
from kb.sample import households


def listed(plan: Plan) -> dict[str, list[str]]:
    return {
        "steps": [s.procedure.id for s in plan.steps],
        "undecided": [u.procedure.id for u in plan.undecided],
        "not_needed": [p.id for p in plan.not_needed],
        "elsewhere": [p.id for p in plan.elsewhere],
        "offers": [p.id for p in plan.offers],
    }


def partly(kb: KnowledgeBase, at: dt.datetime, seed: int, share: float) -> tuple[Facts, Facts]:
    """A household of which all is known, and the part of it a resident has told so far."""
    (whole,) = households(kb, 1, seed, at)
    whole = with_derived(kb, whole, at.date())
    chance = random.Random(seed)  # noqa: S311 - reproducible, no secret
    told = [f for f in whole if f.key == "reasons" or chance.random() < share]
    return whole, Facts().with_facts(told)


seeds = st.integers(min_value=0, max_value=10**6)
shares = st.sampled_from([0.0, 0.2, 0.5, 0.8, 1.0])


@given(seed=seeds, share=shares)
@settings(max_examples=60)
def test_each_record_stands_in_one_list_only(
    kb: KnowledgeBase, at: dt.datetime, seed: int, share: float
) -> None:
    lists = listed(build_plan(kb, partly(kb, at, seed, share)[1], at))
    everything = [i for ids in lists.values() for i in ids]
    assert len(everything) == len(set(everything))


@given(seed=seeds, share=shares)
@settings(max_examples=60)
def test_every_step_is_whole(kb: KnowledgeBase, at: dt.datetime, seed: int, share: float) -> None:
    facts = partly(kb, at, seed, share)[1]
    plan = build_plan(kb, facts, at)
    counters = {c.id for c in kb.municipality.counters}
    for step in plan.steps:
        assert step.counter.id in counters
        assert set(step.people) <= set(facts.people)
        assert bool(step.people) == (step.procedure.scope == "person")
        assert (step.today == "yes") == (step.because_ja == "")
        assert step.late == (step.deadline is not None and step.deadline < at.date())
        assert step.minutes >= 0
        assert len({b.paper for b in step.bring}) == len(step.bring)
        assert all(b.name_ja for b in step.bring)
        assert not step.procedure.elsewhere_ja
        assert step.missing <= plan.missing
    assert all(u.missing for u in plan.undecided)
    assert len({b.paper for b in plan.bring}) == len(plan.bring)
    assert not any(p.starts_by_claim_month for p in plan.not_needed)
    assert plan.minutes[0] <= plan.minutes[1]


@given(seed=seeds, share=shares)
@settings(max_examples=60)
def test_no_step_comes_before_one_it_follows(
    kb: KnowledgeBase, at: dt.datetime, seed: int, share: float
) -> None:
    steps = [s.procedure for s in build_plan(kb, partly(kb, at, seed, share)[1], at).steps]
    places = {p.id: n for n, p in enumerate(steps)}
    for procedure in steps:
        assert all(places[f] < places[procedure.id] for f in procedure.follows if f in places)
    assert all(kb.order[a.id] <= kb.order[b.id] for a, b in pairwise(steps))


@given(seed=seeds)
@settings(max_examples=60)
def test_when_all_is_known_nothing_is_open(kb: KnowledgeBase, at: dt.datetime, seed: int) -> None:
    whole = partly(kb, at, seed, 1.0)[0]
    plan = build_plan(kb, whole, at)
    assert not plan.undecided, {u.procedure.id: u.missing for u in plan.undecided}
    assert not plan.missing


@given(seed=seeds, share=shares)
@settings(max_examples=100)
def test_more_facts_never_overturn_what_was_settled(
    kb: KnowledgeBase, at: dt.datetime, seed: int, share: float
) -> None:
    """A step stays a step, and what a fact excluded stays excluded: only open things are settled by more facts."""
    whole, told = partly(kb, at, seed, share)
    early, late = listed(build_plan(kb, told, at)), listed(build_plan(kb, whole, at))
    assert set(early["steps"]) <= set(late["steps"])
    assert set(early["elsewhere"]) <= set(late["elsewhere"])
    assert not set(early["not_needed"]) & {*late["steps"], *late["elsewhere"]}


@given(seed=seeds)
@settings(max_examples=40)
def test_derived_facts_are_settled_once_and_for_all(kb: KnowledgeBase, at: dt.datetime, seed: int) -> None:
    (facts,) = households(kb, 1, seed, at)
    once = with_derived(kb, facts, at.date())
    assert with_derived(kb, once, at.date()) == once
    assert scene_of(kb, once, at.date()).facts is once
