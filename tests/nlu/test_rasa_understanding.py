"""Rasa on sentences nobody trained on: right often enough, and unsure when wrong.

Floors below what benchmarks/understanding.py measures, so that a loss is noticed and noise is not.
"""

import numpy as np
import pytest

from kb.model import KnowledgeBase
from nlu.parser import Parsed
from nlu.rasa_parser import RasaParser
from nlu.topics import topics_of
from nlu.training import training_sentences
from nlu.training_sentences import unseen
from tests.nlu.held_out import BY_AREA, HeldOut, held_out

pytestmark = pytest.mark.rasa


@pytest.fixture(scope="module")
def sentences(kb: KnowledgeBase) -> dict[str, tuple[str, ...]]:
    return training_sentences(topics_of(kb))


@pytest.fixture(scope="module")
def answers(
    rasa_parser: RasaParser, sentences: dict[str, tuple[str, ...]]
) -> list[tuple[HeldOut, frozenset[str], str, float]]:
    """Each unseen sentence, the intents that would be right today, the one it got and how sure."""
    fresh = set(unseen((case.text for case in held_out()), sentences))
    found = []
    for case in held_out():
        parsed = rasa_parser.parse(case.text)
        assert isinstance(parsed, Parsed)
        if case.text in fresh and parsed.intents:
            right = case.any_of & frozenset(sentences) or frozenset({"out_of_scope"})
            found.append((case, right, parsed.intents[0].id, parsed.intents[0].confidence))
    return found


def test_what_residents_want_is_understood(answers: list[tuple[HeldOut, frozenset[str], str, float]]) -> None:
    wanted = [best in right for _, right, best, _ in answers if "out_of_scope" not in right]
    assert len(wanted) >= 150
    assert sum(wanted) / len(wanted) >= 0.85


def test_every_record_is_reached_by_speaking(
    rasa_parser: RasaParser, kb: KnowledgeBase, sentences: dict[str, tuple[str, ...]]
) -> None:
    """Each record with sentences of its own is among the buttons of one of them, whether it was sure or asks back."""
    fresh = set(unseen((case.text for case in held_out(*BY_AREA)), sentences))
    reached: dict[str, bool] = {}
    for case in held_out(*BY_AREA):
        named = [i for i in case.any_of if i in kb.procedures]
        if case.text in fresh and len(named) == 1:
            parsed = rasa_parser.parse(case.text)
            assert isinstance(parsed, Parsed)
            offered = {score.id for score in parsed.intents[:5]}
            reached[named[0]] = reached.get(named[0], False) or bool(offered & case.any_of)
    missed = sorted(record for record, is_reached in reached.items() if not is_reached)
    assert len(reached) >= 100
    assert len(missed) <= 0.05 * len(reached), missed


def test_who_is_sure_is_right(answers: list[tuple[HeldOut, frozenset[str], str, float]]) -> None:
    sure = [best in right for _, right, best, confidence in answers if confidence >= 0.8]
    assert len(sure) >= 120
    assert sum(sure) / len(sure) >= 0.94


def test_confidence_is_calibrated(answers: list[tuple[HeldOut, frozenset[str], str, float]]) -> None:
    """Expected calibration error over ten bins; 0.06 was measured."""
    confidence = np.array([confidence for *_, confidence in answers])
    right = np.array([best in right for _, right, best, _ in answers], dtype=float)
    bins = np.minimum((confidence * 10).astype(int), 9)
    error = sum(
        abs(confidence[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean()
        for b in np.unique(bins)
    )
    assert error <= 0.1


def test_nonsense_is_seldom_taken_for_a_request(
    answers: list[tuple[HeldOut, frozenset[str], str, float]], kb: KnowledgeBase
) -> None:
    topics = {*kb.life_events, *kb.procedures}
    taken = [
        best in topics and confidence >= 0.6
        for case, _, best, confidence in answers
        if case.kind == "out_of_scope"
    ]
    assert len(taken) >= 40
    assert sum(taken) / len(taken) <= 0.15


def test_danger_is_heard(answers: list[tuple[HeldOut, frozenset[str], str, float]]) -> None:
    heard = [best == "sensitive" for case, _, best, _ in answers if case.kind == "sensitive"]
    assert sum(heard) >= len(heard) - 1
