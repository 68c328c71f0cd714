"""The take-home sheet: the plan on paper, for somebody who carries it through the building or home.

It holds no name, birth date or address (COUNTER_RULES 9): it is made from the plan as the interface gives it, and
only from the parts named here. Its code leads to a status page and nowhere else.
"""

import datetime as dt
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.pdfgen.canvas import Canvas

from counter_bridge import fonts
from counter_bridge.drawing import BLACK, RED, SAMPLE_JA, THIN, Sheet, drawing_lock
from counter_bridge.japanese_date import era_date
from counter_bridge.rect import Rect
from counter_bridge.text_fit import LEADING, PT_PER_MM, broken

WIDTH_MM, HEIGHT_MM = 210.0, 297.0
MARGIN_MM = 16.0
BOTTOM_MM = 19.0
CODE_MM = 30.0

NOT_FILED_JA = "まだ届出は済んでいません。窓口で確認して署名します。"
ESTIMATE_JA = "これは、うかがったお話からの見込みです。職員が確認します。"

TODAY_JA = {"yes": "今日終わる見込み", "partly": "今日は一部まで", "no": "今日は終わりません"}


@dataclass(frozen=True)
class TakeHomeTicket:
    """What a ticket says; no person stands on it."""

    number: str
    counter_ja: str
    people_ahead: int | None = None
    minutes: int | None = None


def render_take_home_sheet(
    plan: Mapping[str, Any],
    *,
    town_ja: str,
    prepared_on: dt.date,
    demo: bool,
    ticket: TakeHomeTicket | None = None,
    status_url: str | None = None,
) -> bytes:
    """The sheet as PDF; `plan` is the plan of API.md, `status_url` carries a status-only token."""
    fonts.register_fonts()
    buffer = io.BytesIO()
    with drawing_lock:
        canvas = Canvas(buffer, invariant=1, pageCompression=1)
        canvas.setTitle(f"{SAMPLE_JA} 手続きのご案内" if demo else "手続きのご案内")
        canvas.setProducer("one-counter")
        writer = _Writer(canvas, town_ja, prepared_on, demo=demo)
        writer.top(ticket, status_url)
        writer.summary(plan)
        writer.bring(_papers(plan))
        writer.steps(_listed(plan, "procedures"))
        writer.others(plan)
        writer.finish()
        canvas.save()
    return buffer.getvalue()


class _Writer(Sheet):
    """Writes down the page and goes on to the next one when it is full."""

    def __init__(self, canvas: Canvas, town_ja: str, prepared_on: dt.date, *, demo: bool):
        super().__init__(canvas)
        self.town_ja = town_ja
        self.prepared_on = prepared_on
        self.demo = demo
        self.number = 0
        self.y = 0.0
        self.new_page()

    @property
    def room(self) -> float:
        """Width between the margins."""
        return WIDTH_MM - 2 * MARGIN_MM

    def new_page(self) -> None:
        """Start a page with its head."""
        self.begin(WIDTH_MM, HEIGHT_MM)
        self.number += 1
        self.y = MARGIN_MM
        self.text("手続きのご案内", self.line(9), fonts.SANS_BOLD, 20)
        right = Rect(MARGIN_MM, MARGIN_MM, self.room, 9)
        self.text(f"{self.town_ja}  {era_date(self.prepared_on)}", right, fonts.SANS, 10, align="right")
        self.y += 11

    def end_page(self) -> None:
        """Foot and mark of a full page."""
        foot = Rect(MARGIN_MM, HEIGHT_MM - BOTTOM_MM, self.room, 5)
        self.text(NOT_FILED_JA, foot, fonts.SANS_BOLD, 12)
        below = Rect(MARGIN_MM, foot.y_mm + 5.4, self.room, 4.4)
        self.text(ESTIMATE_JA, below, fonts.SANS, 10)
        self.text(str(self.number), foot, fonts.SANS, 9, align="right")
        if self.demo:
            self.sample_mark()
            corner = Rect(WIDTH_MM / 2 - 10, MARGIN_MM - 7, 20, 6)
            self.text(SAMPLE_JA, corner, fonts.SANS_BOLD, 13, align="centre", colour=RED)
        self.end()

    def finish(self) -> None:
        """End the last page."""
        self.end_page()

    def line(self, height: float, inset: float = 0.0) -> Rect:
        """The next rectangle across the page."""
        return Rect(MARGIN_MM + inset, self.y, self.room - inset, height)

    def need(self, height: float) -> None:
        """Go on to the next page when this one has not that much room."""
        if self.y + height > HEIGHT_MM - BOTTOM_MM - 2:
            self.end_page()
            self.new_page()

    def write(self, text: str, size: float, face: str = fonts.SANS, *, inset: float = 0.0) -> None:
        """A paragraph."""
        lines = len(broken(text, face, (self.room - inset) * PT_PER_MM / size))
        height = lines * size * LEADING / PT_PER_MM + 0.8
        self.need(height)
        self.paragraph(text, self.line(height, inset), face, size)
        self.y += height

    def top(self, ticket: TakeHomeTicket | None, status_url: str | None) -> None:
        """The number, very large, and the code."""
        if ticket is None and status_url is None:
            return
        height = CODE_MM + 2
        self.rect(self.line(height), width_pt=1.4, stroke=BLACK)
        beside = self.room - (CODE_MM + 4 if status_url else 0)
        if ticket is not None:
            self.text("受付番号", Rect(MARGIN_MM + 4, self.y + 2, 40, 5), fonts.SANS, 11)
            number = Rect(MARGIN_MM + 4, self.y + 7, beside * 0.42, 22)
            self.text(ticket.number, number, fonts.SANS_BOLD, 54)
            said = [f"窓口 {ticket.counter_ja}"]
            if ticket.people_ahead is not None:
                said.append(f"前にお待ちの方 {ticket.people_ahead}人")
            if ticket.minutes is not None:
                said.append(f"およそ {ticket.minutes}分" if ticket.minutes else "まもなくお呼びします")
            for position, text in enumerate(said):
                place = Rect(MARGIN_MM + beside * 0.5, self.y + 5 + 8 * position, beside * 0.5 - 3, 7)
                self.text(text, place, fonts.SANS_BOLD, 13)
        if status_url:
            x = MARGIN_MM + self.room - CODE_MM - 1
            self.code(status_url, Rect(x, self.y + 0.2, CODE_MM, CODE_MM))
            below = Rect(x, self.y + CODE_MM - 2, CODE_MM, 3.6)
            self.text("順番がわかります", below, fonts.SANS, 8, align="centre")
        self.y += height + 3

    def summary(self, plan: Mapping[str, Any]) -> None:
        """The sentence that matters most."""
        minutes = plan.get("minutes") or {}
        visited = plan.get("counters_visited")
        parts = []
        if visited:
            parts.append(f"窓口は{visited}か所")
        if minutes.get("high"):
            low, high = minutes.get("low"), minutes["high"]
            parts.append(f"約{low}〜{high}分" if low != high else f"約{high}分")
        if parts:
            self.write("、".join(parts) + "の見込みです。", 14, fonts.SANS_BOLD)
            self.y += 1

    def steps(self, procedures: Sequence[Mapping[str, Any]]) -> None:
        """Each procedure: what, for whom, where, until when, what it costs, and by which law."""
        one_counter = len({step.get("counter") for step in procedures}) == 1
        for position, step in enumerate(procedures, 1):
            self.need(20)
            self.canvas.setStrokeColor(THIN)
            self.canvas.setLineWidth(0.6)
            y = (HEIGHT_MM - self.y) * PT_PER_MM
            self.canvas.line(MARGIN_MM * PT_PER_MM, y, (MARGIN_MM + self.room) * PT_PER_MM, y)
            self.y += 1.4
            plain = step.get("plain_ja")
            self.text(str(position), Rect(MARGIN_MM, self.y, 8, 6.4), fonts.SANS_BOLD, 15)
            self.name(str(step["name_ja"]), "" if plain in (None, step["name_ja"]) else str(plain))
            for text in _details(step, one_counter=one_counter):
                self.write(text, 11.5, inset=9)
            if step.get("law"):
                self.write(f"根拠 {step['law']}", 8.5, inset=9)
            self.y += 1.6

    def name(self, name_ja: str, plain_ja: str) -> None:
        """A procedure's name with the plain word for it; a plain word that is too long takes a line of its own."""
        plain = f"({plain_ja})" if plain_ja else ""
        if len(broken(f"{name_ja}{plain}", fonts.SANS_BOLD, (self.room - 9) * PT_PER_MM / 14)) == 1:
            self.write(f"{name_ja}{plain}", 14, fonts.SANS_BOLD, inset=9)
            return
        self.write(name_ja, 14, fonts.SANS_BOLD, inset=9)
        self.write(plain, 12, inset=9)

    def bring(self, papers: Sequence[Mapping[str, Any]]) -> None:
        """What to have at hand, with a box to tick."""
        if not papers:
            return
        self.need(20)
        self.y += 1
        self.write("お手元にご用意ください", 14, fonts.SANS_BOLD)
        for paper in papers:
            note = f"({paper['note']})" if paper.get("note") else ""
            instead = "、".join(paper.get("alternatives") or ())
            words = f"{paper['name_ja']}{note}" + (f"(どれか: {instead})" if instead else "")
            self.need(7)
            self.rect(Rect(MARGIN_MM + 1, self.y + 0.9, 3.8, 3.8), width_pt=0.8, stroke=BLACK)
            self.write(words, 12, inset=8)
            self.y += 0.6
        self.y += 3

    def others(self, plan: Mapping[str, Any]) -> None:
        """What is open, and what is done elsewhere."""
        undecided = [item["name_ja"] for item in _listed(plan, "undecided")]
        if undecided:
            self.y += 2
            self.write("窓口で確認します", 13, fonts.SANS_BOLD)
            self.write("、".join(undecided), 11.5)
        elsewhere = _listed(plan, "elsewhere")
        if elsewhere:
            self.need(16)
            self.y += 2
            self.write("ほかの場所での手続き", 13, fonts.SANS_BOLD)
            for item in elsewhere:
                self.write(f"{item['name_ja']}: {item['where']}", 11.5)


def _details(step: Mapping[str, Any], *, one_counter: bool) -> list[str]:
    people = Counter(str(person["label"]) for person in step.get("for_whom") or ())
    whom = "・".join(f"{label}{number}人" if number > 1 else label for label, number in people.items())
    fee = step.get("fee_yen")
    deadline = step.get("deadline")
    today = TODAY_JA.get(str(step.get("today")), "")
    because = step.get("because")
    facts = [
        f"{era_date(dt.date.fromisoformat(deadline))}まで" if deadline else "",
        f"{today}({because})" if today and because else today,
        "" if fee is None else ("無料" if fee == 0 else f"手数料 {fee:,}円"),
    ]
    found = [
        f"どなたの分: {whom}" if whom else "",
        f"窓口: {step['counter']}" if step.get("counter") and not one_counter else "",
        "  ".join(part for part in facts if part),
    ]
    return [text for text in found if text]


def _papers(plan: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Papers of the whole visit, each once."""
    merged: dict[str, Mapping[str, Any]] = {}
    for source in (plan, *_listed(plan, "procedures")):
        for paper in source.get("bring") or ():
            merged.setdefault(str(paper["name_ja"]), paper)
    return list(merged.values())


def _listed(plan: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    return list(plan.get(key) or ())
