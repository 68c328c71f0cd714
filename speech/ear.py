"""What an ear tells while it listens to one kiosk; `speech.listening` holds the one that listens."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from speech.transcriber import Transcript

Expected = Literal["reason", "open", "yes_no", "number", "date", "people"]
"""What was asked: a number or a yes ends sooner than a story; a reason is what somebody came for, or anything unasked."""

Trouble = Literal["no_words", "too_loud", "too_long", "clipped", "music", "busy", "bad_sound"]
"""Why a stretch of sound became no turn."""


@dataclass(frozen=True)
class VoiceBegan:
    """Somebody began to speak (the voice of the house stops now)."""

    since_s: float = 0.0
    """So many seconds ago."""


@dataclass(frozen=True)
class VoiceOver:
    """Somebody may be speaking over the house, which holds its breath until that is sure."""

    perhaps: bool
    """False: it was nobody, the house goes on."""


@dataclass(frozen=True)
class Partial:
    """What it sounds like so far; `text` may change."""

    text: str


@dataclass(frozen=True)
class Likely:
    """The words of the turn, unless the speaker goes on: its answer may be worked out, and nothing be done."""

    transcript: Transcript


@dataclass(frozen=True)
class Stages:
    """Milliseconds from the last voiced sound to each stage, for the lab page and benchmarks."""

    decided_ms: float
    decoded_ms: float
    decoding_ms: float
    """Time the recogniser itself took."""


@dataclass(frozen=True)
class TurnHeard:
    """The turn is over and these were its words."""

    transcript: Transcript
    stages: Stages


@dataclass(frozen=True)
class NotHeard:
    """Sound ended without words that can be used."""

    trouble: Trouble


@dataclass(frozen=True)
class Level:
    """How loud it is, in dB below full scale, and how likely a voice; for the lab page and the meter."""

    dbfs: float
    voice: float


Heard = VoiceBegan | VoiceOver | Partial | Likely | TurnHeard | NotHeard | Level
OnHeard = Callable[[Heard], None]


class Ear(Protocol):
    """Listens to one microphone; `feed` never blocks on the recogniser, events come on other threads."""

    def feed(self, frame: bytes) -> None:
        """Mono s16le at 16 000 Hz, any whole number of samples (half a sample is `bad_sound`)."""
        ...

    def expect(self, answer: Expected, *, choices: Sequence[str] = (), slow: bool = False) -> None:
        """What was asked, what was offered to be named, and whether this resident needs time."""
        ...

    def own_voice(self, *, playing: bool) -> None:
        """The house speaks, or ended: while it does, only a clear voice over it begins a turn."""
        ...

    def end_turn(self) -> None:
        """The resident says by touch that the turn is over."""
        ...

    def close(self) -> None:
        """Stops listening; nothing is told any more."""
        ...
