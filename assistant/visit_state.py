"""A visit as the program keeps it between two requests.

Only the acts are kept; facts, plan and step are derived on each request, so any process can serve any kiosk and
a restart in the middle of a visit loses nothing. `counter_bridge.record` turns it into the JSON the store encrypts.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal

from dialogue.session import Session


@dataclass(frozen=True)
class Effort:
    """What the visit cost the resident so far (COUNTER_RULES 19)."""

    taps: int = 0
    keystrokes: int = 0
    spoken_answers: int = 0

    def more(self, *, taps: int = 0, keystrokes: int = 0, spoken_answers: int = 0) -> "Effort":
        """This effort and some more."""
        return Effort(self.taps + taps, self.keystrokes + keystrokes, self.spoken_answers + spoken_answers)


@dataclass(frozen=True)
class Visit:
    """One resident's visit."""

    at: dt.datetime
    """The visit's time, Asia/Tokyo: ages, deadlines and hours use it (DESIGN 10)."""
    mode: Literal["kiosk", "interview", "phone"] = "kiosk"
    language: str = "ja"
    session: Session = field(default_factory=Session)
    effort: Effort = field(default_factory=Effort)
    forms_prepared: bool = False
    case_id: str = ""
    help_wished: tuple[str, ...] = ()
    place: str = ""
    """The kiosk it is at."""
    arrived_at: dt.datetime | None = None
    """When it began on the real clock; of an interview behind a number, when that was given."""
    moved: bool = False
    """It goes on at a phone; its end here is no giving up."""
