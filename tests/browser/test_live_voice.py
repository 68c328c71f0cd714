"""Operator and resident speak: two Chromium with microphones that play a tone, and the tone arrives on both sides."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, Route, expect

from assistant.maintenance import DATABASE, KEY
from assistant.services import now_in_tokyo
from counter_bridge.sql_store import open_store
from counter_bridge.staff import Role
from tests.assistant.conftest import Serve
from tests.browser.cable import Cable
from tests.browser.conftest import BEGINS, DESK, PORTRAIT, Running
from tests.browser.microphone import launch_with_microphone, write_tone
from tests.browser.screens import KioskScreen, OperatorScreen, accessible

pytestmark = pytest.mark.browser

ALONE = "4月1日に、横浜から一人で引っ越してきました"
CONNECTED_MS = 20_000
PASSWORD = "a long password of the tests"
CLERK_JSON = Path(__file__).parents[2] / "assistant/web/characters/clerk/character.json"


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
PageOf = Callable[..., Page]


@pytest.fixture
def page_of() -> Iterator[PageOf]:
    """Opens a page in a context of its own."""
    contexts = []

    def open_it(
        browser: Browser, address: str, path: str, size: tuple[int, int], *, microphone: bool = True
    ) -> Page:
        context = browser.new_context(
            base_url=address,
            viewport={"width": size[0], "height": size[1]},
            locale="ja-JP",
            reduced_motion="reduce",
            permissions=["microphone"] if microphone else [],
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(path)
        return page

    yield open_it
    for context in contexts:
        context.close()


@pytest.fixture
def led(demo: Running, two_browsers: tuple[Browser, Browser], page_of: PageOf) -> Opened:
    """Opens a kiosk and an operator who leads its conversation, each in a browser of its own."""

    def open_them(*, kiosk_microphone: bool = True) -> tuple[KioskScreen, OperatorScreen]:
        for_kiosk, for_operator = two_browsers
        operator = OperatorScreen(page_of(for_operator, demo.address, "/operator", DESK))
        operator.sign_in("town_operator")
        page = page_of(for_kiosk, demo.address, "/kiosk", PORTRAIT, microphone=kiosk_microphone)
        kiosk = KioskScreen(page)
        kiosk.read_back(ALONE)
        kiosk.press("call-staff")
        operator.take()
        operator.key("Escape")
        return kiosk, operator

    return open_them


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
    shut = json.loads(CLERK_JSON.read_text(encoding="utf-8"))["mouth"]["paths"]["mouth_opening"]["closed"]
    mouth = kiosk.page.locator('[id$="-mouth_opening"]')
    expect(mouth).not_to_have_attribute("d", shut)
    expect(kiosk.page.locator(".balloon-lead")).to_have_text("職員(遠隔) 見本 市の遠隔職員の声です")
    accessible(kiosk.page, axe)
    accessible(operator.page, axe, at_a_desk=True)
    operator.act("mute").click()
    expect(kiosk.page.locator(".call-on [data-level='0']")).to_be_visible()
    expect(mouth).to_have_attribute("d", shut)
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


def test_of_several_networks_the_one_that_reaches_is_found_without_any_server(led: Opened) -> None:
    kiosk, operator = led()
    told: list[dict[str, Any]] = []

    def lead_astray_first(route: Route) -> None:
        """The first address that is told belongs to a network the kiosk cannot reach."""
        signal = route.request.post_data_json
        if signal["kind"] == "candidate":
            told.append(signal["body"])
            if len(told) == 1:
                parts = signal["body"]["candidate"].split(" ")
                parts[4] = "192.0.2.7"
                signal["body"]["candidate"] = " ".join(parts)
        route.continue_(post_data=json.dumps(signal))

    operator.page.route("**/signal", lead_astray_first)
    operator.key("v")
    kiosk.press("call-yes")
    for page in (kiosk.page, operator.page):
        expect(page.locator(".call-on")).to_be_visible(timeout=CONNECTED_MS)
    addresses = [one["candidate"] for one in told]
    assert addresses
    assert all(" typ host" in one and ".local " not in one for one in addresses), (
        "plain addresses of this machine"
    )


def test_a_call_outlives_the_server_that_made_it(
    serve: Serve, tmp_path: Path, two_browsers: tuple[Browser, Browser], page_of: PageOf
) -> None:
    process, client = serve()
    home = tmp_path / "var"
    store = open_store(f"sqlite:///{home / DATABASE}", home / KEY, clock=now_in_tokyo)
    store.add_user("operator", "見本 職員", [Role.TOWN_OPERATOR], PASSWORD)
    store.close()
    with Cable(client.base_url.port or 0) as cable:
        operator = OperatorScreen(page_of(two_browsers[1], cable.address, "/operator", DESK))
        operator.sign_in("operator", PASSWORD)
        page = page_of(two_browsers[0], cable.address, "/status", PORTRAIT)
        opened = json.dumps({"language": "ja", "on": BEGINS.isoformat()})
        page.route("**/api/v1/visits", lambda route: route.continue_(post_data=opened))
        page.goto("/kiosk")
        kiosk = KioskScreen(page)
        kiosk.press("call-staff")
        operator.take()
        operator.key("Escape")
        operator.key("v")
        kiosk.press("call-yes")
        sounds = ".call-on [data-level]:not([data-level='0'])"
        for side in (kiosk.page, operator.page):
            expect(side.locator(sounds)).to_be_visible(timeout=CONNECTED_MS)

        process.kill()
        process.wait(CONNECTED_MS / 1000)
        expect(kiosk.page.locator(".human-cut")).to_contain_text("通信がとぎれています", timeout=CONNECTED_MS)
        expect(operator.page.locator(".line-down")).to_be_visible(timeout=CONNECTED_MS)
        for side in (kiosk.page, operator.page):
            expect(side.locator(sounds)).to_be_visible()

        cable.server_port = serve()[1].base_url.port or 0
        expect(operator.page.locator(".line-up")).to_be_visible(timeout=CONNECTED_MS)
        expect(kiosk.page.locator(".human-held")).to_be_visible(timeout=CONNECTED_MS)
        operator.holds("mine")
        for side in (kiosk.page, operator.page):
            expect(side.locator(sounds)).to_be_visible()
        operator.say("続けましょう")
        expect(kiosk.heading).to_have_text("続けましょう")
        kiosk.press("end-call")
        expect(operator.page.locator(".call-over")).to_contain_text("声の通話を終わりました")
