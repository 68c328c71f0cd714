"""Spoken answers are held against the words of their question; what stays unclear is asked back."""

from typing import Any

import pytest

from assistant.weighing import Unclear, weighed
from kb.facts import Option
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
