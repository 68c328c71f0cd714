"""The codes of the stable surface, and words for each of them."""

from typing import get_args

import pytest

from counter_bridge.card import CardProblem, CardRead, LastTry, PinLocked, ReadResult, WrongPin
from counter_bridge.card_advice import ADVICE
from counter_bridge.card_errors import MalformedPin


def test_the_codes_are_those_of_the_stable_surface() -> None:
    assert {result.code for result in get_args(CardProblem)} == {
        "reader_absent",
        "virtual_reader_refused",
        "card_absent",
        "card_removed",
        "not_my_number_card",
        "card_unreadable",
    }
    assert [result.code for result in (WrongPin, LastTry, PinLocked)] == [
        "pin_wrong",
        "pin_last_try",
        "pin_locked",
    ]


def test_every_result_that_is_no_read_has_words_and_a_way_on() -> None:
    codes = {result.code for result in get_args(ReadResult) if result is not CardRead} | {MalformedPin.code}
    assert set(ADVICE) == codes


@pytest.mark.parametrize("code", sorted(ADVICE))
def test_words_blame_nobody_and_end_as_sentences(code: str) -> None:
    advice = ADVICE[code]
    for text in (advice.detail_ja, advice.remedy_ja):
        assert text.endswith("。")
        assert "エラー" not in text
