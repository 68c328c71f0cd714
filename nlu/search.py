"""Finds the life events and procedures that a sentence may be about, without Rasa.

The second opinion beside the classifier, and what carries a turn when Rasa is unsure or down. Compares with the
wordings of the knowledge base and the hand-written sentences, by meaning (embeddings) and by words (BM25).
Sentences that are no request (greetings, small talk) are in the index too: being nearer to one of them than to
any topic is the best sign that nothing was asked.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from nlu.encoder import PACKAGED, Encoder, Vectors, encoded, load_encoder
from nlu.interpretation import Candidate
from nlu.municipalities import municipalities
from nlu.normalise import normalise
from nlu.respelling import Respelling
from nlu.sound_index import SoundIndex
from nlu.topics import Topic, names_of
from nlu.word_index import Scores, WordIndex

LONGEST = 500
"""Characters looked at, as in `nlu.rasa_parser`."""


@dataclass(frozen=True)
class SearchConfidence:
    """Logistic regression from likeness to the probability that a candidate is meant.

    Fitted on the tuning half of the held-out sentences (`python -m benchmarks.understanding` prints the fit).
    """

    bias: float = -2.2
    likeness: float = 1.9
    """Of the likeness itself, 0 to 1."""
    lead: float = 10.9
    """Of its lead over the best other candidate (negative for all but the first)."""
    over_talk: float = 7.7
    """Of its lead over the likeness to talk that asks for nothing."""

    def __call__(self, likeness: float, lead: float, over_talk: float) -> float:
        """Probability."""
        score = self.bias + self.likeness * likeness + self.lead * lead + self.over_talk * over_talk
        return float(1 / (1 + np.exp(-score)))


@dataclass(frozen=True)
class SearchState:
    """What the health page shows."""

    kind: Literal["up", "down"]
    reason: str = ""


@dataclass(frozen=True)
class Likeness:
    """How near one topic is, before it becomes a confidence."""

    id: str
    likeness: float
    lead: float
    over_talk: float


class Search:
    """Searches topics once warmed up; before, it finds nothing and says so in `state`."""

    def __init__(
        self,
        topics: Iterable[Topic],
        written: Mapping[str, Sequence[str]] | None = None,
        *,
        cache_dir: Path | None,
        model: str = PACKAGED,
        confidence: SearchConfidence | None = None,
    ) -> None:
        self._topics = tuple(topics)
        self._names = names_of(self._topics)
        self._sentences = _sentences(self._topics, written or {})
        self._cache_dir = cache_dir
        self._model = model
        self._confidence = confidence or SearchConfidence()
        self._ready: _Index | None = None
        self._state = SearchState("down", "not started")
        self._thread: threading.Thread | None = None

    @property
    def state(self) -> SearchState:
        """How it is now."""
        return self._state

    def warm_up(self, encoder: Encoder | None = None) -> None:
        """Load the model and the index in the background; returns at once. `encoder` spares the loading."""
        if self._thread is None:
            self._state = SearchState("down", f"loading the model {self._model}")
            self._thread = threading.Thread(
                target=self._load, args=(encoder,), name="search-warm-up", daemon=True
            )
            self._thread.start()

    def wait_until_up(self, timeout_s: float) -> SearchState:
        """Wait until the index is there or cannot be, at most `timeout_s`."""
        if self._thread is not None:
            self._thread.join(timeout_s)
        return self._state

    def search(self, text: str, k: int = 5) -> tuple[Candidate, ...]:
        """The `k` nearest topics, best first, each with the probability that it is meant; () before warm-up."""
        return tuple(
            Candidate(
                found.id, self._names[found.id], self._confidence(found.likeness, found.lead, found.over_talk)
            )
            for found in self.likenesses(text, k)
        )

    def likenesses(self, text: str, k: int = 5) -> tuple[Likeness, ...]:
        """The numbers behind `search`, for fitting its confidence."""
        near = self.near(normalise(text[:LONGEST]))
        if not near:
            return ()
        talk = max((value for intent, value in near.items() if intent not in self._names), default=0.0)
        ranked = sorted(
            ((value, topic) for topic, value in near.items() if topic in self._names),
            key=lambda pair: (-pair[0], pair[1]),
        )
        found = []
        for place, (value, topic) in enumerate(ranked[:k]):
            rival = ranked[1 if place == 0 else 0][0] if len(ranked) > 1 else 0.0
            found.append(Likeness(topic, value, value - rival, value - talk))
        return tuple(found)

    def near(self, text: str) -> Mapping[str, float]:
        """Likeness of normalised `text` to every topic and to talk; empty before warm-up and for a text without words."""
        if self._ready is None or not any(sign.isalnum() for sign in text):
            return {}
        return self._ready.likeness(text[:LONGEST])

    def sounding(self, text: str) -> Mapping[str, float]:
        """The same by sound alone, for words that were heard and not typed."""
        if self._ready is None or not any(sign.isalnum() for sign in text):
            return {}
        return self._ready.sounding(text[:LONGEST])

    def respelled(self, text: str) -> str:
        """`text` with known words put back where it sounds like them; as it is before warm-up."""
        return text if self._ready is None else self._ready.respelling.respelled(text[:LONGEST])

    def recall(self, wordings: Sequence[str], most: int = 10) -> Sequence[str]:
        """Sentences that sound like what was heard, in any of its wordings: the best of each id, likeliest first.

        What helps an ear to hear again; none before warm-up.
        """
        plain = [normal for text in wordings if (normal := normalise(text[:LONGEST]))]
        if self._ready is None or not plain:
            return ()
        return self._ready.recall([self.respelled(plain[0]), *plain], most)

    def _load(self, encoder: Encoder | None) -> None:
        begun = time.monotonic()
        try:
            encoder = encoder or load_encoder(self._model)
            self._ready = _Index(self._sentences, encoder, self._cache_dir)
        except (ImportError, OSError, ValueError, RuntimeError) as error:
            reason = f"the model {self._model} cannot be loaded ({type(error).__name__})"
            self._state = SearchState("down", reason)
            return
        self._state = SearchState("up", f"ready after {time.monotonic() - begun:.1f} s")


class _Index:
    """All sentences with the id each belongs to, by meaning and by words."""

    def __init__(
        self, sentences: Sequence[tuple[str, str]], encoder: Encoder, cache_dir: Path | None
    ) -> None:
        texts = [text for _, text in sentences]
        places: defaultdict[str, list[int]] = defaultdict(list)
        for i, (owner, _) in enumerate(sentences):
            places[owner].append(i)
        self._owners = tuple(places)
        self._by_owner = np.array([place for where in places.values() for place in where], dtype=np.intp)
        self._owner_of = np.repeat(np.arange(len(places)), [len(where) for where in places.values()])
        self._begins = np.searchsorted(self._owner_of, np.arange(len(places)))
        self._encoder = encoder
        self._vectors: Vectors = encoded(encoder, texts, cache_dir)
        self._words = WordIndex(texts)
        self._sounds = SoundIndex(texts)
        self._texts = texts
        self._owner = [owner for owner, _ in sentences]
        self.respelling = Respelling(texts, kept=[place.bare for place in municipalities()])

    def likeness(self, said: str) -> dict[str, float]:
        """Mean of the two best sentences of each id (of one, itself); each sentence half by meaning, half by words."""
        meaning: Scores = (self._vectors @ self._encoder.encode([said])[0]).astype(float)
        return self._of_each((meaning + self._words.shares(said)) / 2)

    def sounding(self, heard: str) -> dict[str, float]:
        """Mean of the two sentences of each id that sound most alike."""
        return self._of_each(self._sounds.likeness(heard))

    def recall(self, heard: Sequence[str], most: int) -> Sequence[str]:
        """The sentence of each id that sounds most like one of these, the `most` likeliest."""
        alike = np.max([self._sounds.likeness(text) for text in heard], axis=0)
        best: dict[str, str] = {}
        for place in np.argsort(-alike, kind="stable").tolist():
            if alike[place] <= 0 or len(best) == most:
                break
            if self._texts[place] not in best.values():
                best.setdefault(self._owner[place], self._texts[place])
        return tuple(best.values())

    def _of_each(self, scores: Scores) -> dict[str, float]:
        mine = scores[self._by_owner]
        best = np.maximum.reduceat(mine, self._begins)
        at_best = np.flatnonzero(mine == best[self._owner_of])
        mine[at_best[np.unique(self._owner_of[at_best], return_index=True)[1]]] = -np.inf
        second = np.maximum.reduceat(mine, self._begins)
        means = (best + np.where(np.isinf(second), best, second)) / 2
        return dict(zip(self._owners, means.tolist(), strict=True))


def _sentences(topics: Sequence[Topic], written: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    lines = [(topic.id, phrase) for topic in topics for phrase in topic.phrases]
    lines += [(intent, line) for intent, sentences in sorted(written.items()) for line in sentences]
    cleaned = ((owner, normalise(line)) for owner, line in lines)
    return list(dict.fromkeys((owner, line) for owner, line in cleaned if line))
