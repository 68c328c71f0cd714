"""Words of the knowledge base put back where an ear heard them and wrote other letters.

A small recogniser writes what it does not know by the readings of single kanji: 手帳 becomes 手長, 申請 becomes 親生,
原付 becomes 元月. No dictionary reads those so; here every kanji may be read in any of its ways, and a stretch that
sounds like a word of the knowledge base, and is none itself, is taken for that word. The result is one more wording,
never what the resident is shown as heard.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import islice

from nlu.sound_index import coarse
from nlu.tokens import Word, readings_of, words

LONGEST = 9
"""Letters of a stretch."""
LEAST_SOUNDS = 3
"""Coarse sounds of a word that is put back: shorter ones are everywhere."""
NEAR_FROM = 6
"""Coarse sounds from which one may be missing, more or different."""
WAYS = 48
"""Readings of a stretch looked at."""
LEAST_ALIKE = 0.8
"""Of two readings that are coarsely the same."""
LEAST_WHOLE, LEAST_WHOLE_ALIKE = 7, 0.95
"""Coarse sounds and likeness from which a word is put back even where parts of it stand for themselves."""
_WORTH_OF_LIKENESS, _WORTH_OF_OFTEN = 6.0, 0.2
_NOUNS = ("名詞", "接頭辞", "接尾辞", "代名詞")
_NEVER = ("助詞", "助動詞", "動詞", "形容詞", "補助記号", "空白")
"""Parts of speech of which no stretch is made."""
_KANJI = re.compile(r"[一-龥々]")
_COUNTED = re.compile(r"[0-9一二三四五六七八九十百千万]")
_MOST_WORDS = 5


@dataclass(frozen=True)
class _Known:
    word: str
    reading: str
    often: float
    """Logarithm of how often it stands in the sentences."""


@dataclass(frozen=True)
class _Stretch:
    start: int
    end: int
    word: str
    worth: float


class Respelling:
    """Knows the words of some sentences and how they sound; `kept` are words that are never replaced."""

    def __init__(self, sentences: Iterable[str], kept: Iterable[str] = ()) -> None:
        counted: Counter[tuple[str, str]] = Counter()
        for sentence in sentences:
            counted.update(_compounds(words(sentence, units="short")))
        self._kept = frozenset(kept) | {word for word, _ in counted}
        self._exact: defaultdict[str, list[_Known]] = defaultdict(list)
        self._near: defaultdict[str, set[str]] = defaultdict(set)
        for (word, reading), count in sorted(counted.items()):
            sound = coarse(reading)
            self._exact[sound].append(_Known(word, reading, math.log(count)))
            if len(sound) >= NEAR_FROM:
                for shorter in _one_less(sound):
                    self._near[shorter].add(sound)

    def respelled(self, heard: str) -> str:
        """`heard` with words put back; the same when it has none to put back."""
        taken: list[_Stretch] = []
        for one in sorted(self._found(heard), key=lambda one: (-one.worth, one.start)):
            if all(one.end <= other.start or other.end <= one.start for other in taken):
                taken.append(one)
        for one in sorted(taken, key=lambda one: -one.start):
            heard = heard[: one.start] + one.word + heard[one.end :]
        return heard

    def _found(self, heard: str) -> Iterator[_Stretch]:
        known = self._known(heard)
        for start, end, kana in _stretches(words(heard, units="short")):
            sound = coarse(kana)
            if len(sound) < LEAST_SOUNDS:
                continue
            stood = {heard[begin:until] for begin, until in known if start < until and begin < end}
            for like in (sound, *self._one_off(sound)):
                for one in self._exact.get(like, ()):
                    alike = SequenceMatcher(None, kana, one.reading, autojunk=False).ratio()
                    whole = like == sound and len(sound) >= LEAST_WHOLE and alike >= LEAST_WHOLE_ALIKE
                    if alike >= LEAST_ALIKE and (whole or all(word in one.word for word in stood)):
                        worth = len(sound) - _WORTH_OF_LIKENESS * (1 - alike) + _WORTH_OF_OFTEN * one.often
                        yield _Stretch(start, end, one.word, worth)

    def _known(self, heard: str) -> Sequence[tuple[int, int]]:
        """Where words stand that need no putting back."""
        return [
            (start, start + length)
            for start in range(len(heard))
            for length in range(2, LONGEST + 1)
            if heard[start : start + length] in self._kept
        ]

    def _one_off(self, sound: str) -> Iterator[str]:
        """Known sounds with one more, one less or one other."""
        if len(sound) < NEAR_FROM:
            return
        found = set(self._near.get(sound, ()))
        for shorter in _one_less(sound):
            found |= {shorter, *(s for s in self._near.get(shorter, ()) if len(s) == len(sound))}
        yield from sorted(found - {sound})


def _compounds(cut: Sequence[Word]) -> Iterator[tuple[str, str]]:
    """Nouns of a sentence and what neighbours make together, with their readings."""
    for first in range(len(cut)):
        run: list[Word] = []
        for word in cut[first : first + _MOST_WORDS]:
            if not _names(word) or (run and run[-1].end != word.start):
                break
            run.append(word)
            surface, reading = "".join(w.surface for w in run), "".join(w.reading for w in run)
            if len(surface) > 1 and len(coarse(reading)) >= LEAST_SOUNDS:
                yield surface, reading


def _names(word: Word) -> bool:
    return word.part in _NOUNS and word.surface.isalnum() and not _COUNTED.search(word.surface)


def _stretches(cut: Sequence[Word]) -> Iterator[tuple[int, int, str]]:
    """Stretches of letters that may be one word, each in every way it may be read."""
    steps: defaultdict[int, dict[tuple[int, str], None]] = defaultdict(dict)
    for word in cut:
        if word.part in _NEVER or not word.surface.isalnum() or _COUNTED.search(word.surface):
            continue
        steps[word.start][word.end, word.reading or word.surface] = None
        for place, sign in enumerate(word.surface, word.start):
            if _KANJI.match(sign):
                steps[place].update(dict.fromkeys((place + 1, kana) for kana in _ways(sign)))
    for start in list(steps):
        paths = {(start, "")}
        while paths:
            paths = {
                (end, kana + more)
                for at, kana in paths
                for end, more in steps.get(at, ())
                if end - start <= LONGEST
            }
            paths = set(sorted(paths, key=lambda path: (-path[0], path[1]))[:WAYS])
            for end, kana in paths:
                if end - start > 1:
                    yield start, end, kana


@lru_cache(maxsize=4096)
def _ways(kanji: str) -> tuple[str, ...]:
    return tuple(islice(readings_of(kanji), 5))


def _one_less(sound: str) -> Iterator[str]:
    for at in range(len(sound)):
        yield sound[:at] + sound[at + 1 :]
