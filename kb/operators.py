"""Who answers a resident from afar, in which order, and when; part of the town's overlay."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class OperatorPool:
    """People one of whom answers; all have the same role."""

    id: str
    name_ja: str
    role: Literal["town_operator", "contract_operator", "counter_staff"]
    wait_s: int = 45
    """After so long without an answer the next pool is asked."""

    @property
    def is_of_the_town(self) -> bool:
        """Whether these are the town's own people, and not a contractor's."""
        return self.role != "contract_operator"


@dataclass(frozen=True)
class RemoteOperators:
    """The town's remote operators; `pools` are asked in this order."""

    opens_at: dt.time
    closes_at: dt.time
    pools: tuple[OperatorPool, ...]
    handling_min: int = 6
    """How long a conversation takes; an assumption of the town until enough are measured."""
    callback_phone_ja: str = ""
    """Whom to telephone when nobody came; empty: the town's own number."""
    closed_days: Mapping[dt.date, str] = field(default_factory=dict)
    """Days without operators on which the counters serve."""

    def pool(self, pool_id: str) -> OperatorPool:
        """The pool of this id, else the first one."""
        return next((p for p in self.pools if p.id == pool_id), self.pools[0])

    def first(self, pool_id: str, *, town_only: bool = False) -> OperatorPool | None:
        """The pool that is asked first; None when only contractors answer and none of them may."""
        named = self.pool(pool_id)
        asked = (named, *(p for p in self.pools if p is not named))
        return next((p for p in asked if p.is_of_the_town or not town_only), None)

    def after(self, pool_id: str, *, town_only: bool = False) -> OperatorPool | None:
        """The pool that is asked when this one did not answer."""
        places = [p.id for p in self.pools]
        place = places.index(pool_id) + 1 if pool_id in places else len(places)
        return next((p for p in self.pools[place:] if p.is_of_the_town or not town_only), None)
