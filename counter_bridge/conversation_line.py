"""The line of those who wait for a person: place, and minutes until somebody answers."""

import math
from collections.abc import Iterable

from counter_bridge.conversation import Conversation, ConversationState


def people_ahead(talk: Conversation, everyone: Iterable[Conversation]) -> int:
    """How many wait longer for the same pool."""
    if talk.waiting_since is None:
        return 0
    mine = (talk.waiting_since, talk.visit_id)
    return sum(
        other.state is ConversationState.WAITING
        and other.pool == talk.pool
        and other.waiting_since is not None
        and (other.waiting_since, other.visit_id) < mine
        for other in everyone
    )


def minutes_until_answer(ahead: int, present: int, busy: int, handling_min: float) -> int:
    """Whole minutes until somebody answers, at least one: whoever is free answers at once, the others when they end.

    >>> minutes_until_answer(0, 1, 0, 6.0), minutes_until_answer(0, 1, 1, 6.0), minutes_until_answer(3, 2, 2, 6.0)
    (1, 6, 12)
    """
    free = max(0, present - busy)
    if ahead < free:
        return 1
    return max(1, math.ceil((ahead - free + 1) * handling_min / max(1, present)))
