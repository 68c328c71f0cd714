from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speech.ear import Expected
from speech.endpoint import USUAL, Ending, ending_of, silence_needed

EXPECTED = st.sampled_from(get_args(Expected))


@pytest.mark.parametrize(
    ("text", "asked", "ending"),
    [
        ("", "open", "nothing"), ("。", "open", "nothing"),
        ("えっと", "open", "thinking"), ("転入届の、えーっと", "open", "thinking"), ("あのー", "yes_no", "thinking"),
        ("なんだっけ", "open", "thinking"), ("3人、えっと", "number", "thinking"),
        ("先週、横浜から", "open", "going_on"), ("転入届を", "open", "going_on"), ("引っ越してきたので", "open", "going_on"),
        ("妻と", "open", "going_on"), ("住民票が", "open", "going_on"), ("引っ越してきて、", "open", "going_on"),
        ("子どもが生まれまして", "open", "going_on"), ("それから", "open", "going_on"), ("3人と", "people", "going_on"),
        ("すみません", "open", "going_on"), ("すみません、もしもし", "open", "going_on"),
        ("すみません、住民票をください", "open", "finished"),
        ("転入届を出したいんですけど", "open", "softened"), ("印鑑登録をしたいのですが", "open", "softened"),
        ("引っ越してきたんですね", "open", "softened"),
        ("住民票", "open", "noun"), ("児童手当", "open", "noun"), ("3人", "open", "noun"),
        ("転入届を出したいです", "open", "finished"), ("引っ越してきました。", "open", "finished"),
        ("住民票をください", "open", "finished"), ("住所を変えたい", "open", "finished"), ("お願いします", "open", "finished"),
        ("どこに行けばいいですか", "open", "finished"), ("はい", "open", "yes"), ("わかりません", "date", "finished"),
        ("はい", "yes_no", "yes"), ("はい、そうです。", "yes_no", "answer"), ("いいえ、違います", "yes_no", "answer"),
        ("えっと、はい、あります", "yes_no", "answer"), ("3人です", "number", "answer"), ("3人", "number", "answer"),
        ("三人", "number", "answer"), ("4月1日です", "date", "answer"), ("先週の水曜日", "date", "answer"),
    ],
)  # fmt: skip
def test_how_words_end(text: str, asked: Expected, ending: Ending):
    assert ending_of(text, asked) == ending


def test_a_yes_to_a_question_ends_sooner_than_a_sentence_and_that_sooner_than_half_a_sentence():
    yes = silence_needed("はい、そうです", "yes_no")
    whole = silence_needed("転入届を出したいです")
    noun = silence_needed("転入届")
    half = silence_needed("転入届を")
    thinking = silence_needed("転入届を、えっと")
    assert yes < whole < noun < half < thinking


def test_half_a_sentence_is_given_more_than_a_pause_of_one_and_a_half_seconds():
    assert silence_needed("先週、横浜から") > 1.5


@given(st.text(max_size=20), EXPECTED, st.lists(st.floats(0.1, 3.0), max_size=5))
def test_nobody_waits_longer_than_the_longest_nor_is_cut_at_once(
    text: str, asked: Expected, pauses: list[float]
):
    for slow in (False, True):
        assert USUAL.answer <= silence_needed(text, asked, pauses, slow=slow) <= USUAL.longest


@given(st.text(max_size=20), EXPECTED, st.lists(st.floats(0.1, 3.0), max_size=5))
def test_who_asked_for_time_never_gets_less(text: str, asked: Expected, pauses: list[float]):
    assert silence_needed(text, asked, pauses, slow=True) >= silence_needed(text, asked, pauses)


@given(st.text(max_size=20), st.lists(st.floats(0.1, 3.0), min_size=1, max_size=5), st.floats(0.0, 1.0))
def test_longer_pauses_of_a_speaker_never_shorten_the_wait(text: str, pauses: list[float], more: float):
    longer = [pause + more for pause in pauses]
    assert silence_needed(text, pauses=longer) >= silence_needed(text, pauses=pauses)


def test_a_finished_sentence_is_answered_at_once_even_to_who_pauses_long():
    assert silence_needed("転入届を出したいです", pauses=[1.2]) == silence_needed("転入届を出したいです")


def test_a_choice_named_whole_is_an_answer_unless_a_longer_one_may_follow():
    offered = ("結婚", "結婚していたことがある", "離婚")
    assert ending_of("離婚です", choices=offered) == "answer"
    assert silence_needed("離婚", choices=offered) < silence_needed("結婚", choices=offered)
    assert silence_needed("結婚", choices=offered) == silence_needed("結婚")
