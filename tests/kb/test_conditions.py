"""The condition language against an evaluator written a second time, by brute force."""

import datetime as dt
import itertools
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb import conditions
from kb.condition_check import check, find_circle
from kb.conditions import Scene, Unknown, parse
from kb.dated import Dated, Period
from kb.errors import ConditionError, NotInForce
from kb.facts import Fact, FactKind, Facts, Option, Origin, Privacy, Vocabulary

TODAY = dt.date(2026, 4, 7)
PEOPLE = ("p1", "p2")
VISIT_BOOLS = ("rain", "noon")
PERSON_BOOLS = ("moves", "tall")


def scene(facts: Facts, **more: Any) -> Scene:
    return Scene(facts, TODAY, more.get("definitions", {}), more.get("constants", {}), "99201")


def facts_of(values: dict[str, Any], *, people: tuple[str, ...] | None = PEOPLE) -> Facts:
    facts = Facts()
    if people is not None:
        facts = facts.with_fact(Fact("people", people, Origin.SAID))
    return facts.with_facts(Fact(k, v, Origin.SAID) for k, v in values.items())


@dataclass(frozen=True)
class Tree:
    """A condition as a tree, with its text and its own evaluator over complete facts."""

    kind: str
    parts: tuple["Tree", ...] = ()
    name: str = ""
    number: int = 0

    def text(self, owner: str = "person") -> str:
        match self.kind:
            case "visit":
                return self.name
            case "person":
                return f"{owner}.{self.name}"
            case "visitor":
                return f"visitor.{self.name}"
            case "not":
                return f"not ({self.parts[0].text(owner)})"
            case "and" | "or":
                return f" {self.kind} ".join(f"({p.text(owner)})" for p in self.parts)
            case "count":
                return f"count other ({self.parts[0].text('other')}) >= {self.number}"
            case _:
                return f"{self.kind} other ({self.parts[0].text('other')})"

    def value(self, facts: dict[str, bool], person: str) -> bool:
        match self.kind:
            case "visit":
                return facts[self.name]
            case "person":
                return facts[f"people.{person}.{self.name}"]
            case "visitor":
                return facts[f"people.p1.{self.name}"]
            case "not":
                return not self.parts[0].value(facts, person)
            case "and":
                return all(p.value(facts, person) for p in self.parts)
            case "or":
                return any(p.value(facts, person) for p in self.parts)
            case "any":
                return any(self.parts[0].value(facts, p) for p in PEOPLE)
            case "all":
                return all(self.parts[0].value(facts, p) for p in PEOPLE)
            case "no":
                return not any(self.parts[0].value(facts, p) for p in PEOPLE)
            case _:
                return sum(self.parts[0].value(facts, p) for p in PEOPLE) >= self.number


LEAVES = st.one_of(
    st.sampled_from(VISIT_BOOLS).map(lambda n: Tree("visit", name=n)),
    st.sampled_from(PERSON_BOOLS).map(lambda n: Tree("person", name=n)),
    st.sampled_from(PERSON_BOOLS).map(lambda n: Tree("visitor", name=n)),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        inner.map(lambda t: Tree("not", (t,))),
        st.tuples(st.sampled_from(["and", "or"]), inner, inner).map(lambda x: Tree(x[0], x[1:])),
        st.tuples(st.sampled_from(["any", "all", "no"]), inner).map(lambda x: Tree(x[0], x[1:])),
        st.tuples(inner, st.integers(0, 3)).map(lambda x: Tree("count", (x[0],), number=x[1])),
    ),
    max_leaves=6,
)
KEYS = [*VISIT_BOOLS, *(f"people.{p}.{n}" for p in PEOPLE for n in PERSON_BOOLS)]


@given(TREES, st.tuples(*(st.sampled_from([True, False, None]) for _ in KEYS)))
@settings(max_examples=400, deadline=None)
def test_a_settled_value_holds_for_every_completion_and_missing_facts_are_really_missing(
    tree: Tree, values: tuple[bool | None, ...]
) -> None:
    partial = {k: v for k, v in zip(KEYS, values, strict=True) if v is not None}
    truth = parse(tree.text()).truth(scene(facts_of(partial)), "p2")
    open_keys = [k for k in KEYS if k not in partial]
    completions = (
        {**partial, **dict(zip(open_keys, choice, strict=True))}
        for choice in itertools.product([True, False], repeat=len(open_keys))
    )
    outcomes = {tree.value(full, "p2") for full in completions}
    if isinstance(truth, Unknown):
        assert truth.missing
        assert truth.missing <= set(open_keys)
    else:
        assert outcomes == {truth}


def test_an_unknown_household_leaves_quantifiers_open_unless_one_person_settles_them() -> None:
    facts = facts_of({"people.p1.moves": False, "people.p2.moves": True}, people=None)
    assert parse("any person (person.moves)").truth(scene(facts)) is True
    assert parse("all person (person.moves)").truth(scene(facts)) is False
    none = parse("count person (person.moves) >= 2").truth(scene(facts))
    assert none == Unknown(frozenset({"people"}))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("person.age >= 75", True),
        ("person.age >= 77", False),
        ("person.school_year_age <= 17", False),
        ("person.age is 76", True),
    ],
)
def test_an_age_said_settles_what_no_birthday_can_change(text: str, expected: bool) -> None:
    facts = facts_of({"people.p2.age": 76})
    assert parse(text).truth(scene(facts), "p2") is expected


def test_an_age_at_the_border_of_a_school_year_asks_for_the_birth_date() -> None:
    facts = facts_of({"people.p2.age": 6})
    truth = parse("person.school_year_age >= 6").truth(scene(facts), "p2")
    assert truth == Unknown(frozenset({"people.p2.birth_date"}))
    born = facts.with_fact(Fact("people.p2.birth_date", dt.date(2020, 4, 2), Origin.CHOSEN))
    assert parse("person.school_year_age >= 6").truth(scene(born), "p2") is False
    first_of_april = facts.with_fact(Fact("people.p2.birth_date", dt.date(2020, 4, 1), Origin.CHOSEN))
    assert parse("person.school_year_age >= 6").truth(scene(first_of_april), "p2") is True


def test_prefectures_of_municipalities_are_compared() -> None:
    facts = facts_of({"previous_municipality": "14100"})
    assert parse("previous_municipality.prefecture is not town.prefecture").truth(scene(facts)) is True
    unknown = parse("previous_municipality.prefecture is town.prefecture").truth(scene(Facts()))
    assert unknown == Unknown(frozenset({"previous_municipality"}))


def test_a_constant_outside_its_periods_is_an_error_and_never_last_years_value() -> None:
    constants = {"limit": Dated((Period(dt.date(2026, 5, 1), 3),), "limit")}
    with pytest.raises(NotInForce):
        parse("person.age >= limit").truth(scene(facts_of({"people.p2.age": 3}), constants=constants), "p2")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "person.",
        "a and",
        "any (x)",
        "a >= ",
        "count person (a) == 1",
        "(a",
        "a b",
        "a is",
        "a;b",
        "あ",
        "A",
    ],
)
def test_what_is_no_condition_is_refused_with_a_remedy(text: str) -> None:
    with pytest.raises(ConditionError) as error:
        parse(text)
    assert error.value.remedy


@pytest.mark.parametrize("text", ["order_known", "notify or android", "is_it and included", "no_person"])
def test_names_may_begin_with_words_of_the_language(text: str) -> None:
    assert parse(text).paths


VOCABULARY = Vocabulary(
    [
        FactKind("rain", "bool", per_person=False, label_ja="雨", privacy=Privacy.OPEN),
        FactKind("moved_on", "date", per_person=False, label_ja="日", privacy=Privacy.PERSONAL),
        FactKind(
            "relation",
            "choice",
            per_person=True,
            label_ja="続柄",
            privacy=Privacy.PERSONAL,
            options=(Option("wife", "妻"),),
        ),
    ]
)


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("snow", "visit"),
        ("person.relation is wife", "visit"),
        ("person.relation is husband", "person"),
        ("relation is wife", "person"),
        ("rain >= 3", "visit"),
        ("any person (person.color is wife)", "visit"),
    ],
)
def test_a_meaningless_condition_is_found_without_running_it(text: str, scope: Any) -> None:
    assert check(parse(text), VOCABULARY, {}, {}, scope=scope)


@pytest.mark.parametrize(
    ("text", "scope"),
    [("rain and days_since(moved_on) > 14", "visit"), ("person.age >= 75 or rain", "person")],
)
def test_a_sound_condition_passes(text: str, scope: Any) -> None:
    assert check(parse(text), VOCABULARY, {}, {}, scope=scope) == []


def test_definitions_that_come_back_to_themselves_are_found() -> None:
    @dataclass(frozen=True)
    class Named:
        when: conditions.Condition
        scope: str = "visit"

    definitions = {"a": Named(parse("b or rain")), "b": Named(parse("not a")), "c": Named(parse("rain"))}
    assert find_circle(definitions) == ("a", "b", "a")
    assert find_circle({"c": definitions["c"]}) == ()
