"""Operator and resident speak: two Chromium with microphones that play a tone, and the tone arrives on both sides."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.browser.conftest import DESK, PORTRAIT, Running
from tests.browser.microphone import launch_with_microphone, write_tone
from tests.browser.screens import KioskScreen, OperatorScreen, accessible

pytestmark = pytest.mark.browser

ALONE = "4月1日に、横浜から一人で引っ越してきました"
CONNECTED_MS = 20_000


@pytest.fixture(scope="module")
def two_browsers(
    playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Browser, Browser]]:
    tone = write_tone(tmp_path_factory.mktemp("microphone") / "tone.wav")
    launched = (launch_with_microphone(playwright, tone), launch_with_microphone(playwright, tone))
    yield launched
    for one in launched:
        one.close()


Opened = Callable[..., tuple[KioskScreen, OperatorScreen]]


@pytest.fixture
def led(demo: Running, two_browsers: tuple[Browser, Browser]) -> Iterator[Opened]:
    """Opens a kiosk and an operator who leads its conversation, each in a browser of its own."""
    contexts = []

    def page_of(browser: Browser, path: str, size: tuple[int, int], *, microphone: bool) -> Page:
        context = browser.new_context(
            base_url=demo.address,
            viewport={"width": size[0], "height": size[1]},
            locale="ja-JP",
            reduced_motion="reduce",
            permissions=["microphone"] if microphone else [],
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(path)
        return page

    def open_them(*, kiosk_microphone: bool = True) -> tuple[KioskScreen, OperatorScreen]:
        for_kiosk, for_operator = two_browsers
        operator = OperatorScreen(page_of(for_operator, "/operator", DESK, microphone=True))
        operator.sign_in("town_operator")
        kiosk = KioskScreen(page_of(for_kiosk, "/kiosk", PORTRAIT, microphone=kiosk_microphone))
        kiosk.read_back(ALONE)
        kiosk.press("call-staff")
        operator.take()
        operator.key("Escape")
        return kiosk, operator

    yield open_them
    for context in contexts:
        context.close()


def test_both_hear_each_other_after_the_resident_said_yes(led: Opened, axe: str) -> None:
    kiosk, operator = led()
    operator.key("v")
    expect(operator.page.locator(".call-calling")).to_be_visible()
    expect(kiosk.page.locator(".sheet")).to_contain_text("声でお話しします。よろしいですか")
    accessible(kiosk.page, axe)
    kiosk.press("call-yes")
    for page in (kiosk.page, operator.page):
        expect(page.locator(".call-on [data-level]:not([data-level='0'])")).to_be_visible(
            timeout=CONNECTED_MS
        )
    expect(kiosk.page.locator('[data-name="microphone"]')).to_have_count(0)
    accessible(kiosk.page, axe)
    accessible(operator.page, axe, at_a_desk=True)
    operator.act("mute").click()
    expect(kiosk.page.locator(".call-on [data-level='0']")).to_be_visible()
    kiosk.press("end-call")
    expect(operator.page.locator(".call-over")).to_contain_text("声の通話を終わりました")
    expect(kiosk.page.locator(".human-held")).to_be_visible()


def test_a_resident_may_go_on_in_writing(led: Opened) -> None:
    kiosk, operator = led()
    operator.key("v")
    kiosk.press("call-no")
    expect(operator.page.locator(".call-over")).to_contain_text("文字で続けることを選びました")
    kiosk.say("文字でお願いします")
    expect(operator.messages("resident").last).to_have_text("文字でお願いします")


def test_a_microphone_that_is_refused_is_told_and_writing_goes_on(led: Opened) -> None:
    kiosk, operator = led(kiosk_microphone=False)
    kiosk.page.evaluate(
        "() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError')); }"
    )
    operator.key("v")
    kiosk.press("call-yes")
    expect(kiosk.page.locator(".call-over")).to_contain_text("マイクの使用が許可されていません")
    expect(operator.page.locator(".call-over")).to_contain_text("マイクが使えません")
    operator.say("文字で続けます")
    expect(kiosk.heading).to_have_text("文字で続けます")


def test_giving_back_ends_the_call(led: Opened) -> None:
    kiosk, operator = led()
    operator.key("v")
    kiosk.press("call-yes")
    expect(operator.page.locator(".call-on")).to_be_visible(timeout=CONNECTED_MS)
    operator.key("g")
    operator.act("do-give-back").click()
    operator.holds("assistant")
    expect(kiosk.page.locator(".human-back")).to_be_visible()
    expect(kiosk.page.locator(".call-line")).to_have_count(0)
    expect(operator.page.locator(".call-bar.call-on")).to_have_count(0)
