"""受付番号 and the estimate of the wait."""

import datetime as dt
import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter_bridge import ticket
from counter_bridge.ticket import (
    SERIES,
    InLine,
    Ticket,
    Wait,
    new_status_token,
    pace,
    series_of,
    wait_of,
)

NINE = dt.datetime(2026, 4, 7, 9, 0, tzinfo=dt.UTC)


def in_line(number: int, counter: str = "residents", minutes: int = 12) -> InLine:
    return InLine(f"case-{number}", f"A-{number}", counter, NINE + dt.timedelta(minutes=number), minutes)


def test_the_examples_in_the_documentation_hold():
    assert doctest.testmod(ticket).failed == 0


def test_a_number_is_said_with_its_series():
    assert Ticket("A", 101, NINE.date(), NINE).shown == "A-101"
    assert "secret" not in repr(Ticket("A", 101, NINE.date(), NINE, "secret"))


def test_no_series_looks_like_a_figure_and_counters_beyond_the_alphabet_share():
    assert not set("IO") & set(SERIES)
    many = [f"counter-{n}" for n in range(30)]
    assert [series_of(c, many) for c in ("counter-0", "counter-1", "counter-24")] == ["A", "B", "A"]


def test_status_tokens_are_random_and_say_nothing():
    tokens = {new_status_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(len(token) >= 21 for token in tokens)


def test_only_those_before_me_at_my_counter_are_ahead():
    line = [in_line(101), in_line(102, "tax"), in_line(103), in_line(104), in_line(105)]
    assert wait_of("case-104", line, 1.0) == Wait(2, 25)
    assert wait_of("case-101", line, 1.0) == Wait(0, 0)
    assert wait_of("case-999", line, 1.0) is None


def test_more_desks_and_the_measured_pace_change_the_estimate():
    line = [in_line(n) for n in range(101, 106)]
    assert wait_of("case-105", line, 1.0) == Wait(4, 50)
    assert wait_of("case-105", line, 1.0, desks=2) == Wait(4, 25)
    assert wait_of("case-105", line, 1.5, desks=2) == Wait(4, 40)
    assert wait_of("case-105", line, 1.0, desks=0) == Wait(4, 50)


@pytest.mark.parametrize(
    ("measured", "expected"),
    [
        ([], 1.0),
        ([(10, 60.0)] * 4, 1.0),
        ([(10, 15.0)] * 4 + [(10, 600.0)], 1.5),
        ([(10, 100.0)] * 9, 3.0),
        ([(10, 0.1)] * 9, 1 / 3),
        ([(0, 10.0)] * 9, 1.0),
    ],
)
def test_the_pace_is_the_median_of_enough_cases_within_bounds(measured, expected):
    assert pace(measured) == pytest.approx(expected)


@given(st.lists(st.integers(1, 90), max_size=20), st.floats(1 / 3, 3), st.integers(1, 5))
def test_an_estimate_is_never_less_than_the_work_ahead_and_comes_in_fives(minutes, measured, desks):
    line = [in_line(n, minutes=m) for n, m in enumerate(minutes)]
    wait = wait_of("case-999", [*line, in_line(999)], measured, desks)
    assert wait.minutes % 5 == 0
    assert 0 <= wait.minutes - sum(minutes) * measured / desks < 5 + 1e-9
