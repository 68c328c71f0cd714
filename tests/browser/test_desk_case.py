"""The queue by counter with its warnings, and one case on one screen."""

import datetime as dt
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.assistant.conftest import ALONE, FAMILY, VisitScreen
from tests.browser.conftest import BEGINS
from tests.browser.screens import DeskScreen, accessible

pytestmark = pytest.mark.browser

DUE_TODAY = {**ALONE, "moved_on": "2026-03-24", "moving_out_procedure": "not_yet"}


@pytest.fixture
def begins() -> dt.datetime:
    """Half an hour before the counters close."""
    return BEGINS.replace(hour=16, minute=45)


def test_the_queue_stands_by_counter_and_what_is_due_today_on_top(
    visitor: Callable[..., VisitScreen], desk: DeskScreen, axe: str
) -> None:
    usual = visitor().to_plan(ALONE).open_case()["ticket"]
    urgent = visitor().to_plan(DUE_TODAY).open_case()["ticket"]
    groups = desk.page.locator(".queue-group")
    expect(groups.first).to_contain_text("期限が今日")
    expect(groups.first).to_contain_text(urgent)
    expect(groups.nth(1)).to_contain_text("引っ越し・くらしの総合窓口")
    expect(groups.nth(1)).to_contain_text(usual)
    band = desk.page.locator(".closing-band")
    expect(band).to_contain_text(urgent)
    expect(band).to_contain_text("受付終了まで")
    accessible(desk.page, axe, at_a_desk=True)
    band.get_by_role("button").click()
    expect(desk.page.locator(".head h1")).to_have_text(urgent)


def test_a_new_number_is_there_at_once_and_heard_by_who_wishes(
    visitor: Callable[..., VisitScreen], desk: DeskScreen
) -> None:
    expect(desk.page.locator(".queue .empty")).to_be_visible()
    sound = desk.act("sound")
    expect(sound).to_have_attribute("aria-pressed", "false")
    sound.click()
    expect(sound).to_have_attribute("aria-pressed", "true")
    desk.page.evaluate("""() => { window.tones = 0; const start = OscillatorNode.prototype.start;
      OscillatorNode.prototype.start = function (...at) { window.tones += 1; return start.apply(this, at); }; }""")
    ticket = visitor().open_case(ticket_only=True)["ticket"]
    expect(desk.line(ticket)).to_be_visible()
    desk.page.wait_for_function("window.tones === 2")


def test_a_case_shows_papers_consent_history_and_what_to_check_and_say(
    visitor: Callable[..., VisitScreen], desk: DeskScreen, axe: str
) -> None:
    visit = visitor().to_plan(FAMILY)
    visit.read_card(visit.consent())
    desk.open(visit.open_case()["ticket"])
    page = desk.page
    expect(page.locator(".head-line")).to_contain_text("転入")
    expect(page.locator(".consents")).to_contain_text("氏名・住所・生年月日・性別")
    desk.key("c")
    paper = page.locator("[data-seen-paper]").first
    expect(paper).to_be_enabled()
    paper.check()
    expect(page.locator(".paper-seen")).to_have_count(1)
    page.locator(".facts-list button.fact-value", has_text="2026年4月1日").first.click()
    page.locator(".fact-edit input").fill("2026-04-02")
    page.locator(".fact-edit input").press("Enter")
    expect(desk.toast).to_contain_text("直しました")
    page.locator(".history summary").click()
    newest = page.locator(".history ol > li").first
    expect(newest).to_contain_text("職員が直す")
    expect(newest).to_contain_text("2026年4月1日")
    expect(newest).to_contain_text("2026年4月2日")
    page.locator(".guidance summary").first.click()
    steps = page.locator(".guidance .steps").first
    for word in ("確かめる", "伝える", "根拠"):
        expect(steps).to_contain_text(word)
    assert (steps.locator("a").first.get_attribute("href") or "").startswith("https://laws.e-gov.go.jp/")
    accessible(page, axe, at_a_desk=True)
