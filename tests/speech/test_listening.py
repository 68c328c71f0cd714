"""The ear with its threads; sound is fed as fast as it goes, so only what does not depend on time is looked at."""

import queue
import threading
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from speech.audio import to_pcm16
from speech.ear import Ear, Heard, Level, NotHeard, TurnHeard, VoiceBegan
from speech.fake_transcriber import FakeTranscriber
from speech.listening import Listening
from speech.recogniser import Recogniser
from speech.transcriber import Samples
from tests.speech.voices import said, silence

SENTENCE = "先週横浜から引っ越してきました"


class Told:
    """What an ear told, without the levels, and on which threads."""

    def __init__(self) -> None:
        self._queue: queue.Queue[Heard] = queue.Queue()
        self.levels = 0
        self.threads: set[str] = set()

    def __call__(self, heard: Heard) -> None:
        self.threads.add(threading.current_thread().name)
        if isinstance(heard, Level):
            self.levels += 1
        else:
            self._queue.put(heard)

    def until(self, kind: type[Heard]) -> list[Heard]:
        found: list[Heard] = []
        while not found or not isinstance(found[-1], kind):
            found.append(self._queue.get(timeout=20))
        return found

    def nothing_more(self) -> bool:
        return self._queue.empty()


OpenEar = Callable[[], tuple[Ear, Told]]


@pytest.fixture
def open_ear() -> Iterator[OpenEar]:
    recogniser = Recogniser(FakeTranscriber([SENTENCE]))
    recogniser.start()
    ears: list[Ear] = []

    def open_one() -> tuple[Ear, Told]:
        told = Told()
        ears.append(Listening(recogniser, told).start())
        return ears[-1], told

    yield open_one
    for ear in ears:
        ear.close()
    recogniser.close()


def feed(ear: Ear, sound: Samples, frame_bytes: int = 640) -> None:
    pcm = to_pcm16(sound)
    for at in range(0, len(pcm), frame_bytes):
        ear.feed(pcm[at : at + frame_bytes])


def spoken() -> Samples:
    return np.concatenate([silence(0.8), said(SENTENCE), silence(3.2)])


@pytest.mark.parametrize("frame_bytes", [2, 640, 1022, 32_000])
def test_frames_of_any_whole_number_of_samples_become_a_turn(open_ear: OpenEar, frame_bytes: int):
    ear, told = open_ear()
    feed(ear, spoken(), frame_bytes)
    heard = told.until(TurnHeard)
    assert isinstance(heard[0], VoiceBegan)
    assert told.levels > 10
    assert threading.current_thread().name not in told.threads


def test_half_a_sample_is_told_once_and_hearing_goes_on(open_ear: OpenEar):
    ear, told = open_ear()
    for _ in range(5):
        ear.feed(b"\x00" * 641)
    feed(ear, spoken())
    heard = told.until(TurnHeard)
    assert heard.count(NotHeard("bad_sound")) == 1


def test_a_microphone_unplugged_in_the_middle_of_a_word_ends_the_turn(open_ear: OpenEar):
    ear, told = open_ear()
    speech = spoken()
    feed(ear, speech[: 16_000 * 2])
    told.until(VoiceBegan)
    assert isinstance(told.until(TurnHeard)[-1], TurnHeard)


def test_touch_ends_a_turn(open_ear: OpenEar):
    ear, told = open_ear()
    feed(ear, np.concatenate([silence(0.8), said(SENTENCE)]))
    told.until(VoiceBegan)
    ear.end_turn()
    assert isinstance(told.until(TurnHeard)[-1], TurnHeard)


def test_touch_without_a_word_is_told(open_ear: OpenEar):
    ear, told = open_ear()
    ear.end_turn()
    assert told.until(NotHeard) == [NotHeard("no_words")]


def test_more_sound_than_can_be_looked_at_is_told_as_busy(open_ear: OpenEar):
    ear, told = open_ear()
    ear.feed(to_pcm16(silence(21)))
    assert told.until(NotHeard) == [NotHeard("busy")]
    feed(ear, spoken())
    told.until(TurnHeard)


def test_a_closed_ear_tells_nothing(open_ear: OpenEar):
    ear, told = open_ear()
    ear.close()
    feed(ear, spoken())
    ear.end_turn()
    ear.close()
    assert told.nothing_more()


def test_two_ears_do_not_hear_each_other(open_ear: OpenEar):
    (one, told_one), (_, told_other) = open_ear(), open_ear()
    feed(one, spoken())
    told_one.until(TurnHeard)
    assert told_other.nothing_more()


def test_several_ears_are_heard_at_once(open_ear: OpenEar):
    ears = [open_ear() for _ in range(3)]
    for ear, _ in ears:
        feed(ear, spoken())
    for _, told in ears:
        told.until(TurnHeard)
