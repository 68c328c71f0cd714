"""A condition may speak of each person of the household: every circumstance the counter asks of, on one and not the other."""

import datetime as dt
from typing import Any

import pytest

from kb.condition_check import check
from kb.conditions import parse
from kb.derive import scene_of, with_derived
from kb.facts import Facts
from kb.facts_file import facts_from
from kb.plan import Plan

MOVE: dict[str, Any] = {"reasons": ["moving_in"], "moved_on": dt.date(2026, 4, 1)}

ONE_AND_THE_OTHER = [
    # name, condition of a person, what holds for p1, what for p2, facts of the visit
    ("age on a birthday", "person.age >= 75", {"birth_date": dt.date(1951, 4, 7)}, {"birth_date": dt.date(1951, 4, 8)}, {}),
    ("age as the law counts it", "person.legal_age >= 65", {"birth_date": dt.date(1961, 4, 8)}, {"birth_date": dt.date(1961, 4, 9)}, {}),
    ("school year", "person.school_year_age <= 5", {"birth_date": dt.date(2020, 4, 2)}, {"birth_date": dt.date(2020, 4, 1)}, {}),
    ("school", "person.goes_to_school", {"school": "elementary"}, {"school": "nursery"}, {}),
    ("insurance at the new address", "person.health_insurance is national", {"joins_national_health_insurance": True}, {"joins_national_health_insurance": False, "age": 40}, {}),
    ("insurance before the move", "person.leaves_workplace_insurance", {"leaves_workplace_insurance": True}, {"leaves_workplace_insurance": False}, {}),
    ("insurance before the move, by disability", "person.late_elderly_by_disability", {"late_elderly_by_disability": True}, {"late_elderly_by_disability": False}, {}),
    ("nationality", "person.foreign_nationality", {"nationality": "foreign"}, {"nationality": "japanese"}, {}),
    ("residence status", "person.residence_status is special_permanent", {"residence_status": "special_permanent"}, {"residence_status": "mid_to_long"}, {}),
    ("not registered", "person.is_short_stay", {"foreign_nationality": True}, {"foreign_nationality": False, "residence_status": "mid_to_long"}, {"residence_status_in_household": "short_stay"}),
    ("pension category", "person.pension_category is third", {"pension_category": "third"}, {"age": 15}, {}),
    ("pregnancy", "person.pregnant", {"pregnant": True}, {"pregnant": False}, {}),
    ("disability", "person.disability_certificate", {"disability_certificate": True}, {"disability_certificate": False}, {}),
    ("care", "person.care_certified", {"care_certified": True}, {"care_certified": False}, {}),
    ("moving together", "person.is_mover", {"moves": True}, {"moves": False}, MOVE),
    ("already living there", "person.already_there", {"moves": False, "already_there": True}, {"moves": False, "already_there": False}, MOVE),
    ("the absent: left at the old address", "person.is_child_left_behind", {"relation": "child", "age": 7, "moves": False, "already_there": False}, {"relation": "child", "age": 7, "moves": False, "already_there": True}, MOVE),
    ("for whom one came", "person.principal", {"principal": True}, {"principal": False}, {"visitor_role": "proxy"}),
    ("relation", "person.relation is mother", {"relation": "mother"}, {"relation": "wife"}, {}),
]  # fmt: skip


def household(world: Any, first: dict[str, Any], second: dict[str, Any], visit: dict[str, Any]) -> Facts:
    """A visitor and two people, of whom one has what is asked of and one has not."""
    data = {"reasons": ["certificates"], **visit, "people": [{"relation": "self"}, first, second]}
    return facts_from(world.kb.vocabulary, data, world.at)


@pytest.mark.parametrize(
    ("text", "first", "second", "visit"),
    [row[1:] for row in ONE_AND_THE_OTHER],
    ids=[row[0] for row in ONE_AND_THE_OTHER],
)
def test_a_condition_speaks_of_each_person(
    world: Any, text: str, first: dict[str, Any], second: dict[str, Any], visit: dict[str, Any]
) -> None:
    kb, condition = world.kb, parse(text)
    assert check(condition, kb.vocabulary, kb.definitions, kb.constants, scope="person") == []
    scene = scene_of(kb, with_derived(kb, household(world, first, second, visit), world.today), world.today)
    assert condition.truth(scene, "p2") is True
    assert condition.truth(scene, "p3") is False


def test_a_condition_speaks_of_the_dead(world: Any) -> None:
    """The dead are nobody of the household: what is known of them are facts of the visit."""
    given = {"reasons": ["death"], "deceased_age_group": "from_75", "deceased_care_certified": True}
    scene = scene_of(world.kb, facts_from(world.kb.vocabulary, given, world.at), world.today)
    text = "is_bereavement and deceased_age_group is from_75 and deceased_care_certified"
    assert parse(text).truth(scene) is True


# ---------------------------------------------------------------------- the records that turn on it


def plan(world: Any, people: list[dict[str, Any]], **visit: Any) -> Plan:
    given = {**MOVE, "previous_municipality": "14104", **visit, "people": people}
    found: Plan = world.plan(facts_from(world.kb.vocabulary, given, world.at))
    return found


def papers(found: Plan, procedure: str) -> set[str]:
    step = found.step(procedure)
    return set() if step is None else {b.paper for b in step.bring}


def people_of(found: Plan, procedure: str) -> tuple[str, ...]:
    step = found.step(procedure)
    return () if step is None else step.people


NATIONAL = {"moves": True, "joins_national_health_insurance": True}


@pytest.mark.parametrize(("before", "needed"), [((True, False), True), ((False, False), False)])
def test_only_who_left_the_company_insurance_brings_its_certificate(
    world: Any, before: tuple[bool, bool], needed: bool
) -> None:
    pair = [{**NATIONAL, "age": 40, "leaves_workplace_insurance": b} for b in before]
    found = plan(world, pair, left_job=True)
    assert people_of(found, "national_health_insurance_enrollment") == ("p1", "p2")
    assert ("insurance_loss_certificate" in papers(found, "national_health_insurance_enrollment")) is needed


@pytest.mark.parametrize(("status", "registered"), [("mid_to_long", True), ("special_permanent", True), ("short_stay", False)])  # fmt: skip
def test_short_stay_is_not_registered(world: Any, status: str, registered: bool) -> None:
    guest = {**NATIONAL, "age": 30, "foreign_nationality": True, "residence_status": status}
    guest |= {"short_stay": True} if status == "short_stay" else {}
    found = plan(
        world,
        [{**NATIONAL, "age": 40, "foreign_nationality": False}, guest],
        foreign_national_in_household=True,
        residence_status_in_household="mixed",
    )
    assert ("p2" in people_of(found, "residence_notification_of_foreign_resident")) is registered
    assert ("p2" in people_of(found, "national_health_insurance_enrollment")) is registered


def test_a_scheme_member_of_70_is_taken_over_by_the_certificate(world: Any) -> None:
    elder = {"moves": True, "age": 70, "late_elderly_by_disability": True}
    found = plan(world, [{**elder, "relation": "self"}], disability_support_in_household=True)
    needed = papers(found, "late_stage_elderly_moving_in")
    assert {"burden_category_certificate", "elderly_disability_evidence"} <= needed


@pytest.mark.parametrize("already_there", [True, False])
def test_a_child_left_behind_counts_and_needs_a_statement(world: Any, already_there: bool) -> None:
    family = [
        {"relation": "self", "moves": True, "age": 40},
        {"relation": "child", "moves": False, "birth_date": dt.date(2019, 1, 10), "already_there": already_there},
    ]  # fmt: skip
    found = plan(world, family, main_earner_public_servant=False)
    assert ("separate_living_statement" in papers(found, "child_allowance_claim")) is not already_there


def test_who_lived_there_before_is_of_the_same_household(world: Any) -> None:
    given = {**MOVE, "people": [{"relation": "self", "moves": False, "already_there": True}]}
    facts = with_derived(world.kb, facts_from(world.kb.vocabulary, given, world.at), world.today)
    assert facts.value("visitor_role") == "same_household"


def test_a_third_category_spouse_who_divorces_changes_category(world: Any) -> None:
    pair = [{"relation": "self", "age": 40, "pension_category": "third"}, {"relation": "husband", "age": 45}]
    found = plan(world, pair, reasons=["divorce"])
    assert {"national_pension_category_change", "national_health_insurance_after_leaving_job"} <= {
        s.procedure.id for s in found.steps
    }
