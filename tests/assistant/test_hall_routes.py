"""What the hall sees of the line: numbers, counters, minutes, and nothing about anybody."""

import doctest
import io
import wave
from typing import Any

import pytest

from assistant import announcing
from assistant.sound import Ears, LoadedSound, Sound
from counter_bridge.ticket import SERIES
from speech.fake_ear import FakeEars
from speech.fake_speaker import FakeVoice
from speech.pronunciation import Pronouncer
from speech.readings import MUNICIPALITIES, PACKAGED, load_readings
from speech.sentence_speaker import SentenceSpeaker
from speech.spoken_cache import cache_directory
from tests.assistant.conftest import FAMILY, App, Desk, StartApp, good, problem


@pytest.fixture
def speaking() -> Sound:
    """A house with a voice."""
    sound = LoadedSound(lambda: Ears(FakeEars()), lambda: SentenceSpeaker(FakeVoice()))
    sound.start()
    assert sound.wait_until_up(10)
    return sound


def test_the_hall_sees_numbers_and_counters_only(app: App, desk: Desk) -> None:
    visit = app.visit().to_plan(FAMILY)
    visit.turn(details={"people.p1.name": "目印　太郎", "new_address": "目印県目印市1-1"})
    called = visit.open_case()
    good(desk.act(called["case_id"], "call"))
    waiting = app.visit().to_plan().open_case()
    answer = app.client.get("/api/v1/calls")
    shown = good(answer)
    assert [c["ticket"] for c in shown["now"]] == [called["ticket"]]
    assert [w["ticket"] for w in shown["waiting"]] == [waiting["ticket"]]
    assert {k for c in shown["now"] for k in c} == {"ticket", "counter", "counter_id", "called_at", "times"}
    assert {k for w in shown["waiting"] for k in w} == {"ticket", "counter", "counter_id", "minutes"}
    for personal in ("目印", "転入", visit.id, called["case_id"], visit.token):
        assert personal not in answer.text


def spoken(answer: Any) -> float:
    """Seconds of sound in a WAV answer."""
    with wave.open(io.BytesIO(answer.content)) as file:
        return file.getnframes() / file.getframerate()


def test_a_called_number_is_spoken_and_no_other(start_app: StartApp, speaking: Sound) -> None:
    app = start_app(sound=speaking)
    case = app.visit().to_plan().open_case()
    path = f"/api/v1/calls/{case['ticket']}/announcement.wav"
    problem(app.client.get(path), 404, "not_called")
    problem(app.client.get("/api/v1/calls/目印/announcement.wav"), 404, "not_called")
    desk = app.desk()
    good(desk.act(case["case_id"], "call"))
    answer = app.client.get(path)
    assert answer.headers["content-type"] == "audio/wav"
    assert spoken(answer) > 1
    good(desk.act(case["case_id"], "accept"))
    problem(app.client.get(path), 404, "not_called")


def test_without_a_voice_the_call_says_so_and_everything_else_works(app: App, desk: Desk, case: str) -> None:
    good(desk.act(case, "call"))
    ticket = desk.case(case)["ticket"]
    problem(app.client.get(f"/api/v1/calls/{ticket}/announcement.wav"), 503, "voice_down")
    assert good(app.client.get("/api/v1/calls"))["now"][0]["ticket"] == ticket


def test_what_is_spoken_is_a_number_and_a_counter() -> None:
    assert doctest.testmod(announcing).failed == 0
    told = {
        announcing.announcement_ja(f"{letter}-{number}", "8") for letter in SERIES for number in (101, 999)
    }
    assert len(told) == 2 * len(SERIES), "no two numbers sound the same"


def test_the_voice_reads_every_number_as_a_number() -> None:
    pronouncer = Pronouncer(load_readings(MUNICIPALITIES, PACKAGED), cache_directory())
    wanted = {
        101: "ひゃくいち",
        107: "ひゃくなな",
        110: "ひゃくじゅう",
        119: "ひゃくじゅうきゅう",
        884: "はっぴゃくはちじゅうよん",
    }
    for number, reading in wanted.items():
        read = pronouncer.pronounce(announcing.announcement_ja(f"A-{number}", "7")).reading
        assert read == f"えーの{reading}ばんのかた、ななばんのまどぐちへおこしください。"


def test_the_estimate_follows_what_the_counter_really_takes(app: App, desk: Desk) -> None:
    def told_to_a_second() -> int:
        first, second = app.visit().to_plan().open_case(), app.visit().to_plan().open_case()
        assert first["minutes"] == 0, "a desk is free"
        waiting = {w["ticket"]: w["minutes"] for w in good(app.client.get("/api/v1/calls"))["waiting"]}
        assert waiting == {one["ticket"]: one["minutes"] for one in (first, second)}
        for case in (first["case_id"], second["case_id"]):
            desk.accept(case)
            app.clock.forward(minutes=25)
            good(desk.act(case, "finish", desk.results(case)))
        minutes: int = second["minutes"]
        return minutes

    assumed = told_to_a_second()
    told_to_a_second()
    told_to_a_second()
    assert told_to_a_second() > assumed
