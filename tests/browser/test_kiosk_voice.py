"""The kiosk spoken with: from the greeting to the number by voice, touch mixed in, and never a consent by a word."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from assistant.sound import Ears, LoadedSound
from speech.ear import NotHeard, Partial, Stages, TurnHeard, VoiceBegan
from speech.fake_ear import FakeEars
from speech.fake_speaker import FakeVoice
from speech.sentence_speaker import SentenceSpeaker
from speech.transcriber import Repair, Transcript
from tests.browser.conftest import PORTRAIT
from tests.browser.microphone import launch_with_microphone, write_tone
from tests.browser.screens import KioskScreen, accessible
from tests.browser.talk import TalkingKiosk
from tests.browser.test_sizes import KIOSKS, RUNS_OVER, SMALL_TARGETS, SMALL_TEXT

pytestmark = pytest.mark.browser

ALONE = "4月1日に、横浜から一人で引っ越してきました"
STAGES = Stages(300.0, 350.0, 200.0)
FRAME_BYTES = 640

BREAK_THE_LINE = """() => { const send = WebSocket.prototype.send; let broken = false;
  WebSocket.prototype.send = function (given) {
    if (broken) return send.call(this, given);
    broken = true;
    return this.close();
  }; }"""


@pytest.fixture(scope="module")
def browser(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    tone = write_tone(tmp_path_factory.mktemp("microphone") / "tone.wav")
    launched = launch_with_microphone(playwright, tone)
    yield launched
    launched.close()


@pytest.fixture
def ears() -> FakeEars:
    return FakeEars()


@pytest.fixture
def sound(ears: FakeEars) -> LoadedSound:
    return LoadedSound(lambda: Ears(ears), lambda: SentenceSpeaker(FakeVoice()))


@pytest.fixture
def open_kiosk(
    open_page: Callable[..., Page], ears: FakeEars, sound: LoadedSound
) -> Callable[..., TalkingKiosk]:
    """Opens the kiosk with the microphone allowed."""
    assert sound.wait_until_up(10)

    def open_it(size: tuple[int, int] = PORTRAIT, *, frozen: bool = False) -> TalkingKiosk:
        page = open_page("/kiosk", size, permissions=["microphone"], frozen=frozen)
        return TalkingKiosk(page, ears)

    return open_it


@pytest.fixture
def kiosk(open_kiosk: Callable[..., TalkingKiosk]) -> TalkingKiosk:
    return open_kiosk()


def test_from_the_greeting_to_the_number_by_voice(kiosk: TalkingKiosk) -> None:
    kiosk.talk()
    expect(kiosk.page.locator(".caption")).to_contain_text("こんにちは")
    kiosk.hears(ALONE)
    kiosk.on("view-read-back")
    kiosk.hears("はい")
    kiosk.answer_aloud_up_to_the_plan()
    kiosk.says(screen="talk")
    kiosk.hears("次へ進んでください")
    kiosk.on("view-details")
    kiosk.says(screen="details")
    kiosk.hears("あとで窓口で書きます")
    kiosk.on("view-forms")
    kiosk.says(screen="forms")
    kiosk.hears("受付してください")
    kiosk.ticket()


def test_no_word_is_a_consent_but_going_without_the_card_has_one(kiosk: TalkingKiosk) -> None:
    kiosk.read_back(ALONE)
    kiosk.to_plan()
    kiosk.press("next")
    kiosk.on("view-consent")
    kiosk.talk()
    kiosk.says(screen="consent")
    kiosk.hears("はい")
    kiosk.until(lambda: "画面にふれてお決めください" in kiosk.spoken(), "a touch is asked for")
    expect(kiosk.page.locator(".view-consent")).to_be_visible()
    kiosk.hears("カードは使いません")
    kiosk.on("view-details")


def test_the_microphone_gives_whole_frames_of_twenty_milliseconds(kiosk: TalkingKiosk) -> None:
    kiosk.talk()
    kiosk.until(lambda: kiosk.ear.fed_bytes > 50 * FRAME_BYTES, "a second of sound")
    assert kiosk.ear.fed_bytes % FRAME_BYTES == 0
    expect(kiosk.page.locator(".meter i.on").first).to_be_visible()


def test_what_is_heard_is_shown_while_it_is_said_and_can_be_mended(kiosk: TalkingKiosk) -> None:
    kiosk.talk()
    kiosk.hears(VoiceBegan())
    kiosk.hears(Partial("4月1日に、横浜から"))
    expect(kiosk.bar).to_contain_text("4月1日に、横浜から")
    expect(kiosk.page.locator('[data-name="end-turn"]')).to_be_visible()
    kiosk.press("end-turn")
    kiosk.until(lambda: kiosk.ear.ended == 1, "the turn was ended")
    kiosk.hears(TurnHeard(Transcript(ALONE, 0.9, (), (Repair("引鑑", "印鑑"),)), STAGES))
    kiosk.on("view-read-back")
    expect(kiosk.bar).to_contain_text("「引鑑」→「印鑑」")
    kiosk.page.locator(".voice-mend").click()
    expect(kiosk.page.locator(".sheet textarea")).to_have_value(ALONE)


def test_a_touch_stops_the_voice_and_says_how_far_it_was(kiosk: TalkingKiosk) -> None:
    kiosk.talk()
    expect(kiosk.page.locator(".caption-now")).to_be_visible()
    kiosk.page.locator(".town").click()
    kiosk.says(stop_speaking=True)
    stopped = next(one for one in kiosk.sent if "stop_speaking" in one)
    assert stopped["played"]["ended"] is False
    kiosk.until(lambda: any(one["type"] == "hush" for one in kiosk.received), "the server fell silent")
    expect(kiosk.page.locator(".caption-now")).to_have_count(0)


def test_touch_and_voice_mix(kiosk: TalkingKiosk) -> None:
    kiosk.read_back(ALONE)
    kiosk.talk()
    kiosk.hears("はい")
    expect(kiosk.page.locator(".view-ask, .view-plan").first).to_be_visible()
    before = kiosk.heading.inner_text()
    kiosk.press("back")
    expect(kiosk.heading).not_to_have_text(before)


def test_words_do_what_the_buttons_at_the_edge_do(kiosk: TalkingKiosk) -> None:
    kiosk.read_back(ALONE)
    kiosk.talk()
    kiosk.hears("ちょっと待って")
    expect(kiosk.page.locator(".paused")).to_be_visible()
    kiosk.says(screen="paused")
    kiosk.hears("続けて")
    kiosk.on("view-read-back")
    kiosk.says(screen="talk")
    kiosk.hears("やめます")
    expect(kiosk.page.locator(".sheet")).to_contain_text("やめますか")
    kiosk.says(screen="withdraw")
    kiosk.hears("戻る")
    expect(kiosk.page.locator(".sheet")).to_have_count(0)
    kiosk.hears("番号札だけください")
    kiosk.ticket()


def test_a_number_is_given_by_word_and_kept_when_the_talk_ends(kiosk: TalkingKiosk) -> None:
    kiosk.talk()
    kiosk.hears("番号札だけください")
    kiosk.ticket()
    kiosk.says(screen="ticket")
    kiosk.hears("次へ")
    kiosk.on("view-end")


def test_words_of_danger_end_all_sound(kiosk: TalkingKiosk) -> None:
    kiosk.talk()
    ear = kiosk.ear
    kiosk.hears("夫から暴力を受けていて逃げてきました")
    expect(kiosk.page.locator(".quiet")).to_be_visible()
    kiosk.says(listening=False)
    kiosk.until(lambda: ear.closed, "the ear is closed")
    assert "暴力" not in kiosk.page.content()


def test_slower_by_word_shows_in_the_settings_and_is_usual_again_for_the_next(kiosk: TalkingKiosk) -> None:
    kiosk.talk()
    kiosk.hears("ゆっくり話してください")
    kiosk.until(lambda: any(one["type"] == "voice" for one in kiosk.received), "the manner changed")
    kiosk.press("voice")
    slow = kiosk.page.get_by_role("button", name="ゆっくり", exact=True)
    expect(slow.and_(kiosk.page.locator(".sheet button"))).to_have_attribute("aria-pressed", "true")
    kiosk.page.get_by_role("switch", name="イヤホン").click()
    kiosk.says(voice={"on": True, "speed": 0.8, "volume": 1.0, "private": True})
    kiosk.press("close-voice")
    kiosk.press("stop")
    kiosk.press("withdraw")
    kiosk.on("view-attract")
    expect(kiosk.microphone).to_have_attribute("aria-pressed", "false")
    kiosk.sent.clear()
    kiosk.press("microphone")
    kiosk.says(voice={"on": True, "speed": 1, "volume": 1, "private": False})


def test_sound_that_became_no_words_is_said_gently_and_twice_leads_to_the_buttons(
    kiosk: TalkingKiosk,
) -> None:
    kiosk.talk()
    kiosk.page.locator(".town").click()
    kiosk.hears(NotHeard("no_words"))
    expect(kiosk.bar).to_contain_text("もう一度お話しになるか")
    kiosk.hears(NotHeard("no_words"))
    kiosk.until(lambda: "画面のボタンでもお選びいただけます" in kiosk.spoken(), "the buttons are offered")


def test_silence_is_answered_with_help_once(open_kiosk: Callable[..., TalkingKiosk]) -> None:
    kiosk = open_kiosk(frozen=True)
    kiosk.talk()
    kiosk.page.locator(".town").click()
    for _ in range(14):
        kiosk.leap(3_000)
    kiosk.says(say="silence")
    assert [one for one in kiosk.sent if "say" in one] == [{"say": "silence"}]


def test_words_keep_a_visit_that_was_about_to_be_forgotten(open_kiosk: Callable[..., TalkingKiosk]) -> None:
    kiosk = open_kiosk(frozen=True)
    kiosk.read_back(ALONE)
    kiosk.talk()
    kiosk.until(lambda: kiosk.has_all_of("合っていますか"), "all of it has come, so that the touch stops it")
    kiosk.page.locator(".town").click()
    warning = kiosk.page.get_by_role("alertdialog")
    while not warning.count() and kiosk.page.evaluate("performance.now()") < 300_000:
        kiosk.leap(3_000)
    kiosk.says(say="silence")
    expect(warning).to_contain_text("まだお使いですか")
    kiosk.says(say="idle")
    kiosk.hears(Partial("えっと"))
    expect(kiosk.page.get_by_role("alertdialog")).to_have_count(0)


def test_a_presence_sensor_wakes_the_kiosk_and_nobody_there_lets_it_sleep(
    open_kiosk: Callable[..., TalkingKiosk],
) -> None:
    kiosk = open_kiosk(frozen=True)
    kiosk.page.evaluate("() => window.dispatchEvent(new KeyboardEvent('keydown', {key: 'F13'}))")
    kiosk.until(lambda: "こんにちは" in kiosk.spoken(), "it greets")
    assert kiosk.sent[0]["resumed"] is False
    kiosk.press("stop")
    kiosk.press("withdraw")
    kiosk.on("view-attract")


def test_a_line_that_breaks_is_said_and_the_talk_goes_on(kiosk: TalkingKiosk) -> None:
    kiosk.talk()
    kiosk.hears(ALONE)
    kiosk.on("view-read-back")
    kiosk.sent.clear()
    kiosk.page.evaluate(BREAK_THE_LINE)
    kiosk.until(lambda: len(kiosk.sent) >= 3, "the line is back")
    first = next(one for one in kiosk.sent if "token" in one)
    assert first["resumed"] is True
    kiosk.says(screen="talk")
    kiosk.hears("はい")
    expect(kiosk.page.locator(".view-ask, .view-plan").first).to_be_visible()


def test_a_second_screen_takes_the_microphone_and_this_one_takes_it_back(kiosk: TalkingKiosk) -> None:
    kiosk.talk()
    kiosk.hears(ALONE)
    kiosk.on("view-read-back")
    token = next(one["token"] for one in kiosk.sent if "token" in one)
    kiosk.page.evaluate(
        """([token, path]) => new Promise(resolve => { const other = new WebSocket(path); window.other = other;
        other.onopen = () => other.send(JSON.stringify({token, resumed: true})); other.onmessage = resolve; })""",
        [token, kiosk.line],
    )
    expect(kiosk.bar).to_contain_text("別の画面で続けています")
    kiosk.press("next")
    expect(kiosk.page.locator(".view-ask, .view-plan").first).to_be_visible()
    kiosk.press("microphone")
    kiosk.until(lambda: not kiosk.ear.closed, "it listens here again")
    expect(kiosk.bar).not_to_contain_text("別の画面で続けています")


@pytest.mark.parametrize("size", KIOSKS, ids=lambda s: f"{s[0]}x{s[1]}")
def test_the_line_of_the_talk_fits_every_kiosk(
    open_kiosk: Callable[..., TalkingKiosk], size: tuple[int, int], axe: str
) -> None:
    kiosk = open_kiosk(size)
    assert _faults(kiosk) == ([], [], False)
    kiosk.talk()
    kiosk.hears(ALONE)
    kiosk.on("view-read-back")
    expect(kiosk.page.locator(".voice-heard")).to_be_visible()
    assert _faults(kiosk) == ([], [], False)
    accessible(kiosk.page, axe)
    kiosk.press("voice")
    assert _faults(kiosk) == ([], [], False)
    accessible(kiosk.page, axe)


def _faults(kiosk: KioskScreen) -> tuple[list[str], list[str], bool]:
    kiosk.page.evaluate("document.fonts.ready")
    page = kiosk.page
    return page.evaluate(SMALL_TEXT, 24), page.evaluate(SMALL_TARGETS, 63.5), page.evaluate(RUNS_OVER)
