"""The software card answers as a card with these files does."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from counter_bridge import apdu
from counter_bridge.apdu import CardFile
from counter_bridge.demo_persons import DemoPerson
from counter_bridge.software_card import Command, SoftwareCard, parse_command
from counter_bridge.software_card_files import four_attributes_record

HOLDER = DemoPerson("x", "見本　太郎", "", "x", dt.date(1984, 5, 14), "male", "1234", "x", "")

SELECT_AP = "00a4040c0ad3921000310001010408"
SELECT_JPKI = "00a4040c0ad392f000260100000001"
SELECT_PIN, SELECT_DATA, SELECT_NUMBER = "00a4020c020011", "00a4020c020002", "00a4020c020001"
RIGHT, WRONG, ASK = "002000800431323334", "002000800439393939", "00200080"


@pytest.fixture
def card(demo_persons: dict[str, DemoPerson]) -> SoftwareCard:
    return SoftwareCard(demo_persons["father"])


def ask(card: SoftwareCard, *commands: str) -> str:
    """The last answer, in hexadecimal."""
    return [card.answer(bytes.fromhex(command)).hex() for command in commands][-1]


def test_a_whole_read_gives_the_record(card: SoftwareCard) -> None:
    answer = ask(card, SELECT_AP, SELECT_PIN, RIGHT, SELECT_DATA, "00b0000000")
    assert bytes.fromhex(answer) == four_attributes_record(card.person) + b"\x90\x00"


@pytest.mark.parametrize(
    ("commands", "status"),
    [
        ([SELECT_DATA], "6a82"),
        ([SELECT_AP, "00a4020c020099"], "6a82"),
        (["00a4040c0ad3921000310001010402"], "6a82"),
        ([SELECT_AP, "00a4020c0111"], "6700"),
        ([SELECT_AP, "00a40200020011"], "6a86"),
        ([SELECT_AP, "00a4000c020011"], "6a86"),
        ([SELECT_AP, ASK], "6986"),
        ([SELECT_AP, "00b0000000"], "6986"),
        ([SELECT_AP, SELECT_DATA, ASK], "6a88"),
        ([SELECT_AP, SELECT_DATA, "00b0000000"], "6982"),
        ([SELECT_AP, SELECT_NUMBER, "00b0000000"], "6982"),
        ([SELECT_AP, SELECT_PIN, "00b0000000"], "6981"),
        ([SELECT_AP, SELECT_PIN, "0020008103313233"], "6a86"),
        ([SELECT_AP, SELECT_PIN, "0020008003313233"], "6700"),
        ([SELECT_AP, SELECT_PIN, RIGHT, SELECT_DATA, "00b0030000"], "6b00"),
        ([SELECT_AP, SELECT_PIN, RIGHT, SELECT_DATA, "00b00000"], "6700"),
        (["00ca000000"], "6d00"),
        (["80a4040c0ad3921000310001010408"], "6e00"),
        (["00a404"], "6700"),
        (["00a4040c0ad39210"], "6700"),
    ],
)
def test_a_wrong_order_or_form_gets_the_status_word_of_the_standard(
    card: SoftwareCard, commands: list[str], status: str
) -> None:
    assert ask(card, *commands) == status


def test_an_offset_and_a_length_cut_the_record(card: SoftwareCard) -> None:
    content = four_attributes_record(card.person)
    ask(card, SELECT_AP, SELECT_PIN, RIGHT, SELECT_DATA)
    assert card.answer(apdu.read_binary(3, 10)) == content[3:13] + b"\x90\x00"
    assert card.answer(apdu.read_binary(len(content) - 4, 10)) == content[-4:] + b"\x62\x82"
    assert card.answer(bytes.fromhex("00b00000000010")) == content[:16] + b"\x90\x00"
    assert card.answer(bytes.fromhex("00b00000000000")) == content + b"\x90\x00"


def test_reading_by_short_identifier_selects_the_file_and_is_written_down(card: SoftwareCard) -> None:
    assert ask(card, SELECT_AP, SELECT_PIN, RIGHT, "00b0810000").endswith("9000")
    assert [number for _, number in card.selected] == [0x0011, 0x0001]


def test_wrong_pins_count_down_and_lock(card: SoftwareCard) -> None:
    ask(card, SELECT_AP, SELECT_PIN)
    assert [ask(card, command) for command in (ASK, WRONG, ASK, WRONG, WRONG, ASK, WRONG, RIGHT)] == [
        "63c3",
        "63c2",
        "63c2",
        "63c1",
        "63c0",
        "63c0",
        "6983",
        "6983",
    ]


def test_the_right_pin_brings_all_tries_back(card: SoftwareCard) -> None:
    ask(card, SELECT_AP, SELECT_PIN, WRONG, WRONG)
    assert ask(card, RIGHT) == "9000"
    assert ask(card, ASK) == "9000"
    assert card.tries_left == 3


def test_a_wrong_pin_ends_what_the_right_one_opened(card: SoftwareCard) -> None:
    assert ask(card, SELECT_AP, SELECT_PIN, RIGHT, WRONG, SELECT_DATA, "00b0000000") == "6982"


@pytest.mark.parametrize("end", [SELECT_AP, SELECT_JPKI])
def test_selecting_an_application_ends_what_the_pin_opened(card: SoftwareCard, end: str) -> None:
    ask(card, SELECT_AP, SELECT_PIN, RIGHT, end)
    assert ask(card, SELECT_AP, SELECT_DATA, "00b0000000") == "6982"


def test_tries_survive_a_reset_and_nothing_else_does(card: SoftwareCard) -> None:
    ask(card, SELECT_AP, SELECT_PIN, RIGHT, WRONG)
    card.reset()
    assert ask(card, ASK) == "6986"
    assert ask(card, SELECT_AP, SELECT_PIN, ASK) == "63c2"


def test_the_signature_application_has_its_own_counters(card: SoftwareCard) -> None:
    ask(card, SELECT_AP, SELECT_PIN, WRONG)
    assert ask(card, SELECT_JPKI, "00a4020c020018", ASK) == "63c3"
    assert ask(card, SELECT_JPKI, "00a4020c02001b", ASK) == "63c5"
    assert ask(card, SELECT_JPKI, SELECT_DATA) == "6a82"


def test_a_locked_card_refuses_even_the_right_pin(demo_persons: dict[str, DemoPerson]) -> None:
    assert ask(SoftwareCard(demo_persons["locked_card"]), SELECT_AP, SELECT_PIN, ASK) == "63c0"
    assert ask(SoftwareCard(demo_persons["locked_card"]), SELECT_AP, SELECT_PIN, RIGHT) == "6983"


@pytest.mark.parametrize(
    ("raw", "command"),
    [
        ("00200080", Command(0, 0x20, 0, 0x80, b"", 0)),
        ("00b0000010", Command(0, 0xB0, 0, 0, b"", 16)),
        ("00b0000000", Command(0, 0xB0, 0, 0, b"", 256)),
        ("00a4020c020011", Command(0, 0xA4, 2, 0x0C, b"\x00\x11", 0)),
        ("00a4020002001100", Command(0, 0xA4, 2, 0, b"\x00\x11", 256)),
        ("00b00000000200", Command(0, 0xB0, 0, 0, b"", 512)),
        ("00b00000000000", Command(0, 0xB0, 0, 0, b"", 65536)),
        ("00a4020c0000020011", Command(0, 0xA4, 2, 0x0C, b"\x00\x11", 0)),
        ("00a4020c00000200110100", Command(0, 0xA4, 2, 0x0C, b"\x00\x11", 256)),
    ],
)
def test_all_seven_cases_of_a_command_are_understood(raw: str, command: Command) -> None:
    assert parse_command(bytes.fromhex(raw)) == command


@given(commands=st.lists(st.binary(max_size=12), max_size=10))
def test_no_bytes_break_the_card(commands: list[bytes]) -> None:
    card = SoftwareCard(HOLDER)
    assert all(len(card.answer(command)) >= 2 for command in commands)
    assert 0 <= card.tries_left <= 3


class CardLife(RuleBasedStateMachine):
    """Any order of commands against the simplest model of what a PIN guards."""

    def __init__(self) -> None:
        super().__init__()
        self.card = SoftwareCard(HOLDER)
        self.application = False
        self.file: CardFile | None = None
        self.opened = False
        self.tries = 3

    @rule()
    def power(self) -> None:
        self.card.reset()
        self.application, self.file, self.opened = False, None, False

    @rule()
    def select_application(self) -> None:
        assert self.card.answer(apdu.select_application()) == b"\x90\x00"
        self.application, self.file, self.opened = True, None, False

    @precondition(lambda self: self.application)
    @rule(file=st.sampled_from(CardFile))
    def select_file(self, file: CardFile) -> None:
        assert self.card.answer(apdu.select_file(file)) == b"\x90\x00"
        self.file = file

    @precondition(lambda self: self.file is CardFile.PIN)
    @rule(pin=st.sampled_from([b"1234", b"9999", b"0000"]))
    def verify(self, pin: bytes) -> None:
        answer = self.card.answer(bytes(apdu.verify(bytearray(pin))))
        if not self.tries:
            assert answer == b"\x69\x83"
        elif pin == b"1234":
            assert answer == b"\x90\x00"
            self.tries, self.opened = 3, True
        else:
            self.tries, self.opened = self.tries - 1, False
            assert answer == bytes([0x63, 0xC0 | self.tries])

    @precondition(lambda self: self.file is CardFile.FOUR_ATTRIBUTES)
    @rule()
    def read(self) -> None:
        answer = self.card.answer(apdu.read_binary(0, 7))
        assert (answer[-2:] == b"\x90\x00") == self.opened
        assert (len(answer) > 2) == self.opened

    @invariant()
    def tries_are_what_the_model_says(self) -> None:
        assert self.card.tries_left == self.tries


TestCardLife = CardLife.TestCase
