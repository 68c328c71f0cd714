"""A voice as the seam between splitting and keeping on one side and an engine on the other."""

from typing import Protocol

from speech.speaker import Manner, Spoken


class Voice(Protocol):
    """Makes one sentence at a time; safe to call from several threads."""

    @property
    def key(self) -> str:
        """Changes with everything that changes how a text sounds: the voice, its version, the readings."""
        ...

    def utter(self, sentence: str, manner: Manner) -> Spoken:
        """`sentence` in one piece; without anything to say, no sound and one silent caption."""
        ...
