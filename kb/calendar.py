"""Days the city hall is open, and deadlines that respect them."""

import datetime as dt
from calendar import monthrange

import jpholiday

from kb.model import Deadline, Municipality

ONE_DAY = dt.timedelta(days=1)
MONTHS_OF_A_YEAR = 12

LONGEST_CLOSURE_DAYS = 60
"""No real city hall closes longer; a longer closure is a broken calendar."""


def is_open_on(town: Municipality, day: dt.date) -> bool:
    """Whether counters serve on `day`."""
    if day in town.open_days:
        return True
    if day.weekday() in town.closed_weekdays or day in town.closed_days:
        return False
    if town.national_holidays_closed and jpholiday.is_holiday(day):
        return False
    key = day.strftime("%m-%d")
    return not any(
        start <= key <= end if start <= end else (key >= start or key <= end)
        for start, end in town.closed_spans
    )


def operators_answer_at(town: Municipality, at: dt.datetime) -> bool:
    """Whether somebody answers from afar at this time of the town."""
    desk = town.operators
    if desk is None or at.date() in desk.closed_days or not is_open_on(town, at.date()):
        return False
    return desk.opens_at <= at.time() < desk.closes_at


def next_open_day(town: Municipality, day: dt.date) -> dt.date:
    """`day` itself, or the first open day after it; `ValueError` when the calendar never opens."""
    for offset in range(LONGEST_CLOSURE_DAYS):
        candidate = day + dt.timedelta(days=offset)
        if is_open_on(town, candidate):
            return candidate
    raise ValueError(f"{town.code}: closed for {LONGEST_CLOSURE_DAYS} days from {day.isoformat()}")


def last_open_day(town: Municipality, day: dt.date) -> dt.date:
    """`day` itself, or the last open day before it; `ValueError` when the calendar never opens."""
    for offset in range(LONGEST_CLOSURE_DAYS):
        candidate = day - dt.timedelta(days=offset)
        if is_open_on(town, candidate):
            return candidate
    raise ValueError(f"{town.code}: closed for {LONGEST_CLOSURE_DAYS} days to {day.isoformat()}")


def due_date(deadline: Deadline, event_day: dt.date, town: Municipality) -> dt.date:
    """The last day in time, on which the office serves.

    A term that ends on a closed day ends on the next open one (地方自治法 第4条の2第4項, 民法 第142条). What must be done
    before a day, or in a month, is no term: nothing extends it, and the last open day in it counts.
    """
    last = last_day(deadline, event_day)
    if deadline.before or deadline.until_month_end:
        return last_open_day(town, last)
    return next_open_day(town, last) if deadline.closed_day_moves else last


def last_day(deadline: Deadline, event_day: dt.date) -> dt.date:
    """Where the term ends by the calendar alone; `ValueError` for a deadline that says no day.

    The day of the event is not counted (民法 第140条) unless the law says so (戸籍法 第43条).
    """
    if deadline.before:
        return event_day - ONE_DAY
    if deadline.until_month_end:
        return month_end(event_day)
    first = event_day if deadline.counts_first_day else event_day + ONE_DAY
    for unit, length in deadline.terms:
        number = length.on(event_day)
        match unit:
            case "days":
                return first + (number - 1) * ONE_DAY
            case "months":
                return _eve_of_corresponding_day(first, number)
            case "years":
                return _eve_of_corresponding_day(first, number * MONTHS_OF_A_YEAR)
    raise ValueError("a deadline without a term has no last day")


def month_end(day: dt.date) -> dt.date:
    """The last day of its month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def _eve_of_corresponding_day(first: dt.date, months: int) -> dt.date:
    """The day before the one that answers to `first`; the end of the month that has none (民法 第143条第2項)."""
    year, month = divmod(first.year * MONTHS_OF_A_YEAR + first.month - 1 + months, MONTHS_OF_A_YEAR)
    in_month = dt.date(year, month + 1, 1)
    if first.day > monthrange(year, month + 1)[1]:
        return month_end(in_month)
    return in_month.replace(day=first.day) - ONE_DAY
