"""Search by sound: which sentences sound like what was heard, in whatever letters the ear wrote it.

A recogniser that does not know a word writes another that sounds alike (印鑑 becomes 引判, 母子手帳 becomes 防止手帳):
the letters, and with them the meaning, are lost, the sounds are not. Knows nothing of the ear; it reads text.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np

from nlu.tokens import words
from nlu.word_index import PUNCTUATION, Scores

LENGTHS = (2, 3)
"""Sounds compared at once."""
UNKNOWN = 0.6
"""Weight of a group of sounds that no sentence has, as a share of that of the rarest: an ear that is unsure makes them."""
_ALIKE = str.maketrans(
    "ガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポヴヲァィゥェォャョュッー",
    "カキクケコサシスセソタシステトハヒフヘホハヒフヘホウオアイウエオヤヨウ  ",
)
_NO_SOUND = re.compile(r"[^ァ-ヶ]")
_LONG = re.compile(r"(?<=[オコソトノホモヨロ])ウ|(?<=[エケセテネヘメレ])イ|(.)(?=\1)")
_TO_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}


def sounds(text: str) -> str:
    """How `text` sounds, coarsely: voiced as voiceless, long as short, since an ear confuses these first.

    >>> sounds("防止手帳"), sounds("母子手帳"), sounds("住民票"), sounds("十人表")
    ('ホシテチヨ', 'ホシテチヨ', 'シウミンヒヨ', 'シウニンヒヨ')
    """
    return coarse("".join(word.reading or word.surface for word in words(text) if word.part != PUNCTUATION))


def coarse(reading: str) -> str:
    """The same of kana.

    >>> coarse("てちょう"), coarse("テチョー")
    ('テチヨ', 'テチヨ')
    """
    kana = _NO_SOUND.sub("", reading.translate(_TO_KATAKANA).translate(_ALIKE))
    return _LONG.sub("", kana)


class SoundIndex:
    """An index over a fixed list of texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        groups = [Counter(_groups(sounds(text))) for text in texts]
        found = Counter(group for counted in groups for group in counted)
        self._rarity = {group: math.log(1 + len(texts) / count) for group, count in found.items()}
        self._unknown = UNKNOWN * math.log(1 + len(texts))
        places: defaultdict[str, list[int]] = defaultdict(list)
        weights: defaultdict[str, list[float]] = defaultdict(list)
        for place, counted in enumerate(groups):
            length = self._length(counted)
            for group in counted:
                places[group].append(place)
                weights[group].append(self._rarity[group] / length)
        self._size = len(texts)
        self._places = {group: np.array(where) for group, where in places.items()}
        self._weights = {group: np.array(of) for group, of in weights.items()}
        self.likeness = lru_cache(maxsize=256)(self._likeness)

    def _likeness(self, heard: str) -> Scores:
        """How much of the sounds of `heard` and of each text is the same, rare ones counting more: 0 to 1."""
        scores = np.zeros(self._size)
        counted = Counter(_groups(sounds(heard)))
        for group in counted.keys() & self._places.keys():
            scores[self._places[group]] += self._rarity[group] * self._weights[group]
        return scores / self._length(counted)

    def _length(self, counted: Counter[str]) -> float:
        return math.sqrt(sum(self._rarity.get(group, self._unknown) ** 2 for group in counted)) or 1.0


def _groups(heard: str) -> Iterator[str]:
    whole = f"^{heard}$"
    for length in LENGTHS:
        for start in range(len(whole) - length + 1):
            yield whole[start : start + length]
