"""Opinions about one sentence made one probability: what was classified, what is alike, and what only sounds alike.

A typed sentence is believed by its letters. One that was heard is believed by its letters as far as the ear was sure
of them, and by its sounds for the rest: an ear that does not know a word writes another that sounds the same.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nlu.finder import Finder

NOTHING = "out_of_scope"
_LEAST = 1e-9
"""A probability below it is taken for it."""
_SURE, _UNSURE = 0.95, 0.75
"""Confidence of an ear whose letters are believed as if typed, and of one whose sounds count in full."""


@dataclass(frozen=True)
class Weights:
    """What each opinion counts; fitted together, so that what comes out is again a probability."""

    said: float
    """Of the classifier's log-probability."""
    alike: float
    """Of the search's likeness."""
    sounding: float = 0.0
    """Of the likeness in sound."""

    def towards(self, other: "Weights", share: float) -> "Weights":
        """Between the two; 0 is this one, 1 the other.

        >>> Weights(0.8, 20.0).towards(Weights(0.4, 10.0, 28.0), 0.5).sounding
        14.0
        """
        return Weights(
            self.said + share * (other.said - self.said),
            self.alike + share * (other.alike - self.alike),
            self.sounding + share * (other.sounding - self.sounding),
        )


TYPED = Weights(said=0.63, alike=21.0)
"""Fitted on the seen half of the held-out sentences (`python -m benchmarks understanding`); `said` goes with the
temperature of the classifier: lower it and this by the same share, and every sentence is decided as before."""
HEARD = Weights(said=0.31, alike=10.0, sounding=28.0)
"""Fitted on the first sentences of the clerks' journeys as two voices say them, clean and in a lobby
(`benchmarks/spoken_reasons.py`)."""


@dataclass(frozen=True)
class ByEar:
    """What is known of a sentence beside its letters because it was heard."""

    sounding: Mapping[str, float]
    """Likeness in sound to each intent, the best of all the ways it was heard."""
    doubt: float
    """0: the letters are as good as typed; 1: only the sounds can be believed."""

    @property
    def weights(self) -> Weights:
        """What each opinion counts for this sentence."""
        return TYPED.towards(HEARD, self.doubt if self.sounding else 0.0)


IN_LETTERS = ByEar({}, 0.0)
"""Of what was typed."""


def heard_as(wordings: Sequence[tuple[str, float]], search: Finder) -> ByEar:
    """Of normalised wordings with the ear's confidence, the best first."""
    sounding: dict[str, float] = {}
    for text, _ in wordings:
        for intent, likeness in search.sounding(text).items():
            sounding[intent] = max(likeness, sounding.get(intent, 0.0))
    confidence = wordings[0][1] if wordings else 0.0
    return ByEar(sounding, min(1.0, max(0.0, (_SURE - confidence) / (_SURE - _UNSURE))))


def combined(
    heard: Mapping[str, float],
    near: Mapping[str, float],
    sounding: Mapping[str, float],
    weights: Weights,
) -> dict[str, float]:
    """What the classifier heard and what the search finds alike, as one probability of each intent.

    Opinions that agree make a confident one, those that differ leave their candidates below it. What the classifier
    leaves over counts for what is no request; without likenesses its opinion stands alone.
    """
    if not near or not heard:
        return dict(heard)
    left = max(0.0, 1.0 - sum(heard.values()))
    shares = {**heard, NOTHING: heard.get(NOTHING, 0.0) + left}
    powers = {
        intent: weights.said * math.log(max(share, _LEAST))
        + weights.alike * near.get(intent, 0.0)
        + weights.sounding * sounding.get(intent, 0.0)
        for intent, share in shares.items()
    }
    highest = max(powers.values())
    shares = {intent: math.exp(power - highest) for intent, power in powers.items()}
    total = sum(shares.values())
    return {intent: share / total for intent, share in shares.items()}
