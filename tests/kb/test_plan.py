"""The plan in a town of its own: what is in it, when, with which papers, at which counter, and what stays open."""

import datetime as dt
from typing import Any

import pytest

from kb.errors import NotInForce
from kb.facts import Fact, Facts, Origin
from kb.model import KnowledgeBase
from kb.plan import Plan, build_plan, person_label, writes_of

FAMILY: list[dict[str, Any]] = [
    {"relation": "self", "age": 40, "landed": True, "drinks_tea": True},
    {"relation": "wife", "age": 38, "landed": True, "drinks_tea": True},
    {"relation": "child", "age": 5, "landed": True, "drinks_tea": False},
]


@pytest.fixture
def town(island: Any) -> Any:
    return island[0]


@pytest.fixture
def kb(island: Any) -> KnowledgeBase:
    return island[1]


def ids(plan: Plan) -> dict[str, list[str]]:
    return {
        "steps": [s.procedure.id for s in plan.steps],
        "undecided": [u.procedure.id for u in plan.undecided],
        "not_needed": [p.id for p in plan.not_needed],
        "elsewhere": [p.id for p in plan.elsewhere],
        "offers": [p.id for p in plan.offers],
    }


def test_a_family_gets_every_step_once_and_for_the_right_people(town: Any, kb: KnowledgeBase) -> None:
    plan = town.plan(kb, people=FAMILY, landed_on=dt.date(2026, 4, 1), has_boat=False)
    assert ids(plan) == {
        "steps": ["lantern_registration", "moon_allowance", "night_pass", "tea_licence"],
        "undecided": [],
        "not_needed": ["boat_tax", "harbour_office"],
        "elsewhere": [],
        "offers": ["certificate_of_light"],
    }
    assert plan.step("tea_licence").people == ("p1", "p2")
    assert plan.step("moon_allowance").people == ("p3",)
    assert plan.step("lantern_registration").people == ()
    assert plan.missing == frozenset()


def test_without_a_reason_there_is_no_plan(kb: KnowledgeBase, town: Any) -> None:
    assert not any(ids(build_plan(kb, Facts(), town.at)).values())


def test_another_reason_brings_none_of_these_procedures(town: Any, kb: KnowledgeBase) -> None:
    assert not any(ids(town.plan(kb, reasons=["leaving"], people=FAMILY)).values())


def test_what_a_fact_would_settle_is_undecided_with_that_fact(town: Any, kb: KnowledgeBase) -> None:
    plan = town.plan(kb, people=FAMILY, landed_on=dt.date(2026, 4, 1))
    undecided = {u.procedure.id: u.missing for u in plan.undecided}
    assert undecided == {
        "boat_tax": frozenset({"has_boat", "boat_kind"}),
        "harbour_office": frozenset({"has_boat"}),
    }
    assert "has_boat" in plan.missing


def test_while_the_household_is_unknown_a_personal_step_is_open_for_others(
    town: Any, kb: KnowledgeBase
) -> None:
    facts = town.facts(kb, has_boat=False, landed_on=dt.date(2026, 4, 1)).with_facts(
        [
            Fact("people.p1.landed", True, Origin.CHOSEN),
            Fact("people.p1.age", 40, Origin.CHOSEN),
            Fact("people.p1.drinks_tea", True, Origin.CHOSEN),
        ]
    )
    plan = build_plan(kb, facts, town.at)
    assert plan.step("tea_licence").people == ("p1",)
    assert plan.step("tea_licence").missing == frozenset({"people"})
    assert [u.procedure.id for u in plan.undecided] == ["moon_allowance"]
    assert "people" in plan.missing


def test_a_claim_that_starts_by_its_month_is_never_not_needed(town: Any, kb: KnowledgeBase) -> None:
    alone = town.plan(kb, people=[{"relation": "self", "age": 40, "landed": True, "drinks_tea": False}])
    everywhere = [i for listed in ids(alone).values() for i in listed]
    assert "moon_allowance" not in everywhere
    assert "tea_licence" in ids(alone)["not_needed"]


def test_what_is_done_elsewhere_is_no_step(town: Any, kb: KnowledgeBase) -> None:
    plan = town.plan(kb, people=FAMILY, has_boat=True, boat_kind="sail", boat_inspected=True)
    assert ids(plan)["elsewhere"] == ["harbour_office"]
    assert "harbour_office" not in ids(plan)["steps"]


def test_a_paper_on_request_is_offered_until_it_is_wanted_or_refused(town: Any, kb: KnowledgeBase) -> None:
    people = FAMILY
    assert ids(town.plan(kb, people=people))["offers"] == ["certificate_of_light"]
    wanted = town.plan(kb, people=people, wants_certificate_of_light=True)
    assert "certificate_of_light" in ids(wanted)["steps"]
    assert ids(wanted)["offers"] == []
    refused = town.plan(kb, people=people, wants_certificate_of_light=False)
    assert all("certificate_of_light" not in listed for listed in ids(refused).values())


def test_a_wanted_paper_needs_no_reason(town: Any, kb: KnowledgeBase) -> None:
    plan = town.plan(kb, reasons=[], wants_certificate_of_light=True)
    assert ids(plan)["steps"] == ["certificate_of_light"]


def test_steps_follow_those_they_need_first(small_town: Any) -> None:
    small_town.record("procedures/lantern_registration")["follows"] = ["night_pass"]
    kb = small_town.load()
    order = ids(small_town.plan(kb, people=FAMILY))["steps"]
    assert order.index("night_pass") < order.index("lantern_registration") < order.index("tea_licence")


@pytest.mark.parametrize(
    ("landed_on", "due", "late"),
    [
        pytest.param(dt.date(2026, 4, 1), dt.date(2026, 4, 15), False, id="the first day is not counted"),
        pytest.param(dt.date(2026, 3, 24), dt.date(2026, 4, 7), False, id="today is the last day"),
        pytest.param(dt.date(2026, 3, 21), dt.date(2026, 4, 6), True, id="a Saturday moves on, and is over"),
        pytest.param(dt.date(2026, 4, 18), dt.date(2026, 5, 7), False, id="holidays move on"),
    ],
)
def test_a_deadline_counts_from_the_day_after_and_moves_off_closed_days(
    town: Any, kb: KnowledgeBase, landed_on: dt.date, due: dt.date, late: bool
) -> None:
    step = town.plan(kb, people=FAMILY, landed_on=landed_on).step("lantern_registration")
    assert (step.deadline, step.late) == (due, late)


def test_without_its_day_a_deadline_is_asked_for(town: Any, kb: KnowledgeBase) -> None:
    plan = town.plan(kb, people=FAMILY)
    assert plan.step("lantern_registration").deadline is None
    assert "landed_on" in plan.missing


def test_a_paper_of_several_steps_is_brought_once(town: Any, kb: KnowledgeBase) -> None:
    plan = town.plan(kb, people=FAMILY, has_boat=False)
    assert [b.paper for b in plan.bring].count("letter") == 1
    assert sum(b.paper == "letter" for s in plan.steps for b in s.bring) == 2


def test_what_is_known_of_a_paper_is_told(town: Any, kb: KnowledgeBase) -> None:
    def have(kind: str) -> str:
        plan = town.plan(kb, people=FAMILY, has_boat=True, boat_kind=kind, boat_inspected=True)
        return next(b.have for b in plan.bring if b.paper == "boat_paper")

    assert (have("sail"), have("oar")) == ("yes", "no")
    plan = town.plan(kb, people=FAMILY, has_boat=True, boat_inspected=True)
    assert next(b.have for b in plan.bring if b.paper == "boat_paper") == "unknown"


def test_a_paper_that_may_be_needed_says_so_and_blocks_nothing(town: Any, kb: KnowledgeBase) -> None:
    plan = town.plan(kb, people=FAMILY)
    paper = next(b for b in plan.step("lantern_registration").bring if b.paper == "boat_paper")
    assert "窓口で確認" in paper.note_ja
    assert not paper.blocks_today
    assert "has_boat" in plan.missing


def test_a_paper_for_one_of_the_people_is_brought(town: Any, kb: KnowledgeBase) -> None:
    young = [*FAMILY, {"relation": "child", "age": 12, "landed": True, "drinks_tea": True}]
    step = town.plan(kb, people=young, has_boat=False).step("tea_licence")
    cup = next(b for b in step.bring if b.paper == "cup")
    assert cup.have == "no"
    assert step.today == "yes", "a paper that does not block leaves today possible"


def test_a_lacking_paper_means_not_today_and_names_it(town: Any, kb: KnowledgeBase) -> None:
    step = town.plan(kb, people=FAMILY, has_boat=True, boat_kind="oar").step("lantern_registration")
    assert step.today == "no"
    assert "舟の証" in step.because_ja


def test_a_reason_not_to_finish_today_is_told(town: Any, kb: KnowledgeBase) -> None:
    known = {"people": FAMILY, "has_boat": True, "boat_kind": "sail"}
    step = town.plan(kb, **known, boat_inspected=False).step("lantern_registration")
    assert (step.today, step.because_ja) == ("no", "舟の検査が先です")
    step = town.plan(kb, **known).step("lantern_registration")
    assert step.today == "partly"
    step = town.plan(kb, **known, boat_inspected=True).step("lantern_registration")
    assert (step.today, step.because_ja) == ("yes", "")


@pytest.mark.parametrize(
    ("at", "lantern", "tea"),
    [
        pytest.param("2026-04-07T09:00", "yes", "yes", id="a morning"),
        pytest.param("2026-04-07T11:00", "yes", "no", id="the tea desk closes earlier"),
        pytest.param("2026-04-07T15:59", "yes", "no", id="a minute before closing"),
        pytest.param("2026-04-07T16:00", "no", "no", id="closed"),
        pytest.param("2026-04-11T10:00", "no", "no", id="a Saturday"),
        pytest.param("2026-12-31T10:00", "no", "no", id="the end of the year"),
    ],
)
def test_hours_are_per_procedure(town: Any, kb: KnowledgeBase, at: str, lantern: str, tea: str) -> None:
    moment = dt.datetime.fromisoformat(at).replace(tzinfo=town.at.tzinfo)
    plan = town.plan(kb, moment, people=FAMILY, has_boat=False)
    assert (plan.step("lantern_registration").today, plan.step("tea_licence").today) == (lantern, tea)
    for step in plan.steps:
        assert (step.today == "yes") == (step.because_ja == "")


def test_steps_together_are_at_the_one_counter(town: Any, kb: KnowledgeBase) -> None:
    plan = town.plan(kb, people=FAMILY, has_boat=False)
    assert plan.step("lantern_registration").counter.id == "gate"
    assert plan.step("tea_licence").counter.id == "tea_room", "not together: its own counter"
    assert [c.id for c in plan.counters] == ["gate", "tea_room"]


def test_a_step_without_minutes_visits_no_counter(small_town: Any) -> None:
    small_town.overlay["procedures"]["night_pass"]["counter"] = "tea_room"
    small_town.overlay["procedures"]["night_pass"]["together"] = False
    kb = small_town.load()
    plan = small_town.plan(kb, people=[{"relation": "self", "age": 40, "landed": True, "drinks_tea": False}])
    assert "night_pass" in ids(plan)["steps"]
    assert [c.id for c in plan.counters] == ["gate"]


def test_the_fee_of_the_day_and_of_the_town_is_taken(town: Any, kb: KnowledgeBase) -> None:
    plan = town.plan(kb, people=FAMILY, has_boat=True, boat_kind="sail", boat_inspected=True)
    assert plan.step("tea_licence").fee_yen == 250
    assert plan.step("boat_tax").fee_yen == 70, "the overlay sets it"
    assert plan.step("night_pass").fee_yen is None
    assert plan.fee_yen == 320
    earlier = town.at.replace(month=3, day=30)
    assert town.plan(kb, earlier, people=FAMILY).step("tea_licence").fee_yen == 100


def test_a_day_no_fee_covers_is_an_error_and_no_guess(small_town: Any) -> None:
    small_town.record("procedures/tea_licence")["fee_yen"].pop()
    kb = small_town.load()
    with pytest.raises(NotInForce, match="2026-04-07"):
        small_town.plan(kb, people=FAMILY)


def test_minutes_are_a_spread_in_fives(town: Any, kb: KnowledgeBase) -> None:
    plan = town.plan(kb, people=FAMILY, has_boat=False)
    assert sum(s.minutes for s in plan.steps) == 20
    assert plan.minutes == (15, 25)


def test_an_unverified_or_expired_record_is_confirmed_by_staff(town: Any, kb: KnowledgeBase) -> None:
    known = {"people": FAMILY, "has_boat": True, "boat_kind": "sail", "boat_inspected": True}
    plan = town.plan(kb, **known)
    assert plan.step("boat_tax").confirm_by_staff, "partly verified"
    assert not plan.step("lantern_registration").confirm_by_staff
    later = town.at.replace(year=2027, month=2, day=1)
    assert town.plan(kb, later, **known).step("lantern_registration").confirm_by_staff, "past its review"


def test_writes_count_each_sheet_by_law_or_by_custom(small_town: Any) -> None:
    kb = small_town.load()
    plan = small_town.plan(kb, people=FAMILY, has_boat=False)
    assert plan.forms == (("lantern_form", ()), ("tea_form", ("p1", "p2")))
    assert plan.writes == 1
    small_town.overlay["signatures"] = "customary"
    kb = small_town.load()
    plan = small_town.plan(kb, people=FAMILY, has_boat=False)
    assert plan.writes == 3, "one for the household, one for each tea drinker"
    assert writes_of(kb, plan, plan.step("tea_licence")) == 2


def test_derived_facts_settle_what_follows_from_them(town: Any, kb: KnowledgeBase) -> None:
    plan = town.plan(
        kb,
        people=[
            {"relation": "self", "age": 40, "landed": True, "drinks_tea": False},
            {"relation": "child", "age": 2, "landed": True},
        ],
        has_boat=True,
        boat_kind="oar",
    )
    assert "people.p2.drinks_tea" not in plan.missing
    assert "boat_inspected" not in plan.missing


def test_what_was_said_stands_above_what_was_derived(town: Any, kb: KnowledgeBase) -> None:
    toddler = [
        {"relation": "self", "age": 40, "landed": True, "drinks_tea": False},
        {"relation": "child", "age": 2, "landed": True, "drinks_tea": True},
    ]
    assert town.plan(kb, people=toddler).step("tea_licence").people == ("p2",)


def test_an_age_said_leaves_what_depends_on_the_birthday_open(small_town: Any) -> None:
    small_town.record("procedures/moon_allowance")["when"] = (
        "person.is_newcomer and person.school_year_age < moon_age"
    )
    kb = small_town.load()
    child = {"relation": "child", "landed": True, "drinks_tea": False}
    parent = {"relation": "self", "age": 40, "landed": True, "drinks_tea": False}
    plan = small_town.plan(kb, people=[parent, {**child, "age": 10}])
    (open_case,) = (u for u in plan.undecided if u.procedure.id == "moon_allowance")
    assert open_case.missing == frozenset({"people.p2.birth_date"})
    born = dt.date(2016, 4, 3)
    plan = small_town.plan(kb, people=[parent, {**child, "birth_date": born}])
    assert plan.step("moon_allowance").people == ("p2",)


def test_people_are_called_by_relation_and_age(town: Any, kb: KnowledgeBase) -> None:
    facts = town.facts(kb, people=FAMILY)
    assert [person_label(kb, facts, p) for p in ("p1", "p2", "p3", "p9")] == [
        "あなた",
        "妻(38歳)",
        "子(5歳)",
        "ご家族",
    ]


def test_the_plan_is_a_function_of_its_facts_not_of_their_order(town: Any, kb: KnowledgeBase) -> None:
    facts = town.facts(kb, people=FAMILY, has_boat=True, boat_kind="sail")
    turned = Facts().with_facts(reversed(tuple(facts)))
    assert build_plan(kb, turned, town.at) == build_plan(kb, facts, town.at)


def test_what_is_on_request_may_fall_due_without_being_asked_for(small_town: Any) -> None:
    small_town.record("procedures/certificate_of_light")["due_when"] = "has_boat"
    kb = small_town.load()

    def listed(**known: Any) -> tuple[bool, bool, bool]:
        plan = small_town.plan(kb, people=FAMILY, **known)
        name = "certificate_of_light"
        return (
            plan.step(name) is not None,
            name in [u.procedure.id for u in plan.undecided],
            name in [p.id for p in plan.offers],
        )

    assert listed(has_boat=True) == (True, False, False)
    assert listed() == (False, True, False), "nobody knows yet"
    assert listed(has_boat=False) == (False, False, True), "it may still be wished for"
    assert listed(has_boat=False, wants_certificate_of_light=True) == (True, False, False)


def test_one_counter_takes_everything_of_a_life_event(small_town: Any) -> None:
    small_town.overlay["event_counters"] = {"landing": "tea_room"}
    kb = small_town.load()
    plan = small_town.plan(kb, people=FAMILY, landed_on="2026-04-01", has_boat=False)
    assert [c.id for c in plan.counters] == ["tea_room"]


def test_a_deadline_runs_from_another_day_where_the_first_is_not_known(small_town: Any) -> None:
    rule = small_town.record("procedures/lantern_registration")["deadline"]
    small_town.files["national/facts/seen.yaml"] = {
        "visit": {"seen_on": {"type": "date", "label_ja": "見えた日", "privacy": "personal"}}
    }
    rule["events_instead"] = ["seen_on"]
    kb = small_town.load()

    def due(**known: Any) -> Any:
        return small_town.plan(kb, people=FAMILY, **known).step("lantern_registration").deadline

    first = due(landed_on="2026-04-01")
    assert due(seen_on="2026-04-01") == first
    assert due(seen_on="2026-04-03", landed_on="2026-04-01") == first
    assert due() is None
