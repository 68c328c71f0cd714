"""How one case becomes the next: `apply` is the only way a case changes.

Pure: the same case, act, actor and time give the same result. What does not fit comes back as `NotAllowed` in words
for the clerk, nothing is raised and nothing half-done. case_table.py holds which act is possible when and for whom.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import cast

from counter_bridge import consent as consents
from counter_bridge.case import (
    NOTE_LINE_LENGTH,
    NOTE_LINES,
    STATE_JA,
    WITH_CLERK,
    Case,
    CaseContent,
    CaseState,
    Decision,
    Handler,
    LastAct,
    checks_for,
    is_short_note,
)
from counter_bridge.case_events import (
    Accept,
    Annotate,
    Call,
    CaseRules,
    Correct,
    Doing,
    Event,
    Finish,
    Hold,
    Identify,
    Moment,
    Recall,
    Reopen,
    Return,
    Revise,
    SeePaper,
    Skip,
    Tick,
    Transfer,
    Undo,
    Withdraw,
    WithdrawConsent,
)
from counter_bridge.case_history import HistoryEntry, without_consent, without_values
from counter_bridge.case_recording import entry_of
from counter_bridge.case_results import finish, hold, identify, reopen, see_paper, tick
from counter_bridge.case_table import NOT_YET_ACCEPTED, RULE, Rule
from counter_bridge.refusal import NotAllowed
from counter_bridge.staff import Actor, Role
from counter_bridge.ticket import Ticket

DEFAULT_RULES = CaseRules()


def apply(
    case: Case, event: Event, by: Actor, at: Moment, rules: CaseRules = DEFAULT_RULES
) -> Case | NotAllowed:
    """The next version of `case`, or why the act is not possible; the version counts up by one."""
    rule = RULE[event.event]
    refusal = _refused(case, rule, by)
    if refusal is not None:
        return refusal
    changed = _HANDLERS[type(event)](Doing(case, by, at, rules), event)
    if isinstance(changed, NotAllowed):
        return changed
    before = replace(case, last_act=None, history=()) if rule.undoable else None
    past = case.history if event.event == "undo" else changed.history
    return replace(
        changed,
        version=case.version + 1,
        last_act=LastAct(rule.event, by.user, by.role.value, at.now, before),
        history=(*past, entry_of(event, case, changed, by, at.now)),
    )


def new_case(
    case_id: str,
    ticket: Ticket,
    counter: str,
    content: CaseContent,
    by: Actor,
    at: Moment,
    consents_given: tuple[consents.Consent, ...] = (),
    visit_id: str | None = None,
    kb_version: str = "",
    note_ja: str = "",
) -> Case:
    """A case as first prepared: version 1, nothing filed; card facts without a standing consent stay out."""
    content = replace(content, facts=consents.only_consented(content.facts, standing(consents_given)))
    return Case(
        case_id=case_id,
        version=1,
        state=CaseState.PREPARED,
        counter=counter,
        ticket=ticket,
        on=at.today,
        opened_at=at.now,
        queued_at=at.now,
        content=content,
        kb_version=kb_version,
        visit_id=visit_id,
        consents=consents_given,
        checks=checks_for(content, consents_given),
        note_ja=note_ja.strip(),
        last_act=LastAct("prepare", by.user, by.role.value, at.now),
        history=(HistoryEntry("prepare", by.user, by.role.value, at.now, by.name_ja, to_counter=counter),),
    )


def standing(given: tuple[consents.Consent, ...]) -> frozenset[str]:
    """Ids of consents not taken back."""
    return frozenset(c.consent_id for c in given if c.withdrawn_at is None)


def _refused(case: Case, rule: Rule, by: Actor) -> NotAllowed | None:
    if by.role not in rule.roles:
        return NotAllowed(
            "role_not_allowed",
            f"「{rule.name_ja}」を行う権限がありません。",
            "担当の窓口職員に頼んでください。",
        )
    if case.state not in rule.before:
        return _wrong_state(case, rule, by)
    if by.role is Role.RESIDENT and not is_open_to_the_resident(case) and rule.event != "withdraw_consent":
        return _with_the_counter(case)
    if rule.holder_only and case.state in WITH_CLERK and _held_by_another(case, by):
        return _held(case)
    return None


def _held_by_another(case: Case, by: Actor) -> bool:
    return case.handler is not None and case.handler.user != by.user


def _held(case: Case) -> NotAllowed:
    return NotAllowed(
        "case_held",
        f"この番号は{case.held_by}が対応中です。",
        "次の番号を呼び出すか、担当者に「別の窓口へ送る」を頼んでください。",
        case.held_by,
    )


def _wrong_state(case: Case, rule: Rule, by: Actor) -> NotAllowed:
    if case.state in (CaseState.FINISHED, CaseState.WITHDRAWN):
        return NotAllowed(
            f"case_{case.state}",
            f"この件は「{STATE_JA[case.state]}」です。",
            "新しい用件は、新しい受付番号で受け付けてください。",
        )
    if by.role is Role.RESIDENT:
        return _with_the_counter(case)
    if case.state in WITH_CLERK and _held_by_another(case, by):
        return _held(case)
    return NotAllowed(
        "not_in_this_state",
        f"「{STATE_JA[case.state]}」の件に「{rule.name_ja}」はできません。",
        "画面を最新にして、状態を確かめてください。",
        case.held_by,
    )


def _with_the_counter(case: Case) -> NotAllowed:
    return NotAllowed(
        "case_accepted",
        "窓口で受け付けたあとは、画面からは変えられません。",
        "直すところは窓口の職員に伝えてください。",
        case.held_by,
    )


def _call(act: Doing, event: Call) -> Case:
    counter = event.counter or act.case.counter
    return replace(
        act.case,
        state=CaseState.CALLED,
        handler=Handler(act.by.user, act.by.name_ja, counter, act.at.now),
        calls=1,
        called_at=act.at.now,
    )


def _recall(act: Doing, _event: Recall) -> Case:
    return replace(act.case, calls=act.case.calls + 1, called_at=act.at.now)


def _skip(act: Doing, _event: Skip) -> Case:
    return replace(act.case, state=CaseState.ABSENT, handler=None)


def _accept(act: Doing, _event: Accept) -> Case:
    here = act.case.handler.counter if act.case.handler is not None else act.case.counter
    return replace(
        act.case,
        state=CaseState.ACCEPTED,
        handler=Handler(act.by.user, act.by.name_ja, here, act.at.now),
        accepted_at=act.at.now,
    )


def _annotate(act: Doing, event: Annotate) -> Case | NotAllowed:
    return note_refused(event.note_ja) or replace(act.case, note_ja=event.note_ja.strip())


def note_refused(note_ja: str) -> NotAllowed | None:
    """Why a note cannot be kept: it must stay three short lines, never a transcript."""
    if is_short_note(note_ja.strip()):
        return None
    return NotAllowed(
        "note_too_long",
        f"メモは{NOTE_LINES}行まで、1行{NOTE_LINE_LENGTH}字までです。",
        "要点だけに短くしてください。",
    )


def _correct(act: Doing, event: Correct) -> Case:
    return _with_content(act, event.content)


def _revise(act: Doing, event: Revise) -> Case:
    state = CaseState.PREPARED if act.case.state is CaseState.RETURNED else act.case.state
    queued = act.at.now if act.case.state is CaseState.RETURNED else act.case.queued_at
    return replace(_with_content(act, event.content), state=state, queued_at=queued)


def _with_content(act: Doing, content: CaseContent) -> Case:
    case = act.case
    content = replace(content, facts=consents.only_consented(content.facts, standing(case.consents)))
    planned = {p.id for p in content.procedures}
    wanted = {p.id for p in content.papers}
    ticked = {c.id: c for c in case.checks}
    return replace(
        case,
        content=content,
        checks=tuple(ticked.get(c.id, c) for c in checks_for(content, case.consents)),
        results=tuple(r for r in case.results if r.procedure in planned or r.decision is Decision.FILED),
        papers_seen=tuple(seen for seen in case.papers_seen if seen.paper in wanted),
        blanked=tuple(key for key in case.blanked if content.facts.get(key) is None),
    )


def _return(act: Doing, event: Return) -> Case | NotAllowed:
    if act.case.filed:
        return _already_filed("本人に戻せません")
    if not event.reason_ja.strip():
        return NotAllowed("reason_missing", "戻す理由がありません。", "住民に見せる理由を書いてください。")
    return replace(
        act.case,
        state=CaseState.RETURNED,
        handler=None,
        returned_because_ja=event.reason_ja.strip(),
        identification=None,
        accepted_at=None,
    )


def _already_filed(so_ja: str) -> NotAllowed:
    return NotAllowed(
        "already_filed", f"受理した手続があるため、{so_ja}。", "残りの手続に結果を付けて終えてください。"
    )


def _transfer(act: Doing, event: Transfer) -> Case | NotAllowed:
    case = act.case
    held_by_other = case.state in WITH_CLERK and _held_by_another(case, act.by)
    if event.counter == case.counter and not held_by_other:
        return NotAllowed("same_counter", "いまと同じ窓口です。", "送り先の窓口を選んでください。")
    return replace(
        case, state=CaseState.TRANSFERRED, counter=event.counter, handler=None, queued_at=act.at.now
    )


def _withdraw(act: Doing, _event: Withdraw) -> Case | NotAllowed:
    if act.case.filed:
        return _already_filed("取りやめにできません")
    return replace(
        act.case,
        state=CaseState.WITHDRAWN,
        content=CaseContent(ticket_only=act.case.content.ticket_only),
        consents=tuple(replace(c, withdrawn_at=c.withdrawn_at or act.at.now) for c in act.case.consents),
        checks=(),
        results=(),
        identification=None,
        note_ja="",
        returned_because_ja="",
        papers_seen=(),
        blanked=(),
        handler=None,
        finished_at=act.at.now,
        history=without_values(act.case.history),
    )


def _withdraw_consent(act: Doing, event: WithdrawConsent) -> Case | NotAllowed:
    case = act.case
    found = next((c for c in case.consents if c.consent_id == event.consent_id), None)
    if found is None:
        return NotAllowed("consent_unknown", "この同意は見つかりません。", "画面を最新にしてください。")
    taken_back = consents.withdraw(found, act.at.now, case.filed_forms())
    if isinstance(taken_back, NotAllowed):
        return taken_back
    kept = tuple(taken_back if c is found else c for c in case.consents)
    facts = consents.only_consented(case.content.facts, standing(kept))
    gone = tuple(f.key for f in case.content.facts if facts.get(f.key) is None)
    content = replace(
        case.content, facts=facts, cards=tuple(c for c in case.content.cards if c.person != found.person)
    )
    ticked = {c.id: c for c in case.checks}
    return replace(
        case,
        consents=kept,
        content=content,
        checks=tuple(ticked.get(c.id, c) for c in checks_for(content, kept)),
        blanked=tuple(dict.fromkeys((*case.blanked, *gone))),
        history=without_consent(case.history, event.consent_id),
    )


def _undo(act: Doing, _event: Undo) -> Case | NotAllowed:
    last = act.case.last_act
    seconds = act.rules.undo_s
    if last is None or last.before is None:
        return NotAllowed(
            "nothing_to_undo", "元に戻せる操作がありません。", "必要なら改めて操作してください。"
        )
    if last.by != act.by.user:
        return NotAllowed(
            "undo_not_yours",
            "ほかの人の操作は元に戻せません。",
            "操作した人に頼んでください。",
            act.case.held_by,
        )
    if not dt.timedelta(0) <= act.at.now - last.at <= dt.timedelta(seconds=seconds):
        return NotAllowed(
            "undo_too_late", f"元に戻せるのは{seconds}秒以内です。", "必要なら改めて操作してください。"
        )
    return last.before


_HANDLERS = cast(
    "dict[type[Event], Callable[[Doing, Event], Case | NotAllowed]]",
    {
        Call: _call,
        Recall: _recall,
        Skip: _skip,
        Accept: _accept,
        Tick: tick,
        SeePaper: see_paper,
        Identify: identify,
        Annotate: _annotate,
        Correct: _correct,
        Revise: _revise,
        Return: _return,
        Transfer: _transfer,
        Hold: hold,
        Finish: finish,
        Reopen: reopen,
        Withdraw: _withdraw,
        WithdrawConsent: _withdraw_consent,
        Undo: _undo,
    },
)


def is_open_to_the_resident(case: Case) -> bool:
    """Whether the resident may still correct or give up the case on the screen: no clerk ever accepted it."""
    return case.state in NOT_YET_ACCEPTED and case.accepted_at is None
