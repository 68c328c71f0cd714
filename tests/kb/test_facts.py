"""Facts: whose word rules, what a value may be, and people who are spoken of more than once."""

import datetime as dt
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.errors import BadValue, UnknownFact
from kb.facts import (
    RANK,
    Alternative,
    Fact,
    FactKind,
    Facts,
    Option,
    Origin,
    Privacy,
    Vocabulary,
    next_person,
    person_key,
    split_key,
)
from kb.household import Doubt, PersonMention, merged

AT = dt.datetime(2026, 4, 7, 10, tzinfo=dt.UTC)

VOCABULARY = Vocabulary(
    [
        FactKind("windy", "bool", False, "風がある", Privacy.OPEN),
        FactKind("boats", "int", False, "舟の数", Privacy.OPEN, low=0, high=9),
        FactKind("landed_on", "date", False, "着いた日", Privacy.PERSONAL),
        FactKind("kind", "choice", False, "種類", Privacy.OPEN, (Option("sail", "帆"), Option("oar", "櫂"))),
        FactKind(
            "reasons", "choices", False, "用件", Privacy.OPEN, (Option("land", "着"), Option("go", "出"))
        ),
        FactKind("people", "people", False, "家族", Privacy.PERSONAL),
        FactKind("harbour", "municipality", False, "出た港の町", Privacy.PERSONAL),
        FactKind("name", "text", True, "氏名", Privacy.IDENTIFYING),
        FactKind("age", "age", True, "年齢", Privacy.PERSONAL, low=0, high=120),
    ]
)


def fact(key: str, value: Any, origin: Origin = Origin.SAID, **more: Any) -> Fact:
    return Fact(key, value, origin, **more)


def test_official_stands_above_staff_above_card_above_what_was_said() -> None:
    order = [Origin.DERIVED, Origin.SAID, Origin.CARD, Origin.STAFF, Origin.OFFICIAL]
    assert sorted(order, key=RANK.__getitem__) == order
    assert RANK[Origin.SAID] == RANK[Origin.CHOSEN] == RANK[Origin.OPERATOR]


@pytest.mark.parametrize("order", list(permutations([Origin.SAID, Origin.CARD, Origin.OFFICIAL])))
def test_the_strongest_rules_in_whatever_order_they_come(order: tuple[Origin, ...]) -> None:
    facts = Facts().with_facts(fact("people.p1.name", origin.value, origin) for origin in order)
    assert facts.value("people.p1.name") == "official"
    assert {weak.value for _, weak in facts.mismatches()} == {"said", "card"}


def test_of_equals_the_later_rules_and_nothing_is_a_mismatch() -> None:
    facts = Facts().with_facts([fact("windy", True), fact("windy", False, Origin.CHOSEN)])
    assert facts.value("windy") is False
    assert facts.mismatches() == ()


def test_agreeing_sources_are_no_mismatch() -> None:
    facts = Facts().with_facts([fact("people.p1.name", "見本"), fact("people.p1.name", "見本", Origin.CARD)])
    assert facts.mismatches() == ()
    assert len(facts.overruled) == 1


def test_forgetting_a_fact_forgets_what_it_overruled() -> None:
    facts = Facts().with_facts([fact("windy", True), fact("windy", False, Origin.OFFICIAL)])
    assert facts.without("windy") == Facts()


def test_taking_a_person_out_takes_everything_said_of_them() -> None:
    facts = Facts().with_facts(
        [
            fact("people.p2.name", "見本"),
            fact("people.p2.name", "見本 花子", Origin.CARD),
            fact("people.p20.age", 3),
        ]
    )
    left = facts.without_person("p2")
    assert [f.key for f in left] == ["people.p20.age"]
    assert left.overruled == ()


def test_facts_never_change_in_place() -> None:
    before = Facts().with_fact(fact("windy", True))
    before.with_fact(fact("windy", False))
    before.without("windy")
    assert before.value("windy") is True


def test_people_are_known_by_the_list_and_by_what_was_said_of_them() -> None:
    facts = Facts().with_facts([fact("people", ("p1", "p2")), fact("people.p10.age", 3)])
    assert facts.people == ("p1", "p2", "p10")
    assert facts.household_known
    assert not Facts().household_known
    assert Facts().people == ("p1",)


GOOD = [
    ("windy", True, True),
    ("boats", 0, 0),
    ("boats", 9, 9),
    ("landed_on", "2026-04-01", dt.date(2026, 4, 1)),
    ("landed_on", dt.date(2026, 4, 1), dt.date(2026, 4, 1)),
    ("kind", "sail", "sail"),
    ("reasons", ["land", "land", "go"], ("land", "go")),
    ("people", ["p1"], ("p1",)),
    ("harbour", "14100", "14100"),
    ("people.p3.name", " 𠮷野家 ", "𠮷野家"),
    ("people.p3.age", 120, 120),
]
BAD = [
    ("windy", "true"),
    ("windy", 1),
    ("windy", None),
    ("boats", True),
    ("boats", -1),
    ("boats", 10),
    ("boats", 1.0),
    ("boats", "1"),
    ("landed_on", "yesterday"),
    ("landed_on", "2026-02-30"),
    ("landed_on", AT),
    ("landed_on", "0001-01-01"),
    ("landed_on", 20260401),
    ("kind", "steam"),
    ("kind", ["sail"]),
    ("reasons", "land"),
    ("reasons", ["drown"]),
    ("reasons", [1]),
    ("harbour", "横浜市"),
    ("harbour", "1410"),
    ("harbour", "１４１００"),
    ("harbour", 14100),
    ("people.p3.name", ""),
    ("people.p3.name", "   "),
    ("people.p3.name", "名" * 201),
    ("people.p3.name", "見本\x00太郎"),
    ("people.p3.name", "見本\n太郎"),
    ("people.p3.name", "\ud83d"),
    ("people.p3.name", "見本\u202e太郎"),
    ("people.p3.age", 121),
    ("people.p3.age", {"years": 3}),
]


@pytest.mark.parametrize(("key", "value", "kept"), GOOD)
def test_a_value_of_the_right_kind_is_kept(key: str, value: object, kept: object) -> None:
    assert VOCABULARY.checked(key, value) == kept


@pytest.mark.parametrize(("key", "value"), BAD)
def test_a_value_of_another_kind_is_refused(key: str, value: object) -> None:
    with pytest.raises(BadValue) as refused:
        VOCABULARY.checked(key, value)
    assert str(refused.value).startswith(f"{key} takes ")


def test_a_refused_value_is_not_repeated() -> None:
    with pytest.raises(BadValue) as refused:
        VOCABULARY.checked("people.p3.name", "見本\x00太郎")
    assert "見本" not in str(refused.value)


@pytest.mark.parametrize(
    "key", ["wings", "people.p1.wings", "people.p1", "people..age", "people.p1.a.b", "age"]
)
def test_a_key_outside_the_vocabulary_is_refused(key: str) -> None:
    with pytest.raises(UnknownFact):
        VOCABULARY.checked(key, True)


@given(st.integers(1, 99), st.sampled_from(["age", "name"]))
def test_a_persons_key_comes_apart_as_it_was_put_together(number: int, name: str) -> None:
    assert split_key(person_key(f"p{number}", name)) == (f"p{number}", name)


@given(st.lists(st.integers(1, 30).map(lambda n: f"p{n}")))
def test_a_new_person_gets_an_id_nobody_has(people: list[str]) -> None:
    assert next_person(people) not in people


def together(facts: Facts, *mentions: PersonMention, complete: bool = False) -> Facts:
    return facts.with_facts(
        merged(facts, mentions, complete=complete, origin=Origin.SAID, at=AT, source="said")
    )


def relations(facts: Facts) -> dict[str, object]:
    return {p: facts.value(person_key(p, "relation")) for p in facts.people}


def test_people_spoken_of_are_added_in_order_and_the_visitor_is_the_first() -> None:
    facts = together(
        Facts(),
        PersonMention("wife", (("moves", True),)),
        PersonMention("child"),
        PersonMention("child"),
        PersonMention("self", (("age", 40),)),
        complete=True,
    )
    assert relations(facts) == {"p1": None, "p2": "wife", "p3": "child", "p4": "child"}
    assert facts.value("people") == ("p1", "p2", "p3", "p4")
    assert facts.value("people.p1.age") == 40


def test_speaking_of_someone_again_makes_no_second_person() -> None:
    facts = together(Facts(), PersonMention("wife"), PersonMention("child"), PersonMention("child"))
    again = together(facts, PersonMention("wife", (("age", 38),)), PersonMention("child", (("age", 5),)))
    assert relations(again) == relations(facts)
    assert again.value("people.p2.age") == 38
    assert again.value("people.p3.age") == 5


def test_a_child_of_another_age_is_another_child() -> None:
    facts = together(Facts(), PersonMention("child", (("age", 5),)))
    more = together(facts, PersonMention("child", (("age", 8),)))
    assert [more.value(person_key(p, "age")) for p in more.people] == [None, 5, 8]


def test_there_is_only_one_wife_whatever_is_said_of_her() -> None:
    facts = together(Facts(), PersonMention("wife", (("age", 30),)))
    more = together(facts, PersonMention("wife", (("age", 31),)))
    assert relations(more) == {"p1": None, "p2": "wife"}
    assert more.value("people.p2.age") == 31


def test_an_unsure_relation_keeps_its_other_meanings() -> None:
    other = Alternative("father", "父")
    facts = together(Facts(), PersonMention("grandfather", confidence=0.4, alternatives=(other,)))
    found = facts.get("people.p2.relation")
    assert found is not None
    assert (found.confidence, found.alternatives) == (0.4, (other,))


def test_an_open_relation_is_settled_by_its_word_not_doubled() -> None:
    which = (Alternative("wife", "妻"), Alternative("husband", "夫"))
    facts = together(Facts(), PersonMention("wife", confidence=0.5, alternatives=which))
    more = together(facts, PersonMention("husband", (("age", 40),)))
    assert more.people == ("p1", "p2")
    assert (more.value("people.p2.relation"), more.value("people.p2.age")) == ("husband", 40)


def test_the_younger_child_is_no_new_one() -> None:
    children = (PersonMention("child", (("age", 12),)), PersonMention("child", (("age", 2),)))
    facts = together(Facts(), *children)
    more = together(facts, PersonMention("child", (("age", 3),), place="youngest"))
    assert (more.people, more.value("people.p3.age")) == (("p1", "p2", "p3"), 3)


def test_a_doubtful_age_keeps_its_alternatives() -> None:
    doubt = Doubt(0.65, (Alternative(11, "11歳"), Alternative(12, "12歳")))
    facts = together(Facts(), PersonMention("child", (("age", 11),), doubts=(("age", doubt),)))
    age = facts.get("people.p2.age")
    assert age is not None
    assert age.is_doubtful
