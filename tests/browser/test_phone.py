"""From the kiosk to the resident's own phone: the code, the same talk on a small screen, a number, its state."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, PORTRAIT
from tests.browser.screens import KioskScreen, accessible

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]


def shown_code(kiosk: KioskScreen) -> str:
    """Opens the sheet with the code, and reads what stands in it as a phone would: from the server's answer."""
    with kiosk.page.expect_response(re.compile(r"/phone$")) as answered:
        kiosk.press("phone")
    expect(kiosk.page.locator(".phone-qr")).to_be_visible()
    address = urlsplit(answered.value.json()["url"])
    return f"{address.path}#{address.fragment}"


def on_phone(open_page: OpenPage, kiosk: KioskScreen) -> KioskScreen:
    kiosk.press("wait")
    page = open_page(shown_code(kiosk), PHONE)
    expect(page.locator(".kiosk")).to_be_visible()
    return screen_of(page)


def screen_of(page: Page) -> KioskScreen:
    """A kiosk's screen that does not begin with the reasons."""
    screen = KioskScreen.__new__(KioskScreen)
    screen.page = page
    return screen


def test_a_family_goes_on_at_the_phone_and_ends_with_the_state_of_its_number(
    kiosk: KioskScreen, open_page: OpenPage, axe: str
) -> None:
    kiosk.read_back()
    kiosk.press("wait")
    code = shown_code(kiosk)
    accessible(kiosk.page, axe)
    page = open_page(code, PHONE)
    phone = screen_of(page)
    phone.on("view-read-back")
    accessible(page, axe)
    assert page.url.endswith("/phone"), "the code is used up and stands in no history"
    expect(kiosk.page.locator(".sheet")).to_contain_text("スマホに続きが開きました")
    accessible(kiosk.page, axe)
    kiosk.press("moved")
    kiosk.on("view-attract")
    expect(kiosk.page.locator(".notice")).to_contain_text("続きはスマホでどうぞ")
    phone.to_plan()
    expect(page.locator('[data-name="phone"]')).to_have_count(0)
    accessible(page, axe)
    phone.press("next")
    expect(page).to_have_url(re.compile(r"/status#"))
    expect(page.locator(".number")).to_have_text("A-101")
    expect(page.locator("body")).to_contain_text("まだ届出は済んでいません")
    page.go_back()
    expect(page.locator("body")).not_to_contain_text("横浜")


def test_a_page_that_the_phone_threw_away_comes_back(kiosk: KioskScreen, open_page: OpenPage) -> None:
    kiosk.read_back()
    phone = on_phone(open_page, kiosk)
    phone.on("view-read-back")
    phone.page.reload()
    phone.on("view-read-back")
    phone.press("stop")
    phone.press("withdraw")
    expect(phone.heading).to_have_text("受付の続きは終わりました")
    phone.page.reload()
    expect(phone.heading).to_contain_text("コードを、スマホのカメラで")


def test_the_kiosk_goes_on_where_the_phone_shows_nothing(kiosk: KioskScreen, open_page: OpenPage) -> None:
    kiosk.read_back()
    on_phone(open_page, kiosk)
    kiosk.press("stay-here")
    kiosk.press("resume")
    kiosk.on("view-read-back")


def test_the_kiosk_wipes_itself_when_nobody_touches_it_any_more(
    kiosk: KioskScreen, open_page: OpenPage
) -> None:
    kiosk.read_back()
    on_phone(open_page, kiosk)
    expect(kiosk.page.locator(".view-attract")).to_be_visible(timeout=30_000)


def test_before_anything_is_understood_the_phone_begins_with_the_reasons(
    kiosk: KioskScreen, open_page: OpenPage, axe: str
) -> None:
    kiosk.say("むにゃむにゃ")
    phone = on_phone(open_page, kiosk)
    phone.on("view-attract")
    accessible(phone.page, axe)
    phone.touch("結婚")
    phone.on("view-ask")
    phone.press("back")
    phone.on("view-ask")


def test_a_code_that_was_used_says_what_to_do(kiosk: KioskScreen, open_page: OpenPage, axe: str) -> None:
    kiosk.read_back()
    kiosk.press("stop")
    code = shown_code(kiosk)
    expect(open_page(code, PHONE).locator(".kiosk")).to_be_visible()
    again = open_page(code, PHONE)
    expect(again.locator("h1")).to_have_text("このコードはもう使えません。")
    expect(again.locator("body")).to_contain_text("新しいコードを読み取ってください")
    accessible(again, axe)
    lost = open_page("/phone", PORTRAIT)
    expect(lost.locator("h1")).to_contain_text("コードを、スマホのカメラで")


def test_with_a_number_or_a_person_there_is_no_code(kiosk: KioskScreen) -> None:
    kiosk.read_back()
    kiosk.press("wait")
    expect(kiosk.page.locator('[data-name="phone"]')).to_be_visible()
    kiosk.press("resume")
    kiosk.press("ticket-only")
    kiosk.on("view-ticket")
    kiosk.press("wait")
    expect(kiosk.page.locator('[data-name="phone"]')).to_have_count(0)
