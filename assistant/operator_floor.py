"""What of the operators lives in this process only: who is at a screen, what each kiosk shows, how long talks took."""

import datetime as dt
import threading
from collections import deque
from statistics import median
from typing import Literal

from assistant.live import LiveHub
from counter_bridge.staff import Role
from kb.operators import OperatorPool

CHANNEL = "operators"
"""Where open operator screens hear of conversations."""
MEASURED = 50
"""The last talks count."""
ENOUGH = 5
"""Fewer measured talks than this tell nothing yet: the town's assumption stands."""
SCREENS_KEPT = 5000
ONE_LOOK = dt.timedelta(minutes=5)

Side = Literal["leader", "kiosk"]
"""The two ends of a talk that a person leads."""

MAY_TALK = (Role.TOWN_OPERATOR, Role.COUNTER_STAFF, Role.CONTRACT_OPERATOR)
"""Who hears of conversations and may take them; somebody of several roles acts in the first."""


def own_channel(user: str) -> str:
    """Where one operator alone hears (the sound of the talk)."""
    return f"{CHANNEL}:user:{user}"


def role_channel(role: str) -> str:
    """Who listens is present; at whose kiosk danger was spoken of is told to the counter's own (COUNTER_RULES 7)."""
    return f"{CHANNEL}:role:{role}"


class OperatorFloor:
    """Shared by every version of the knowledge base."""

    def __init__(self, live: LiveHub):
        self._live = live
        self._views: dict[str, str] = {}
        self._cut_off: dict[str, frozenset[Side]] = {}
        self._looks: dict[tuple[str, str], dt.datetime] = {}
        self._handled_s: deque[float] = deque(maxlen=MEASURED)
        self._lock = threading.Lock()

    def shows(self, visit_id: str, view: str) -> None:
        """Which screen is up at a kiosk."""
        with self._lock:
            if len(self._views) >= SCREENS_KEPT:
                self._views.clear()
            self._views[visit_id] = view

    def view(self, visit_id: str) -> str:
        """The screen that is up, as far as the kiosk told; "" when it did not."""
        return self._views.get(visit_id, "")

    def forget(self, visit_id: str) -> None:
        """The visit is over."""
        with self._lock:
            self._views.pop(visit_id, None)
            self._cut_off.pop(visit_id, None)

    def cut_off(self, visit_id: str, sides: frozenset[Side]) -> bool:
        """Which sides of a talk have no line now; whether that is news."""
        with self._lock:
            before = self._cut_off.pop(visit_id, frozenset())
            if sides:
                self._cut_off[visit_id] = sides
            return before != sides

    def is_cut_off(self, visit_id: str, side: Side) -> bool:
        """Whether the other side is told that this one has no line."""
        return side in self._cut_off.get(visit_id, frozenset())

    def looks_anew(self, user: str, at_what: str, now: dt.datetime) -> bool:
        """Whether a look goes into the audit: a screen that follows a talk by itself is one look for a while."""
        with self._lock:
            seen = self._looks.get((user, at_what))
            if seen is not None and dt.timedelta(0) <= now - seen < ONE_LOOK:
                return False
            if len(self._looks) >= SCREENS_KEPT:
                self._looks.clear()
            self._looks[(user, at_what)] = now
            return True

    def handled(self, seconds: float) -> None:
        """A talk with a person took so long."""
        with self._lock:
            self._handled_s.append(max(0.0, seconds))

    def handling_min(self, assumed_min: int) -> float:
        """Minutes a talk takes: the median of those measured here, else what the town assumes."""
        with self._lock:
            measured = list(self._handled_s)
        return median(measured) / 60 if len(measured) >= ENOUGH else float(assumed_min)

    def present(self, pool: OperatorPool) -> int:
        """Screens of a pool that are open."""
        return self._live.listeners(role_channel(pool.role))

    def has(self, role: Role) -> bool:
        """Whether somebody of this role is at a screen."""
        return self._live.listeners(role_channel(role)) > 0

    def anybody(self) -> bool:
        """Whether some operator screen is open."""
        return self._live.listeners(CHANNEL) > 0

    def here(self) -> list[str]:
        """Accounts with an operator screen open."""
        return self._live.heard_on(own_channel(""))

    def has_kiosk(self, visit_id: str) -> bool:
        """Whether the kiosk of a visit has its line."""
        return self._live.listeners(f"visit:{visit_id}") > 0

    def is_here(self, user: str) -> bool:
        """Whether this operator has a screen open."""
        return self._live.listeners(own_channel(user)) > 0
