"""The hall's display: numbers, counters, minutes, and nothing about anybody."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from assistant.sound import Ears, LoadedSound, Sound
from speech.fake_ear import FakeEars
from speech.fake_speaker import FakeVoice
from speech.sentence_speaker import SentenceSpeaker
from tests.assistant.conftest import VisitScreen
from tests.browser.conftest import PHONE, PORTRAIT, WALL, Running
from tests.browser.screens import DeskScreen, HallScreen, KioskScreen, Paper, accessible

pytestmark = pytest.mark.browser


def test_a_number_waits_is_called_and_stays_readable(
    kiosk: KioskScreen, desk: DeskScreen, hall: HallScreen, axe: str
) -> None:
    kiosk.press("ticket-only")
    ticket = kiosk.ticket()
    expect(hall.page.locator(".next")).to_contain_text(ticket)
    expect(hall.page.locator(".now")).to_contain_text("お呼びしている方はいません")
    accessible(hall.page, axe)
    desk.open(ticket)
    desk.key("c")
    expect(hall.called).to_have_text(ticket)
    expect(hall.page.locator(".next")).not_to_contain_text(ticket)
    assert hall.called.evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= 160
    accessible(hall.page, axe)


def test_the_display_needs_no_login_and_gets_no_case(hall: HallScreen) -> None:
    answers = hall.page.evaluate("fetch('/api/v1/cases').then(r => r.status)")
    assert answers == 401


def test_a_lost_line_is_told(open_page: Callable[..., Page]) -> None:
    page = open_page("/", WALL)
    page.route_web_socket("**/api/v1/live", lambda line: line.close())
    page.goto("/display")
    expect(page.locator(".lost")).to_contain_text("つなぎ直しています")


@pytest.fixture
def sound() -> Sound:
    """A house with a voice."""
    return LoadedSound(lambda: Ears(FakeEars()), lambda: SentenceSpeaker(FakeVoice()))


def test_a_call_chimes_and_is_spoken_and_a_second_one_waits_for_its_turn(
    visitor: Callable[..., VisitScreen], desk: DeskScreen, hall: HallScreen
) -> None:
    tickets = [visitor().open_case(ticket_only=True)["ticket"] for _ in range(2)]
    hall.page.get_by_role("button", name="音を出す").click()
    expect(hall.page.get_by_role("button", name="音を出す")).to_have_count(0)
    for ticket in tickets:
        desk.open(ticket)
        with hall.page.expect_response(f"**/calls/{ticket}/announcement.wav") as spoken:
            desk.key("c")
        assert spoken.value.headers["content-type"] == "audio/wav"


def test_with_many_lines_every_counter_keeps_its_row(
    visitor: Callable[..., VisitScreen], desk: DeskScreen, hall: HallScreen, axe: str
) -> None:
    tickets = [visitor().open_case(ticket_only=True)["ticket"] for _ in range(4)]
    for number, ticket in enumerate(tickets[1:], 1):
        desk.open(ticket)
        desk.key("t")
        desk.key(str(number))
        desk.key("Control+Enter")
        expect(desk.state).to_contain_text("別の窓口")
    rows = hall.page.locator(".counters-many li")
    expect(rows).to_have_count(4)
    for ticket in tickets:
        expect(hall.page.locator(".next")).to_contain_text(ticket)
    accessible(hall.page, axe)


CUT = """() => [...document.querySelectorAll(".hall b, .hall .counter-sign, .hall .to > span")]
  .filter(e => e.getBoundingClientRect().right > innerWidth || e.getBoundingClientRect().bottom > innerHeight)
  .map(e => e.textContent)"""


@pytest.mark.parametrize("size", [WALL, PORTRAIT], ids=lambda s: f"{s[0]}x{s[1]}")
def test_nine_counters_that_all_call_and_all_have_a_line_are_all_on_the_wall(
    open_page: Callable[..., Page], size: tuple[int, int]
) -> None:
    names = [{"id": str(n), "number": str(n), "name_ja": "福祉・介護保険総合相談窓口"} for n in range(1, 10)]
    calls = {
        "type": "calls",
        "counters": names,
        "now": [
            {
                "ticket": f"A-10{n['number']}",
                "counter": f"{n['number']}番 {n['name_ja']}",
                "counter_id": n["id"],
                "called_at": f"2026-04-07T10:0{n['number']}:00+09:00",
                "times": 1,
            }
            for n in names
        ],
        "waiting": [
            {"ticket": f"B-{n['id']}0{m}", "counter": "", "counter_id": n["id"], "minutes": 8}
            for n in names
            for m in range(3)
        ],
    }
    page = open_page("/status", size)
    page.route_web_socket("**/api/v1/live", lambda line: line.send(json.dumps(calls)))
    page.goto("/display")
    expect(page.locator(".counters-many li")).to_have_count(9)
    page.evaluate("document.fonts.ready")
    for number in names:
        expect(page.locator(".now")).to_contain_text(f"A-10{number['number']}")
    assert page.evaluate(CUT) == []


def test_the_phone_says_soon_instead_of_no_minutes(
    visitor: Callable[..., VisitScreen], demo: Running, open_page: Callable[..., Page], axe: str
) -> None:
    visit = visitor()
    ticket = visit.open_case(ticket_only=True)["ticket"]
    page = open_page(f"/status#{demo.status_code(ticket)}", PHONE)
    expect(page.locator(".number")).to_have_text(ticket)
    expect(page.locator("dl")).to_contain_text("まもなく")
    expect(page.locator("dl")).not_to_contain_text("0分")
    accessible(page, axe)


def test_a_number_without_a_plan_is_printed_as_a_ticket(kiosk: KioskScreen) -> None:
    kiosk.press("ticket-only")
    kiosk.ticket()
    slip = Paper(kiosk.page, "ticket.pdf")
    with kiosk.page.expect_response("**/ticket.pdf"):
        kiosk.press("print")
    assert slip.printed() == ["application/pdf"]
