"""A recogniser for tests and demos without weights: it knows beforehand what will be said."""

import threading
from collections.abc import Iterable, Sequence

from speech.audio import level_dbfs
from speech.repair import Repairer, Term
from speech.transcriber import Hypothesis, Samples, Transcript

_QUIETEST_DBFS = -62.0


class FakeTranscriber:
    """Gives the sentences in order, the last again and again; silence gives no words and uses none up.

    A partial gives the first half of the sentence that comes next.
    """

    def __init__(
        self,
        sentences: Sequence[str],
        terms: Iterable[Term] = (),
        *,
        alternatives: Sequence[str] = (),
    ):
        self._sentences = list(sentences)
        self._alternatives = tuple(Hypothesis(text, 0.5) for text in alternatives)
        self._repairer = Repairer(tuple(terms))
        self._lock = threading.Lock()

    def transcribe(self, samples: Samples, *, partial: bool = False, reason: bool = False) -> Transcript:
        """See Transcriber; it needs no help to hear."""
        del reason
        if level_dbfs(samples) < _QUIETEST_DBFS:
            return Transcript("")
        with self._lock:
            if not self._sentences:
                return Transcript("")
            if partial:
                text = self._sentences[0]
                return Transcript(text[: len(text) // 2 + 1], 0.5)
            text = self._sentences.pop(0) if len(self._sentences) > 1 else self._sentences[0]
        repaired, repairs = self._repairer.repaired(text)
        return Transcript(repaired, 0.9, self._alternatives, repairs)
