"""When a human must come.

Each reason is one entry of `replies/escalation.yaml`: the pool it goes to and what is said. This module only
recognises that one of them holds.
"""

from dialogue.session import PersonWished, Session
from dialogue.step import HandOver
from kb.model import KnowledgeBase

FAILURES_BEFORE_OFFER = 2
"""After two failures in a row a person is offered (COUNTER_RULES 11)."""


def hand_over(kb: KnowledgeBase, session: Session) -> HandOver | None:
    """The hand-over that is due, if any: a wish just uttered, or a reason only people handle."""
    last = session.acts[-1] if session.acts else None
    if isinstance(last, PersonWished):
        return HandOver(last.reason, "counter_staff" if last.reason == "sensitive" else "town_operator")
    events = [kb.life_events[r] for r in session.facts().choices("reasons") if r in kb.life_events]
    if events and all(e.human_only for e in events):
        return HandOver("human_only", "town_operator")
    return None
