"""What somebody who comes for another brings and can do, over the packaged records."""

from typing import Any

import pytest

from kb.derive import with_derived
from kb.facts_file import facts_from
from kb.plan import Plan, Step


def visit(world: Any, wish: str, **facts: Any) -> Step:
    given = {"reasons": ["certificates"], f"wants_{wish}": True, "visitor_role": "proxy", **facts}
    plan: Plan = world.plan(facts_from(world.kb.vocabulary, given, world.at))
    step = plan.step(wish)
    assert step is not None
    return step


def test_every_procedure_that_is_filed_says_who_else_may_come(world: Any) -> None:
    silent = [
        p.id
        for p in world.kb.procedures.values()
        if not p.by_proxy and not p.information_only and not p.elsewhere_ja
    ]
    assert silent == []


LETTER, GUARDIAN = "power_of_attorney", "guardian_registration_certificate"
PAPERS = [
    ("copy_of_resident_record", "entrusted", "lineal", {LETTER}),
    ("copy_of_resident_record", "same_household", "lineal", set()),
    ("copy_of_resident_record", "guardian", "outside", {GUARDIAN}),
    ("copy_of_resident_record", "facility", "outside", {LETTER, "facility_staff_document"}),
    ("copy_of_resident_record", "parent", "child_under_15", {"parental_authority_document"}),
    ("identity_certificate", "same_household", "lineal", {LETTER}),
    ("certificate_of_family_register", "entrusted", "lineal", set()),
    ("certificate_of_family_register", "same_household", "other_family", {LETTER}),
    ("marriage_notification", "entrusted", "outside", {"signed_notification"}),
]


@pytest.mark.parametrize(("wish", "authority", "principal", "papers"), PAPERS)
def test_the_paper_follows_from_the_authority(
    world: Any, wish: str, authority: str, principal: str, papers: set[str]
) -> None:
    ways = {b.paper for way in world.kb.proxy_ways.values() for b in way.bring}
    step = visit(world, wish, proxy_authority=authority, principal_kind=principal)
    assert {b.paper for b in step.bring} & ways == papers


CANNOT = [
    ("seal_registration", "entrusted", "lineal"),
    ("seal_registration", "guardian", "outside"),
    ("wide_area_family_register_certificate", "entrusted", "outside"),
    ("wide_area_copy_of_resident_record", "entrusted", "lineal"),
    ("non_acceptance_request", "entrusted", "lineal"),
    ("my_number_card_pin_reset", "facility", "outside"),
]


@pytest.mark.parametrize(("wish", "authority", "principal"), CANNOT)
def test_what_only_the_principal_can_do_is_not_promised(
    world: Any, wish: str, authority: str, principal: str
) -> None:
    step = visit(world, wish, proxy_authority=authority, principal_kind=principal)
    assert step.today == "no"
    assert step.because_ja


def test_nobody_who_comes_for_themselves_is_asked(world: Any) -> None:
    given = {
        "reasons": ["certificates"],
        "wants_seal_registration": True,
        "wants_copy_of_resident_record": True,
    }
    plan = world.plan(facts_from(world.kb.vocabulary, given, world.at))
    assert not {"visitor_role", "proxy_authority", "principal_kind"} & plan.missing


def test_a_companion_changes_nothing(world: Any) -> None:
    step = visit(world, "copy_of_resident_record", visitor_role="companion")
    assert {b.paper for b in step.bring} == {"identity_document"}
    assert step.today == "yes"


@pytest.mark.parametrize(
    ("relation", "age", "kind", "authority"),
    [
        ("child", 14, "child_under_15", "parent"),
        ("child", 16, "child_from_15", "parent"),
        ("child", 30, "lineal", None),
        ("mother", 70, "lineal", None),
        ("younger_brother", 30, "other_family", None),
        ("client", 80, "outside", None),
    ],
)
def test_the_principal_named_is_not_asked_for(
    world: Any, relation: str, age: int, kind: str, authority: str | None
) -> None:
    people = [{"relation": "self"}, {"relation": relation, "age": age, "principal": True}]
    given = {"visitor_role": "proxy", "people": people}
    facts = with_derived(world.kb, facts_from(world.kb.vocabulary, given, world.at), world.today)
    assert facts.value("principal_kind") == kind
    assert facts.value("proxy_authority") == authority
