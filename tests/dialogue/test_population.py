"""Over the whole made-up population and every reason to come: asking little never loses a procedure."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.rehearsal import TrueResident
from dialogue.session import Said, Session
from kb.facts import Facts
from kb.plan import build_plan
from kb.sample import first_words, households

REALISTIC = 150
"""Households of the population itself; rare things come in by the evenly drawn ones."""

Shape = Callable[[Any], dict[str, Any]]


def guided(resident: TrueResident, told: Facts | None = None) -> Any:
    """The plan reached by the questions alone, after what was told at first."""
    acts = () if told is None else (Said("", tuple(told), resident.at),)
    return resident.plan(resident.play(session=Session(acts)))


def nothing_is_lost(resident: TrueResident, shape_of: Shape, told: Facts | None = None) -> None:
    reached = shape_of(guided(resident, told))
    everything = shape_of(build_plan(resident.kb, resident.whole, resident.at))
    assert reached["steps"] == everything["steps"], resident.asked
    assert reached["elsewhere"] == everything["elsewhere"], resident.asked
    assert reached["undecided"] == everything["undecided"], resident.asked


def test_the_population_is_led_to_the_plan_of_all_its_facts(world: Any, shape_of: Shape) -> None:
    for number, facts in enumerate(households(world.kb, REALISTIC, 11, world.at)):
        resident = TrueResident(world.kb, facts, world.at)
        nothing_is_lost(resident, shape_of, first_words(world.kb, resident.whole, number))


@given(seed=st.integers(0, 10**6), data=st.data())
@settings(max_examples=80)
def test_whoever_comes_for_whatever_is_led_to_the_plan_of_all_facts(
    world: Any, shape_of: Shape, seed: int, data: st.DataObject
) -> None:
    reason = data.draw(st.sampled_from(sorted(world.kb.life_events)))
    nothing_is_lost(TrueResident(world.kb, world.household(seed, reason), world.at), shape_of)


@given(seed=st.integers(0, 10**6), data=st.data())
@settings(max_examples=40)
def test_several_reasons_make_one_plan_that_loses_nothing(
    world: Any, shape_of: Shape, seed: int, data: st.DataObject
) -> None:
    events = st.sampled_from(sorted(world.kb.life_events))
    reasons = tuple(dict.fromkeys(data.draw(st.tuples(events, events))))
    resident = TrueResident(world.kb, world.household(seed, *reasons), world.at)
    nothing_is_lost(resident, shape_of)
    plan = guided(TrueResident(world.kb, world.household(seed, *reasons), world.at))
    steps = [s.procedure.id for s in plan.steps]
    assert len(steps) == len(set(steps))
    assert len({b.paper for b in plan.bring}) == len(plan.bring)


@pytest.mark.parametrize(
    "day", [dt.date(2026, 1, 5), dt.date(2026, 12, 28), dt.date(2027, 3, 31), dt.date(2027, 4, 1)]
)
def test_nothing_is_lost_on_any_day(world: Any, shape_of: Shape, day: dt.date) -> None:
    at = dt.datetime.combine(day, dt.time(10), world.at.tzinfo)
    for facts in households(world.kb, 15, 5, at, evenly=True):
        nothing_is_lost(TrueResident(world.kb, facts, at), shape_of)
