"""Which commands can leave this product, proved from the code itself."""

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter_bridge import apdu
from counter_bridge.apdu import Answer, CardFile
from counter_bridge.card_errors import ForbiddenCommand
from counter_bridge.card_reading import ask_tries_left

ROOT = Path(apdu.__file__).resolve().parent.parent
PACKAGES = ("assistant", "counter_bridge", "dialogue", "kb", "nlu", "speech")
SOFTWARE_CARD = frozenset({"software_card.py", "software_card_files.py", "software_card_link.py"})

READ_DATA = st.tuples(st.integers(0, 0x7F), st.integers(0, 255), st.integers(0, 255)).map(
    lambda parts: bytes([0x00, 0xB0, *parts])
)
PIN_COMMAND = st.text("0123456789", min_size=4, max_size=4).map(
    lambda pin: bytes(apdu.verify(bytearray(pin, "ascii")))
)


def modules(*, but: frozenset[str] = frozenset()) -> list[tuple[Path, ast.Module]]:
    files = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return [
        (path, ast.parse(path.read_text(encoding="utf-8")))
        for path in files
        if path.name not in but and "rasa_project" not in path.parts
    ]


def names_in(tree: ast.AST, *wanted: str) -> set[str]:
    found = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    found |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return found & set(wanted)


def test_commands_are_the_bytes_the_card_knows() -> None:
    assert apdu.select_application().hex() == "00a4040c0ad3921000310001010408"
    assert apdu.select_file(CardFile.PIN).hex() == "00a4020c020011"
    assert apdu.select_file(CardFile.FOUR_ATTRIBUTES).hex() == "00a4020c020002"
    assert apdu.ask_tries().hex() == "00200080"
    assert apdu.verify(bytearray(b"1234")).hex() == "002000800431323334"
    assert apdu.read_binary(7, 100).hex() == "00b0000764"
    assert apdu.read_binary(0x1234, 256).hex() == "00b0123400"


def test_only_the_pin_and_the_four_attributes_have_a_name() -> None:
    assert {file.value for file in CardFile} == {0x0011, 0x0002}


@pytest.mark.parametrize(("offset", "length"), [(-1, 1), (0x8000, 1), (0, 0), (0, 257)])
def test_a_read_that_could_name_a_file_by_its_offset_cannot_be_made(offset: int, length: int) -> None:
    with pytest.raises(ValueError, match="offset or length"):
        apdu.read_binary(offset, length)


@pytest.mark.parametrize(
    "command",
    [
        "00a4020c020001",  # SELECT 個人番号
        "00a4020c02000100",
        "00a40000020001",
        "00a4020c020005",
        "00a4020c020014",
        "00a4040c0ad392f000260100000001",  # 公的個人認証AP
        "00a4040c0ad3921000310001010402",  # 券面AP
        "00b0810000",  # READ BINARY of short file identifier 1
        "00b0ff0000",
        "00b00000000100",  # extended length
        "0020008103313233",
        "00200080033132330d",
        "0020008004313233",
        "00240080083132333431323334",  # CHANGE REFERENCE DATA
        "002a9e9a",
        "",
        "00",
    ],
)
def test_any_other_command_is_forbidden(command: str) -> None:
    assert not apdu.is_permitted(bytes.fromhex(command))


@given(
    st.one_of(
        st.binary(max_size=40),
        st.tuples(st.sampled_from([b"\x00\xa4", b"\x00\x20", b"\x00\xb0"]), st.binary(max_size=20)).map(
            b"".join
        ),
    )
)
def test_what_is_permitted_is_exactly_what_the_builders_make(command: bytes) -> None:
    made = {apdu.select_application(), apdu.ask_tries(), *(apdu.select_file(file) for file in CardFile)}
    is_pin = len(command) == 9 and command[:5] == b"\x00\x20\x00\x80\x04" and command[5:].isdigit()
    is_read = len(command) == 5 and command[:2] == b"\x00\xb0" and command[2] < 0x80
    assert apdu.is_permitted(command) == (command in made or is_pin or is_read)


@given(st.one_of(READ_DATA, PIN_COMMAND))
def test_what_the_builders_make_is_permitted(command: bytes) -> None:
    assert apdu.is_permitted(command)


def test_no_module_but_the_software_card_writes_the_number_of_the_individual_number_file() -> None:
    for path, tree in modules(but=SOFTWARE_CARD):
        if path.parent.name != "counter_bridge":
            continue
        for node in ast.walk(tree):
            value = node.value if isinstance(node, ast.Constant) else None
            assert not (isinstance(value, bytes) and b"\x00\x01" in value), path.name
            assert not (isinstance(value, str) and value.replace(" ", "") in ("0001", "020001")), path.name


def test_files_are_selected_by_name_only() -> None:
    calls = [
        (path.name, node)
        for path, tree in modules(but=frozenset({"apdu.py"}))
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and names_in(node.func, "select_file")
    ]
    assert {name for name, _ in calls} == {"card_reading.py"}
    for _, call in calls:
        assert len(call.args) == 1
        assert ast.unparse(call.args[0]) in ("CardFile.PIN", "CardFile.FOUR_ATTRIBUTES")


def test_one_module_knows_pyscard_and_one_place_in_it_sends() -> None:
    importing, sending = set(), []
    for path, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import) and any(
                name.name.split(".")[0] == "smartcard" for name in node.names
            ):
                importing.add(path.name)
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "smartcard":
                importing.add(path.name)
            if isinstance(node, ast.FunctionDef) and names_in(node, "SCardTransmit"):
                sending.append((path.name, node.name))
                assert names_in(node, "is_permitted")
            assert not names_in(node, "SCardControl")
    assert importing == {"pcsc_reader.py"}
    assert sending == [("pcsc_reader.py", "transmit")]


class CountingCard:
    """Says yes to everything and counts."""

    sent = 0

    def transmit(self, command: bytes | bytearray) -> bytes:
        self.sent += 1
        return b"\x90\x00"

    def reset(self) -> None:
        raise AssertionError("nothing was verified")


def test_a_mistake_in_the_file_numbers_is_stopped_before_the_card(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CardFile.PIN, "_value_", 0x0001)
    assert apdu.select_file(CardFile.PIN).hex() == "00a4020c020001"
    card = CountingCard()
    with pytest.raises(ForbiddenCommand):
        ask_tries_left(card)
    assert card.sent == 1


@pytest.mark.parametrize(
    ("raw", "answer"),
    [
        (b"", None),
        (b"\x90", None),
        (b"\x90\x00", Answer(b"", 0x9000)),
        (b"ab\x63\xc2", Answer(b"ab", 0x63C2)),
    ],
)
def test_an_answer_is_data_and_two_bytes(raw: bytes, answer: Answer | None) -> None:
    assert apdu.parse_answer(raw) == answer


@given(st.integers(0, 0xFFFF))
def test_every_status_word_has_a_meaning(status: int) -> None:
    assert apdu.meaning_of(status)
    assert (apdu.tries_in(status) is None) == (status not in range(0x63C0, 0x63D0))
