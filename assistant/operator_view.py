"""A conversation as an operator's screen sees it, and what of it only the town's own people see."""

import datetime as dt
from typing import Any

from assistant.personal_words import CLOSED, without_personal
from assistant.presenting import fact_json
from counter_bridge.conversation import Conversation, ConversationState, Draft, Message, Note
from counter_bridge.conversation_table import TOWN
from counter_bridge.staff import Actor
from dialogue.operator_words import operator_words, word_of
from dialogue.wording import PlaceName
from kb.facts import Facts
from kb.model import KnowledgeBase

S = ConversationState
CLOSED_VIEWS = frozenset({"card", "card_read", "pin"})
"""Screens nobody else looks at: of them only the name is told."""


def line_json(talk: Conversation, by: Actor, now: dt.datetime) -> dict[str, Any]:
    """One line of the list; nothing personal."""
    waiting_s = 0 if talk.waiting_since is None else max(0, int((now - talk.waiting_since).total_seconds()))
    return {
        "id": talk.visit_id,
        "version": talk.version,
        "state": talk.state.value,
        "reason": talk.reason,
        "reason_ja": word_of("reasons", talk.reason) if talk.reason else "",
        "pool": talk.pool,
        "language": talk.language,
        "waiting_s": waiting_s,
        "held_by": talk.led_by_ja,
        "held_by_me": talk.is_led_by(by.user),
        "for_me": talk.wanted_user == by.user,
        "place": talk.place_ja,
        "steps_ja": word_of("steps", talk.step) if talk.step else "",
        "last_ja": talk.aloud,
        "sensitive": False,
        "transferred_note": _note(talk.notes[-1], by) if talk.state is S.WAITING and talk.notes else "",
    }


def notes_json(talk: Conversation, by: Actor) -> list[dict[str, Any]]:
    """What one person left for the next."""
    return [{"by_ja": n.by_ja, "text": _note(n, by), "at": n.at.isoformat()} for n in talk.notes]


def _note(note: Note, by: Actor) -> str:
    hidden = note.writer == "town" and by.role not in TOWN
    return operator_words("masked") if hidden else note.text


def messages_json(kb: KnowledgeBase, talk: Conversation, facts: Facts, by: Actor) -> list[dict[str, Any]]:
    """What was said, in order; for a contractor's operator what was said to one, and what the hall may hear."""
    town = by.role in TOWN
    return [
        {
            "seq": message.seq,
            "from": message.sender,
            "by_ja": message.by_ja,
            "text": message.text if town else _outside(kb, facts, message),
            "hidden": not town and not message.outside,
            "at": message.at.isoformat(),
        }
        for message in talk.messages
    ]


def _outside(kb: KnowledgeBase, facts: Facts, message: Message) -> str:
    if not message.outside:
        return operator_words("masked_said")
    return without_personal(kb, facts, message.outside, operator_words("masked"))


def screen_json(view: str, shown: dict[str, Any], by: Actor) -> dict[str, Any]:
    """The kiosk's screen: step and plan as it has them; of card and PIN nothing but that they are up.

    A contractor's operator has of each step what the hall may hear: a read-back repeats what was said.
    """
    if view in CLOSED_VIEWS:
        return {"view": "card" if view == "pin" else view, "step": None, "plan": None}
    step = shown["step"]
    if by.role not in TOWN:
        step = {**step, "say": step["aloud"]}
        if "question" in step:
            people = [{**person, "birth_date": None} for person in step["question"]["people"]]
            step["question"] = {**step["question"], "people": people}
    return {"view": view, "step": step, "plan": shown["plan"]}


def draft_json(draft: Draft, by: Actor) -> dict[str, Any]:
    """What the assistant would say, as this person's screen has it."""
    return {
        "id": draft.draft_id,
        "topic_ja": draft.topic_ja,
        "text": draft.text if by.role in TOWN else draft.outside or operator_words("masked"),
        "until": None if draft.until is None else draft.until.isoformat(),
    }


def facts_json(kb: KnowledgeBase, facts: Facts, place: PlaceName, by: Actor) -> list[dict[str, Any]]:
    """What is known, as in a case."""
    return [_fact_json(kb, facts, fact.key, place, by) for fact in facts]


def _fact_json(kb: KnowledgeBase, facts: Facts, key: str, place: PlaceName, by: Actor) -> dict[str, Any]:
    fact = facts.get(key)
    if fact is None:
        raise KeyError(key)
    shown = {"key": key, **fact_json(kb, facts, fact, place)}
    if by.role in TOWN or kb.vocabulary.kind(key).privacy not in CLOSED:
        return {**shown, "hidden": False}
    masked = {"value": None, "value_label": operator_words("masked"), "hidden": True}
    return {name: value for name, value in shown.items() if name != "alternatives"} | masked


def may_json(talk: Conversation, by: Actor) -> dict[str, bool]:
    """Which acts this person's screen offers now."""
    mine = talk.is_led_by(by.user)
    of_the_town = by.role in TOWN
    return {
        "take": talk.state not in (S.HELD, S.ENDED) and (of_the_town or not talk.town_only),
        "say": mine,
        "approve": of_the_town and talk.draft is not None and (mine or talk.draft.until is not None),
        "transfer": mine,
        "give_back": mine,
        "start": mine,
        "share": mine,
        "correct_card": mine and of_the_town,
    }
