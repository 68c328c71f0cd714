"""EF 0002 in, four attributes or a typed result out, whatever the bytes are."""

import dataclasses
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter_bridge import ber_tlv
from counter_bridge.ber_tlv import Tlv
from counter_bridge.card import CardUnreadable, FourAttributes, Sex
from counter_bridge.card_content import parse_four_attributes
from counter_bridge.demo_persons import DemoPerson
from counter_bridge.software_card_files import four_attributes_record

MALFORMED = CardUnreadable("content_malformed")

TEXT = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=200)
SEXES: list[Sex] = ["male", "female", "other", "not_applicable"]


def holder(name: str, address: str, birth_date: dt.date, sex: Sex) -> DemoPerson:
    return DemoPerson("x", name, "", address, birth_date, sex, "1234", "x", "")


FATHER = holder("見本　太郎", "神奈川県横浜市中区見本町１丁目２番３号", dt.date(1984, 5, 14), "male")


def record(*values: tuple[int, bytes]) -> bytes:
    return ber_tlv.encode(0xFF20, b"".join(ber_tlv.encode(tag, value) for tag, value in values))


def with_values(
    *, name: bytes = b"a", address: bytes = b"b", birth: bytes = b"19840514", sex: bytes = b"1"
) -> bytes:
    return record((0xDF21, bytes(8)), (0xDF22, name), (0xDF23, address), (0xDF24, birth), (0xDF25, sex))


@given(
    name=TEXT,
    address=TEXT,
    birth_date=st.dates(dt.date(1000, 1, 1)),
    sex=st.sampled_from(SEXES),
)
def test_what_a_card_holds_is_what_is_read(name: str, address: str, birth_date: dt.date, sex: Sex) -> None:
    content = four_attributes_record(holder(name, address, birth_date, sex))
    assert parse_four_attributes(content) == FourAttributes(name, address, birth_date, sex)


def test_spaces_inside_variation_selectors_and_characters_outside_jis_stay() -> None:
    name = "見本葛\U000e0102　\U00020bb7乃"
    read = parse_four_attributes(with_values(name=name.encode()))
    assert isinstance(read, FourAttributes)
    assert read.name == name


def test_padding_around_a_value_is_no_part_of_it() -> None:
    read = parse_four_attributes(with_values(name="見本　太郎　　".encode(), address=b"x\0\0"))
    assert isinstance(read, FourAttributes)
    assert (read.name, read.address) == ("見本　太郎", "x")


def test_a_day_that_is_in_no_calendar_is_read_as_unknown() -> None:
    read = parse_four_attributes(with_values(birth=b"19500400"))
    assert isinstance(read, FourAttributes)
    assert read.birth_date is None


def test_the_header_points_at_the_values() -> None:
    content = four_attributes_record(FATHER)
    header = content[6:14]
    at = [int.from_bytes(header[i : i + 2], "big") for i in range(0, 8, 2)]
    assert [content[i : i + 2].hex() for i in at] == ["df22", "df23", "df24", "df25"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        bytes(200),
        b"\xff\x20\x00",
        with_values(name=b""),
        with_values(name=b"\xff\xfe"),
        with_values(name="見本\n太郎".encode()),
        with_values(name="見本‮太郎".encode()),
        with_values(name=b"a" * 201),
        with_values(address=b""),
        with_values(birth=b"1984-5-1"),
        with_values(birth="１９８４０５１４".encode()),
        with_values(birth=b""),
        with_values(sex=b"0"),
        with_values(sex=b""),
        with_values() + b"\x00",
        with_values()[:-1],
        record((0xDF22, b"a"), (0xDF22, b"b"), (0xDF23, b"c"), (0xDF24, b"19840514"), (0xDF25, b"1")),
        ber_tlv.encode(0xFF30, with_values()[3:]),
    ],
)
def test_malformed_content_is_a_result(content: bytes) -> None:
    assert parse_four_attributes(content) == MALFORMED


@given(st.binary(max_size=400))
def test_garbage_is_a_result(content: bytes) -> None:
    assert parse_four_attributes(content) == MALFORMED


@given(st.data())
def test_a_damaged_record_is_read_or_refused_but_never_half_read(data: st.DataObject) -> None:
    content = bytearray(four_attributes_record(FATHER))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    for version in (bytes(content), bytes(content[:cut])):
        read = parse_four_attributes(version)
        if isinstance(read, FourAttributes):
            assert read.name
            assert read.address
        else:
            assert read == MALFORMED


@given(
    st.lists(
        st.tuples(st.sampled_from([0x5A, 0xDF21, 0xDF8101, 0x7F49]), st.binary(max_size=300)), max_size=5
    )
)
def test_encoded_objects_parse_to_themselves(objects: list[tuple[int, bytes]]) -> None:
    content = b"".join(ber_tlv.encode(tag, value) for tag, value in objects)
    assert ber_tlv.parse(content) == tuple(Tlv(tag, value) for tag, value in objects)


@given(st.binary(max_size=60))
def test_parsing_never_raises_and_total_length_agrees_with_it(content: bytes) -> None:
    parsed = ber_tlv.parse(content)
    if parsed is not None and len(parsed) == 1:
        assert ber_tlv.total_length(content) == len(content)


@pytest.mark.parametrize("size", [0, 1, 127, 128, 255, 256, 65535, 65536])
def test_every_length_form_is_read(size: int) -> None:
    encoded = ber_tlv.encode(0xDF22, bytes(size))
    assert ber_tlv.parse(encoded) == (Tlv(0xDF22, bytes(size)),)
    assert ber_tlv.total_length(encoded[:7]) == len(encoded)


def test_a_repr_of_what_was_read_shows_no_value() -> None:
    read = parse_four_attributes(four_attributes_record(FATHER))
    assert repr(read) == "FourAttributes()"
    assert len(dataclasses.fields(FourAttributes)) == 4
