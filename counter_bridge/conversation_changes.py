"""How one conversation becomes the next: `apply` is the only way it changes.

Pure: the same conversation, act, actor and time give the same result. What does not fit comes back as `NotAllowed` in
words for the operator; nothing is raised and nothing half-done.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

from counter_bridge.conversation import (
    CONVERSATION_STATE_JA,
    LONGEST_NOTE,
    LONGEST_SAID,
    MOST_ACTS_REMEMBERED,
    Conversation,
    ConversationState,
    Decided,
    Leader,
    Message,
    Note,
    kind_of,
)
from counter_bridge.conversation_events import (
    Approved,
    AssistantSaid,
    Called,
    ConversationEvent,
    DraftLapsed,
    Ended,
    HandedBack,
    LeaderLost,
    NobodyCame,
    PoolPassed,
    ResidentSaid,
    Say,
    Suggested,
    Take,
    Told,
    Transferred,
    WaitGivenUp,
)
from counter_bridge.conversation_table import CONVERSATION_RULE, ConversationRule
from counter_bridge.refusal import NotAllowed
from counter_bridge.staff import Actor, Role

S = ConversationState


@dataclass(frozen=True)
class _Act:
    talk: Conversation
    by: Actor
    now: dt.datetime


def apply(
    talk: Conversation, event: ConversationEvent, by: Actor, now: dt.datetime, act_id: str = ""
) -> Conversation | NotAllowed:
    """The next version of `talk`, or why the act is not possible; an act done under the same id changes nothing."""
    mark = f"{by.user}:{act_id}" if act_id else ""
    if mark and mark in talk.done:
        return talk
    if isinstance(event, Take) and talk.is_led_by(by.user):
        return talk
    refusal = _refused(talk, CONVERSATION_RULE[event.event], by)
    if refusal is not None:
        return refusal
    changed = _HANDLERS[type(event)](_Act(talk, by, now), event)
    if isinstance(changed, NotAllowed):
        return changed
    done = (*changed.done, mark)[-MOST_ACTS_REMEMBERED:] if mark else changed.done
    return replace(changed, version=talk.version + 1, done=done)


def _refused(talk: Conversation, rule: ConversationRule, by: Actor) -> NotAllowed | None:
    if by.role not in rule.roles:
        if rule.event == "approve":
            return NotAllowed(
                "may_not_decide",
                "下書きを確かめて出せるのは、市の職員だけです。",
                "自分の言葉で説明するか、市の職員に引き継いでください。",
            )
        return NotAllowed(
            "role_not_allowed",
            f"「{rule.name_ja}」を行う権限がありません。",
            "市の職員に引き継いでください。",
        )
    if talk.state is S.ENDED:
        return NotAllowed(
            "conversation_ended", "この会話はもう終わっています。", "一覧から次の会話を選んでください。"
        )
    led_by_other = talk.leader is not None and not talk.is_led_by(by.user)
    if rule.event == "take" and led_by_other:
        return NotAllowed(
            "conversation_held",
            f"この会話は{talk.led_by_ja}が対応中です。",
            "ほかの会話を選ぶか、引き継ぎを頼んでください。",
            talk.led_by_ja,
        )
    if rule.event == "take" and talk.town_only and by.role is Role.CONTRACT_OPERATOR:
        return NotAllowed(
            "town_only",
            "この方のお話は、市の職員だけが伺います。",
            "一覧から次の会話を選んでください。",
        )
    if rule.leader_only and not talk.is_led_by(by.user):
        return not_holder(talk)
    if talk.state not in rule.before:
        return NotAllowed(
            "not_in_this_state",
            f"「{CONVERSATION_STATE_JA[talk.state]}」ときに「{rule.name_ja}」はできません。",
            "画面を最新にして、状態を確かめてください。",
            talk.led_by_ja,
        )
    return None


def not_holder(talk: Conversation) -> NotAllowed:
    """Somebody else leads, or nobody."""
    return NotAllowed(
        "not_holder",
        "この会話を対応しているのは、あなたではありません。",
        "先に「対応を始める」を押してください。",
        talk.led_by_ja,
    )


Sender = Literal["resident", "assistant", "operator", "system"]


def _with_message(
    act: _Act, sender: Sender, text: str, by_ja: str = "", *, outside: str = ""
) -> Conversation:
    message = Message(len(act.talk.messages) + 1, sender, text, act.now, by_ja, outside)
    return replace(act.talk, messages=(*act.talk.messages, message))


def _call(act: _Act, event: Called) -> Conversation | NotAllowed:
    talk = act.talk
    if talk.state is S.WAITING and (talk.town_only or not event.town_only):
        return NotAllowed("called_already", "もう人を呼んでいます。", "そのままお待ちください。")
    told = talk.reason if talk.state is S.CALLBACK else ""
    if act.by.role is Role.SYSTEM and event.reason in (*talk.settled, told):
        return NotAllowed(
            "reason_settled", "この理由は、職員が対応したばかりです。", "そのままお進みください。"
        )
    return replace(
        talk,
        state=S.WAITING,
        reason=event.reason,
        pool=event.pool,
        wanted_user="",
        waiting_since=talk.waiting_since or act.now,
        pool_since=act.now,
        was_called=True,
        town_only=talk.town_only or event.town_only,
    )


def _take(act: _Act, _event: Take) -> Conversation:
    return replace(
        act.talk,
        state=S.HELD,
        leader=Leader(act.by.user, act.by.name_ja, act.by.role, act.now),
        waiting_since=None,
        pool_since=None,
        pool="",
        wanted_user="",
        was_called=True,
    )


def _say(act: _Act, event: Say) -> Conversation | NotAllowed:
    text = event.text.strip()
    return _text_refused(event.text) or _with_message(
        act, "operator", text, act.by.shown, outside=_of_a_contractor(act.by.role, text)
    )


def _of_a_contractor(role: Role | None, text: str) -> str:
    """Words a contractor's operator wrote, or which a resident wrote to one who had been announced as such."""
    return text if role is Role.CONTRACT_OPERATOR else ""


def _text_refused(text: str) -> NotAllowed | None:
    if not text.strip():
        return NotAllowed("text_empty", "言葉がありません。", "伝えることを書いてください。")
    if len(text) > LONGEST_SAID:
        return NotAllowed(
            "text_too_long",
            f"一度に送れるのは{LONGEST_SAID}字までです。",
            "短く区切って送ってください。",
        )
    return None


def _note_refused(note: str) -> NotAllowed | None:
    if len(note) <= LONGEST_NOTE:
        return None
    return NotAllowed("note_too_long", f"メモは{LONGEST_NOTE}字までです。", "要点だけに短くしてください。")


def _resident_said(act: _Act, event: ResidentSaid) -> Conversation:
    text, leader = event.text.strip()[:LONGEST_SAID], act.talk.leader
    read_by = None if leader is None else leader.role
    return _with_message(act, "resident", text, outside=_of_a_contractor(read_by, text)) if text else act.talk


def _assistant_said(act: _Act, event: AssistantSaid) -> Conversation:
    talk = replace(act.talk, step=event.step, aloud=event.aloud)
    if talk.state is S.HELD or not event.text:
        return talk
    return _with_message(replace(act, talk=talk), "assistant", event.text, outside=event.aloud)


def _tell(act: _Act, event: Told) -> Conversation:
    return _with_message(act, "system", event.text, act.by.shown, outside=event.text)


def _suggest(act: _Act, event: Suggested) -> Conversation | NotAllowed:
    pending = act.talk.draft
    if pending is not None and pending.until is not None and event.draft.until is None:
        return NotAllowed(
            "draft_pending", "確かめを待っている下書きがあります。", "先にその下書きを確かめてください。"
        )
    return replace(act.talk, draft=event.draft)


def _approve(act: _Act, event: Approved) -> Conversation | NotAllowed:
    draft = act.talk.draft
    if draft is None or draft.draft_id != event.draft_id:
        return NotAllowed(
            "draft_gone",
            "その下書きはもうありません。時間が過ぎたか、ほかの人が確かめました。",
            "画面を最新にしてください。",
        )
    refusal = _text_refused(event.text)
    if refusal is not None:
        return refusal
    text, talk = event.text.strip(), replace(act.talk, draft=None)
    if draft.until is None:
        if not act.talk.is_led_by(act.by.user):
            return not_holder(act.talk)
        return _with_message(replace(act, talk=talk), "operator", text, act.by.shown)
    talk = replace(talk, decided=Decided(draft.about, text, text == draft.text))
    return _with_message(replace(act, talk=talk), "assistant", text, act.by.shown, outside=text)


def _lapse(act: _Act, event: DraftLapsed) -> Conversation | NotAllowed:
    draft = act.talk.draft
    if draft is None or draft.until is None or act.now < draft.until:
        return NotAllowed("draft_not_due", "期限の来た下書きはありません。", "そのままお進みください。")
    decided = Decided(draft.about, event.instead)
    talk = replace(act.talk, draft=None, decided=decided)
    return _with_message(replace(act, talk=talk), "assistant", event.instead, outside=event.instead)


def _transfer(act: _Act, event: Transferred) -> Conversation | NotAllowed:
    note = event.note.strip()
    if not note:
        return NotAllowed("note_missing", "引き継ぎのメモがありません。", "要点を一言書いてください。")
    if event.to_user == act.by.user:
        return NotAllowed("same_operator", "引き継ぎ先が自分です。", "ほかの人か、担当を選んでください。")
    return _note_refused(note) or replace(
        _with_note(act, note),
        state=S.WAITING,
        leader=None,
        pool=event.pool,
        wanted_user=event.to_user,
        waiting_since=act.now,
        pool_since=act.now,
    )


def _with_note(act: _Act, note: str) -> Conversation:
    if not note:
        return act.talk
    return replace(act.talk, notes=(*act.talk.notes, Note(act.by.shown, note, act.now, kind_of(act.by.role))))


def _give_back(act: _Act, event: HandedBack) -> Conversation | NotAllowed:
    refusal = _note_refused(event.note) or _note_refused(event.agreed)
    if refusal is not None:
        return refusal
    talk = _with_note(act, event.note.strip())
    agreed = event.agreed.strip()
    if agreed:
        kept = _of_a_contractor(act.by.role, agreed)
        talk = _with_message(replace(act, talk=talk), "system", agreed, act.by.shown, outside=kept)
    settled = talk.settled
    if talk.reason and talk.reason not in settled:
        settled = (*settled, talk.reason)
    return replace(talk, state=S.ASSISTANT, leader=None, settled=settled, town_only=False)


def _leader_lost(act: _Act, event: LeaderLost) -> Conversation:
    return replace(
        act.talk,
        state=S.WAITING,
        leader=None,
        pool=event.pool,
        waiting_since=act.now,
        pool_since=act.now,
    )


def _pass(act: _Act, event: PoolPassed) -> Conversation:
    return replace(act.talk, pool=event.pool, wanted_user="", pool_since=act.now)


def _nobody(act: _Act, _event: NobodyCame) -> Conversation:
    return _waits_no_more(act.talk, S.CALLBACK)


def _give_up(act: _Act, _event: WaitGivenUp) -> Conversation:
    return _waits_no_more(act.talk, S.ASSISTANT)


def _waits_no_more(talk: Conversation, state: ConversationState) -> Conversation:
    return replace(talk, state=state, pool="", wanted_user="", waiting_since=None, pool_since=None)


def _end(act: _Act, _event: Ended) -> Conversation:
    return replace(_waits_no_more(act.talk, S.ENDED), leader=None, draft=None)


_HANDLERS = cast(
    "dict[type[Any], Callable[[_Act, Any], Conversation | NotAllowed]]",
    {
        Called: _call,
        Take: _take,
        Say: _say,
        ResidentSaid: _resident_said,
        AssistantSaid: _assistant_said,
        Told: _tell,
        Suggested: _suggest,
        Approved: _approve,
        DraftLapsed: _lapse,
        Transferred: _transfer,
        HandedBack: _give_back,
        LeaderLost: _leader_lost,
        PoolPassed: _pass,
        NobodyCame: _nobody,
        WaitGivenUp: _give_up,
        Ended: _end,
    },
)
