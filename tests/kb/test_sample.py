"""The made-up population: the same seed the same people, shares as written, nothing impossible."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.derive import with_derived
from kb.errors import BrokenKnowledge
from kb.facts import person_key
from kb.sample import first_words, households

MANY = 400


def test_the_same_seed_gives_the_same_households(world: Any) -> None:
    first, second = (list(households(world.kb, 20, 7, world.at)) for _ in range(2))
    assert first == second
    assert first != list(households(world.kb, 20, 8, world.at))


def test_reasons_and_shares_come_as_often_as_written(world: Any) -> None:
    sample = list(households(world.kb, MANY, 1, world.at))
    reasons = Counter(h.value("reasons")[0] for h in sample)
    weights = world.kb.population.reasons
    heavy = sorted(weights, key=lambda e: -weights[e])[:3]
    assert set(heavy) <= {reason for reason, _ in reasons.most_common(6)}
    cards = [h.value(person_key(p, "has_my_number_card")) for h in sample for p in h.people]
    assert 0.7 < sum(c is True for c in cards) / len(cards) < 0.9


def test_a_share_holds_only_for_those_it_speaks_of(world: Any) -> None:
    for household in households(world.kb, MANY, 2, world.at):
        for person in household.people:
            if household.value(person_key(person, "pregnant")) is True:
                assert 20 <= household.value(person_key(person, "age")) < 45


@given(seed=st.integers(0, 10**6))
@settings(max_examples=60)
def test_no_household_is_impossible(world: Any, seed: int) -> None:
    (facts,) = households(world.kb, 1, seed, world.at)
    whole = with_derived(world.kb, facts, world.today)
    visitor = facts.value("people.p1.age")
    for person in facts.people[1:]:
        relation, age = facts.value(person_key(person, "relation")), facts.value(person_key(person, "age"))
        assert relation != "child" or age < visitor
        assert relation not in ("father", "mother", "mother_in_law") or age > visitor
    assert all(f.value == whole.value(f.key) for f in facts)


def test_the_first_words_are_part_of_what_is_true(world: Any) -> None:
    told = []
    for number, facts in enumerate(households(world.kb, 60, 3, world.at)):
        said = first_words(world.kb, facts, number)
        assert said.value("reasons") == facts.value("reasons")
        assert all(facts.value(f.key) == f.value for f in said)
        told.append(said.household_known)
    assert any(told)
    assert not all(told)


@pytest.mark.parametrize(
    ("population", "key", "reason"),
    [
        ({"note": "x", "reasons": {"drowning": 1}}, "reasons.drowning", "life event"),
        ({"note": "x", "shares": [{"fact": "wings", "share": 0.1}]}, "shares.wings", "no such fact"),
        ({"note": "x", "shares": [{"fact": "has_boat"}]}, "shares.has_boat", "share of its kind"),
        (
            {"note": "x", "shares": [{"fact": "boat_kind", "weights": {"steam": 1}}]},
            "shares.boat_kind",
            "one of",
        ),
        (
            {"note": "x", "shares": [{"fact": "landed", "share": 0.1, "when": "person.wings"}]},
            "shares.landed",
            "wings",
        ),
        ({"note": "x", "colour": 1}, "colour", ""),
    ],
)
def test_a_population_that_means_nothing_is_refused(
    small_town: Any, population: Any, key: str, reason: str
) -> None:
    small_town.files["national/population.yaml"] = population
    with pytest.raises(BrokenKnowledge) as refused:
        small_town.load()
    assert any(key in p.key and reason in p.reason for p in refused.value.problems)
