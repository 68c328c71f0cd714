"""An ear for tests: it hears what it is told to have heard, and keeps what it was told."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from speech.ear import Expected, Heard, OnHeard, Stages, TurnHeard, VoiceBegan
from speech.transcriber import Transcript


@dataclass
class FakeEar:
    """Counts the sound it was fed; a test lets it hear by `hears`."""

    on_heard: OnHeard
    fed_bytes: int = 0
    expected: Expected = "open"
    choices: tuple[str, ...] = ()
    slow: bool = False
    playing: bool = False
    ended: int = 0
    closed: bool = False

    def feed(self, frame: bytes) -> None:
        """See `Ear.feed`."""
        self.fed_bytes += len(frame)

    def expect(self, answer: Expected, *, choices: Sequence[str] = (), slow: bool = False) -> None:
        """See `Ear.expect`."""
        self.expected, self.choices, self.slow = answer, tuple(choices), slow

    def own_voice(self, *, playing: bool) -> None:
        """See `Ear.own_voice`."""
        self.playing = playing

    def end_turn(self) -> None:
        """See `Ear.end_turn`."""
        self.ended += 1

    def close(self) -> None:
        """See `Ear.close`."""
        self.closed = True

    def hears(self, heard: Heard | str) -> None:
        """Tells what was heard; text stands for somebody who began to speak and ended the turn."""
        if self.closed:
            return
        if isinstance(heard, str):
            self.on_heard(VoiceBegan())
            heard = TurnHeard(Transcript(heard, 0.9), Stages(300.0, 350.0, 200.0))
        self.on_heard(heard)


@dataclass
class FakeEars:
    """Makes ears and remembers them, the newest last."""

    made: list[FakeEar] = field(default_factory=list)

    def __call__(self, on_heard: OnHeard) -> FakeEar:
        """One more ear."""
        ear = FakeEar(on_heard)
        self.made.append(ear)
        return ear
