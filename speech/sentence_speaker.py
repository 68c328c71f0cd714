"""A speaker over any voice: sentence by sentence, what may be kept taken from and put into the cache."""

from collections.abc import Iterator

from speech.sentences import sentences
from speech.speaker import Keeps, Manner, Spoken, keep_none
from speech.spoken_cache import SpokenCache
from speech.voice import Voice

_SPEED, _VOLUME = (0.5, 2.0), (0.0, 2.0)


class SentenceSpeaker:
    """Makes a sentence when it is asked for it, so whoever stops asking stops the work."""

    def __init__(self, voice: Voice, cache: SpokenCache | None = None):
        self._voice = voice
        self._cache = cache

    def say(self, text: str, manner: Manner, *, keep: Keeps = keep_none) -> Iterator[Spoken]:
        """See `Speaker.say`; a manner outside its bounds is brought to the nearest."""
        within = Manner(_bounded(manner.speed, *_SPEED), _bounded(manner.volume, *_VOLUME))
        for sentence in sentences(text):
            cache = self._cache if keep(sentence) else None
            found = cache.find(self._voice.key, sentence, within) if cache else None
            if found is None:
                found = self._voice.utter(sentence, within)
                if cache:
                    cache.keep(self._voice.key, sentence, within, found)
            yield found


def _bounded(value: float, lowest: float, highest: float) -> float:
    return min(max(value, lowest), highest)
