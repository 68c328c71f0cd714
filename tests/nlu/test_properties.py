"""Whatever is typed or heard, understanding gives a result; what it finds lies inside the text and is of the right kind."""

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.facts import Facts, Option
from kb.model import AskedQuestion, Input, KnowledgeBase, PersonCard
from nlu.ages_ja import find_ages
from nlu.answers_ja import read_answer
from nlu.clauses_ja import clauses
from nlu.dates_ja import find_dates
from nlu.finder import FakeFinder
from nlu.interpretation import Interpretation, NotUnderstood
from nlu.interpreter import Interpreter
from nlu.normalise import normalise
from nlu.parser import FakeParser
from nlu.places_ja import Town, find_countries, find_places
from nlu.relations_ja import find_kin
from nlu.tokens import words
from nlu.topics import topics_of

TOWN = Town("99201", "星見野市", "架空県")
PIECES = (
    "妻", "夫", "子ども", "子供", "3人", "三人", "祖父", "おじいちゃん", "お義父さん", "両親", "夫婦", "双子", "と", "と", "は", "が", "も", "の", "を", "に", "で", "、", "。",
    "横浜", "府中", "北区", "神奈川", "よこはま", "千葉さん", "から", "引っ越してきました", "引っ越します", "来ました", "来ていません", "いません", "先週の水曜", "昨日",
    "2月30日", "平成40年", "4月1日", "令和8年", "12歳", "78", "生後3か月", "小6", "今年75になる", "マイナンバーカード", "持っています", "持っていません", "まだ", "転出届",
    "国保", "扶養", "犬", "原付", "要介護", "妊娠", "代わりに", "一人で", "家族4人で", "はい", "いいえ", "わからない", "(", ")", "~", "九九九", "十", "😀", "\u0300", "ﾞ", "1/1", "99999999999",
)  # fmt: skip
SENTENCES = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(PIECES), max_size=14).map("".join),
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), max_size=12).map("".join),
)
DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2100, 12, 31))


@pytest.fixture(scope="module")
def interpreter(kb: KnowledgeBase) -> Interpreter:
    return Interpreter(FakeParser(topics_of(kb)), FakeFinder(topics_of(kb)), kb)


@given(SENTENCES)
def test_normalising_is_final_for_everything(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once or len(normalise(once)) <= len(once)
    assert once.isprintable()


@given(SENTENCES)
def test_words_lie_in_the_text_in_order(text: str) -> None:
    plain = normalise(text)
    for units in ("long", "short"):
        cut = words(plain, units=units)
        assert all(plain[w.start : w.end] == w.surface for w in cut)
        assert all(a.end <= b.start for a, b in pairwise(cut))


@given(SENTENCES, DAYS)
def test_dates_lie_in_the_text_and_overlap_nowhere(text: str, today: dt.date) -> None:
    plain = normalise(text)
    for tense in ("past", "future"):
        found = find_dates(plain, today, tense)  # type: ignore[arg-type]
        assert all(
            0 <= f.start < f.end <= len(plain) and f.first <= f.last and 0 < f.confidence <= 1 for f in found
        )
        assert all(a.end <= b.start for a, b in pairwise(found))


@given(SENTENCES)
def test_places_people_and_ages_lie_in_the_text(text: str) -> None:
    plain = normalise(text)
    cut = words(plain, units="short")
    spans = [(p.start, p.end) for p in find_places(plain, TOWN)] + [
        (c.start, c.end) for c in find_countries(plain)
    ]
    spans += [(p.start, p.end) for p in find_places(plain, TOWN, whole=True)]
    spans += [(h.start, h.end) for h in find_kin(plain, cut)]
    spans += [(a.start, a.end) for a in find_ages(plain, dt.date(2026, 4, 7))]
    assert all(0 <= start < end <= len(plain) for start, end in spans)


@given(SENTENCES)
def test_statements_are_the_whole_text(text: str) -> None:
    plain = normalise(text)
    found = clauses(plain, words(plain, units="short"))
    assert "".join(plain[c.start : c.end] for c in found) == plain


CARDS = tuple(
    PersonCard(f"p{n}", r, r, None, None, ("age",)) for n, r in enumerate(("self", "wife", "child"), start=1)
)


@given(
    SENTENCES, st.sampled_from(["choice", "yes_no", "date", "number", "text", "people"]), st.booleans(), DAYS
)
def test_any_answer_to_any_question(text: str, kind: Input, multiple: bool, today: dt.date) -> None:
    options = (Option("p1", "あなた"), Option("p2", "妻"), Option("none", "だれもいない"))
    asked = AskedQuestion(
        "q",
        "q",
        "?",
        "",
        kind,
        ("people.p1.age", "people.p2.age", "people.p3.age"),
        options,
        multiple,
        people=CARDS,
    )
    answer = read_answer(normalise(text), asked, today)
    if isinstance(answer.value, list) and kind == "choice":
        assert set(answer.value) <= {"p1", "p2", "none"}
    assert not (answer.declined and answer.value is not None)


@settings(max_examples=300)
@given(SENTENCES, DAYS)
def test_every_utterance_has_a_result(interpreter: Interpreter, text: str, today: dt.date) -> None:
    heard = interpreter.interpret(text, None, Facts(), today)
    assert isinstance(heard, Interpretation | NotUnderstood)
    if isinstance(heard, Interpretation):
        assert all(0 <= c.confidence <= 1 for c in (*heard.life_events, *heard.procedures))
        assert all(0 <= p.confidence <= 1 for p in heard.people)
        assert len([p for p in heard.people if p.relation == "self"]) <= 1
        assert len({f.key for f in heard.facts}) == len(heard.facts)
        assert all(not isinstance(f.value, dt.date) or f.value <= today for f in heard.facts)
