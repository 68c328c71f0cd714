"""What hearing gives: the likeliest wordings of a stretch of sound, and what was put right in them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 16_000
"""Of everything that is heard: mono, float32 in [-1, 1] inside, s16le outside."""

Samples = NDArray[np.float32]


@dataclass(frozen=True)
class Hypothesis:
    """One wording, with the mean probability of its tokens, 0 to 1."""

    text: str
    confidence: float


@dataclass(frozen=True)
class Repair:
    """A term of the town put in place of what sounded the same."""

    heard: str
    term: str


@dataclass(frozen=True)
class Transcript:
    """What was said; `text` is empty where no words were heard."""

    text: str
    confidence: float = 0.0
    alternatives: tuple[Hypothesis, ...] = ()
    """Other wordings, likeliest first."""
    repairs: tuple[Repair, ...] = ()


Recall = Callable[[Sequence[str]], Sequence[str]]
"""Sentences that people come with and that sound like what was heard, in any of its wordings; the likeliest first."""


class Transcriber(Protocol):
    """Sound to text; safe to call from several threads."""

    def transcribe(self, samples: Samples, *, partial: bool = False, reason: bool = False) -> Transcript:
        """`samples` at `RATE_HZ`; `partial` asks for the quickest wording only.

        reason: what somebody came for may be in it, so that sentences people come with may help to hear it.
        """
        ...
