"""A kiosk nobody touches: it warns, then forgets; a touch keeps everything."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PORTRAIT
from tests.browser.screens import KioskScreen

pytestmark = pytest.mark.browser

IDLE_MS = 91_000
WARNED_MS = 31_000
MOMENT_MS = 301_000


@pytest.fixture
def frozen(open_page: Callable[..., Page]) -> KioskScreen:
    """A kiosk whose time passes only by hand, in the middle of a visit."""
    screen = KioskScreen(open_page("/kiosk", PORTRAIT, frozen=True))
    screen.read_back()
    return screen


def test_idle_warns_first_and_then_forgets(frozen: KioskScreen) -> None:
    frozen.page.clock.run_for(IDLE_MS)
    warning = frozen.page.get_by_role("alertdialog")
    expect(warning).to_contain_text("まだお使いですか")
    frozen.page.clock.run_for(WARNED_MS)
    frozen.on("view-attract")
    assert "横浜" not in frozen.page.content()


def test_a_touch_on_the_warning_keeps_everything(frozen: KioskScreen) -> None:
    frozen.page.clock.run_for(IDLE_MS)
    frozen.press("stay")
    frozen.page.clock.run_for(WARNED_MS)
    expect(frozen.page.locator(".family")).to_contain_text("6人")


def test_a_moment_lasts_five_minutes(frozen: KioskScreen) -> None:
    frozen.press("wait")
    frozen.page.clock.run_for(MOMENT_MS - 2_000)
    expect(frozen.page.locator(".paused")).to_be_visible()
    frozen.page.clock.run_for(3_000)
    frozen.on("view-attract")
