"""Where everything of a filled form stands: one engine for all forms, in millimetres from the top left.

Pure geometry: a record says which boxes share a line and how wide they are, this module turns that into rectangles
on pages. Drawing is `pdf`. The geometry is also what the preview touches and what tests look into.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from counter_bridge import fonts
from counter_bridge.filled_form import FilledBox, FilledForm, FilledSection
from counter_bridge.form_errors import FormDoesNotFit
from counter_bridge.rect import Rect
from counter_bridge.text_fit import PT_PER_MM, Fitted, broken, fit
from kb.form import FormField

A4_MM = (210.0, 297.0)
LEFT_MM, RIGHT_MM, TOP_MM, BOTTOM_MM = 20.0, 14.0, 9.0, 9.0
"""Margins; the left one leaves room for two punched holes (centres 12 mm from the edge)."""

FOOTER_MM = 8.6
QR_MM = 18.0
SECTION_MM = 4.6
HEAD_MM = 8.6
LABEL_PT, NOTE_PT = 8.5, 7.5
LABEL_MOST_MM, LABEL_LEAST_MM = 27.0, 11.0
SIGNATURE_MM = (70.0, 12.0)
"""Least width and height of a box somebody signs in."""

PADDING_MM, PADDING_Y_MM = 1.2, 0.3
MARK_MM = 7.5
"""Kept free beside a value for the mark 要確認."""

USUAL_PT = 12.0
VALUE_PT = {"name": 14.0, "signature": 14.0, "hiragana": 10.5, "katakana": 10.5}

LINE_MM = {"signature": 14.0, "name": 10.0, "address": 10.0, "number_cells": 9.0, "ticks": 8.6, "blank": 7.4}
USUAL_LINE_MM = 9.0
STAFF_LINE_MM = 7.4

PieceKind = Literal[
    "law", "title", "addressed", "intent", "deemed", "hint", "section", "label", "head", "value", "note"
]


@dataclass(frozen=True)
class Piece:
    """One thing on a page: a text, or a box with what fills it."""

    kind: PieceKind
    rect: Rect
    text: str = ""
    box: FilledBox | None = None
    staff: bool = False
    centred: bool = False


@dataclass(frozen=True)
class PageLayout:
    """One page of a form."""

    pieces: tuple[Piece, ...]
    frame: Rect | None
    """Thick frame round the resident's part."""
    continuation: bool = False


def face_of(field_type: str) -> str:
    """Names stand in the Mincho of the residents' record, everything else in the universal-design Gothic."""
    return fonts.MINCHO if field_type in ("name", "signature") else fonts.SANS


def needs_a_look(box: FilledBox) -> bool:
    """Printed with a mark for the clerk: weak, contradicted, or with a character no font holds."""
    return box.doubtful or (bool(box.text) and fonts.lacks_shape(box.text, face_of(box.field.type)))


def fitted(piece: Piece) -> Fitted:
    """The text of a box at the size at which it stands in its rectangle."""
    box = piece.box
    if box is None or not box.text:
        return Fitted(0.0, ())
    beside_mark = MARK_MM if needs_a_look(box) else 0.0
    one_line = box.field.type in ("name", "signature", "date", "phone")
    return fit(
        box.text,
        face_of(box.field.type),
        piece.rect.w_mm - 2 * PADDING_MM - beside_mark,
        piece.rect.h_mm - 2 * PADDING_Y_MM,
        VALUE_PT.get(box.field.type, USUAL_PT),
        one_line=one_line,
    )


@dataclass
class _Page:
    pieces: list[Piece] = field(default_factory=list)
    framed_from: float | None = None
    framed_to: float = 0.0
    continuation: bool = False


def page_count(filled: FilledForm) -> int:
    """Pages the form takes on paper."""
    return len(lay_out(filled))


def page_size_mm(filled: FilledForm) -> tuple[float, float]:
    """Width and height of the paper."""
    width, height = A4_MM
    return (height, width) if filled.form.landscape else (width, height)


def lay_out(filled: FilledForm) -> tuple[PageLayout, ...]:
    """All pages of a form; `FormDoesNotFit` when its record needs more than a page for something."""
    flow = _Flow(filled)
    flow.heading()
    for section in filled.sections:
        if section.section.staff:
            continue
        flow.section(section)
    for section in filled.sections:
        if section.section.staff:
            flow.section(section)
    flow.notes()
    return flow.finished()


class _Flow:
    """Places sections from top to bottom; a table goes on where the page ends."""

    def __init__(self, filled: FilledForm):
        self.filled = filled
        width, height = page_size_mm(filled)
        self.left = LEFT_MM
        self.width = width - LEFT_MM - RIGHT_MM
        self.bottom = height - BOTTOM_MM - FOOTER_MM
        self.page = _Page()
        self.pages = [self.page]
        self.y = TOP_MM
        self.rest: list[FilledSection] = []

    def heading(self) -> None:
        form = self.filled.form
        self.put("law", self.left, self.y, self.width - QR_MM - 20, 4.0, form.law_form_ja)
        title = form.title_ja + ("(続紙)" if self.page.continuation else "")
        self.put("title", self.left, self.y + 4.4, self.width, 9.0, title, centred=True)
        addressed = f"{self.filled.addressed_to_ja} あて"
        beside_title = 6.0 if form.landscape else 13.6
        self.put("addressed", self.left, self.y + beside_title, self.width * 0.6, 6.4, addressed)
        self.y += beside_title + 7.0
        room = self.width - QR_MM - 12
        lines = len(broken(form.intent_ja, fonts.SANS, room * PT_PER_MM / 9.0))
        self.put("intent", self.left, self.y, room, 4.4 * lines, form.intent_ja)
        self.y = max(self.y + 4.4 * lines + 1, TOP_MM + QR_MM + 3.2)
        if self.filled.deemed:
            lines = len(broken(form.deemed_law_ja, fonts.SANS_BOLD, (self.width - 6) * PT_PER_MM / 8.5))
            self.put("deemed", self.left, self.y, self.width, 3.9 * lines + 2.6, form.deemed_law_ja)
            self.y += 3.9 * lines + 3.8
        if self.filled.signature_shared_with_ja:
            text = f"署名は「{self.filled.signature_shared_with_ja}」の署名で兼ねます。"
            self.put("intent", self.left, self.y, self.width, 4.4, text)
            self.y += 5.0

    def section(self, filled: FilledSection) -> None:
        section = filled.section
        rows_to_come = filled.rows[section.max_rows :] if section.max_rows else ()
        lines = _lines(section.fields) if section.people is None else ()
        height = SECTION_MM + (
            sum(_line_mm(line, staff=section.staff) for line in lines)
            if section.people is None
            else HEAD_MM + section.max_rows * section.row_mm
        )
        if section.staff:
            self.y += 1.2
        self.need(height, section.title_ja)
        self.frame(self.y, self.y + height, staff=section.staff)
        title = section.title_ja + ("  ※続紙に続きます" if rows_to_come else "")
        self.put("section", self.left, self.y, self.width, SECTION_MM, title, staff=section.staff)
        self.y += SECTION_MM
        if section.people is not None:
            self.table(filled, filled.rows[: section.max_rows], section.max_rows)
            if rows_to_come:
                self.rest.append(filled)
            return
        self.lines(filled, lines)

    def lines(self, filled: FilledSection, lines: Sequence[tuple[FormField, ...]]) -> None:
        boxes = {box.key: box for box in filled.boxes}
        first_label = max((_label_mm(line[0], self.width * line[0].width) for line in lines), default=0.0)
        for line in lines:
            height = _line_mm(line, staff=filled.section.staff)
            x = self.left
            for position, item in enumerate(line):
                width = self.width * item.width
                if position == len(line) - 1 and sum(other.width for other in line) > 0.985:
                    width = self.left + self.width - x
                label = first_label if position == 0 else _label_mm(item, width)
                words = _label(item, sign=boxes[item.key].sign_here)
                self.put("label", x, self.y, label, height, words, staff=filled.section.staff)
                self.put(
                    "value",
                    x + label,
                    self.y,
                    width - label,
                    height,
                    box=boxes[item.key],
                    staff=filled.section.staff,
                )
                x += width
            self.y += height

    def table(self, filled: FilledSection, rows: Sequence[object], least: int) -> None:
        section = filled.section
        columns = _columns(section.fields)
        total = sum(column[0].width for column in columns)
        edges = [0.0, *itertools.accumulate(column[0].width / total * self.width for column in columns)]
        staff = [all(item.source == "staff" for item in column) for column in columns]
        for number, column in enumerate(columns):
            x, width = self.left + edges[number], edges[number + 1] - edges[number]
            text = "\n".join(_label(item) for item in column)
            self.put("head", x, self.y, width, HEAD_MM, text, staff=staff[number], centred=True)
        self.y += HEAD_MM
        boxes = [{box.key: box for box in row.boxes} for row in filled.rows if row in rows]
        for position in range(max(len(boxes), least)):
            row = boxes[position] if position < len(boxes) else {}
            for number, column in enumerate(columns):
                x, width = self.left + edges[number], edges[number + 1] - edges[number]
                shares = [item.height_mm or 1.0 for item in column]
                y = self.y
                for item, share in zip(column, shares, strict=True):
                    height = section.row_mm * share / sum(shares)
                    blank = (
                        "以下余白" if position == len(boxes) and number == 0 and item is column[-1] else ""
                    )
                    self.put(
                        "value",
                        x,
                        y,
                        width,
                        height,
                        blank,
                        box=row.get(item.key),
                        staff=staff[number],
                        centred=item.type in ("text", "date"),
                    )
                    y += height
            self.y += section.row_mm

    def notes(self) -> None:
        form = self.filled.form
        notes = list(form.notes_ja)
        if form.attachments_ja:
            notes.append("添付・提示するもの: " + "、".join(form.attachments_ja))
        self.y += 1.0
        for text in notes:
            lines = len(broken(f"○ {text}", fonts.SANS, (self.width - 2) * PT_PER_MM / NOTE_PT))
            height = 3.3 * lines
            self.need(height, "notes")
            self.put("note", self.left, self.y, self.width, height, f"○ {text}")
            self.y += height + 0.3

    def continuation(self) -> None:
        """Further people on sheets of their own, as many as a sheet holds."""
        for filled in self.rest:
            section = filled.section
            start = section.max_rows
            while start < len(filled.rows):
                some = filled.rows[start : start + section.max_rows * 2]
                height = SECTION_MM + HEAD_MM + len(some) * section.row_mm
                self.need_on_continuation(height, section.title_ja)
                self.frame(self.y, self.y + height, staff=False)
                self.put("section", self.left, self.y, self.width, SECTION_MM, section.title_ja)
                self.y += SECTION_MM
                self.table(filled, some, 0)
                start += len(some)

    def new_page(self) -> None:
        self.page = _Page(continuation=True)
        self.pages.append(self.page)
        self.y = TOP_MM
        self.heading()

    def need(self, height: float, part: str) -> None:
        """Room for the next part: on this page, else on a new one; nothing is ever squeezed or cut."""
        if self.y + height > self.bottom + 0.01:
            self.new_page()
        if self.y + height > self.bottom + 0.01:
            raise FormDoesNotFit(self.filled.id, part)

    def need_on_continuation(self, height: float, part: str) -> None:
        """Room on the continuation sheet begun, else on a new one."""
        if self.page.continuation:
            self.y += 2.0
            self.need(height, part)
            return
        self.new_page()
        self.need(height, part)

    def frame(self, top: float, bottom: float, *, staff: bool) -> None:
        if not staff:
            if self.page.framed_from is None:
                self.page.framed_from = top
            self.page.framed_to = bottom

    def put(
        self,
        kind: PieceKind,
        x: float,
        y: float,
        w: float,
        h: float,
        text: str = "",
        *,
        box: FilledBox | None = None,
        staff: bool = False,
        centred: bool = False,
    ) -> None:
        rect = Rect(round(x, 3), round(y, 3), round(w, 3), round(h, 3))
        self.page.pieces.append(Piece(kind, rect, text, box, staff, centred))

    def too_long(self) -> None:
        """Values that even the smallest type cannot hold stand in full on a sheet of their own."""
        pieces = [p for page in self.pages for p in page.pieces if p.box is not None and not fitted(p).fits]
        for number, piece in enumerate(pieces):
            box = piece.box
            if box is None:
                continue
            lines = broken(box.text, face_of(box.field.type), (self.width - 52) * PT_PER_MM / USUAL_PT)
            height = 5.0 * len(lines) + 4
            if number == 0 or self.y + height > self.bottom:
                self.need_on_continuation(SECTION_MM + height, "欄に入りきらない記載")
                self.put("section", self.left, self.y, self.width, SECTION_MM, "欄に入りきらない記載")
                self.y += SECTION_MM
            self.put("label", self.left, self.y, 50, height, box.field.label_ja)
            self.put("value", self.left + 50, self.y, self.width - 50, height, box=box)
            self.y += height

    def finished(self) -> tuple[PageLayout, ...]:
        self.continuation()
        self.too_long()
        return tuple(
            PageLayout(
                tuple(page.pieces),
                None
                if page.framed_from is None
                else Rect(self.left, page.framed_from, self.width, page.framed_to - page.framed_from),
                page.continuation,
            )
            for page in self.pages
        )


def _lines(fields: Sequence[FormField]) -> tuple[tuple[FormField, ...], ...]:
    """Boxes in lines: the next one goes on the same line as long as the shares stay within the line."""
    lines: list[list[FormField]] = []
    used = 2.0
    for item in fields:
        if used + item.width > 1.005:
            lines.append([])
            used = 0.0
        lines[-1].append(item)
        used += item.width
    return tuple(tuple(line) for line in lines)


def _columns(fields: Sequence[FormField]) -> tuple[tuple[FormField, ...], ...]:
    columns: list[list[FormField]] = []
    for item in fields:
        if item.stacked and columns:
            columns[-1].append(item)
        else:
            columns.append([item])
    return tuple(tuple(column) for column in columns)


def _line_mm(line: Sequence[FormField], *, staff: bool) -> float:
    usual = STAFF_LINE_MM if staff else USUAL_LINE_MM
    return max(item.height_mm or (usual if staff else LINE_MM.get(item.type, usual)) for item in line)


def _label(item: FormField, *, sign: bool = False) -> str:
    if sign:
        return "▶署名" if item.label_ja == "署名" else f"{item.label_ja}\n▶署名"
    return f"{item.label_ja}\n({item.note_ja})" if item.note_ja else item.label_ja


def _label_mm(item: FormField, width: float) -> float:
    """Width of a label: its words on one line, or on two when they would take too much of the box."""
    words = max(
        fonts.width_pt(fonts.split_runs(part, fonts.SANS), LABEL_PT) / PT_PER_MM
        for part in _label(item).split("\n")
    )
    most = min(LABEL_MOST_MM, width * 0.4)
    wanted = words + 3.0
    if wanted > most:
        wanted = max(words / 2 + 5.0, LABEL_LEAST_MM)
    return max(LABEL_LEAST_MM, min(wanted, most))
