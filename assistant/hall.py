"""The waiting hall: numbers and counters, likely waits, and the call as it is heard. Never anything about anybody."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from assistant.announcing import announcement_ja, as_wav
from assistant.problems import Problem
from assistant.sound import Sound
from counter_bridge.sql_store import SqlStore
from counter_bridge.ticket import Called, Calls
from kb.model import KnowledgeBase
from speech.errors import SpeechError


class WaitingHall:
    """What the display shows and says."""

    def __init__(self, *, kb: KnowledgeBase, store: SqlStore, sound: Sound, clock: Callable[[], dt.datetime]):
        self.kb = kb
        self.store = store
        self.sound = sound
        self.clock = clock

    def calls(self) -> dict[str, Any]:
        """Numbers and counters of every day that has any (the demo's day may not be today)."""
        now, waiting = [], []
        for calls in self._every():
            now += [
                {
                    "ticket": c.ticket,
                    "counter": self.counter_ja(c.counter),
                    "counter_id": c.counter,
                    "called_at": c.called_at.isoformat(),
                    "times": c.times,
                }
                for c in calls.now
            ]
            waits = calls.hall.waits(self.kb.municipality.usual_desks)
            waiting += [
                {
                    "ticket": one.ticket,
                    "counter": self.counter_ja(one.counter),
                    "counter_id": one.counter,
                    "minutes": waits[one.case_id].minutes,
                }
                for one in calls.hall.waiting
            ]
        return {
            "now": now,
            "waiting": waiting,
            "counters": [
                {"id": c.id, "number": c.number, "name_ja": c.name_ja} for c in self.kb.municipality.counters
            ],
        }

    def announcement(self, ticket: str) -> bytes:
        """The call of a number that is called now, as WAV; a number nobody calls is never said aloud."""
        called = next((c for calls in self._every() for c in calls.now if c.ticket == ticket), None)
        if called is None:
            raise Problem(
                404,
                "not_called",
                "この番号はいま呼び出していません。",
                "表示されている番号を確かめてください。",
            )
        speaker = self.sound.speaker()
        if speaker is None:
            raise _voiceless()
        try:
            return as_wav(speaker, announcement_ja(called.ticket, self._number(called)))
        except SpeechError as error:
            raise _voiceless() from error

    def counter_ja(self, counter_id: str) -> str:
        """「1番 総合窓口」; the id itself for a counter the town no longer has."""
        try:
            counter = self.kb.municipality.counter(counter_id)
        except KeyError:
            return counter_id
        return f"{counter.number}番 {counter.name_ja}"

    def _number(self, called: Called) -> str:
        known = {c.id: c.number for c in self.kb.municipality.counters}
        return known.get(called.counter, called.counter)

    def _every(self) -> list[Calls]:
        days = {self.clock().date(), *self.store.days_with_calls()}
        return [self.store.calls(day) for day in sorted(days)]


def _voiceless() -> Problem:
    return Problem(
        503,
        "voice_down",
        "音声が止まっています。チャイムと表示で呼び出します。",
        "doctor で音声の状態を確かめてください。",
    )
