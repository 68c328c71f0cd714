"""Phoneme times to the shapes of a mouth: five vowels, ん and shut lips."""

from collections.abc import Sequence
from dataclasses import dataclass

from speech.speaker import MouthAt, Shape

_VOWELS: dict[str, Shape] = {"a": "a", "i": "i", "u": "u", "e": "e", "o": "o", "N": "n"}
_SHUT = frozenset({"m", "my", "b", "by", "p", "py"})
"""Both lips meet; without it ま and か look the same."""
_PAUSES = frozenset({"sil", "pau"})
LEAD_S = 0.04
"""A mouth opens for its vowel while the consonant still sounds, but never earlier than is seen as wrong."""


@dataclass(frozen=True)
class PhonemeAt:
    """A phoneme (`a`, `ky`, `N`, `cl`, `pau`; a capital vowel is unvoiced) and when it sounds."""

    at_s: float
    until_s: float
    name: str


def mouth_shapes(phonemes: Sequence[PhonemeAt]) -> tuple[MouthAt, ...]:
    """Each change of shape with its time; a long vowel is one shape, a pause shuts the mouth."""
    changes = [MouthAt(0.0, "closed")]
    for place, phoneme in enumerate(phonemes):
        if phoneme.name in _PAUSES or phoneme.name in _SHUT:
            _change(changes, phoneme.at_s, "closed")
        elif vowel := _VOWELS.get(phoneme.name) or _VOWELS.get(phoneme.name.lower()):
            _change(changes, phoneme.at_s - _lead_s(phonemes, place), vowel)
    return tuple(changes)


def _lead_s(phonemes: Sequence[PhonemeAt], place: int) -> float:
    if place == 0:
        return 0.0
    before = phonemes[place - 1]
    if before.name in _PAUSES | _SHUT or _is_vowel(before.name):
        return 0.0
    return min(LEAD_S, before.until_s - before.at_s)


def _is_vowel(name: str) -> bool:
    return name in _VOWELS or name.lower() in _VOWELS


def _change(changes: list[MouthAt], at_s: float, shape: Shape) -> None:
    if changes[-1].shape == shape:
        return
    if changes[-1].at_s >= at_s:
        changes.pop()
    if not changes or changes[-1].shape != shape:
        changes.append(MouthAt(at_s, shape))
