"""What every voice does with what its engine gives: samples to bytes, phonemes to captions."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from speech.pronunciation import Pronounced
from speech.speaker import CaptionAt
from speech.visemes import PhonemeAt

_KNEE = 0.7
"""Of full scale: what is louder is bent, not cut."""


def pcm16(sound: NDArray[np.float64], volume: float) -> bytes:
    """Mono s16le of samples in about [-1, 1]."""
    louder = sound * volume
    size = np.abs(louder)
    room = 1.0 - _KNEE
    bent = np.where(size > _KNEE, _KNEE + room * np.tanh((size - _KNEE) / room), size)
    samples: bytes = np.rint(np.sign(louder) * bent * 32_767).astype("<i2").tobytes()
    return samples


def captions(said: Pronounced, phonemes: Sequence[PhonemeAt]) -> Iterator[CaptionAt]:
    """Each word from its first phoneme to its last; `phonemes` are those of `said.labels`."""
    at_s = 0.0
    for word in said.words:
        begins_s = at_s
        if word.end > word.first:
            begins_s, at_s = phonemes[word.first].at_s, phonemes[word.end - 1].until_s
        yield CaptionAt(begins_s, at_s, word.text, word.reading)
