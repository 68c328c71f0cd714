"""A case from the queue to its end and back another day, with the keyboard only."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.assistant.conftest import ALONE, VisitScreen
from tests.browser.conftest import DESK
from tests.browser.screens import DeskScreen, Paper, accessible

pytestmark = pytest.mark.browser

IDENTIFIED = ("1", "a", "z", "x", "c", "b")
"""個人番号カード, 本人, three things seen, no notice by post: the keys shown beside them."""


@pytest.fixture
def waiting(visitor: Callable[..., VisitScreen]) -> str:
    """A number that waits, with a plan behind it."""
    ticket: str = visitor().to_plan(ALONE).open_case()["ticket"]
    return ticket


def accepted(desk: DeskScreen, ticket: str) -> None:
    """From the queue to the counter, with the first tick."""
    expect(desk.line(ticket)).to_be_visible()
    for key in ("j", "Enter"):
        desk.key(key)
    expect(desk.page.locator(".head h1")).to_have_text(ticket)
    desk.key("c")
    expect(desk.state).to_contain_text("呼び出し中")
    desk.key("a")
    expect(desk.state).to_contain_text("受理ではありません")
    desk.key("v")
    expect(desk.page.locator("[data-check=support_measures]")).to_be_disabled()


def identified(desk: DeskScreen) -> None:
    """The record of identification, by the keys that stand beside it."""
    desk.page.locator(".panel-form").wait_for()
    for key in IDENTIFIED:
        desk.key(key)
    expect(desk.page.locator("[data-paper=my_number_card]")).to_be_checked()
    expect(desk.page.locator("[data-pick=not_needed]")).to_have_attribute("aria-pressed", "true")


def test_a_case_is_accepted_and_finished_without_a_mouse(waiting: str, desk: DeskScreen, axe: str) -> None:
    accepted(desk, waiting)
    desk.key("w")
    expect(desk.page.locator(".paper-seen")).to_have_count(1)
    desk.key("f")
    identified(desk)
    accessible(desk.page, axe, at_a_desk=True)
    desk.key("g")
    desk.key("Control+Enter")
    expect(desk.state).to_contain_text("終了")
    expect(desk.page.locator(".head-filed")).to_be_visible()


def test_papers_are_printed_after_identification_and_it_is_not_asked_twice(
    waiting: str, desk: DeskScreen, axe: str
) -> None:
    expect(desk.line(waiting)).to_be_visible()
    for key in ("j", "Enter"):
        desk.key(key)
    expect(desk.page.locator(".head h1")).to_have_text(waiting)
    desk.key("p")
    expect(desk.page.locator(".refused-band")).to_contain_text("本人確認を記録してから印刷します")
    accepted(desk, waiting)
    expect(desk.page.locator(".refused-band")).to_have_count(0)
    desk.key("p")
    identified(desk)
    accessible(desk.page, axe, at_a_desk=True)
    sheets = Paper(desk.page, "forms.pdf")
    with desk.page.expect_response("**/forms.pdf"):
        desk.key("Control+Enter")
    assert sheets.printed() == ["application/pdf"]
    expect(desk.page.locator(".panel-form")).to_have_count(0)
    desk.key("f")
    expect(desk.page.locator("[data-paper=my_number_card]")).to_be_checked()
    expect(desk.page.locator("[data-seen=originals_seen]")).to_be_checked()


def test_what_waits_is_recorded_printed_and_taken_up_again_without_a_mouse(
    waiting: str, desk: DeskScreen, axe: str
) -> None:
    accepted(desk, waiting)
    desk.key("f")
    identified(desk)
    desk.key("g")
    desk.key("j")
    desk.key("o")
    row = desk.page.locator(".outcome-current")
    expect(row.get_by_role("button", name="保留")).to_have_attribute("aria-pressed", "true")
    for _ in range(4):
        desk.key("Tab")
        if row.locator("input").first.evaluate("e => e === document.activeElement"):
            break
    else:
        row.locator("input").first.focus()
    desk.page.keyboard.type("在学証明書")
    desk.key("Control+Enter")
    expect(desk.state).to_contain_text("保留")
    slip = Paper(desk.page, "slip.pdf")
    with desk.page.expect_response("**/slip.pdf"):
        desk.key("l")
    assert slip.printed() == ["application/pdf"]
    desk.key("o")
    identified(desk)
    expect(desk.page.locator(".panel-form")).to_contain_text("在学証明書")
    desk.key("Control+Enter")
    expect(desk.state).to_contain_text("窓口で確認中")
    expect(desk.page.locator(".reopened")).to_contain_text("変わっていないか")
    accessible(desk.page, axe, at_a_desk=True)


def test_letters_belong_to_the_panel_while_it_stands(waiting: str, desk: DeskScreen) -> None:
    accepted(desk, waiting)
    desk.key("r")
    desk.page.keyboard.type("chart")
    expect(desk.page.locator(".panel-form input")).to_have_value("chart")
    desk.key("Escape")
    expect(desk.page.locator(".panel-form")).to_have_count(0)
    desk.key("t")
    desk.key("2")
    expect(desk.page.locator(".panel-form [aria-pressed=true]")).to_have_count(1)
    desk.key("Control+Enter")
    expect(desk.state).to_contain_text("別の窓口")
    desk.key("u")
    expect(desk.state).to_contain_text("窓口で確認中")


def test_a_clerk_who_comes_second_loses_nothing_typed_and_is_told_who_was_first(
    waiting: str, desk: DeskScreen, open_page: Callable[..., Page]
) -> None:
    second = DeskScreen(open_page("/staff", DESK))
    second.sign_in("counter_staff")
    for screen in (desk, second):
        screen.open(waiting)
    second.page.route("**/api/v1/cases", lambda route: route.abort())
    second.page.locator("#note").fill("英語での案内を希望")
    desk.page.locator("#note").fill("車椅子")
    desk.page.get_by_role("button", name="記録する").click()
    expect(desk.toast).to_contain_text("メモを記録しました")
    second.page.get_by_role("button", name="記録する").click()
    band = second.page.locator(".refused-band")
    expect(band).to_contain_text("ほかの操作と重なりました")
    expect(band).to_contain_text("見本 窓口職員")
    expect(band).to_contain_text("メモを書く")
    expect(second.page.locator("#note")).to_have_value("車椅子")
