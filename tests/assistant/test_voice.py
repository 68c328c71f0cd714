"""The sound of a visit: what is heard becomes a turn, what may be spoken in a hall is spoken, and no more."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from assistant.sound import Ears, LoadedSound
from speech.ear import Likely, NotHeard, Partial, Stages, TurnHeard, VoiceBegan
from speech.errors import SpeakingFailed
from speech.fake_ear import FakeEar, FakeEars
from speech.fake_speaker import FakeVoice
from speech.sentence_speaker import SentenceSpeaker
from speech.speaker import Manner, Spoken
from speech.transcriber import Hypothesis, Transcript
from tests.assistant.conftest import App, StartApp, VisitScreen

FRAME = bytes(640)
STAGES = Stages(300.0, 350.0, 200.0)
SAID = Transcript("昨日、横浜から一人で引っ越してきました", 0.9)


class CountingVoice(FakeVoice):
    """A voice that keeps what it was made to utter."""

    def __init__(self) -> None:
        self.uttered: list[str] = []
        self._changed = threading.Condition()

    def utter(self, sentence: str, manner: Manner) -> Spoken:
        """See `Voice.utter`."""
        with self._changed:
            self.uttered.append(sentence)
            self._changed.notify_all()
        return super().utter(sentence, manner)

    def until_uttered(self, sentence: str) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: sentence in self.uttered, 10), self.uttered


class Kiosk:
    """One kiosk with a microphone, connected to a visit."""

    def __init__(self, app: App, ears: FakeEars, visit: VisitScreen):
        self.ears = ears
        self.visit = visit
        self._connection = app.client.websocket_connect(f"{visit.base}/live")
        self.socket: Any = None

    def __enter__(self) -> "Kiosk":
        self.socket = self._connection.__enter__()
        self.socket.send_json({"token": self.visit.token})
        self.until("step")
        return self

    def __exit__(self, *failure: Any) -> None:
        self._connection.__exit__(*failure)

    @property
    def ear(self) -> FakeEar:
        """The ear of this kiosk, made by its first sound."""
        before = len(self.ears.made)
        self.socket.send_bytes(FRAME)
        self.tell()
        assert len(self.ears.made) in (before, before + 1)
        return self.ears.made[-1]

    def tell(self, **message: Any) -> None:
        """Sends a message and waits until the server has read it."""
        self.socket.send_json(message)
        self.socket.send_json({"unknown": 1})
        while self.next()["type"] != "problem":
            pass

    def next(self) -> dict[str, Any]:
        found: dict[str, Any] = self.socket.receive_json()
        return found

    def until(self, kind: str) -> dict[str, Any]:
        for _ in range(60):
            message = self.next()
            if message["type"] == kind:
                return message
        raise AssertionError(f"no {kind}")

    def spoken(self) -> str:
        """Everything that is spoken until the voice ends."""
        text = ""
        for _ in range(60):
            message = self.next()
            if message["type"] == "speech":
                text += "".join(caption["text"] for caption in message["captions"])
            if message["type"] == "speech_end":
                return text
        raise AssertionError("the voice did not end")


@pytest.fixture
def ears() -> FakeEars:
    return FakeEars()


@pytest.fixture
def voice() -> CountingVoice:
    return CountingVoice()


def speaking(start_app: StartApp, ears: FakeEars, voice: FakeVoice) -> App:
    """An app that hears with `ears` and speaks with `voice`."""
    sound = LoadedSound(lambda: Ears(ears), lambda: SentenceSpeaker(voice))
    started = start_app(sound=sound)
    assert sound.wait_until_up(10)
    return started


@pytest.fixture
def app(start_app: StartApp, ears: FakeEars, voice: CountingVoice) -> App:
    return speaking(start_app, ears, voice)


@pytest.fixture
def kiosk(app: App, ears: FakeEars, visit: VisitScreen) -> Iterator[Kiosk]:
    with Kiosk(app, ears, visit) as screen:
        assert screen.spoken().startswith("こんにちは")
        yield screen


def test_what_is_heard_becomes_a_turn_and_its_step_is_shown_and_spoken(kiosk: Kiosk) -> None:
    kiosk.ear.hears(Partial("となりの町から"))
    assert kiosk.until("heard") == {"type": "heard", "final": False, "text": "となりの町から"}
    kiosk.ear.hears("昨日、横浜から一人で引っ越してきました")
    final = kiosk.until("heard")
    assert final["final"] is True
    assert final["text"] == "昨日、横浜から一人で引っ越してきました"
    shown = kiosk.until("step")
    assert {f["fact"]: f["value"] for f in shown["understood"]}["previous_municipality"] == "14100"
    assert shown["plan"]["effort"] == {"taps": 0, "keystrokes": 0, "spoken_answers": 1}
    assert kiosk.spoken() == shown["step"]["aloud"]


def test_a_second_wording_that_makes_sense_wins_over_a_first_that_does_not(kiosk: Kiosk) -> None:
    heard = Transcript(
        "点にゅう届けをお菓子たい",
        0.5,
        (Hypothesis("点にゅう届けをお菓子たい", 0.5), Hypothesis("転入届を出したい", 0.45)),
    )
    kiosk.ear.hears(TurnHeard(heard, Stages(300.0, 350.0, 200.0)))
    known = {f["fact"]: f["value"] for f in kiosk.until("step")["understood"]}
    assert known["reasons"] == ["moving_in"]


def test_a_turn_is_worked_out_ahead_unseen_and_changes_nothing(kiosk: Kiosk, voice: CountingVoice) -> None:
    before = kiosk.visit.get().json()
    kiosk.ear.hears(Likely(SAID))
    voice.until_uttered("伺ったことを画面に出しました。")
    assert kiosk.visit.get().json() == before
    kiosk.socket.send_json({"unknown": 1})
    assert kiosk.next()["type"] == "problem"
    kiosk.ear.hears(TurnHeard(SAID, STAGES))
    assert kiosk.until("step")["step"]["kind"] == "confirm"
    assert kiosk.spoken().startswith("伺ったことを画面に出しました。")
    assert voice.uttered.count("伺ったことを画面に出しました。") == 1


def test_what_was_worked_out_is_thrown_away_when_the_speaker_goes_on(kiosk: Kiosk) -> None:
    kiosk.ear.hears(Likely(Transcript("昨日、横浜から", 0.9)))
    kiosk.ear.hears(TurnHeard(SAID, STAGES))
    shown = kiosk.until("step")
    assert {f["fact"]: f["value"] for f in shown["understood"]}["previous_municipality"] == "14100"
    assert shown["plan"]["effort"]["spoken_answers"] == 1


def test_a_turn_worked_out_before_a_touch_is_worked_out_anew(kiosk: Kiosk) -> None:
    kiosk.ear.hears(Likely(Transcript("はい", 0.9)))
    kiosk.visit.turn(text=SAID.text)
    assert kiosk.until("step")["step"]["kind"] == "confirm"
    kiosk.ear.hears("はい")
    assert kiosk.until("step")["step"]["kind"] != "confirm"


def test_words_worked_out_ahead_can_still_be_refused(kiosk: Kiosk, voice: CountingVoice) -> None:
    kiosk.ear.hears(Likely(SAID))
    kiosk.ear.hears(TurnHeard(Transcript("家で夫に殴られています", 0.9), STAGES))
    assert kiosk.until("step")["step"]["aloud"] == ""


def test_after_an_interruption_only_what_was_not_heard_is_said_again(kiosk: Kiosk) -> None:
    ear = kiosk.ear
    kiosk.visit.turn(text=SAID.text)
    kiosk.until("step")
    begun = kiosk.until("speech")
    kiosk.until("speech_end")
    kiosk.tell(stop_speaking=True, played={"id": begun["id"], "seq": 1, "at_s": 0.1})
    ear.hears("もう一度")
    kiosk.until("step")
    assert kiosk.spoken() == "これで合っていますか?"
    ear.hears("もう一度")
    kiosk.until("step")
    assert kiosk.spoken().startswith("伺ったことを画面に出しました。")


def test_a_yes_begun_before_the_question_was_put_is_no_answer_to_it(kiosk: Kiosk) -> None:
    ear = kiosk.ear
    ear.hears(VoiceBegan())
    kiosk.visit.turn(text=SAID.text)
    kiosk.spoken()
    ear.hears(TurnHeard(Transcript("はい、そうです", 0.9), STAGES))
    assert kiosk.until("ear")["trouble"] == "too_early"
    assert "これで合っていますか" in kiosk.spoken()
    assert kiosk.visit.get().json()["step"]["kind"] == "confirm"
    ear.hears("はい、そうです")
    assert kiosk.until("step")["step"]["kind"] != "confirm"


def test_a_read_back_is_not_read_out_in_the_hall_unless_the_resident_chose_it(kiosk: Kiosk) -> None:
    kiosk.ear.hears("昨日、横浜から一人で引っ越してきました")
    step = kiosk.until("step")["step"]
    assert step["kind"] == "confirm"
    assert "横浜" in step["say"]
    assert "横浜" not in kiosk.spoken()
    kiosk.tell(voice={"private": True})
    kiosk.ear.hears("もう一度")
    kiosk.until("step")
    assert "横浜" in kiosk.spoken()


def test_no_reason_is_expected_where_only_commands_are_taken(kiosk: Kiosk) -> None:
    kiosk.tell(screen="consent")
    assert kiosk.ear.expected == "open"


def test_the_ear_knows_what_was_asked(kiosk: Kiosk) -> None:
    assert kiosk.ear.expected == "reason"
    kiosk.visit.turn(text="昨日、横浜から一人で引っ越してきました")
    kiosk.until("step")
    kiosk.spoken()
    assert kiosk.ear.expected == "yes_no"
    kiosk.visit.turn(answer={"question": "confirm", "value": True})
    asked = kiosk.until("step")["step"]["question"]
    kiosk.spoken()
    assert list(kiosk.ear.choices) == [option["label"] for option in asked["options"]]


def test_speaking_over_the_voice_stops_it_at_once(kiosk: Kiosk) -> None:
    ear = kiosk.ear
    kiosk.visit.turn(text="昨日、横浜から一人で引っ越してきました")
    kiosk.until("speech")
    ear.hears(VoiceBegan())
    assert kiosk.until("hush")["type"] == "hush"
    assert not ear.playing


def test_a_touch_stops_the_voice(kiosk: Kiosk) -> None:
    ear = kiosk.ear
    kiosk.visit.turn(text="昨日、横浜から一人で引っ越してきました")
    kiosk.until("speech")
    kiosk.tell(stop_speaking=True)
    assert not ear.playing


def test_yamete_said_into_the_voice_stops_the_voice_and_not_the_visit(kiosk: Kiosk) -> None:
    ear = kiosk.ear
    kiosk.visit.turn(text="昨日、横浜から一人で引っ越してきました")
    kiosk.until("speech")
    ear.hears("やめて")
    kiosk.until("heard")
    kiosk.tell()
    assert kiosk.visit.get().json()["step"]["kind"] == "confirm"
    ear.hears("やめて")
    assert kiosk.until("step")["command"] == "stop"


def test_slower_and_louder_last_for_this_resident_only(kiosk: Kiosk, app: App, ears: FakeEars) -> None:
    kiosk.ear.hears("ゆっくり話してください")
    assert kiosk.until("voice")["speed"] == pytest.approx(0.8)
    assert kiosk.spoken().startswith("ゆっくりお話しします。こんにちは")
    assert kiosk.ear.slow
    kiosk.ear.hears("もっと大きな声でお願いします")
    wish = kiosk.until("voice")
    assert wish["volume"] > 1
    assert wish["speed"] == pytest.approx(0.8)
    with Kiosk(app, ears, app.visit()) as another:
        another.spoken()
        assert not another.ear.slow


def test_at_the_plan_go_on_is_a_command_of_the_screen(kiosk: Kiosk) -> None:
    kiosk.visit.to_plan()
    for _ in range(60):
        if kiosk.until("step")["step"]["kind"] == "plan":
            break
    kiosk.ear.hears("はい、進めてください")
    assert kiosk.until("command") == {"type": "command", "command": "go_on"}


def test_consent_is_never_given_by_voice_but_going_without_the_card_is(kiosk: Kiosk) -> None:
    kiosk.socket.send_json({"screen": "consent"})
    assert "カードは使いません" in kiosk.spoken()
    ear = kiosk.ear
    ear.hears("はい、お願いします")
    kiosk.until("heard")
    assert "ふれて" in kiosk.spoken()
    ear.hears("カードは使いません")
    assert kiosk.until("command") == {"type": "command", "command": "without_card"}


def test_danger_is_heard_on_every_screen_and_answered_without_a_sound(kiosk: Kiosk) -> None:
    ear = kiosk.ear
    kiosk.tell(screen="forms")
    ear.hears("夫に暴力を振るわれて逃げてきました")
    shown = kiosk.until("step")
    assert shown["step"]["hand_over"]["reason"] == "sensitive"
    assert shown["step"]["aloud"] == ""
    kiosk.socket.send_json({"unknown": 1})
    after = kiosk.next()
    while after["type"] != "problem":
        assert after["type"] not in ("speech", "speech_end"), "the quiet path makes no sound"
        after = kiosk.next()


def test_where_it_is_too_loud_the_buttons_are_offered_gently(kiosk: Kiosk) -> None:
    ear = kiosk.ear
    ear.hears(NotHeard("no_words"))
    assert kiosk.until("ear")["offer_buttons"] is False
    ear.hears(NotHeard("too_loud"))
    assert kiosk.until("ear")["offer_buttons"] is True
    assert "ボタン" in kiosk.spoken()


def test_a_second_screen_of_the_visit_takes_microphone_and_voice(
    kiosk: Kiosk, app: App, ears: FakeEars
) -> None:
    ear = kiosk.ear
    with Kiosk(app, ears, kiosk.visit) as second:
        assert kiosk.until("ear")["state"] == "elsewhere"
        assert ear.closed
        second.spoken()
        second.ear.hears("昨日、横浜から一人で引っ越してきました")
        second.until("step")
        assert kiosk.until("step")["step"]["kind"] == "confirm", "the first still follows what happens"


def test_a_screen_that_came_back_is_not_greeted_again(kiosk: Kiosk, app: App) -> None:
    with app.client.websocket_connect(f"{kiosk.visit.base}/live") as socket:
        socket.send_json({"token": kiosk.visit.token, "resumed": True})
        assert socket.receive_json()["type"] == "step"
        socket.send_json({"unknown": 1})
        assert socket.receive_json()["code"] == "message_unknown"


def test_an_interview_at_the_desk_is_not_spoken(app: App) -> None:
    clerk = app.desk()
    opened = clerk.post("/visits", {"mode": "interview", "on": "2026-04-07"}).json()
    with app.client.websocket_connect(f"/api/v1/visits/{opened['visit_id']}/live") as socket:
        socket.send_json({"token": opened["token"]})
        assert socket.receive_json()["type"] == "step"
        socket.send_json({"unknown": 1})
        assert socket.receive_json()["code"] == "message_unknown"


def test_after_accepting_a_spoken_turn_is_told_why_it_is_refused(kiosk: Kiosk, app: App) -> None:
    kiosk.visit.to_plan()
    case = kiosk.visit.open_case()
    app.desk().accept(case["case_id"])
    kiosk.tell(screen="talk")
    kiosk.ear.hears("妻も一緒です")
    told = kiosk.until("problem")
    assert told["code"] == "case_accepted"
    assert told["detail"]


def test_sound_for_a_machine_without_an_ear_is_told(start_app: StartApp) -> None:
    app = start_app()
    visit = app.visit()
    with app.client.websocket_connect(f"{visit.base}/live") as socket:
        socket.send_json({"token": visit.token})
        assert socket.receive_json()["type"] == "step"
        socket.send_bytes(FRAME)
        assert socket.receive_json() == {"type": "ear", "state": "down"}


class SlowVoice(CountingVoice):
    """A voice that takes until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = threading.Event()

    def utter(self, sentence: str, manner: Manner) -> Spoken:
        """See `Voice.utter`."""
        spoken = super().utter(sentence, manner)
        self.let_go.wait(10)
        return spoken


class HoarseVoice(FakeVoice):
    """A voice that breaks at what it should say next."""

    def __init__(self) -> None:
        self.hoarse = False

    def utter(self, sentence: str, manner: Manner) -> Spoken:
        """See `Voice.utter`."""
        if self.hoarse:
            raise SpeakingFailed("hoarse", "no sound")
        return super().utter(sentence, manner)


def test_the_page_does_not_wait_for_a_voice_that_is_being_made_and_nothing_is_made_twice(
    start_app: StartApp, ears: FakeEars
) -> None:
    voice = SlowVoice()
    voice.let_go.set()
    app = speaking(start_app, ears, voice)
    with Kiosk(app, ears, app.visit()) as kiosk:
        kiosk.spoken()
        voice.let_go.clear()
        kiosk.ear.hears(TurnHeard(SAID, STAGES))
        shown = kiosk.until("step")
        voice.until_uttered("伺ったことを画面に出しました。")
        voice.let_go.set()
        assert kiosk.spoken() == shown["step"]["aloud"]
        assert voice.uttered.count("伺ったことを画面に出しました。") == 1


def test_a_voice_that_breaks_ahead_is_an_end_and_the_page_goes_on(
    start_app: StartApp, ears: FakeEars
) -> None:
    voice = HoarseVoice()
    app = speaking(start_app, ears, voice)
    with Kiosk(app, ears, app.visit()) as kiosk:
        kiosk.spoken()
        voice.hoarse = True
        kiosk.ear.hears(TurnHeard(SAID, STAGES))
        assert kiosk.until("step")["step"]["kind"] == "confirm"
        assert kiosk.spoken() == ""


def test_sound_that_comes_before_the_first_sentence_is_made_does_not_end_the_talk(
    start_app: StartApp, ears: FakeEars
) -> None:
    voice = SlowVoice()
    app = speaking(start_app, ears, voice)
    with Kiosk(app, ears, app.visit()) as kiosk:
        assert kiosk.ear.fed_bytes > 0
        assert kiosk.ear.fed_bytes > len(FRAME)
        voice.let_go.set()
        assert kiosk.spoken().startswith("こんにちは")
