"""Who has the word: from sound window by window to turns, without threads and without a clock of its own.

It asks for decoding (`Decode`) and is given transcripts; `speech.listening` does that with threads, tests and
benchmarks without. Decoding begins at the first short silence, so that the words are there when it is known
whether the turn is over; when speech goes on, they are thrown away.
"""

import math
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from speech.audio import clipped_share, level_dbfs
from speech.background import Background
from speech.ear import (
    Expected,
    Heard,
    Level,
    Likely,
    NotHeard,
    Partial,
    Stages,
    Trouble,
    TurnHeard,
    VoiceBegan,
    VoiceOver,
)
from speech.endpoint import USUAL, Silences, silence_needed
from speech.transcriber import Samples, Transcript
from speech.voice_activity import WINDOW_S

_LEARNS = 0.2
"""Of the loudness of a voice, in a window of sound."""


@dataclass(frozen=True)
class Manner:
    """How an ear listens; every time in seconds."""

    begins: float = 0.5
    """Likelihood of a voice that begins a turn."""
    goes_on: float = 0.5
    begins_over_own_voice: float = 0.8
    begin_s: float = 0.10
    """So much voice begins a turn."""
    begin_over_own_voice_s: float = 0.26
    hold_over_own_voice_s: float = 0.06
    """So much voice over our own makes us hold our breath: silent at once, and sure a moment later."""
    hold_again_s: float = 2.0
    """After a hold for nothing."""
    half_duplex: bool = False
    """While the house speaks nothing begins a turn (a machine without echo cancellation)."""
    own_voice_tail_s: float = 0.25
    """The room goes on sounding after the house stopped."""
    before_s: float = 0.7
    """Sound that belongs to the turn before it is known to have begun: over chatter a soft first syllable is 0.5 s before."""
    resume_s: float = 0.09
    """So much voice ends a silence; less is a syllable of somebody in the room."""
    decode_after_s: float = 0.06
    falls_db: float = 20.0
    """So far under the voice of the turn it has fallen silent, a moment before the network says so."""
    partial_every_s: float = 0.9
    """A partial is in the way of the words that count, so there are few."""
    longest_s: float = 25.0
    """A turn is cut here: with silence after it the recogniser sees 30 s."""
    overrun_pause_s: float = 0.7
    overrun_told_s: float = 2.0
    overrun_is_room_s: float = 10.0
    music_s: float = 1.5
    """So much sound that is no voice, and twice as much as voice, is music or a machine."""
    level_every: int = 3
    silences: Silences = USUAL


@dataclass(frozen=True)
class Decode:
    """Wants the words of `samples`; answer with `decoded` or `refused`."""

    number: int
    samples: Samples
    partial: bool
    reason: bool = False
    """See Transcriber."""


@dataclass(frozen=True)
class Withdraw:
    """What was wanted is not needed: the speaker went on."""


Wanted = Decode | Withdraw
"""What is asked of the recogniser."""


@dataclass
class _Turn:
    windows: list[Samples]
    voiced_at: float
    first_number: int
    """Decodings with a smaller number were asked for by the turn before."""
    voiced: int = 0
    voice_dbfs: float | None = None
    """How loud this speaker is."""
    fallen: int = 0
    """Windows in a row far under that."""
    sounding: int = 0
    clipped: list[float] = field(default_factory=list)
    silent: int = 0
    resuming: int = 0
    """Voiced windows since the silence, which are a syllable of the room until there are enough."""
    pauses: list[float] = field(default_factory=list)
    asked: int | None = None
    """Number of the decoding that will hold if no voice follows."""
    transcript: Transcript | None = None
    decoding_ms: float = 0.0
    decoded_ms: float = 0.0
    partial: int | None = None
    partial_at: int = 0
    decided_ms: float | None = None
    closed: bool = False
    """Over for good: by touch, or cut because it was too long."""

    @property
    def silence_s(self) -> float:
        return self.silent * WINDOW_S

    def hear_voice(self, window: Samples) -> None:
        level = level_dbfs(window)
        before = level if self.voice_dbfs is None else self.voice_dbfs
        self.voice_dbfs = before + (level - before) * _LEARNS

    def has_fallen(self, window: Samples, by_db: float) -> bool:
        return self.voice_dbfs is not None and level_dbfs(window) < self.voice_dbfs - by_db


class TurnTaking:
    """Of one ear; one thread at a time calls it. `now` is any clock in seconds."""

    def __init__(self, manner: Manner | None = None):
        self._manner = manner or Manner()
        self._background = Background()
        self._before: deque[Samples] = deque(maxlen=round(self._manner.before_s / WINDOW_S))
        self._beginning = 0
        self._holding = False
        self._holds_from = 0.0
        """The window from which on there may be a hold."""
        self._turn: _Turn | None = None
        self._expected: Expected = "open"
        self._choices: Sequence[str] = ()
        self._slow = False
        self._pauses: deque[float] = deque(maxlen=6)
        self._own_voice = False
        self._own_voice_tail = 0
        self._overrun: tuple[int, int] | None = None
        """Voiced and silent windows since a turn was cut."""
        self._numbers = 0
        self._windows = 0

    @property
    def in_turn(self) -> bool:
        """Whether somebody has the word."""
        return self._turn is not None

    @property
    def _listens_to_one(self) -> bool:
        """Whether what sounds is a speaker and not the room; who goes on and on becomes part of the room."""
        if self._overrun is not None:
            return self._overrun[0] * WINDOW_S < self._manner.overrun_is_room_s
        return self._turn is not None

    def expect(self, answer: Expected, *, choices: Sequence[str] = (), slow: bool) -> None:
        """See Ear.expect."""
        self._expected, self._choices, self._slow = answer, choices, slow

    def own_voice(self, *, playing: bool) -> None:
        """See Ear.own_voice."""
        if self._own_voice and not playing:
            self._own_voice_tail = round(self._manner.own_voice_tail_s / WINDOW_S)
        self._own_voice = playing

    def sound(self, window: Samples, likelihood: float, now: float) -> Iterator[Heard | Wanted]:
        """The next window of sound, and how likely it is a voice."""
        self._windows += 1
        over_own = self._own_voice or self._own_voice_tail > 0
        self._own_voice_tail = max(0, self._own_voice_tail - 1)
        self._background.hear(level_dbfs(window), in_turn=self._listens_to_one, own_voice=over_own)
        if self._windows % self._manner.level_every == 0:
            yield Level(self._background.level_dbfs, likelihood)
        if self._overrun is not None:
            yield from self._overruns(likelihood)
        elif self._turn is None:
            yield from self._waits(window, likelihood, now, over_own=over_own)
        elif not self._turn.closed:
            yield from self._goes_on(self._turn, window, likelihood, now)

    def decoded(
        self, number: int, transcript: Transcript, decoding_ms: float, now: float
    ) -> Iterator[Heard | Wanted]:
        """The words of a decoding that was asked for."""
        turn = self._turn
        if turn is None or number < turn.first_number:
            return
        if number == turn.partial:
            turn.partial = None
        if number != turn.asked:
            if transcript.text and turn.transcript is None:
                yield Partial(transcript.text)
            return
        turn.transcript = transcript
        turn.decoding_ms = decoding_ms
        turn.decoded_ms = (now - turn.voiced_at) * 1000
        if transcript.text and turn.decided_ms is None:
            yield Partial(transcript.text)
        yield from self._maybe_over(turn, now)
        if self._turn is turn and transcript.text:
            yield Likely(transcript)

    def refused(self, number: int) -> Iterator[Heard | Wanted]:
        """The recogniser has no time."""
        turn = self._turn
        if turn is None:
            return
        if number == turn.partial:
            turn.partial = None
        elif number == turn.asked:
            yield from self._ended(turn, NotHeard("busy"))

    def end_turn(self, now: float) -> Iterator[Heard | Wanted]:
        """See Ear.end_turn; also when no more sound comes."""
        turn = self._turn
        if turn is None:
            yield NotHeard("no_words")
            return
        yield from self._close(turn, now)

    def _waits(
        self, window: Samples, likelihood: float, now: float, *, over_own: bool
    ) -> Iterator[Heard | Wanted]:
        manner = self._manner
        self._before.append(window)
        wanted = manner.begins_over_own_voice if over_own else manner.begins
        if (
            likelihood < wanted
            or (over_own and manner.half_duplex)
            or not self._background.lets_begin(own_voice=over_own)
        ):
            self._beginning = max(0, self._beginning - 2)
            if self._holding and not self._beginning:
                self._holding = False
                self._holds_from = self._windows + round(manner.hold_again_s / WINDOW_S)
                yield VoiceOver(False)
            return
        self._beginning += 1
        long_enough = self._beginning * WINDOW_S >= manner.hold_over_own_voice_s
        may_hold = self._own_voice and self._windows >= self._holds_from
        if long_enough and may_hold and self._background.is_over_own_voice():
            self._holding = True
            self._holds_from = math.inf
            yield VoiceOver(True)
        needed_s = manner.begin_over_own_voice_s if over_own else manner.begin_s
        if self._beginning * WINDOW_S < needed_s:
            return
        begun = self._beginning
        self._holding, self._holds_from = False, 0
        self._turn = _Turn(list(self._before), now, self._numbers + 1, voiced=begun, sounding=begun)
        self._before.clear()
        self._beginning = 0
        yield VoiceBegan(begun * WINDOW_S)

    def _goes_on(
        self, turn: _Turn, window: Samples, likelihood: float, now: float
    ) -> Iterator[Heard | Wanted]:
        turn.windows.append(window)
        turn.fallen = turn.fallen + 1 if turn.has_fallen(window, self._manner.falls_db) else 0
        loud = self._background.lets_go_on()
        turn.sounding += loud
        if likelihood < self._manner.goes_on or not loud:
            turn.resuming = 0
            turn.silent += 1
        else:
            turn.resuming += 1
            if turn.asked is None or turn.resuming * WINDOW_S >= self._manner.resume_s:
                yield from self._voiced(turn, window, now)
            else:
                turn.silent += 1
        if len(turn.windows) * WINDOW_S >= self._manner.longest_s:
            self._overrun = (0, 0)
            yield from self._close(turn, now)
            return
        if turn.asked is None:
            if max(turn.silence_s, turn.fallen * WINDOW_S) >= self._manner.decode_after_s:
                turn.asked, turn.partial = self._next_number(), None
                turn.partial_at = len(turn.windows)
                yield self._whole(turn, turn.asked)
            elif turn.silent == turn.fallen == 0:
                yield from self._maybe_partial(turn)
        if turn.silent:
            yield from self._maybe_over(turn, now)

    def _voiced(self, turn: _Turn, window: Samples, now: float) -> Iterator[Wanted]:
        if turn.silence_s >= self._manner.decode_after_s:
            turn.pauses.append(turn.silence_s)
        if turn.asked is not None:
            if turn.transcript is None:
                turn.partial = None
                yield Withdraw()
            turn.asked = turn.transcript = turn.decided_ms = None
        turn.silent = 0
        turn.voiced += 1
        turn.voiced_at = now
        turn.clipped.append(clipped_share(window))
        turn.hear_voice(window)

    def _maybe_partial(self, turn: _Turn) -> Iterator[Wanted]:
        every = round(self._manner.partial_every_s / WINDOW_S)
        if turn.partial is None and len(turn.windows) - turn.partial_at >= every:
            turn.partial_at = len(turn.windows)
            turn.partial = self._next_number()
            yield Decode(turn.partial, _joined(turn.windows), partial=True)

    def _maybe_over(self, turn: _Turn, now: float) -> Iterator[Heard]:
        """Over when the silence is long enough for the words; while they are being decoded, it waits."""
        if turn.asked is None:
            return
        if turn.transcript is None:
            if turn.decided_ms is None and turn.silence_s >= self._manner.silences.longest:
                turn.decided_ms = (now - turn.voiced_at) * 1000
            return
        needed = silence_needed(
            turn.transcript.text,
            self._expected,
            [*self._pauses, *turn.pauses],
            choices=self._choices,
            slow=self._slow,
            silences=self._manner.silences,
        )
        if not turn.closed and turn.decided_ms is None and (turn.silence_s < needed or turn.resuming):
            return
        if turn.decided_ms is None:
            turn.decided_ms = (now - turn.voiced_at) * 1000
        if not turn.transcript.text:
            yield from self._ended(turn, NotHeard(self._trouble(turn)))
            return
        stages = Stages(turn.decided_ms, turn.decoded_ms, turn.decoding_ms)
        yield from self._ended(turn, TurnHeard(turn.transcript, stages))

    def _close(self, turn: _Turn, now: float) -> Iterator[Heard | Wanted]:
        turn.closed = True
        turn.decided_ms = (now - turn.voiced_at) * 1000
        if turn.asked is None:
            turn.asked = self._next_number()
            yield self._whole(turn, turn.asked)
        elif turn.transcript is not None:
            yield from self._maybe_over(turn, now)

    def _ended(self, turn: _Turn, result: TurnHeard | NotHeard) -> Iterator[Heard]:
        self._pauses.extend(turn.pauses)
        self._turn = None
        yield result

    def _overruns(self, likelihood: float) -> Iterator[Heard]:
        """After a cut nothing is heard until there is a pause; who speaks on is told so once."""
        voiced, silent = self._overrun or (0, 0)
        if likelihood >= self._manner.goes_on and self._background.lets_go_on():
            voiced, silent = voiced + 1, 0
            if voiced == round(self._manner.overrun_told_s / WINDOW_S):
                yield NotHeard("too_long")
        else:
            silent += 1
        self._overrun = voiced, silent
        if silent * WINDOW_S >= self._manner.overrun_pause_s:
            self._overrun = None
            self._background.settle()

    def _trouble(self, turn: _Turn) -> Trouble:
        if turn.closed and self._overrun is not None:
            return "too_long"
        if turn.clipped and float(np.mean(turn.clipped)) > 0.01:
            return "clipped"
        if turn.sounding - turn.voiced > max(2 * turn.voiced, self._manner.music_s / WINDOW_S):
            return "music"
        return "too_loud" if self._background.room_dbfs > -36.0 else "no_words"

    def _whole(self, turn: _Turn, number: int) -> Decode:
        return Decode(number, _joined(turn.windows), partial=False, reason=self._expected == "reason")

    def _next_number(self) -> int:
        self._numbers += 1
        return self._numbers


def _joined(windows: list[Samples]) -> Samples:
    return np.concatenate(windows)
