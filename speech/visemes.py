"""Phoneme times to the shapes of a mouth: five vowels, ん and shut lips."""

from collections.abc import Sequence
from dataclasses import dataclass

from speech.speaker import MouthAt, Shape

_VOWELS: dict[str, Shape] = {"a": "a", "i": "i", "u": "u", "e": "e", "o": "o", "N": "n"}
_SHUT = frozenset({"m", "my", "b", "by", "p", "py"})
"""Both lips meet; without it ま and か look the same."""
_UNVOICED = frozenset("AIUEO")
_PAUSES = frozenset({"sil", "pau"})
_SILENT_AT_FIRST = frozenset({"k", "ky", "kw", "t", "ty", "ts", "ch", "cl"})
"""Behind a pause these begin with nothing to hear."""
LEAD_S = 0.04
"""A mouth opens for its vowel while the consonant still sounds, but never earlier than is seen as wrong."""
RISING_S, DYING_S = 0.03, 0.03
"""After a pause nothing is heard of a phoneme for this long, and before one it is gone this much before it is over
(measured on Mei)."""


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
        before = phonemes[place - 1] if place else PhonemeAt(0.0, 0.0, "sil")
        if phoneme.name in _PAUSES:
            _change(changes, _gone_s(before), "closed")
        elif phoneme.name in _SHUT:
            _change(changes, phoneme.at_s, "closed")
        elif vowel := _VOWELS.get(phoneme.name) or _VOWELS.get(phoneme.name.lower()):
            _change(changes, _opens_s(before, phoneme), vowel)
        elif before.name in _PAUSES and phoneme.name not in _SILENT_AT_FIRST:
            _change(changes, _opens_s(before, phoneme), "n")
    return tuple(changes)


def _gone_s(last: PhonemeAt) -> float:
    """When nothing of the last phoneme before a pause is heard any more; of an unvoiced vowel it is soon."""
    if last.name in _PAUSES:
        return last.at_s
    length_s = last.until_s - last.at_s
    if last.name in _UNVOICED:
        return last.at_s + length_s / 4
    return last.until_s - min(DYING_S, length_s / 2)


def _opens_s(before: PhonemeAt, phoneme: PhonemeAt) -> float:
    if before.name in _PAUSES:
        return phoneme.at_s + min(RISING_S, (phoneme.until_s - phoneme.at_s) / 2)
    if before.name in _SHUT or _is_vowel(before.name):
        return phoneme.at_s
    return phoneme.at_s - min(LEAD_S, before.until_s - before.at_s)


def _is_vowel(name: str) -> bool:
    return name in _VOWELS or name.lower() in _VOWELS


def _change(changes: list[MouthAt], at_s: float, shape: Shape) -> None:
    if changes[-1].shape == shape:
        return
    if changes[-1].at_s >= at_s:
        changes.pop()
    if not changes or changes[-1].shape != shape:
        changes.append(MouthAt(at_s, shape))
