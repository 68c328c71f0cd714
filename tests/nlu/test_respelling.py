"""Words of the knowledge base put back where an ear wrote other letters for their sounds."""

import pytest

from nlu.respelling import Respelling

SENTENCES = (
    "障害者手帳の申請をしたいです",
    "原付の廃車",
    "介護認定を受けたい",
    "罹災証明書がほしい",
    "介護保険証をなくした",
    "納税証明書を取りに来ました",
    "控除の証明",
    "離婚届を出したい",
)


@pytest.fixture(scope="module")
def respelling() -> Respelling:
    return Respelling(SENTENCES, kept=["高松"])


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("障害者手長の親生をしたいです", "障害者手帳の申請をしたいです"),
        ("元月のナンバー", "原付のナンバー"),
        ("父の介護人手をお願いしたい", "父の介護認定をお願いしたい"),
        ("理財証明書を出してください", "罹災証明書を出してください"),
        ("母の介護保健症をなくしました", "母の介護保険証をなくしました"),
        ("リコン届の用紙", "離婚届の用紙"),
    ],
)
def test_what_sounds_like_a_known_word_becomes_it(respelling: Respelling, heard: str, meant: str) -> None:
    assert respelling.respelled(heard) == meant


@pytest.mark.parametrize(
    "heard",
    [
        "納税証明書を取りに来ました",
        "高松から引っ越してきました",
        "高い薬を買いました",
        "4月5日に3人で来ました",
        "はい、そうです",
        "",
    ],
)
def test_nothing_else_is_touched(respelling: Respelling, heard: str) -> None:
    assert respelling.respelled(heard) == heard


def test_a_long_text_is_put_right_everywhere(respelling: Respelling) -> None:
    assert respelling.respelled("障害者手長の親生" * 60) == "障害者手帳の申請" * 60
