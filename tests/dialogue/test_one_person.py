"""Questions to a group, when the group is one person; what people are called while it is not known who they are."""

from dataclasses import replace
from typing import Any

import pytest

from dialogue.questions import find_question
from kb.cross_check import _question
from kb.derive import scene_of
from kb.facts import Alternative, Fact, Facts, Origin
from kb.model import AskedQuestion
from kb.plan import person_label


def facts(**ages: int) -> Facts:
    given: list[tuple[str, Any]] = [("reasons", ("moving_in",)), ("people", tuple(ages))]
    for person, age in ages.items():
        given += [(f"people.{person}.moves", True), (f"people.{person}.age", age)]
        given += [(f"people.{person}.relation", "wife")] if person != "p1" else []
    return Facts().with_facts(Fact(key, value, Origin.SAID) for key, value in given)


def asked(world: Any, question: str, known: Facts, missing: frozenset[str]) -> AskedQuestion:
    found = find_question(world.kb, known, scene_of(world.kb, known, world.today), question, missing)
    assert found is not None
    return found


def test_one_person_is_asked_yes_or_no(world: Any) -> None:
    question = asked(world, "my_number_cards", facts(p1=30), frozenset({"people.p1.has_my_number_card"}))
    assert question.text_ja == "あなたは、マイナンバーカードを持っていますか?"
    assert [(o.value, o.label_ja) for o in question.options] == [
        ("p1", "はい、持っている"),
        ("none", "いいえ、持っていない"),
    ]
    assert not question.multiple


def test_several_are_asked_who(world: Any) -> None:
    missing = frozenset({"people.p1.has_my_number_card", "people.p2.has_my_number_card"})
    question = asked(world, "my_number_cards", facts(p1=30, p2=29), missing)
    assert [o.value for o in question.options] == ["p1", "p2", "none"]
    assert question.multiple


def test_the_last_open_person_is_named(world: Any) -> None:
    known = facts(p1=30, p2=29).with_fact(Fact("people.p1.has_my_number_card", True, Origin.SAID))
    question = asked(world, "my_number_cards", known, frozenset({"people.p2.has_my_number_card"}))
    assert question.text_ja == "妻(29歳)は、マイナンバーカードを持っていますか?"


def test_a_single_age_is_asked_of_you(world: Any) -> None:
    known = Facts().with_facts(
        [Fact("reasons", ("moving_in",), Origin.SAID), Fact("people", ("p1",), Origin.SAID)]
    )
    assert asked(world, "ages", known, frozenset({"people.p1.age"})).text_ja == "あなたの年齢を教えてください"


@pytest.mark.parametrize("field", ["text_one_ja", "yes_label_ja", "no_label_ja"])
def test_a_group_question_without_a_wording_for_one_is_refused(world: Any, field: str) -> None:
    record = replace(world.kb.questions["my_number_cards"], **{field: ""})
    assert [problem[0] for problem in _question(world.kb, record)] == [field]


def test_a_spouse_is_called_so_until_it_is_known_which(world: Any) -> None:
    which = (Alternative("wife", "妻"), Alternative("husband", "夫"))
    doubted = Fact("people.p2.relation", "wife", Origin.SAID, 0.5, alternatives=which)
    open_ = Facts().with_fact(doubted)
    assert person_label(world.kb, open_, "p2") == "配偶者"
    settled = open_.with_fact(Fact("people.p2.relation", "husband", Origin.CHOSEN))
    assert person_label(world.kb, settled, "p2") == "夫"
