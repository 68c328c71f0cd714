"""Values in force on a date.

A rule that law changes carries its effective dates; asking for a day that no period covers is an error, never
last year's value.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Generic, TypeVar

from kb.errors import NotInForce

T = TypeVar("T")


@dataclass(frozen=True)
class Period(Generic[T]):
    """`value` from `start` on, through `end` (None: open)."""

    start: dt.date
    value: T
    end: dt.date | None = None


@dataclass(frozen=True)
class Dated(Generic[T]):
    """A value with the periods it is in force; periods are in order and never overlap."""

    periods: tuple[Period[T], ...]
    name: str = ""

    def on(self, day: dt.date) -> T:
        """The value in force on `day`; `NotInForce` when no period covers it."""
        for period in self.periods:
            if period.start <= day and (period.end is None or day <= period.end):
                return period.value
        raise NotInForce(f"{self.name or 'value'} has no period that covers {day.isoformat()}")


def always(value: T, name: str = "") -> Dated[T]:
    """A value that no law in sight changes."""
    return Dated((Period(dt.date.min, value),), name)
