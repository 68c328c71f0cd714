"""A real pcscd with a virtual reader and software cards, once a run; tests that need another start a process."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from counter_bridge.card_commands import DEMO_PERSONS
from counter_bridge.demo_control import DemoControl
from counter_bridge.demo_persons import DemoPerson, load_demo_persons
from counter_bridge.demo_reader import DemoReader
from counter_bridge.pcsc_reader import PcscReader

READ_AT = dt.datetime(2026, 4, 7, 10, 15, tzinfo=ZoneInfo("Asia/Tokyo"))


@pytest.fixture(scope="session")
def demo_persons() -> dict[str, DemoPerson]:
    return {person.id: person for person in load_demo_persons(DEMO_PERSONS)}


@pytest.fixture(scope="session")
def demo_reader(card_state: Path) -> Iterator[DemoReader]:
    with DemoReader(card_state, DEMO_PERSONS, "father") as reader:
        yield reader


@pytest.fixture
def desk(demo_reader: DemoReader) -> DemoControl:
    """The hand that moves cards, with the reader and all cards as at the start."""
    demo_reader.control.reset()
    return demo_reader.control


@pytest.fixture
def pcsc_reader(desk: DemoControl) -> PcscReader:
    reader = PcscReader(virtual=True, clock=clock, timeout_s=5.0)
    assert reader.wait_for_card(present=True, timeout_s=5.0).card_present
    return reader


@pytest.fixture
def read_at() -> dt.datetime:
    return READ_AT


def clock() -> dt.datetime:
    return READ_AT


@pytest.fixture
def fixed_clock() -> Callable[[], dt.datetime]:
    return clock
