"""What the clock does to conversations: the next pool is asked, a lost operator replaced, a forgotten draft let go.

Who is at a screen is known to this process only, so it is this process's own kiosks and operators that are watched.
"""

import datetime as dt
from collections.abc import Callable

from assistant.conversations import Conversations
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


class OperatorWatch:
    """Looks at everything that is live; called every second."""

    def __init__(self, talks: Conversations, clock: Callable[[], dt.datetime]):
        self._talks = talks
        self._clock = clock
        self._away_since: dict[str, dt.datetime] = {}

    def look(self) -> list[str]:
        """Does what is due; gives the visits whose step reads otherwise now."""
        now, everyone = self._clock(), self._talks.store.list_conversations()
        desk = self._talks.desk
        if desk is not None:
            for talk in everyone:
                if talk.state is S.WAITING:
                    self._pass_on(desk, talk, now)
                elif talk.state is S.HELD:
                    self._replace(desk, talk, now)
        held = {talk.visit_id for talk in everyone if talk.state is S.HELD}
        self._away_since = {v: at for v, at in self._away_since.items() if v in held}
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

    def _replace(self, desk: RemoteOperators, talk: Conversation, now: dt.datetime) -> None:
        leader = talk.leader
        if leader is None or self._talks.floor.is_here(leader.user):
            self._away_since.pop(talk.visit_id, None)
            return
        away_s = (now - self._away_since.setdefault(talk.visit_id, now)).total_seconds()
        if away_s >= LEADER_AWAY_S:
            pool = next((p for p in desk.pools if p.role == leader.role.value), desk.pools[0])
            self._talks.act(talk.visit_id, LeaderLost(pool.id), SYSTEM)

    def _lapsed(self, talk: Conversation, now: dt.datetime) -> bool:
        draft = talk.draft
        if draft is None or draft.until is None or now < draft.until:
            return False
        instead = operator_words("draft_lapsed")
        return isinstance(self._talks.act(talk.visit_id, DraftLapsed(instead), SYSTEM), Conversation)
