"""The voice Mei (名古屋工業大学, CC BY 3.0) over pyopenjtalk: one sentence to sound, mouth and caption.

24 000 Hz of the voice's 48 000: everything up to 12 kHz stays, and with it s, sh and ts, which people hard of hearing
miss first and a telephone's 16 000 Hz would cut; half the bytes on the way to the kiosk.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyopenjtalk
from numpy.typing import NDArray
from pyopenjtalk.htsengine import HTSEngine

from speech.phoneme_times import PhonemeTimes
from speech.pronunciation import PAUSES, Pronounced, Pronouncer
from speech.sound import captions, pcm16
from speech.speaker import CaptionAt, Manner, Spoken
from speech.visemes import PhonemeAt, mouth_shapes

NAME = "mei"
VOICE_FILE = Path(pyopenjtalk.DEFAULT_HTS_VOICE.decode())
RATE_HZ = 24_000
_FULL_SCALE = 32_768.0
_USUAL_GAIN = 0.7
"""The voice alone goes beyond full scale at its loudest."""
_LEADING_S, _TRAILING_S, _TRAILING_CLAUSE_S = 0.03, 0.35, 0.18
"""Silence before and after a sentence; the voice's own 0.2–0.8 s before would make everyone wait."""
_PAUSE_S = (0.12, 0.5)
"""Shortest and longest pause inside a sentence at speed 1; the voice's own goes from 0.02 to 2 s."""
_TAPS = 47


class MeiVoice:
    """One engine of the voice; for one thread at a time."""

    def __init__(self, pronouncer: Pronouncer, times: PhonemeTimes):
        self._pronouncer = pronouncer
        self._times = times
        self._engine = HTSEngine(str(VOICE_FILE).encode())

    def utter(self, sentence: str, manner: Manner) -> Spoken:
        """`sentence` in one piece; what cannot be said gives no sound and one silent caption."""
        said = self._pronouncer.pronounce(sentence)
        voiced = [name not in PAUSES for name in said.names]
        if not any(voiced):
            return Spoken(said.text, RATE_HZ, b"", (), (CaptionAt(0.0, 0.0, said.text),))
        speed = self._times.engine_speed(said.labels, voiced, manner.speed)
        sound = self.raw(said.labels, speed)
        own = [round(length * self._times.rate_hz) for length in self._times.of(said.labels, speed)]
        fitted, lengths = _fit_pauses(sound, own, _wanted(said, own, manner.speed, self._times.rate_hz))
        ends = np.cumsum(lengths) / self._times.rate_hz
        phonemes = [
            PhonemeAt(float(end) - length / self._times.rate_hz, float(end), name)
            for end, length, name in zip(ends, lengths, said.names, strict=True)
        ]
        return Spoken(
            said.text,
            RATE_HZ,
            pcm16(_half_rate(fitted) * _USUAL_GAIN, manner.volume),
            mouth_shapes(phonemes),
            tuple(captions(said, phonemes)),
        )

    def raw(self, labels: Sequence[str], speed: float) -> NDArray[np.float64]:
        """The engine's own sound, 48 000 Hz, pauses as they come; `speed` is the engine's."""
        self._engine.set_speed(speed)
        sound: NDArray[np.float64] = self._engine.synthesize(list(labels)) / _FULL_SCALE
        return sound


def _wanted(said: Pronounced, own: Sequence[int], speed: float, rate_hz: int) -> list[int]:
    """Samples each label is to have: pauses within their bounds, the rest as it is."""
    ends_sentence = said.text.rstrip("」』）) 　").endswith(("。", "!", "?", "！", "？"))
    trailing_s = _TRAILING_S if ends_sentence else _TRAILING_CLAUSE_S
    shortest, longest = (int(bound / speed * rate_hz) // 2 * 2 for bound in _PAUSE_S)
    wanted = [
        min(max(length, shortest), longest) if name in PAUSES else length
        for name, length in zip(said.names, own, strict=True)
    ]
    wanted[0] = min(own[0], int(_LEADING_S * rate_hz))
    wanted[-1] = min(own[-1], int(trailing_s / speed * rate_hz) // 2 * 2)
    return wanted


def _fit_pauses(
    sound: NDArray[np.float64], own: Sequence[int], wanted: Sequence[int]
) -> tuple[NDArray[np.float64], list[int]]:
    """Cuts or fills pauses in their middle, where nothing sounds; the first at its start, the last at its end."""
    parts: list[NDArray[np.float64]] = []
    at = 0
    for place, (length, wish) in enumerate(zip(own, wanted, strict=True)):
        stretch = sound[at : at + length]
        at += length
        if place == 0:
            parts.append(stretch[length - wish :])
        elif place == len(own) - 1:
            parts.append(stretch[:wish])
        elif wish == length:
            parts.append(stretch)
        else:
            before = min(length, wish) // 2
            after = min(length, wish) - before
            parts += [stretch[:before], np.zeros(max(0, wish - length)), stretch[length - after :]]
    fade = min(len(parts[0]), 240)
    parts[0] = parts[0].copy()
    parts[0][:fade] *= np.linspace(0.0, 1.0, fade)
    return np.concatenate(parts), list(wanted)


def _half_rate(sound: NDArray[np.float64]) -> NDArray[np.float64]:
    """Every second sample, behind a filter that leaves no mirror of what lies above 12 kHz."""
    taps = np.sinc(np.arange(-(_TAPS // 2), _TAPS // 2 + 1) * 0.46) * np.hamming(_TAPS)
    halved: NDArray[np.float64] = np.convolve(sound, taps / taps.sum(), "same")[::2]
    return halved
