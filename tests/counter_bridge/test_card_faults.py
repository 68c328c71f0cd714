"""What goes wrong between a card and the counter, through the real pcscd."""

import datetime as dt
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from counter_bridge.apdu import APPLICATION
from counter_bridge.card import (
    CardAbsent,
    CardRead,
    CardStatus,
    CardUnreadable,
    ReaderAbsent,
    ReadStep,
    TriesLeft,
    VirtualReaderRefused,
)
from counter_bridge.demo_control import DemoControl
from counter_bridge.demo_reader import SOCKET_VARIABLE, DemoReader
from counter_bridge.pcsc_reader import PcscReader
from counter_bridge.pin import Pin
from counter_bridge.software_card_link import FaultKind

pytestmark = pytest.mark.card

Impatient = Callable[[float], PcscReader]


@pytest.fixture
def impatient(pcsc_reader: PcscReader, fixed_clock: Callable[[], dt.datetime]) -> Impatient:
    return lambda timeout_s: PcscReader(virtual=True, clock=fixed_clock, timeout_s=timeout_s)


@pytest.mark.parametrize("after", range(7))
@pytest.mark.parametrize("kind", [FaultKind.GARBAGE, FaultKind.TRUNCATED])
def test_a_card_that_answers_nonsense_is_unreadable_and_reads_again_later(
    pcsc_reader: PcscReader, desk: DemoControl, kind: FaultKind, after: int
) -> None:
    desk.fault(kind, after)
    assert isinstance(pcsc_reader.read_four_attributes(Pin("1234")), CardUnreadable)
    desk.fault(FaultKind.NONE)
    assert isinstance(pcsc_reader.read_four_attributes(Pin("1234")), CardRead)


def test_random_content_under_a_good_status_is_unreadable(pcsc_reader: PcscReader, desk: DemoControl) -> None:
    desk.fault(FaultKind.SCRAMBLED)
    for _ in range(30):
        assert isinstance(pcsc_reader.read_four_attributes(Pin("1234")), CardUnreadable)


def test_a_slow_card_is_read(pcsc_reader: PcscReader, desk: DemoControl) -> None:
    desk.fault(FaultKind.SLOW, after=5)
    assert isinstance(pcsc_reader.read_four_attributes(Pin("1234")), CardRead)


@pytest.mark.parametrize("after", [0, 3, 6])
def test_a_mute_card_times_out_and_the_next_card_is_read(
    impatient: Impatient, desk: DemoControl, after: int
) -> None:
    reader = impatient(0.3)
    desk.fault(FaultKind.MUTE, after)
    assert reader.read_four_attributes(Pin("1234")) == CardUnreadable("timeout")
    assert reader.status().card_present
    desk.remove()
    assert reader.wait_for_card(present=False, timeout_s=5).problem == CardAbsent()
    desk.insert("mother")
    assert reader.wait_for_card(present=True, timeout_s=5).card_present
    assert isinstance(reader.read_four_attributes(Pin("2345")), CardRead)


def test_a_second_call_to_a_mute_card_times_out_too(impatient: Impatient, desk: DemoControl) -> None:
    reader = impatient(0.2)
    desk.fault(FaultKind.MUTE)
    assert reader.tries_left() == CardUnreadable("timeout")
    assert reader.tries_left() == CardUnreadable("timeout")


def test_an_answer_that_comes_after_the_time_is_thrown_away(impatient: Impatient, desk: DemoControl) -> None:
    reader = impatient(0.2)
    steps: list[ReadStep] = []
    desk.fault(FaultKind.MUTE, after=4)
    assert reader.read_four_attributes(Pin("1234"), on_progress=steps.append) == CardUnreadable("timeout")
    told = list(steps)
    desk.fault(FaultKind.NONE)
    assert isinstance(reader.read_four_attributes(Pin("1234")), CardRead)
    assert steps == told
    assert ReadStep.DONE not in steps


def test_a_pin_given_to_a_mute_card_costs_no_try_when_the_card_never_saw_it(
    impatient: Impatient, desk: DemoControl
) -> None:
    reader = impatient(0.2)
    desk.fault(FaultKind.MUTE, after=3)
    assert reader.read_four_attributes(Pin("9999")) == CardUnreadable("timeout")
    desk.insert("father")
    assert reader.wait_for_card(present=True, timeout_s=5).card_present
    assert reader.tries_left() == TriesLeft(3)


def test_pcscd_that_ends_in_the_middle_of_a_read_is_told_and_found_again(
    pcsc_reader: PcscReader, desk: DemoControl
) -> None:
    silent = threading.Event()
    with ThreadPoolExecutor(1) as thread:
        desk.fault(FaultKind.MUTE, after=4)
        reading = thread.submit(
            pcsc_reader.read_four_attributes,
            Pin("1234"),
            on_progress=lambda step: silent.set() if step is ReadStep.READING else None,
        )
        assert silent.wait(5)
        desk.fault(FaultKind.SERVICE_DOWN)
        assert reading.result(10) == ReaderAbsent("service_down")
    assert pcsc_reader.status() == CardStatus(None, True, ReaderAbsent("service_down"))
    assert pcsc_reader.tries_left() == ReaderAbsent("service_down")
    desk.reset()
    assert pcsc_reader.wait_for_card(present=True, timeout_s=5).card_present
    assert isinstance(pcsc_reader.read_four_attributes(Pin("1234")), CardRead)


def test_a_counter_refuses_virtual_readers(
    pcsc_reader: PcscReader, fixed_clock: Callable[[], dt.datetime], desk: DemoControl
) -> None:
    counter = PcscReader(virtual=False, clock=fixed_clock)
    assert counter.status() == CardStatus(None, False, VirtualReaderRefused())
    assert counter.tries_left() == VirtualReaderRefused()
    assert counter.read_four_attributes(Pin("1234")) == VirtualReaderRefused()
    assert desk.status().selected_files == ()


def test_a_reader_can_be_chosen_by_its_name(
    pcsc_reader: PcscReader, fixed_clock: Callable[[], dt.datetime]
) -> None:
    second = PcscReader(virtual=True, clock=fixed_clock, name_holds="00 01")
    assert second.status() == CardStatus("Virtual PCD 00 01", True, CardAbsent())
    none = PcscReader(virtual=True, clock=fixed_clock, name_holds="of another maker")
    assert none.status().problem == ReaderAbsent("no_reader")


def test_a_full_read_never_selects_the_individual_number(pcsc_reader: PcscReader, desk: DemoControl) -> None:
    pcsc_reader.tries_left()
    pcsc_reader.read_four_attributes(Pin("9999"))
    assert isinstance(pcsc_reader.read_four_attributes(Pin("1234")), CardRead)
    application = APPLICATION.hex().upper()
    assert set(desk.status().selected_files) == {f"{application}/0011", f"{application}/0002"}


def test_a_card_left_verified_by_another_program_still_tells_its_tries(
    pcsc_reader: PcscReader, desk: DemoControl
) -> None:
    verified = """
import sys
from smartcard.scard import *
context = SCardEstablishContext(SCARD_SCOPE_SYSTEM)[1]
_, card, protocol = SCardConnect(context, "Virtual PCD 00 00", SCARD_SHARE_SHARED, SCARD_PROTOCOL_ANY)
for command in ("00a4040c0ad3921000310001010408", "00a4020c020011", "002000800431323334"):
    assert SCardTransmit(card, SCARD_PCI_T1, list(bytes.fromhex(command)))[1] == [0x90, 0x00]
SCardDisconnect(card, SCARD_LEAVE_CARD)
"""
    subprocess.run([sys.executable, "-c", verified], check=True, timeout=20)  # noqa: S603 - the text above
    assert pcsc_reader.tries_left() == TriesLeft(3)


def test_a_read_leaves_nothing_verified_for_another_program(pcsc_reader: PcscReader) -> None:
    assert isinstance(pcsc_reader.read_four_attributes(Pin("1234")), CardRead)
    read_on = ["/usr/bin/opensc-tool", "-s", "00:a4:02:0c:02:00:02", "-s", "00:b0:00:00:07"]
    output = subprocess.run(read_on, check=False, capture_output=True, text=True, timeout=20)  # noqa: S603
    assert "SW1=0x90, SW2=0x00" not in output.stdout


def test_neither_pin_nor_attributes_are_in_any_log(
    pcsc_reader: PcscReader,
    desk: DemoControl,
    demo_reader: DemoReader,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    results = [pcsc_reader.read_four_attributes(Pin(pin)) for pin in ("7391", "1234")]
    desk.fault(FaultKind.REMOVED, after=6)
    results.append(pcsc_reader.read_four_attributes(Pin("1234")))
    directory = Path(demo_reader.environment[SOCKET_VARIABLE]).parent
    written = [file.read_text(encoding="utf-8") for file in directory.glob("*.log")]
    assert written
    captured = capfd.readouterr()
    text = "\n".join([*written, caplog.text, captured.out, captured.err, repr(results), str(results)])
    assert not re.search(r"(?<!\d)(7391|1234)(?!\d)|37 ?33 ?39 ?31|見本|横浜|1984", text)
