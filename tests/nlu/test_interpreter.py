import datetime as dt
from dataclasses import replace

import pytest

from kb.facts import Fact, Facts, Option, Origin
from kb.model import AskedQuestion, KnowledgeBase, PersonCard
from nlu.finder import FakeFinder
from nlu.interpretation import Candidate, Interpretation, NotUnderstood
from nlu.interpreter import Interpreter, Thresholds
from nlu.parser import FakeParser, IntentScore, Parsed, ParserDown
from nlu.rasa_model import written_sentences
from nlu.rasa_parser import RasaParser
from nlu.topics import topics_of

TUESDAY = dt.date(2026, 4, 7)
NOTHING_KNOWN = Facts()
ISSUE = "先週の水曜に、妻と子ども3人と祖父と横浜から引っ越してきました"


@pytest.fixture(scope="module")
def parser(kb: KnowledgeBase) -> FakeParser:
    return FakeParser(topics_of(kb), written_sentences())


@pytest.fixture(scope="module")
def interpreter(kb: KnowledgeBase, parser: FakeParser) -> Interpreter:
    return Interpreter(parser, FakeFinder(topics_of(kb), written_sentences()), kb)


@pytest.fixture(scope="module")
def without_rasa(kb: KnowledgeBase) -> Interpreter:
    down = FakeParser(topics_of(kb))
    down.down = ParserDown("no server")
    return Interpreter(down, FakeFinder(topics_of(kb), written_sentences()), kb)


def understood(
    interpreter: Interpreter, text: str, asked: AskedQuestion | None = None, facts: Facts = NOTHING_KNOWN
) -> Interpretation:
    heard = interpreter.interpret(text, asked, facts, TUESDAY)
    assert isinstance(heard, Interpretation), heard
    return heard


def refused(interpreter: Interpreter, text: str) -> NotUnderstood:
    heard = interpreter.interpret(text, None, NOTHING_KNOWN, TUESDAY)
    assert isinstance(heard, NotUnderstood), heard
    return heard


def named(heard: Interpretation) -> set[str]:
    least = Thresholds().understood
    return {c.id for c in (*heard.life_events, *heard.procedures) if c.confidence >= least}


def expect_the_family(heard: Interpretation) -> None:
    assert "moving_in" in named(heard)
    assert {(f.key, f.value) for f in heard.facts} == {
        ("moved_on", dt.date(2026, 4, 1)),
        ("previous_municipality", "14100"),
    }
    assert [p.relation for p in heard.people] == ["self", "wife", "child", "child", "child", "grandfather"]
    assert all(dict(p.facts) == {"moves": True} for p in heard.people)
    assert heard.household_complete
    assert [a.value for a in heard.people[-1].alternatives] == ["father", "father_in_law", "grandfather"]


def test_the_family_of_six(interpreter: Interpreter) -> None:
    expect_the_family(understood(interpreter, ISSUE))


def test_the_family_of_six_while_rasa_is_down(without_rasa: Interpreter) -> None:
    heard = understood(without_rasa, ISSUE)
    expect_the_family(heard)
    assert heard.understanding in ("search", "extractors")


@pytest.mark.rasa
def test_the_family_of_six_by_the_real_classifier(kb: KnowledgeBase, rasa_parser: RasaParser) -> None:
    heard = understood(Interpreter(rasa_parser, FakeFinder(topics_of(kb)), kb), ISSUE)
    expect_the_family(heard)
    assert heard.understanding == "rasa"


REASONS = [
    ("引っ越してきました", "moving_in"),
    ("来月引っ越します", "moving_out"),
    ("市内で引っ越しました", "moving_within"),
    ("アメリカから帰国しました", "moving_from_abroad"),
    ("中国から引っ越してきました", "moving_from_abroad"),
    ("転入届けを出したい", "moving_in"),
    ("天気届を出したい", "moving_within"),
    ("国保に入りたい", "national_health_insurance_enrollment"),
    ("つまとこどもさんにんとよこはまからひっこしてきました", "moving_in"),
]


@pytest.mark.parametrize(("said", "reason"), REASONS)
def test_the_reason_is_named(interpreter: Interpreter, said: str, reason: str) -> None:
    heard = understood(interpreter, said)
    assert reason in named(heard)
    assert heard.kind == "request"


@pytest.mark.parametrize(("said", "reason"), REASONS)
def test_the_reason_is_named_while_rasa_is_down(without_rasa: Interpreter, said: str, reason: str) -> None:
    assert reason in named(understood(without_rasa, said))


@pytest.mark.parametrize(
    "said",
    [
        "引っ越してきて、ついでに国保に入りたい",
        "引っ越してきました。あと国民健康保険に加入したい",
        "引っ越してきたんですけど国保に入りたい",
    ],
)
def test_several_reasons_in_one_sentence(interpreter: Interpreter, said: str) -> None:
    assert {"moving_in", "national_health_insurance_enrollment"} <= named(understood(interpreter, said))


def test_only_one_way_of_moving_is_ever_meant(interpreter: Interpreter) -> None:
    for said in (
        "引っ越しました",
        "中国から引っ越してきました",
        "市内で引っ越しました",
        "転出届と転入届を出したい",
    ):
        events = [c for c in understood(interpreter, said).life_events if c.confidence >= 0.5]
        assert len([c for c in events if c.id.startswith("moving_")]) <= 1


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("", "empty"), ("   ", "empty"), ("えっと、", "empty"), ("😀🎉", "empty"), ("\x00\x07", "empty"), ("???", "empty"), ("。。。", "empty"),
        ("あ" * 2_001, "too_long"), ("a" * 1_000_000, "too_long"),
        ("I moved here from Yokohama last week", "not_japanese"), ("我想办理迁入手续", "not_japanese"), ("안녕하세요 이사했어요", "not_japanese"),
        ("Я переехал из Иокогамы", "not_japanese"), ("สวัสดีครับ", "not_japanese"),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_says_why(interpreter: Interpreter, said: str, reason: str) -> None:
    assert refused(interpreter, said).reason == reason


def test_another_language_is_followed_where_the_search_is_sure(kb: KnowledgeBase, parser: FakeParser) -> None:
    class Sure(FakeFinder):
        def search(self, text: str, k: int) -> tuple[Candidate, ...]:
            return (Candidate("moving_in", "転入", 0.8),)[:k]

    heard = Interpreter(parser, Sure(topics_of(kb)), kb).interpret(
        "I just moved here", None, NOTHING_KNOWN, TUESDAY
    )
    assert isinstance(heard, Interpretation)
    assert (named(heard), heard.understanding) == ({"moving_in"}, "search")


class HearsDeathInErrands(FakeParser):
    """As the real classifier did: it must name something, and of an errand alone it named this."""

    def parse(self, text: str) -> Parsed | ParserDown:
        if text in ("手続きに来ました", "届けを出したいんですけど", "相談したいです"):
            return Parsed((IntentScore("death", 0.95),), "errands")
        return super().parse(text)


@pytest.fixture(scope="module")
def hasty(kb: KnowledgeBase) -> Interpreter:
    topics, written = topics_of(kb), written_sentences()
    return Interpreter(HearsDeathInErrands(topics, written), FakeFinder(topics, written), kb)


@pytest.mark.parametrize("said", ["手続きに来ました", "届けを出したいんですけど"])
def test_an_errand_without_a_name_is_asked_for_its_name(hasty: Interpreter, said: str) -> None:
    assert (refused(hasty, said).reason, refused(hasty, said).candidates) == ("nothing_known", ())


@pytest.mark.parametrize(
    "said",
    ["再来週に名古屋へ引っ越すので手続きに来ました", "名古屋へ引っ越すことになったので、相談したいです"],
)
def test_the_errand_of_a_sentence_is_not_another_reason(hasty: Interpreter, said: str) -> None:
    assert named(understood(hasty, said)) == {"moving_out"}


def test_below_the_threshold_the_candidates_are_offered(interpreter: Interpreter) -> None:
    heard = refused(interpreter, "引っ越しの手続きをしたい")
    assert heard.reason == "unsure"
    assert {"moving_in", "moving_out", "moving_within"} <= {c.id for c in heard.candidates}


def test_a_stricter_threshold_asks_back_more(kb: KnowledgeBase, parser: FakeParser) -> None:
    strict = Interpreter(parser, FakeFinder(topics_of(kb)), kb, Thresholds(understood=0.99))
    assert refused(strict, "転入届を出したい").reason == "unsure"


@pytest.mark.parametrize(
    "said",
    [
        "夫に殴られて逃げてきました",
        "死にたい",
        "DVの相談をしたい",
        "先週横浜から夫の暴力を逃れて引っ越してきました",
    ],
)
def test_of_danger_nothing_is_kept(interpreter: Interpreter, said: str) -> None:
    assert understood(interpreter, said) == Interpretation("", "sensitive", understanding="extractors")


@pytest.mark.parametrize(
    ("said", "command"),
    [("人と話したい", "call_human"), ("戻って", "back"), ("番号札だけください", "ticket_only")],
)
def test_commands_stand_above_questions(interpreter: Interpreter, said: str, command: str) -> None:
    assert understood(interpreter, said, YES_NO).command == command


def test_a_greeting_is_small_talk(interpreter: Interpreter) -> None:
    assert understood(interpreter, "こんにちは").kind == "smalltalk"


def test_asking_about_a_procedure_is_a_question(interpreter: Interpreter) -> None:
    heard = understood(interpreter, "転入届はいつまでに出せばいいですか")
    assert heard.kind == "question"


def test_a_wish_with_a_question_is_a_request(interpreter: Interpreter) -> None:
    assert understood(interpreter, "横浜から引っ越してきたんですが、何が必要ですか").kind == "request"


def test_facts_alone_are_understood(interpreter: Interpreter) -> None:
    heard = understood(interpreter, "犬を飼っています")
    assert [(f.key, f.value) for f in heard.facts] == [("has_dog", True)]


def test_who_came_for_whom(interpreter: Interpreter) -> None:
    heard = understood(interpreter, "祖父の代わりに転入届を出しに来ました")
    assert [(f.key, f.value, f.alternatives) for f in heard.facts] == [("visitor_role", "proxy", ())]
    assert [dict(p.facts).get("principal") for p in heard.people if p.relation == "grandfather"] == [True]
    beside = understood(interpreter, "母の付き添いで引っ越しの届けに来ました")
    assert [f.value for f in beside.facts if f.key == "visitor_role"] == ["companion"]
    doubtful = understood(interpreter, "妻の代わりに引っ越しの届けに来ました")
    (role,) = [f for f in doubtful.facts if f.key == "visitor_role"]
    assert {a.value for a in role.alternatives} == {"mover", "same_household", "proxy", "companion"}


YES_NO = AskedQuestion("dog", "dog", "犬を飼っていますか?", "", "yes_no", ("has_dog",))
MOVED_ON = AskedQuestion("moved_on", "moved_on", "いつですか?", "", "date", ("moved_on",))
FROM = AskedQuestion("from", "from", "どちらから?", "", "text", ("previous_municipality",))
HOUSEHOLD = AskedQuestion("household", "household", "どなたと?", "", "people", ("people",))
CONFIRM = AskedQuestion("confirm", "confirm", "合っていますか?", "", "yes_no", ())


def family() -> Facts:
    relations = {"p2": "wife", "p3": "child", "p4": "child", "p5": "grandfather"}
    return Facts().with_facts(Fact(f"people.{p}.relation", r, Origin.SAID) for p, r in relations.items())


AGES = AskedQuestion(
    "ages", "ages", "年齢は?", "", "people",
    tuple(f"people.p{n}.age" for n in range(1, 6)),
    people=tuple(
        PersonCard(p, r, r, None, None, ("age",))
        for p, r in (("p1", "self"), ("p2", "wife"), ("p3", "child"), ("p4", "child"), ("p5", "grandfather"))
    ),
)  # fmt: skip


def test_yes_and_no_answer_the_question(interpreter: Interpreter) -> None:
    assert understood(interpreter, "はい", YES_NO).answer is True
    assert understood(interpreter, "飼ってません", YES_NO).answer is False


def test_the_fact_that_was_asked_is_not_told_twice(interpreter: Interpreter) -> None:
    heard = understood(interpreter, "犬は飼っていません", YES_NO)
    assert (heard.answer, heard.facts) == (False, ())


def test_an_ambiguous_answer_is_not_understood(interpreter: Interpreter) -> None:
    assert isinstance(interpreter.interpret("大丈夫です", YES_NO, NOTHING_KNOWN, TUESDAY), NotUnderstood)


def test_not_knowing_declines(interpreter: Interpreter) -> None:
    heard = understood(interpreter, "わかりません", MOVED_ON)
    assert heard.declined
    assert heard.answer is None


def test_a_day_answers_and_more_is_still_heard(interpreter: Interpreter) -> None:
    heard = understood(interpreter, "先週の水曜です。あと犬も飼っています", MOVED_ON)
    assert heard.answer == "2026-04-01"
    assert [(f.key, f.value) for f in heard.facts] == [("has_dog", True)]


def test_a_doubtful_day_is_kept_with_its_alternatives(interpreter: Interpreter) -> None:
    heard = understood(interpreter, "先週の日曜です", MOVED_ON)
    assert heard.answer is None
    (fact,) = heard.facts
    assert fact.key == "moved_on"
    assert {str(a.value) for a in fact.alternatives} == {"2026-03-29", "2026-04-05"}


def test_a_place_answers_by_its_code(interpreter: Interpreter) -> None:
    assert understood(interpreter, "横浜です", FROM).answer == "14100"
    doubtful = understood(interpreter, "府中です", FROM)
    assert doubtful.answer is None
    assert {a.value for a in doubtful.facts[0].alternatives} == {"13206", "34208"}


@pytest.mark.parametrize(
    ("said", "relations"),
    [
        ("妻と子ども2人です", ["self", "wife", "child", "child"]),
        ("妻と、子どもが2人います", ["self", "wife", "child", "child"]),
        ("妻と祖父", ["self", "wife", "grandfather"]),
        ("一人です", ["self"]),
        ("私だけです", ["self"]),
        ("両親です", ["self", "father", "mother"]),
    ],
)
def test_who_moved_along(interpreter: Interpreter, said: str, relations: list[str]) -> None:
    heard = understood(interpreter, said, HOUSEHOLD)
    assert heard.household_complete
    assert [p.relation for p in heard.people if p.relation != "self"] == relations[1:]
    assert all(dict(p.facts).get("moves") is True for p in heard.people)


def test_ages_answer_and_make_no_new_people(interpreter: Interpreter) -> None:
    heard = understood(interpreter, "妻は38、子どもは12と6、父は78です", AGES, family())
    assert heard.answer == [
        {"person": "p2", "age": 38}, {"person": "p3", "age": 12}, {"person": "p4", "age": 6}, {"person": "p5", "age": 78},
    ]  # fmt: skip
    assert heard.people == ()


def test_what_is_told_of_known_people_beside_an_answer_is_kept(interpreter: Interpreter) -> None:
    heard = understood(interpreter, "妻は38で、妊娠しています", AGES, family())
    assert heard.answer == [{"person": "p2", "age": 38}]
    assert [(p.relation, p.facts) for p in heard.people] == [("wife", (("pregnant", True),))]


def test_choosing_people_makes_no_new_people(interpreter: Interpreter) -> None:
    options = (
        Option("p1", "あなた"),
        Option("p2", "妻"),
        Option("p5", "祖父"),
        Option("none", "だれも持っていない"),
    )
    cards = AskedQuestion(
        "cards", "cards", "?", "", "choice",
        ("people.p1.has_my_number_card", "people.p2.has_my_number_card", "people.p5.has_my_number_card"),
        options=options, multiple=True,
    )  # fmt: skip
    heard = understood(interpreter, "妻と祖父です", cards, family())
    assert heard.answer == ["p2", "p5"]
    assert heard.people == ()


def test_a_denial_of_one_is_kept_and_the_others_stay_open(interpreter: Interpreter) -> None:
    options = tuple(
        Option(p, label)
        for p, label in (("p1", "あなた"), ("p2", "妻"), ("p5", "祖父"), ("none", "だれも持っていない"))
    )
    keys = tuple(f"people.{p}.has_my_number_card" for p in ("p1", "p2", "p5"))
    cards = AskedQuestion("cards", "cards", "?", "", "choice", keys, options=options, multiple=True)
    heard = understood(interpreter, "妻は持っていません", cards, family())
    assert heard.answer is None
    assert heard.people == ()
    assert [(f.key, f.value) for f in heard.facts] == [("people.p2.has_my_number_card", False)]


def test_an_unclear_list_of_ages_makes_no_new_people(interpreter: Interpreter) -> None:
    heard = interpreter.interpret("妻は39、あと12歳と6歳と2歳と1歳です", AGES, family(), TUESDAY)
    assert isinstance(heard, NotUnderstood) or heard.people == ()


def test_an_answer_names_no_reason(interpreter: Interpreter) -> None:
    options = (Option("national", "国民健康保険に入る"), Option("employees", "勤め先の健康保険"))
    question = AskedQuestion("k", "k", "?", "", "choice", ("people.p1.health_insurance",), options=options)
    heard = understood(interpreter, "国民健康保険に入る", question)
    assert heard.answer == "national"
    assert named(heard) == set()


def test_the_read_back_takes_yes_no_and_corrections(interpreter: Interpreter) -> None:
    assert understood(interpreter, "はい、合ってます", CONFIRM).answer is True
    heard = understood(interpreter, "いいえ、世田谷から引っ越してきました", CONFIRM)
    assert heard.answer is False
    assert [(f.key, f.value) for f in heard.facts] == [("previous_municipality", "13112")]


def test_grandfather_is_doubted_when_children_are_known(interpreter: Interpreter) -> None:
    alone = understood(interpreter, "祖父も一緒に引っ越してきました")
    parent = understood(interpreter, "祖父も一緒に引っ越してきました", None, family())
    assert alone.people[-1].alternatives == ()
    assert len(parent.people[-1].alternatives) == 3


def test_only_the_vocabulary_of_the_knowledge_base_is_told(
    interpreter: Interpreter, kb: KnowledgeBase
) -> None:
    for said in (
        ISSUE,
        "妻は妊娠中で、犬を飼っていて、転出届はまだです。引っ越してきました",
        "会社を辞めたので国保に入りたいです",
    ):
        heard = understood(interpreter, said)
        assert all(kb.vocabulary.checked(f.key, f.value) == f.value for f in heard.facts)
        for person in heard.people:
            assert all(
                kb.vocabulary.checked(f"people.p9.{name}", value) == value for name, value in person.facts
            )


def test_ids_the_knowledge_base_does_not_have_are_left_out(kb: KnowledgeBase, parser: FakeParser) -> None:
    without = replace(kb, life_events={k: v for k, v in kb.life_events.items() if k != "moving_out"})
    heard = Interpreter(parser, FakeFinder(topics_of(kb)), without).interpret(
        "来月引っ越します", None, NOTHING_KNOWN, TUESDAY
    )
    candidates = heard.life_events if isinstance(heard, Interpretation) else heard.candidates
    assert "moving_out" not in {c.id for c in candidates}
