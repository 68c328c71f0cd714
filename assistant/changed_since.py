"""What another day changed in a case: procedures, deadlines, papers and questions, then against today.

The facts are the same; the day is not: terms end, laws begin, people have birthdays. The desk shows it beside a case
that was taken up again, so that what may have changed is asked and nothing of the first day is taken for granted
(COUNTER_RULES 15). Nothing of the case is changed by it.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from counter_bridge.case import WAITS, Case, CaseState
from counter_bridge.case_events import moment_of
from dialogue.next_step import ranked_questions
from dialogue.session import Session
from dialogue.wording import date_ja, label_ja
from kb.errors import NotInForce
from kb.facts import Facts, Origin, person_key
from kb.model import KnowledgeBase
from kb.plan import Plan, Step, build_plan

TODAY_JA = {"yes": "今日終わる見込み", "partly": "今日は一部", "no": "今日は終わらない見込み"}


def changed_since(kb: KnowledgeBase, case: Case, now: dt.datetime) -> dict[str, Any] | None:
    """What to ask and to say anew at `now`; None for a case of this day or one nobody took up again."""
    today = moment_of(case, now).today
    taken_up = case.state is CaseState.ACCEPTED and case.times_reopened > 0
    if today <= case.on or not (taken_up or case.state is CaseState.ON_HOLD):
        return None
    facts = Facts({fact.key: fact for fact in case.content.facts if fact.origin is not Origin.DERIVED})
    then, at = (dt.datetime.combine(day, now.timetz()) for day in (case.on, today))
    try:
        changes = list(_changes(kb, case, facts, then, at))
    except NotInForce:
        changes = [_change("law", "法令の基準", "この日の基準が登録されていません。職員が確認します")]
    return {"since": case.on.isoformat(), "changes": changes}


def _changes(
    kb: KnowledgeBase, case: Case, facts: Facts, then: dt.datetime, now: dt.datetime
) -> Iterator[dict[str, str]]:
    before, after = build_plan(kb, facts, then), build_plan(kb, facts, now)
    asked = {q.id for q in ranked_questions(kb, Session(), facts, before, then)}
    for question in ranked_questions(kb, Session(), facts, after, now):
        if question.id not in asked:
            yield _change("ask", question.text_ja, "日が変わって、聞くことになりました")
    for key in _ages_that_matter(kb, facts, after, now):
        yield _change(
            "ask", label_ja(kb, facts, key), "誕生日が来ると手続きが変わります。生年月日を聞いてください"
        )
    settled = {r.procedure for r in case.results if r.decision not in WAITS}
    settled |= {p.id for p in kb.procedures.values() if p.information_only}
    for name, text, procedure in _procedures(kb, facts, before, after):
        if procedure not in settled:
            yield _change("procedure", name, text)


def _ages_that_matter(kb: KnowledgeBase, facts: Facts, plan: Plan, now: dt.datetime) -> Iterator[str]:
    """Ages that were only told and with which a birthday since then would make another plan."""
    for person in facts.people:
        told = facts.get(person_key(person, "age"))
        if told is None or not isinstance(told.value, int) or facts.get(person_key(person, "birth_date")):
            continue
        older = build_plan(kb, facts.without(told.key).with_fact(replace(told, value=told.value + 1)), now)
        if _for_whom(older) != _for_whom(plan):
            yield told.key


def _for_whom(plan: Plan) -> list[tuple[str, tuple[str, ...]]]:
    return [(s.procedure.id, s.people) for s in plan.steps]


def _change(kind: str, name_ja: str, text_ja: str) -> dict[str, str]:
    return {"kind": kind, "name_ja": name_ja, "text_ja": text_ja}


def _procedures(kb: KnowledgeBase, facts: Facts, before: Plan, after: Plan) -> Iterator[tuple[str, str, str]]:
    """Name, what changed, and id of each procedure that reads otherwise."""
    then, now = ({s.procedure.id: s for s in plan.steps} for plan in (before, after))
    open_then, open_now = ({u.procedure.id: u for u in plan.undecided} for plan in (before, after))
    for one, step in now.items():
        texts = list(_step_changes(then[one], step)) if one in then else ["今日から必要になる見込みです"]
        for text in texts:
            yield step.procedure.name_ja, text, one
    for one, undecided in open_now.items():
        if one not in open_then:
            missing = "、".join(dict.fromkeys(label_ja(kb, facts, key) for key in sorted(undecided.missing)))
            yield undecided.procedure.name_ja, f"要るかどうかを聞き直します({missing})", one
    for one, was in (then | open_then).items():
        if one not in now and one not in open_now:
            yield was.procedure.name_ja, "今日の基準では対象外の見込みです(職員が確認します)", one


def _step_changes(then: Step, now: Step) -> Iterator[str]:
    if now.deadline != then.deadline:
        yield f"期限が{_day(then.deadline)}から{_day(now.deadline)}に変わりました"
    if now.late and not then.late:
        yield f"期限({_day(now.deadline)})が過ぎました。{now.procedure.deadline.late_ja}".rstrip("。")
    if now.fee_yen != then.fee_yen:
        yield f"手数料が{_yen(then.fee_yen)}から{_yen(now.fee_yen)}に変わりました"
    if now.people != then.people:
        yield "対象の方が変わりました"
    if now.today != then.today:
        yield f"{TODAY_JA[then.today]}から、{TODAY_JA[now.today]}に変わりました"
    papers = {item.paper for item in then.bring}
    new = [item.name_ja for item in now.bring if item.paper not in papers]
    if new:
        yield f"持ち物が増えました({'、'.join(new)})"


def _day(day: dt.date | None) -> str:
    return "なし" if day is None else date_ja(day)


def _yen(fee: int | None) -> str:
    return "職員が確認" if fee is None else f"{fee}円"
