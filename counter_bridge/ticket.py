"""受付番号: the number a resident holds, and how numbers follow one another.

A number says nothing about a person. Within one day a number of a series is given once, also after a restart and with
several kiosks; the store keeps the counters. A ticket is no filing (COUNTER_RULES, What we are).
"""

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from counter_bridge.waits import Hall, Wait

FIRST_NUMBER = 101
"""The first number of a series each day: three figures, so that A-101 is never heard as A-1."""

SERIES = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Letters of the series; I and O look like figures."""


@dataclass(frozen=True)
class Ticket:
    """A ticket as issued."""

    series: str
    number: int
    day: dt.date
    """The day of the visit (Asia/Tokyo)."""
    issued_at: dt.datetime
    status_token: str = field(default="", repr=False)
    """Opens the status of this ticket and nothing else; goes into the QR code."""

    @property
    def shown(self) -> str:
        """As printed and called: A-101."""
        return f"{self.series}-{self.number}"


@dataclass(frozen=True)
class Called:
    """A number that is called now."""

    ticket: str
    counter: str
    called_at: dt.datetime
    times: int
    """1 for the first call; the display chimes again when it grows."""


@dataclass(frozen=True)
class Calls:
    """All the hall may see: numbers and counters."""

    now: tuple[Called, ...]
    """Newest first."""
    hall: Hall
    """Who waits, in the order of the line, and what is measured."""


@dataclass(frozen=True)
class TicketStatus:
    """What the status token shows on the resident's phone."""

    ticket: str
    counter: str
    state: str
    state_ja: str
    filed: bool
    wait: Wait | None
    """None: not waiting."""


def series_of(counter: str, counters: Sequence[str]) -> str:
    """The series of a counter: its letter in the overlay's order of counters.

    >>> series_of("insurance", ["residents", "insurance"])
    'B'
    """
    return SERIES[list(counters).index(counter) % len(SERIES)]


def new_status_token() -> str:
    """128 random bits."""
    return secrets.token_urlsafe(16)
