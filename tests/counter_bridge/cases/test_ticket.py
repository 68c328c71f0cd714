"""受付番号: how numbers look and follow one another."""

import datetime as dt
import doctest

from counter_bridge import ticket
from counter_bridge.ticket import SERIES, Ticket, new_status_token, series_of

NINE = dt.datetime(2026, 4, 7, 9, 0, tzinfo=dt.UTC)


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
