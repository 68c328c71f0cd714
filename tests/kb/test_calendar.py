"""Deadlines on edge days: month ends, leap day, 年末年始, holidays."""

import datetime as dt
from typing import Any

import pytest

from kb.calendar import (
    due_date,
    is_open_on,
    last_day,
    last_open_day,
    next_open_day,
    operators_answer_at,
)
from kb.dated import always
from kb.model import Deadline, Hours, Municipality
from kb.operators import OperatorPool, RemoteOperators
from kb.provenance import Provenance

D = dt.date


def town(**more: Any) -> Municipality:
    values: dict[str, Any] = {
        "code": "99999",
        "name_ja": "試験市",
        "prefecture_ja": "架空県",
        "addressed_to_ja": "試験市長",
        "accent": "#000000",
        "one_counter": "one",
        "signatures": "law",
        "hours": Hours(dt.time(8, 30), dt.time(17, 15)),
        "closed_weekdays": frozenset({5, 6}),
        "national_holidays_closed": True,
        "closed_spans": (("12-29", "01-03"),),
        "closed_days": {},
        "counters": (),
        "procedures": {},
        "provenance": Provenance((), D(2026, 1, 1), "試験", D(2027, 1, 1), "full"),
    }
    return Municipality(**{**values, **more})


FOURTEEN = Deadline(kind="after_event", days=always(14), event="moved_on")


@pytest.mark.parametrize(
    ("event", "due"),
    [
        (D(2026, 4, 1), D(2026, 4, 15)),
        (D(2026, 4, 4), D(2026, 4, 20)),  # the 14th day is a Saturday
        (D(2026, 4, 15), D(2026, 4, 30)),  # 29 April is a holiday
        (D(2026, 4, 19), D(2026, 5, 7)),  # 3 May is a Sunday, 4 to 6 are holidays
        (D(2026, 12, 15), D(2027, 1, 4)),  # 29 December to 3 January are closed
        (D(2026, 12, 20), D(2027, 1, 4)),
        (D(2028, 2, 15), D(2028, 2, 29)),  # leap day
        (D(2026, 2, 14), D(2026, 3, 2)),
        (D(2026, 1, 31), D(2026, 2, 16)),
    ],
)
def test_fourteen_days_do_not_count_the_first_and_move_off_closed_days(event: D, due: D) -> None:
    assert due_date(FOURTEEN, event, town()) == due


def term(unit: str, number: int, **more: Any) -> Deadline:
    return Deadline(kind="after_event", event="moved_on", **{unit: always(number)}, **more)


FAMILY_REGISTER = [
    # 戸籍法 第43条: the day of the event is the first. 14 days end 13 later, 7 end 6 later, 10 end 9 later.
    (14, D(2026, 4, 1), D(2026, 4, 14)),
    (14, D(2026, 4, 5), D(2026, 4, 20)),  # the 18th is a Saturday
    (14, D(2026, 4, 20), D(2026, 5, 7)),  # 3 May is a Sunday, 4 to 6 are holidays
    (14, D(2026, 12, 16), D(2027, 1, 4)),  # 29 December is closed already
    (14, D(2026, 12, 15), D(2026, 12, 28)),  # the last open day of the year
    (14, D(2028, 2, 16), D(2028, 2, 29)),  # leap day
    (7, D(2026, 12, 31), D(2027, 1, 6)),
    (7, D(2026, 4, 29), D(2026, 5, 7)),  # 5 May
    (10, D(2028, 2, 20), D(2028, 2, 29)),
    (10, D(2026, 2, 20), D(2026, 3, 2)),  # 1 March is a Sunday
]


@pytest.mark.parametrize(("days", "event", "due"), FAMILY_REGISTER)
def test_a_family_register_term_counts_the_day_itself(days: int, event: D, due: D) -> None:
    assert due_date(term("days", days, counts_first_day=True), event, town()) == due


MONTHS = [
    # The first day is the next one; the term ends on the eve of the day that answers to it (民法 第143条第2項).
    ("months", 3, False, D(2026, 4, 7), D(2026, 7, 7)),
    ("months", 1, False, D(2026, 1, 31), D(2026, 2, 28)),  # from 1 February
    ("months", 1, False, D(2026, 1, 30), D(2026, 2, 28)),  # from 31 January: February has none, so its end
    ("months", 1, False, D(2026, 1, 29), D(2026, 2, 28)),  # from 30 January: none either
    ("months", 1, False, D(2026, 1, 28), D(2026, 2, 28)),  # from 29 January: none either
    ("months", 1, False, D(2026, 1, 27), D(2026, 2, 27)),
    ("months", 3, False, D(2027, 11, 29), D(2028, 2, 29)),  # from 30 November into a leap February
    ("months", 3, False, D(2027, 11, 28), D(2028, 2, 28)),  # from 29 November: 29 February answers
    ("months", 3, False, D(2026, 11, 29), D(2027, 2, 28)),
    ("months", 6, False, D(2026, 8, 31), D(2027, 2, 28)),  # from 1 September
    ("months", 6, False, D(2026, 12, 31), D(2027, 6, 30)),
    ("months", 10, False, D(2026, 4, 30), D(2027, 2, 28)),  # from 1 May: the eve of 1 March
    ("months", 10, False, D(2027, 4, 30), D(2028, 2, 29)),
    ("years", 2, False, D(2026, 2, 28), D(2028, 2, 29)),  # from 1 March: the eve of 1 March in a leap year
    ("years", 1, False, D(2028, 2, 28), D(2029, 2, 28)),  # from 29 February: none, so the end of February
    ("years", 1, False, D(2028, 2, 29), D(2029, 2, 28)),  # from 1 March
    ("years", 2, False, D(2026, 12, 31), D(2028, 12, 31)),
    ("years", 5, False, D(2028, 2, 29), D(2033, 2, 28)),
    # With the day itself as the first: a birth abroad has three months.
    ("months", 3, True, D(2026, 4, 7), D(2026, 7, 6)),
    ("months", 3, True, D(2026, 12, 1), D(2027, 2, 28)),
    ("months", 3, True, D(2028, 2, 29), D(2028, 5, 28)),
    ("months", 3, True, D(2026, 11, 30), D(2027, 2, 28)),
    ("years", 1, True, D(2028, 2, 29), D(2029, 2, 28)),
]


@pytest.mark.parametrize(("unit", "number", "counts_first_day", "event", "last"), MONTHS)
def test_months_and_years_end_on_the_eve_of_the_corresponding_day(
    unit: str, number: int, counts_first_day: bool, event: D, last: D
) -> None:
    assert last_day(term(unit, number, counts_first_day=counts_first_day), event) == last


@pytest.mark.parametrize(
    ("event", "due"),
    [
        (D(2026, 9, 30), D(2027, 1, 4)),  # 30 December
        (D(2026, 10, 3), D(2027, 1, 4)),  # 3 January
        (D(2026, 2, 3), D(2026, 5, 7)),  # 3 May, in Golden Week
        (D(2026, 11, 28), D(2027, 3, 1)),  # 28 February 2027 is a Sunday
    ],
)
def test_months_that_end_on_a_closed_day_end_on_the_next_open_one(event: D, due: D) -> None:
    assert due_date(term("months", 3), event, town()) == due


@pytest.mark.parametrize(
    ("event", "due"),
    [
        (D(2026, 4, 8), D(2026, 4, 7)),
        (D(2026, 4, 6), D(2026, 4, 3)),  # the day before is a Sunday: nothing extends a term counted back
        (D(2026, 5, 7), D(2026, 5, 1)),  # Golden Week
        (D(2027, 1, 4), D(2026, 12, 28)),
        (D(2028, 3, 1), D(2028, 2, 29)),
    ],
)
def test_what_must_be_done_before_a_day_is_due_on_the_open_day_before_it(event: D, due: D) -> None:
    assert due_date(Deadline(kind="after_event", before=True, event="leaves_on"), event, town()) == due


@pytest.mark.parametrize(
    ("event", "due"),
    [
        (D(2026, 4, 1), D(2026, 4, 30)),
        (D(2026, 5, 31), D(2026, 5, 29)),  # a Sunday
        (D(2026, 12, 31), D(2026, 12, 28)),
        (D(2028, 2, 1), D(2028, 2, 29)),
    ],
)
def test_a_claim_in_the_month_is_due_on_its_last_open_day(event: D, due: D) -> None:
    monthly = Deadline(kind="month_claim", until_month_end=True, event="born_on")
    assert due_date(monthly, event, town()) == due


def test_a_deadline_that_does_not_move_ends_on_a_closed_day() -> None:
    rigid = Deadline(kind="after_event", days=always(14), event="moved_on", closed_day_moves=False)
    assert due_date(rigid, D(2026, 4, 4), town()) == D(2026, 4, 18)


def test_a_town_opens_and_closes_its_own_days() -> None:
    sunday, monday = D(2026, 3, 29), D(2026, 3, 30)
    busy = town(open_days=frozenset({sunday}), closed_days={monday: "庁舎点検"})
    assert is_open_on(busy, sunday)
    assert not is_open_on(busy, monday)
    assert next_open_day(busy, monday) == D(2026, 3, 31)


def test_a_calendar_that_never_opens_is_refused() -> None:
    with pytest.raises(ValueError, match="closed for"):
        next_open_day(town(closed_weekdays=frozenset(range(7))), D(2026, 4, 1))
    with pytest.raises(ValueError, match="closed for"):
        last_open_day(town(closed_weekdays=frozenset(range(7))), D(2026, 4, 1))


REMOTE = RemoteOperators(
    dt.time(9),
    dt.time(16, 30),
    (OperatorPool("a", "一係", "town_operator"), OperatorPool("b", "二係", "contract_operator")),
    closed_days={D(2026, 4, 8): "研修"},
)


@pytest.mark.parametrize(
    ("at", "answers"),
    [
        (dt.datetime(2026, 4, 7, 9, 0), True),  # noqa: DTZ001 - the town's own time
        (dt.datetime(2026, 4, 7, 8, 59), False),  # noqa: DTZ001
        (dt.datetime(2026, 4, 7, 16, 30), False),  # noqa: DTZ001
        (dt.datetime(2026, 4, 8, 10, 0), False),  # noqa: DTZ001 - a day of their own
        (dt.datetime(2026, 4, 5, 10, 0), False),  # noqa: DTZ001 - Sunday
        (dt.datetime(2026, 12, 30, 10, 0), False),  # noqa: DTZ001 - 年末年始
    ],
)
def test_operators_answer_in_their_hours_on_days_the_hall_is_open(at: dt.datetime, answers: bool) -> None:
    assert operators_answer_at(town(operators=REMOTE), at) is answers
    assert not operators_answer_at(town(), at), "a town without operators"


def test_pools_are_asked_in_their_order_and_an_unknown_one_means_the_first() -> None:
    assert REMOTE.pool("b").id == "b"
    assert REMOTE.pool("sea").id == "a"
    following = REMOTE.after("a")
    assert following is not None
    assert following.id == "b"
    assert REMOTE.after("b") is None
    assert REMOTE.after("sea") is None
