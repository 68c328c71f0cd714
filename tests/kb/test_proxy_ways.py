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


LETTER, GUARDIAN, PARENT = (
    "power_of_attorney",
    "guardian_registration_certificate",
    "parental_authority_document",
)
TWO_PAPERS = "principal_photo_identity_documents"
PAPERS = [
    ("copy_of_resident_record", "entrusted", "lineal", {LETTER}),
    ("copy_of_resident_record", "same_household", "lineal", set()),
    ("copy_of_resident_record", "guardian", "outside", {GUARDIAN}),
    ("copy_of_resident_record", "facility", "outside", {LETTER, "facility_staff_document"}),
    ("copy_of_resident_record", "parent", "child_under_15", {PARENT}),
    ("identity_certificate", "same_household", "lineal", {LETTER}),
    ("certificate_of_family_register", "entrusted", "lineal", set()),
    ("certificate_of_family_register", "same_household", "other_family", {LETTER}),
    ("certificate_of_family_register", "parent", "child_from_15", set()),
    ("copy_of_removed_resident_record", "same_household", "lineal", {LETTER}),
    ("my_number_card_issuance", "guardian", "outside", {GUARDIAN, TWO_PAPERS}),
    ("my_number_card_issuance", "parent", "child_under_15", {PARENT, TWO_PAPERS}),
    ("my_number_card_issuance", "parent", "child_from_15", {PARENT, TWO_PAPERS, "absence_reason_document"}),
    ("passport_application", "parent", "child_under_15", set()),
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


WITH_A_PARENT = [
    "wide_area_copy_of_resident_record",
    "my_number_card_express_application",
    "my_number_card_pin_reset",
]


@pytest.mark.parametrize("wish", WITH_A_PARENT)
def test_what_a_parent_may_do_for_a_small_child_is_not_refused(world: Any, wish: str) -> None:
    step = visit(world, wish, proxy_authority="parent", principal_kind="child_under_15")
    assert step.today == "partly"
    assert step.because_ja


def test_only_notifications_that_notify_the_principal_say_so(world: Any) -> None:
    """戸籍法 第27条の2: 認知, 縁組, 離縁, 婚姻 and 離婚."""
    told = {p.id for p in world.kb.procedures.values() if p.by_proxy == "messenger"}
    assert told == {
        "acknowledgment_notification",
        "adoption_notification",
        "divorce_notification",
        "marriage_notification",
    }


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
