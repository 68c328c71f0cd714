"""A person takes a conversation over and gives it back, in two browsers: what each side sees, and that nothing is lost."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, WebSocketRoute, expect

from tests.browser.conftest import PORTRAIT
from tests.browser.screens import KioskScreen, OperatorScreen, accessible
from tests.browser.test_sizes import KIOSKS, RUNS_OVER, SMALL_TARGETS, SMALL_TEXT

pytestmark = pytest.mark.browser

ALONE = "4月1日に、横浜から一人で引っ越してきました"
SCRIPT = "<img src=x onerror=alert(1)><script>x"


@pytest.fixture
def calling(kiosk: KioskScreen, operator: OperatorScreen) -> KioskScreen:
    """A kiosk whose resident asked for a person and waits, while an operator looks on."""
    kiosk.read_back(ALONE)
    kiosk.press("call-staff")
    expect(kiosk.page.locator(".human-waiting")).to_be_visible()
    return kiosk


def test_from_the_call_to_the_handing_back(calling: KioskScreen, operator: OperatorScreen) -> None:
    page = calling.page
    expect(operator.page.locator(".conversation-wait")).to_contain_text("秒")
    operator.take()
    expect(page.locator(".human-held")).to_contain_text("職員(遠隔)")
    expect(calling.heading).to_contain_text("遠隔")
    operator.say("お待たせしました。市民課の職員です。")
    expect(calling.heading).to_have_text("お待たせしました。市民課の職員です。")
    calling.say("転校のことを聞きたいです")
    expect(operator.messages("resident").last).to_have_text("転校のことを聞きたいです")
    expect(page.locator(".told-resident p")).to_have_text("転校のことを聞きたいです")
    operator.key("Escape")
    operator.key("g")
    operator.page.locator("#agreed").fill("転校は教育委員会で受け付ける")
    operator.act("do-give-back").click()
    operator.holds("assistant")
    expect(page.locator(".human-back")).to_contain_text("案内の機械に戻ります")
    expect(page.locator(".human-held")).to_have_count(0)


def test_the_kiosk_says_which_kind_of_person_speaks(
    kiosk: KioskScreen, open_operator: Callable[[str], OperatorScreen]
) -> None:
    contract = open_operator("contract_operator")
    kiosk.read_back(ALONE)
    kiosk.press("call-staff")
    expect(kiosk.page.locator(".human-waiting")).to_be_visible()
    expect(contract.page.locator(".me")).to_have_text("委託オペレーター")
    contract.page.locator(".conversation").first.click()
    contract.act("take").click()
    contract.holds("mine")
    expect(kiosk.page.locator(".human-held")).to_contain_text("委託オペレーター(遠隔)")
    expect(kiosk.page.locator(".human-held")).to_contain_text("お名前・ご住所・ご病気のことは")
    expect(contract.act("approve")).to_have_count(0)
    expect(contract.messages("resident").first).to_contain_text("町の職員だけ")
    kiosk.say("何番の窓口ですか")
    expect(contract.messages("resident").last).to_have_text("何番の窓口ですか")


def test_a_touch_answers_the_question_while_a_person_leads(
    calling: KioskScreen, operator: OperatorScreen
) -> None:
    operator.take()
    mirror = operator.page.locator(".mirror")
    calling.press("next")
    expect(calling.page.locator(".human-question")).not_to_contain_text("合っていますか")
    asked = calling.page.locator(".human-question").inner_text().split("\n")[-1]
    expect(mirror.locator(".mirror-say")).to_contain_text(asked)
    assert mirror.locator("button, input, textarea, a").count() == 0


def test_what_is_typed_and_not_sent_leaves_no_screen(calling: KioskScreen, operator: OperatorScreen) -> None:
    operator.take()
    expect(calling.page.locator(".human-held")).to_be_visible()
    sent: list[str] = []
    calling.page.on("request", lambda request: sent.append(request.post_data or ""))
    typed, answered = "送らない言葉", "送った言葉"
    field = calling.page.locator("textarea:visible").first
    field.press_sequentially(typed)
    expect(field).to_have_value(typed)
    field.fill("")
    calling.say(answered)
    expect(operator.messages("resident").last).to_have_text(answered)
    assert any(answered in body for body in sent)
    assert not [body for body in sent if typed in body]
    assert typed not in operator.page.content()


def test_the_second_operator_is_told_who_was_faster(
    calling: KioskScreen, operator: OperatorScreen, open_operator: Callable[[str], OperatorScreen]
) -> None:
    second = open_operator("counter_staff")
    second.waiting.first.click()
    second.holds("waiting")
    second.page.route(
        "**/api/v1/conversations/*",
        lambda route: route.abort() if route.request.method == "GET" else route.continue_(),
    )
    operator.take()
    second.key("t")
    expect(second.refused).to_contain_text("が先に引き受けました")
    del calling


def test_nothing_is_lost_or_doubled_when_the_operators_line_breaks(
    calling: KioskScreen, operator: OperatorScreen
) -> None:
    operator.take()
    operator.say("一つ目です")
    expect(operator.messages("operator")).to_have_text(["一つ目です"])
    operator.page.context.set_offline(True)
    operator.say("二つ目です")
    expect(operator.page.locator(".outgoing")).to_contain_text("つながりしだい送ります")
    operator.say("三つ目です")
    expect(operator.page.locator(".outgoing")).to_have_count(2)
    calling.say("聞こえますか")
    operator.write("書きかけ")
    operator.page.context.set_offline(False)
    expect(operator.page.locator(".outgoing")).to_have_count(0)
    expect(operator.messages("operator")).to_have_text(["一つ目です", "二つ目です", "三つ目です"])
    expect(operator.messages("resident").last).to_have_text("聞こえますか")
    expect(calling.page.locator(".told-operator p")).to_have_text(["一つ目です", "二つ目です", "三つ目です"])
    expect(operator.page.locator("#reply")).to_have_value("書きかけ")


class Line:
    """The live line of a page, to be cut and mended."""

    def __init__(self, page: Page):
        self.whole = True
        self._open: list[WebSocketRoute] = []
        page.route_web_socket("**/live", self._connect)

    def _connect(self, socket: WebSocketRoute) -> None:
        if not self.whole:
            socket.close()
            return
        socket.connect_to_server()
        self._open.append(socket)

    def cut(self) -> None:
        self.whole = False
        for socket in self._open:
            socket.close()
        self._open.clear()

    def mend(self) -> None:
        self.whole = True


def test_nothing_is_lost_or_doubled_when_both_live_lines_break(
    open_page: Callable[..., Page], operator: OperatorScreen
) -> None:
    page = open_page("/status", PORTRAIT)
    lines = (Line(page), Line(operator.page))
    page.goto("/kiosk")
    operator.page.reload()
    kiosk = KioskScreen(page)
    kiosk.read_back(ALONE)
    kiosk.press("call-staff")
    operator.take()
    operator.say("一つ目です")
    expect(page.locator(".told-operator p")).to_have_text(["一つ目です"])
    for line in lines:
        line.cut()
    expect(operator.page.locator(".line-down")).to_be_visible()
    operator.say("二つ目です")
    operator.say("三つ目です")
    expect(operator.messages("operator")).to_have_text(["一つ目です", "二つ目です", "三つ目です"])
    kiosk.say("聞こえますか")
    for line in lines:
        line.mend()
    expect(operator.messages("resident").last).to_have_text("聞こえますか")
    expect(page.locator(".told-operator p")).to_have_text(["一つ目です", "二つ目です", "三つ目です"])
    expect(operator.page.locator(".line-up")).to_be_visible()


def test_giving_back_while_the_kiosks_line_is_broken_is_known_when_it_is_back(
    open_page: Callable[..., Page], operator: OperatorScreen
) -> None:
    page = open_page("/status", PORTRAIT)
    line = Line(page)
    page.goto("/kiosk")
    kiosk = KioskScreen(page)
    kiosk.read_back(ALONE)
    kiosk.press("call-staff")
    operator.take()
    expect(page.locator(".human-held")).to_be_visible()
    line.cut()
    operator.key("Escape")
    operator.key("g")
    operator.act("do-give-back").click()
    operator.holds("assistant")
    line.mend()
    expect(page.locator(".human-back")).to_be_visible()


def test_a_reply_whose_answer_was_lost_is_said_once(calling: KioskScreen, operator: OperatorScreen) -> None:
    operator.take()
    lost: list[str] = []

    def lose_the_first(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.request.url)
        route.fetch()
        route.abort()

    operator.page.route("**/say", lose_the_first)
    operator.say("一度だけ")
    expect(operator.messages("operator")).to_have_text(["一度だけ"])
    expect(operator.page.locator(".outgoing")).to_have_count(0)
    expect(calling.page.locator(".told-operator p")).to_have_text(["一度だけ"])
    assert lost


def test_what_the_server_refuses_goes_back_to_where_it_was_written(
    calling: KioskScreen, operator: OperatorScreen
) -> None:
    operator.take()
    operator.page.route(
        "**/say", lambda route: route.fulfill(status=429, json={"code": "too_many", "detail": "多すぎます。"})
    )
    operator.say("消えては困る文")
    expect(operator.refused).to_contain_text("多すぎます")
    expect(operator.page.locator("#reply")).to_have_value("消えては困る文")
    del calling


def test_quiet_visits_are_in_no_list(kiosk: KioskScreen, operator: OperatorScreen) -> None:
    kiosk.say("夫から暴力を受けていて逃げてきました")
    expect(kiosk.page.locator(".quiet")).to_be_visible()
    expect(operator.page.locator(".nobody")).to_be_visible()
    operator.page.reload()
    expect(operator.page.locator(".nobody")).to_be_visible()
    expect(operator.page.locator(".conversation")).to_have_count(0)


def test_words_of_danger_go_the_quiet_way_whoever_leads(
    calling: KioskScreen, operator: OperatorScreen
) -> None:
    operator.take()
    calling.say("夫から暴力を受けていて逃げてきました")
    expect(calling.page.locator(".quiet")).to_be_visible()
    expect(operator.page.locator(".conversation")).to_have_count(0)
    for page in (calling.page, operator.page):
        assert "暴力" not in page.content()


def test_a_resident_goes_on_without_waiting(calling: KioskScreen, operator: OperatorScreen) -> None:
    expect(operator.waiting).to_have_count(1)
    calling.press("stop-waiting")
    expect(calling.page.locator(".human-waiting")).to_have_count(0)
    expect(operator.waiting).to_have_count(0)


def test_a_resident_who_leaves_takes_the_conversation_along(
    calling: KioskScreen, operator: OperatorScreen
) -> None:
    operator.take()
    calling.press("stop")
    calling.press("withdraw")
    calling.on("view-attract")
    expect(operator.page.locator(".toast")).to_contain_text("来庁者が画面を離れました")
    expect(operator.page.locator(".conversation")).to_have_count(0)
    assert ALONE not in operator.page.content()


def test_an_answer_on_a_risky_topic_is_looked_over_before_it_is_shown(
    kiosk: KioskScreen, operator: OperatorScreen, open_operator: Callable[[str], OperatorScreen], axe: str
) -> None:
    contract = open_operator("contract_operator")
    kiosk.say("不受理申出とは何ですか")
    kiosk.on("view-checking")
    accessible(kiosk.page, axe)
    for screen in (operator, contract):
        screen.page.locator(".conversation").first.click()
        expect(screen.page.locator(".draft")).to_contain_text("不受理申出")
    expect(contract.act("approve")).to_have_count(0)
    expect(contract.page.locator(".draft")).to_contain_text("委託オペレーターは確定できません")
    accessible(operator.page, axe, at_a_desk=True)
    operator.key("e")
    operator.page.locator("#draft").fill("くわしくは戸籍の窓口で一緒に確かめましょう。")
    operator.act("approve").click()
    expect(kiosk.page.locator(".explained")).to_contain_text("戸籍の窓口で一緒に")
    expect(operator.page.locator(".draft")).to_have_count(0)


def test_a_procedure_is_begun_and_a_page_of_the_plan_is_shown(
    calling: KioskScreen, operator: OperatorScreen, axe: str
) -> None:
    operator.take()
    operator.key("Escape")
    operator.key("p")
    operator.page.locator("#start-search").fill("印鑑登録")
    operator.page.locator(".found button", has_text="印鑑登録").first.click()
    expect(operator.page.locator(".toast")).to_contain_text("手続を加えました")
    expect(operator.page.locator(".known-plan")).to_contain_text("印鑑登録")
    operator.key("h")
    operator.page.locator(".found button", has_text="全体").click()
    sheet = calling.page.locator(".sheet")
    expect(sheet).to_contain_text("画面の向こうから見せているページ")
    expect(sheet).to_contain_text("印鑑登録")
    accessible(calling.page, axe)


def test_another_takes_over_with_the_note_and_the_whole_history(
    calling: KioskScreen, operator: OperatorScreen, open_operator: Callable[[str], OperatorScreen]
) -> None:
    operator.take()
    operator.say("戸籍の担当に代わります")
    operator.key("Escape")
    operator.key("x")
    expect(operator.act("do-transfer")).to_be_disabled()
    operator.page.locator("#transfer-note").fill("入籍の話。届書はお持ち")
    operator.act("do-transfer").click()
    operator.holds("waiting")
    second = open_operator("counter_staff")
    second.take()
    expect(second.page.locator(".handed-note")).to_contain_text("入籍の話")
    expect(second.messages("operator")).to_have_text(["戸籍の担当に代わります"])
    expect(calling.page.locator(".human-held")).to_contain_text("窓口職員")


def test_a_colleague_at_a_screen_is_handed_a_talk_by_name(
    calling: KioskScreen, operator: OperatorScreen, open_operator: Callable[[str], OperatorScreen]
) -> None:
    colleague = open_operator("counter_staff")
    open_operator("contract_operator")
    operator.take()
    operator.key("Escape")
    operator.key("x")
    receivers = operator.page.locator("#transfer-to")
    expect(receivers).to_contain_text("窓口職員さん(窓口職員)")
    expect(receivers).not_to_contain_text("委託オペレーターさん")
    receivers.select_option("counter_staff")
    operator.page.locator("#transfer-note").fill("届書はお持ち")
    operator.act("do-transfer").click()
    operator.holds("waiting")
    colleague.take()
    expect(calling.page.locator(".human-held")).to_contain_text("窓口職員")


def test_out_of_hours_the_telephone_is_told_instead_of_waiting(
    open_page: Callable[..., Page], axe: str
) -> None:
    page = open_page("/status", PORTRAIT)
    late = {"language": "ja", "on": "2026-04-07T20:00:00+09:00"}
    page.route("**/api/v1/visits", lambda route: route.continue_(post_data=json.dumps(late)))
    page.goto("/kiosk")
    kiosk = KioskScreen(page)
    kiosk.read_back(ALONE)
    kiosk.press("call-staff")
    expect(page.locator(".callback-phone")).to_have_text(re.compile(r"[0-9]"))
    expect(page.locator('[data-name="print-note"]')).to_be_visible()
    _fits(kiosk, axe)
    kiosk.press("go-on")
    expect(page.locator(".human-callback")).to_be_visible()
    _fits(kiosk, axe)


def test_script_stays_text_on_both_sides(calling: KioskScreen, operator: OperatorScreen) -> None:
    operator.take()
    operator.say(SCRIPT)
    expect(calling.page.locator(".told-operator p")).to_have_text(SCRIPT)
    calling.say(SCRIPT)
    expect(operator.messages("resident").last).to_have_text(SCRIPT)
    for page in (calling.page, operator.page):
        assert page.locator("img[src=x]").count() == 0


def test_ready_replies_and_keys_reach_everything(
    calling: KioskScreen, operator: OperatorScreen, axe: str
) -> None:
    accessible(operator.page, axe, at_a_desk=True)
    operator.take()
    accessible(operator.page, axe, at_a_desk=True)
    operator.key("Escape")
    operator.key("1")
    expect(operator.page.locator("#reply")).to_be_focused()
    expect(operator.page.locator("#reply")).to_have_value(re.compile("."))
    for key, title in (
        ("p", "手続を始める"),
        ("h", "画面に出す"),
        ("x", "引き継ぐ"),
        ("g", "機械に戻す"),
        ("?", "キー操作"),
    ):
        operator.key("Escape")
        operator.key(key)
        expect(operator.page.locator(".ask-first, .keys")).to_contain_text(title)
        accessible(operator.page, axe, at_a_desk=True)
    assert not operator.page.evaluate(RUNS_OVER)
    del calling


@pytest.mark.parametrize("size", KIOSKS, ids=lambda s: f"{s[0]}x{s[1]}")
def test_the_kiosk_with_a_person_in_the_talk_fits_and_is_accessible(
    open_page: Callable[..., Page], operator: OperatorScreen, size: tuple[int, int], axe: str
) -> None:
    kiosk = KioskScreen(open_page("/kiosk", size))
    kiosk.read_back(ALONE)
    kiosk.press("call-staff")
    expect(kiosk.page.locator(".human-waiting")).to_be_visible()
    _fits(kiosk, axe)
    operator.take()
    operator.say("転校の手続きは、この建物の2階の窓口でできます。前の学校の在学証明書をお持ちください。")
    expect(kiosk.page.locator(".told-operator p")).to_be_visible()
    _fits(kiosk, axe)
    kiosk.press("talk-so-far")
    _fits(kiosk, axe)


def _fits(kiosk: KioskScreen, axe: str) -> None:
    page = kiosk.page
    page.evaluate("document.fonts.ready")
    assert page.evaluate(SMALL_TEXT, 24) == []
    assert page.evaluate(SMALL_TARGETS, 63.5) == []
    assert not page.evaluate(RUNS_OVER)
    accessible(page, axe)


def test_a_machine_nobody_paired_offers_neither_card_nor_print(open_page: Callable[..., Page]) -> None:
    page = open_page("/status", PORTRAIT)
    page.route(
        "**/api/v1/kiosks/own",
        lambda route: route.fulfill(
            json={"paired": False, "name_ja": None, "needed": True, "may_read_cards": False}
        ),
    )
    page.goto("/kiosk")
    kiosk = KioskScreen(page)
    kiosk.read_back(ALONE)
    kiosk.to_plan()
    kiosk.press("next")
    kiosk.on("view-details")
    kiosk.press("ticket-only")
    kiosk.ticket()
    expect(page.locator('[data-name="print"]')).to_have_count(0)


def test_the_mirror_says_which_screen_is_up(
    kiosk: KioskScreen, open_operator: Callable[[str], OperatorScreen]
) -> None:
    operator = open_operator("counter_staff")
    mirror = operator.page.locator(".mirror-screen")
    kiosk.say("不受理申出とは何ですか")
    kiosk.on("view-answer")
    operator.page.locator(".conversation").first.click()
    expect(mirror).to_have_attribute("data-view", "answer")
    expect(mirror.locator(".mirror-say")).to_have_text(kiosk.page.locator(".explained p").first.inner_text())
    kiosk.press("next")
    expect(mirror).to_have_attribute("data-view", "talk")
    expect(mirror.locator(".mirror-say")).to_have_text(kiosk.heading.inner_text())
    asked = kiosk.heading.inner_text()
    kiosk.press("call-staff")
    expect(operator.waiting).to_have_count(1)
    expect(mirror.locator(".mirror-say")).to_have_text(asked)
    operator.act("take").click()
    operator.holds("mine")
    expect(kiosk.page.locator(".human-question")).to_contain_text(asked)
    expect(mirror.locator(".mirror-say")).to_have_text(asked)
    kiosk.press("language")
    expect(mirror).to_have_attribute("data-view", "language")
    expect(mirror.locator(".mirror-say")).to_have_count(0)
    kiosk.press("back")
    kiosk.press("stop")
    expect(mirror).to_have_attribute("data-view", "withdraw")


def test_the_mirror_says_that_a_person_is_awaited_or_talks(
    kiosk: KioskScreen, operator: OperatorScreen
) -> None:
    mirror = operator.page.locator(".mirror-screen")
    kiosk.press("call-staff")
    kiosk.on("view-hand-over")
    operator.page.locator(".conversation").first.click()
    expect(mirror).to_have_attribute("data-view", "hand_over")
    expect(mirror.locator("small").first).to_have_text("職員を待つ")
    operator.act("take").click()
    operator.holds("mine")
    expect(mirror.locator("small").first).to_have_text("職員と話す")
    expect(mirror.locator(".mirror-say")).to_contain_text("返事を書く欄")
