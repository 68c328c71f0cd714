"""Hearing and speaking as running parts: loaded in the background, up or down with a reason, never in the way of text."""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from speech.ear import Ear, OnHeard
from speech.errors import SpeechError
from speech.sentences import sentences
from speech.speaker import Manner, Speaker

log = logging.getLogger(__name__)

NewEar = Callable[[OnHeard], Ear]


@dataclass(frozen=True)
class Ears:
    """Makes ears that share a recogniser, and ends it."""

    new: NewEar
    close: Callable[[], None] = lambda: None


class Sound(Protocol):
    """What the voice of a visit needs: an ear of its own, and the voice of the house."""

    def new_ear(self, on_heard: OnHeard) -> Ear | None:
        """An ear, or None while there is none to have."""

    def speaker(self) -> Speaker | None:
        """The voice, or None while there is none."""

    def is_ours(self, piece: str) -> bool:
        """Whether a piece of text is wording of the house and holds nothing of a resident: its sound may be kept."""

    def states(self) -> dict[str, dict[str, str]]:
        """`speech_in` and `speech_out` as `readyz` shows them."""

    def start(self) -> None:
        """Begins in the background."""

    def stop(self) -> None:
        """Ends what was started."""


class Silent:
    """No sound at all: captions and text work."""

    def __init__(self, reason: str = "switched off"):
        self._reason = reason

    def new_ear(self, on_heard: OnHeard) -> Ear | None:
        """None."""
        del on_heard
        return None

    def speaker(self) -> Speaker | None:
        """None."""
        return None

    def is_ours(self, piece: str) -> bool:
        """Nothing is spoken, so nothing is kept."""
        del piece
        return False

    def states(self) -> dict[str, dict[str, str]]:
        """Both down."""
        return {
            "speech_in": {"state": "down", "reason": f"{self._reason}; text and touch work"},
            "speech_out": {"state": "down", "reason": f"{self._reason}; captions work"},
        }

    def start(self) -> None:
        """Nothing to begin."""

    def stop(self) -> None:
        """Nothing to end."""


class LoadedSound:
    """Real parts, made in a thread of their own; one may be down while the other works."""

    def __init__(
        self,
        make_ears: Callable[[], Ears],
        make_speaker: Callable[[], Speaker],
        house_words: frozenset[str] = frozenset(),
    ):
        self._make_ears = make_ears
        self._make_speaker = make_speaker
        self._house_words = house_words
        self._house_pieces = frozenset(piece.strip() for text in house_words for piece in sentences(text))
        self._ears: Ears | None = None
        self._speaker: Speaker | None = None
        self._states = {
            "speech_in": {"state": "degraded", "reason": "starting; text and touch work"},
            "speech_out": {"state": "degraded", "reason": "starting; captions work"},
        }
        self._starting: threading.Thread | None = None
        self._ahead: threading.Thread | None = None
        self._stopping = threading.Event()

    def new_ear(self, on_heard: OnHeard) -> Ear | None:
        """An ear, or None while the recogniser is not loaded."""
        return None if self._ears is None else self._ears.new(on_heard)

    def speaker(self) -> Speaker | None:
        """The voice, or None while it is not loaded."""
        return self._speaker

    def is_ours(self, piece: str) -> bool:
        """Whether it is a piece of fixed wording."""
        return piece.strip() in self._house_pieces

    def states(self) -> dict[str, dict[str, str]]:
        """`up`, `degraded` while starting, or `down` with the code of what failed."""
        return {name: dict(state) for name, state in self._states.items()}

    def start(self) -> None:
        """The voice first: it is there in a second and greets."""
        self._starting = threading.Thread(target=self._load, name="sound", daemon=True)
        self._starting.start()

    def wait_until_up(self, timeout_s: float) -> bool:
        """Waits for both; False when one stays down."""
        if self._starting is not None:
            self._starting.join(timeout_s)
        return all(state["state"] == "up" for state in self._states.values())

    def stop(self) -> None:
        """Lets go of both, after loading: a model that is still being loaded would bring the process down with it."""
        self._stopping.set()
        if self._starting is not None:
            self._starting.join()
        if self._ahead is not None:
            self._ahead.join()
        if self._ears is not None:
            self._ears.close()

    def _load(self) -> None:
        try:
            self._speaker = self._make_speaker()
            self._states["speech_out"] = {"state": "up", "reason": ""}
        except SpeechError as error:
            self._down("speech_out", error)
        if self._stopping.is_set():
            return
        try:
            self._ears = self._make_ears()
            self._states["speech_in"] = {"state": "up", "reason": ""}
        except SpeechError as error:
            self._down("speech_in", error)
        self._ahead = threading.Thread(target=self._speak_ahead, name="speaking-ahead", daemon=True)
        self._ahead.start()

    def _speak_ahead(self) -> None:
        """Makes what the house says word for word before anybody waits for it; kept, so only once."""
        if self._speaker is None:
            return
        with suppress(SpeechError):
            for text in sorted(self._house_words):
                for _ in self._speaker.say(text, Manner(), keep=self.is_ours):
                    if self._stopping.is_set():
                        return

    def _down(self, part: str, error: SpeechError) -> None:
        log.error("sound did not start", extra={"part": part, "code": error.code})
        self._states[part] = {"state": "down", "reason": str(error)}
