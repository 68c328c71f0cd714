"""What an ear is unsure of is chosen by understanding; what stays open between wordings is asked, never guessed."""

import datetime as dt

import pytest

from kb.facts import Facts, Option
from kb.model import AskedQuestion, KnowledgeBase
from nlu.finder import FakeFinder
from nlu.interpretation import Interpretation, NotUnderstood
from nlu.interpreter import Interpreter
from nlu.parser import FakeParser
from nlu.rasa_model import written_sentences
from nlu.topics import topics_of

TUESDAY = dt.date(2026, 4, 7)
MOVED_ON = AskedQuestion("moved_on", "moved_on", "いつ引っ越しましたか", "", "date", ("moved_on",))
HAS_CARD = AskedQuestion("x", "x", "犬を飼っていますか", "", "yes_no", ("has_dog",))


@pytest.fixture(scope="module")
def interpreter(kb: KnowledgeBase) -> Interpreter:
    topics, written = topics_of(kb), written_sentences()
    return Interpreter(FakeParser(topics, written), FakeFinder(topics, written), kb)


def understood(
    interpreter: Interpreter, *wordings: tuple[str, float], asked: AskedQuestion | None = None
) -> Interpretation:
    heard = interpreter.interpret_heard(wordings, asked, Facts(), TUESDAY)
    assert isinstance(heard, Interpretation), heard
    return heard


@pytest.mark.parametrize(
    ("heard_first", "heard_too", "meant"),
    [
        ("混んでいる届けを出したい", "婚姻届を出したい", "marriage_notification"),
        ("新規高卒がほしい", "戸籍謄本がほしい", "certificate_of_family_register"),
        ("いい韓ショーメーがいる", "印鑑証明がほしい", "seal_registration_certificate"),
        ("ボスって超ください", "母子手帳をください", "pregnancy_notification"),
    ],
)
def test_a_wording_that_makes_sense_here_wins_over_one_that_does_not(
    interpreter: Interpreter, heard_first: str, heard_too: str, meant: str
) -> None:
    heard = understood(interpreter, (heard_first, 0.6), (heard_too, 0.5))
    assert heard.text == heard_too
    assert heard.procedures[0].id == meant


def test_a_first_wording_that_is_understood_stays(interpreter: Interpreter) -> None:
    heard = understood(interpreter, ("婚姻届を出したい", 0.6), ("離婚届を出したい", 0.5))
    assert heard.procedures[0].id == "marriage_notification"


def test_a_wording_the_ear_hardly_believes_changes_nothing(interpreter: Interpreter) -> None:
    heard = interpreter.interpret_heard(
        [("むにゃむにゃ", 0.9), ("婚姻届を出したい", 0.1)], None, Facts(), TUESDAY
    )
    assert not (isinstance(heard, Interpretation) and heard.procedures)


def test_days_on_which_the_wordings_differ_become_a_question(interpreter: Interpreter) -> None:
    heard = understood(
        interpreter, ("4月1日に横浜から引っ越してきました", 0.6), ("4月7日に横浜から引っ越してきました", 0.5)
    )
    (day,) = (f for f in heard.facts if f.key == "moved_on")
    assert [a.value for a in day.alternatives] == [dt.date(2026, 4, 1), dt.date(2026, 4, 7)]
    assert [a.label_ja for a in day.alternatives] == ["4月1日(水)", "4月7日(火)"]
    assert day.confidence < 0.5
    (place,) = (f for f in heard.facts if f.key == "previous_municipality")
    assert not place.alternatives


def test_an_answer_on_which_the_wordings_differ_is_no_answer(interpreter: Interpreter) -> None:
    heard = understood(interpreter, ("4月1日です", 0.6), ("4月4日です", 0.5), asked=MOVED_ON)
    assert heard.answer is None
    assert {a.value for f in heard.facts for a in f.alternatives} == {
        dt.date(2026, 4, 1),
        dt.date(2026, 4, 4),
    }


def test_yes_or_no_is_asked_again(interpreter: Interpreter) -> None:
    heard = interpreter.interpret_heard([("はい", 0.5), ("いいえ", 0.45)], HAS_CARD, Facts(), TUESDAY)
    assert heard == NotUnderstood("はい", "unsure")


def test_people_on_whom_the_wordings_differ_are_doubtful(interpreter: Interpreter) -> None:
    heard = understood(
        interpreter, ("11歳の息子と引っ越してきました", 0.6), ("17歳の息子と引っ越してきました", 0.5)
    )
    son = next(p for p in heard.people if p.relation != "self")
    assert [a.value for a in dict(son.doubts)["age"].alternatives] == [11, 17]


@pytest.mark.parametrize(
    ("other", "confidence"), [("夫に投げられています", 0.5), ("お茶に誘われています", 0.98)]
)
def test_danger_in_any_wording_is_danger(interpreter: Interpreter, other: str, confidence: float) -> None:
    heard = understood(interpreter, (other, confidence), ("夫に殴られています", 0.45))
    assert (heard.kind, heard.text) == ("sensitive", "")


@pytest.mark.parametrize("wordings", [(), (("", 0.9),), (("えっと", 0.9), ("。", 0.4))])
def test_nothing_heard_is_nothing_said(
    interpreter: Interpreter, wordings: tuple[tuple[str, float], ...]
) -> None:
    heard = interpreter.interpret_heard(wordings, None, Facts(), TUESDAY)
    assert heard == NotUnderstood("", "empty")


def test_one_wording_means_what_it_means_alone(interpreter: Interpreter) -> None:
    text = "先週の水曜に、妻と子ども3人と祖父と横浜から引っ越してきました"
    alone = interpreter.interpret(text, None, Facts(), TUESDAY)
    assert interpreter.interpret_heard([(text, 0.4)], None, Facts(), TUESDAY) == alone


def test_options_are_asked_again_when_two_were_heard(interpreter: Interpreter) -> None:
    asked = AskedQuestion(
        "y", "y", "どちら", "", "choice", ("k1", "k2"), (Option("a", "本人"), Option("b", "代理の人"))
    )
    heard = interpreter.interpret_heard([("本人", 0.5), ("代理の人", 0.4)], asked, Facts(), TUESDAY)
    assert isinstance(heard, NotUnderstood)
