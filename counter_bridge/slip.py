"""Slips from a receipt printer (80 mm): a ticket, and what to bring when coming back.

Neither holds a name, a procedure or anything else of a person (COUNTER_RULES 9, 15): a slip is lost, left on a bench,
read by whoever finds it.
"""

import datetime as dt
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reportlab.pdfgen.canvas import Canvas

from counter_bridge import fonts
from counter_bridge.drawing import BLACK, RED, SAMPLE_JA, Sheet, drawing_lock
from counter_bridge.japanese_date import era_date
from counter_bridge.rect import Rect
from counter_bridge.take_home_sheet import NOT_FILED_JA
from counter_bridge.text_fit import LEADING, PT_PER_MM, broken

WIDTH_MM, MARGIN_MM = 80.0, 5.0
ROOM_MM = WIDTH_MM - 2 * MARGIN_MM
CODE_MM = 34.0
LONGEST_MM = 400.0

WEEKDAYS_JA = "月火水木金土日"


@dataclass(frozen=True)
class SlipPaper:
    """One paper to bring, and until when."""

    name_ja: str
    until: dt.date | None


def render_ticket_slip(
    number: str,
    *,
    counter_ja: str,
    people_ahead: int | None,
    minutes: int | None,
    status_url: str,
    town_ja: str,
    day: dt.date,
    demo: bool,
) -> bytes:
    """The ticket as PDF; the code leads to its status and nowhere else."""

    def write(slip: _Slip) -> None:
        slip.line(f"{town_ja}  {era_date(day)}", 9)
        slip.line("受付番号", 11)
        slip.line(number, 44, bold=True)
        slip.line(f"窓口 {counter_ja}", 12, bold=True)
        if people_ahead is not None:
            slip.line(f"前にお待ちの方 {people_ahead}人", 11)
        if minutes is not None:
            slip.line(f"およそ {minutes}分" if minutes else "まもなくお呼びします", 11)
        slip.code_in_the_middle(status_url)
        slip.line("順番がスマートフォンでわかります", 9)
        slip.rule()
        slip.write(NOT_FILED_JA, 10, bold=True)

    return _rendered("番号札", write, demo=demo)


def render_hold_slip(
    number: str,
    papers: Sequence[SlipPaper],
    *,
    town_ja: str,
    phone_ja: str,
    day: dt.date,
    demo: bool,
) -> bytes:
    """The number and the papers still missing, as PDF; a paper wanted twice stands there once, with the earlier day."""
    merged: dict[str, dt.date | None] = {}
    for paper in papers:
        days = [d for d in (merged.get(paper.name_ja), paper.until) if d is not None]
        merged[paper.name_ja] = min(days, default=None)

    def write(slip: _Slip) -> None:
        slip.line(f"{town_ja}  {era_date(day)}", 9)
        slip.line("次に来るときの控え", 13, bold=True)
        slip.line("受付番号", 11)
        slip.line(number, 44, bold=True)
        slip.rule()
        slip.write("お持ちください", 11, bold=True)
        for name_ja, until in merged.items():
            slip.box(name_ja, 12)
            if until is not None:
                slip.write(f"{day_ja(until)}まで", 10, inset=7)
        slip.rule()
        slip.write("この番号を窓口でお伝えください。ご本人の確認をしてから、続きを進めます。", 10)
        if phone_ja:
            slip.write(f"お問い合わせ {phone_ja}", 9)

    return _rendered("次に来るときの控え", write, demo=demo)


def day_ja(day: dt.date) -> str:
    """The day with its weekday, as people remember it.

    >>> day_ja(dt.date(2026, 4, 20))
    '4月20日(月)'
    """
    return f"{day.month}月{day.day}日({WEEKDAYS_JA[day.weekday()]})"


class _Slip(Sheet):
    """Writes down the roll."""

    def __init__(self, canvas: Canvas, height_mm: float, *, demo: bool):
        super().__init__(canvas)
        self.begin(WIDTH_MM, height_mm)
        self.y = MARGIN_MM
        if demo:
            self.sample_mark()
            self.text(SAMPLE_JA, self._next(7), fonts.SANS_BOLD, 13, align="centre", colour=RED)
            self.y += 7

    def _next(self, height_mm: float, inset_mm: float = 0.0) -> Rect:
        return Rect(MARGIN_MM + inset_mm, self.y, ROOM_MM - inset_mm, height_mm)

    def line(self, text: str, size: float, *, bold: bool = False) -> None:
        """One centred line, in smaller type where it is too long."""
        height = size * LEADING / PT_PER_MM + 0.8
        face = fonts.SANS_BOLD if bold else fonts.SANS
        self.text(text, self._next(height), face, size, align="centre")
        self.y += height

    def write(self, text: str, size: float, *, bold: bool = False, inset: float = 0.0) -> None:
        """Text from the left in as many lines as it needs."""
        face = fonts.SANS_BOLD if bold else fonts.SANS
        lines = len(broken(text, face, (ROOM_MM - inset) * PT_PER_MM / size))
        height = lines * size * LEADING / PT_PER_MM + 1.2
        self.paragraph(text, self._next(height, inset), face, size)
        self.y += height

    def box(self, text: str, size: float) -> None:
        """A line with a box to tick."""
        self.rect(Rect(MARGIN_MM + 0.6, self.y + 1.0, 4, 4), width_pt=0.8, stroke=BLACK)
        self.write(text, size, bold=True, inset=7)

    def rule(self) -> None:
        """A line across."""
        self.y += 1.5
        self.rect(Rect(MARGIN_MM, self.y, ROOM_MM, 0.01), width_pt=0.8, stroke=BLACK)
        self.y += 2

    def code_in_the_middle(self, content: str) -> None:
        """A QR code across the middle."""
        self.code(content, Rect((WIDTH_MM - CODE_MM) / 2, self.y, CODE_MM, CODE_MM))
        self.y += CODE_MM


def _rendered(title_ja: str, write: Callable[[_Slip], None], *, demo: bool) -> bytes:
    """Drawn twice: how long the roll must be is known when everything stands on it."""
    fonts.register_fonts()
    with drawing_lock:
        height_mm = LONGEST_MM
        for _ in range(2):
            buffer = io.BytesIO()
            canvas = Canvas(buffer, invariant=1, pageCompression=1)
            canvas.setTitle(f"{SAMPLE_JA} {title_ja}" if demo else title_ja)
            canvas.setProducer("one-counter")
            slip = _Slip(canvas, height_mm, demo=demo)
            write(slip)
            slip.end()
            canvas.save()
            height_mm = slip.y + MARGIN_MM
    return buffer.getvalue()
