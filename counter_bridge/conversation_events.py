"""Every act on a conversation, as a value; conversation_table.py says when and by whom each is possible."""

from dataclasses import dataclass
from typing import ClassVar

from counter_bridge.conversation import Draft


@dataclass(frozen=True)
class Called:
    """A person is wanted: by wish, or because a rule of escalation says so."""

    event: ClassVar[str] = "call"
    reason: str
    pool: str
    town_only: bool = False


@dataclass(frozen=True)
class Take:
    """An operator takes the lead, called or not."""

    event: ClassVar[str] = "take"


@dataclass(frozen=True)
class Say:
    """The operator's words, shown and spoken at the kiosk."""

    event: ClassVar[str] = "say"
    text: str


@dataclass(frozen=True)
class ResidentSaid:
    """What the resident sent; never what was typed and not sent."""

    event: ClassVar[str] = "resident_said"
    text: str


@dataclass(frozen=True)
class AssistantSaid:
    """A step came up at the kiosk; while an operator leads, its words are the machine's and are not kept."""

    event: ClassVar[str] = "assistant_said"
    text: str
    step: str
    aloud: str = ""


@dataclass(frozen=True)
class Told:
    """Something both sides should know, such as a page that was put on the screen."""

    event: ClassVar[str] = "tell"
    text: str


@dataclass(frozen=True)
class Suggested:
    """What the assistant would say next; `draft.until` is set when it is held for approval."""

    event: ClassVar[str] = "suggest"
    draft: Draft


@dataclass(frozen=True)
class Approved:
    """A town's person lets a draft out, as it is or edited."""

    event: ClassVar[str] = "approve"
    draft_id: str
    text: str


@dataclass(frozen=True)
class DraftLapsed:
    """Nobody looked at a draft in time: the resident is told that a person will answer."""

    event: ClassVar[str] = "lapse"
    instead: str


@dataclass(frozen=True)
class Transferred:
    """To another pool, or to one operator of it, with a note."""

    event: ClassVar[str] = "transfer"
    pool: str
    note: str
    to_user: str = ""


@dataclass(frozen=True)
class HandedBack:
    """The assistant leads again and knows what was agreed."""

    event: ClassVar[str] = "give_back"
    note: str = ""
    agreed: str = ""


@dataclass(frozen=True)
class LeaderLost:
    """The operator's screen has been away too long; the next one is asked."""

    event: ClassVar[str] = "leader_lost"
    pool: str


@dataclass(frozen=True)
class PoolPassed:
    """Nobody of the pool answered: the next is asked."""

    event: ClassVar[str] = "pass"
    pool: str


@dataclass(frozen=True)
class NobodyCame:
    """No pool is left: a telephone number and a note, and the assistant leads again."""

    event: ClassVar[str] = "nobody"


@dataclass(frozen=True)
class WaitGivenUp:
    """The resident goes on without a person."""

    event: ClassVar[str] = "give_up"


@dataclass(frozen=True)
class Ended:
    """The visit is over."""

    event: ClassVar[str] = "end"


ConversationEvent = (
    Called
    | Take
    | Say
    | ResidentSaid
    | AssistantSaid
    | Told
    | Suggested
    | Approved
    | DraftLapsed
    | Transferred
    | HandedBack
    | LeaderLost
    | PoolPassed
    | NobodyCame
    | WaitGivenUp
    | Ended
)
