"""Search by words: BM25 over Sudachi's short units.

Embeddings know that words are near, BM25 knows that a rare word is the same; together they beat either
(FACTS, benchmarks). Written here rather than taken from a library because confidence needs what none of them
tells: how much of the question's weight a text holds.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from nlu.tokens import words

SATURATION = 1.2
"""BM25's k1: how soon repeating a word stops to matter."""
LENGTH_WEIGHT = 0.75
"""BM25's b: how much a long text is held back."""
PUNCTUATION = "補助記号"

Scores = npt.NDArray[np.float64]


def terms_of(text: str) -> list[str]:
    """Normalised words of `text` without punctuation.

    >>> terms_of("引越しの、手続き")
    ['引っ越し', 'の', '手続き']
    """
    return [word.normal for word in words(text, units="short") if word.part != PUNCTUATION]


class WordIndex:
    """An index over a fixed list of texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        documents = [Counter(terms_of(text)) for text in texts]
        lengths = np.array([document.total() for document in documents], dtype=float)
        usual = (lengths.mean() if len(lengths) else 0.0) or 1.0
        held_back = SATURATION * (1 - LENGTH_WEIGHT + LENGTH_WEIGHT * lengths / usual)
        places: defaultdict[str, list[int]] = defaultdict(list)
        counts: defaultdict[str, list[int]] = defaultdict(list)
        for i, document in enumerate(documents):
            for term, count in document.items():
                places[term].append(i)
                counts[term].append(count)
        self._size = len(documents)
        self._places = {term: np.array(where) for term, where in places.items()}
        self._weights = {
            term: np.array(count) * (SATURATION + 1) / (np.array(count) + held_back[self._places[term]])
            for term, count in counts.items()
        }

    def scores(self, query: str) -> Scores:
        """BM25 score of every text for `query`."""
        scores = np.zeros(self._size)
        for term in set(terms_of(query)):
            if term in self._places:
                scores[self._places[term]] += self._rarity(term) * self._weights[term]
        return scores

    def shares(self, query: str) -> Scores:
        """The same as a share of what a text holding every word of `query` once would get; about 0 to 1."""
        full = sum(self._rarity(term) for term in set(terms_of(query)))
        return self.scores(query) / full if full else np.zeros(self._size)

    def _rarity(self, term: str) -> float:
        count = len(self._places.get(term, ()))
        return float(np.log(1 + (self._size - count + 0.5) / (count + 0.5)))
