"""Numbers in force on a date.

A rule that law changes carries its effective dates; asking for a day that no period covers is an error, never
last year's value.
"""

import datetime as dt
from dataclasses import dataclass

from kb.errors import NotInForce


@dataclass(frozen=True)
class Period:
    """`value` from `start` on, through `end` (None: open)."""

    start: dt.date
    value: int
    end: dt.date | None = None


@dataclass(frozen=True)
class Dated:
    """A value with the periods it is in force; periods are in order and never overlap."""

    periods: tuple[Period, ...]
    name: str = ""

    def on(self, day: dt.date) -> int:
        """The value in force on `day`; `NotInForce` when no period covers it."""
        for period in self.periods:
            if period.start <= day and (period.end is None or day <= period.end):
                return period.value
        raise NotInForce(f"{self.name or 'value'} has no period that covers {day.isoformat()}")

    def frozen(self, day: dt.date) -> "Dated":
        """The value of `day` for every day: what a plan would be if that day's rule stood."""
        return always(self.on(day), self.name)


def always(value: int, name: str = "") -> Dated:
    """A value that no law in sight changes."""
    return Dated((Period(dt.date.min, value),), name)
