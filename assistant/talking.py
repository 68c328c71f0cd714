"""What the house says at one kiosk: sentence by sentence, stopped at a word or a touch, and how far it has sounded.

A first sentence can be made ahead, while it is still being judged whether the resident is done and while their turn
is being kept; it is sent only when just those words are to be said, and else thrown away.
"""

import base64
import itertools
import logging
import math
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from assistant.sound import Sound
from speech.errors import SpeechError
from speech.sentences import sentences
from speech.speaker import Manner, Speaker, Spoken

log = logging.getLogger(__name__)

UNTOLD_END_S = 1.0
"""So long after the last sample a voice counts as ended, when the kiosk has not said so."""

Post = Callable[[dict[str, Any]], None]
"""Sends a message to the kiosk; callable from any thread."""
Sounding = Callable[[bool], None]
"""Told when the voice begins to sound at the kiosk, and when it has ended."""


@dataclass
class _Talk:
    """What is being spoken: told to stop by a newer one."""

    number: int = 0
    text: str = ""
    sounding: bool = False
    sounds_until_s: float = math.inf
    """On the monotonic clock, as far as it was sent; for kiosks that do not say when it ended. Nothing sent yet: never."""
    stopped_in: int | None = None
    """The sentence in which it was stopped."""


class _Ahead:
    """What may be said next; its first sentence is made on a thread of its own, at once."""

    def __init__(self, text: str, manner: Manner, made: Iterator[Spoken]):
        self._wanted = (text, manner)
        self._made = made
        self._first: Future[tuple[Spoken, ...]] = Future()
        threading.Thread(target=self._make, name="speaking-ahead", daemon=True).start()

    def _make(self) -> None:
        try:
            self._first.set_result(tuple(itertools.islice(self._made, 1)))
        except Exception as error:
            self._first.set_exception(error)

    def is_of(self, text: str, manner: Manner) -> bool:
        """Whether these are the words, and this the way."""
        return self._wanted == (text, manner)

    def sentences(self) -> Iterator[Spoken]:
        """All of it, the first as soon as it is made."""
        yield from self._first.result()
        yield from self._made


class Talking:
    """The voice of one kiosk; every method may be called from any thread."""

    def __init__(self, sound: Sound, post: Post, sounding: Sounding):
        self._sound = sound
        self._post = post
        self._tell_sounding = sounding
        self._talk = _Talk()
        self._ahead: _Ahead | None = None
        self._lock = threading.Lock()

    def make_ahead(self, text: str, manner: Manner) -> None:
        """Begins to make the first sentence of what may be said next; nothing is sent."""
        if self._ahead is not None and self._ahead.is_of(text, manner):
            return
        speaker = self._sound.speaker()
        self._ahead = None
        if text and speaker is not None:
            self._ahead = _Ahead(text, manner, self._made(speaker, text, manner))

    def say(self, text: str, manner: Manner | None) -> None:
        """Speaks instead of whatever is being spoken; the sentences go out as they are made. Without a manner: silence."""
        ahead, self._ahead = self._ahead, None
        speaker = self._sound.speaker()
        with self._lock:
            talk = self._talk = _Talk(self._talk.number + 1, text)
        if not text or manner is None or speaker is None:
            return
        talk.sounding = True
        if ahead is not None and ahead.is_of(text, manner):
            made = ahead.sentences()
        else:
            made = self._made(speaker, text, manner)
        threading.Thread(target=self._speak, args=(talk, made), name="speaking", daemon=True).start()

    def _made(self, speaker: Speaker, text: str, manner: Manner) -> Iterator[Spoken]:
        return iter(speaker.say(text, manner, keep=self._sound.is_ours))

    def _speak(self, talk: _Talk, made: Iterator[Spoken]) -> None:
        try:
            for seq, sentence in enumerate(made):
                if talk is not self._talk or not talk.sounding:
                    return
                begins_s = time.monotonic() if seq == 0 else max(talk.sounds_until_s, time.monotonic())
                talk.sounds_until_s = begins_s + sentence.length_s
                self._tell_sounding(True)
                self._post(_speech_json(talk.number, seq, sentence))
        except SpeechError as error:
            log.warning("speaking failed", extra={"code": error.code})
        self._post({"type": "speech_end", "id": talk.number})

    def hush(self) -> bool:
        """Stops speaking; whether anything was cut short by it."""
        with self._lock:
            cut = self._talk.sounding
            self._talk.sounding = False
        self._tell_sounding(False)
        if cut:
            self._post({"type": "hush", "id": self._talk.number})
        return cut

    def sounded(self, talk: int, sentence: int, *, to_the_end: bool) -> None:
        """The kiosk tells how far a talk has sounded."""
        if talk != self._talk.number:
            return
        if to_the_end:
            self._ended()
        else:
            self._talk.stopped_in = sentence

    def end_if_over(self) -> None:
        """Ends a talk that must have sounded to its end, where the kiosk does not tell."""
        if self._talk.sounding and time.monotonic() > self._talk.sounds_until_s + UNTOLD_END_S:
            self._ended()

    def unheard(self, text: str) -> str:
        """What of `text` the resident has not heard whole, when it was just cut short; else all of it."""
        stopped_in = self._talk.stopped_in
        if stopped_in is None or text != self._talk.text:
            return text
        return "".join(sentences(text)[stopped_in:]) or text

    def forget(self) -> None:
        """What is being made belongs to nobody any more."""
        self._ahead = None
        with self._lock:
            self._talk = _Talk(self._talk.number + 1)

    def _ended(self) -> None:
        self._talk.sounding = False
        self._tell_sounding(False)


def _speech_json(number: int, seq: int, spoken: Spoken) -> dict[str, Any]:
    return {
        "type": "speech",
        "id": number,
        "seq": seq,
        "rate_hz": spoken.rate_hz,
        "pcm16_base64": base64.b64encode(spoken.pcm16).decode("ascii"),
        "visemes": [{"at_s": round(m.at_s, 3), "shape": m.shape} for m in spoken.mouth],
        "captions": [
            {"at_s": round(c.at_s, 3), "until_s": round(c.until_s, 3), "text": c.text, "reading": c.reading}
            for c in spoken.captions
        ],
    }
