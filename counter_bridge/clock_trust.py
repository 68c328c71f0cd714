"""Whether the clock may decide what is deleted: one that leapt far ahead must first hold for a day.

A dead battery or a wrong time server would otherwise end every term at once. The day is time to notice and to set the
clock right; a machine that really was off for months deletes a day later.
"""

import datetime as dt
from dataclasses import dataclass

LEAP = dt.timedelta(days=60)
"""No office closes this long; sweeps run every half minute while it is open."""
HELD_FOR = dt.timedelta(days=1)


@dataclass(frozen=True)
class ClockNote:
    """What the last sweep saw."""

    seen_at: dt.datetime
    leapt_at: dt.datetime | None = None
    """When the clock had leapt, as long as it is not believed."""

    def as_bytes(self) -> bytes:
        """As kept."""
        times = (self.seen_at, self.leapt_at)
        return " ".join("" if time is None else time.isoformat() for time in times).encode()

    @classmethod
    def of(cls, kept: bytes) -> "ClockNote":
        """As it was kept."""
        seen, _, leapt = kept.decode().partition(" ")
        return cls(dt.datetime.fromisoformat(seen), dt.datetime.fromisoformat(leapt) if leapt else None)


def watched(before: ClockNote | None, now: dt.datetime) -> ClockNote:
    """What to note now; with `leapt_at` set, the clock does not yet decide."""
    if before is None or now < before.seen_at:
        return ClockNote(now)
    if now - before.seen_at > LEAP:
        return ClockNote(now, leapt_at=now)
    if before.leapt_at is not None and now - before.leapt_at < HELD_FOR:
        return ClockNote(now, before.leapt_at)
    return ClockNote(now)
