import pytest
from hypothesis import given
from hypothesis import strategies as st

from speech.sentences import FIRST_LENGTH, LENGTH, sentences

LONG = "新しい住所が決まりましたら、十四日以内に、住民票のある市役所の窓口で、転入届を出してください。"


def test_the_first_piece_is_short_so_that_sound_begins_at_once() -> None:
    first, *rest = sentences(LONG + LONG)
    assert len(first) <= FIRST_LENGTH
    assert "".join(rest) == (LONG + LONG)[len(first) :]
    assert all(len(piece) <= LENGTH for piece in rest)


def test_a_comma_inside_a_number_parts_nothing() -> None:
    assert sentences("手数料は全部あわせますと1,200円です。") == ["手数料は全部あわせますと1,200円です。"]


def test_a_closing_bracket_stays_with_its_sentence() -> None:
    assert sentences("「はい。」と言います。") == ["「はい。」", "と言います。"]


@pytest.mark.parametrize("text", ["", "  ", "……", "。。。", "\n", "★"])
def test_nothing_sayable_gives_no_sentence(text: str) -> None:
    assert sentences(text) == []


@given(st.text(alphabet="あ漢1、。?!」「 \nー,A", max_size=300))
def test_the_pieces_are_the_whole_text(text: str) -> None:
    pieces = sentences(text)
    assert not pieces or "".join(pieces) == text
    assert all(any(letter.isalnum() or letter == "ー" for letter in piece) for piece in pieces)
    assert all(len(piece) <= 2 * LENGTH + 300 for piece in pieces)
