"""Deadlines on edge days: month ends, leap day, 年末年始, holidays."""

import datetime as dt
from typing import Any

import pytest

from kb.calendar import due_date, is_open_on, next_open_day
from kb.dated import always
from kb.model import Deadline, Hours, Municipality
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
