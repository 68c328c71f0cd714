"""The conversation of one visit: who leads it, what was said, what waits for a person's eye.

It lives beside the visit under the same id and dies with it; a quiet visit has none (COUNTER_RULES 7). What may be
done to it stands in conversation_table.py, what each act does in conversation_changes.py.
"""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from counter_bridge.staff import Role

LONGEST_SAID = 2000
"""Characters of one message; a resident's longer text is cut, an operator's refused."""
LONGEST_NOTE = 1000
"""Characters of a note to the next person."""
MOST_ACTS_REMEMBERED = 200
"""Ids of acts done, so that one sent again changes nothing."""


class ConversationState(StrEnum):
    """Who leads."""

    ASSISTANT = "assistant"
    WAITING = "waiting"
    HELD = "held"
    CALLBACK = "callback"
    ENDED = "ended"


CONVERSATION_STATE_JA: dict[ConversationState, str] = {
    ConversationState.ASSISTANT: "案内の機械が進めている",
    ConversationState.WAITING: "人を待っている",
    ConversationState.HELD: "オペレーターが話している",
    ConversationState.CALLBACK: "だれも出られず、電話番号を案内した(機械が進めている)",
    ConversationState.ENDED: "終わった",
}

OperatorKind = Literal["town", "contract"]


def kind_of(role: Role) -> OperatorKind:
    """What a resident is told of who speaks: a contractor's operator is never called 職員 (COUNTER_RULES 16)."""
    return "contract" if role is Role.CONTRACT_OPERATOR else "town"


@dataclass(frozen=True)
class Message:
    """Something said, or an event both sides should know; `seq` counts from 1 without gaps."""

    seq: int
    sender: Literal["resident", "assistant", "operator", "system"]
    text: str
    at: dt.datetime
    by_ja: str = ""
    outside: str = ""
    """What of it a contractor's operator reads (rule 16); "" for words that were never meant for one."""


@dataclass(frozen=True)
class Note:
    """From one person to the next; the resident does not see it."""

    by_ja: str
    text: str
    at: dt.datetime
    writer: OperatorKind = "town"
    """A note of the town's own people is not shown to a contractor's: it would be an instruction (rule 16)."""


@dataclass(frozen=True)
class Draft:
    """What the assistant would say; until it is approved the resident does not see it."""

    draft_id: str
    text: str
    topic_ja: str = ""
    until: dt.datetime | None = None
    """For an answer on a risky topic: then the resident is told that a person will answer. None: a mere proposal."""
    about: str = ""
    """Which answer of the visit is held."""
    outside: str = ""
    """What of it a contractor's operator reads."""


@dataclass(frozen=True)
class Decided:
    """What the resident is told instead of an answer that was held."""

    about: str
    text: str
    unchanged: bool = False
    """Approved word for word: the whole answer may be shown."""


@dataclass(frozen=True)
class Leader:
    """The operator who leads."""

    user: str
    name_ja: str
    role: Role
    since: dt.datetime


@dataclass(frozen=True)
class Conversation:
    """The conversation of one visit."""

    visit_id: str
    begun_at: dt.datetime
    version: int = 1
    state: ConversationState = ConversationState.ASSISTANT
    language: str = "ja"
    place_ja: str = ""
    """Which kiosk."""
    step: str = ""
    """Kind of the step on the screen."""
    aloud: str = ""
    """What the assistant said last as the hall may hear it; nothing personal."""
    reason: str = ""
    """Why a person was wanted last: a rule of escalation."""
    pool: str = ""
    """Who is asked now, while waiting."""
    wanted_user: str = ""
    """The one operator it was handed to."""
    waiting_since: dt.datetime | None = None
    pool_since: dt.datetime | None = None
    leader: Leader | None = None
    draft: Draft | None = None
    decided: Decided | None = None
    notes: tuple[Note, ...] = ()
    settled: tuple[str, ...] = ()
    """Reasons a person has dealt with; nobody is called for them again."""
    was_called: bool = False
    town_only: bool = False
    """Called for a reason that is not for a contractor's operator, until somebody of the town gives it back."""
    done: tuple[str, ...] = ()
    """Ids of the last acts."""
    messages: tuple[Message, ...] = field(default=(), repr=False)

    @property
    def led_by_ja(self) -> str | None:
        """What colleagues call who leads."""
        return None if self.leader is None else (self.leader.name_ja or self.leader.user)

    def is_led_by(self, user: str) -> bool:
        """Whether this account leads it."""
        return self.leader is not None and self.leader.user == user
