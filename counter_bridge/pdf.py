"""Filled forms → PDF, as a city hall prints them, and pages of a PDF as pictures for the kiosk.

On paper nothing but the form: what comes from where is tinted only in the preview on the screen. Fonts are embedded
as subsets; the same forms give the same bytes. Footer and code carry the reception number and no personal data.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import pypdfium2 as pdfium  # type: ignore[import-untyped]
from reportlab.lib.colors import Color
from reportlab.pdfgen.canvas import Canvas

from counter_bridge import fonts
from counter_bridge.drawing import BLACK, GREY, RED, SAMPLE_JA, THIN, WHITE, Sheet, drawing_lock
from counter_bridge.filled_form import FilledBox, FilledForm
from counter_bridge.form_layout import (
    BOTTOM_MM,
    FOOTER_MM,
    LABEL_PT,
    LEFT_MM,
    NOTE_PT,
    PADDING_MM,
    QR_MM,
    RIGHT_MM,
    TOP_MM,
    PageLayout,
    Piece,
    face_of,
    fitted,
    lay_out,
    needs_a_look,
    page_size_mm,
)
from counter_bridge.japanese_date import era_date
from counter_bridge.rect import Rect
from counter_bridge.text_fit import LEADING, PT_PER_MM, Fitted, broken_label
from kb.facts import Origin

NOT_FILED_JA = "まだ届出は済んでいません。窓口で職員が確認し、受け付けたときに届出・申請になります。"
STAFF_MARK_JA = "※・要確認の欄は、職員が確かめます。"
FRAME_HINT_JA = "太枠の中をお確かめください"
CONTINUED_JA = "※続紙"
SIGN_AT_COUNTER_JA = "窓口で署名していただきます"

LABEL_FILL, STAFF_FILL, STAFF_LABEL_FILL = (
    Color(0.945, 0.945, 0.945),
    Color(0.93, 0.93, 0.93),
    Color(0.87, 0.87, 0.87),
)
SECTION_FILL = Color(0.86, 0.86, 0.86)

TINTS: tuple[tuple[frozenset[Origin], str, Color], ...] = (
    (frozenset({Origin.CARD}), "カードから", Color(0.80, 0.90, 1.0)),
    (frozenset({Origin.OFFICIAL}), "役所の記録から", Color(0.80, 0.94, 0.83)),
    (frozenset({Origin.SAID, Origin.CHOSEN, Origin.OPERATOR}), "お話・選択から", Color(1.0, 0.95, 0.72)),
    (frozenset({Origin.DERIVED}), "計算・日付から", Color(0.91, 0.87, 0.97)),
    (frozenset({Origin.STAFF}), "職員が入力", Color(0.86, 0.86, 0.90)),
)
MISSING_TINT = Color(1.0, 0.85, 0.83)


@dataclass(frozen=True)
class BoxPlace:
    """Where a box stands, in millimetres from the top left of its page."""

    form: str
    key: str
    person: str | None
    page: int
    """Page of the whole document, from 0."""
    x_mm: float
    y_mm: float
    w_mm: float
    h_mm: float


@dataclass(frozen=True)
class StaffNote:
    """Something the paper cannot say by itself: a clerk must look."""

    form: str
    key: str
    person: str | None
    reason: str
    """`shape_missing`: no font holds a character; 〓 stands for it. `continued`: stands on the 続紙."""


@dataclass(frozen=True)
class RenderedForms:
    """A document and what the screens need to know of it."""

    pdf: bytes
    boxes: tuple[BoxPlace, ...]
    pages: tuple[int, ...]
    """Pages of each form, in order."""
    notes: tuple[StaffNote, ...] = ()


def render_pdf(
    forms: Sequence[FilledForm], *, demo: bool, preview: bool = False, reception: str | None = None
) -> RenderedForms:
    """Draw the sheets into one document.

    `demo`: 見本 across every page. `preview`: tinted by origin, for the screen only. `reception` is the number on the
    ticket, printed in figures and as a QR code.
    """
    fonts.register_fonts()
    laid_out = [(filled, lay_out(filled)) for filled in forms]
    buffer = io.BytesIO()
    with drawing_lock:
        canvas = Canvas(buffer, invariant=1, pageCompression=1)
        names = "・".join(dict.fromkeys(filled.name_ja for filled in forms))
        canvas.setTitle(f"見本 {names}" if demo else names)
        canvas.setProducer("one-counter")
        painter = _Painter(canvas, demo=demo, preview=preview, reception=reception)
        for filled, pages in laid_out:
            for number, page in enumerate(pages):
                painter.page(filled, page, number + 1, len(pages))
        canvas.save()
    return RenderedForms(
        pdf=buffer.getvalue(),
        boxes=tuple(painter.boxes),
        pages=tuple(len(pages) for _, pages in laid_out),
        notes=tuple(painter.notes),
    )


def page_png(pdf: bytes, page: int, dpi: int = 110) -> bytes:
    """One page (from 0) as a PNG picture; `IndexError` when there is no such page."""
    with drawing_lock:
        document = pdfium.PdfDocument(pdf)
        try:
            if not 0 <= page < len(document):
                raise IndexError(page)
            picture = document[page].render(scale=dpi / 72).to_pil()
        finally:
            document.close()
    buffer = io.BytesIO()
    picture.save(buffer, format="PNG")
    return buffer.getvalue()


class _Painter(Sheet):
    """Draws the pages of forms."""

    def __init__(self, canvas: Canvas, *, demo: bool, preview: bool, reception: str | None):
        super().__init__(canvas)
        self.demo = demo
        self.preview = preview
        self.reception = reception
        self.boxes: list[BoxPlace] = []
        self.notes: list[StaffNote] = []
        self.page_number = 0

    def page(self, filled: FilledForm, page: PageLayout, number: int, of: int) -> None:
        self.begin(*page_size_mm(filled))
        for piece in page.pieces:
            self.piece(piece, filled, page)
        if page.frame is not None:
            self.rect(page.frame, width_pt=1.8, stroke=BLACK)
        self.corner()
        self.footer(filled, number, of)
        if self.demo:
            self.sample_mark()
            corner = Rect(self.width_mm - RIGHT_MM - QR_MM - 20, TOP_MM, 18, 6)
            self.text(SAMPLE_JA, corner, fonts.SANS_BOLD, 13, align="right", colour=RED)
        self.end()
        self.page_number += 1

    def piece(self, piece: Piece, filled: FilledForm, page: PageLayout) -> None:
        rect = piece.rect
        match piece.kind:
            case "law":
                self.text(piece.text, rect, fonts.SANS, 7.5, colour=GREY)
            case "title":
                self.text(piece.text, rect, fonts.SANS_BOLD, 17, align="centre")
            case "addressed":
                self.text(piece.text, rect, fonts.SANS, 12)
            case "intent":
                self.paragraph(piece.text, rect, fonts.SANS, 9)
            case "deemed":
                self.rect(rect, width_pt=0.8, stroke=BLACK, fill=LABEL_FILL)
                inner = Rect(rect.x_mm + 3, rect.y_mm + 1.3, rect.w_mm - 6, rect.h_mm - 2.6)
                self.paragraph(piece.text, inner, fonts.SANS_BOLD, 8.5)
            case "section":
                self.rect(rect, stroke=THIN, fill=STAFF_LABEL_FILL if piece.staff else SECTION_FILL)
                inner = Rect(rect.x_mm + 1.5, rect.y_mm, rect.w_mm - 3, rect.h_mm)
                self.text(piece.text, inner, fonts.SANS if piece.staff else fonts.SANS_BOLD, 9)
                if page.frame is not None and abs(rect.y_mm - page.frame.y_mm) < 0.01:
                    self.text(FRAME_HINT_JA, inner, fonts.SANS, NOTE_PT, align="right")
            case "label" | "head":
                self.label(piece)
            case "value":
                self.value(piece, filled)
            case "note" | "hint":
                self.paragraph(piece.text, rect, fonts.SANS, NOTE_PT)

    def label(self, piece: Piece) -> None:
        rect = piece.rect
        self.rect(rect, stroke=THIN, fill=STAFF_LABEL_FILL if piece.staff else LABEL_FILL)
        size = LABEL_PT if piece.kind == "label" else 8.0
        room = (rect.w_mm - 1.6) * PT_PER_MM
        while True:
            lines = [
                line
                for part in piece.text.split("\n")
                for line in broken_label(part, fonts.SANS, room / size)
            ]
            if len(lines) * size * LEADING <= rect.h_mm * PT_PER_MM or size <= 5.5:
                break
            size -= 0.25
        inner = Rect(rect.x_mm + 0.8, rect.y_mm, rect.w_mm - 1.6, rect.h_mm)
        self.lines(Fitted(size, tuple(lines)), inner, align="centre" if piece.kind == "head" else "left")

    def value(self, piece: Piece, filled: FilledForm) -> None:
        rect, box = piece.rect, piece.box
        fill = STAFF_FILL if piece.staff or (box is not None and box.field.source == "staff") else None
        if self.preview and box is not None and (tint := _tint(box)) is not None:
            fill = tint
        self.rect(rect, stroke=THIN, fill=fill)
        if box is None:
            if piece.text:
                self.text(piece.text, rect, fonts.SANS, 8, align="centre", colour=GREY)
            return
        place = (rect.x_mm, rect.y_mm, rect.w_mm, rect.h_mm)
        self.boxes.append(BoxPlace(filled.id, box.key, box.person, self.page_number, *place))
        if box.sign_here:
            inset = Rect(rect.x_mm + 0.5, rect.y_mm + 0.5, rect.w_mm - 1, rect.h_mm - 1)
            self.rect(inset, width_pt=1.2, stroke=BLACK)
            if self.preview:
                self.text(SIGN_AT_COUNTER_JA, rect, fonts.SANS, 8, align="centre", colour=GREY)
        elif not box.applies:
            self.text("―", rect, fonts.SANS, 10, align="centre", colour=GREY)
        elif box.field.type == "number_cells":
            self.cells(rect)
        elif box.ticks:
            self.ticks(piece, box)
        else:
            self.content(piece, box, filled)
        self.marks(rect, box)

    def content(self, piece: Piece, box: FilledBox, filled: FilledForm) -> None:
        if not box.text:
            return
        text = fitted(piece)
        inner = Rect(
            piece.rect.x_mm + PADDING_MM,
            piece.rect.y_mm,
            piece.rect.w_mm - 2 * PADDING_MM,
            piece.rect.h_mm,
        )
        if not text.fits:
            self.text(CONTINUED_JA, inner, fonts.SANS, 8, colour=GREY)
            self.notes.append(StaffNote(filled.id, box.key, box.person, "continued"))
            return
        self.lines(text, inner, align="centre" if piece.centred else "left")
        if fonts.lacks_shape(box.text, face_of(box.field.type)):
            self.notes.append(StaffNote(filled.id, box.key, box.person, "shape_missing"))

    def marks(self, rect: Rect, box: FilledBox) -> None:
        """Small marks for the clerk in the corner: what is weak, what is left to staff."""
        if needs_a_look(box):
            self.text(
                "要確認",
                Rect(rect.x_mm, rect.y_mm + 0.2, rect.w_mm - 0.6, 2.6),
                fonts.SANS_BOLD,
                6,
                align="right",
            )
        elif box.is_missing:
            self.text(
                "※",
                Rect(rect.x_mm, rect.y_mm + 0.4, rect.w_mm - 0.8, 3.2),
                fonts.SANS,
                8,
                align="right",
                colour=GREY,
            )

    def cells(self, rect: Rect) -> None:
        """Twelve empty cells, 4-4-4, for staff."""
        gap = 1.2
        width = min(5.0, (rect.w_mm - 2 * PADDING_MM - 2 * gap) / 12)
        height = min(7.0, rect.h_mm - 1.6)
        x = rect.x_mm + PADDING_MM
        for number in range(12):
            if number in (4, 8):
                x += gap
            y = rect.y_mm + (rect.h_mm - height) / 2
            self.rect(Rect(x, y, width, height), width_pt=0.5, stroke=THIN, fill=WHITE)
            x += width

    def ticks(self, piece: Piece, box: FilledBox) -> None:
        rect = piece.rect
        size = 10.0
        while True:
            lines = _tick_lines(box, size, rect.w_mm - 2 * PADDING_MM)
            if len(lines) * size * 1.3 <= rect.h_mm * PT_PER_MM and (
                max(w for _, w in lines) <= rect.w_mm - 2 * PADDING_MM or size <= 6
            ):
                break
            size -= 0.25
        step = size * 1.3 / PT_PER_MM
        y = rect.y_mm + (rect.h_mm - len(lines) * step) / 2
        for line, _ in lines:
            x = rect.x_mm + PADDING_MM
            for label, ticked, width in line:
                self.tick(x, y, step, size, ticked=ticked)
                text = Rect(x + size * 1.15 / PT_PER_MM, y, width, step)
                self.text(label, text, fonts.SANS_BOLD if ticked else fonts.SANS, size)
                x += width
            y += step

    def tick(self, x: float, y: float, height: float, size: float, *, ticked: bool) -> None:
        side = size * 0.86 / PT_PER_MM
        top = y + (height - side) / 2
        self.rect(Rect(x, top, side, side), width_pt=0.7, stroke=BLACK, fill=WHITE)
        if ticked:
            self.text(
                "✓",
                Rect(x - side * 0.1, top - side * 0.1, side * 1.2, side * 1.2),
                fonts.SANS_BOLD,
                size * 1.15,
                align="centre",
            )

    def corner(self) -> None:
        """Reception number in figures and as a code, top right, outside the frames."""
        if not self.reception:
            return
        x = self.width_mm - RIGHT_MM - QR_MM
        self.code(self.reception, Rect(x, TOP_MM, QR_MM, QR_MM))
        below = Rect(x - 10, TOP_MM + QR_MM - 1.5, QR_MM + 10, 4)
        self.text(f"受付番号 {self.reception}", below, fonts.SANS, 8, align="right")

    def footer(self, filled: FilledForm, number: int, of: int) -> None:
        y = self.height_mm - BOTTOM_MM - FOOTER_MM + 1.2
        width = self.width_mm - LEFT_MM - RIGHT_MM
        self.text(NOT_FILED_JA, Rect(LEFT_MM, y, width - 52, 3.6), fonts.SANS_BOLD, 7.5)
        if any(needs_a_look(box) or box.is_missing for box in filled.boxes):
            self.text(STAFF_MARK_JA, Rect(LEFT_MM, y, width, 3.6), fonts.SANS, 7, align="right", colour=GREY)
        self.text(f"{number}/{of}", Rect(LEFT_MM, y + 3.8, width, 3.6), fonts.SANS, 8, align="right")
        if self.preview:
            self.legend(y + 3.8)
            return
        parts = [f"{filled.id} {filled.form.edition}版", f"作成 {era_date(filled.prepared_on)}"]
        if self.reception:
            parts.append(f"受付番号 {self.reception}")
        self.text("  ".join(parts), Rect(LEFT_MM, y + 3.8, width - 20, 3.6), fonts.SANS, 7, colour=GREY)

    def legend(self, y: float) -> None:
        """What the tints of the preview mean."""
        x = LEFT_MM
        for label, tint in (
            *((words, colour) for _, words, colour in TINTS),
            ("まだわからない", MISSING_TINT),
        ):
            self.rect(Rect(x, y + 0.4, 3, 2.8), stroke=THIN, fill=tint)
            self.text(label, Rect(x + 3.6, y, 22, 3.6), fonts.SANS, 7)
            x += 25


def _tint(box: FilledBox) -> Color | None:
    if box.origin is not None and not box.is_empty:
        return next(colour for origins, _, colour in TINTS if box.origin in origins)
    return MISSING_TINT if box.is_missing else None


TickLine = tuple[list[tuple[str, bool, float]], float]


def _tick_lines(box: FilledBox, size: float, room_mm: float) -> list[TickLine]:
    """Options in lines: (label, ticked, width) and the width of each line, in millimetres."""
    lines: list[TickLine] = []
    for tick in box.ticks:
        face = fonts.SANS_BOLD if tick.ticked else fonts.SANS
        words = fonts.width_pt(fonts.split_runs(tick.label_ja, face), size) / PT_PER_MM
        width = words + size * 1.15 / PT_PER_MM + 2.2
        if lines and lines[-1][1] + width - 2.2 <= room_mm:
            lines[-1] = ([*lines[-1][0], (tick.label_ja, tick.ticked, width)], lines[-1][1] + width)
        else:
            lines.append(([(tick.label_ja, tick.ticked, width)], width))
    return lines
