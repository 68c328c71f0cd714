"""The ear: takes a microphone's frames, tells what it hears. `speech.turn_taking` decides, the threads are here."""

import queue
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

import numpy as np

from speech.audio import OffsetRemoval, RateWatch, from_pcm16
from speech.ear import Expected, Heard, NotHeard, OnHeard
from speech.recogniser import Recogniser
from speech.transcriber import RATE_HZ, Samples, Transcript
from speech.turn_taking import Decode, Manner, TurnTaking, Wanted, Withdraw
from speech.voice_activity import WINDOW, VoiceActivity

_SAMPLE_BYTES = 2
_MOST_WAITING_S = 20.0
_NO_SOUND_S = 1.5
"""A turn in which no sound arrives for so long (a microphone unplugged) is over."""

_Task = Callable[[], Iterable[Heard | Wanted]]


class Listening:
    """Implements `Ear`. One thread of its own does everything in order, so nothing here is locked."""

    def __init__(self, recogniser: Recogniser, tell: OnHeard, manner: Manner | None = None):
        self._recogniser = recogniser
        self._tell = tell
        self._turns = TurnTaking(manner)
        self._activity = VoiceActivity()
        self._offset = OffsetRemoval()
        self._rate = RateWatch()
        self._left: Samples = np.zeros(0, np.float32)
        self._tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._waiting_samples = 0
        self._counting = threading.Lock()
        self._trouble: Literal["bad_sound", "busy"] | None = None
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._work, name="ear", daemon=True)

    def start(self) -> "Listening":
        """Begins to listen."""
        self._thread.start()
        return self

    def feed(self, frame: bytes) -> None:
        """See Ear.feed. What comes faster than it can be looked at (20 s of it) is dropped and told as `busy`."""
        if len(frame) % _SAMPLE_BYTES:
            self._in_trouble("bad_sound")
            return
        count = len(frame) // _SAMPLE_BYTES
        with self._counting:
            full = self._waiting_samples + count > _MOST_WAITING_S * RATE_HZ
            if not full:
                self._waiting_samples += count
        if full:
            self._in_trouble("busy")
            return
        self._trouble = None
        if self._rate.seems_wrong(count, time.monotonic()):
            self._in_trouble("bad_sound")
        self._tasks.put(lambda: self._sound(frame))

    def expect(self, answer: Expected, *, choices: Sequence[str] = (), slow: bool = False) -> None:
        """See Ear.expect."""
        self._tasks.put(lambda: self._do(lambda: self._turns.expect(answer, choices=choices, slow=slow)))

    def own_voice(self, *, playing: bool) -> None:
        """See Ear.own_voice."""
        self._tasks.put(lambda: self._do(lambda: self._turns.own_voice(playing=playing)))

    def end_turn(self) -> None:
        """See Ear.end_turn."""
        self._tasks.put(lambda: self._turns.end_turn(time.monotonic()))

    def close(self) -> None:
        """See Ear.close."""
        self._closed.set()
        self._recogniser.withdraw(self)
        self._tasks.put(None)
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join()

    def _in_trouble(self, trouble: Literal["bad_sound", "busy"]) -> None:
        """Tells it once, not for every frame."""
        if self._trouble != trouble:
            self._trouble = trouble
            self._tasks.put(lambda: [NotHeard(trouble)])

    def _work(self) -> None:
        while not self._closed.is_set():
            try:
                task = self._tasks.get(timeout=_NO_SOUND_S if self._turns.in_turn else None)
            except queue.Empty:
                self._tell_all(self._turns.end_turn(time.monotonic()))
                continue
            if task is not None:
                self._tell_all(task())

    def _tell_all(self, results: Iterable[Heard | Wanted]) -> None:
        for result in results:
            if self._closed.is_set():
                return
            if isinstance(result, Decode):
                self._decode(result)
            elif isinstance(result, Withdraw):
                self._recogniser.withdraw(self)
            else:
                self._tell(result)

    def _decode(self, wanted: Decode) -> None:
        number = wanted.number

        def done(words: Transcript | None, took_ms: float) -> None:
            if words is None:
                self._tasks.put(lambda: self._turns.refused(number))
            else:
                self._tasks.put(lambda: self._turns.decoded(number, words, took_ms, time.monotonic()))

        if not self._recogniser.submit(
            self, wanted.samples, done, partial=wanted.partial, reason=wanted.reason
        ):
            self._tasks.put(lambda: self._turns.refused(number))

    def _sound(self, frame: bytes) -> Iterable[Heard | Wanted]:
        with self._counting:
            self._waiting_samples -= len(frame) // _SAMPLE_BYTES
        self._left = np.concatenate([self._left, from_pcm16(frame)])
        while len(self._left) >= WINDOW:
            window, self._left = self._offset(self._left[:WINDOW]), self._left[WINDOW:]
            yield from self._turns.sound(window, self._activity.likelihood(window), time.monotonic())

    def _do(self, act: Callable[[], None]) -> Iterable[Heard | Wanted]:
        act()
        return ()
