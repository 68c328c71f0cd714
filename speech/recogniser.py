"""One recogniser for many ears: each in its turn, and none waits without end."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from speech.transcriber import Samples, Transcriber, Transcript

Done = Callable[[Transcript | None, float], None]
"""Called with the words, or None when they could not be had, and the milliseconds it took."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Job:
    samples: Samples
    partial: bool
    reason: bool
    done: Done


class Recogniser:
    """Decodes on a thread of its own. Each ear has one place in the queue, so none can crowd out another.

    most_waiting: more ears than this at once are refused (they hear "busy", not an answer after half a minute).
    """

    def __init__(self, transcriber: Transcriber, *, most_waiting: int = 8):
        self._transcriber = transcriber
        self._most_waiting = most_waiting
        self._waiting: dict[object, _Job] = {}
        self._working = False
        self._closed = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="recogniser", daemon=True)

    def start(self) -> None:
        """Begins to work."""
        self._thread.start()

    def submit(
        self, ear: object, samples: Samples, done: Done, *, partial: bool, reason: bool = False
    ) -> bool:
        """Queues what an ear wants decoded, in place of what it wanted before; False when there is no room.

        A partial is taken only when nothing else is to be done. `done` comes on the recogniser's thread.
        """
        with self._changed:
            if self._closed or (partial and (self._working or self._waiting)):
                return False
            if ear not in self._waiting and len(self._waiting) >= self._most_waiting:
                return False
            self._waiting[ear] = _Job(samples, partial, reason, done)
            self._changed.notify()
            return True

    def withdraw(self, ear: object) -> None:
        """What the ear wanted is not needed any more."""
        with self._changed:
            self._waiting.pop(ear, None)

    def close(self) -> None:
        """Ends the thread after the decoding it is in."""
        with self._changed:
            self._closed = True
            self._waiting.clear()
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._working = False
                self._changed.wait_for(lambda: self._closed or self._waiting)
                if self._closed:
                    return
                job = self._waiting.pop(next(iter(self._waiting)))
                self._working = True
            begun = time.monotonic()
            words: Transcript | None
            try:
                words = self._transcriber.transcribe(job.samples, partial=job.partial, reason=job.reason)
            except Exception as error:  # one broken decoding must not end hearing for every kiosk
                _log.error("decoding failed: %s", type(error).__name__)
                words = None
            job.done(words, (time.monotonic() - begun) * 1000)
