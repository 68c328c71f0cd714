"""The printed document: every filled box is found inside its rectangle, in any script, on paper a town could print."""

import io
import re
from collections.abc import Callable, Iterator

import pypdfium2 as pdfium
import pytest
import segno
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops
from pypdf import PdfReader

from counter_bridge.drawing import QUIET_MODULES
from counter_bridge.filled_form import FilledBox, FilledForm
from counter_bridge.form_layout import A4_MM, QR_MM, RIGHT_MM, TOP_MM
from counter_bridge.pdf import CONTINUED_JA, NOT_FILED_JA, BoxPlace, RenderedForms, page_png, render_pdf
from counter_bridge.text_fit import PT_PER_MM

Fill = Callable[..., dict[str, FilledForm]]

RARE = "見本葛\U000e0102　\U00020bb7乃"


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def texts_in_boxes(rendered: RenderedForms) -> Iterator[tuple[BoxPlace, str]]:
    """What a PDF reader finds inside the rectangle of each box."""
    document = pdfium.PdfDocument(rendered.pdf)
    try:
        pages = [page.get_textpage() for page in document]
        heights = [page.get_height() for page in document]
        for place in rendered.boxes:
            top = heights[place.page] - place.y_mm * PT_PER_MM
            left = place.x_mm * PT_PER_MM
            found = pages[place.page].get_text_bounded(
                left, top - place.h_mm * PT_PER_MM, left + place.w_mm * PT_PER_MM, top
            )
            yield place, squeezed(found)
        for page in pages:
            page.close()
    finally:
        document.close()


def boxes_of(sheets: dict[str, FilledForm]) -> dict[tuple[str, str, str | None], FilledBox]:
    return {(s.id, b.key, b.person): b for s in sheets.values() for b in s.boxes}


def assert_every_box_holds_its_text(sheets: dict[str, FilledForm], rendered: RenderedForms) -> None:
    boxes = boxes_of(sheets)
    held: dict[tuple[str, str, str | None], list[str]] = {}
    for place, found in texts_in_boxes(rendered):
        held.setdefault((place.form, place.key, place.person), []).append(found)
    assert held.keys() == boxes.keys()
    for key, box in boxes.items():
        if box.text:
            assert any(squeezed(box.text) in found for found in held[key]), key
        for tick in box.ticks if box.applies else ():
            wanted = ("✓" if tick.ticked else "") + squeezed(tick.label_ja)
            assert any(wanted in found for found in held[key]), (key, tick)


def picture(pdf: bytes, page: int, dpi: int = 60) -> Image.Image:
    return Image.open(io.BytesIO(page_png(pdf, page, dpi))).convert("L")


@pytest.mark.parametrize("signatures", ["law", "customary"])
def test_every_filled_box_is_found_inside_its_rectangle(fill: Fill, signatures: str) -> None:
    sheets = fill(signatures=signatures)
    assert_every_box_holds_its_text(sheets, render_pdf(list(sheets.values()), demo=True, reception="A-042"))


def test_an_empty_box_holds_nothing_but_marks(fill: Fill) -> None:
    sheets = fill(withheld={"people.p1.name", "people.p1.birth_date"})
    rendered = render_pdf(list(sheets.values()), demo=False)
    boxes = boxes_of(sheets)
    for place, found in texts_in_boxes(rendered):
        box = boxes[place.form, place.key, place.person]
        if box.is_empty and not box.ticks:
            assert found in ("", "※", "―"), place


def test_the_box_to_sign_in_is_blank(fill: Fill) -> None:
    sheets = fill()
    rendered = render_pdf(list(sheets.values()), demo=False)
    place = next(p for p in rendered.boxes if p.key == "filer_signature" and p.form == next(iter(sheets)))
    page = picture(rendered.pdf, place.page, 150)
    scale = 150 / 25.4
    inside = (
        place.x_mm + 1.5,
        place.y_mm + 1.5,
        place.x_mm + place.w_mm - 1.5,
        place.y_mm + place.h_mm - 1.5,
    )
    area = page.crop(tuple(round(edge * scale) for edge in inside))
    assert area.getextrema() == (255, 255)


def test_rare_characters_keep_their_code_points_in_the_file(fill: Fill) -> None:
    sheets = fill({"people.p1.name": RARE})
    rendered = render_pdf(list(sheets.values()), demo=True)
    assert_every_box_holds_its_text(sheets, rendered)
    assert squeezed(RARE) in squeezed(PdfReader(io.BytesIO(rendered.pdf)).pages[0].extract_text())
    assert rendered.notes == ()


def test_the_selected_shape_is_drawn_and_not_the_usual_one(fill: Fill) -> None:
    one = "resident_change_notification"
    usual = render_pdf([fill({"people.p1.name": "葛"})[one]], demo=False)
    chosen = render_pdf([fill({"people.p1.name": "葛\U000e0102"})[one]], demo=False)
    place = next(p for p in usual.boxes if (p.key, p.person) == ("person_name", "p1"))
    scale = 200 / 25.4
    edges = (place.x_mm, place.y_mm, place.x_mm + place.w_mm, place.y_mm + place.h_mm)
    area = tuple(round(edge * scale) for edge in edges)
    first, second = (picture(r.pdf, 0, 200).crop(area) for r in (usual, chosen))
    assert min(first.getextrema()) < 100
    assert min(second.getextrema()) < 100
    assert ImageChops.difference(first, second).getbbox() is not None


def test_a_shape_no_font_holds_is_marked_and_told_to_staff(fill: Fill) -> None:
    sheets = fill({"people.p4.name": "見本\ue001子"})
    rendered = render_pdf(list(sheets.values()), demo=False)
    assert {(n.key, n.person, n.reason) for n in rendered.notes} >= {("person_name", "p4", "shape_missing")}
    found = [
        text for place, text in texts_in_boxes(rendered) if (place.key, place.person) == ("person_name", "p4")
    ]
    assert found == ["見本\ue001子要確認"]


def test_all_fonts_are_embedded(fill: Fill) -> None:
    reader = PdfReader(io.BytesIO(render_pdf(list(fill({"people.p1.name": RARE}).values()), demo=True).pdf))
    fonts = {}
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            resource = font.get_object()
            fonts[resource["/BaseFont"]] = resource
    # Helvetica is reportlab's default font object; no page writes with it.
    written = {name: font for name, font in fonts.items() if "Helvetica" not in name}
    assert {name.split("+")[1] for name in written} >= {
        "BIZUDPGothic-Regular",
        "BIZUDPGothic-Bold",
        "IPAmjMincho",
    }
    assert all("/FontFile2" in font["/FontDescriptor"] for font in written.values())


def test_every_page_of_the_demo_is_a_sample_and_no_page_outside_it(fill: Fill) -> None:
    sheets = list(fill().values())
    demo, real = render_pdf(sheets, demo=True), render_pdf(sheets, demo=False)
    for number in range(len(sheets)):
        assert "見本" in PdfReader(io.BytesIO(demo.pdf)).pages[number].extract_text()
        assert (
            ImageChops.difference(picture(demo.pdf, number), picture(real.pdf, number)).getbbox() is not None
        )
    assert PdfReader(io.BytesIO(demo.pdf)).metadata.title.startswith("見本")


def test_every_page_says_that_nothing_is_filed_yet(fill: Fill) -> None:
    reader = PdfReader(io.BytesIO(render_pdf(list(fill().values()), demo=False).pdf))
    assert all(squeezed(NOT_FILED_JA) in squeezed(page.extract_text()) for page in reader.pages)


def test_the_article_by_which_a_sheet_counts_as_made_stands_on_it(fill: Fill) -> None:
    sheets = fill()
    for sheet in sheets.values():
        text = squeezed(PdfReader(io.BytesIO(render_pdf([sheet], demo=False).pdf)).pages[0].extract_text())
        assert (squeezed(sheet.form.deemed_law_ja) in text) == sheet.deemed or not sheet.form.deemed_by


def test_footer_and_code_carry_no_personal_data(fill: Fill) -> None:
    sheets = fill()
    document = pdfium.PdfDocument(render_pdf(list(sheets.values()), demo=False, reception="A-042").pdf)
    personal = {
        squeezed(b.text) for s in sheets.values() for b in s.boxes if b.field.type in ("name", "address")
    }
    for page in document:
        text = page.get_textpage()
        footer = squeezed(text.get_text_bounded(0, 0, page.get_width(), 17.6 * PT_PER_MM))
        assert "受付番号A-042" in footer
        assert not [value for value in personal if value and value in footer]
    document.close()


def test_the_code_says_the_reception_number_and_nothing_else(fill: Fill) -> None:
    rendered = render_pdf([fill()["child_allowance_claim"]], demo=False, reception="A-042")
    wanted = tuple(segno.make("A-042", error="m", micro=False).matrix)
    page = picture(rendered.pdf, 0, 300)
    module = QR_MM / (len(wanted) + 2 * QUIET_MODULES)
    left = A4_MM[0] - RIGHT_MM - QR_MM + QUIET_MODULES * module
    top = TOP_MM + QUIET_MODULES * module
    seen = tuple(
        bytes(
            page.getpixel(
                (
                    round((left + (x + 0.5) * module) * 300 / 25.4),
                    round((top + (y + 0.5) * module) * 300 / 25.4),
                )
            )
            < 128
            for x in range(len(wanted))
        )
        for y in range(len(wanted))
    )
    assert seen == tuple(bytes(line) for line in wanted)


def test_colour_of_origin_is_for_the_screen_only(fill: Fill) -> None:
    sheet = fill()["child_allowance_claim"]

    def is_coloured(preview: bool) -> bool:
        data = page_png(render_pdf([sheet], demo=False, preview=preview).pdf, 0, 60)
        red, green, blue = Image.open(io.BytesIO(data)).convert("RGB").split()
        return (
            ImageChops.difference(red, blue).getbbox() is not None
            or ImageChops.difference(red, green).getbbox() is not None
        )

    assert is_coloured(preview=True)
    assert not is_coloured(preview=False)


def test_every_page_is_written_on(fill: Fill) -> None:
    rendered = render_pdf(list(fill().values()), demo=False)
    for number in range(sum(rendered.pages)):
        page = picture(rendered.pdf, number)
        dark = sum(page.histogram()[:128])
        assert 0.01 < dark / (page.width * page.height) < 0.3


def test_the_same_sheets_give_the_same_bytes(fill: Fill) -> None:
    first, second = (render_pdf(list(fill().values()), demo=True, reception="A-042") for _ in range(2))
    assert first == second


def test_a_page_that_is_not_there_is_an_error(fill: Fill) -> None:
    rendered = render_pdf([fill()["child_allowance_claim"]], demo=False)
    with pytest.raises(IndexError):
        page_png(rendered.pdf, 1)


CHARACTERS = st.one_of(
    st.sampled_from("見本太郎花子葛辻吉祇﨑髙栁𠮷𡈽𠀋々ゝヶー・　 -'’"),
    st.sampled_from(["葛\U000e0100", "葛\U000e0102", "辻\U000e0100", "祇\U000e0101", "\ue000", "\U000f0000"]),
    st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF),
    st.characters(min_codepoint=0x20000, max_codepoint=0x2A6DF),
    st.characters(min_codepoint=0x41, max_codepoint=0x17F, categories=("Lu", "Ll")),
)
NAMES = st.lists(CHARACTERS, min_size=1, max_size=80).map("".join).filter(lambda name: bool(name.strip()))


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(name=NAMES, other=NAMES)
def test_any_name_is_printed_whole(fill: Fill, name: str, other: str) -> None:
    sheets = fill({"people.p1.name": name, "people.p4.name": other, "new_address": other + name})
    wanted = {
        k: v for k, v in sheets.items() if k in ("resident_change_notification", "child_allowance_claim")
    }
    rendered = render_pdf(list(wanted.values()), demo=True)
    assert_every_box_holds_its_text(wanted, rendered)
    marked = {(n.form, n.key, n.person) for n in rendered.notes if n.reason == "continued"}
    for place, found in texts_in_boxes(rendered):
        if CONTINUED_JA in found:
            assert (place.form, place.key, place.person) in marked
