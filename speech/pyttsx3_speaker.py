"""The house's usual speaker: Mei by way of pyttsx3, on worker threads that each hold one engine."""

import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pyttsx3.engine import Engine

from speech.errors import SpeakingFailed
from speech.mei_voice import NAME, VOICE_FILE
from speech.phoneme_times import PhonemeTimes
from speech.pronunciation import Pronouncer
from speech.pyttsx3_driver import USUAL_RATE, register
from speech.readings import Reading
from speech.sentence_speaker import SentenceSpeaker
from speech.speaker import Manner, Spoken
from speech.spoken_cache import USUAL_BYTES, SpokenCache

SPEAKS_AFTER = 5
"""Niceness: where fifty kiosks speak at once, pages and takeovers go first and the voices share what is left."""
_FORM = 1
"""Rises when the same text would sound otherwise: pauses, gain, rules of what is said."""


class Pyttsx3Voice:
    """A voice over engines of pyttsx3; `workers` sentences at once, the others wait their turn."""

    def __init__(self, readings: Sequence[Reading], cache: Path, workers: int = 2):
        pronouncer = Pronouncer(readings, cache)
        self.key = f"{NAME}-{_FORM}-{pronouncer.key}"
        self._driver = register(pronouncer, PhonemeTimes(VOICE_FILE))
        self._own = threading.local()
        self._workers = ThreadPoolExecutor(workers, "speaking", self._hold_engine)

    def utter(self, sentence: str, manner: Manner) -> Spoken:
        """See `Voice.utter`; `SpeakingFailed` when the engine raised."""
        return self._workers.submit(self._make, sentence, manner).result()

    def _hold_engine(self) -> None:
        # of this thread alone (Linux)
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), SPEAKS_AFTER)
        self._own.engine = Engine(self._driver)

    def _make(self, sentence: str, manner: Manner) -> Spoken:
        engine: Engine = self._own.engine
        made: list[Spoken] = []
        raised: list[Exception] = []

        def keep_sound(spoken: Spoken, **_: object) -> None:
            made.append(spoken)

        def keep_error(exception: Exception, **_: object) -> None:
            raised.append(exception)

        heard = [engine.connect("sound-made", keep_sound), engine.connect("error", keep_error)]
        try:
            engine.setProperty("rate", manner.speed * USUAL_RATE)
            engine.setProperty("volume", manner.volume)
            engine.say(sentence)
            engine.runAndWait()
        finally:
            for token in heard:
                engine.disconnect(token)
        if not made:
            raise SpeakingFailed(NAME, type(raised[0]).__name__ if raised else "no sound")
        return made[0]


def pyttsx3_speaker(
    readings: Sequence[Reading], cache: Path, *, limit_bytes: int = USUAL_BYTES, workers: int = 2
) -> SentenceSpeaker:
    """The usual speaker with the readings of a town; sounds and the built dictionary lie in `cache`."""
    return SentenceSpeaker(Pyttsx3Voice(readings, cache, workers), SpokenCache(cache, limit_bytes))
