"""Opinions made one: a sure ear is believed by its letters, an unsure one by its sounds too."""

from collections.abc import Mapping

import pytest

from nlu.finder import FakeFinder
from nlu.opinions import HEARD, IN_LETTERS, TYPED, Weights, combined, heard_as

LETTERS = {"foreign_residents": 0.7, "insurance_pension": 0.2}
NEAR = {"foreign_residents": 0.4, "insurance_pension": 0.38}
SOUNDING = {"foreign_residents": 0.3, "insurance_pension": 0.7}


class Sounds(FakeFinder):
    """Knows how two sentences sound."""

    def sounding(self, text: str) -> Mapping[str, float]:
        return {"国民連近": {"pension": 0.5, "tax": 0.2}, "国民年金": {"pension": 0.9}}.get(text, {})


def best(scores: Mapping[str, float]) -> str:
    return max(scores, key=lambda intent: scores[intent])


def test_letters_of_a_sure_ear_are_believed_as_if_typed() -> None:
    heard = heard_as([("国民年金", 0.97)], Sounds(()))
    assert heard.weights == TYPED == IN_LETTERS.weights


def test_sounds_count_in_full_when_the_ear_is_unsure() -> None:
    heard = heard_as([("国民連近", 0.6)], Sounds(()))
    assert heard.weights == HEARD


def test_without_sounds_to_compare_the_letters_stand_alone() -> None:
    assert heard_as([("むにゃ", 0.3)], Sounds(())).weights == TYPED


def test_the_best_sounding_of_all_wordings_counts() -> None:
    heard = heard_as([("国民連近", 0.7), ("国民年金", 0.6)], Sounds(()))
    assert heard.sounding == {"pension": 0.9, "tax": 0.2}


@pytest.mark.parametrize(("weights", "meant"), [(TYPED, "foreign_residents"), (HEARD, "insurance_pension")])
def test_sounds_decide_only_where_they_count(weights: Weights, meant: str) -> None:
    assert best(combined(LETTERS, NEAR, SOUNDING, weights)) == meant


def test_what_comes_out_is_a_probability() -> None:
    assert sum(combined(LETTERS, NEAR, SOUNDING, HEARD).values()) == pytest.approx(1.0)
