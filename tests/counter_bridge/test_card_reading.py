"""What each answer of a card means, whatever card it is."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter_bridge import apdu, card_reading
from counter_bridge.card import (
    CardRead,
    CardRemoved,
    CardUnreadable,
    NotMyNumberCard,
    PinLocked,
    ReadResult,
    TriesLeft,
    TriesResult,
    WrongPin,
)
from counter_bridge.card_errors import ChannelBroken
from counter_bridge.demo_persons import DemoPerson
from counter_bridge.software_card import SoftwareCard

GOOD = b"\x90\x00"
NOON = dt.datetime(2026, 4, 7, 12, tzinfo=dt.UTC)


class Script:
    """A card that says what is written, then goes away."""

    def __init__(self, *answers: bytes):
        self._answers: Iterator[bytes] = iter(answers)
        self.sent: list[bytes] = []
        self.resets = 0

    def transmit(self, command: bytes | bytearray) -> bytes:
        self.sent.append(bytes(command))
        for answer in self._answers:
            return answer
        raise ChannelBroken(CardRemoved())

    def reset(self) -> None:
        self.resets += 1


class Wire:
    """A software card whose answers may be changed on the way."""

    def __init__(self, card: SoftwareCard, change: Callable[[bytes], bytes] = lambda answer: answer):
        self._card = card
        self._change = change
        self.count = 0

    def transmit(self, command: bytes | bytearray) -> bytes:
        self.count += 1
        if command[1] == 0xB0:
            # Some cards give less than was asked and leave the rest to the next command.
            command = bytes([*command[:4], min(command[4] or 256, 50)])
        return self._change(self._card.answer(bytes(command)))

    def reset(self) -> None:
        self._card.reset()


def ask(*answers: bytes) -> TriesResult:
    return card_reading.ask_tries_left(Script(*answers))


def read(channel: card_reading.Channel) -> ReadResult:
    return card_reading.read_four_attributes(
        channel, bytearray(b"1234"), really=False, on_progress=None, clock=lambda: NOON
    )


@pytest.mark.parametrize(
    ("answers", "result"),
    [
        ([b"\x6a\x82"], NotMyNumberCard()),
        ([b"\x6e\x00"], CardUnreadable("status_6E00")),
        ([GOOD, b"\x6a\x82"], CardUnreadable("status_6A82")),
        ([GOOD, GOOD, b"\x63\xc2"], TriesLeft(2)),
        ([GOOD, GOOD, b"\x63\xc0"], PinLocked()),
        ([GOOD, GOOD, b"\x69\x83"], PinLocked()),
        ([GOOD, GOOD, b"\x69\x84"], PinLocked()),
        ([GOOD, GOOD, b"\x6d\x00"], CardUnreadable("status_6D00")),
        ([GOOD, GOOD, GOOD, GOOD, GOOD, b"\x63\xc3"], TriesLeft(3)),
        ([GOOD, GOOD, GOOD, GOOD, GOOD, GOOD], CardUnreadable("pin_state_unknown")),
        ([GOOD, b"\x90"], CardUnreadable("short_answer")),
        ([GOOD], CardRemoved()),
    ],
)
def test_an_answer_about_tries_is_understood(answers: list[bytes], result: TriesResult) -> None:
    assert ask(*answers) == result


@pytest.mark.parametrize(
    ("answers", "result"),
    [
        ([b"\x63\xc1"], WrongPin(1)),
        ([b"\x63\xc0"], PinLocked()),
        ([b"\x69\x83"], PinLocked()),
        ([b"\x67\x00"], CardUnreadable("status_6700")),
        ([GOOD, b"\x6a\x82"], CardUnreadable("status_6A82")),
        ([GOOD, GOOD, b"\x69\x82"], CardUnreadable("status_6982")),
        ([GOOD, GOOD, GOOD], CardUnreadable("content_malformed")),
        ([GOOD, GOOD, b"\xff\x20\x83\xff\xff\xff\x00" + GOOD], CardUnreadable("content_malformed")),
        ([GOOD, GOOD, b"\xff\x20\x10\xdf\x21\x01\x00" + GOOD, GOOD], CardUnreadable("short_answer")),
        ([GOOD, GOOD, b"\xff\x20\x10\xdf\x21\x01\x00" + GOOD], CardRemoved()),
    ],
)
def test_an_answer_after_the_pin_is_understood(answers: list[bytes], result: ReadResult) -> None:
    assert read(Script(GOOD, GOOD, b"\x63\xc3", *answers)) == result


def test_a_pin_is_never_sent_to_another_card() -> None:
    card = Script(b"\x6a\x82")
    read(card)
    assert card.sent == [apdu.select_application()]


def test_a_long_record_is_read_in_pieces() -> None:
    person = DemoPerson("x", "見" * 200, "", "本" * 200, dt.date(1984, 5, 14), "other", "1234", "x", "")
    wire = Wire(SoftwareCard(person))
    result = read(wire)
    assert isinstance(result, CardRead)
    assert (result.attributes.name, result.attributes.address) == ("見" * 200, "本" * 200)
    assert wire.count > 20


@given(st.lists(st.binary(max_size=12), max_size=12))
def test_no_answers_break_the_conversation(answers: list[bytes]) -> None:
    assert not isinstance(read(Script(*answers)), CardRead)


@given(st.integers(0, 30), st.binary(max_size=30))
def test_one_false_answer_does_not_break_the_conversation(at: int, false: bytes) -> None:
    person = DemoPerson("x", "見本　太郎", "", "見本町", dt.date(1984, 5, 14), "male", "1234", "x", "")
    wire = Wire(SoftwareCard(person), lambda answer: false if wire.count == at else answer)
    assert isinstance(read(wire), get_args(ReadResult))
