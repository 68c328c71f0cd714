"""Answers on risky topics are looked over by a person of the town before they are shown, where one is there.

Which topics these are is data (dialogue/escalation_rules.py). What the resident is shown meanwhile and afterwards is
derived from the conversation each time, so that no reconnecting screen sees what was not let out.
"""

import datetime as dt
from dataclasses import replace
from typing import Any

from assistant.presenting import step_json
from assistant.turn import TurnResult
from counter_bridge.conversation import Conversation, Draft
from counter_bridge.staff import new_id
from dialogue.escalation_rules import is_risky
from dialogue.operator_words import operator_words
from dialogue.step import Answer
from dialogue.wording import PlaceName
from kb.model import KnowledgeBase

LOOKED_OVER_WITHIN = dt.timedelta(seconds=20)
"""After that the resident is told that the counter will answer."""


def about(kb: KnowledgeBase, result: TurnResult) -> str:
    """Names the risky answer a step gives; "" for every other step."""
    step = result.step
    if not isinstance(step, Answer) or not is_risky(kb.procedures[step.procedure]):
        return ""
    return f"{step.procedure}@{len(result.visit.session.acts)}"


def draft_of(kb: KnowledgeBase, result: TurnResult, place: PlaceName, now: dt.datetime) -> Draft:
    """The answer alone, held."""
    said = step_json(kb, result, place, {})["say"].removesuffix(_following(kb, result, place))
    topic = kb.procedures[result.step.procedure].name_ja if isinstance(result.step, Answer) else ""
    text = said.strip()
    return Draft(new_id("draft"), text, topic, now + LOOKED_OVER_WITHIN, about(kb, result), outside=text)


def _following(kb: KnowledgeBase, result: TurnResult, place: PlaceName) -> str:
    """What the assistant goes on with after the answer."""
    step = result.step
    if not isinstance(step, Answer):
        return ""
    said: str = step_json(kb, replace(result, step=step.then), place, {})["say"]
    return said


def cover(
    kb: KnowledgeBase,
    talk: Conversation | None,
    result: TurnResult,
    place: PlaceName,
    shown: dict[str, Any],
) -> None:
    """Takes out of what is shown an answer that is held, or puts in what was decided on it."""
    which = about(kb, result)
    if talk is None or not which:
        return
    step = shown["step"]
    if talk.draft is not None and talk.draft.about == which:
        told = operator_words("checking")
        step |= {"say": told, "aloud": told, "checking": {"until": _iso(talk.draft.until)}}
        step.pop("answer", None)
    elif talk.decided is not None and talk.decided.about == which and not talk.decided.unchanged:
        told = f"{talk.decided.text} {_following(kb, result, place)}".strip()
        step |= {"say": told, "aloud": told}
        step.pop("answer", None)


def _iso(at: dt.datetime | None) -> str | None:
    return None if at is None else at.isoformat()
