"""When a login must wait: growing delays for an account and for an address, alike whether or not the account exists.

An attempt is counted before it is checked, so that a hundred at once are a hundred; a good login takes it back.
"""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class LoginRules:
    """Delays of one kind of key."""

    free: int
    """Wrong attempts without a delay."""
    first_wait: dt.timedelta = dt.timedelta(seconds=10)
    longest_wait: dt.timedelta = dt.timedelta(minutes=15)
    """An account can be kept busy by a stranger; never for longer than this after the last attempt."""
    forgotten_after: dt.timedelta = dt.timedelta(hours=24)

    def wait_after(self, failures: int) -> dt.timedelta:
        """How long the next attempt must wait after so many wrong ones.

        >>> [LoginRules(2).wait_after(n).seconds for n in range(5)]
        [0, 0, 10, 20, 40]
        """
        if failures < self.free:
            return dt.timedelta()
        doublings = min(failures - self.free, 30)
        return min(self.longest_wait, self.first_wait * (1 << doublings))


ACCOUNT = LoginRules(free=5)
ADDRESS = LoginRules(free=30)
"""A town's desks may stand behind one address."""


@dataclass(frozen=True)
class LoginDelayed:
    """Too many wrong attempts; nothing was checked."""

    wait_s: int


def seconds_left(open_at: dt.datetime, failures: int, rules: LoginRules, now: dt.datetime) -> int:
    """Seconds until the next attempt; a clock set back makes it no longer than the delay itself."""
    left = min(open_at - now, rules.wait_after(failures))
    return max(0, -(-left // dt.timedelta(seconds=1)))
