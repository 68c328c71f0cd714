"""Slips: a number, a code, papers; nothing about anybody."""

import datetime as dt
import doctest

import pypdfium2 as pdfium
import pytest

from counter_bridge import slip
from counter_bridge.slip import WIDTH_MM, SlipPaper, render_hold_slip, render_ticket_slip

DAY = dt.date(2026, 4, 7)
MM_PER_PT = 25.4 / 72


def shown(pdf: bytes) -> tuple[str, list[tuple[float, float]]]:
    """Text and page sizes in millimetres."""
    document = pdfium.PdfDocument(pdf)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    return text, [tuple(side * MM_PER_PT for side in page.get_size()) for page in document]


def ticket(**other: object) -> bytes:
    values = {
        "counter_ja": "1番 総合窓口",
        "people_ahead": 3,
        "minutes": 25,
        "status_url": "https://example.lg.jp/status#abc",
        "town_ja": "星見野市",
        "day": DAY,
        "demo": False,
        **other,
    }
    return render_ticket_slip("A-101", **values)  # type: ignore[arg-type]


def test_the_examples_in_the_documentation_hold():
    assert doctest.testmod(slip).failed == 0


def test_a_ticket_tells_number_counter_wait_and_that_nothing_is_filed():
    text, sizes = shown(ticket())
    for word in ("A-101", "1番 総合窓口", "3人", "25分", "まだ届出は済んでいません", "令和8年4月7日"):
        assert word in text.replace("\r\n", ""), word
    ((width, height),) = sizes
    assert width == pytest.approx(WIDTH_MM, abs=0.1)
    assert height < 160, "the roll is cut where the writing ends"


def test_a_ticket_without_a_wait_says_soon_or_nothing():
    assert "まもなく" in shown(ticket(minutes=0))[0]
    text = shown(ticket(minutes=None, people_ahead=None))[0]
    assert "分" not in text.replace("令和8年4月7日", "")


def test_in_the_demo_every_slip_says_sample():
    assert "見本" in shown(ticket(demo=True))[0]
    assert "見本" not in shown(ticket())[0]


def test_coming_back_needs_the_number_and_each_paper_once_with_its_earlier_day():
    papers = [
        SlipPaper("在学証明書", dt.date(2026, 4, 20)),
        SlipPaper("在学証明書", dt.date(2026, 4, 15)),
        SlipPaper("資格喪失証明書" * 6, None),
    ]
    pdf = render_hold_slip("A-101", papers, town_ja="星見野市", phone_ja="000-000-0000", day=DAY, demo=False)
    text, sizes = shown(pdf)
    assert text.count("在学証明書") == 1
    assert "4月15日(水)まで" in text
    assert "4月20日" not in text
    assert "A-101" in text
    assert len(sizes) == 1


def test_a_long_list_makes_a_long_slip_and_loses_nothing():
    papers = [SlipPaper(f"書類{number}番", DAY) for number in range(15)]
    text, _ = shown(render_hold_slip("A-101", papers, town_ja="市", phone_ja="", day=DAY, demo=False))
    assert all(f"書類{number}番" in text for number in range(15))
