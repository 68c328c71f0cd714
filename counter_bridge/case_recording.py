"""What an act writes into the history of its case.

Staff's corrections and imports are kept value by value: who changed what from what to what. What residents change on
the screen before the counter is theirs: the history says that they did, not what it was before.
"""

import datetime as dt

from counter_bridge.case import Case
from counter_bridge.case_events import (
    Correct,
    Event,
    Finish,
    Hold,
    Return,
    SeePaper,
    Tick,
    Transfer,
    Undo,
)
from counter_bridge.case_history import HistoryEntry, changes_between
from counter_bridge.staff import Actor


def entry_of(event: Event, before: Case, after: Case, by: Actor, now: dt.datetime) -> HistoryEntry:
    """The entry of an act that made `after` of `before`."""
    what, text_ja, from_counter, to_counter = "", "", "", ""
    match event:
        case Transfer(counter):
            from_counter, to_counter = before.counter, counter
        case Return(reason_ja):
            text_ja = reason_ja.strip()
        case Tick(check, done):
            what = check if done else f"-{check}"
        case SeePaper(paper, seen):
            what = paper if seen else f"-{paper}"
        case Hold(waiting_for_ja, procedure):
            what, text_ja = procedure or "", waiting_for_ja.strip()
        case Finish():
            text_ja = "・".join(r.waiting_for_ja for r in after.waits_for)
        case Undo() if before.last_act is not None:
            what = before.last_act.event
        case _:
            pass
    by_hand = isinstance(event, Correct | Undo)
    return HistoryEntry(
        event.event,
        by.user,
        by.role.value,
        now,
        by.name_ja,
        what,
        from_counter,
        to_counter,
        text_ja,
        tuple(changes_between(before.content.facts, after.content.facts)) if by_hand else (),
    )
