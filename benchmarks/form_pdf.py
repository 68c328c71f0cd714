"""The family's seven sheets: fill, lay out, draw. Baseline in the same run: one page of plain text in the same fonts.

python benchmarks/form_pdf.py
"""

import datetime as dt
import io
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from counter_bridge import fonts
from counter_bridge.forms import fill_forms
from counter_bridge.pdf import page_png, render_pdf
from kb.facts_file import read_facts
from kb.load import load

FAMILY = Path(__file__).parent / "family_of_six.yaml"
TODAY = dt.date(2026, 4, 7)
ROUNDS = 20
SHEETS = (
    ("resident_change_notification", ()),
    ("national_health_insurance_notification", ("p1", "p2", "p4", "p5", "p6")),
    ("late_elderly_medical_notification", ("p3",)),
    ("long_term_care_insured_notification", ("p3",)),
    ("child_allowance_claim", ()),
    ("child_medical_certificate_application", ("p4", "p5", "p6")),
    ("my_number_card_entry_change_notification", ("p1", "p2", "p3", "p4", "p5", "p6")),
)


def baseline() -> bytes:
    """One page of the same fonts, nothing laid out."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1)
    for face in (fonts.SANS, fonts.MINCHO):
        canvas.setFont(face, 12)
        for line in range(20):
            canvas.drawString(60, 780 - 30 * line, "住民異動届　見本太郎")
    canvas.save()
    return buffer.getvalue()


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Median and worst of the rounds, in milliseconds."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times), max(times)


def main() -> None:
    start = time.perf_counter()
    fonts.register_fonts()
    print(f"fonts registered once: {(time.perf_counter() - start) * 1000:.0f} ms")
    kb = load()
    facts = read_facts(kb.vocabulary, FAMILY)
    start = time.perf_counter()
    filled = fill_forms(kb, facts, SHEETS, TODAY)
    rendered = render_pdf(filled, demo=True, reception="A-042")
    print(f"first set: {(time.perf_counter() - start) * 1000:.0f} ms")
    rows = [
        ("baseline: one page of plain text", baseline),
        ("fill seven sheets", lambda: fill_forms(kb, facts, SHEETS, TODAY)),
        ("draw seven sheets", lambda: render_pdf(filled, demo=True, reception="A-042")),
        (
            "fill and draw seven sheets",
            lambda: render_pdf(fill_forms(kb, facts, SHEETS, TODAY), demo=True, reception="A-042"),
        ),
        ("picture of one page, 110 dpi", lambda: page_png(rendered.pdf, 0)),
    ]
    print(f"{'':36}{'median ms':>10}{'worst ms':>10}")
    for name, work in rows:
        median, worst = timed(work)
        print(f"{name:36}{median:10.1f}{worst:10.1f}")
    print(f"{sum(rendered.pages)} pages, {len(rendered.pdf) / 1000:.0f} kB")


if __name__ == "__main__":
    main()
