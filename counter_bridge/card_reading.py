"""The conversation with a card: which commands in which order, and what each answer means.

It speaks through a `Channel`, so the PC/SC adapter and the fake reader share every decision: tries are asked before
a PIN is sent, the last try is kept, nothing but the four attributes is selected, and nothing half-read comes back.
"""

import datetime as dt
from collections.abc import Callable
from typing import Protocol

from counter_bridge import apdu, ber_tlv
from counter_bridge.apdu import Answer, CardFile
from counter_bridge.card import (
    CardProblem,
    CardRead,
    CardUnreadable,
    FourAttributes,
    LastTry,
    NotMyNumberCard,
    OnProgress,
    PinLocked,
    ReadResult,
    ReadStep,
    TriesLeft,
    TriesResult,
    WrongPin,
)
from counter_bridge.card_content import parse_four_attributes
from counter_bridge.card_errors import ChannelBroken, ForbiddenCommand
from counter_bridge.pin import wipe

FIRST_READ = 7
"""Enough to know the length of the whole record, whichever form its length has."""

MAX_RECORD = 4096
"""Bytes; a card that tells a longer record is not believed."""


class Channel(Protocol):
    """The way to one card."""

    def transmit(self, command: bytes | bytearray) -> bytes:
        """The card's raw answer; raises `ChannelBroken` when there is none."""

    def reset(self) -> None:
        """Make the card forget what is selected and verified; raises `ChannelBroken`."""


def ask_tries_left(channel: Channel) -> TriesResult:
    """Tries of the PIN; sends no PIN and uses no try up."""
    try:
        return _select_pin_and_ask(channel)
    except ChannelBroken as broken:
        return broken.problem


def read_four_attributes(
    channel: Channel,
    digits: bytearray,
    *,
    really: bool,
    on_progress: OnProgress | None,
    clock: Callable[[], dt.datetime],
) -> ReadResult:
    """Verify the PIN and read EF 0002; `digits` stays the caller's to wipe."""
    tell = on_progress or _tell_nobody
    try:
        tell(ReadStep.CARD_FOUND)
        tries = _select_pin_and_ask(channel)
        if not isinstance(tries, TriesLeft):
            return tries
        if tries.tries_left == 1 and not really:
            return LastTry()
        refused = _verify(channel, digits)
        if refused is not None:
            return refused
        tell(ReadStep.PIN_ACCEPTED)
        tell(ReadStep.READING)
        found = _read_record(channel)
        if not isinstance(found, FourAttributes):
            return found
        tell(ReadStep.DONE)
        return CardRead(found, clock())
    except ChannelBroken as broken:
        return broken.problem


def _select_pin_and_ask(channel: Channel) -> TriesResult:
    answer = _send(channel, apdu.select_application())
    if answer.status == apdu.NOT_FOUND:
        return NotMyNumberCard()
    problem = _problem(answer) or _problem(_send(channel, apdu.select_file(CardFile.PIN)))
    if problem is not None:
        return problem
    answer = _send(channel, apdu.ask_tries())
    if answer.is_good:
        # Another program left the PIN verified: only a card that forgot it tells the tries (ISO/IEC 7816-4, 11.6.6).
        channel.reset()
        for command in (apdu.select_application(), apdu.select_file(CardFile.PIN)):
            _send(channel, command)
        answer = _send(channel, apdu.ask_tries())
    if answer.status in apdu.PIN_BLOCKED:
        return PinLocked()
    tries = apdu.tries_in(answer.status)
    if tries is None:
        return CardUnreadable("pin_state_unknown") if answer.is_good else _unexpected(answer)
    return TriesLeft(tries) if tries else PinLocked()


def _verify(channel: Channel, digits: bytearray) -> WrongPin | PinLocked | CardProblem | None:
    command = apdu.verify(digits)
    try:
        answer = _send(channel, command)
    finally:
        wipe(command)
    if answer.is_good:
        return None
    tries = apdu.tries_in(answer.status)
    if answer.status in apdu.PIN_BLOCKED or tries == 0:
        return PinLocked()
    return _unexpected(answer) if tries is None else WrongPin(tries)


def _read_record(channel: Channel) -> FourAttributes | CardProblem:
    problem = _problem(_send(channel, apdu.select_file(CardFile.FOUR_ATTRIBUTES)))
    if problem is not None:
        return problem
    answer = _send(channel, apdu.read_binary(0, FIRST_READ))
    if not answer.is_good:
        return _unexpected(answer)
    total = ber_tlv.total_length(answer.data)
    if total is None or not FIRST_READ < total <= MAX_RECORD:
        return CardUnreadable("content_malformed")
    content = bytearray(answer.data)
    while len(content) < total:
        answer = _send(
            channel, apdu.read_binary(len(content), min(total - len(content), apdu.MAX_SHORT_READ))
        )
        if not answer.is_good:
            return _unexpected(answer)
        if not answer.data:
            return CardUnreadable("short_answer")
        content += answer.data
    return parse_four_attributes(bytes(content[:total]))


def _send(channel: Channel, command: bytes | bytearray) -> Answer:
    if not apdu.is_permitted(command):
        raise ForbiddenCommand
    answer = apdu.parse_answer(channel.transmit(command))
    if answer is None:
        raise ChannelBroken(CardUnreadable("short_answer"))
    return answer


def _problem(answer: Answer) -> CardProblem | None:
    return None if answer.is_good else _unexpected(answer)


def _unexpected(answer: Answer) -> CardUnreadable:
    return CardUnreadable(f"status_{answer.status:04X}")


def _tell_nobody(_step: ReadStep) -> None:
    """The progress of a read nobody watches."""
