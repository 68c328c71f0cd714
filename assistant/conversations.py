"""What is said in a visit, kept beside it, and who leads: the record every turn writes and every operator acts on.

It tells the kiosk and the operators' screens what changed. A quiet visit has no conversation at all: what it had is
removed the moment it becomes one (COUNTER_RULES 7). What operators see and do is operators.py.
"""

import datetime as dt
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from assistant.drafts import about, cover, draft_of
from assistant.live import LiveHub
from assistant.operator_floor import CHANNEL, OperatorFloor, Side, own_channel
from assistant.turn import TurnResult
from assistant.visit_state import Visit
from assistant.voice import Voices
from counter_bridge.conversation import (
    Conversation,
    ConversationState,
    Message,
    kind_of,
)
from counter_bridge.conversation_changes import apply
from counter_bridge.conversation_events import (
    AssistantSaid,
    Called,
    ConversationEvent,
    Ended,
    NobodyCame,
    ResidentSaid,
    Suggested,
    WaitGivenUp,
)
from counter_bridge.conversation_line import minutes_until_answer, people_ahead
from counter_bridge.refusal import NotAllowed, NotFound
from counter_bridge.sql_store import SqlStore
from counter_bridge.staff import RESIDENT, SYSTEM, Actor, Role
from dialogue.escalation_rules import rules
from dialogue.operator_words import operator_words
from dialogue.session import PersonWished
from dialogue.step import HandOver
from dialogue.wording import PlaceName
from kb.calendar import operators_answer_at
from kb.model import KnowledgeBase
from kb.operators import RemoteOperators
from nlu.commands_ja import speaks_of_danger

TOKYO = ZoneInfo("Asia/Tokyo")
S = ConversationState
Doing = tuple[ConversationEvent, Actor]


def is_quiet(visit: Visit) -> bool:
    """Whether danger was spoken of: nothing of the visit is recorded or shown to anybody (COUNTER_RULES 7)."""
    return any(isinstance(act, PersonWished) and act.reason == "sensitive" for act in visit.session.acts)


class Conversations:
    """All conversations; their state lives in the store."""

    def __init__(
        self,
        *,
        kb: KnowledgeBase,
        store: SqlStore,
        live: LiveHub,
        voices: Voices,
        floor: OperatorFloor,
        place: PlaceName,
        clock: Callable[[], dt.datetime],
    ):
        self.kb = kb
        self.store = store
        self.live = live
        self.voices = voices
        self.floor = floor
        self.place = place
        self.clock = clock
        self._moved: deque[str] = deque()
        self._telling_line = threading.Lock()

    @property
    def desk(self) -> RemoteOperators | None:
        """The town's operators, if it has any."""
        return self.kb.municipality.operators

    def of(self, visit_id: str) -> Conversation | None:
        """The conversation of a visit."""
        return self.store.get_conversation(visit_id)

    def turned(
        self,
        visit_id: str,
        result: TurnResult,
        shown: dict[str, Any],
        *,
        text: str | None = None,
        back: bool = False,
        turn_id: str | None = None,
    ) -> None:
        """Keeps what one turn said, calls a person where its step does, and puts `operator` into what is shown."""
        visit = result.visit
        shown["operator"] = None
        if visit.mode == "interview":
            return
        if is_quiet(visit):
            self.drop(visit_id)
            return
        step, doings = shown["step"], list[Doing]()
        if text:
            doings.append((ResidentSaid(text), RESIDENT))
        if self._is_held_for_approval(visit_id, result):
            draft = draft_of(self.kb, result, self.place, self.clock())
            checking = operator_words("checking")
            doings.append((AssistantSaid(checking, step["kind"], checking), SYSTEM))
            doings.append((Suggested(draft), SYSTEM))
        else:
            doings.append((AssistantSaid(step["say"], step["kind"], step["aloud"]), SYSTEM))
        if isinstance(result.step, HandOver):
            doings += self._call(visit_id, result.step, visit)
        elif back:
            doings.append((WaitGivenUp(), RESIDENT))
        talk = self._do(visit_id, doings, visit, turn_id)
        if talk is not None:
            self._show(talk, result, shown)

    def lacks(self, visit_id: str, visit: Visit, turn_id: str) -> bool:
        """Whether a turn that was kept was not told here: the store failed between the two."""
        if visit.mode == "interview":
            return False
        talk = self.of(visit_id)
        if is_quiet(visit):
            return talk is not None
        return talk is None or not any(
            mark.partition(":")[2].rpartition(":")[0] == turn_id for mark in talk.done
        )

    def _is_held_for_approval(self, visit_id: str, result: TurnResult) -> bool:
        """A new answer on a risky topic, while somebody of the town is at an operator's screen."""
        which = about(self.kb, result)
        if not which or not self.floor.has(Role.TOWN_OPERATOR):
            return False
        talk = self.of(visit_id)
        known = () if talk is None else (talk.draft, talk.decided)
        return all(one is None or one.about != which for one in known)

    def _call(self, visit_id: str, step: HandOver, visit: Visit) -> list[Doing]:
        if self.desk is None:
            return []
        talk, town_only = self.of(visit_id), rules().by_id[step.reason].town_only
        pool = self.desk.first(step.to, town_only=town_only or (talk is not None and talk.town_only))
        by = RESIDENT if isinstance(visit.session.last_act(), PersonWished) else SYSTEM
        asked = pool or self.desk.pool(step.to)
        called: list[Doing] = [(Called(step.reason, asked.id, town_only), by)]
        if pool is None or not operators_answer_at(self.kb.municipality, visit.at):
            called.append((NobodyCame(), SYSTEM))
        return called

    def resident_said(self, visit_id: str, visit: Visit, text: str, turn_id: str | None) -> int | None:
        """A message to the operator who leads; gives its place in the talk."""
        talk = self._do(visit_id, [(ResidentSaid(text), RESIDENT)], visit, _message_id(turn_id))
        said = () if talk is None else talk.messages
        return next((m.seq for m in reversed(said) if m.sender == "resident"), None)

    def shown(self, visit_id: str, result: TurnResult, shown: dict[str, Any]) -> None:
        """Puts `operator`, as it is now, into what a kiosk is shown, and takes out an answer that is held."""
        shown["operator"] = None
        talk = self.of(visit_id)
        if talk is not None:
            self._show(talk, result, shown)

    def _show(self, talk: Conversation, result: TurnResult, shown: dict[str, Any]) -> None:
        cover(self.kb, talk, result, self.place, shown)
        shown["operator"] = told = self.operator_json(talk)
        step = shown["step"]
        if told is None or "hand_over" not in step:
            return
        if talk.state is S.WAITING:
            step["hand_over"] |= {name: told[name] for name in ("people_ahead", "minutes")}
        elif talk.state is S.CALLBACK and not operators_answer_at(self.kb.municipality, result.visit.at):
            step["say"] = step["aloud"] = self._closed()

    def hears(self, visit_id: str, text: str, turn_id: str | None) -> bool:
        """Whether words are for an operator: one leads, or they went to one before and are sent again.

        Words of danger are not: they go the quiet way whoever leads.
        """
        talk = self.of(visit_id)
        if talk is None or speaks_of_danger(text):
            return False
        sent = _message_id(turn_id)
        return talk.state is S.HELD or (sent is not None and f"{RESIDENT.user}:{sent}:0" in talk.done)

    def act(
        self, visit_id: str, event: ConversationEvent, by: Actor, act_id: str = ""
    ) -> Conversation | NotAllowed | NotFound:
        """One act of an operator or of the system, told to every screen it concerns."""
        now = self.clock()
        audited = "" if by in (SYSTEM, RESIDENT) else f"conversation_{event.event}"
        return self._told(
            self.store.change_conversation(
                visit_id, lambda talk: apply(talk, event, by, now, act_id), by=by, act=audited
            )
        )

    def heard_signal(self, visit_id: str, kind: str, body: Any) -> None:
        """From the kiosk to whoever leads, for the live voice."""
        talk = self.of(visit_id)
        if talk is not None and talk.leader is not None:
            told = {"type": "signal", "id": visit_id, "kind": kind, "body": body}
            self.live.publish(own_channel(talk.leader.user), told)

    def shows(self, visit_id: str, view: str) -> None:
        """Which screen is up at the kiosk; the mirrors look again."""
        self.floor.shows(visit_id, view)
        talk = self.of(visit_id)
        if talk is not None:
            self._tell_operators(visit_id, talk.state, talk.version)

    def cut_off(self, talk: Conversation, sides: frozenset[Side]) -> None:
        """Sides of a led talk that lost their line, or have it again: the other one is told."""
        if self.floor.cut_off(talk.visit_id, sides):
            told = self.operator_json(talk)
            if told is not None:
                self._tell_kiosk(talk, {"type": "operator", **told})
            self._tell_operators(talk.visit_id, talk.state, talk.version)

    def end(self, visit_id: str) -> None:
        """The visit is about to be wiped."""
        self.act(visit_id, Ended(), RESIDENT)
        self.floor.forget(visit_id)

    def drop(self, visit_id: str) -> None:
        """The visit became a quiet one: what was said is removed, and screens hear only that it is over."""
        talk = self.of(visit_id)
        if talk is not None and self.store.drop_conversation(visit_id):
            self.store.erase()
            self._tell_operators(visit_id, S.ENDED, talk.version + 1)
            self._tell_line(talk)

    def _do(
        self, visit_id: str, doings: Sequence[Doing], visit: Visit, turn_id: str | None
    ) -> Conversation | None:
        """Acts of one turn in one transaction; those that do not fit are left out."""
        now = self.clock()

        def change(talk: Conversation) -> Conversation:
            for number, (event, by) in enumerate(doings):
                following = apply(talk, event, by, now, f"{turn_id}:{number}" if turn_id else "")
                talk = following if isinstance(following, Conversation) else talk
            return talk

        begin = Conversation(visit_id, now, language=visit.language, place_ja=visit.place)
        talk = self._told(self.store.change_conversation(visit_id, change, begin=begin))
        return talk if isinstance(talk, Conversation) else None

    def _told(
        self, changed: tuple[Conversation, Conversation] | NotAllowed | NotFound
    ) -> Conversation | NotAllowed | NotFound:
        if not isinstance(changed, tuple):
            return changed
        before, after = changed
        if before.leader != after.leader:
            self.floor.cut_off(after.visit_id, frozenset())
        if after.version != before.version:
            self._tell(before, after)
        return after

    def _tell(self, before: Conversation, after: Conversation) -> None:
        if (before.state, before.pool, before.led_by_ja) != (after.state, after.pool, after.led_by_ja):
            announced = self._announcement(before, after)
            told = self.operator_json(after)
            if told is not None:
                self._tell_kiosk(after, {"type": "operator", **told, "announce_ja": announced})
            if after.state is S.HELD or (
                before.state in (S.HELD, S.WAITING) and after.state is not S.ASSISTANT
            ):
                self.voices.say(after.visit_id, announced)  # else the step that follows says it
            self._tell_line(after)
            if before.leader is not None and after.leader is None:
                self.floor.handled((self.clock() - before.leader.since).total_seconds())
        for message in after.messages[len(before.messages) :]:
            if message.sender == "operator":
                self._tell_kiosk(after, _operator_says(message))
                self.voices.say(after.visit_id, message.text)
        self._tell_operators(after.visit_id, after.state, after.version)

    def said_since(self, visit_id: str, seq: object) -> list[dict[str, Any]]:
        """What the operator who leads said after `seq`, for a kiosk whose line was broken; all when it knows none of it."""
        talk = self.of(visit_id)
        if talk is None or talk.leader is None:
            return []
        known, since = (seq if isinstance(seq, int) else 0), talk.leader.since
        said = (m for m in talk.messages if m.sender == "operator" and m.at >= since)
        return [_operator_says(m) for m in said if m.seq > known]

    def _tell_operators(self, visit_id: str, state: ConversationState, version: int) -> None:
        told = {"type": "conversation", "id": visit_id, "state": state.value, "version": version}
        self.live.publish(CHANNEL, told)

    def _tell_kiosk(self, talk: Conversation, message: dict[str, Any]) -> None:
        self.live.publish(f"visit:{talk.visit_id}", message)

    def _tell_line(self, changed: Conversation) -> None:
        """Others who wait have moved in the line; of many changes at once the line is read and told once more, not each time."""
        self._moved.append(changed.visit_id)
        while self._moved and self._telling_line.acquire(blocking=False):
            try:
                self._tell_those_who_wait()
            finally:
                self._telling_line.release()

    def _tell_those_who_wait(self) -> None:
        moved = [self._moved.popleft() for _ in range(len(self._moved))]
        if not moved:
            return
        # one that moved alone has its own place already
        told = moved[0] if len(moved) == 1 else ""
        everyone = self.store.list_conversations(S.WAITING, S.HELD)
        for talk in everyone:
            if talk.state is S.WAITING and talk.visit_id != told:
                self._tell_kiosk(talk, {"type": "operator", **self._led_json(talk, everyone)})

    def operator_json(self, talk: Conversation) -> dict[str, Any] | None:
        """Who leads, as the resident is told; None while nobody was ever called."""
        if talk.state is S.ENDED or not talk.was_called:
            return None
        waits = talk.state is S.WAITING
        return self._led_json(talk, self.store.list_conversations(S.WAITING, S.HELD) if waits else ())

    def _led_json(self, talk: Conversation, everyone: Sequence[Conversation]) -> dict[str, Any]:
        leader = talk.leader
        told: dict[str, Any] = {
            "state": talk.state.value,
            "who": None if leader is None else {"name_ja": talk.led_by_ja, "kind": kind_of(leader.role)},
            "cut_off": talk.state is S.HELD and self.floor.is_cut_off(talk.visit_id, "leader"),
            "announce_ja": "",
            "people_ahead": 0,
            "minutes": 0,
        }
        if talk.state is S.WAITING and self.desk is not None:
            pool, ahead = self.desk.pool(talk.pool), people_ahead(talk, everyone)
            busy = sum(t.leader is not None and t.leader.role.value == pool.role for t in everyone)
            handling = self.floor.handling_min(self.desk.handling_min)
            minutes = minutes_until_answer(ahead, self.floor.present(pool), busy, handling)
            told |= {"people_ahead": ahead, "minutes": minutes}
        elif talk.state is S.CALLBACK:
            told |= {"phone_ja": self._phone(), "note_ja": self._note()}
        return told

    def _announcement(self, before: Conversation, after: Conversation) -> str:
        match after.state:
            case S.HELD if after.leader is not None:
                return operator_words(f"announce.{kind_of(after.leader.role)}", name=after.led_by_ja)
            case S.ASSISTANT if before.state is S.HELD:
                return operator_words("announce.back")
            case S.WAITING if before.state is S.HELD and len(before.notes) == len(after.notes):
                return operator_words("announce.lost")
            case S.WAITING if self.desk is not None:
                way = "transferred" if before.state is S.HELD else "waiting"
                return operator_words(f"announce.{way}", pool=self.desk.pool(after.pool).name_ja)
            case S.CALLBACK if before.state is S.WAITING or self._is_not_for_any_pool(after):
                return operator_words("announce.callback", phone=self._phone_told())
            case S.CALLBACK:
                return self._closed()
            case _:
                return ""

    def _is_not_for_any_pool(self, talk: Conversation) -> bool:
        return self.desk is not None and self.desk.first("", town_only=talk.town_only) is None

    def _closed(self) -> str:
        return operator_words("announce.closed", hours=self._hours(), phone=self._phone_told())

    def _phone_told(self) -> str:
        phone = self._phone()
        return operator_words("announce.phone", phone=phone) if phone else ""

    def _phone(self) -> str:
        town = self.kb.municipality
        return (self.desk.callback_phone_ja if self.desk is not None else "") or town.phone_ja

    def _hours(self) -> str:
        if self.desk is None:
            return ""
        opens, closes = (t.strftime("%-H:%M") for t in (self.desk.opens_at, self.desk.closes_at))
        return operator_words("hours", opens=opens, closes=closes)

    def _note(self) -> str:
        return operator_words(
            "callback_note",
            town=self.kb.municipality.name_ja,
            phone=self._phone(),
            hours=self._hours(),
        )


def _message_id(turn_id: str | None) -> str | None:
    """Tells words sent to a person from a turn of the machine."""
    return None if turn_id is None else f"message:{turn_id}"


def _operator_says(message: Message) -> dict[str, Any]:
    """Words of the operator as the kiosk shows and speaks them."""
    return {"type": "operator_says", "seq": message.seq, "text": message.text, "by_ja": message.by_ja}
