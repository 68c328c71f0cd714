"""聞き取り受付 in the real browser: by keyboard only, with the window towards the resident beside it."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Locator, Page, expect

from kb.model import KnowledgeBase, NumberSeries
from tests.browser.conftest import WALL
from tests.browser.screens import AGES, FIRST_SENTENCE, DeskScreen, accessible

pytestmark = pytest.mark.browser

ALONE = "4月1日に、横浜から一人で引っ越してきました"
CERTIFICATE = """続柄,氏名,生年月日,性別,いままでの住所,個人番号
本人,見本　太郎,昭和59年5月14日,男,神奈川県横浜市中区見本町１丁目２番３号,1234 5678 9012
妻,見本　花子,昭和61年9月2日,女,,
"""


class InterviewScreen:
    """The interview under a clerk's keys; no method touches anything but the keyboard."""

    def __init__(self, page: Page):
        self.page = page
        page.keyboard.press("n")
        expect(self.line).to_be_focused()

    @property
    def line(self) -> Locator:
        return self.page.locator(".asked textarea")

    @property
    def said(self) -> Locator:
        return self.page.locator(".asked-say")

    def say(self, text: str) -> None:
        self.page.keyboard.insert_text(text)
        self.page.keyboard.press("Enter")

    def key(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def paste_record(self, record: str) -> None:
        self.key("F4")
        expect(self.page.locator(".pasted textarea")).to_be_focused()
        self.page.keyboard.insert_text(record)

    def answer(self) -> None:
        """Answers the present question as the family would, and waits for the next."""
        before = self.said.inner_text()
        if self.page.locator(".people-table [data-empty]").count():
            expect(self.page.locator(".people-table [data-empty]").first).to_be_focused()
            for age in AGES[: self.page.locator(".people-table input[type=number]").count()]:
                self.page.keyboard.type(age)
                self.key("Enter")
        elif self.page.locator(".checklist").count():
            expect(self.line).to_be_focused()
            self.key("1", "Enter")
        else:
            expect(self.line).to_be_focused()
            self.key("1")
        expect(self.said).not_to_have_text(before)

    def to_plan(self) -> None:
        for _ in range(20):
            if "窓口は" in self.said.inner_text():
                return
            self.answer()
        raise AssertionError(self.said.inner_text())


@pytest.fixture
def interview(desk: DeskScreen) -> InterviewScreen:
    return InterviewScreen(desk.page)


@pytest.fixture
def window(interview: InterviewScreen) -> Page:
    """The window towards the resident, on a screen of its own."""
    opened = interview.page.context.new_page()
    opened.set_viewport_size({"width": WALL[0], "height": WALL[1]})
    opened.goto("/staff#resident")
    interview.page.bring_to_front()
    return opened


def test_a_family_moves_in_from_the_first_key_to_the_number(
    interview: InterviewScreen, desk: DeskScreen, window: Page, axe: str
) -> None:
    accessible(desk.page, axe, at_a_desk=True)
    interview.say(FIRST_SENTENCE)
    expect(interview.said).to_contain_text("これで合っていますか")
    interview.key("1")
    expect(interview.said).not_to_contain_text("これで合っていますか")
    passed = interview.said.inner_text()
    interview.key("F3")
    expect(desk.page.locator(".order-skipped li")).to_have_count(1)
    expect(interview.said).not_to_have_text(passed)
    interview.to_plan()
    accessible(desk.page, axe, at_a_desk=True)
    interview.key("F2")
    expect(interview.said).to_have_text(desk.page.locator(".order-skipped li").first.inner_text())
    interview.answer()
    interview.to_plan()
    expect(desk.page.locator(".order-skipped")).to_have_count(0)
    interview.key("F9")
    ticket = desk.page.locator(".head h1")
    expect(ticket).to_be_visible()
    expect(desk.line(ticket.inner_text())).to_be_visible()
    expect(window.locator(".resident-ticket")).to_have_text(ticket.inner_text())
    expect(window.locator(".resident-note")).to_contain_text("まだ届出は済んでいません")
    accessible(window, axe)


def test_a_question_takes_keys_from_the_moment_it_stands(interview: InterviewScreen) -> None:
    """A digit typed before the first picture of a question is its answer, not lost."""
    interview.page.evaluate(
        """() => {
          const talk = document.querySelector(".interview-talk");
          globalThis.focused = new Promise((done) => {
            new MutationObserver(() => {
              if (!talk.querySelector(".choices")) return;
              done(document.activeElement?.tagName);
            }).observe(talk, { childList: true, subtree: true, characterData: true });
          });
        }"""
    )
    interview.say(FIRST_SENTENCE)
    assert interview.page.evaluate("() => globalThis.focused") == "TEXTAREA"


def test_the_resident_follows_touches_the_read_back_and_looks_at_what_is_masked(
    interview: InterviewScreen, desk: DeskScreen, window: Page, axe: str
) -> None:
    expect(window.locator("svg.avatar, .avatar")).to_have_count(0)
    interview.say(ALONE)
    expect(window.locator("h1")).to_contain_text("これで合っていますか")
    expect(window.locator(".resident")).to_contain_text("神奈川県横浜市")
    accessible(window, axe)
    window.locator("[data-touch=wrong]").click()
    expect(desk.page.locator(".touched")).to_contain_text("ちがうところがある")
    expect(interview.said).to_contain_text("これで合っていますか")
    window.reload()
    window.locator("[data-touch=right]").click()
    expect(desk.page.locator(".touched")).to_contain_text("合っています")
    expect(interview.said).not_to_contain_text("これで合っていますか")
    expect(window.locator("h1")).not_to_contain_text("これで合っていますか")
    assert window.locator("button, input, textarea, a").count() == 0
    interview.paste_record(CERTIFICATE)
    interview.key("Control+Enter")
    masked = window.locator("[data-fact='people.p1.name']")
    expect(masked).to_contain_text("●")
    masked.click()
    expect(masked).to_contain_text("見本　太郎")
    accessible(window, axe)
    desk.page.reload()
    expect(window.locator(".resident-waiting")).to_be_visible()


def test_a_pasted_certificate_comes_first_without_its_individual_numbers(
    interview: InterviewScreen, desk: DeskScreen, axe: str
) -> None:
    sent: list[str] = []
    desk.page.on("request", lambda request: sent.append(request.post_data or ""))
    interview.paste_record(CERTIFICATE)
    expect(desk.page.locator(".interview-official .refused")).to_contain_text("個人番号")
    accessible(desk.page, axe, at_a_desk=True)
    interview.key("Control+Enter")
    expect(desk.toast).to_contain_text("使わなかった列:個人番号")
    expect(desk.page.locator(".interview-facts .origin-official").first).to_be_visible()
    assert not [body for body in sent if "5678" in body]
    interview.say("3月1日に引っ越してきました")
    interview.key("F4", "Tab", "Tab", "Tab")
    desk.page.get_by_label("引っ越した日", exact=True).fill("2026-03-30")
    interview.key("Control+Enter")
    expect(desk.page.locator("[data-block=mismatches]")).to_contain_text("2026年3月30日")
    expect(desk.page.locator("[data-block=mismatches] s")).to_contain_text("3月1日")


def test_what_was_heard_is_thrown_away_only_after_a_second_thought(
    interview: InterviewScreen, desk: DeskScreen, open_page: Callable[..., Page]
) -> None:
    interview.say(ALONE)
    expect(interview.said).to_contain_text("これで合っていますか")
    desk.act("end-interview").click()
    interview.key("Escape")
    expect(interview.said).to_contain_text("これで合っていますか")
    desk.act("end-interview").click()
    desk.act("end-yes").click()
    expect(desk.page.locator(".queue")).to_be_visible()


def test_two_interviews_of_one_browser_have_a_window_each(
    interview: InterviewScreen, desk: DeskScreen, window: Page
) -> None:
    """What one resident said never stands before the other, whichever way the window was opened."""
    interview.say(ALONE)
    expect(window.locator("h1")).to_contain_text("これで合っていますか")
    tab = desk.page.context.new_page()
    tab.goto("/staff")
    expect(tab.locator(".queue")).to_be_visible()
    second = InterviewScreen(tab)
    with tab.expect_popup() as opened:
        tab.get_by_role("button", name="住民用の画面").click()
    own = opened.value
    expect(own.locator("h1")).to_contain_text("今日はどうされましたか")
    second.line.focus()
    second.say("結婚しました")
    expect(own.locator("h1")).not_to_contain_text("今日はどうされましたか")
    expect(own.locator("body")).not_to_contain_text("横浜")
    expect(window.locator(".resident")).to_contain_text("横浜")
    expect(window.locator(".resident")).not_to_contain_text("結婚")
    window.locator("[data-touch=right]").click()
    expect(interview.said).not_to_contain_text("これで合っていますか")
    expect(tab.locator(".touched")).to_have_count(0)
    desk.page.reload()
    expect(window.locator(".resident-waiting")).to_be_visible()
    expect(own.locator(".resident-waiting")).to_have_count(0)


class TestNumbersOfAMachine:
    @pytest.fixture
    def town(self, kb: KnowledgeBase) -> KnowledgeBase:
        machine = {"one_stop": NumberSeries(1, 399, "K", "", 3)}
        return replace(kb, municipality=replace(kb.municipality, number_machine=machine))

    def test_the_number_held_already_is_typed_before_the_talk_is_a_case(
        self, interview: InterviewScreen, desk: DeskScreen, axe: str
    ) -> None:
        interview.say(ALONE)
        interview.key("1")
        interview.to_plan()
        interview.key("F9")
        field = desk.page.get_by_label("番号発券機の番号札をお持ちですか")
        expect(field).to_be_focused()
        accessible(desk.page, axe, at_a_desk=True)
        interview.say("Z9")
        expect(desk.page.locator(".interview .refused")).to_contain_text("発券機の番号ではありません")
        field.fill("k12")
        interview.key("Enter")
        expect(desk.page.locator(".head h1")).to_have_text("K012")

    def test_without_one_the_next_of_ours_is_given(
        self, interview: InterviewScreen, desk: DeskScreen
    ) -> None:
        interview.say(ALONE)
        interview.key("1")
        interview.to_plan()
        interview.key("F9")
        expect(desk.page.get_by_label("番号発券機の番号札をお持ちですか")).to_be_focused()
        interview.key("Enter")
        expect(desk.page.locator(".head h1")).to_have_text("A-101")
