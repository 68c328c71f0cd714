"""Knowledge search as the interpreter needs it: the seam, and a fake that finds by shared characters.

The real one (`nlu.search`) takes seconds to load its model; whatever only needs something that finds uses the
fake, which passes the same contract test.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from nlu.interpretation import Candidate
from nlu.normalise import normalise
from nlu.parser import FakeParser, Parsed
from nlu.topics import Topic, names_of


class Finder(Protocol):
    """Finds topics nearest in meaning."""

    def search(self, text: str, k: int) -> tuple[Candidate, ...]:
        """At most `k` life events and procedures, best first, each with the probability that it is meant."""
        ...

    def near(self, text: str) -> Mapping[str, float]:
        """How alike `text`, which has been through `nlu.normalise`, is to each id and talk intent: 0 to about 1.

        Empty while there is no opinion.
        """
        ...

    def sounding(self, text: str) -> Mapping[str, float]:
        """The same by sound: how alike each id's sentences sound, whatever letters `text` was heard in."""
        ...

    def respelled(self, text: str) -> str:
        """`text` with words of the sentences put back where it sounds like them (`nlu.respelling`)."""
        ...


class FakeFinder:
    """Finds topics whose wordings share pairs of characters with the text."""

    def __init__(self, topics: Iterable[Topic], written: Mapping[str, Sequence[str]] | None = None) -> None:
        known = tuple(topics)
        self._names = names_of(known)
        self._parser = FakeParser(known, written)

    def search(self, text: str, k: int) -> tuple[Candidate, ...]:
        """The `k` topics most alike."""
        parsed = self._parser.parse(normalise(text))
        scores = parsed.intents if isinstance(parsed, Parsed) else ()
        found = (Candidate(s.id, self._names[s.id], s.confidence) for s in scores if s.id in self._names)
        return tuple(found)[:k]

    def near(self, text: str) -> Mapping[str, float]:
        """No opinion: its parser's is the same."""
        del text
        return {}

    def sounding(self, text: str) -> Mapping[str, float]:
        """No opinion: it knows letters only."""
        del text
        return {}

    def respelled(self, text: str) -> str:
        """As it is."""
        return text
