"""A PIN shows itself nowhere and lives for one call."""

import copy
import json
import logging
import pickle
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter_bridge.card_errors import MalformedPin, PinSpent
from counter_bridge.pin import Pin

DIGITS = "7391"


def test_no_way_of_printing_shows_the_digits(caplog: pytest.LogCaptureFixture) -> None:
    pin = Pin(DIGITS)
    logging.getLogger("test").warning("pin %s %r", pin, pin)
    shown = [repr(pin), str(pin), f"{pin}", f"{pin!r:>20}", f"{[pin]}", caplog.text, repr(pin.__slots__)]
    assert not any(DIGITS in text for text in shown)


@pytest.mark.parametrize("copy_it", [copy.copy, copy.deepcopy, pickle.dumps])
def test_it_cannot_be_copied_or_pickled(copy_it: object) -> None:
    assert callable(copy_it)
    with pytest.raises(TypeError, match="cannot be copied"):
        copy_it(Pin(DIGITS))


def test_it_has_no_dictionary_and_no_json() -> None:
    assert not hasattr(Pin(DIGITS), "__dict__")
    with pytest.raises(TypeError):
        json.dumps(Pin(DIGITS))


def test_the_digits_are_wiped_after_their_use() -> None:
    pin = Pin(DIGITS)
    with pin.spent() as digits:
        assert digits == DIGITS.encode()
    assert digits == b""
    with pytest.raises(PinSpent), pin.spent():
        pass


def test_the_digits_are_wiped_when_the_use_fails() -> None:
    seen: list[bytearray] = []

    def use(pin: Pin) -> None:
        with pin.spent() as digits:
            seen.append(digits)
            raise RuntimeError

    with pytest.raises(RuntimeError) as caught:
        use(Pin(DIGITS))
    assert seen == [bytearray()]
    assert DIGITS not in "".join(traceback.format_exception(caught.value))


def test_a_forgotten_pin_cannot_be_used() -> None:
    pin = Pin(DIGITS)
    pin.forget()
    with pytest.raises(PinSpent), pin.spent():
        pass


@pytest.mark.parametrize("typed", ["", "123", "12345", "12a4", "１２３４", "12 4", "²²²²", "-123", "1234\n"])
def test_what_cannot_be_a_pin_is_refused_without_repeating_it(typed: str) -> None:
    with pytest.raises(MalformedPin) as caught:
        Pin(typed)
    assert not typed or typed not in str(caught.value)


@given(st.text(max_size=6))
def test_only_four_ascii_digits_are_a_pin(typed: str) -> None:
    is_pin = len(typed) == 4 and set(typed) <= set("0123456789")
    if is_pin:
        with Pin(typed).spent() as digits:
            assert digits.decode() == typed
    else:
        with pytest.raises(MalformedPin):
            Pin(typed)
