"""What holds for every plan of the packaged records, whatever is known so far."""

import random
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kb.conditions import Condition
from kb.derive import with_derived
from kb.facts import Facts
from kb.model import KnowledgeBase
from kb.plan import Plan


def listed(plan: Plan) -> dict[str, list[str]]:
    return {
        "steps": [s.procedure.id for s in plan.steps],
        "undecided": [u.procedure.id for u in plan.undecided],
        "not_needed": [p.id for p in plan.not_needed],
        "elsewhere": [p.id for p in plan.elsewhere],
        "offers": [p.id for p in plan.offers],
    }


def partly(world: Any, seed: int, share: float) -> tuple[Facts, Facts]:
    """A household of which all is known, and the part of it a resident has told so far."""
    whole = with_derived(world.kb, world.household(seed), world.today)
    chance = random.Random(seed)  # noqa: S311 - reproducible, no secret
    told = [f for f in whole if f.key == "reasons" or chance.random() < share]
    return whole, Facts().with_facts(told)


seeds = st.integers(min_value=0, max_value=10**6)
shares = st.sampled_from([0.0, 0.2, 0.5, 0.8, 1.0])


@given(seed=seeds, share=shares)
@settings(max_examples=60)
def test_each_record_stands_in_one_list_only(world: Any, seed: int, share: float) -> None:
    lists = listed(world.plan(partly(world, seed, share)[1]))
    everything = [i for ids in lists.values() for i in ids]
    assert len(everything) == len(set(everything))


@given(seed=seeds, share=shares)
@settings(max_examples=60)
def test_every_step_is_whole(world: Any, seed: int, share: float) -> None:
    facts = partly(world, seed, share)[1]
    plan = world.plan(facts)
    counters = {c.id for c in world.kb.municipality.counters}
    for step in plan.steps:
        assert step.counter.id in counters
        assert set(step.people) <= set(facts.people)
        assert bool(step.people) == (step.procedure.scope == "person")
        assert step.because_ja or step.today == "yes"
        assert step.late == (step.deadline is not None and step.deadline < world.today)
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
def test_no_step_comes_before_one_it_follows(world: Any, seed: int, share: float) -> None:
    steps = [s.procedure for s in world.plan(partly(world, seed, share)[1]).steps]
    places = {p.id: n for n, p in enumerate(steps)}
    for procedure in steps:
        assert all(places[f] < places[procedure.id] for f in procedure.follows if f in places)
    assert all(world.kb.order[a.id] <= world.kb.order[b.id] for a, b in pairwise(steps))


@given(seed=seeds)
@settings(max_examples=60)
def test_when_all_is_known_nothing_is_open(world: Any, seed: int) -> None:
    whole = partly(world, seed, 1.0)[0]
    plan = world.plan(whole)
    assert not plan.undecided, {u.procedure.id: u.missing for u in plan.undecided}
    assert not plan.missing


@given(seed=seeds, share=shares)
@settings(max_examples=100)
def test_more_facts_never_overturn_what_was_settled(world: Any, seed: int, share: float) -> None:
    """A step stays a step, and what a fact excluded stays excluded: only open things are settled by more facts.

    Records that say "… is known" take an open fact for a no on purpose and are left out; so is what is done elsewhere
    and was asked for by name, which is told until a fact excludes it.
    """
    whole, told = partly(world, seed, share)
    early, late = listed(world.plan(told)), listed(world.plan(whole))
    assumes = {p.id for p in world.kb.procedures.values() if speaks_of_knowing(world.kb, p.when)}
    asked_for = {i for i in early["elsewhere"] if told.value(f"wants_{i}") is True}
    assert {*early["steps"], *early["elsewhere"]} - assumes - asked_for <= {
        *late["steps"],
        *late["elsewhere"],
    }
    assert not ({*early["not_needed"]} - assumes) & {*late["steps"], *late["elsewhere"]}


def speaks_of_knowing(kb: KnowledgeBase, condition: Condition) -> bool:
    used = [kb.definitions[name].when for name in condition.definitions_used(kb.definitions)]
    return " is known" in condition.text or any(speaks_of_knowing(kb, c) for c in used)


@given(seed=seeds)
@settings(max_examples=40)
def test_derived_facts_are_settled_once_and_for_all(world: Any, seed: int) -> None:
    once = with_derived(world.kb, world.household(seed), world.today)
    assert with_derived(world.kb, once, world.today) == once
