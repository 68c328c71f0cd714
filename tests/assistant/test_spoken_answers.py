"""Spoken answers are understood or asked back; a wrong answer that nobody reads back is what must not happen.

`python -m benchmarks.spoken_answers --wrong` prints what lies behind the counts.
"""

from collections import Counter

import pytest

from benchmarks.spoken_answers import cases, heard, judged
from kb.model import KnowledgeBase
from tests.conftest import Hearing

MOST_SILENTLY_WRONG_OF_TEST = 6
"""Of the half never tuned on; lower it when the benchmark says so, never raise it."""

FEWEST_RIGHT = {"tune": 0.92, "test": 0.82}
"""Share understood at once: asking everything back is no way out."""


@pytest.mark.parametrize(("split", "most"), [("tune", 0), ("test", MOST_SILENTLY_WRONG_OF_TEST)])
def test_hardly_an_answer_is_taken_wrongly_in_silence(
    kb: KnowledgeBase, understanding: Hearing, split: str, most: int
) -> None:
    lines = cases(split)
    counts = Counter(judged(kb, heard(kb, understanding, case)) for case in lines)
    assert counts["wrong, silent"] <= most
    assert counts["right"] / len(lines) >= FEWEST_RIGHT[split]


def test_the_halves_share_no_sentence() -> None:
    tuned = {(c.question, c.people, c.said) for c in cases("tune")}
    kept = {(c.question, c.people, c.said) for c in cases("test")}
    assert not tuned & kept
    assert len(tuned | kept) >= 250
