"""Lessons: a sentence over the talk of others, with words in mind as at the counter, and the learning from them."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from faster_whisper.feature_extractor import FeatureExtractor
from faster_whisper.tokenizer import Tokenizer
from tokenizers import Tokenizer as Vocabulary
from torch.nn import functional

from speech.learning.lesson_sounds import LessonSounds
from speech.learning.student import Student
from speech.transcriber import RATE_HZ, Samples

BATCH = 8
_LEVEL = 10 ** (-23 / 20)
_OVER_TALK, _ONLY_TALK, _RECALLED, _ITSELF_RECALLED = 0.7, 0.04, 0.35, 0.3
_LEAST_DB, _MOST_DB = 3.0, 20.0
_PITCHES = (0.84, 1.16)
_BEFORE_S, _AFTER_S = (-0.05, 0.75), (-0.15, 0.45)
"""Around the words, as turn taking cuts them: less than nothing is cut off."""
_IN_MIND = 10
_CONTEXTS_S = (2.0, 4.0)
_WARM_UP = 40
_ALIKE = 64
"""Batches whose lessons are put in order of length together, so that little is padded."""


@dataclass(frozen=True)
class Lesson:
    """A sound, the tokens before the answer, the answer's tokens."""

    sound: Samples
    prompt: tuple[int, ...]
    answer: tuple[int, ...]


class Course:
    """Lessons without end, the same for a seed: pitch, level, noise and what is in mind are drawn by chance."""

    def __init__(self, sounds: LessonSounds, tokenizer: Tokenizer, everyday: str, seed: int = 0):
        self._sounds = sounds
        self._tokenizer = tokenizer
        self._everyday = everyday
        self._chance = np.random.default_rng(seed)

    def batches(self) -> Iterator[list[Lesson]]:
        """`BATCH` lessons of about the same length each; every sentence once before any comes again."""
        order: list[int] = []
        while True:
            while len(order) < BATCH * _ALIKE:
                order += self._chance.permutation(len(self._sounds.texts)).tolist()
            now, order = order[: BATCH * _ALIKE], order[BATCH * _ALIKE :]
            lessons = sorted((self.lesson(number) for number in now), key=lambda one: len(one.sound))
            groups = [lessons[first : first + BATCH] for first in range(0, len(lessons), BATCH)]
            self._chance.shuffle(groups)
            yield from groups

    def lesson(self, number: int) -> Lesson:
        """One sentence as it may be met at a kiosk; now and then only others talk, and nothing is the answer."""
        chance = self._chance
        text = self._sounds.texts[number]
        if chance.random() < _ONLY_TALK:
            talk = self._talk(int(chance.uniform(0.3, 2.5) * RATE_HZ))
            return Lesson(talk * _LEVEL * 10 ** (-chance.uniform(3, 15) / 20), self._prompt(number), ())
        speech = _levelled(_stretched(self._sounds.sounds[number], chance.uniform(*_PITCHES))) * _LEVEL
        before, after = (int(chance.uniform(*some) * RATE_HZ) for some in (_BEFORE_S, _AFTER_S))
        speech = speech[max(0, -before) : len(speech) + min(0, after)]
        sound = np.pad(speech, (max(0, before), max(0, after)))
        if chance.random() < _OVER_TALK:
            under_db = chance.uniform(_LEAST_DB, _MOST_DB)
            sound = sound + self._talk(len(sound)) * _LEVEL * 10 ** (-under_db / 20)
        hiss_db = chance.uniform(-75, -42)
        sound = sound + chance.standard_normal(len(sound)) * 10 ** (hiss_db / 20)
        loud = 10 ** (chance.uniform(-8, 4) / 20)
        return Lesson(
            np.clip(sound * loud, -1, 1).astype(np.float32),
            self._prompt(number),
            tuple(self._tokenizer.encode(text)),
        )

    def _talk(self, length: int) -> Samples:
        """Three to seven others at once, at the level 1."""
        mixed = np.zeros(length)
        for other in self._chance.integers(len(self._sounds.sounds), size=self._chance.integers(3, 8)):
            one = _levelled(self._sounds.sounds[other])
            looped = np.resize(np.pad(one, (0, RATE_HZ // 5)), length + len(one))
            begin = self._chance.integers(len(one))
            mixed += looped[begin : begin + length] * self._chance.uniform(0.5, 1.5)
        return _levelled(mixed.astype(np.float32))

    def _prompt(self, number: int) -> tuple[int, ...]:
        words = self._everyday
        if self._chance.random() < _RECALLED:
            minds = self._chance.integers(len(self._sounds.texts), size=_IN_MIND).tolist()
            if self._chance.random() < _ITSELF_RECALLED:
                minds[self._chance.integers(_IN_MIND)] = number
            words = "、".join(self._sounds.texts[one] for one in minds) + "。"
        tokenizer = self._tokenizer
        return (
            tokenizer.sot_prev,
            *tokenizer.encode(f" {words}"),
            *tokenizer.sot_sequence,
            tokenizer.no_timestamps,
        )


def tokenizer_of(weights: Path) -> Tokenizer:
    """Of a directory with a tokenizer.json, for Japanese."""
    vocabulary = Vocabulary.from_file(str(weights / "tokenizer.json"))
    return Tokenizer(vocabulary, multilingual=True, task="transcribe", language="ja")


def learn_from(student: Student, course: Course, *, batches: int, end: int, rate: float) -> Iterator[float]:
    """`batches` steps of AdamW, the rate falling to nothing along half a cosine; gives the loss in nats a token.

    end: the token after an answer. rate: of learning, at its highest.
    """
    optimiser = torch.optim.AdamW(student.parameters(), lr=rate, weight_decay=0.0)
    falling = torch.optim.lr_scheduler.LambdaLR(
        optimiser,
        lambda at: min((at + 1) / _WARM_UP, 0.5 * (1 + math.cos(math.pi * min(at, batches) / batches))),
    )
    mel = FeatureExtractor()
    chance = np.random.default_rng(0)
    for lessons in islice(course.batches(), batches):
        context = int(chance.uniform(*_CONTEXTS_S) * RATE_HZ)
        longest = max(len(one.sound) for one in lessons) + context
        heard = np.stack(
            [mel(np.pad(one.sound, (0, longest - len(one.sound))), padding=0) for one in lessons]
        )
        heard = heard[:, :, : heard.shape[2] // 2 * 2]
        rows = [(*one.prompt, *one.answer, end) for one in lessons]
        tokens = torch.full((len(rows), max(map(len, rows)) - 1), end)
        asked = torch.zeros(tokens.shape, dtype=torch.bool)
        for number, (one, row) in enumerate(zip(lessons, rows, strict=True)):
            tokens[number, : len(row) - 1] = torch.tensor(row[:-1])
            asked[number, len(one.prompt) - 1 : len(row) - 1] = True
        wanted = torch.tensor([token for one in lessons for token in (*one.answer, end)])
        with torch.autocast("cpu", torch.bfloat16):
            said = student(torch.from_numpy(heard), tokens, asked)
        off = functional.cross_entropy(said.float(), wanted)
        optimiser.zero_grad()
        off.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(student.parameters(), 1.0)
        optimiser.step()
        falling.step()
        yield off.item()


def _levelled(sound: Samples) -> Samples:
    return (sound / max(float(np.sqrt(np.mean(np.square(sound)))), 1e-6)).astype(np.float32)


def _stretched(sound: Samples, factor: float) -> Samples:
    """Faster and higher by `factor`."""
    at = np.arange(0, len(sound) - 1, factor)
    made: Samples = np.interp(at, np.arange(len(sound)), sound).astype(np.float32)
    return made
