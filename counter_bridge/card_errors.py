"""Errors of the card part.

CardError
├── MalformedPin        text that cannot be a four-digit PIN
├── PinSpent            a PIN used a second time
├── ForbiddenCommand    a command outside the few this product may send to a card
├── ChannelBroken       the way to the card ended; carries the result to give, caught by the readers only
└── DemoReaderError     the software card and its reader
    ├── DemoReaderUnavailable   a program or a permission it needs is missing
    ├── DemoReaderBusy          another demo reader already serves this state directory
    ├── DemoReaderNotRunning    nobody answers on the control socket
    ├── DemoCommandRefused      a command the demo reader cannot follow
    └── BadDemoPersons          the file of demo persons is wrong; carries every problem at once

A wrong PIN, an absent card, a missing reader are results (see card.py), not errors. No message carries a PIN, a
card's content or a command.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counter_bridge.card_advice import ADVICE
from counter_bridge.errors import CounterBridgeError

if TYPE_CHECKING:
    from counter_bridge.card import CardProblem


class CardError(CounterBridgeError):
    """Root of everything the card part raises; `code` is stable."""

    code = "card_error"


class MalformedPin(CardError):
    """What was typed cannot be a PIN; the card was not asked and no try is lost."""

    code = "pin_malformed"
    detail_ja = ADVICE["pin_malformed"].detail_ja
    remedy_ja = ADVICE["pin_malformed"].remedy_ja

    def __init__(self) -> None:
        super().__init__("a PIN is four digits → type four digits")


class PinSpent(CardError):
    """A PIN lives for one call and is wiped after it."""

    code = "pin_spent"

    def __init__(self) -> None:
        super().__init__("this PIN was already used → ask the holder to type it again")


class ForbiddenCommand(CardError):
    """A command that this product never sends (COUNTER_RULES 3); stopped before it reached the card."""

    code = "card_command_forbidden"

    def __init__(self) -> None:
        super().__init__("a command outside the permitted list was stopped before the card")


class ChannelBroken(CardError):
    """The card or the reader went away in the middle of something."""

    code = "card_channel_broken"

    def __init__(self, problem: "CardProblem"):
        self.problem = problem
        super().__init__(f"ended by {problem.code}")


class DemoReaderError(CardError):
    """Root of what goes wrong with the software card and its reader."""

    code = "demo_reader_error"

    def __init__(self, reason: str):
        self.reason = reason
        """What and what to do, without the code."""
        super().__init__(reason)


class DemoReaderUnavailable(DemoReaderError):
    """The demo reader cannot start on this machine."""

    code = "demo_reader_unavailable"

    def __init__(self, reason: str, remedy: str):
        super().__init__(f"{reason} → {remedy}")


class DemoReaderBusy(DemoReaderError):
    """One demo reader at a time in a state directory."""

    code = "demo_reader_busy"

    def __init__(self, place: str):
        super().__init__(f"a demo reader already runs for {place} → use it, or stop it first")


class DemoReaderNotRunning(DemoReaderError):
    """No demo reader answers."""

    code = "demo_reader_not_running"

    def __init__(self, place: str):
        super().__init__(f"no demo reader runs for {place} → start the demo (make run), or card run")


class DemoCommandRefused(DemoReaderError):
    """The demo reader understood and declined."""

    def __init__(self, code: str, reason: str):
        self.code = code
        super().__init__(reason)


@dataclass(frozen=True)
class PersonProblem:
    """One thing wrong in the file of demo persons."""

    file: str
    key: str
    reason: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.key}: {self.reason} → {self.remedy}"


class BadDemoPersons(DemoReaderError):
    """The file of demo persons cannot be used; all problems are listed."""

    code = "demo_persons_invalid"

    def __init__(self, problems: list[PersonProblem]):
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in problems))
