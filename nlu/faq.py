"""Search in a town's own list of questions and answers.

Every town hall has one, of hundreds of entries. On a real list of 1,800 the sum of three standardised scores
(words; meaning of the question; meaning of question and answer) found most: each alone misses others.
"""

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nlu.encoder import Encoder, encoded
from nlu.errors import BadFaqFile
from nlu.normalise import normalise
from nlu.word_index import Scores, WordIndex

QUESTION_WEIGHT = 3
"""The question's words count as often as if it were written three times before its answer."""
ANSWER_LENGTH = 300
"""Characters of the answer that its meaning is taken from; the encoder averages, so more only blurs."""
FIELDS = ("id", "question", "answer")


@dataclass(frozen=True)
class FaqEntry:
    """One question with its answer."""

    id: str
    question: str
    answer: str


@dataclass(frozen=True)
class FaqHit:
    """One entry found; the score orders the hits of one query and means nothing beyond."""

    id: str
    score: float


class FaqIndex:
    """An index over the entries of one list."""

    def __init__(self, entries: Sequence[FaqEntry], encoder: Encoder, cache_dir: Path | None = None) -> None:
        questions = [normalise(entry.question) for entry in entries]
        answers = [normalise(entry.answer) for entry in entries]
        together = list(zip(questions, answers, strict=True))
        self._ids = [entry.id for entry in entries]
        self._encoder = encoder
        self._words = WordIndex([f"{f'{q}。' * QUESTION_WEIGHT}{a}" for q, a in together])
        self._questions = encoded(encoder, questions, cache_dir)
        self._whole = encoded(encoder, [f"{q}。{a[:ANSWER_LENGTH]}" for q, a in together], cache_dir)

    def search(self, query: str, k: int = 10) -> tuple[FaqHit, ...]:
        """The `k` best entries for `query`, best first; () for a query without words or an empty list."""
        said = normalise(query)
        if not self._ids or not any(sign.isalnum() for sign in said):
            return ()
        vector = self._encoder.encode([said])[0]
        scores = (
            _standardised(self._words.scores(said))
            + _standardised((self._questions @ vector).astype(float))
            + _standardised((self._whole @ vector).astype(float))
        )
        best = sorted(range(len(self._ids)), key=lambda i: (-scores[i], self._ids[i]))[:k]
        return tuple(FaqHit(self._ids[i], round(float(scores[i]), 4)) for i in best)


def search_faq(
    entries: Sequence[FaqEntry], query: str, k: int = 10, *, encoder: Encoder, cache_dir: Path | None = None
) -> tuple[FaqHit, ...]:
    """The `k` best entries for one query; for many queries build a `FaqIndex` once."""
    return FaqIndex(entries, encoder, cache_dir).search(query, k)


def read_faq(file: Path) -> tuple[FaqEntry, ...]:
    """Entries of a JSON Lines or CSV file with `id`, `question` and `answer`. Raises BadFaqFile."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadFaqFile(
            str(file), 0, f"cannot be read ({type(error).__name__})", "give a file in UTF-8"
        ) from error
    rows = _csv_rows(text) if file.suffix.lower() == ".csv" else _json_rows(file, text)
    entries = []
    seen: set[str] = set()
    for line, row in rows:
        missing = [name for name in FIELDS if not isinstance(row.get(name), str | int)]
        if missing:
            raise BadFaqFile(str(file), line, f"{', '.join(missing)} missing", f"every entry needs {FIELDS}")
        entry = FaqEntry(*(str(row[name]) for name in FIELDS))
        if entry.id in seen:
            raise BadFaqFile(
                str(file), line, f"the id {entry.id!r} stands twice", "give each entry its own id"
            )
        seen.add(entry.id)
        entries.append(entry)
    return tuple(entries)


def _csv_rows(text: str) -> Iterable[tuple[int, dict[str, object]]]:
    reader = csv.DictReader(text.splitlines(keepends=True))
    return ((reader.line_num, {str(k): v for k, v in row.items()}) for row in reader)


def _json_rows(file: Path, text: str) -> Iterable[tuple[int, dict[str, object]]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise BadFaqFile(str(file), number, "is no JSON", "write one JSON object a line") from error
        if not isinstance(row, dict):
            raise BadFaqFile(str(file), number, "is no object", "write one JSON object a line")
        yield number, row


def _standardised(scores: Scores) -> Scores:
    spread = float(scores.std())
    return (scores - scores.mean()) / spread if spread else np.zeros_like(scores)
