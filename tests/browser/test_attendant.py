"""The attendant's tablet on a peak day: two touches from a reason to a number, a third for help or another counter."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.screens import DeskScreen, accessible

pytestmark = pytest.mark.browser

TABLET = (1280, 800)


@pytest.fixture
def tablet(open_page: Callable[..., Page]) -> Page:
    page = open_page("/attendant", TABLET)
    page.locator("[name=user]").fill("attendant")
    page.locator("[name=password]").fill("demo")
    page.keyboard.press("Enter")
    expect(page.locator(".attendant-reasons")).to_be_visible()
    return page


def test_a_reason_and_one_touch_more_give_a_number_to_print(tablet: Page, desk: DeskScreen, axe: str) -> None:
    expect(tablet.locator("[data-act=give]")).to_be_disabled()
    accessible(tablet, axe, at_a_desk=True)
    tablet.locator("[data-reason=certificates]").click()
    tablet.locator("[data-act=give]").click()
    expect(tablet.locator(".slip-number")).to_have_text("B-101")
    expect(tablet.locator(".slip")).to_contain_text("聞き取りは窓口で行います")
    expect(tablet.locator(".slip")).to_contain_text("まだ届出は済んでいません")
    accessible(tablet, axe, at_a_desk=True)
    desk.open("B-101")
    expect(desk.page.locator(".marks").first).to_contain_text("聞き取り")
    tablet.locator("[data-act=next-person]").click()
    expect(tablet.locator("[data-reason=certificates]")).to_have_attribute("aria-pressed", "false")
    expect(tablet.locator("[data-counter=certificates] em")).to_have_text("1人")
    tablet.locator("[data-reason=引っ越し]").click()
    tablet.locator("[data-reason=moving_in]").click()
    tablet.locator("[data-counter=child]").click()
    tablet.locator("[data-help=wheelchair]").click()
    tablet.locator("[data-act=give]").click()
    number = tablet.locator(".slip-number").inner_text()
    expect(desk.line(number)).to_contain_text("車いす")
    desk.open(number)
    desk.key("n")
    expect(desk.page.locator(".interview > header h1")).to_contain_text(number)
