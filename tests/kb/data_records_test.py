"""The packaged records: what an auditor of a city hall would check on every one of them."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from kb.conditions import parse
from kb.derive import with_derived
from kb.facts import PEOPLE, Fact, Facts, Origin, Value, person_key
from kb.load import load
from kb.model import KnowledgeBase, LifeEvent, Procedure
from kb.plan import build_plan
from nlu.municipalities import municipalities
from nlu.normalise import normalise

AT = dt.datetime(2026, 4, 7, 10, tzinfo=ZoneInfo("Asia/Tokyo"))
JOURNEYS = Path(__file__).parents[1] / "journeys"
REFERENCE = Path(__file__).parents[2] / "docs" / "conditions.md"


@pytest.fixture(scope="module")
def kb() -> KnowledgeBase:
    return load()


def household(kb: KnowledgeBase, *people: dict[str, Value], **visit: Value) -> Facts:
    """Facts as chosen on a screen; the first of `people` is the visitor."""
    ids = tuple(f"p{n}" for n in range(1, len(people) + 1))
    values: dict[str, Value] = {"reasons": ("moving_in",), PEOPLE: ids, **visit}
    for person, said in zip(ids, people, strict=True):
        values |= {person_key(person, name): value for name, value in said.items()}
    return Facts().with_facts(
        Fact(key, kb.vocabulary.checked(key, value), Origin.CHOSEN, at=AT) for key, value in values.items()
    )


def expected_in_journeys() -> Iterator[str]:
    for path in JOURNEYS.glob("*.yaml"):
        expect = yaml.safe_load(path.read_text(encoding="utf-8"))["expect"]
        for name in ("procedures", "contains", "elsewhere"):
            yield from expect.get(name, ())


def test_no_real_municipality_has_the_name_or_code_of_the_demo_town(kb: KnowledgeBase) -> None:
    town = kb.municipality
    assert town.code.startswith("99")
    assert all(town.name_ja[:-1] not in m.label and not m.code.startswith("99") for m in municipalities())


def test_at_least_twenty_five_procedures_belong_to_moving_in(kb: KnowledgeBase) -> None:
    around_the_move = [p for p in kb.procedures.values() if "moving_in" in p.life_events]
    assert len(around_the_move) >= 25


def test_every_reason_to_come_leads_to_a_procedure_or_to_a_person(kb: KnowledgeBase) -> None:
    served = {event for p in kb.procedures.values() for event in p.life_events}
    assert {e.id for e in kb.life_events.values() if not e.human_only} == served


def test_every_procedure_is_expected_by_a_journey(kb: KnowledgeBase) -> None:
    assert set(kb.procedures) - set(expected_in_journeys()) == set()


def test_each_way_to_ask_belongs_to_one_record_only(kb: KnowledgeBase) -> None:
    records: list[LifeEvent | Procedure] = [*kb.life_events.values(), *kb.procedures.values()]
    asked = Counter(
        text
        for record in records
        for text in {normalise(t) for t in (record.name_ja, record.plain_ja, *record.asked_as)}
    )
    assert [text for text, count in asked.items() if count > 1] == []


def test_every_reason_to_come_is_asked_in_eight_ways_or_more(kb: KnowledgeBase) -> None:
    assert [e.id for e in kb.life_events.values() if len(set(e.asked_as)) < 8] == []


def test_questions_are_short_and_say_why_in_one_line(kb: KnowledgeBase) -> None:
    for question in kb.questions.values():
        texts = [question.text_ja, question.why_ja, *(o.label_ja for o in question.options)]
        assert [t for t in texts if not t or len(t) > 40 or "\n" in t] == [], question.id


def test_every_record_names_a_source_and_a_day_it_was_checked(kb: KnowledgeBase) -> None:
    for procedure in kb.procedures.values():
        said = procedure.provenance
        assert said.sources, procedure.id
        assert said.checked <= said.review_by, procedure.id
        assert all(s.address == "" or s.address.startswith("https://") for s in said.sources), procedure.id
        assert said.verified == "full" or said.not_verified, procedure.id


def test_every_record_was_held_against_its_sources_a_second_time(kb: KnowledgeBase) -> None:
    """One whose sources could not be had is marked: staff see what is to be checked."""
    for procedure in kb.procedures.values():
        said = procedure.provenance
        assert said.second_reading is not None, procedure.id
        assert said.second_reading.read_on >= said.checked, procedure.id
        assert said.second_reading.found_ja, procedure.id
        assert said.second_reading.read_ja or said.verified != "full", procedure.id


def test_numbers_of_law_are_in_force_through_the_next_years(kb: KnowledgeBase) -> None:
    """A value may change on its day; a day without a value is an error that names it."""
    for name, dated in kb.constants.items():
        for day in (dt.date(2025, 4, 1), dt.date(2030, 3, 31)):
            assert dated.on(day) >= 0, (name, day)


def test_benefits_that_start_by_the_month_of_claiming_are_never_called_unnecessary(kb: KnowledgeBase) -> None:
    facts = household(kb, {"moves": True, "age": 40}, main_earner_public_servant=False)
    plan = build_plan(kb, facts, AT)
    assert [p.id for p in plan.not_needed if p.starts_by_claim_month] == []


def test_the_burden_certificate_is_asked_of_people_from_another_prefecture_only(kb: KnowledgeBase) -> None:
    elder: dict[str, Value] = {"moves": True, "age": 80, "has_my_number_card": False}
    known: dict[str, Value] = {"moved_on": dt.date(2026, 4, 2), "moving_out_procedure": "certificate"}
    near = build_plan(kb, household(kb, elder, **known, previous_municipality="99202"), AT)
    far = build_plan(kb, household(kb, elder, **known, previous_municipality="14100"), AT)
    assert "burden_category_certificate" not in {b.paper for b in near.bring}
    assert "burden_category_certificate" in {b.paper for b in far.bring}


@pytest.mark.parametrize(
    ("age", "facts_known"),
    [(5, False), (10, True), (14, True), (16, False)],
)
def test_going_to_school_follows_from_a_clear_age(kb: KnowledgeBase, age: int, facts_known: bool) -> None:
    facts = household(kb, {"moves": True, "age": 40}, {"relation": "child", "moves": True, "age": age})
    derived = with_derived(kb, facts, AT.date())
    assert derived.value("people.p2.goes_to_school") is facts_known


def test_a_child_whose_birthday_decides_the_school_year_is_asked_and_not_guessed(kb: KnowledgeBase) -> None:
    facts = household(kb, {"moves": True, "age": 40}, {"relation": "child", "moves": True, "age": 6})
    derived = with_derived(kb, facts, AT.date())
    assert derived.get("people.p2.goes_to_school") is None
    open_procedures = {u.procedure.id: u.missing for u in build_plan(kb, facts, AT).undecided}
    assert open_procedures["school_transfer_in"] == frozenset({"people.p2.goes_to_school"})


def test_people_of_75_are_never_asked_about_national_health_insurance(kb: KnowledgeBase) -> None:
    derived = with_derived(kb, household(kb, {"moves": True, "age": 75}), AT.date())
    assert derived.value("people.p1.joins_national_health_insurance") is False
    assert derived.value("people.p1.health_insurance") == "late_elderly"


def test_what_is_only_told_costs_no_time_at_a_counter(kb: KnowledgeBase) -> None:
    told = ("garbage_guide", "hazard_map_and_radio", "neighborhood_association", "voter_registration")
    assert all(kb.municipality.procedures[i].minutes == 0 for i in told)
    assert all(not kb.procedures[i].bring and not kb.procedures[i].forms for i in told)


def test_minutes_of_the_town_are_marked_as_its_assumption(kb: KnowledgeBase) -> None:
    assert "想定" in kb.municipality.minutes_note_ja


def test_the_floor_map_needs_no_style_sheet_and_draws_every_counter(kb: KnowledgeBase) -> None:
    drawing = kb.municipality.floor_map_svg
    assert "<style" not in drawing
    assert re.search(r"\bstyle=", drawing) is None
    for counter in kb.municipality.counters:
        group = re.search(rf'<g id="{counter.place}">(.*?)</g>', drawing, re.DOTALL)
        assert group is not None, counter.id
        assert f">{counter.number}<" in group[1]


def test_every_example_of_the_reference_is_in_the_language() -> None:
    examples = re.findall(r"^\| `([^`]+)` \|", REFERENCE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(examples) >= 12
    for example in examples:
        parse(example)
