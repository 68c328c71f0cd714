"""Ages, as far as they are known.

A birth date gives one age; "78歳" said on a day gives a year of possible birth dates, so an age on another day,
or the school year, is an interval. 年齢計算ニ関する法律: an age is reached at the end of the day before the
birthday, which decides school years and insurance but not what people say of themselves.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kb.facts import Facts, person_key


@dataclass(frozen=True)
class Interval:
    """Whole years from `low` to `high`, both possible."""

    low: int
    high: int


def age_today(facts: Facts, person: str, today: dt.date) -> Interval | None:
    """Age by birthday on the day of the visit; None when nothing is known.

    >>> age_on(dt.date(2008, 2, 29), dt.date(2026, 2, 28))
    17
    """
    return _over(facts, person, today, lambda birth: age_on(birth, today))


def legal_age(facts: Facts, person: str, today: dt.date) -> Interval | None:
    """Age in the sense of 年齢計算ニ関する法律: reached on the eve of the birthday."""
    return _over(facts, person, today, lambda birth: age_on(birth, today + dt.timedelta(days=1)))


def school_year_age(facts: Facts, person: str, today: dt.date) -> Interval | None:
    """Legal age on the eve of this school year (1 April): 6 is the first year of elementary school.

    A child in the sense of 児童手当法 第3条 (to the first 31 March after turning 18) is 17 or less.
    """
    start = dt.date(today.year if today.month >= 4 else today.year - 1, 4, 1)
    return _over(facts, person, today, lambda birth: age_on(birth, start))


def age_on(birth: dt.date, day: dt.date) -> int:
    """Completed years on `day`, counted by birthday; before birth it is negative.

    >>> age_on(dt.date(1948, 5, 6), dt.date(2026, 5, 5))
    77
    """
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def _over(facts: Facts, person: str, today: dt.date, measure: Callable[[dt.date], int]) -> Interval | None:
    birth = facts.value(person_key(person, "birth_date"))
    if isinstance(birth, dt.date):
        years = measure(birth)
        return Interval(years, years)
    fact = facts.get(person_key(person, "age"))
    if fact is None or not isinstance(fact.value, int):
        return None
    said_on = fact.at.date() if fact.at else today
    youngest = _years_before(said_on, fact.value)
    oldest = _years_before(said_on, fact.value + 1) + dt.timedelta(days=1)
    return Interval(measure(youngest), measure(oldest))


def _years_before(day: dt.date, years: int) -> dt.date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


AGES: Mapping[str, Callable[[Facts, str, dt.date], Interval | None]] = {
    "age": age_today,
    "legal_age": legal_age,
    "school_year_age": school_year_age,
}
"""Names a condition may use of a person, computed rather than stored."""
