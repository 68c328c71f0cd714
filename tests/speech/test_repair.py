import pytest
from hypothesis import given
from hypothesis import strategies as st

from speech.repair import Repairer, Term, sound_distance, sound_of
from speech.transcriber import Repair
from tests.speech.terms import TERMS

REPAIRER = Repairer(TERMS)


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("銀鑑登録証明書をください", "印鑑登録証明書をください"),
        ("典出届を出したい", "転出届を出したい"),
        ("自動手当ての申請", "児童手当の申請"),
        ("国民県高保険です", "国民健康保険です"),
        ("加税証明書", "課税証明書"),
        ("マイナンバラカードの住所", "マイナンバーカードの住所"),
        ("戦修横浜から", "先週横浜から"),
        ("児童手当の新性をしたいです", "児童手当の申請をしたいです"),
    ],
)
def test_what_sounds_like_a_term_becomes_the_term(heard: str, meant: str):
    assert REPAIRER.repaired(heard)[0] == meant


def test_what_was_changed_is_told():
    _, repairs = REPAIRER.repaired("典出届と自動手当て")
    assert repairs == (Repair("典出届", "転出届"), Repair("自動手当て", "児童手当"))


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.reading)
def test_a_known_term_is_never_rewritten(term: Term):
    for sentence in (f"{term.written}をください", f"{term.written}", f"あの、{term.written}ですけど"):
        assert REPAIRER.repaired(sentence) == (sentence, ())


@pytest.mark.parametrize(
    "sentence",
    [
        "転居と届けを出す", "店に入れた届け物", "天気がいいですね", "銀行の通帳を持ってきました", "今週の水曜日",
        "重症の患者", "選手の登録", "3月に越してきました", "保育士をしています", "妻と子どもと一緒に",
        "はい、そうです", "印刷をしたい", "税金を払いに来ました", "年金をもらっています", "自転車の登録",
    ],
)  # fmt: skip
def test_ordinary_words_stay_as_they_are(sentence: str):
    assert REPAIRER.repaired(sentence) == (sentence, ())


@pytest.mark.parametrize("particle", ["を", "が", "は", "と", "に", "も", "の"])
def test_a_particle_is_never_swallowed(particle: str):
    changed, _ = REPAIRER.repaired(f"典出届{particle}書きました")
    assert changed == f"転出届{particle}書きました"


@given(st.text(alphabet="転入出届住民票印鑑のをはにてんしゅつ、。123銀…㍿ー", max_size=24))
def test_a_repaired_text_needs_no_further_repair_of_what_was_put_in(text: str):
    changed, repairs = REPAIRER.repaired(text)
    assert all(repair.term in changed for repair in repairs)
    assert bool(repairs) == (changed != text)


def test_without_terms_nothing_is_changed():
    assert Repairer(()).repaired("典出届") == ("典出届", ())


def test_long_vowels_and_voiced_sounds_count_as_they_sound():
    assert sound_of("とどけ") == "トドケ"
    assert sound_of("ぎょうせい") == sound_of("ギョーセー") == "ギョオセエ"
    assert sound_distance(sound_of("いんばん"), sound_of("いんかん")) == 1.0
