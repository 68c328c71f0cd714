"""What operators see and do: the list, one conversation with the screen it belongs to, and every act on it.

A contractor's operator explains and enters: facts of the town's own eyes are masked for them, answers of law are not
theirs to approve (COUNTER_RULES 16). Every look and every act is in the audit.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from assistant.conversations import Conversations, is_quiet
from assistant.operator_floor import OperatorFloor
from assistant.operator_view import facts_json, line_json, may_json, messages_json, screen_json
from assistant.problems import Problem, of_refusal
from assistant.turn import TurnResult, look
from assistant.visits import Holder, Visits
from counter_bridge.conversation import Conversation, ConversationState, kind_of
from counter_bridge.conversation_events import (
    ConversationEvent,
    HandedBack,
    Say,
    Take,
)
from counter_bridge.refusal import NotAllowed, NotFound
from counter_bridge.sql_store import SqlStore
from counter_bridge.staff import Actor
from dialogue.operator_words import canned_replies
from dialogue.session import GivenBack
from kb.model import KnowledgeBase

STATUS = {
    "may_not_decide": 403,
    "role_not_allowed": 403,
    "text_empty": 422,
    "text_too_long": 422,
    "note_too_long": 422,
    "note_missing": 422,
}
"""HTTP status of a refusal; the others are 409."""


class Operators:
    """Remote operators of one version of the knowledge base."""

    def __init__(
        self,
        *,
        kb: KnowledgeBase,
        store: SqlStore,
        visits: Visits,
        talks: Conversations,
        floor: OperatorFloor,
        clock: Callable[[], dt.datetime],
    ):
        self.kb = kb
        self.store = store
        self.visits = visits
        self.talks = talks
        self.floor = floor
        self.clock = clock

    def everyone(self, by: Actor) -> dict[str, Any]:
        """Who waits, longest first, then who is led, then the others; pools and ready replies."""
        self.store.audit.append(by, "list", "conversation", "queue")
        everyone = sorted(self.store.list_conversations(), key=_urgency)
        desk = self.kb.municipality.operators
        return {
            "conversations": [line_json(talk, by, self.clock()) for talk in everyone],
            "pools": [
                {
                    "id": pool.id,
                    "name_ja": pool.name_ja,
                    "waiting": sum(
                        t.state is ConversationState.WAITING and t.pool == pool.id for t in everyone
                    ),
                    "present": self.floor.present(pool),
                }
                for pool in (() if desk is None else desk.pools)
            ],
            "me": {"kind": kind_of(by.role), "name": by.shown, "user": by.user},
            "canned": self._canned(),
        }

    def _canned(self) -> list[dict[str, str]]:
        town = self.kb.municipality
        counter = town.counter(town.one_counter)
        minutes = 0 if town.operators is None else town.operators.handling_min
        return canned_replies(
            town=town.name_ja, counter=f"{counter.number}番 {counter.name_ja}", minutes=minutes
        )

    def show(self, by: Actor, visit_id: str) -> dict[str, Any]:
        """One conversation whole."""
        talk, result = self._found(visit_id)
        self.store.audit.append(by, "read", "conversation", visit_id)
        return self._json(by, talk, result)

    def _found(self, visit_id: str) -> tuple[Conversation, TurnResult]:
        stored = self.store.get_visit(visit_id)
        if stored is None:
            raise self._gone(visit_id)
        visit = self.visits.load(Holder(visit_id))
        talk = self.talks.of(visit_id)
        if talk is None or is_quiet(visit):
            raise _unknown()
        return talk, look(self.kb, visit)

    def _gone(self, visit_id: str) -> Problem:
        """Of a visit that was there once; else nobody ever heard of it."""
        if self.store.audit.list(entity_id=visit_id, limit=1):
            return Problem(
                410, "visit_gone", "この受付はもう終わっています。", "一覧から次の会話を選んでください。"
            )
        return _unknown()

    def _json(self, by: Actor, talk: Conversation, result: TurnResult) -> dict[str, Any]:
        shown = self.visits.json(result)
        view = self.floor.view(talk.visit_id)
        return {
            **line_json(talk, by, self.clock()),
            "version": talk.version,
            "messages": messages_json(talk),
            "screen": screen_json(view, shown),
            "facts": facts_json(self.kb, result.facts, self.visits.place, by),
            "draft": None
            if talk.draft is None
            else {
                "id": talk.draft.draft_id,
                "topic_ja": talk.draft.topic_ja,
                "text": talk.draft.text,
                "until": None if talk.draft.until is None else talk.draft.until.isoformat(),
            },
            "notes": [{"by_ja": n.by_ja, "text": n.text, "at": n.at.isoformat()} for n in talk.notes],
            "may": may_json(talk, by),
            "settled": list(talk.settled),
        }

    def take(self, by: Actor, visit_id: str, act_id: str) -> dict[str, Any]:
        """Takes the lead; the kiosk announces it at once."""
        return self._acted(by, visit_id, Take(), act_id)

    def say(self, by: Actor, visit_id: str, text: str, act_id: str) -> dict[str, Any]:
        """The operator's words, shown and spoken at the kiosk."""
        return self._acted(by, visit_id, Say(text), act_id)

    def give_back(self, by: Actor, visit_id: str, note: str, agreed: str, act_id: str) -> dict[str, Any]:
        """The assistant leads again; it knows what was agreed and what is settled."""
        talk = self._done(by, visit_id, HandedBack(note, agreed), act_id)
        settled = talk.settled

        def given(visit: Any) -> TurnResult:
            kept = next((a for a in reversed(visit.session.acts) if isinstance(a, GivenBack)), None)
            if kept is not None and visit.session.acts[-1] is kept and kept.reasons == settled:
                return look(self.kb, visit)
            act = GivenBack(settled, visit.at)
            return look(self.kb, replace(visit, session=visit.session.with_act(act)))

        result = self.visits.change(Holder(visit_id), given)
        self.visits.push(Holder(visit_id), result)
        return self.show(by, visit_id)

    def _acted(self, by: Actor, visit_id: str, event: ConversationEvent, act_id: str) -> dict[str, Any]:
        talk = self._done(by, visit_id, event, act_id)
        return self._json(by, talk, look(self.kb, self.visits.load(Holder(visit_id))))

    def _done(self, by: Actor, visit_id: str, event: ConversationEvent, act_id: str) -> Conversation:
        self._found(visit_id)
        talk = self.talks.act(visit_id, event, by, act_id)
        if isinstance(talk, NotFound):
            raise self._gone(visit_id)
        if isinstance(talk, NotAllowed):
            raise of_refusal(talk, status=STATUS.get(talk.code, 409))
        return talk


def _unknown() -> Problem:
    return Problem(
        404, "conversation_unknown", "この会話は見つかりません。", "一覧から会話を選び直してください。"
    )


def _urgency(talk: Conversation) -> tuple[int, dt.datetime]:
    order = (ConversationState.WAITING, ConversationState.HELD, ConversationState.CALLBACK)
    rank = order.index(talk.state) if talk.state in order else len(order)
    return rank, talk.waiting_since or talk.begun_at
