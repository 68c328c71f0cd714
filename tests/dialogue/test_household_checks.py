"""What no household can be is asked about, not planned for; a large one is served like any other."""

import datetime as dt
from typing import Any

import pytest

from dialogue.answers import MOST_PEOPLE, check_household, people_facts
from dialogue.errors import BadAnswer, Contradiction
from kb.facts import Alternative, Fact, Facts, Origin
from kb.facts_file import facts_from


def household(world: Any, *people: dict[str, Any]) -> Facts:
    return facts_from(world.kb.vocabulary, {"people": people}, world.at)


IMPOSSIBLE = [
    ("a child older than its mother", {"age": 30}, {"relation": "child", "age": 31}),
    ("a child as old as its mother", {"age": 30}, {"relation": "child", "age": 30}),
    ("a grandchild older", {"age": 30}, {"relation": "grandchild", "age": 40}),
    ("a mother younger than her child", {"age": 30}, {"relation": "mother", "age": 29}),
    ("a wife of 9", {"age": 30}, {"relation": "wife", "age": 9}),
    ("a husband of 17", {"age": 30}, {"relation": "husband", "age": 17}),
    ("a wife born nine years ago", {"age": 30}, {"relation": "wife", "birth_date": dt.date(2017, 1, 1)}),
    ("a visitor of 9 with a wife", {"age": 9}, {"relation": "wife", "age": 30}),
    ("a wife of 9 of somebody whose age is not known", {}, {"relation": "wife", "age": 9}),
    ("born tomorrow", {"age": 30}, {"relation": "child", "birth_date": dt.date(2026, 4, 8)}),
]


@pytest.mark.parametrize(
    ("visitor", "other"), [row[1:] for row in IMPOSSIBLE], ids=[r[0] for r in IMPOSSIBLE]
)
def test_what_cannot_be_is_asked_about(world: Any, visitor: dict[str, Any], other: dict[str, Any]) -> None:
    with pytest.raises(Contradiction) as refused:
        check_household(household(world, {"relation": "self", **visitor}, other), world.today)
    assert refused.value.detail_ja.endswith("。")


POSSIBLE = [
    ("a wife of 18", {"age": 18}, {"relation": "wife", "age": 18}),
    ("a partner of 17 who is not married", {"age": 20}, {"relation": "unregistered_wife", "age": 17}),
    ("a stepchild older than the wife", {"age": 60}, {"relation": "child", "age": 40}),
    ("a father-in-law younger than the visitor", {"age": 60}, {"relation": "father_in_law", "age": 58}),
    ("ages not known", {}, {"relation": "child"}),
]


@pytest.mark.parametrize(("visitor", "other"), [row[1:] for row in POSSIBLE], ids=[r[0] for r in POSSIBLE])
def test_what_is_rare_is_let_be(world: Any, visitor: dict[str, Any], other: dict[str, Any]) -> None:
    check_household(household(world, {"relation": "self", **visitor}, other), world.today)


def test_a_relation_in_doubt_contradicts_nothing(world: Any) -> None:
    doubtful = Fact(
        "people.p2.relation",
        "wife",
        Origin.SAID,
        confidence=0.4,
        alternatives=(Alternative("child", "子"),),
    )
    known = household(world, {"relation": "self", "age": 40}, {"age": 9}).with_fact(doubtful)
    check_household(known, world.today)


def others(number: int) -> list[dict[str, Any]]:
    return [{"relation": "other_relative", "age": 50 + n % 60, "moves": True} for n in range(number)]


def test_a_household_of_thirty_has_one_plan(world: Any) -> None:
    told = people_facts(world.kb, Facts(), others(29), world.at, "household", whole=True)
    more = household(
        world, {"relation": "self", "age": 40, "moves": True, "joins_national_health_insurance": True}
    )
    visit = [
        Fact("reasons", ("moving_in",), Origin.CHOSEN),
        Fact("moved_on", dt.date(2026, 4, 1), Origin.CHOSEN),
    ]
    known = more.with_facts((*told, *visit))
    assert len(known.people) == 30
    plan = world.plan(known)
    assert plan.step("moving_in_notification") is not None
    elders = plan.step("late_stage_elderly_moving_in")
    assert elders is not None
    assert len(elders.people) == sum(50 + n % 60 >= 75 for n in range(29))


def test_a_household_beyond_the_screen_is_sent_to_a_person(world: Any) -> None:
    with pytest.raises(BadAnswer) as refused:
        people_facts(world.kb, Facts(), others(MOST_PEOPLE), world.at, "household", whole=True)
    assert "窓口で伺います" in refused.value.detail_ja
