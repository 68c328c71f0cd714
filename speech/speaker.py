"""What speaking gives: sound a sentence at a time, with the times of mouth and caption.

The first sentence is handed out before the last is made. Nothing here knows what is said or to whom.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

Shape = Literal["a", "i", "u", "e", "o", "n", "closed"]
"""The five vowels of Japanese, ん (nearly shut), and shut lips (pauses, m, b, p)."""


@dataclass(frozen=True)
class Manner:
    """How it is spoken to this resident; reset for the next."""

    speed: float = 1.0
    """0.5 to 2; 1 is the voice's own."""
    volume: float = 1.0
    """0 to 2; 1 is the voice's own."""


@dataclass(frozen=True)
class MouthAt:
    """The mouth takes a shape at a time from the start of its sentence."""

    at_s: float
    shape: Shape


@dataclass(frozen=True)
class CaptionAt:
    """A word of the caption, from when to when it sounds."""

    at_s: float
    until_s: float
    text: str
    reading: str = ""
    """In hiragana where the text holds kanji, for ふりがな."""


@dataclass(frozen=True)
class Spoken:
    """One sentence as sound: mono s16le at `rate_hz`."""

    text: str
    rate_hz: int
    pcm16: bytes
    mouth: tuple[MouthAt, ...]
    captions: tuple[CaptionAt, ...]

    @property
    def length_s(self) -> float:
        """How long it sounds."""
        return len(self.pcm16) / 2 / self.rate_hz


Keeps = Callable[[str], bool]
"""Whether the sound of a piece of text may be kept on disk for the next time: only the house's own wording may, never
what holds anything a resident said or a card told."""


def keep_none(piece: str) -> bool:
    """Nothing is kept."""
    del piece
    return False


def keep_all(piece: str) -> bool:
    """All of it is the house's own."""
    del piece
    return True


class Speaker(Protocol):
    """A voice; safe to call from several threads."""

    def say(self, text: str, manner: Manner, *, keep: Keeps = keep_none) -> Iterator[Spoken]:
        """The sentences of `text` in order, each as soon as it is made; closing the iterator stops the work."""
        ...
