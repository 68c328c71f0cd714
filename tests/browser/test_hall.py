"""The hall's display: numbers, counters, minutes, and nothing about anybody."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import WALL
from tests.browser.screens import DeskScreen, HallScreen, KioskScreen, accessible

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
