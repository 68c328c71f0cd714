"""What a clerk does to a case before it is finished: call, correct, hand on, take back."""

from typing import Any

import pytest

from tests.assistant.conftest import ALONE, DAY, IDENTIFICATION, NOW, App, Desk, good, problem


def test_a_called_number_stands_on_the_display_and_an_accepted_one_does_not(
    app: App, desk: Desk, case: str
) -> None:
    def now() -> list[str]:
        return [c["ticket"] for c in good(app.client.get("/api/v1/calls"))["now"]]

    ticket = desk.case(case)["ticket"]
    assert now() == []
    good(desk.act(case, "call"))
    assert now() == [ticket]
    good(desk.act(case, "accept"))
    assert now() == []


def test_undo_takes_back_ones_own_last_act_within_ten_seconds(app: App, desk: Desk, case: str) -> None:
    good(desk.act(case, "call"))
    app.clock.forward(seconds=9)
    undone = good(desk.act(case, "undo"))
    assert undone["state"] == "prepared"
    assert undone["held_by"] is None
    good(desk.act(case, "call"))
    app.clock.forward(seconds=11)
    problem(desk.act(case, "undo"), 409, "undo_too_late")
    assert desk.case(case)["state"] == "called"


def test_nobody_undoes_a_colleagues_act(desk: Desk, colleague: Desk, case: str) -> None:
    problem(desk.act(case, "undo"), 409)
    good(desk.act(case, "call"))
    told = problem(colleague.act(case, "undo"), 409, "undo_not_yours")
    assert told["held_by"]


def test_skip_and_call_again(desk: Desk, case: str) -> None:
    good(desk.act(case, "call"))
    assert good(desk.act(case, "skip"))["state"] == "absent"
    assert good(desk.act(case, "call"))["state"] == "called"


def test_a_case_given_back_tells_the_resident_why_and_waits_again_when_mended(app: App, desk: Desk) -> None:
    visit = app.visit().to_plan()
    case = visit.open_case()["case_id"]
    good(desk.act(case, "call"))
    problem(desk.act(case, "return", {"reason": "  "}), 409, "reason_missing")
    shown = good(desk.act(case, "return", {"reason": "転出証明書をお持ちください"}))
    assert (shown["state"], shown["returned_because"]) == ("returned", "転出証明書をお持ちください")
    visit.turn(correct={"fact": "moved_on", "value": "2026-04-03"})
    assert desk.case(case)["state"] == "prepared"


def test_a_case_goes_to_another_counter(desk: Desk, case: str) -> None:
    good(desk.act(case, "call"))
    problem(desk.act(case, "transfer", {"counter": "one_stop"}), 409, "same_counter")
    problem(desk.act(case, "transfer", {"counter": "moon"}), 422, "counter_unknown")
    shown = good(desk.act(case, "transfer", {"counter": "insurance"}))
    assert (shown["state"], shown["counter"], shown["held_by"]) == ("transferred", "insurance", None)


def test_a_clerk_corrects_and_official_data_stand_above(app: App, desk: Desk) -> None:
    visit = app.visit().to_plan()
    case = visit.open_case()["case_id"]
    good(desk.act(case, "call"))
    good(desk.act(case, "correct", {"facts": {"moved_on": "2026-04-02"}}))
    good(desk.act(case, "official", {"facts": {"moved_on": "2026-04-03"}}))
    shown = desk.case(case)
    fact = next(f for f in shown["facts"] if f["fact"] == "moved_on")
    assert (fact["value"], fact["origin"], fact["authenticity"]) == ("2026-04-03", "official", "verified")
    assert {m["other_origin"] for m in shown["mismatches"] if m["fact"] == "moved_on"} == {"chosen", "staff"}


@pytest.mark.parametrize(
    "facts", [{"wings": 1}, {"moved_on": "yesterday"}, {"people.p1.age": 500}, {"people.p1": 1}]
)
def test_facts_that_cannot_be_are_refused_whole(desk: Desk, case: str, facts: dict[str, Any]) -> None:
    body = {"facts": {"has_dog": True, **facts}}
    for act in ("correct", "official"):
        problem(desk.act(case, act, body), 422, "fact_invalid")
    assert desk.case(case)["version"] == 1


def test_facts_of_nobody_in_the_case_are_refused(desk: Desk, case: str) -> None:
    for facts in ({"people.p9.name": "見本"}, {"householder": "p9"}):
        for act in ("correct", "official"):
            problem(desk.act(case, act, {"facts": facts}), 422, "person_unknown")
    assert desk.case(case)["version"] == 1


def test_a_clerk_forgets_a_fact_with_null_and_an_official_one_has_a_value(desk: Desk, case: str) -> None:
    problem(desk.act(case, "official", {"facts": {"moved_on": None}}), 422, "fact_invalid")
    shown = good(desk.act(case, "correct", {"facts": {"moved_on": None}}))
    assert "moved_on" not in {f["fact"] for f in shown["facts"]}


def test_a_note_is_three_short_lines(desk: Desk, case: str) -> None:
    good(desk.act(case, "note", {"note": "車椅子\n英語"}))
    assert desk.case(case)["note"] == "車椅子\n英語"
    for long in ("一\n二\n三\n四", "長" * 101, "a\x00b"):
        problem(desk.act(case, "note", {"note": long}), 409, "note_too_long")


def test_acts_of_one_click_happen_together_or_not_at_all(desk: Desk, case: str) -> None:
    good(desk.act(case, "call"))
    problem(desk.act(case, "accept", {"checks": ["wings"]}), 409, "check_unknown")
    shown = desk.case(case)
    assert (shown["state"], shown["version"]) == ("called", 2)


def test_a_paper_seen_at_the_counter_lacks_no_longer(app: App, desk: Desk) -> None:
    visit = app.visit().to_plan({**ALONE, "moving_out_procedure": "not_yet"})
    case = visit.open_case()["case_id"]
    good(desk.act(case, "call"))
    lacking = [p["id"] for p in desk.case(case)["papers"] if p["have"] == "no"]
    assert "missing_papers" in desk.case(case)["marks"]
    for paper in lacking:
        good(desk.act(case, "papers", {"paper": paper}))
    shown = desk.case(case)
    assert "missing_papers" not in shown["marks"]
    assert [p["id"] for p in shown["papers"] if p["seen"]] == lacking
    assert not any(p["missing_papers"] for p in shown["plan"])
    good(desk.act(case, "papers", {"paper": lacking[0], "seen": False}))
    assert "missing_papers" in desk.case(case)["marks"]
    problem(desk.act(case, "papers", {"paper": "wings"}), 409, "paper_unknown")


def test_a_correction_is_told_with_who_what_from_and_to(desk: Desk, case: str) -> None:
    good(desk.act(case, "call"))
    good(desk.act(case, "correct", {"facts": {"moved_on": "2026-04-02"}}))
    newest = desk.case(case)["history"][0]
    assert (newest["event"], newest["by"], newest["at"]) == ("correct", "見本 窓口職員", NOW.isoformat())
    change = next(c for c in newest["changes"] if c["fact"] == "moved_on")
    assert (change["before"], change["after"]) == ("2026年4月1日(水)", "2026年4月2日(木)")
    assert (change["before_origin"], change["after_origin"]) == ("chosen", "staff")
    assert [e["event"] for e in desk.case(case)["history"]] == ["correct", "call", "prepare"]


def test_deadlines_and_every_form_follow_a_correction(desk: Desk, case: str) -> None:
    good(desk.act(case, "call"))
    before = desk.case(case)
    page = f"/cases/{case}/forms/resident_change_notification.png"
    picture = desk.get(page).content
    shown = good(desk.act(case, "correct", {"facts": {"moved_on": "2026-03-24"}}))
    assert shown["due_today"] is True
    assert "deadline_today" in shown["marks"]
    assert shown["plan"][0]["deadline"] < before["plan"][0]["deadline"]
    assert desk.get(page).content != picture


def test_a_transfer_takes_its_history_along(app: App, desk: Desk, colleague: Desk, case: str) -> None:
    good(desk.act(case, "call"))
    good(desk.act(case, "note", {"note": "印鑑登録も希望"}))
    good(desk.act(case, "transfer", {"counter": "insurance"}))
    shown = colleague.case(case)
    assert [e["event"] for e in shown["history"]] == ["transfer", "annotate", "call", "prepare"]
    moved = shown["history"][0]
    assert (moved["by"], moved["from_counter"][:2], moved["to_counter"][:2]) == (
        "見本 窓口職員",
        "1番",
        "4番",
    )
    assert shown["note"] == "印鑑登録も希望"


def test_every_act_a_clerk_can_do_is_taken_back_within_ten_seconds(desk: Desk, case: str) -> None:
    def taken_back(act: str, body: Any = None) -> None:
        before = desk.case(case)
        good(desk.act(case, act, body))
        after = good(desk.act(case, "undo"))
        changing = ("version", "history", "waiting_min")
        assert {k: v for k, v in after.items() if k not in changing} == {
            k: v for k, v in before.items() if k not in changing
        }, act

    taken_back("call")
    good(desk.act(case, "call"))
    paper = desk.case(case)["papers"][0]["id"]
    for act, body in (
        ("recall", None),
        ("skip", None),
        ("accept", {"checks": []}),
        ("tick", {"checks": ["support_measures"]}),
        ("papers", {"paper": paper}),
        ("note", {"note": "車椅子"}),
        ("return", {"reason": "書類が足りません"}),
        ("transfer", {"counter": "insurance"}),
        ("correct", {"facts": {"moved_on": "2026-04-02"}}),
        ("official", {"facts": {"moved_on": "2026-04-02"}}),
    ):
        taken_back(act, body)
    good(desk.act(case, "accept", {"checks": ["support_measures"]}))
    procedure = desk.case(case)["plan"][0]["id"]
    taken_back("hold", {"procedure": procedure, "waiting_for": "書類", "until": DAY})
    taken_back("finish", desk.results(case))
    waiting = desk.results(case)
    waiting["results"][0] = {"procedure": procedure, "result": "保留", "waiting_for": "印鑑"}
    good(desk.act(case, "finish", waiting))
    taken_back("reopen", {"identification": IDENTIFICATION})
