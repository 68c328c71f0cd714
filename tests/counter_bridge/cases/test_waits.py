"""The estimate of a wait: what it says, and what must hold of it whatever the line."""

import datetime as dt
import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter_bridge import waits
from counter_bridge.waits import (
    FASTEST,
    FEW,
    SLOWEST,
    Hall,
    InHand,
    InLine,
    Pace,
    Served,
    Wait,
    at_once,
    in_steps,
    pace_of,
    starts,
)

NINE = dt.datetime(2026, 4, 7, 9, 0, tzinfo=dt.UTC)
MINUTES = st.floats(0, 240, allow_nan=False)
WORK = st.lists(MINUTES, max_size=30)
DESKS = st.integers(1, 8)


def at(minute: float) -> dt.datetime:
    return NINE + dt.timedelta(minutes=minute)


def minutes_until_free(ahead, busy, desks) -> float:
    """Minutes until somebody behind these is served."""
    return list(starts([*ahead, 0.0], busy, desks))[-1]


def in_line(number: int, counter: str = "residents", minutes: int = 12) -> InLine:
    return InLine(f"case-{number}", f"A-{number}", counter, at(number), minutes)


def served(ratio: float, times: int = 1, *, counter: str = "residents", ended: float = 0, today: bool = True):
    return tuple(Served(counter, 10, at(ended - 10 * ratio), at(ended), today=today) for _ in range(times))


def test_the_examples_in_the_documentation_hold():
    assert doctest.testmod(waits).failed == 0


def test_only_those_before_me_at_my_counter_are_ahead():
    line = (in_line(101), in_line(102, "tax"), in_line(103), in_line(104), in_line(105))
    hall = Hall(NINE, line)
    assert hall.waits({}).get("case-104") == Wait(2, 25)
    assert hall.waits({}).get("case-101") == Wait(0, 0)
    assert hall.waits({}).get("case-999") is None


def test_a_desk_that_is_busy_is_waited_for():
    hall = Hall(at(6), (in_line(101),), (InHand("residents", 12, at(0)),))
    assert hall.waits({}).get("case-101") == Wait(0, 10), "six of twelve minutes are left"
    late = Hall(at(60), (in_line(101),), (InHand("residents", 12, at(0)),))
    assert late.waits({}).get("case-101") == Wait(0, 5), "what lasts longer than expected is not over"
    on_the_way = Hall(at(6), (in_line(101),), (InHand("residents", 12, None),))
    assert on_the_way.waits({}).get("case-101") == Wait(0, 15)


def test_more_desks_shorten_the_wait_and_the_town_says_how_many_before_anybody_came():
    line = tuple(in_line(n) for n in range(101, 106))
    assert Hall(NINE, line).waits({}).get("case-105") == Wait(4, 50)
    assert Hall(NINE, line).waits({"residents": 2}).get("case-105") == Wait(4, 25)
    assert Hall(NINE, line).waits({"residents": 0}).get("case-105") == Wait(4, 50)


def test_desks_are_counted_by_who_served_at_once_lately():
    two_at_once = (
        Served("residents", 10, at(0), at(12)),
        Served("residents", 10, at(4), at(14)),
        Served("residents", 10, at(12), at(20)),
    )
    assert Hall(at(21), served=two_at_once).desks("residents") == 2
    assert Hall(at(21), served=two_at_once).desks("residents", usual=5) == 2, "measured stands above usual"
    assert Hall(at(120), served=two_at_once).desks("residents", usual=3) == 3, "that was long ago"
    busy = (InHand("residents", 10, at(20)), InHand("residents", 10, at(19)), InHand("residents", 10, None))
    assert Hall(at(21), in_hand=busy, served=two_at_once).desks("residents") == 3
    assert Hall(at(21), in_hand=busy, served=two_at_once).desks("tax") == 1


def test_the_pace_is_that_of_the_counter_of_today_before_earlier_days_before_the_assumption():
    elsewhere = served(3.0, FEW, counter="tax")
    assert Hall(NINE, served=elsewhere).pace("residents") == Pace(1.0, "assumed", 0)
    before = served(2.0, FEW, today=False)
    few_today = served(1.5, FEW - 1)
    assert Hall(NINE, served=(*elsewhere, *before)).pace("residents") == Pace(2.0, "earlier_days", FEW)
    mixed = Hall(NINE, served=(*before, *few_today)).pace("residents")
    assert (mixed.ratio, mixed.basis) == (2.0, "earlier_days")
    assert Hall(NINE, served=(*before, *served(1.5, FEW))).pace("residents") == Pace(1.5, "today", FEW)


@pytest.mark.parametrize(
    ("ratios", "expected"),
    [
        ([], None),
        ([6.0] * (FEW - 1), None),
        ([1.5] * 4 + [60.0], 1.5),
        ([10.0] * 9, SLOWEST),
        ([0.01] * 9, FASTEST),
        ([0.0] * 9, None),
    ],
)
def test_a_pace_is_the_median_of_enough_services_within_bounds(ratios, expected):
    found = pace_of(ratios, "today")
    assert (None if found is None else found.ratio) == expected


def test_services_that_follow_one_another_are_one_desk():
    assert at_once([(at(0), at(10)), (at(10), at(20)), (at(20), at(20))]) == 1
    assert at_once([]) == 0


@given(WORK, WORK, DESKS)
def test_a_wait_is_the_work_ahead_shared_out_within_one_service(ahead, busy, desks):
    wait = minutes_until_free(ahead, busy, desks)
    open_desks = max(desks, len(busy))
    shared = (sum(ahead) + sum(busy)) / open_desks
    assert shared - max([*ahead, *busy], default=0) - 1e-6 <= wait <= shared + 1e-6
    if len(busy) + len(ahead) < desks:
        assert wait == 0, "a desk is free"


@given(WORK, WORK, DESKS, MINUTES)
def test_who_stands_further_back_never_waits_less(ahead, busy, desks, another):
    assert minutes_until_free([*ahead, another], busy, desks) >= minutes_until_free(ahead, busy, desks) - 1e-6


@given(WORK, WORK, DESKS)
def test_another_desk_never_makes_the_wait_longer(ahead, busy, desks):
    few = max(desks, len(busy))
    assert minutes_until_free(ahead, busy, few + 1) <= minutes_until_free(ahead, busy, few) + 1e-6


@given(WORK, WORK, DESKS, st.floats(1, 3))
def test_a_slower_counter_never_makes_the_wait_shorter(ahead, busy, desks, slower):
    slow = minutes_until_free([m * slower for m in ahead], [m * slower for m in busy], desks)
    assert slow == pytest.approx(minutes_until_free(ahead, busy, desks) * slower, abs=1e-6)


@given(st.floats(0, 10_000))
def test_minutes_are_told_in_fives_and_never_fewer(minutes):
    told = in_steps(minutes)
    assert told % 5 == 0
    assert -1e-5 <= told - minutes < 5 + 1e-5


@given(
    st.lists(st.tuples(st.sampled_from(["residents", "tax"]), st.integers(0, 60)), max_size=15),
    st.lists(
        st.tuples(st.sampled_from(["residents", "tax"]), st.integers(0, 60), st.integers(0, 90)), max_size=6
    ),
    st.lists(st.tuples(st.floats(0.2, 5), st.booleans(), st.integers(0, 400)), max_size=12),
    DESKS,
)
def test_every_line_of_a_hall_is_told_in_its_order(waiting, in_hand, measured, usual):
    hall = Hall(
        at(100),
        tuple(InLine(f"case-{n}", f"A-{n}", c, at(n), m) for n, (c, m) in enumerate(waiting)),
        tuple(InHand(c, m, at(100 - since)) for c, m, since in in_hand),
        tuple(
            Served("residents", 10, at(100 - ago - 10 * ratio), at(100 - ago), today=today)
            for ratio, today, ago in measured
        ),
    )
    for counter in ("residents", "tax"):
        waits = hall.waits({counter: usual})
        assert waits.keys() == {one.case_id for one in hall.waiting}
        told = [waits[one.case_id] for one in hall.waiting if one.counter == counter]
        assert [wait.people_ahead for wait in told] == list(range(len(told)))
        assert [wait.minutes for wait in told] == sorted(wait.minutes for wait in told)
        assert hall.desks(counter, usual) >= max(1, sum(h.counter == counter for h in hall.in_hand))
        assert FASTEST <= hall.pace(counter).ratio <= SLOWEST
