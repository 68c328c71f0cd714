"""An ear in simulated time: sound goes in as if it were spoken, decoding takes as long as it took or is said to take."""

import time
from dataclasses import dataclass

import numpy as np

from speech.audio import OffsetRemoval
from speech.ear import Heard, Level
from speech.transcriber import Samples, Transcriber, Transcript
from speech.turn_taking import Decode, TurnTaking, Wanted, Withdraw
from speech.voice_activity import WINDOW, WINDOW_S, VoiceActivity


@dataclass(frozen=True)
class At:
    """What was told, and when after the beginning of the sound."""

    at_s: float
    heard: Heard


@dataclass
class _Running:
    number: int
    words: Transcript
    took_s: float
    ready_s: float


def hear(
    sound: Samples, transcriber: Transcriber, turns: TurnTaking | None = None, *, takes_s: float | None = None
) -> list[At]:
    """All but the levels that an ear tells about the sound; `takes_s` instead of the measured time of decoding."""
    turns = turns or TurnTaking()
    activity, offset = VoiceActivity(), OffsetRemoval()
    told: list[At] = []
    running: _Running | None = None
    waiting: Decode | None = None

    def begin(job: Decode, now: float) -> _Running:
        begun = time.perf_counter()
        words = transcriber.transcribe(job.samples, partial=job.partial, reason=job.reason)
        took = time.perf_counter() - begun if takes_s is None else takes_s
        return _Running(job.number, words, took, now + took)

    usable = len(sound) // WINDOW * WINDOW
    for number, window in enumerate(sound[:usable].reshape(-1, WINDOW)):
        now = (number + 1) * WINDOW_S
        results: list[Heard | Wanted] = []
        if running is not None and running.ready_s <= now:
            done, running = running, None
            results += turns.decoded(done.number, done.words, done.took_s * 1000, done.ready_s)
            if waiting is not None:
                running, waiting = begin(waiting, done.ready_s), None
        clean = offset(np.asarray(window))
        results += turns.sound(clean, activity.likelihood(clean), now)
        while results:
            one = results.pop(0)
            if isinstance(one, Withdraw):
                waiting = None
            elif not isinstance(one, Decode):
                if not isinstance(one, Level):
                    told.append(At(now, one))
            elif running is None:
                running = begin(one, now)
            elif one.partial:
                results += turns.refused(one.number)
            else:
                waiting = one
    return told
