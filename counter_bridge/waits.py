"""How long a wait is likely to be: the line of one counter, played forward over its open desks.

Service takes what the town assumes, times the pace measured at this counter: today's finished cases when there are
enough, else those of the days before, else the assumption alone. A desk that has somebody is free when the rest of
that service is over; the line is served in its order by whichever desk is free first. docs/hall.md tells the model
to a clerk. Pure; nothing here knows the store or a person.
"""

import datetime as dt
import heapq
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

FEW = 5
"""Services that must be measured before they say anything."""

SLOWEST, FASTEST = 3.0, 1 / 3
"""Bounds of a pace, so that one forgotten case changes little."""

STEP_MIN = 5
"""Minutes are told in steps of five: an estimate must not look exact."""

STILL_MIN = 1.0
"""A service that lasts longer than expected is told to last this much longer."""

RECENT = dt.timedelta(minutes=30)
"""Desks that served somebody within this time count as open."""

DAYS_BACK = 14
"""Days whose services still say something about today."""

Basis = Literal["today", "earlier_days", "assumed"]


@dataclass(frozen=True)
class InLine:
    """One case that waits, without anything personal."""

    case_id: str
    ticket: str
    counter: str
    queued_at: dt.datetime
    minutes: int
    """What the town assumes its procedures take."""


@dataclass(frozen=True)
class InHand:
    """A case that a desk has now; `since` is None while the person is still on the way."""

    counter: str
    minutes: int
    since: dt.datetime | None


@dataclass(frozen=True)
class Served:
    """A finished service: from the person at the desk to the last result."""

    counter: str
    minutes: int
    began_at: dt.datetime
    ended_at: dt.datetime
    today: bool = True

    @property
    def ratio(self) -> float:
        """Measured minutes over assumed ones."""
        return (
            (self.ended_at - self.began_at).total_seconds() / 60 / self.minutes if self.minutes > 0 else 0.0
        )


@dataclass(frozen=True)
class Pace:
    """How much slower or faster than assumed a counter is, and what says so."""

    ratio: float = 1.0
    basis: Basis = "assumed"
    measured: int = 0


@dataclass(frozen=True)
class Wait:
    """Place in the line and estimate."""

    people_ahead: int
    minutes: int


@dataclass(frozen=True)
class Hall:
    """What is known of all lines at one moment; the town's usual number of desks comes with the question."""

    at: dt.datetime
    waiting: tuple[InLine, ...] = ()
    """In the order of the line."""
    in_hand: tuple[InHand, ...] = ()
    served: tuple[Served, ...] = field(default=(), repr=False)

    def pace(self, counter: str) -> Pace:
        """The pace of one counter."""
        here = [each for each in self.served if each.counter == counter]
        today = pace_of([each.ratio for each in here if each.today], "today")
        return today or pace_of([each.ratio for each in here], "earlier_days") or Pace()

    def desks(self, counter: str, usual: int = 1) -> int:
        """How many desks of a counter are open: as many as were at work at once lately, never fewer than are now.

        While nobody's service has ended lately there is nothing to count, and the town's usual number stands.
        """
        now = [each for each in self.in_hand if each.counter == counter]
        lately = [
            (each.began_at, each.ended_at)
            for each in self.served
            if each.counter == counter and self.at - each.ended_at <= RECENT
        ]
        if not lately:
            return max(1, usual, len(now))
        return max(1, len(now), at_once([*lately, *((each.since or self.at, self.at) for each in now)]))

    def waits(self, usual: Mapping[str, int]) -> dict[str, Wait]:
        """Every case that waits: who is ahead at its counter and how long it may take."""
        lines: dict[str, list[InLine]] = {}
        for one in sorted(self.waiting, key=lambda each: (each.queued_at, each.ticket)):
            lines.setdefault(one.counter, []).append(one)
        found: dict[str, Wait] = {}
        for counter, line in lines.items():
            pace = self.pace(counter).ratio
            busy = [self._left(each, pace) for each in self.in_hand if each.counter == counter]
            desks = self.desks(counter, usual.get(counter, 1))
            begins = starts([one.minutes * pace for one in line], busy, desks)
            for ahead, (one, minutes) in enumerate(zip(line, begins, strict=True)):
                found[one.case_id] = Wait(ahead, in_steps(minutes))
        return found

    def _left(self, hand: InHand, pace: float) -> float:
        """Minutes a desk still has with somebody."""
        expected = hand.minutes * pace
        if hand.since is None:
            return expected
        return max(STILL_MIN, expected - (self.at - hand.since).total_seconds() / 60)


def pace_of(ratios: Iterable[float], basis: Basis) -> Pace | None:
    """The median pace of measured services; None when they are too few to say anything.

    >>> pace_of([1.5] * 5, "today")
    Pace(ratio=1.5, basis='today', measured=5)
    """
    known = [ratio for ratio in ratios if ratio > 0]
    if len(known) < FEW:
        return None
    return Pace(min(SLOWEST, max(FASTEST, statistics.median(known))), basis, len(known))


def at_once(spans: Sequence[tuple[dt.datetime, dt.datetime]]) -> int:
    """The most spans that run at the same moment; one that ends as another begins is not at once with it."""
    steps = sorted(
        [(began, 1) for began, ended in spans if began < ended] + [(e, -1) for b, e in spans if b < e]
    )
    running = most = 0
    for _, step in steps:
        running += step
        most = max(most, running)
    return most


def starts(services: Iterable[float], busy: Sequence[float], desks: int) -> Iterator[float]:
    """Minutes until each service of a line begins, every one at the desk that is free first.

    >>> list(starts([10, 10, 10], busy=[4], desks=2))
    [0.0, 4.0, 10.0]
    """
    free_at = [float(minutes) for minutes in busy]
    free_at += [0.0] * max(0, max(1, desks) - len(free_at))
    heapq.heapify(free_at)
    for minutes in services:
        begins = free_at[0]
        yield begins
        heapq.heapreplace(free_at, begins + minutes)


def in_steps(minutes: float) -> int:
    """Rounded up to five; what is hardly more than a step is that step."""
    return -int(-round(minutes, 6) // STEP_MIN) * STEP_MIN
