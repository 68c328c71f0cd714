"""What a clerk confirms and decides: ticks, results per procedure, holding, finishing, reopening.

Split from case_changes.py because here the rules of the counter are densest (COUNTER_RULES 1, 7, 14, 15): each
function returns the changed case, or what is missing in words for the clerk.
"""

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

from counter_bridge.case import (
    CARD_SEEN,
    SUPPORT_MEASURES,
    WAITS,
    Case,
    CaseContent,
    CaseState,
    Decision,
    Handler,
    PaperSeen,
    ProcedureResult,
)
from counter_bridge.case_events import Doing, Finish, Hold, Identify, Outcome, Reopen, SeePaper, Tick
from counter_bridge.identification import Identification, missing_ja
from counter_bridge.refusal import NotAllowed
from kb.facts import Fact, Facts, Origin

TOKYO = ZoneInfo("Asia/Tokyo")


def tick(act: Doing, event: Tick) -> Case | NotAllowed:
    """The case with one check ticked or unticked; a card's tick makes its facts verified."""
    case = act.case
    check = case.check(event.check)
    if check is None:
        return NotAllowed("check_unknown", "この確認項目はありません。", "画面を最新にしてください。")
    first = case.check(SUPPORT_MEASURES)
    if event.check != SUPPORT_MEASURES and event.done and (first is None or not first.is_done):
        return _support_measures_first()
    done = replace(
        check,
        done_by=act.by.user if event.done else "",
        done_at=act.at.now if event.done else None,
    )
    ticked = replace(case, checks=tuple(done if c.id == check.id else c for c in case.checks))
    if event.check.startswith(CARD_SEEN):
        person = event.check.removeprefix(CARD_SEEN)
        return replace(ticked, content=_with_authenticity(ticked, person, verified=event.done))
    return ticked


def see_paper(act: Doing, event: SeePaper) -> Case | NotAllowed:
    """The case with one paper seen, or no longer; what lacks is counted anew."""
    case = act.case
    if event.paper not in {p.id for p in case.content.papers}:
        return NotAllowed("paper_unknown", "この書類は一覧にありません。", "画面を最新にしてください。")
    others = tuple(seen for seen in case.papers_seen if seen.paper != event.paper)
    mine = (PaperSeen(event.paper, act.by.user, act.at.now),) if event.seen else ()
    return replace(case, papers_seen=(*others, *mine))


def _support_measures_first() -> NotAllowed:
    return NotAllowed(
        "support_measures_unchecked",
        "「住基の支援措置を確認」の印がまだありません。",
        "住民基本台帳の支援措置を確認して、最初に印を付けてください。",
    )


def _with_authenticity(case: Case, person: str, *, verified: bool) -> CaseContent:
    mine = {c.consent_id for c in case.consents if c.person == person}

    def seen(fact: Fact) -> Fact:
        if fact.origin is not Origin.CARD or fact.source not in mine:
            return fact
        return replace(fact, authenticity="verified" if verified else "unverified")

    facts = case.content.facts
    return replace(
        case.content,
        facts=Facts({k: seen(f) for k, f in facts.by_key.items()}, tuple(seen(f) for f in facts.overruled)),
    )


def hold(act: Doing, event: Hold) -> Case | NotAllowed:
    """The case with one procedure, or all undecided ones, on hold; on hold itself once nothing is undecided."""
    case = act.case
    undecided = [p.id for p in case.undecided]
    wanted = undecided if event.procedure is None else [event.procedure]
    if not wanted:
        return NotAllowed(
            "nothing_to_hold", "保留にする手続がありません。", "終えるときは結果を付けてください。"
        )
    decided = _decided(
        act,
        [Outcome(p, Decision.HELD, waiting_for_ja=event.waiting_for_ja, until=event.until) for p in wanted],
    )
    if isinstance(decided, NotAllowed):
        return decided
    if decided.undecided:
        return decided
    return _on_hold(act, decided)


def _on_hold(act: Doing, case: Case) -> Case:
    return replace(
        case,
        state=CaseState.ON_HOLD,
        handler=None,
        held_at=act.at.now,
        held_on=act.at.today,
        hold_until=max(r.until for r in case.waits_for if r.until is not None),
    )


def _decided(act: Doing, outcomes: list[Outcome]) -> Case | NotAllowed:
    """The case with these results in it, each checked."""
    results = {r.procedure: r for r in act.case.results}
    for outcome in outcomes:
        if act.case.content.procedure(outcome.procedure) is None:
            return NotAllowed(
                "procedure_not_in_case",
                "この件にない手続です。",
                "先に手続を足してから結果を付けてください。",
            )
        result = _result(act, outcome)
        if isinstance(result, NotAllowed):
            return result
        results[outcome.procedure] = result
    return replace(act.case, results=tuple(results.values()))


def _result(act: Doing, outcome: Outcome) -> ProcedureResult | NotAllowed:
    procedure = act.case.content.procedure(outcome.procedure)
    name_ja = procedure.name_ja if procedure is not None else outcome.procedure
    if outcome.decision is Decision.FILED and outcome.filed_at is None:
        return NotAllowed(
            "filed_at_missing", f"「{name_ja}」の受理の日時がありません。", "受理した日時を入れてください。"
        )
    if outcome.filed_at is not None and outcome.decision is not Decision.FILED:
        return NotAllowed(
            "filed_at_without_filing",
            f"「{name_ja}」は受理ではないのに受理の日時があります。",
            "どちらかを直してください。",
        )
    if outcome.filed_at is not None and not _plausible(act, outcome.filed_at):
        return NotAllowed(
            "filed_at_invalid",
            f"「{name_ja}」の受理の日時が、来庁の日より前か、先の日時です。",
            "時差付きの正しい日時を入れてください。",
        )
    until = outcome.until
    if outcome.decision in WAITS:
        latest = act.at.today + dt.timedelta(days=act.rules.hold_days)
        until = until or latest
        if not outcome.waiting_for_ja.strip():
            return NotAllowed(
                "waiting_for_missing",
                f"「{name_ja}」は何を待つのかが書かれていません。",
                "足りない書類などを書いてください。",
            )
        if not act.at.today <= until <= latest:
            return NotAllowed(
                "hold_too_long",
                f"保留は{latest.month}月{latest.day}日までです。",
                "期限の中の日にするか、あらためて来てもらってください。",
            )
    return ProcedureResult(
        outcome.procedure,
        outcome.decision,
        act.by.user,
        act.at.now,
        outcome.filed_at,
        outcome.waiting_for_ja.strip(),
        until if outcome.decision in WAITS else None,
    )


def _plausible(act: Doing, filed_at: dt.datetime) -> bool:
    if filed_at.tzinfo is None:
        return False
    day = filed_at.astimezone(TOKYO).date()
    return act.case.on <= day and (filed_at <= act.at.now or day <= act.at.today)


def finish(act: Doing, event: Finish) -> Case | NotAllowed:
    """The case with every result and the identification: finished, or on hold while something waits."""
    case = _ticked(act, event.ticks)
    if isinstance(case, NotAllowed):
        return case
    if any(c.required and not c.is_done for c in case.checks):
        return _support_measures_first()
    decided = _decided(replace(act, case=case), list(event.outcomes))
    if isinstance(decided, NotAllowed):
        return decided
    open_ja = [p.name_ja for p in decided.undecided]
    if open_ja:
        return NotAllowed(
            "results_missing",
            f"結果のない手続があります: {'、'.join(open_ja)}。",
            "すべての手続に結果を付けてください。",
        )
    identification = event.identification or case.identification
    refusal = _identification_refused(identification, needed=bool(decided.results))
    if refusal is not None:
        return refusal
    done = replace(decided, identification=identification, finished_at=act.at.now, handler=None)
    return _on_hold(act, done) if done.waits_for else replace(done, state=CaseState.FINISHED, hold_until=None)


def _ticked(act: Doing, ticks: tuple[str, ...]) -> Case | NotAllowed:
    case = act.case
    for check in sorted(ticks, key=lambda each: each != SUPPORT_MEASURES):
        ticked = tick(replace(act, case=case), Tick(check))
        if isinstance(ticked, NotAllowed):
            return ticked
        case = ticked
    return case


def _identification_refused(record: Identification | None, *, needed: bool) -> NotAllowed | None:
    if record is None:
        if not needed:
            return None
        return NotAllowed(
            "identification_missing",
            "本人確認の記録がありません。",
            "本人確認を行い、記録してください。",
        )
    lacking = missing_ja(record)
    if lacking:
        return NotAllowed(
            "identification_incomplete",
            f"本人確認の記録に足りないものがあります: {'、'.join(lacking)}。",
            "確認して記録してください。",
        )
    return None


def identify(act: Doing, event: Identify) -> Case | NotAllowed:
    """The case with its record of identification, which must be complete."""
    refusal = _identification_refused(event.identification, needed=True)
    return refusal or replace(act.case, identification=event.identification)


def reopen(act: Doing, event: Reopen) -> Case | NotAllowed:
    """The case accepted again on another day; what waited is undecided again, support measures are ticked anew."""
    refusal = _identification_refused(event.identification, needed=True)
    if refusal is not None:
        return refusal
    case = act.case
    return replace(
        case,
        state=CaseState.ACCEPTED,
        handler=Handler(act.by.user, act.by.name_ja, case.counter, act.at.now),
        identification=event.identification,
        results=tuple(r for r in case.results if r.decision not in WAITS),
        checks=tuple(replace(c, done_by="", done_at=None) if c.required else c for c in case.checks),
        accepted_at=act.at.now,
        finished_at=None,
        held_at=None,
        held_on=None,
        hold_until=None,
        times_reopened=case.times_reopened + 1,
    )
