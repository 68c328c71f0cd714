"""Peak days at the kiosk: certificates in three touches, and numbers of a machine the town already has."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from kb.model import KnowledgeBase, NumberSeries
from tests.browser.conftest import PORTRAIT
from tests.browser.screens import KioskScreen, accessible

pytestmark = pytest.mark.browser


class TestCertificates:
    def test_a_certificate_takes_three_touches_and_the_guide_is_right(
        self, kiosk: KioskScreen, axe: str
    ) -> None:
        kiosk.touch("証明書")
        accessible(kiosk.page, axe)
        kiosk.touch("住民票の写し")
        kiosk.on("view-plan")
        expect(kiosk.page.locator(".stop")).to_have_count(1)
        expect(kiosk.page.locator(".stop")).to_contain_text("住民票の写し")
        accessible(kiosk.page, axe)
        kiosk.press("next")
        assert kiosk.ticket()
        expect(kiosk.heading).to_contain_text("まだ届出は済んでいません")
        expect(kiosk.page.locator(".ticket-hold")).to_be_visible()

    def test_several_certificates_are_ticked_on_the_list(self, kiosk: KioskScreen) -> None:
        kiosk.touch("証明書")
        kiosk.touch("ほかの証明書・いくつか")
        kiosk.on("view-ask")
        assert kiosk.page.get_by_role("checkbox").count() > 5


class TestNumbersOfAMachine:
    @pytest.fixture
    def town(self, kb: KnowledgeBase) -> KnowledgeBase:
        machine = {"one_stop": NumberSeries(1, 399, "K", "", 3)}
        return replace(kb, municipality=replace(kb.municipality, number_machine=machine))

    def test_the_number_held_already_is_typed_and_kept(
        self, kiosk: KioskScreen, open_page: Callable[..., Page], axe: str
    ) -> None:
        kiosk.touch("結婚")
        kiosk.press("ticket-only")
        sheet = kiosk.page.locator(".sheet")
        expect(sheet).to_contain_text("発券機の番号札をお持ちですか")
        accessible(kiosk.page, axe)
        sheet.locator("textarea").fill("Z9")
        kiosk.page.keyboard.press("Enter")
        expect(kiosk.page.locator("body")).to_contain_text("発券機の番号ではありません")
        sheet.locator("textarea").fill("k12")
        kiosk.page.keyboard.press("Enter")
        kiosk.on("view-ticket")
        expect(kiosk.page.locator(".ticket-number p")).to_have_text("K012")
        other = KioskScreen(open_page("/kiosk", PORTRAIT))
        other.touch("結婚")
        other.press("ticket-only")
        other.press("no-printed-number")
        assert other.ticket() == "A-101"
