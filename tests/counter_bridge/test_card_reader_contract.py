"""What every card reader does, the fake one and the one behind the real pcscd."""

import dataclasses
import datetime as dt
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

import pytest

from counter_bridge.card import (
    CardAbsent,
    CardRead,
    CardReader,
    CardRemoved,
    FourAttributes,
    LastTry,
    PinLocked,
    ReaderAbsent,
    ReadStep,
    TriesLeft,
    WrongPin,
)
from counter_bridge.card_errors import PinSpent
from counter_bridge.demo_control import DemoControl
from counter_bridge.demo_persons import DemoPerson
from counter_bridge.fake_card_reader import FakeCardReader
from counter_bridge.pcsc_reader import PcscReader
from counter_bridge.pin import Pin
from counter_bridge.software_card_link import FaultKind

ANSWERS_OF_A_READ = 7


class Hand(Protocol):
    """Moves cards on the reader under test; back when the reader knows."""

    def insert(self, person: str) -> None: ...
    def remove(self) -> None: ...
    def remove_after(self, answers: int) -> None: ...
    def unplug(self) -> None: ...
    def plug_in(self) -> None: ...


class RealHand:
    def __init__(self, desk: DemoControl, reader: PcscReader):
        self._desk = desk
        self._reader = reader

    def insert(self, person: str) -> None:
        self._desk.insert(person)
        assert self._reader.wait_for_card(present=True, timeout_s=5).card_present

    def remove(self) -> None:
        self._desk.remove()
        assert not self._reader.wait_for_card(present=False, timeout_s=5).card_present

    def remove_after(self, answers: int) -> None:
        self._desk.fault(FaultKind.REMOVED, answers)

    def unplug(self) -> None:
        self._desk.fault(FaultKind.UNPLUGGED)

    def plug_in(self) -> None:
        self._desk.fault(FaultKind.NONE)
        assert self._reader.wait_for_card(present=True, timeout_s=5).card_present


@dataclasses.dataclass(frozen=True)
class Bench:
    reader: CardReader
    hand: Hand


@pytest.fixture(params=["fake", pytest.param("pcsc", marks=pytest.mark.card)])
def bench(
    request: pytest.FixtureRequest,
    demo_persons: dict[str, DemoPerson],
    fixed_clock: Callable[[], dt.datetime],
) -> Bench:
    if request.param == "fake":
        fake = FakeCardReader(demo_persons.values(), clock=fixed_clock, inserted="father")
        return Bench(fake, fake)
    reader: PcscReader = request.getfixturevalue("pcsc_reader")
    return Bench(reader, RealHand(request.getfixturevalue("desk"), reader))


def test_the_four_attributes_are_read_with_the_right_pin(bench: Bench, read_at: dt.datetime) -> None:
    assert bench.reader.read_four_attributes(Pin("1234")) == CardRead(
        FourAttributes("見本　太郎", "神奈川県横浜市中区見本町１丁目２番３号", dt.date(1984, 5, 14), "male"),
        read_at,
        "unverified",
    )


@pytest.mark.parametrize("person", ["mother", "rare_glyphs", "foreign_resident"])
def test_each_person_is_read_as_recorded(
    bench: Bench, demo_persons: dict[str, DemoPerson], person: str
) -> None:
    holder = demo_persons[person]
    bench.hand.insert(person)
    read = bench.reader.read_four_attributes(Pin(holder.pin))
    assert isinstance(read, CardRead)
    assert dataclasses.astuple(read.attributes) == (
        holder.name,
        holder.address,
        holder.birth_date,
        holder.sex,
    )


def test_status_and_tries_are_told_before_a_pin_is_typed(bench: Bench) -> None:
    status = bench.reader.status()
    assert status.card_present
    assert status.reader is not None
    assert status.virtual
    assert bench.reader.tries_left() == TriesLeft(3)
    assert bench.reader.tries_left() == TriesLeft(3)


def test_wrong_pins_count_down_and_stop_before_the_last_try(bench: Bench) -> None:
    assert bench.reader.read_four_attributes(Pin("9999")) == WrongPin(2)
    assert bench.reader.tries_left() == TriesLeft(2)
    assert bench.reader.read_four_attributes(Pin("9999")) == WrongPin(1)
    assert bench.reader.read_four_attributes(Pin("1234")) == LastTry()
    assert bench.reader.tries_left() == TriesLeft(1)


def test_the_last_try_is_used_only_when_really_meant(bench: Bench) -> None:
    bench.hand.insert("last_try")
    assert bench.reader.read_four_attributes(Pin("1234")) == LastTry()
    assert isinstance(bench.reader.read_four_attributes(Pin("1234"), really=True), CardRead)
    assert bench.reader.tries_left() == TriesLeft(3)


def test_a_wrong_last_try_locks_the_card(bench: Bench) -> None:
    bench.hand.insert("last_try")
    assert bench.reader.read_four_attributes(Pin("9999"), really=True) == PinLocked()
    assert bench.reader.tries_left() == PinLocked()
    assert bench.reader.read_four_attributes(Pin("1234"), really=True) == PinLocked()


def test_a_card_locked_before_is_told(bench: Bench) -> None:
    bench.hand.insert("locked_card")
    assert bench.reader.tries_left() == PinLocked()
    assert bench.reader.read_four_attributes(Pin("1234")) == PinLocked()


def test_tries_are_remembered_by_the_card_while_it_is_away(bench: Bench) -> None:
    assert bench.reader.read_four_attributes(Pin("9999")) == WrongPin(2)
    bench.hand.insert("mother")
    assert bench.reader.tries_left() == TriesLeft(3)
    bench.hand.insert("father")
    assert bench.reader.tries_left() == TriesLeft(2)


def test_without_a_card_it_says_so(bench: Bench) -> None:
    bench.hand.remove()
    assert bench.reader.status().problem == CardAbsent()
    assert bench.reader.tries_left() == CardAbsent()
    assert bench.reader.read_four_attributes(Pin("1234")) == CardAbsent()


def test_without_a_reader_it_says_so_and_recovers(bench: Bench) -> None:
    bench.hand.unplug()
    status = bench.reader.status()
    assert (status.reader, status.problem) == (None, ReaderAbsent("no_reader"))
    assert bench.reader.read_four_attributes(Pin("1234")) == ReaderAbsent("no_reader")
    bench.hand.plug_in()
    assert isinstance(bench.reader.read_four_attributes(Pin("1234")), CardRead)


@pytest.mark.parametrize("answers", range(ANSWERS_OF_A_READ))
def test_a_card_taken_away_in_the_middle_leaves_nothing_half_read(bench: Bench, answers: int) -> None:
    bench.hand.remove_after(answers)
    assert bench.reader.read_four_attributes(Pin("1234")) == CardRemoved()
    bench.hand.insert("father")
    assert bench.reader.tries_left() == TriesLeft(3)
    assert isinstance(bench.reader.read_four_attributes(Pin("1234")), CardRead)


def test_progress_is_told_step_by_step(bench: Bench) -> None:
    steps: list[ReadStep] = []
    bench.reader.read_four_attributes(Pin("1234"), on_progress=steps.append)
    assert steps == [ReadStep.CARD_FOUND, ReadStep.PIN_ACCEPTED, ReadStep.READING, ReadStep.DONE]


@pytest.mark.parametrize("away", [False, True])
def test_the_pin_is_wiped_whatever_comes_back(bench: Bench, away: bool) -> None:
    if away:
        bench.hand.remove()
    pin = Pin("1234")
    bench.reader.read_four_attributes(pin)
    with pytest.raises(PinSpent):
        bench.reader.read_four_attributes(pin)


def test_calls_from_many_threads_are_served_one_after_the_other(bench: Bench) -> None:
    start = threading.Barrier(8)

    def read(_number: int) -> object:
        start.wait(5)
        return bench.reader.read_four_attributes(Pin("1234"))

    with ThreadPoolExecutor(8) as threads:
        assert all(isinstance(read, CardRead) for read in threads.map(read, range(8)))
