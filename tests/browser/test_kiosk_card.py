"""The card at the kiosk: tries before typing, the last try, going without, and a PIN that is nowhere."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Running
from tests.browser.screens import KioskScreen, accessible

pytestmark = pytest.mark.browser

ALONE = "4月1日に、横浜から一人で引っ越してきました"


@pytest.fixture
def at_pin(kiosk: KioskScreen) -> KioskScreen:
    """A kiosk that asks for the PIN of the visitor's card."""
    kiosk.read_back(ALONE)
    kiosk.to_plan()
    kiosk.to_pin()
    return kiosk


def test_the_consent_tells_purpose_choice_and_which_cards_go_to_the_counter(
    kiosk: KioskScreen, axe: str
) -> None:
    kiosk.read_back(ALONE)
    kiosk.to_plan()
    kiosk.press("next")
    kiosk.on("view-consent")
    for name in ("consent-yes", "consent-no"):
        expect(kiosk.page.locator(f'[data-name="{name}"]')).to_be_visible()
    told = kiosk.page.locator(".consent")
    for words in (
        "書き写すためだけ",
        "カードを使わなくても",
        "顔認証カード",
        "スマートフォン",
        "特定在留カードも使えます",
    ):
        expect(told).to_contain_text(words)
    accessible(kiosk.page, axe)


def test_a_wrong_pin_tells_the_tries_left_and_the_last_one_is_never_used_unasked(
    at_pin: KioskScreen,
) -> None:
    tries = at_pin.page.locator(".tries")
    expect(tries).to_contain_text("あと3回")
    at_pin.type_pin("9999")
    expect(at_pin.page.locator(".pin-said")).to_contain_text("暗証番号がちがいます")
    expect(tries).to_contain_text("あと2回")
    at_pin.type_pin("9998")
    at_pin.on("view-stopped")
    expect(at_pin.heading).to_contain_text("あと1回です")
    at_pin.press("without-card")
    at_pin.on("view-details")


def test_the_last_try_is_used_only_when_the_holder_insists(at_pin: KioskScreen) -> None:
    for wrong in ("9999", "9998"):
        at_pin.type_pin(wrong)
        expect(at_pin.page.locator(".pin-said, .stopped").first).to_be_visible()
    at_pin.on("view-stopped")
    at_pin.press("really")
    at_pin.on("view-pin")
    at_pin.type_pin("1234")
    at_pin.on("view-read")


def test_the_pin_is_in_no_markup_address_or_storage(at_pin: KioskScreen) -> None:
    posted: list[str] = []
    at_pin.page.on("request", lambda r: posted.append(r.url))
    for digit in "8642":
        at_pin.page.locator(".key", has_text=digit).click()
    expect(at_pin.page.locator(".pin-dots i.on")).to_have_count(4)
    markup = at_pin.page.content()
    values = at_pin.page.evaluate("[...document.querySelectorAll('input, textarea')].map(e => e.value)")
    assert "8642" not in markup
    assert values == []
    kept = at_pin.stored()
    assert (kept["local"], kept["session"], kept["state"]) == (0, 0, None)
    at_pin.press("next")
    expect(at_pin.page.locator(".pin-said")).to_be_visible()
    assert not [url for url in posted if "8642" in url]
    assert "8642" not in at_pin.page.content()


def test_keys_stand_in_the_order_of_a_telephone(at_pin: KioskScreen) -> None:
    keys = at_pin.page.locator(".pin .key").all_inner_texts()
    assert [key for key in keys if key.isdigit()] == ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"]


def test_a_card_that_is_taken_away_is_noticed_before_anything_is_typed(
    at_pin: KioskScreen, demo: Running
) -> None:
    demo.card.remove()
    expect(at_pin.page.locator(".pin-missing")).to_contain_text("カードを読み取り機に置いてください")
    expect(at_pin.page.locator(".key").first).to_be_disabled()
    demo.card.insert("father")
    expect(at_pin.page.locator(".key").first).to_be_enabled()


def test_a_card_pulled_out_in_the_middle_keeps_nothing_and_asks_again(
    at_pin: KioskScreen, demo: Running
) -> None:
    demo.card.remove_after(3)
    at_pin.type_pin("1234")
    expect(at_pin.page.locator(".pin-said")).to_contain_text("何も保存していません")
    demo.card.insert("father")
    expect(at_pin.page.locator(".key").first).to_be_enabled()
    at_pin.type_pin("1234")
    at_pin.on("view-read")


def test_a_locked_card_says_that_the_day_goes_on_without_it(kiosk: KioskScreen, demo: Running) -> None:
    demo.card.insert("locked_card")
    kiosk.read_back(ALONE)
    kiosk.to_plan()
    kiosk.press("next")
    kiosk.on("view-consent")
    kiosk.press("consent-yes")
    kiosk.on("view-stopped")
    expect(kiosk.page.locator(".stopped")).to_contain_text("カードを使わなくても、今日の手続きは進められます")


def test_values_of_the_card_are_covered_until_they_are_touched(at_pin: KioskScreen) -> None:
    at_pin.type_pin("1234")
    at_pin.on("view-read")
    assert "太郎" not in at_pin.page.locator("body").inner_text()
    name = at_pin.page.locator(".read-list li", has_text="氏名").locator(".covered")
    name.click()
    expect(name).to_contain_text("太郎")
    name.click()
    expect(name).not_to_contain_text("太郎")


def test_consent_taken_back_forgets_what_the_card_said(at_pin: KioskScreen) -> None:
    at_pin.type_pin("1234")
    at_pin.on("view-read")
    at_pin.press("withdraw-consent")
    at_pin.on("view-consent")
    at_pin.press("consent-no")
    at_pin.on("view-details")
    assert at_pin.page.locator(".from-card").count() == 0


def test_the_papers_are_covered_until_they_are_touched(kiosk: KioskScreen) -> None:
    kiosk.read_back(ALONE)
    kiosk.to_plan()
    kiosk.press("next")
    kiosk.on("view-consent")
    kiosk.press("consent-no")
    kiosk.on("view-details")
    kiosk.press("skip")
    kiosk.on("view-forms")
    expect(kiosk.page.locator(".page img")).to_have_count(0)
    kiosk.page.locator(".page-covered").click()
    expect(kiosk.page.locator(".page img")).to_be_visible()
    expect(kiosk.page.locator(".missing")).to_contain_text("窓口で職員がお聞きして書き入れます")
