"""A voice for tests and machines without one: silence as long as speech would be, with mouth and captions."""

import re

from speech.speaker import CaptionAt, Manner, MouthAt, Spoken

_SOUND_S = 0.12
"""A letter; about as long as a sound of the real voice."""
_RATE_HZ = 24_000
_WORD = re.compile(r"\w+\W*|\W+")


class FakeVoice:
    """Every letter lasts equally long and opens the mouth the same way; a word is what stands between signs."""

    key = "fake-1"

    def utter(self, sentence: str, manner: Manner) -> Spoken:
        """See `Voice.utter`."""
        length_s = _SOUND_S / manner.speed
        mouth = [MouthAt(0.0, "closed")]
        captions: list[CaptionAt] = []
        at_s = 0.0
        for word in _WORD.findall(sentence):
            until_s = at_s + length_s * sum(letter.isalnum() for letter in word)
            captions.append(CaptionAt(at_s, until_s, word))
            if until_s > at_s:
                mouth += [MouthAt(at_s + 0.01, "a"), MouthAt(until_s - 0.01, "closed")]
            at_s = until_s
        pcm16 = bytes(2 * round(at_s * _RATE_HZ))
        return Spoken(sentence, _RATE_HZ, pcm16, tuple(mouth) if pcm16 else (), tuple(captions))
