"""How loud the room is, so that only a voice nearer than the room's own voices counts.

Silero finds a voice in the chatter of a lobby as surely as in a sentence said into the microphone: what tells
them apart is the level.
"""

from collections import deque
from statistics import median

from speech.audio import SILENCE_DBFS
from speech.voice_activity import WINDOW_S

ABOVE_ROOM_TO_BEGIN_DB = 6.0
ABOVE_ROOM_TO_GO_ON_DB = 4.5
ABOVE_OWN_VOICE_DB = 6.0
WELL_ABOVE_OWN_VOICE_DB = 12.0
"""No peak of its echo comes so far over its mean."""
QUIETEST_VOICE_DBFS = -52.0

_UNKNOWN_DBFS = -36.5
"""A room not yet heard is taken for a loud lobby: only who is clearly nearer begins before it is known."""
_LEARNS_FROM_S, _KNOWS_FROM_S = 0.6, 1.2
"""After less it is as loud as its loudest moment: a breath between two words of the chatter is not the room."""
_ROOM_WINDOWS = int(2.5 / WINDOW_S)
_ONSET_WINDOWS = int(0.3 / WINDOW_S)
_TURN_WINDOWS = int(4.0 / WINDOW_S)
"""The quietest of these is the room of a turn: in fewer a fluent sentence has no pause, and would be taken for it."""
_SMOOTHED = 4
_FLOOR_OVER = 7
_OWN_VOICE_DBFS = -36.0
_OWN_VOICE_RISES, _OWN_VOICE_FALLS = 0.08, 0.01
_OWN_VOICE_DELAY = int(0.4 / WINDOW_S)
"""What comes over the loudspeaker is learnt this much later, so that who speaks over it is not learnt as it."""


class Background:
    """Levels of the last seconds; one for each ear."""

    def __init__(self) -> None:
        self._raw: deque[float] = deque(maxlen=_FLOOR_OVER)
        self._recent: deque[float] = deque(maxlen=_ROOM_WINDOWS + _ONSET_WINDOWS)
        self._in_turn: deque[float] = deque(maxlen=_TURN_WINDOWS)
        self._own_voice = deque([_OWN_VOICE_DBFS], maxlen=_OWN_VOICE_DELAY)
        self.room_dbfs = _UNKNOWN_DBFS
        self.level_dbfs = SILENCE_DBFS
        """Of the last eighth of a second."""

    def hear(self, level_dbfs: float, *, in_turn: bool, own_voice: bool) -> None:
        """Takes the level of the next window."""
        self._raw.append(level_dbfs)
        self.level_dbfs = max(_mean(list(self._raw)[-_SMOOTHED:]), level_dbfs - 6.0)
        long_level = _mean(list(self._raw))
        if in_turn:
            self._in_turn.append(long_level)
            if len(self._in_turn) == _TURN_WINDOWS:
                self.room_dbfs = max(self.room_dbfs, min(self._in_turn))
            return
        self._in_turn.clear()
        if own_voice:
            more = self.level_dbfs - self._own_voice[-1]
            self._own_voice.append(
                self._own_voice[-1] + more * (_OWN_VOICE_RISES if more > 0 else _OWN_VOICE_FALLS)
            )
            return
        self._recent.append(long_level)
        before = list(self._recent)[:-_ONSET_WINDOWS]
        if len(before) * WINDOW_S >= _KNOWS_FROM_S:
            self.room_dbfs = median(before)
        elif len(before) * WINDOW_S >= _LEARNS_FROM_S:
            self.room_dbfs = max(before)

    def settle(self) -> None:
        """What sounds now, after somebody spoke on and on, is the room."""
        self._recent.clear()
        self.room_dbfs = _mean(list(self._raw))

    def lets_begin(self, *, own_voice: bool) -> bool:
        """Whether what sounds now is loud enough to begin a turn."""
        needed = max(self.room_dbfs + ABOVE_ROOM_TO_BEGIN_DB, QUIETEST_VOICE_DBFS)
        if own_voice:
            needed = max(needed, self._own_voice[0] + ABOVE_OWN_VOICE_DB)
        return self.level_dbfs >= needed

    def is_over_own_voice(self) -> bool:
        """Whether what sounds now is louder than anything the house may hear of itself."""
        return self.level_dbfs >= self._own_voice[0] + WELL_ABOVE_OWN_VOICE_DB

    def lets_go_on(self) -> bool:
        """Whether what sounds now may be the speaker of the turn."""
        return self.level_dbfs >= self.room_dbfs + ABOVE_ROOM_TO_GO_ON_DB


def _mean(levels: list[float]) -> float:
    return sum(levels) / len(levels)
