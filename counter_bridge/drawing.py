"""Drawing on one page in millimetres from the top left: text in any script, rectangles, codes, 見本.

The one place that talks to reportlab's canvas; what stands where is decided by those who call it.
"""

import threading
from collections.abc import Sequence
from typing import Any, Literal

import segno
from reportlab.lib.colors import Color
from reportlab.pdfgen.canvas import Canvas

from counter_bridge import fonts
from counter_bridge.rect import Rect
from counter_bridge.text_fit import LEADING, PT_PER_MM, Fitted, broken, fit

Align = Literal["left", "centre", "right"]

BLACK, GREY, THIN = Color(0, 0, 0), Color(0.35, 0.35, 0.35), Color(0.25, 0.25, 0.25)
WHITE, RED = Color(1, 1, 1), Color(0.75, 0.05, 0.05)

SAMPLE_JA = "見本"

QUIET_MODULES = 4
"""White modules a reader needs round a QR code."""

drawing_lock = threading.Lock()
"""reportlab's fonts keep their place in the font file, so one document is drawn at a time."""


class Sheet:
    """The page being drawn."""

    def __init__(self, canvas: Canvas):
        self.canvas = canvas
        self.width_mm = 0.0
        self.height_mm = 0.0

    def begin(self, width_mm: float, height_mm: float) -> None:
        """Start a page of this size."""
        self.width_mm, self.height_mm = width_mm, height_mm
        self.canvas.setPageSize((width_mm * PT_PER_MM, height_mm * PT_PER_MM))

    def end(self) -> None:
        """Finish the page."""
        self.canvas.showPage()

    def code(self, content: str, rect: Rect) -> None:
        """A QR code with its white border, error correction M."""
        matrix = tuple(segno.make(content, error="m", micro=False).matrix)
        module = rect.w_mm / (len(matrix) + 2 * QUIET_MODULES)
        self.canvas.setFillColor(BLACK)
        for row, line in enumerate(matrix):
            for column, dark in enumerate(line):
                if dark:
                    self.canvas.rect(
                        (rect.x_mm + (column + QUIET_MODULES) * module) * PT_PER_MM,
                        (self.height_mm - rect.y_mm - (row + QUIET_MODULES + 1) * module) * PT_PER_MM,
                        module * PT_PER_MM,
                        module * PT_PER_MM,
                        stroke=0,
                        fill=1,
                    )

    def sample_mark(self) -> None:
        """見本 across the page, as shapes: it is no text of the page."""
        canvas: Any = self.canvas
        canvas.saveState()
        canvas.setFillColor(Color(0, 0, 0, alpha=0.06))
        size = 0.42 * min(self.width_mm, self.height_mm) * PT_PER_MM
        canvas.translate(self.width_mm / 2 * PT_PER_MM, self.height_mm / 2 * PT_PER_MM)
        canvas.rotate(30)
        for number, character in enumerate(SAMPLE_JA):
            glyph = fonts.glyph_of(fonts.SANS_BOLD, character)
            self.outline(fonts.SANS_BOLD, glyph, (number - 1) * size * 1.1, -size * 0.4, size)
        canvas.restoreState()

    def paragraph(self, text: str, rect: Rect, face: str, size: float) -> None:
        """Text in as many lines as it needs, whether or not the rectangle is high enough."""
        lines = broken(text, face, rect.w_mm * PT_PER_MM / size)
        self.lines(Fitted(size, lines), rect)

    def text(
        self, text: str, rect: Rect, face: str, size: float, *, align: Align = "left", colour: Color = BLACK
    ) -> None:
        """One line, in smaller type where it is too long."""
        line = fit(text, face, rect.w_mm, 1000.0, size, one_line=True)
        self.lines(Fitted(line.size_pt, line.lines), rect, align=align, colour=colour)

    def lines(self, text: Fitted, rect: Rect, *, align: Align = "left", colour: Color = BLACK) -> None:
        """Draw lines into a rectangle, centred in its height."""
        size = text.size_pt
        step = size * LEADING
        top = rect.y_mm * PT_PER_MM + (rect.h_mm * PT_PER_MM - step * len(text.lines)) / 2
        self.canvas.setFillColor(colour)
        for number, runs in enumerate(text.lines):
            width = fonts.width_pt(runs, size)
            x = rect.x_mm * PT_PER_MM
            if align == "centre":
                x += (rect.w_mm * PT_PER_MM - width) / 2
            elif align == "right":
                x += rect.w_mm * PT_PER_MM - width
            baseline = self.height_mm * PT_PER_MM - (top + step * number + step * 0.5 + size * 0.36)
            self.runs(runs, x, baseline, size)

    def runs(self, runs: Sequence[fonts.Run], x: float, y: float, size: float) -> None:
        """Draw runs at a baseline, in points from the bottom left; shapes without text get it unseen."""
        loaded = fonts.register_fonts()
        for run in runs:
            face = run.face
            width = fonts.width_pt((run,), size)
            if run.kind == "text":
                self.canvas.setFont(face, size)
                self.canvas.drawString(x, y, run.text)
            else:
                if run.kind == "outline":
                    self.outline(face, run.glyph, x, y, size)
                else:
                    self.outline(fonts.SANS, fonts.glyph_of(fonts.SANS, fonts.GETA), x, y, size)
                loaded[face].admit(run.text)
                unseen = self.canvas.beginText(x, y)
                unseen.setFont(face, size)
                unseen.setTextRenderMode(3)
                unseen.textOut(run.text)
                unseen.setTextRenderMode(0)
                self.canvas.drawText(unseen)
            x += width

    def outline(self, face: str, glyph: str, x: float, y: float, size: float) -> None:
        """Fill the shape of a glyph."""
        path = self.canvas.beginPath()
        for name, points in fonts.outline(face, glyph)[0]:
            flat = [v for px, py in points for v in (x + px * size, y + py * size)]
            match name:
                case "move":
                    path.moveTo(*flat)
                case "line":
                    path.lineTo(*flat)
                case "curve":
                    path.curveTo(*flat)
                case "close":
                    path.close()
        self.canvas.drawPath(path, stroke=0, fill=1, fillMode=1)

    def rect(
        self, rect: Rect, *, width_pt: float = 0.4, stroke: Color | None = None, fill: Color | None = None
    ) -> None:
        """A rectangle with an outline, a filling, or both."""
        canvas = self.canvas
        if stroke is not None:
            canvas.setStrokeColor(stroke)
            canvas.setLineWidth(width_pt)
        if fill is not None:
            canvas.setFillColor(fill)
        canvas.rect(
            rect.x_mm * PT_PER_MM,
            (self.height_mm - rect.y_mm - rect.h_mm) * PT_PER_MM,
            rect.w_mm * PT_PER_MM,
            rect.h_mm * PT_PER_MM,
            stroke=int(stroke is not None),
            fill=int(fill is not None),
        )
