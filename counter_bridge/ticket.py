"""受付番号: the number a resident holds, and how numbers follow one another.

A number says nothing about a person. Within one day a number of a series is given once, also after a restart and with
several kiosks; the store keeps the counters. A ticket is no filing (COUNTER_RULES, What we are).
"""

import datetime as dt
import re
import secrets
from collections.abc import Collection, Sequence
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
        """As printed and called: A-101, or as the town's own machine printed it."""
        return shown_number(self.series, self.number)


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


def series_of(counter: str, counters: Sequence[str], taken: Collection[str] = ()) -> str:
    """The series of a counter: its letter in the overlay's order of counters, without those a machine prints.

    >>> series_of("insurance", ["residents", "insurance"]), series_of("residents", ["residents"], {"A"})
    ('B', 'B')
    """
    free = [letter for letter in SERIES if letter not in taken]
    return free[list(counters).index(counter) % len(free)]


def shown_number(series: str, number: int) -> str:
    """A number as it is printed and called.

    Ours is a letter and three figures. One of the town's own machine says in its series how it is printed: prefix,
    what stands between (/ for nothing), length with leading zeros.

    >>> shown_number("A", 101), shown_number("K/3", 12), shown_number("K-0", 12), shown_number("/0", 1012)
    ('A-101', 'K012', 'K-12', '1012')
    """
    machine = re.fullmatch(r"([A-Z]*)([/-])([0-9])", series)
    if machine is None:
        return f"{series}-{number}"
    return f"{machine[1]}{machine[2].replace('/', '')}{number:0{machine[3]}d}"


def new_status_token() -> str:
    """128 random bits."""
    return secrets.token_urlsafe(16)
