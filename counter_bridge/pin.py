"""The PIN of a card, for one call.

It is typed by the holder, goes to the card, and is gone: no log, store, message or copy may carry it
(DESIGN 5b). So the type hides itself wherever Python would show it and wipes its bytes after one use. The text it is
made from belongs to whoever received it: Python cannot wipe a `str`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn, SupportsIndex

from counter_bridge.card_errors import MalformedPin, PinSpent

PIN_LENGTH = 4
"""照合番号 of 券面事項入力補助AP: four digits."""


class Pin:
    """Four digits that can be used once.

    >>> Pin("1234")
    Pin(****)
    >>> with Pin("1234").spent() as digits:
    ...     len(digits)
    4
    """

    __slots__ = ("_digits", "_spent")

    def __init__(self, typed: str):
        """`typed` is four digits 0 to 9; anything else is a `MalformedPin`, and no try of the card is lost."""
        if len(typed) != PIN_LENGTH or not all(digit in "0123456789" for digit in typed):
            raise MalformedPin
        self._digits = bytearray(typed, "ascii")
        self._spent = False

    @contextmanager
    def spent(self) -> Iterator[bytearray]:
        """The digits as ASCII, wiped on the way out; a second use raises `PinSpent`."""
        if self._spent:
            raise PinSpent
        self._spent = True
        try:
            yield self._digits
        finally:
            wipe(self._digits)

    def forget(self) -> None:
        """Wipe a PIN that will not be used."""
        self._spent = True
        wipe(self._digits)

    def __repr__(self) -> str:
        return "Pin(****)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(repr(self), spec)

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("a PIN cannot be copied, pickled or sent")

    def __copy__(self) -> NoReturn:
        raise TypeError("a PIN cannot be copied, pickled or sent")

    def __deepcopy__(self, memo: object) -> NoReturn:
        raise TypeError("a PIN cannot be copied, pickled or sent")


def wipe(secret: bytearray) -> None:
    """Overwrite with zeros and empty the buffer."""
    secret[:] = bytes(len(secret))
    secret.clear()
