"""The whole main job with three screens open: from the first sentence to a finished case."""

import pytest
from playwright.sync_api import expect

from tests.browser.screens import DeskScreen, HallScreen, KioskScreen, accessible

pytestmark = pytest.mark.browser

NAMES = ("見本", "太郎", "1984", "横浜")


def test_a_family_goes_from_the_first_sentence_to_a_finished_case(
    kiosk: KioskScreen, desk: DeskScreen, hall: HallScreen, axe: str
) -> None:
    accessible(kiosk.page, axe)
    kiosk.read_back()
    expect(kiosk.page.locator(".family")).to_contain_text("6人")
    expect(kiosk.page.locator(".move")).to_contain_text("4月1日(水)")
    accessible(kiosk.page, axe)

    kiosk.to_plan()
    expect(kiosk.heading).to_contain_text("窓口は1か所")
    expect(kiosk.page.locator(".stop").first).to_contain_text("転入届")
    accessible(kiosk.page, axe)

    kiosk.press("next")
    consent = kiosk.on("view-consent")
    expect(consent).to_contain_text("個人番号(12けた)は読み取りません")
    yes, no = (kiosk.page.locator(f'[data-name="consent-{answer}"]') for answer in ("yes", "no"))
    sizes = [box for button in (yes, no) if (box := button.bounding_box())]
    assert (sizes[0]["width"], sizes[0]["height"]) == (sizes[1]["width"], sizes[1]["height"])
    accessible(kiosk.page, axe)
    kiosk.press("consent-yes")
    kiosk.on("view-pin")
    expect(kiosk.page.locator(".tries")).to_contain_text("あと3回")
    accessible(kiosk.page, axe)
    kiosk.type_pin("1234")
    kiosk.on("view-read")
    accessible(kiosk.page, axe)

    kiosk.press("next")
    kiosk.on("view-details")
    accessible(kiosk.page, axe)
    kiosk.page.get_by_label("新しい住所", exact=True).fill("星見野市見本町１丁目１番１号")
    while kiosk.page.locator(".view-details").is_visible():
        before = kiosk.page.locator(".progress").inner_text()
        kiosk.press("next")
        expect(kiosk.page.locator(".progress")).not_to_have_text(before)

    kiosk.on("view-forms")
    kiosk.page.locator(".page-covered").click()
    expect(kiosk.page.locator(".page img")).to_be_visible()
    accessible(kiosk.page, axe)

    kiosk.press("next")
    ticket = kiosk.ticket()
    expect(kiosk.heading).to_contain_text("まだ届出は済んでいません")
    expect(kiosk.page.locator(".floor-map .map-here")).to_have_count(1)
    expect(kiosk.page.locator("img.qr")).to_be_visible()
    accessible(kiosk.page, axe)

    expect(desk.line(ticket)).to_be_visible()
    desk.open(ticket)
    expect(desk.page.locator(".paper-page img")).to_be_visible()
    expect(desk.page.locator(".facts-list")).to_contain_text("カード")
    accessible(desk.page, axe, at_a_desk=True)

    desk.key("c")
    expect(hall.called).to_have_text(ticket)
    expect(kiosk.heading).to_contain_text("へお進みください")
    shown = hall.page.locator("body").inner_text()
    assert not [name for name in NAMES if name in shown.replace("これは見本です", "").replace("見本", "", 1)]
    accessible(hall.page, axe)

    desk.key("a")
    expect(desk.state).to_contain_text("受理ではありません")
    desk.page.locator("[data-check=support_measures]").check()
    expect(desk.page.locator("[data-check=support_measures]")).to_be_disabled()
    desk.key("f")
    accessible(desk.page, axe, at_a_desk=True)
    desk.identify_and_file()
    expect(desk.state).to_contain_text("終了")
    expect(desk.page.locator(".head-filed")).to_be_visible()
    expect(desk.line(ticket)).to_have_count(0)

    kiosk.press("next")
    end = kiosk.on("view-end")
    expect(end).to_contain_text("カードをお取りください")
    accessible(kiosk.page, axe)
    kiosk.press("next")
    kiosk.on("view-attract")
    assert ticket not in kiosk.page.content()
