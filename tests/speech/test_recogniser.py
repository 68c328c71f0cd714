import threading
from collections.abc import Iterator

import pytest

from speech.recogniser import Recogniser
from speech.transcriber import Samples, Transcript
from tests.speech.voices import silence


class Gate:
    """A transcriber that works only when told to, and notes in which order."""

    def __init__(self) -> None:
        self.order: list[int] = []
        self.begun = threading.Semaphore(0)
        self.go = threading.Semaphore(0)

    def transcribe(self, samples: Samples, *, partial: bool = False, reason: bool = False) -> Transcript:
        self.begun.release()
        self.go.acquire()
        self.order.append(len(samples))
        if len(samples) == 13:
            raise RuntimeError("broken")
        return Transcript(str(len(samples)))


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def recogniser(gate: Gate) -> Iterator[Recogniser]:
    made = Recogniser(gate, most_waiting=2)
    made.start()
    yield made
    for _ in range(9):
        gate.go.release()
    made.close()


class Words:
    """Waits for what the recogniser tells."""

    def __init__(self) -> None:
        self.texts: list[str | None] = []
        self._told = threading.Semaphore(0)

    def __call__(self, words: Transcript | None, took_ms: float) -> None:
        self.texts.append(None if words is None else words.text)
        self._told.release()

    def wait(self, count: int) -> list[str | None]:
        for _ in range(count):
            assert self._told.acquire(timeout=10)
        return self.texts


def sound(length: int) -> Samples:
    return silence(1)[:length]


def test_ears_take_turns_and_each_has_one_place(recogniser: Recogniser, gate: Gate):
    words = Words()
    assert recogniser.submit("a", sound(1), words, partial=False)
    assert gate.begun.acquire(timeout=10)
    assert recogniser.submit("a", sound(2), words, partial=False)
    assert recogniser.submit("b", sound(3), words, partial=False)
    assert recogniser.submit("a", sound(4), words, partial=False)
    for _ in range(3):
        gate.go.release()
    assert words.wait(3) == ["1", "4", "3"]


def test_more_ears_than_there_is_room_for_are_refused(recogniser: Recogniser, gate: Gate):
    words = Words()
    assert recogniser.submit("a", sound(1), words, partial=False)
    assert gate.begun.acquire(timeout=10)
    assert recogniser.submit("b", sound(2), words, partial=False)
    assert recogniser.submit("c", sound(3), words, partial=False)
    assert not recogniser.submit("d", sound(4), words, partial=False)


def test_a_partial_is_taken_only_by_an_idle_recogniser(recogniser: Recogniser, gate: Gate):
    words = Words()
    assert recogniser.submit("a", sound(1), words, partial=True)
    assert gate.begun.acquire(timeout=10)
    assert not recogniser.submit("b", sound(2), words, partial=True)


def test_what_is_withdrawn_is_not_decoded(recogniser: Recogniser, gate: Gate):
    words = Words()
    recogniser.submit("a", sound(1), words, partial=False)
    assert gate.begun.acquire(timeout=10)
    recogniser.submit("b", sound(2), words, partial=False)
    recogniser.withdraw("b")
    recogniser.submit("c", sound(3), words, partial=False)
    gate.go.release()
    gate.go.release()
    assert words.wait(2) == ["1", "3"]


def test_a_broken_decoding_ends_neither_the_recogniser_nor_tells_what_it_held(
    recogniser: Recogniser, gate: Gate, caplog: pytest.LogCaptureFixture
):
    words = Words()
    recogniser.submit("a", sound(13), words, partial=False)
    assert gate.begun.acquire(timeout=10)
    recogniser.submit("b", sound(2), words, partial=False)
    gate.go.release()
    gate.go.release()
    assert words.wait(2) == [None, "2"]
    assert caplog.messages == ["decoding failed: RuntimeError"]
