"""Spoken answers are held against the words of their question; what stays unclear is asked back."""

from typing import Any

import pytest

from assistant.weighing import Unclear, of_what_was_said, weighed
from kb.facts import Fact, Option, Origin
from kb.model import AskedQuestion, KnowledgeBase

PEOPLE = tuple(Option(v, v) for v in ("p1", "p2", "p3", "none"))


def asked(record: str, options: tuple[Option, ...], *, multiple: bool) -> AskedQuestion:
    return AskedQuestion(record, record, "", "", "choice", (), options, multiple)


@pytest.mark.parametrize(
    ("text", "understood", "meant"),
    [
        ("全員会社の保険です", ["p1", "p2", "p3"], ["none"]),
        ("夫の扶養に入ってます", ["p2"], ["none"]),
        ("会社の社会保険に入ってます", None, ["none"]),
        ("みんな国保です", ["p1", "p2", "p3"], ["p1", "p2", "p3"]),
        ("私だけ国保で妻と子どもは妻の会社の健保です", ["p1"], Unclear()),
    ],
)
def test_words_for_the_opposite_turn_the_answer_or_ask_back(
    kb: KnowledgeBase, text: str, understood: Any, meant: Any
) -> None:
    question = asked("health_insurance", PEOPLE, multiple=True)
    assert weighed(kb, question, text, understood) == meant


@pytest.mark.parametrize(
    ("text", "understood", "meant"),
    [
        ("父が要支援2で、犬もいます", ["public_servant", "dog"], ["care_certified", "dog"]),
        ("犬はいません", ["dog"], None),
        ("どれもないです", ["none"], ["none"]),
        ("私が市役所勤めです", None, ["public_servant"]),
    ],
)
def test_a_checklist_is_ticked_by_its_own_words(
    kb: KnowledgeBase, text: str, understood: Any, meant: Any
) -> None:
    options = tuple(Option(v, v) for v in ("public_servant", "care_certified", "dog", "none"))
    assert weighed(kb, asked("circumstances", options, multiple=True), text, understood) == meant


def test_a_paper_that_was_not_given_is_no_paper(kb: KnowledgeBase) -> None:
    options = tuple(Option(v, v) for v in ("certificate", "online", "not_yet"))
    question = asked("moving_out_procedure", options, multiple=False)
    text = "スマホで転出届出してきたんで、紙はもろてません"
    assert weighed(kb, question, text, "certificate") == Unclear()
    assert weighed(kb, question, "紙の証明書があります", "certificate") == "certificate"


CHECKLIST = ("has_dog", "has_moped", "left_job", "pregnant_in_household")


def ticked(*names: str) -> tuple[Fact, ...]:
    return tuple(Fact(name, name in names, Origin.CHOSEN) for name in CHECKLIST)


@pytest.mark.parametrize(
    ("text", "given", "settled"),
    [
        ("犬がいます", ticked("has_dog"), {"has_dog": True}),
        (
            "犬がいて、妻が妊娠中です",
            ticked("has_dog", "pregnant_in_household"),
            {"has_dog": True, "pregnant_in_household": True},
        ),
        ("犬はいないけど原付はあります", ticked("has_moped"), {"has_moped": True, "has_dog": False}),
        ("犬だけです", ticked("has_dog"), {name: name == "has_dog" for name in CHECKLIST}),
        ("犬がいます。ほかはないです", ticked("has_dog"), {name: name == "has_dog" for name in CHECKLIST}),
        ("犬くらいですね", ticked("has_dog"), {name: name == "has_dog" for name in CHECKLIST}),
        ("どれもないです", ticked(), dict.fromkeys(CHECKLIST, False)),
    ],
)
def test_boxes_nobody_spoke_of_stay_open_unless_the_answer_is_complete(
    kb: KnowledgeBase, text: str, given: tuple[Fact, ...], settled: dict[str, bool]
) -> None:
    question = asked("circumstances", (), multiple=True)
    said = of_what_was_said(kb, question, text, given)
    assert {fact.key: fact.value for fact in said} == settled


def test_papers_that_are_wanted_are_all_that_is_wanted(kb: KnowledgeBase) -> None:
    given = tuple(Fact(f"wants_{n}", n == "a", Origin.CHOSEN) for n in ("a", "b"))
    question = asked("certificates_wanted", (), multiple=True)
    assert of_what_was_said(kb, question, "住民票です", given) == given
