"""Geometry of the sheets: inside the margins, nothing over anything else, room to sign."""

from collections.abc import Callable
from itertools import combinations

import pytest

from counter_bridge.filled_form import FilledForm
from counter_bridge.fonts import MINCHO, SANS
from counter_bridge.form_layout import (
    BOTTOM_MM,
    FOOTER_MM,
    LEFT_MM,
    RIGHT_MM,
    SIGNATURE_MM,
    TOP_MM,
    Piece,
    fitted,
    lay_out,
    page_size_mm,
)
from counter_bridge.text_fit import SMALLEST_PT, broken_label, fit

Fill = Callable[..., dict[str, FilledForm]]

SOLID = ("label", "head", "value", "section")


def overlap(one: Piece, other: Piece) -> bool:
    a, b = one.rect, other.rect
    return (
        a.x_mm + 0.01 < b.x_mm + b.w_mm
        and b.x_mm + 0.01 < a.x_mm + a.w_mm
        and a.y_mm + 0.01 < b.y_mm + b.h_mm
        and b.y_mm + 0.01 < a.y_mm + a.h_mm
    )


@pytest.mark.parametrize("signatures", ["law", "customary"])
def test_nothing_stands_over_anything_else_or_outside_the_margins(fill: Fill, signatures: str) -> None:
    for sheet in fill(signatures=signatures).values():
        width, height = page_size_mm(sheet)
        for page in lay_out(sheet):
            solid = [piece for piece in page.pieces if piece.kind in SOLID]
            assert not [(a.rect, b.rect) for a, b in combinations(solid, 2) if overlap(a, b)], sheet.id
            for piece in page.pieces:
                assert piece.rect.x_mm >= LEFT_MM - 0.01
                assert piece.rect.y_mm >= TOP_MM - 0.01
                assert piece.rect.x_mm + piece.rect.w_mm <= width - RIGHT_MM + 0.01
                assert piece.rect.y_mm + piece.rect.h_mm <= height - BOTTOM_MM - FOOTER_MM + 0.02


def test_the_family_of_six_needs_one_page_for_each_of_its_seven_sheets(fill: Fill) -> None:
    assert {sheet.id: sheet.pages for sheet in fill().values()} == dict.fromkeys(fill(), 1)


def test_whoever_signs_has_room(fill: Fill) -> None:
    alone = fill(printed=[("national_health_insurance_notification", ("p1",))], signatures="customary")
    alone |= fill(printed=[("late_elderly_medical_notification", ("p3",))], signatures="customary")
    alone |= fill(printed=[("long_term_care_insured_notification", ("p3",))], signatures="customary")
    alone |= fill(printed=[("child_medical_certificate_application", ("p4",))], signatures="customary")
    sheets = [*fill(signatures="customary").values(), *alone.values()]
    signed = [
        piece.rect
        for sheet in sheets
        for page in lay_out(sheet)
        for piece in page.pieces
        if piece.box is not None and piece.box.sign_here
    ]
    assert len(signed) == 7
    assert all(rect.w_mm >= SIGNATURE_MM[0] and rect.h_mm >= SIGNATURE_MM[1] for rect in signed)


def test_what_the_family_answered_is_printed_large_enough_to_read(fill: Fill) -> None:
    sizes = {
        (sheet.id, piece.box.key): fitted(piece).size_pt
        for sheet in fill().values()
        for page in lay_out(sheet)
        for piece in page.pieces
        if piece.box is not None and piece.box.text
    }
    small = {key: size for key, size in sizes.items() if size < 10.5 and "kana" not in key[1]}
    assert small == {}, small
    assert min(sizes.values()) >= 9


def test_the_frame_holds_the_residents_part_and_not_the_staffs(fill: Fill) -> None:
    for sheet in fill().values():
        page = lay_out(sheet)[0]
        assert page.frame is not None
        bottom = page.frame.y_mm + page.frame.h_mm
        sections = [piece for piece in page.pieces if piece.kind == "section"]
        assert all((piece.rect.y_mm > bottom) == piece.staff for piece in sections)


def test_a_long_name_shrinks_then_takes_two_lines_then_moves_to_the_continuation_sheet() -> None:
    short, long, longer = (fit("字" * n, MINCHO, 42.0, 6.0, 14.0, one_line=True) for n in (6, 14, 26))
    assert (len(short.lines), round(short.size_pt, 1)) == (1, 14.0)
    assert (len(long.lines), long.size_pt < 14) == (1, True)
    assert (len(longer.lines), longer.size_pt >= SMALLEST_PT) == (2, True)
    assert not fit("字" * 150, MINCHO, 42.0, 6.0, 14.0, one_line=True).fits


def test_a_value_that_fits_nowhere_stands_in_full_on_the_continuation_sheet(fill: Fill) -> None:
    name = "長" * 150
    sheet = fill({"people.p2.name": name})["resident_change_notification"]
    pages = lay_out(sheet)
    assert len(pages) == 2 == sheet.pages
    assert [p.box.text for p in pages[1].pieces if p.kind == "value" and p.box is not None] == [name]


def test_labels_break_between_words() -> None:
    lines = ["".join(run.text for run in line) for line in broken_label("世帯主との続柄", SANS, 5.0)]
    assert lines == ["世帯主との", "続柄"]
