"""Search by sound: wrong letters with the right sounds find what was said, and only that."""

import pytest

from nlu.sound_index import SoundIndex, sounds

SENTENCES = (
    "母子手帳をもらいに来ました",
    "住民票がほしい",
    "国民年金のことで来ました",
    "死亡届を出したい",
    "引っ越してきました",
    "マイナンバーカードをなくしました",
)


@pytest.fixture(scope="module")
def index() -> SoundIndex:
    return SoundIndex(SENTENCES)


@pytest.mark.parametrize(
    ("heard", "said"),
    [
        ("帽子手帳を貰いにきました", "母子手帳をもらいに来ました"),
        ("防止手長をもらいに行きました", "母子手帳をもらいに来ました"),
        ("十人表が欲しい", "住民票がほしい"),
        ("国民連近のことできました", "国民年金のことで来ました"),
        ("死亡を届けおだしたい", "死亡届を出したい"),
        ("できっこしてきました", "引っ越してきました"),
        ("マイナンバー カードを亡くしました", "マイナンバーカードをなくしました"),
    ],
)
def test_wrong_letters_with_the_right_sounds_find_the_sentence(
    index: SoundIndex, heard: str, said: str
) -> None:
    likeness = index.likeness(heard)
    assert SENTENCES[likeness.argmax()] == said
    assert likeness.max() > 0.4


@pytest.mark.parametrize("sentence", SENTENCES)
def test_the_same_sounds_are_wholly_alike(index: SoundIndex, sentence: str) -> None:
    assert index.likeness(sentence).max() == pytest.approx(1.0)


@pytest.mark.parametrize("heard", ["", "。", "ABC", "明日の天気はどうですか"])
def test_other_sounds_are_like_nothing(index: SoundIndex, heard: str) -> None:
    assert index.likeness(heard).max() < 0.25


def test_what_an_ear_confuses_first_sounds_the_same() -> None:
    assert sounds("がっこう") == sounds("かこ") == sounds("ガッコー")
    assert sounds("転入届") != sounds("転出届")
