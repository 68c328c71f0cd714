"""Facts become boxes: what is known is filled, what is not stays open with its reason, nothing is guessed."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from counter_bridge.filled_form import FilledBox, FilledForm
from counter_bridge.forms import fill_forms
from kb.facts import Fact, Facts, Origin
from kb.model import KnowledgeBase

Box = Callable[..., FilledBox]
Fill = Callable[..., dict[str, FilledForm]]

MOVE = "resident_change_notification"
ELDERLY = "late_elderly_medical_notification"
CHILD = "child_allowance_claim"
CARD = "my_number_card_entry_change_notification"


def ticked(box: FilledBox) -> list[str]:
    return [tick.label_ja for tick in box.ticks if tick.ticked]


def test_every_box_the_family_can_answer_is_filled(fill: Fill) -> None:
    assert [b.key for sheet in fill().values() for b in sheet.missing] == []


def test_the_relations_are_those_to_the_householder(fill: Fill, box: Box) -> None:
    move = fill()[MOVE]
    words = [box(move, "person_relation", f"p{n}").text for n in range(1, 7)]
    assert words == ["世帯主", "妻", "父", "子", "子", "子"]


def test_the_filer_is_the_child_of_the_insured_grandfather(fill: Fill, box: Box) -> None:
    assert box(fill()[ELDERLY], "filer_relation").text == "子"
    assert box(fill()[ELDERLY], "relation_to_householder").text == "父"


def test_the_householder_stands_in_the_first_row(fill: Fill) -> None:
    move = fill({"householder": "p2"})[MOVE]
    assert [row.person for row in move.sections[1].rows] == ["p2", "p1", "p3", "p4", "p5", "p6"]


def test_children_of_the_visitor_seen_from_a_spouse_as_householder_are_marked_for_the_clerk(
    fill: Fill, box: Box
) -> None:
    child = box(fill({"householder": "p2"})[MOVE], "person_relation", "p4")
    assert (child.text, child.doubtful) == ("子", True)


def test_without_a_householder_no_relation_is_printed(fill: Fill, box: Box) -> None:
    wife = box(fill({"householder": None})[MOVE], "person_relation", "p2")
    assert (wife.text, wife.missing) == ("", "not_known")
    assert "householder" in wife.fact_keys


def test_dates_stand_by_era_and_western_for_foreign_nationals(fill: Fill, box: Box) -> None:
    move = fill({"people.p2.nationality": "foreign"})[MOVE]
    assert box(move, "moved_on").text == "令和8年4月1日"
    assert box(move, "person_birth_date", "p1").text == "昭和59年5月14日"
    assert box(move, "person_birth_date", "p2").text == "1986年9月2日"


def test_foreign_nationals_bring_their_own_staff_section(fill: Fill) -> None:
    titles = [s.section.title_ja for s in fill({"people.p2.nationality": "foreign"})[MOVE].sections]
    assert any(title.startswith("外国人住民") for title in titles)
    assert not any(s.section.title_ja.startswith("外国人住民") for s in fill()[MOVE].sections)


def test_the_card_says_the_previous_address_and_stands_above_what_was_said(
    kb: KnowledgeBase, family: Facts, box: Box, today: dt.date
) -> None:
    facts = family.with_fact(Fact("people.p1.card_address", "見本県見本市一丁目", Origin.CARD))
    move = fill_forms(kb, facts, [(MOVE, ())], today)[0]
    previous = box(move, "previous_address")
    assert (previous.text, previous.origin) == ("見本県見本市一丁目", Origin.CARD)
    assert box(move, "new_address").text == family.value("new_address")


def test_an_official_record_stands_above_the_card(
    kb: KnowledgeBase, family: Facts, box: Box, today: dt.date
) -> None:
    facts = family.with_fact(Fact("people.p1.card_address", "カードの住所", Origin.CARD))
    facts = facts.with_fact(Fact("previous_address", "転出証明書の住所", Origin.OFFICIAL))
    assert box(fill_forms(kb, facts, [(MOVE, ())], today)[0], "previous_address").text == "転出証明書の住所"


def test_the_visitors_card_says_the_grandfathers_previous_address_only_with_a_mark(
    kb: KnowledgeBase, family: Facts, box: Box, today: dt.date
) -> None:
    facts = family.without("previous_address")
    facts = facts.with_fact(Fact("people.p1.card_address", "見本県見本市一丁目", Origin.CARD))
    previous = box(fill_forms(kb, facts, [(ELDERLY, ("p3",))], today)[0], "insured_previous_address")
    assert (previous.text, previous.doubtful) == ("見本県見本市一丁目", True)


def test_a_weak_fact_and_a_contradicted_one_are_marked(
    kb: KnowledgeBase, family: Facts, box: Box, today: dt.date
) -> None:
    facts = family.with_fact(Fact("people.p2.name", "見本　華子", Origin.CARD))
    facts = facts.with_fact(Fact("moved_on", dt.date(2026, 4, 1), Origin.SAID, confidence=0.4))
    move = fill_forms(kb, facts, [(MOVE, ())], today)[0]
    assert box(move, "person_name", "p2").doubtful
    assert box(move, "moved_on").doubtful
    assert not box(move, "person_name", "p1").doubtful


def test_without_consent_a_fact_and_all_derived_from_it_stay_blank(fill: Fill, box: Box) -> None:
    sheets = fill(withheld={"people.p3.name", "people.p3.birth_date", "people.p1.sex", "householder"})
    move, elderly = sheets[MOVE], sheets[ELDERLY]
    assert box(move, "person_name", "p3").missing == "withheld"
    assert box(elderly, "insured_name").missing == "withheld"
    assert box(elderly, "insured_birth_date").text == ""
    assert ticked(box(move, "person_sex", "p1")) == []
    assert box(move, "person_relation", "p2").missing == "withheld"
    texts = " ".join(b.text for sheet in sheets.values() for b in sheet.boxes)
    assert "一郎" not in texts


def test_the_person_at_the_counter_is_ticked_in_the_right_capacity(fill: Fill, box: Box) -> None:
    assert ticked(box(fill()[MOVE], "filer_capacity")) == ["世帯主"]
    assert ticked(box(fill({"householder": "p3"})[MOVE], "filer_capacity")) == ["本人"]
    assert ticked(box(fill({"visitor_role": "proxy", "householder": "p3"})[MOVE], "filer_capacity")) == [
        "代理人"
    ]


def test_a_proxy_is_not_given_the_new_address(fill: Fill, box: Box) -> None:
    move = fill({"visitor_role": "proxy", "people.p1.moves": False})[MOVE]
    assert (box(move, "filer_address").text, box(move, "filer_address").missing) == ("", "not_known")


def test_a_household_without_a_spouse_gets_a_dash_where_the_spouse_stands(fill: Fill, box: Box) -> None:
    spouse = box(fill({"people.p2.relation": "younger_sister"})[CHILD], "spouse_name")
    assert not spouse.applies


def test_a_grandparent_at_the_counter_is_never_printed_as_the_claiming_parent(fill: Fill, box: Box) -> None:
    changes: dict[str, Any] = {f"people.p{n}.relation": "grandchild" for n in (4, 5, 6)}
    claim = fill(changes)[CHILD]
    assert box(claim, "claimant_birth_date").missing == "not_derivable"
    assert box(claim, "child_relation", "p4").missing == "not_derivable"


def test_the_account_is_not_asked_when_the_public_one_is_used(fill: Fill, box: Box) -> None:
    assert not box(fill()[CHILD], "bank_account").applies
    claim = fill({"public_account_used": False})[CHILD]
    assert box(claim, "bank_account").missing == "not_known"


def test_readings_stand_in_the_script_of_the_form(fill: Fill, box: Box) -> None:
    sheets = fill({"people.p1.kana": "ミホン　ﾀﾛｳ"})
    assert box(sheets[MOVE], "person_kana", "p1").text == "みほん　たろう"
    assert box(sheets[CHILD], "claimant_kana").text == "ミホン　タロウ"


def test_the_addressee_is_the_mayor_or_the_union_by_law(fill: Fill) -> None:
    assert fill()[MOVE].addressed_to_ja == "星見野市長"
    assert fill()[ELDERLY].addressed_to_ja == "架空県後期高齢者医療広域連合長"


def test_no_sheet_ever_fills_the_individual_number(fill: Fill) -> None:
    cells = [b for sheet in fill().values() for b in sheet.boxes if b.field.type == "number_cells"]
    assert len(cells) >= 8
    assert all(b.is_empty and b.missing in ("", "staff") for b in cells)


def test_the_same_facts_give_the_same_sheets(fill: Fill) -> None:
    assert fill() == fill()


@pytest.mark.parametrize("signatures", ["law", "customary"])
def test_sheets_that_count_as_made_are_never_signed(fill: Fill, signatures: str) -> None:
    deemed = [s for s in fill(signatures=signatures).values() if s.deemed]
    assert {s.id for s in deemed} == {
        "national_health_insurance_notification",
        ELDERLY,
        "long_term_care_insured_notification",
    }
    assert all(sheet.writes == 0 for sheet in deemed)


def test_without_the_sheet_that_carries_the_notes_nothing_counts_as_made(fill: Fill) -> None:
    alone = fill(printed=[("national_health_insurance_notification", ("p1",))], signatures="customary")
    assert not alone["national_health_insurance_notification"].deemed
    assert alone["national_health_insurance_notification"].writes == 1


def test_one_signature_serves_the_set_for_children(fill: Fill, box: Box) -> None:
    sheets = fill(signatures="customary")
    medical = sheets["child_medical_certificate_application"]
    assert sheets[CHILD].writes == 1
    assert medical.writes == 0
    assert medical.signature_shared_with_ja == sheets[CHILD].name_ja
    assert box(medical, "guardian_name").text == "見本　太郎"


def test_only_the_signature_by_law_is_left_blank_where_the_town_asks_no_more(fill: Fill) -> None:
    assert {s.id: s.writes for s in fill(signatures="law").values() if s.writes} == {MOVE: 1}
    assert sum(s.writes for s in fill(signatures="customary").values()) == 3


def test_more_people_than_rows_go_on_a_continuation_sheet(fill: Fill) -> None:
    changes: dict[str, Any] = {"people": tuple(f"p{n}" for n in range(1, 10))}
    for number in (7, 8, 9):
        changes |= {
            f"people.p{number}.relation": "child",
            f"people.p{number}.moves": True,
            f"people.p{number}.birth_date": dt.date(2015, 5, number),
        }
    move = fill(changes)[MOVE]
    assert len(move.sections[1].rows) == 9
    assert move.pages == 2
    assert fill()[MOVE].pages == 1


def test_a_childs_sheet_lists_only_children(fill: Fill) -> None:
    assert [row.person for row in fill()[CHILD].sections[2].rows] == ["p4", "p5", "p6"]


def test_only_holders_stand_on_the_card_sheet(fill: Fill) -> None:
    card = fill({"people.p4.has_my_number_card": False})[CARD]
    assert card.for_whom == ("p1", "p2", "p3", "p5", "p6")
