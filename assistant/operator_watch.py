"""What the clock does to conversations: the next pool is asked, a lost operator replaced, a forgotten draft let go.

Who is at a screen is known to this process only, so it is this process's own kiosks and operators that are watched.
"""

import datetime as dt
from collections.abc import Callable

from assistant.conversations import Conversations
from assistant.operator_floor import Side
from counter_bridge.conversation import Conversation, ConversationState
from counter_bridge.conversation_events import DraftLapsed, LeaderLost, NobodyCame, PoolPassed
from counter_bridge.staff import SYSTEM
from dialogue.operator_words import operator_words
from kb.operators import OperatorPool, RemoteOperators

S = ConversationState
EMPTY_POOL_S = 10
"""A pool without an open screen is passed after this; screens that are read anew are back by then."""
LEADER_AWAY_S = 120
"""A screen may lose its line for a while; after this somebody else is asked."""
CUT_TOLD_S = 3
"""A page that is read anew is back by then; what lasts longer is told to the other side."""


class OperatorWatch:
    """Looks at everything that is live; called every second."""

    def __init__(self, talks: Conversations, clock: Callable[[], dt.datetime]):
        self._talks = talks
        self._clock = clock
        self._away_since: dict[tuple[str, Side], dt.datetime] = {}

    def look(self) -> list[str]:
        """Does what is due; gives the visits whose step reads otherwise now."""
        now, everyone = self._clock(), self._talks.store.list_conversations()
        desk = self._talks.desk
        if desk is not None:
            for talk in everyone:
                if talk.state is S.WAITING:
                    self._pass_on(desk, talk, now)
                elif talk.state is S.HELD:
                    self._look_at_ends(desk, talk, now)
        held = {talk.visit_id for talk in everyone if talk.state is S.HELD}
        self._away_since = {end: at for end, at in self._away_since.items() if end[0] in held}
        return [talk.visit_id for talk in everyone if self._lapsed(talk, now)]

    def _pass_on(self, desk: RemoteOperators, talk: Conversation, now: dt.datetime) -> None:
        pool = desk.pool(talk.pool)
        asked_s = 0.0 if talk.pool_since is None else (now - talk.pool_since).total_seconds()
        if asked_s < self._patience_s(pool):
            return
        following = desk.after(pool.id, town_only=talk.town_only)
        event = NobodyCame() if following is None else PoolPassed(following.id)
        self._talks.act(talk.visit_id, event, SYSTEM)

    def _patience_s(self, pool: OperatorPool) -> int:
        return pool.wait_s if self._talks.floor.present(pool) else min(pool.wait_s, EMPTY_POOL_S)

    def _look_at_ends(self, desk: RemoteOperators, talk: Conversation, now: dt.datetime) -> None:
        """Each side is told when the other has lost its line; an operator who stays away is replaced."""
        leader = talk.leader
        if leader is None:
            return
        floor = self._talks.floor
        ends: dict[Side, bool] = {
            "leader": floor.is_here(leader.user),
            "kiosk": floor.has_kiosk(talk.visit_id),
        }
        away_s = {side: self._away_s((talk.visit_id, side), is_here, now) for side, is_here in ends.items()}
        if away_s["leader"] >= LEADER_AWAY_S:
            pool = next((p for p in desk.pools if p.role == leader.role.value), desk.pools[0])
            self._talks.act(talk.visit_id, LeaderLost(pool.id), SYSTEM)
            return
        cut_off = frozenset(side for side, seconds in away_s.items() if seconds >= CUT_TOLD_S)
        self._talks.cut_off(talk, cut_off)

    def _away_s(self, end: tuple[str, Side], is_here: bool, now: dt.datetime) -> float:
        if is_here:
            self._away_since.pop(end, None)
            return 0.0
        return (now - self._away_since.setdefault(end, now)).total_seconds()

    def _lapsed(self, talk: Conversation, now: dt.datetime) -> bool:
        draft = talk.draft
        if draft is None or draft.until is None or now < draft.until:
            return False
        instead = operator_words("draft_lapsed")
        return isinstance(self._talks.act(talk.visit_id, DraftLapsed(instead), SYSTEM), Conversation)
