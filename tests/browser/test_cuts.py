"""The network is cut while people talk: five seconds and five minutes, at the kiosk, at the operator, at the desk.

The cable is silent while it is out, as a real one is: no socket closes. Five minutes pass on the clocks, not here.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.cable import Cable
from tests.browser.conftest import DESK, PORTRAIT, Running
from tests.browser.screens import DeskScreen, KioskScreen, OperatorScreen
from tests.browser.test_sizes import RUNS_OVER

pytestmark = pytest.mark.browser

ALONE = "4月1日に、横浜から一人で引っ越してきました"
NOTICED_MS = 20_000
"""A side sees its own cut after 5 s; the other hears of it after 7 s to notice it and 3 s in which it may pass."""
FIVE_MIN = "05:00"


@pytest.fixture
def cables(demo: Running) -> Iterator[Callable[[], Cable]]:
    """Cables to the server."""
    with ExitStack() as laid:
        yield lambda: laid.enter_context(Cable(demo.port))


class Talk:
    """A kiosk and the operator who leads its talk, each at the end of a cable of its own."""

    def __init__(self, open_page: Callable[..., Page], cables: Callable[[], Cable]):
        self.kiosk_cable, self.operator_cable = cables(), cables()
        self.operator = OperatorScreen(open_page("/operator", DESK, frozen=True, by=self.operator_cable))
        self.operator.sign_in("town_operator")
        self.kiosk = KioskScreen(open_page("/kiosk", PORTRAIT, frozen=True, by=self.kiosk_cable))
        self.kiosk.read_back(ALONE)
        self.kiosk.press("call-staff")
        self.operator.take()
        self.operator.say("一つ目です")
        self.kiosk.say("はい、聞こえます")
        expect(self.operator.messages("resident").last).to_have_text("はい、聞こえます")

    @property
    def cut_band(self) -> Locator:
        return self.kiosk.page.locator(".human-cut")

    def stands_once_and_in_order(self, *said: str) -> None:
        """Both screens hold these words of the two people, each once, in this order."""
        expect(self.kiosk.page.locator(".told:visible li p")).to_have_text(list(said), timeout=NOTICED_MS)
        of_people = ".message-operator[data-seq] p, .message-resident[data-seq] p"
        both = self.operator.page.locator(of_people).all_inner_texts()
        assert both[-len(said) :] == list(said)
        expect(self.operator.page.locator(".outgoing")).to_have_count(0)
        seqs = self.operator.page.locator("[data-seq]").evaluate_all(
            "all => all.map(one => Number(one.dataset.seq))"
        )
        assert seqs == list(range(1, len(seqs) + 1))

    def is_whole(self) -> None:
        """Neither side speaks of a cut any more."""
        expect(self.cut_band).to_have_count(0, timeout=NOTICED_MS)
        expect(self.kiosk.page.locator(".human-held")).to_contain_text("職員(遠隔)")
        expect(self.operator.page.locator(".line-up")).to_be_visible(timeout=NOTICED_MS)
        expect(self.operator.page.locator(".kiosk-cut-off")).to_have_count(0, timeout=NOTICED_MS)
        self.operator.holds("mine")


@pytest.fixture
def talk(open_page: Callable[..., Page], cables: Callable[[], Cable]) -> Talk:
    return Talk(open_page, cables)


def test_a_short_cut_at_the_kiosk_is_told_there_and_costs_nothing(talk: Talk) -> None:
    talk.kiosk_cable.pull()
    expect(talk.cut_band).to_contain_text("通信がとぎれています", timeout=NOTICED_MS)
    assert not talk.kiosk.page.evaluate(RUNS_OVER)
    talk.operator.say("二つ目です")
    talk.kiosk.say("もう一度お願いします")
    talk.kiosk_cable.put_back()
    talk.is_whole()
    expect(talk.operator.messages("resident").last).to_have_text("もう一度お願いします")
    talk.stands_once_and_in_order("一つ目です", "はい、聞こえます", "二つ目です", "もう一度お願いします")


def test_a_short_cut_at_the_operator_is_told_there_and_costs_nothing(talk: Talk) -> None:
    talk.operator_cable.pull()
    expect(talk.operator.page.locator(".line-down")).to_contain_text("つなぎ直しています", timeout=NOTICED_MS)
    talk.operator.say("二つ目です")
    expect(talk.operator.page.locator(".outgoing")).to_have_count(1)
    talk.kiosk.say("聞こえますか")
    expect(talk.kiosk.page.locator(".told-resident p").last).to_have_text("聞こえますか")
    talk.operator.write("書きかけ")
    talk.operator_cable.put_back()
    talk.is_whole()
    talk.stands_once_and_in_order("一つ目です", "はい、聞こえます", "聞こえますか", "二つ目です")
    expect(talk.operator.page.locator("#reply")).to_have_value("書きかけ")


def test_a_kiosk_cut_for_five_minutes_stays_in_its_talk_and_both_are_told(talk: Talk, demo: Running) -> None:
    talk.kiosk_cable.pull()
    expect(talk.cut_band).to_be_visible(timeout=NOTICED_MS)
    expect(talk.operator.page.locator(".kiosk-cut-off")).to_contain_text("来庁者の画面", timeout=NOTICED_MS)
    talk.operator.say("二つ目です")
    talk.kiosk.say("聞こえますか")
    demo.clock.forward(minutes=5)
    for page in (talk.kiosk.page, talk.operator.page):
        page.clock.fast_forward(FIVE_MIN)
    expect(talk.kiosk.page.get_by_role("alertdialog")).to_contain_text("この画面に残っています")
    expect(talk.kiosk.page.locator(".told-resident p").last).to_have_text("聞こえますか")
    talk.operator.holds("mine")
    talk.kiosk_cable.put_back()
    expect(talk.kiosk.page.get_by_role("alertdialog")).to_have_count(0, timeout=NOTICED_MS)
    talk.is_whole()
    talk.stands_once_and_in_order("一つ目です", "はい、聞こえます", "二つ目です", "聞こえますか")


def test_an_operator_cut_for_five_minutes_is_replaced_and_both_are_told(talk: Talk, demo: Running) -> None:
    talk.operator_cable.pull()
    expect(talk.operator.page.locator(".line-down")).to_be_visible(timeout=NOTICED_MS)
    expect(talk.cut_band).to_contain_text("職員(遠隔)", timeout=NOTICED_MS)
    expect(talk.cut_band).to_contain_text("ほかの者をお呼びします")
    talk.operator.say("二つ目です")
    talk.operator.write("書きかけ")
    demo.clock.forward(minutes=5)
    expect(talk.kiosk.page.locator(".human-waiting")).to_contain_text("ほかの者をお呼びしています")
    talk.operator.page.clock.fast_forward(FIVE_MIN)
    talk.operator_cable.put_back()
    expect(talk.operator.refused).to_contain_text("あなたの対応ではなくなりました", timeout=NOTICED_MS)
    expect(talk.operator.page.locator("#reply")).to_have_value("二つ目です\n書きかけ")
    talk.operator.act("take").click()
    talk.operator.holds("mine")
    talk.operator.page.locator("#reply").press("Enter")
    expect(talk.kiosk.heading).to_have_text("二つ目です 書きかけ")
    expect(talk.kiosk.page.locator(".told-operator p").last).to_have_text("二つ目です 書きかけ")


def test_the_desk_tells_a_cut_and_shows_the_truth_after_it(
    kiosk: KioskScreen, open_page: Callable[..., Page], cables: Callable[[], Cable]
) -> None:
    kiosk.read_back(ALONE)
    kiosk.press("ticket-only")
    ticket = kiosk.ticket()
    cable = cables()
    desk = DeskScreen(open_page("/staff", DESK, frozen=True, by=cable))
    desk.sign_in("counter_staff")
    desk.open(ticket)
    cable.pull()
    expect(desk.page.locator(".line-down")).to_contain_text("つなぎ直しています", timeout=NOTICED_MS)
    desk.page.locator("#note").fill("車椅子")
    desk.page.locator("#note").blur()
    desk.key("c")
    desk.page.clock.fast_forward(FIVE_MIN)
    expect(desk.page.locator(".refused-band")).to_contain_text("通信がとぎれています")
    expect(desk.page.locator("#note")).to_have_value("車椅子")
    cable.put_back()
    expect(desk.page.locator(".line-up")).to_be_visible(timeout=NOTICED_MS)
    expect(desk.state).to_contain_text("準備済み")
    desk.key("c")
    expect(desk.state).to_contain_text("呼び出し中")
    expect(desk.page.locator("#note")).to_have_value("車椅子")


def test_an_act_of_the_desk_whose_answer_was_lost_is_seen_as_done(
    kiosk: KioskScreen, desk: DeskScreen
) -> None:
    kiosk.read_back(ALONE)
    kiosk.press("ticket-only")
    ticket = kiosk.ticket()
    desk.open(ticket)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    desk.page.route("**/call", lose)
    desk.key("c")
    expect(desk.state).to_contain_text("呼び出し中")
