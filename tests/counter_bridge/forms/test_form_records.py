"""The form records: sound as they are, and every way to break one is refused with a reason."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from kb.errors import ConditionError
from kb.form import Form, FormField, FormSection
from kb.form_value import check_form, conditions_of, parse_value
from kb.model import KnowledgeBase

MOVE = "resident_change_notification"
CHILD = "child_allowance_claim"


def problems(kb: KnowledgeBase, form: Form) -> list[tuple[str, str, str]]:
    return check_form(form, kb.vocabulary, kb.definitions, kb.forms)


def with_box(form: Form, box_key: str, **changes: Any) -> Form:
    """The form with one of its boxes changed."""

    def changed(box: FormField) -> FormField:
        return replace(box, **changes) if box.key == box_key else box

    sections = tuple(replace(s, fields=tuple(changed(b) for b in s.fields)) for s in form.sections)
    return replace(form, sections=sections)


def with_section(form: Form, position: int, **changes: Any) -> Form:
    sections = list(form.sections)
    sections[position] = replace(sections[position], **changes)
    return replace(form, sections=tuple(sections))


def test_all_records_are_sound(kb: KnowledgeBase) -> None:
    assert {form.id: problems(kb, form) for form in kb.forms.values() if problems(kb, form)} == {}


def test_every_condition_of_a_form_is_listed_for_the_loader(kb: KnowledgeBase) -> None:
    listed = [key for key, _, _ in conditions_of(kb.forms[MOVE])]
    assert "sections.異動する人(全員)" in listed
    assert any(key.endswith("filer_capacity") for key in listed)


def test_the_individual_number_has_cells_for_staff_and_no_other_way_onto_paper(kb: KnowledgeBase) -> None:
    boxes = [b for form in kb.forms.values() for s in form.sections for b in s.fields]
    cells = [b for b in boxes if b.type == "number_cells"]
    assert cells
    assert all(b.source == "staff" and not b.value and not b.options for b in cells)
    assert not any("my_number" in path.name for b in boxes if b.value for path in parse_value(b.value))
    assert [kind.name for kind in kb.vocabulary if "my_number" in kind.name and kind.type != "bool"] == []


def test_only_one_sheet_demands_a_signature_by_law(kb: KnowledgeBase) -> None:
    by_law = [f.id for f in kb.forms.values() for s in f.sections for b in s.fields if b.signature_by_law]
    assert by_law == [MOVE]


Break = Callable[[Form], Form]

BROKEN: tuple[tuple[str, str, Break, str], ...] = (
    ("an unknown fact", CHILD, lambda f: with_box(f, "claimant_phone", value="fax"), "no fact 'fax'"),
    (
        "an unknown role",
        CHILD,
        lambda f: with_box(f, "claimant_phone", value="uncle.name"),
        "no role 'uncle'",
    ),
    ("no language", CHILD, lambda f: with_box(f, "claimant_phone", value="phone + 1"), "cannot read"),
    (
        "a person outside a table",
        CHILD,
        lambda f: with_box(f, "claimant_phone", value="person.name"),
        "`person` stands outside",
    ),
    (
        "a type that cannot hold it",
        CHILD,
        lambda f: with_box(f, "claimant_phone", type="date"),
        "cannot hold",
    ),
    (
        "a value in the cells of the individual number",
        CHILD,
        lambda f: with_box(f, "claimant_my_number", value="phone"),
        "takes no value",
    ),
    (
        "cells that residents fill",
        CHILD,
        lambda f: with_box(f, "claimant_my_number", source="card"),
        "filled by staff only",
    ),
    ("nothing that fills it", CHILD, lambda f: with_box(f, "claimant_phone", value=""), "nothing fills it"),
    (
        "a value in a box for staff",
        CHILD,
        lambda f: with_box(f, "claimant_phone", source="staff"),
        "never printed by us",
    ),
    (
        "a signature that is not by hand",
        CHILD,
        lambda f: with_box(f, "claimant_name", source="said"),
        "comes from a hand",
    ),
    (
        "a signature by law without its article",
        CHILD,
        lambda f: with_box(f, "claimant_name", signature_by_law=True),
        "needs its article",
    ),
    (
        "a signature on a sheet that counts as made",
        "national_health_insurance_notification",
        lambda f: with_box(f, "householder_name", signature_by_law=True, signature_law_ja="第1条"),
        "needs no signature by law",
    ),
    (
        "counting as made without an article",
        "national_health_insurance_notification",
        lambda f: replace(f, deemed_law_ja=""),
        "without its article",
    ),
    (
        "counting as made by no form",
        "national_health_insurance_notification",
        lambda f: replace(f, deemed_by="nothing"),
        "no form 'nothing'",
    ),
    ("a key twice", CHILD, lambda f: with_box(f, "claimant_phone", key="claimed_on"), "stands twice"),
    ("a table without rows", CHILD, lambda f: with_section(f, 2, max_rows=0), "needs people and max_rows"),
    ("options without ticks", CHILD, lambda f: with_box(f, "claimant_sex", type="text"), "do not agree"),
    ("a box wider than its line", CHILD, lambda f: with_box(f, "claimant_phone", width=1.5), "no share"),
    (
        "people on a household sheet",
        CHILD,
        lambda f: replace(f, people=f.sections[2].people),
        "means nothing on a household sheet",
    ),
    (
        "two signatures",
        CHILD,
        lambda f: replace(f, sections=(*f.sections, _signed())),
        "asks for two signatures",
    ),
)


def _signed() -> FormSection:
    second = FormField("second", "氏名", "signature", "hand", value="visitor.name")
    return FormSection("もうひとつ", (second,))


@pytest.mark.parametrize(("what", "form", "change", "reason"), BROKEN, ids=[b[0] for b in BROKEN])
def test_a_broken_record_is_refused(
    kb: KnowledgeBase, what: str, form: str, change: Break, reason: str
) -> None:
    found = problems(kb, change(kb.forms[form]))
    assert any(reason in problem[1] for problem in found), (what, found)
    assert all(key and why and remedy for key, why, remedy in found)


def test_a_value_says_what_is_wrong_with_it() -> None:
    with pytest.raises(ConditionError, match="cannot read the value"):
        parse_value("person..name")
    assert [(p.owner, p.name) for p in parse_value("person.card_address or previous_address")] == [
        ("person", "card_address"),
        (None, "previous_address"),
    ]
    assert parse_value('"転入による"')[0].words == "転入による"
