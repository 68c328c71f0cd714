"""Microphones that are missing, refused, taken away or wrong: each is told on the screen, and writing goes on."""

import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from assistant.sound import Ears, LoadedSound
from speech.audio import to_pcm16
from speech.errors import WeightsMissing
from speech.fake_ear import FakeEars
from speech.fake_speaker import FakeVoice
from speech.fake_transcriber import FakeTranscriber
from speech.listening import Listening
from speech.recogniser import Recogniser
from speech.sentence_speaker import SentenceSpeaker
from tests.browser.conftest import PORTRAIT
from tests.browser.microphone import launch_with_microphone, launch_without_microphone
from tests.browser.talk import TalkingKiosk
from tests.speech.voices import said, silence

pytestmark = pytest.mark.browser

ALONE = "4月1日に、横浜から一人で引っ越してきました"
FRAME_BYTES = 640

KEEP_THE_TRACK = """() => { const devices = navigator.mediaDevices; const ask = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async wish => { const stream = await ask(wish); window.track = stream.getAudioTracks()[0];
    return stream; }; }"""
UNPLUG = "() => { window.track.stop(); window.track.dispatchEvent(new Event('ended')); }"

KEEP_THE_FRAMES = """() => { const send = WebSocket.prototype.send; window.frames_sent = [];
  WebSocket.prototype.send = function (given) {
    if (given instanceof ArrayBuffer) window.frames_sent.push([performance.now(), given.byteLength]);
    return send.call(this, given); }; }"""
HALVE_A_FRAME = """() => { const send = WebSocket.prototype.send; let halved = false;
  WebSocket.prototype.send = function (given) {
    if (halved || !(given instanceof ArrayBuffer)) return send.call(this, given);
    halved = true;
    return send.call(this, given.slice(0, 321)); }; }"""
ONLY_ITS_OWN_RATE = """() => { const Context = window.AudioContext;
  window.AudioContext = class extends Context {
    constructor(wish) { super(wish); this.asked = wish?.sampleRate; }
    createMediaStreamSource(stream) {
      if (this.asked) throw new DOMException('another rate', 'NotSupportedError');
      window.own_rate = this.sampleRate;
      return super.createMediaStreamSource(stream);
    }
  }; }"""
"""As browsers do that open a microphone at the rate of its device only."""


def write(path: Path, samples: np.ndarray, rate_hz: int = 16_000) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(to_pcm16(samples.astype(np.float32)))
    return path


@pytest.fixture
def browser(request: pytest.FixtureRequest, playwright: Playwright, tmp_path: Path) -> Iterator[Browser]:
    """Chromium with the microphone that a test names."""
    match request.param:
        case "none":
            launched = launch_without_microphone(playwright)
        case "silent":
            launched = launch_with_microphone(playwright, write(tmp_path / "silent.wav", np.zeros(32_000)))
        case _:
            spoken = np.concatenate([silence(2.5), *[said(ALONE)] * 6])
            launched = launch_with_microphone(playwright, write(tmp_path / "spoken.wav", spoken))
    yield launched
    launched.close()


@pytest.fixture
def sound(request: pytest.FixtureRequest) -> Iterator[LoadedSound]:
    """A real ear over a recogniser that always hears the same; or the model is missing."""
    recogniser = Recogniser(FakeTranscriber([ALONE]))
    recogniser.start()

    def ears() -> Ears:
        if getattr(request, "param", "") == "no model":
            raise WeightsMissing("model.bin", "install it")
        return Ears(lambda tell: Listening(recogniser, tell).start())

    loaded = LoadedSound(ears, lambda: SentenceSpeaker(FakeVoice()))
    yield loaded
    recogniser.close()


@pytest.fixture
def open_kiosk(open_page: Callable[..., Page], sound: LoadedSound) -> Callable[..., TalkingKiosk]:
    sound.wait_until_up(10)

    def open_it(*scripts: str, allowed: bool = True, frozen: bool = False) -> TalkingKiosk:
        page = open_page("/kiosk", PORTRAIT, permissions=["microphone"] if allowed else [], frozen=frozen)
        for script in scripts:
            page.add_init_script(f"({script})()")
        return TalkingKiosk(page, FakeEars())

    return open_it


def told_and_writing_goes_on(kiosk: TalkingKiosk, words: str) -> None:
    expect(kiosk.bar).to_contain_text(words)
    kiosk.until(lambda: kiosk.has_all_of("こんにちは"), "it greets, with or without an ear")
    kiosk.read_back(ALONE)


@pytest.mark.parametrize("browser", ["none"], indirect=True)
def test_a_machine_without_a_microphone_says_so(open_kiosk: Callable[..., TalkingKiosk]) -> None:
    kiosk = open_kiosk()
    kiosk.press("microphone")
    told_and_writing_goes_on(kiosk, "マイクが見つかりません")


@pytest.mark.parametrize("browser", ["spoken"], indirect=True)
def test_a_microphone_that_is_refused_is_told(open_kiosk: Callable[..., TalkingKiosk]) -> None:
    kiosk = open_kiosk(allowed=False)
    kiosk.press("microphone")
    told_and_writing_goes_on(kiosk, "マイクの使用が許可されていません")


@pytest.mark.parametrize("browser", ["spoken"], indirect=True)
def test_a_microphone_pulled_out_in_the_middle_of_a_word_keeps_what_was_said(
    open_kiosk: Callable[..., TalkingKiosk],
) -> None:
    kiosk = open_kiosk(KEEP_THE_TRACK)
    kiosk.press("microphone")
    expect(kiosk.page.locator('[data-name="end-turn"]')).to_be_visible()
    kiosk.page.evaluate(UNPLUG)
    expect(kiosk.bar).to_contain_text("マイクがはずれました")
    kiosk.on("view-read-back")
    kiosk.press("microphone")
    expect(kiosk.microphone).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("browser", ["silent"], indirect=True)
def test_silence_begins_no_turn_and_is_answered_with_help(open_kiosk: Callable[..., TalkingKiosk]) -> None:
    kiosk = open_kiosk(frozen=True)
    kiosk.press("microphone")
    expect(kiosk.microphone).to_have_attribute("aria-pressed", "true")
    kiosk.until(lambda: any(one["type"] == "level" for one in kiosk.received), "the ear gets sound")
    kiosk.until(lambda: kiosk.has_all_of("こんにちは"), "it greets")
    kiosk.page.locator(".town").click()
    for _ in range(7):
        kiosk.leap(3_000)
    kiosk.says(say="silence")
    assert not [one for one in kiosk.received if one["type"] in ("heard", "ear")]
    kiosk.read_back(ALONE)


@pytest.mark.parametrize("browser", ["spoken"], indirect=True)
def test_a_device_of_another_rate_is_heard_at_the_rate_of_the_ear(
    open_kiosk: Callable[..., TalkingKiosk],
) -> None:
    kiosk = open_kiosk(ONLY_ITS_OWN_RATE, KEEP_THE_FRAMES)
    kiosk.press("microphone")
    kiosk.until(lambda: kiosk.page.evaluate("() => window.frames_sent.length > 100"), "two seconds of sound")
    assert kiosk.page.evaluate("() => window.own_rate") != 16_000
    assert {size for _, size in kiosk.page.evaluate("() => window.frames_sent")} == {FRAME_BYTES}
    kiosk.until(lambda: any(one["type"] == "heard" for one in kiosk.received), "words are heard")


@pytest.mark.parametrize("browser", ["silent"], indirect=True)
def test_half_a_frame_is_told_and_hearing_goes_on(open_kiosk: Callable[..., TalkingKiosk]) -> None:
    kiosk = open_kiosk(HALVE_A_FRAME)
    kiosk.press("microphone")
    kiosk.until(lambda: any(one.get("trouble") == "bad_sound" for one in kiosk.received), "it is told")
    expect(kiosk.microphone).to_have_attribute("aria-pressed", "true")
    told_and_writing_goes_on(kiosk, "うまく聞き取れませんでした")


@pytest.mark.parametrize("sound", ["no model"], indirect=True)
@pytest.mark.parametrize("browser", ["spoken"], indirect=True)
def test_a_kiosk_whose_model_is_missing_says_that_it_cannot_hear(
    open_kiosk: Callable[..., TalkingKiosk],
) -> None:
    kiosk = open_kiosk()
    kiosk.press("microphone")
    told_and_writing_goes_on(kiosk, "いまは声を聞き取れません")
