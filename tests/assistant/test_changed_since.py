"""A case taken up another day: what the day itself changed stands beside it, asked and not assumed."""

import datetime as dt
from dataclasses import replace

import pytest

from assistant.changed_since import changed_since
from counter_bridge.case import Case
from kb.dated import Dated, Period
from kb.model import KnowledgeBase
from tests.assistant.conftest import IDENTIFICATION, App, Desk, VisitScreen, good


def held(desk: Desk, case_id: str) -> None:
    desk.accept(case_id)
    body = desk.results(case_id)
    waits = {"result": "保留", "waiting_for": "在学証明書", "until": "2026-04-20"}
    body["results"][0] = {"procedure": body["results"][0]["procedure"], **waits}
    good(desk.act(case_id, "finish", body))


@pytest.fixture
def on_hold(app: App, desk: Desk, visit: VisitScreen) -> str:
    case_id = str(visit.to_plan().open_case()["case_id"])
    assert desk.case(case_id)["changed_since"] is None
    held(desk, case_id)
    assert desk.case(case_id)["changed_since"] is None, "the same day has changed nothing"
    return case_id


def told(desk: Desk, case_id: str) -> list[tuple[str, str, str]]:
    given = desk.case(case_id)["changed_since"]
    assert given["since"] == "2026-04-07"
    return [(one["kind"], one["name_ja"], one["text_ja"]) for one in given["changes"]]


def test_a_term_that_ended_meanwhile_is_told_for_what_is_still_open(app: App, on_hold: str) -> None:
    app.clock.forward(days=13)
    desk = app.desk()
    case = app.services.store.get_case(on_hold)
    assert case is not None
    waiting = case.content.procedures[0]
    before = told(desk, on_hold)
    good(desk.act(on_hold, "reopen", {"identification": IDENTIFICATION}))
    after = told(desk, on_hold)
    assert before == after, "seen on hold already, and the same once taken up"
    names = {name for kind, name, _ in after if kind == "procedure"}
    assert names == {waiting.name_ja}, "what is decided is not asked again"
    assert any("過ぎました" in text for _, _, text in after)


def later(kb: KnowledgeBase, case: Case, days: int) -> list[tuple[str, str]]:
    given = changed_since(kb, case, case.opened_at + dt.timedelta(days=days))
    assert given is not None
    return [(one["name_ja"], one["text_ja"]) for one in given["changes"]]


def test_a_law_that_begins_or_ends_in_between_shows(app: App, kb: KnowledgeBase, on_hold: str) -> None:
    case = app.services.store.get_case(on_hold)
    assert case is not None
    case = replace(case, results=())
    day = case.on + dt.timedelta(days=3)
    ends = kb.procedures[case.content.procedures[0].id]
    begins = kb.procedures[case.content.procedures[1].id]
    changed = replace(
        kb,
        procedures={
            **kb.procedures,
            ends.id: replace(ends, in_force_until=day),
            begins.id: replace(begins, in_force_from=day),
        },
    )
    assert (ends.name_ja, "今日の基準では対象外の見込みです(職員が確認します)") in later(changed, case, 5)
    assert (begins.name_ja, "今日から必要になる見込みです") in later(changed, case, 5)
    assert later(changed, case, 1) == later(kb, case, 1)


def test_a_birthday_is_asked_for_only_where_it_would_change_the_plan(app: App, desk: Desk) -> None:
    visit = app.visit()
    visit.to_plan()
    case_id = str(visit.open_case()["case_id"])
    held(desk, case_id)
    case = app.services.store.get_case(case_id)
    assert case is not None
    ages = {k: f.value for k, f in case.content.facts.by_key.items() if k.endswith(".age")}
    assert ages
    asked = [name for name, text in later(app.services.kb, case, 3) if "誕生日" in text]
    assert len(asked) < len(ages)
    (grown,) = [k for k, v in ages.items() if v == max(a for a in ages.values() if isinstance(a, int))]
    facts = case.content.facts
    told_74 = replace(facts.by_key[grown], value=74)
    at_the_edge = replace(case, content=replace(case.content, facts=facts.without(grown).with_fact(told_74)))
    assert [t for n, t in later(app.services.kb, at_the_edge, 3) if "誕生日" in t]


def test_a_day_no_rule_covers_is_left_to_the_clerk(app: App, kb: KnowledgeBase, on_hold: str) -> None:
    case = app.services.store.get_case(on_hold)
    assert case is not None
    only_then = Dated((Period(dt.date.min, 0, case.on),), "fee_yen")
    waiting = kb.procedures[case.content.procedures[0].id]
    ended = replace(waiting, fee_yen=only_then)
    unknown = replace(kb, procedures={**kb.procedures, ended.id: ended})
    assert later(unknown, case, 3) == [("法令の基準", "この日の基準が登録されていません。職員が確認します")]
