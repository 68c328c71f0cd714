"""Sizes: nothing runs over, text and targets are large enough, and portrait keeps everything within reach."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.screens import DeskScreen, KioskScreen

pytestmark = pytest.mark.browser

KIOSKS = [(1080, 1920), (1920, 1080), (1280, 800)]
PHONE = (390, 844)

SMALL_TEXT = """least => {
  const small = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const element = text.parentElement;
    if (!text.textContent.trim() || element.closest("svg, noscript, .only-heard, rt")) continue;
    if (!element.getBoundingClientRect().width) continue;
    if (parseFloat(getComputedStyle(element).fontSize) < least) small.push(text.textContent.trim());
  }
  return small;
}"""

SMALL_TARGETS = """least => [...document.querySelectorAll("button, summary, input, textarea")]
  .filter(e => e.getBoundingClientRect().width)
  .filter(e => Math.min(e.getBoundingClientRect().height, e.getBoundingClientRect().width) < least)
  .map(e => e.textContent || e.className)"""

RUNS_OVER = """() => document.documentElement.scrollWidth > innerWidth
  || [...document.querySelectorAll("button, h1, h2, p")].some(e => e.getBoundingClientRect().right > innerWidth + 1)"""

HIGHEST_TARGET = """() => Math.min(...[...document.querySelectorAll("button, input, textarea")]
  .filter(e => e.getBoundingClientRect().width && !e.closest("dialog"))
  .map(e => e.getBoundingClientRect().top))"""


def _visit(screen: KioskScreen) -> list[Callable[[], object]]:
    """The ways to the screens that are looked at, one after the other."""
    return [
        lambda: None,
        lambda: screen.read_back(),
        lambda: screen.to_plan(),
        lambda: screen.to_pin(),
    ]


@pytest.mark.parametrize("size", KIOSKS, ids=lambda s: f"{s[0]}x{s[1]}")
def test_at_the_kiosk_text_is_24_and_targets_are_64_pixels(
    open_page: Callable[..., Page], size: tuple[int, int]
) -> None:
    screen = KioskScreen(open_page("/kiosk", size))
    for go in _visit(screen):
        go()
        page = screen.page
        page.evaluate("document.fonts.ready")
        assert page.evaluate(SMALL_TEXT, 24) == []
        assert page.evaluate(SMALL_TARGETS, 63.5) == []
        assert not page.evaluate(RUNS_OVER)
        if size[1] > size[0]:
            assert page.evaluate(HIGHEST_TARGET) >= size[1] / 3 - 64


def test_the_largest_type_runs_over_nowhere(open_page: Callable[..., Page]) -> None:
    screen = KioskScreen(open_page("/kiosk", KIOSKS[0]))
    screen.press("language")
    screen.touch("とても大きい")
    screen.press("next")
    for go in _visit(screen):
        go()
        assert not screen.page.evaluate(RUNS_OVER)


def test_a_phone_shows_the_same_without_running_over(open_page: Callable[..., Page]) -> None:
    screen = KioskScreen(open_page("/kiosk", PHONE))
    for go in _visit(screen):
        go()
        assert screen.page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


def test_the_desk_fits_its_screen(desk: DeskScreen) -> None:
    assert not desk.page.evaluate(RUNS_OVER)


def test_the_font_comes_from_this_machine(kiosk: KioskScreen) -> None:
    kiosk.page.evaluate("document.fonts.ready")
    loaded = kiosk.page.evaluate("[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)")
    assert loaded
    assert "UDPGothic" in loaded[0]


def test_every_screen_of_the_demo_says_that_it_is_one(open_page: Callable[..., Page]) -> None:
    for path in ("/", "/kiosk", "/staff", "/display"):
        expect(open_page(path, (1440, 900)).locator(".sample")).to_contain_text("見本")
