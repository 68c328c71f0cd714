"""Entries by hand, by the rule published with 茅ヶ崎市's figures: 20/13/7 = 40 before, 1 by law after."""

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.conditions import Scene
from kb.derive import scene_of, with_derived
from kb.facts import Facts
from kb.facts_file import read_facts
from kb.form import Signatures
from kb.load import load
from kb.model import KnowledgeBase
from kb.writes import Entries, count_entries, is_deemed, total_of, writes_for

FAMILY = Path(__file__).parents[2] / "benchmarks/family_of_six.yaml"
TODAY = dt.date(2026, 4, 7)
CHILDREN = ("p4", "p5", "p6")
SEVEN = (
    ("resident_change_notification", ()),
    ("child_allowance_claim", ()),
    ("child_medical_certificate_application", CHILDREN),
    ("late_elderly_medical_notification", ("p3",)),
    ("national_health_insurance_notification", ("p1", "p2", *CHILDREN)),
    ("long_term_care_insured_notification", ("p3",)),
    ("my_number_card_entry_change_notification", ("p1", "p2", "p3", *CHILDREN)),
)
PRINTED = [(form, max(1, len(people)) if form.startswith(("late", "long")) else 1) for form, people in SEVEN]


@pytest.fixture(scope="module")
def kb() -> KnowledgeBase:
    return load()


@pytest.fixture(scope="module")
def facts(kb: KnowledgeBase) -> Facts:
    return with_derived(kb, read_facts(kb.vocabulary, FAMILY), TODAY)


@pytest.fixture(scope="module")
def scene(kb: KnowledgeBase, facts: Facts) -> Scene:
    return scene_of(kb, facts, TODAY)


def test_the_published_lines_come_out_exactly(kb: KnowledgeBase, scene: Scene) -> None:
    lines = {
        line.line_ja: line.before for line in count_entries(kb.forms, SEVEN, scene, "law") if line.published
    }
    assert lines == {
        "住民異動届": Entries(name=8, relation=6, birth_date=6),
        "小児医療証・児童手当認定": Entries(name=5, relation=3, birth_date=5),
        "後期高齢者医療": Entries(name=3, relation=2, birth_date=2),
    }
    assert [entries.total for entries in lines.values()] == [20, 13, 7]


@pytest.mark.parametrize(("signatures", "published", "everything"), [("law", 1, 1), ("customary", 2, 3)])
def test_what_is_left_after_printing(
    kb: KnowledgeBase, scene: Scene, signatures: Signatures, published: int, everything: int
) -> None:
    lines = count_entries(kb.forms, SEVEN, scene, signatures)
    before, after = total_of(line for line in lines if line.published)
    assert (before.total, after.total) == (40, published)
    assert total_of(lines)[1].total == everything
    assert writes_for(kb.forms, PRINTED, signatures) == everything


def test_the_other_sheets_agree_with_the_counts_of_the_shared_facts(kb: KnowledgeBase, scene: Scene) -> None:
    lines = {line.forms[0]: line.before for line in count_entries(kb.forms, SEVEN, scene, "law")}
    assert lines["national_health_insurance_notification"] == Entries(6, 5, 5)
    assert lines["long_term_care_insured_notification"] == Entries(3, 1, 2)
    assert lines["my_number_card_entry_change_notification"] == Entries(7, 0, 6)


def test_a_set_counts_the_larger_of_its_sheets_and_not_their_sum(kb: KnowledgeBase, scene: Scene) -> None:
    (line,) = count_entries(kb.forms, SEVEN[1:3], scene, "customary")
    assert (line.before.total, line.after.total, line.sheets) == (13, 1, 2)


def test_another_householder_before_the_move_is_one_more_name(kb: KnowledgeBase, facts: Facts) -> None:
    scene = scene_of(kb, facts.without("previous_householder_same"), TODAY)
    (line,) = count_entries(kb.forms, SEVEN[:1], scene, "law")
    assert line.before.name == 9


def test_a_sheet_counts_as_made_only_beside_the_sheet_that_carries_the_notes(kb: KnowledgeBase) -> None:
    insurance = "national_health_insurance_notification"
    assert is_deemed(kb.forms[insurance], {insurance, "resident_change_notification"})
    assert writes_for(kb.forms, [(insurance, 1)], "customary") == 1
    assert writes_for(kb.forms, [(insurance, 1)], "customary", beside=["resident_change_notification"]) == 0
    assert writes_for(kb.forms, [(insurance, 1)], "law") == 0


def test_a_sheet_for_each_person_counts_for_each(kb: KnowledgeBase) -> None:
    assert writes_for(kb.forms, [("late_elderly_medical_notification", 2)], "customary") == 2


@given(chosen=st.sets(st.sampled_from([form for form, _ in SEVEN])))
def test_law_never_asks_for_more_than_custom_and_never_for_more_than_one_signature(
    kb: KnowledgeBase, chosen: set[str]
) -> None:
    printed = [entry for entry in PRINTED if entry[0] in chosen]
    by_law, by_custom = (writes_for(kb.forms, printed, asked) for asked in ("law", "customary"))
    assert by_law == ("resident_change_notification" in chosen)
    assert by_law <= by_custom <= len(printed)
