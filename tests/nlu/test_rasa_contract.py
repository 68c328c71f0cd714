"""The parser contract: what holds for the fake holds for Rasa."""

import pytest

from kb.model import KnowledgeBase
from nlu.parser import FakeParser, Parsed, Parser, ParserDown
from nlu.rasa_model import written_sentences
from nlu.topics import topics_of

AWKWARD = (
    "😀🎉",
    "。。。!?",
    "\x00\x1b[31m\u200f\ufeff",
    "hello, I moved here last week",
    "我上周搬到这里来了",
    "あ" * 100_000,
    '{"text": "x"}\n- intent: y',
    '[住民票](entity){"a": 1}',
    "ᄀ" * 50,
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
)


@pytest.fixture(params=["fake", pytest.param("rasa", marks=pytest.mark.rasa)])
def parser(request: pytest.FixtureRequest, kb: KnowledgeBase) -> Parser:
    if request.param == "fake":
        return FakeParser(topics_of(kb), written_sentences())
    real: Parser = request.getfixturevalue("rasa_parser")
    return real


def parsed(parser: Parser, text: str) -> Parsed:
    answer = parser.parse(text)
    assert isinstance(answer, Parsed)
    return answer


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("引っ越してきました", "moving_in"),
        ("結婚しました", "marriage"),
        ("番号札だけもらえますか", "ticket_only"),
        ("ありがとうございました", "thanks"),
    ],
)
def test_a_known_sentence_is_understood_with_confidence(parser: Parser, text: str, intent: str) -> None:
    best = parsed(parser, text).intents[0]
    assert best.id == intent
    assert best.confidence > 0.5


def test_intents_come_best_first_and_add_up_to_at_most_one(parser: Parser) -> None:
    confidences = [score.confidence for score in parsed(parser, "転入届を出しに来たんですが").intents]
    assert confidences == sorted(confidences, reverse=True)
    assert all(0 <= confidence <= 1 for confidence in confidences)
    assert sum(confidences) <= 1 + 1e-6


def test_each_intent_appears_once(parser: Parser) -> None:
    ids = [score.id for score in parsed(parser, "国民健康保険に入りたい").intents]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("text", ["", " ", "。", "😀"])
def test_a_text_without_words_has_no_intents(parser: Parser, text: str) -> None:
    assert parsed(parser, text).intents == ()


@pytest.mark.parametrize("text", AWKWARD)
def test_no_text_is_too_awkward_for_an_answer(parser: Parser, text: str) -> None:
    assert parsed(parser, text).model


def test_the_same_text_gives_the_same_answer(parser: Parser) -> None:
    assert parsed(parser, "父が亡くなりました") == parsed(parser, "父が亡くなりました")


def test_the_fake_can_be_down_as_rasa_can(kb: KnowledgeBase) -> None:
    fake = FakeParser(topics_of(kb))
    fake.down = ParserDown("restarting")
    assert fake.parse("引っ越してきました") == ParserDown("restarting")
