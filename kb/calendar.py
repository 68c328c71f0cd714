"""Days the city hall is open, and deadlines that respect them."""

import datetime as dt

import jpholiday

from kb.model import Deadline, Municipality

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


def next_open_day(town: Municipality, day: dt.date) -> dt.date:
    """`day` itself, or the first open day after it; `ValueError` when the calendar never opens."""
    for offset in range(LONGEST_CLOSURE_DAYS):
        candidate = day + dt.timedelta(days=offset)
        if is_open_on(town, candidate):
            return candidate
    raise ValueError(f"{town.code}: closed for {LONGEST_CLOSURE_DAYS} days from {day.isoformat()}")


def due_date(deadline: Deadline, event_day: dt.date, town: Municipality) -> dt.date:
    """Last day in time: the event day is not counted (民法 第140条); a closed last day moves on (第142条)."""
    if deadline.days is None:
        raise ValueError("a deadline without days has no due date")
    last = event_day + dt.timedelta(days=deadline.days.on(event_day))
    return next_open_day(town, last) if deadline.closed_day_moves else last
