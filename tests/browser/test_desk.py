"""The desk: keys, two clerks, undo, and official data."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK
from tests.browser.screens import DeskScreen, KioskScreen

pytestmark = pytest.mark.browser

ALONE = "4月1日に、横浜から一人で引っ越してきました"


@pytest.fixture
def waiting(kiosk: KioskScreen) -> str:
    """A number that waits, with a plan behind it."""
    kiosk.read_back(ALONE)
    kiosk.to_plan()
    kiosk.press("ticket-only")
    return kiosk.ticket()


def test_a_wrong_password_tells_nothing_about_which_half_was_wrong(open_page: Callable[..., Page]) -> None:
    page = open_page("/staff", DESK)
    page.locator("[name=user]").fill("counter_staff")
    page.locator("[name=password]").fill("guess")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("利用者名かパスワードが違います")
    expect(page.locator("[name=password]")).to_have_value("")


def test_the_keyboard_alone_calls_and_accepts(waiting: str, desk: DeskScreen) -> None:
    expect(desk.line(waiting)).to_be_visible()
    desk.key("j")
    desk.key("Enter")
    expect(desk.page.locator(".head h1")).to_have_text(waiting)
    desk.key("c")
    expect(desk.state).to_contain_text("呼び出し中")
    desk.key("a")
    expect(desk.state).to_contain_text("窓口で確認中")
    desk.key("?")
    expect(desk.page.locator(".keys")).to_contain_text("呼び出す")
    desk.key("Escape")
    expect(desk.page.locator(".keys")).to_have_count(0)


def test_an_act_is_taken_back_within_ten_seconds(waiting: str, desk: DeskScreen) -> None:
    desk.open(waiting)
    desk.key("c")
    expect(desk.toast).to_contain_text("呼び出しました")
    desk.key("u")
    expect(desk.toast).to_contain_text("取り消しました")
    expect(desk.state).to_contain_text("準備済み")


def test_the_second_clerk_is_told_who_has_the_number(
    waiting: str, desk: DeskScreen, open_page: Callable[..., Page]
) -> None:
    second = DeskScreen(open_page("/staff", DESK))
    second.sign_in("counter_staff")
    desk.open(waiting)
    second.open(waiting)
    second.page.route("**/api/v1/cases?*", lambda route: route.abort())
    second.page.route("**/api/v1/cases", lambda route: route.abort())
    desk.key("c")
    expect(desk.state).to_contain_text("呼び出し中")
    second.key("a")
    expect(second.page.locator(".refused-band")).to_be_visible()
    expect(second.state).to_contain_text("呼び出し中")


def test_official_data_stands_above_what_was_said_and_the_difference_is_loud(
    waiting: str, desk: DeskScreen
) -> None:
    desk.open(waiting)
    desk.act("official").first.click()
    desk.page.get_by_label("引っ越した日", exact=True).fill("2026-03-30")
    desk.page.get_by_role("button", name="入れる", exact=True).click()
    expect(desk.toast).to_contain_text("役所の記録を入れました")
    expect(desk.page.locator(".loud-block")).to_contain_text("食い違い")
    expect(desk.page.locator(".facts-list")).to_contain_text("2026年3月30日")


def test_a_fact_is_corrected_in_its_place(waiting: str, desk: DeskScreen) -> None:
    desk.open(waiting)
    desk.page.locator(".facts-list button.fact-value", has_text="歳").first.click()
    field = desk.page.locator(".fact-edit input")
    field.fill("33")
    field.press("Enter")
    expect(desk.page.locator(".facts-list")).to_contain_text("33歳")
    expect(desk.page.locator(".facts-list")).to_contain_text("職員")


def test_the_first_tick_is_that_of_the_support_measures(waiting: str, desk: DeskScreen) -> None:
    desk.open(waiting)
    expect(desk.page.locator(".checks li").first).to_contain_text("住基の支援措置を確認")
    expect(desk.page.locator(".check-first em")).to_contain_text("最初に確認")


def test_signing_out_leaves_nothing_on_the_screen(waiting: str, desk: DeskScreen) -> None:
    desk.open(waiting)
    desk.page.get_by_role("button", name="ログアウト").click()
    expect(desk.page.locator(".login")).to_be_visible()
    assert waiting not in desk.page.content()
