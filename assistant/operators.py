"""What operators see and do: the list, one conversation with the screen it belongs to, and every act on it.

A contractor's operator explains and enters: facts of the town's own eyes are masked for them, answers of law are not
theirs to approve (COUNTER_RULES 16). Every look and every act is in the audit.
"""

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from assistant.conversations import Conversations, is_quiet
from assistant.live import LiveHub
from assistant.operator_floor import OperatorFloor
from assistant.operator_view import (
    draft_json,
    facts_json,
    line_json,
    may_json,
    messages_json,
    notes_json,
    screen_json,
)
from assistant.problems import Problem, of_refusal
from assistant.requests import ShareBody
from assistant.turn import TurnResult, look
from assistant.visit_state import Visit
from assistant.visits import Holder, Visits
from counter_bridge.conversation import Conversation, ConversationState, Draft, kind_of
from counter_bridge.conversation_changes import not_holder
from counter_bridge.conversation_events import (
    Approved,
    ConversationEvent,
    HandedBack,
    Say,
    Suggested,
    Take,
    Told,
    Transferred,
)
from counter_bridge.conversation_table import TOWN
from counter_bridge.refusal import NotAllowed, NotFound
from counter_bridge.sql_store import SqlStore
from counter_bridge.staff import Actor, Role, User, new_id
from dialogue.operator_words import canned_replies, operator_words
from dialogue.session import GivenBack, PersonWished, Recorded
from kb.facts import Fact, Origin
from kb.model import KnowledgeBase, Procedure
from kb.operators import OperatorPool

LONGEST_SIGNAL = 64 * 1024
"""Characters of one step of setting up the live voice; a description of sound is a few thousand."""
KEEPS_QUESTION = "talk"
"""What a kiosk tells that called a person by touch: the question stays on its screen beside the talk with them."""
MOST_FOUND = 12
"""Procedures offered for a part of a name; who sees more than that types on."""

STATUS = {
    "may_not_decide": 403,
    "town_only": 403,
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
        live: LiveHub,
        clock: Callable[[], dt.datetime],
    ):
        self.kb = kb
        self.live = live
        self.store = store
        self.visits = visits
        self.talks = talks
        self.floor = floor
        self.clock = clock

    def everyone(self, by: Actor) -> dict[str, Any]:
        """Who waits, longest first, then who is led, then the others; pools and ready replies."""
        self._note_look(by, "list", "queue")
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
            "colleagues": self._colleagues(by),
            "me": {"kind": kind_of(by.role), "name": by.shown, "user": by.user},
            "canned": self._canned(),
        }

    def _colleagues(self, by: Actor) -> list[dict[str, str]]:
        """Who else is at a screen and may be handed a talk by name."""
        here = set(self.floor.here()) - {by.user}
        if not here:
            return []
        users = sorted((u for u in self.store.list_users() if u.name in here), key=lambda u: u.name)
        return [
            {"user": user.name, "name_ja": user.name_ja or user.name, "pool": pool.name_ja}
            for user in users
            if (pool := self._pool_of(user)) is not None and not self._is_order(by, pool)
        ]

    def _pool_of(self, user: User) -> OperatorPool | None:
        desk = self.kb.municipality.operators
        pools = () if desk is None or user.disabled else desk.pools
        return next((p for p in pools if Role(p.role) in user.roles), None)

    @staticmethod
    def _is_order(by: Actor, pool: OperatorPool) -> bool:
        """A contractor's people get no orders from the town's (rule 16)."""
        return by.role in TOWN and Role(pool.role) is Role.CONTRACT_OPERATOR

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
        self._note_look(by, "read", visit_id)
        return self._json(by, talk, result)

    def _note_look(self, by: Actor, act: str, at_what: str) -> None:
        if self.floor.looks_anew(by.user, at_what, self.clock()):
            self.store.audit.append(by, act, "conversation", at_what)

    def _found(self, visit_id: str) -> tuple[Conversation, TurnResult]:
        talk, visit = self._kept(visit_id)
        return talk, look(self.kb, visit)

    def _kept(self, visit_id: str) -> tuple[Conversation, Visit]:
        """A conversation and its visit as they stand, without working out the step: every act begins here."""
        try:
            visit = self.visits.load(Holder(visit_id))
        except Problem as problem:
            raise self._gone(visit_id) from problem
        talk = self.talks.of(visit_id)
        if talk is None or is_quiet(visit):
            raise _unknown()
        return talk, visit

    def _gone(self, visit_id: str) -> Problem:
        """Of a visit that was there once; else nobody ever heard of it."""
        if self.store.audit.list(entity_id=visit_id, limit=1):
            return Problem(
                410, "visit_gone", "この受付はもう終わっています。", "一覧から次の会話を選んでください。"
            )
        return _unknown()

    def _json(self, by: Actor, talk: Conversation, result: TurnResult) -> dict[str, Any]:
        shown = self.visits.led(talk.visit_id, result)
        view = self.floor.view(talk.visit_id)
        if view == KEEPS_QUESTION and shown["step"]["kind"] == "hand_over":
            shown["step"] = self._going_on(talk, result.visit)["step"]
        return {
            **line_json(talk, by, self.clock()),
            "version": talk.version,
            "kiosk_cut_off": self.floor.is_cut_off(talk.visit_id, "kiosk"),
            "messages": messages_json(self.kb, talk, result.facts, by),
            "screen": screen_json(view, shown, by),
            "facts": facts_json(self.kb, result.facts, self.visits.place, by),
            "draft": None if talk.draft is None else draft_json(talk.draft, by),
            "notes": notes_json(talk, by),
            "may": may_json(talk, by),
            "settled": list(talk.settled),
        }

    def take(self, by: Actor, visit_id: str, act_id: str) -> dict[str, Any]:
        """Takes the lead; the kiosk announces it at once."""
        return self._acted(by, visit_id, Take(), act_id)

    def say(self, by: Actor, visit_id: str, text: str, act_id: str) -> dict[str, Any]:
        """The operator's words, shown and spoken at the kiosk."""
        return self._acted(by, visit_id, Say(text), act_id)

    def suggest(self, by: Actor, visit_id: str, act_id: str) -> dict[str, Any]:
        """What the assistant would say if it went on now."""
        talk, result = self._found(visit_id)
        step = self._going_on(talk, result.visit)["step"]
        draft = Draft(new_id("draft"), step["say"], outside=step["aloud"])
        return self._acted(by, visit_id, Suggested(draft), act_id)

    def _going_on(self, talk: Conversation, visit: Visit) -> dict[str, Any]:
        """What the assistant would show if nobody had been called."""
        reasons = (*talk.settled, talk.reason) if talk.reason else talk.settled
        goes_on = replace(visit, session=visit.session.with_act(GivenBack(reasons, visit.at)))
        return self.visits.json(look(self.kb, goes_on))

    def approve(self, by: Actor, visit_id: str, draft_id: str, text: str, act_id: str) -> dict[str, Any]:
        """Lets a draft out; the kiosk shows it at once."""
        self._done(by, visit_id, Approved(draft_id, text), act_id)
        self.visits.show_again(Holder(visit_id))
        return self._whole(by, visit_id)

    def transfer(self, by: Actor, visit_id: str, to: str, note: str, act_id: str) -> dict[str, Any]:
        """Hands the talk to a pool, or to one operator of it."""
        pool, user = self._receiver(by, to)
        talk = self.talks.of(visit_id)
        if talk is not None and talk.town_only and not pool.is_of_the_town:
            raise Problem(
                409,
                "town_only",
                "この方のお話は、委託オペレーターに引き継げません。",
                "市の遠隔職員か、窓口職員を選んでください。",
            )
        return self._acted(by, visit_id, Transferred(pool.id, note, user), act_id)

    def _receiver(self, by: Actor, to: str) -> tuple[OperatorPool, str]:
        """Pool and account of whoever is named."""
        desk = self.kb.municipality.operators
        pools = () if desk is None else desk.pools
        named = next((p for p in pools if p.id == to), None)
        if named is not None:
            return named, ""
        user = next((u for u in self.store.list_users() if u.name == to), None)
        pool = None if user is None else self._pool_of(user)
        if user is None or pool is None:
            raise Problem(
                422, "receiver_unknown", "その引き継ぎ先はありません。", "担当の一覧から選んでください。"
            )
        if self._is_order(by, pool):
            raise Problem(
                409,
                "not_to_a_contractor",
                "委託オペレーター個人を名指しで引き継ぐことはできません。",
                "担当(委託オペレーター)か、市の職員を選んでください。",
            )
        return pool, user.name

    def give_back(self, by: Actor, visit_id: str, note: str, agreed: str, act_id: str) -> dict[str, Any]:
        """The assistant leads again; it knows what was agreed, and calls nobody for what is settled."""
        talk = self._done(by, visit_id, HandedBack(note, agreed), act_id)
        settled, is_over = talk.settled, talk.state is not ConversationState.ASSISTANT

        def given(visit: Visit) -> TurnResult:
            last = next(
                (a for a in reversed(visit.session.acts) if isinstance(a, GivenBack | PersonWished)), None
            )
            if is_over or (isinstance(last, GivenBack) and last.reasons == settled):
                return look(self.kb, visit)
            act = GivenBack(settled, visit.at)
            return look(self.kb, replace(visit, session=visit.session.with_act(act)))

        self._change(visit_id, given, before=operator_words("announce.back"))
        return self._whole(by, visit_id)

    def find_procedures(self, visit_id: str, name: str) -> dict[str, Any]:
        """Procedures whose official or plain name holds `name`; those that begin with it first."""
        self._kept(visit_id)
        wanted = name.strip()
        found = [p for p in self.kb.procedures.values() if wanted in p.name_ja or wanted in p.plain_ja]
        found.sort(key=lambda p: (not p.name_ja.startswith(wanted), p.name_ja))
        return {"procedures": [{"id": p.id, "name_ja": p.name_ja} for p in found[:MOST_FOUND]]}

    def start(self, by: Actor, visit_id: str, procedure_id: str, act_id: str) -> dict[str, Any]:
        """Wishes a procedure for the resident, and comes for its reason where it has but one."""
        procedure = self._procedure(procedure_id)
        self._done(by, visit_id, Told(operator_words("started", name=procedure.name_ja)), act_id)

        def started(visit: Visit) -> TurnResult:
            facts = visit.session.facts()
            wish = f"wants_{procedure.id}"
            given = [] if facts.value(wish) is True else [Fact(wish, True, Origin.OPERATOR, at=visit.at)]
            reasons = facts.choices("reasons")
            if len(procedure.life_events) == 1 and not procedure.on_request:
                (reason,) = procedure.life_events
                if reason not in reasons:
                    given.append(Fact("reasons", (*reasons, reason), Origin.OPERATOR, at=visit.at))
            if not given:
                return look(self.kb, visit)
            act = Recorded(tuple(given), visit.at)
            return look(self.kb, replace(visit, session=visit.session.with_act(act)))

        self._change(visit_id, started)
        return self._whole(by, visit_id)

    def _procedure(self, procedure_id: str | None) -> Procedure:
        procedure = self.kb.procedures.get(procedure_id or "")
        if procedure is None:
            raise Problem(
                422, "procedure_unknown", "その手続きはありません。", "手続きの一覧から選んでください。"
            )
        return procedure

    def share(self, by: Actor, visit_id: str, body: ShareBody) -> dict[str, Any]:
        """Puts a page on the kiosk's screen; both sides see that it was."""
        shared: dict[str, Any] = {"type": "shared", "page": body.page}
        told = operator_words("shared.plan")
        if body.page == "procedure":
            procedure = self._procedure(body.procedure)
            shared["procedure"] = procedure.id
            told = operator_words("shared.procedure", name=procedure.name_ja)
        self._done(by, visit_id, Told(told), body.message_id)
        self.live.publish(f"visit:{visit_id}", shared)
        return self._whole(by, visit_id)

    def signal(self, by: Actor, visit_id: str, kind: str, body: Any) -> dict[str, Any]:
        """From whoever leads to the kiosk, for the live voice; nothing of it is kept."""
        talk, _ = self._kept(visit_id)
        if not talk.is_led_by(by.user):
            raise of_refusal(not_holder(talk), status=409)
        if len(json.dumps(body)) > LONGEST_SIGNAL:
            raise Problem(413, "too_large", "内容が長すぎます。", "通話をやり直してください。")
        self.live.publish(f"visit:{visit_id}", {"type": "signal", "kind": kind, "body": body})
        return self._whole(by, visit_id)

    def _change(self, visit_id: str, change: Callable[[Visit], TurnResult], before: str = "") -> None:
        """Changes the visit and shows it, unless it was done before; a visit that ended meanwhile is told as such."""
        holder = Holder(visit_id)
        try:
            earlier = self.visits.load(holder)
            result = self.visits.change(holder, change)
            if result.visit.session != earlier.session:
                self.visits.push(holder, result, before)
        except Problem as problem:
            raise self._gone(visit_id) from problem

    def _acted(self, by: Actor, visit_id: str, event: ConversationEvent, act_id: str) -> dict[str, Any]:
        self._done(by, visit_id, event, act_id)
        return self._whole(by, visit_id)

    def _whole(self, by: Actor, visit_id: str) -> dict[str, Any]:
        return self._json(by, *self._found(visit_id))

    def _done(self, by: Actor, visit_id: str, event: ConversationEvent, act_id: str) -> Conversation:
        self._kept(visit_id)
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
