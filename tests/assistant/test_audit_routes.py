"""The audit over HTTP: every look is in it, an auditor finds it, a resident is told how often, 保全 stops deletion."""

from typing import Any

import pytest

from tests.assistant.conftest import App, Desk, VisitScreen, good, problem

REASON = "情報公開請求の対象(総務課)"


@pytest.fixture
def served(app: App) -> tuple[VisitScreen, str]:
    """A visit with its case."""
    visit = app.visit().to_plan()
    return visit, visit.open_case()["case_id"]


@pytest.fixture
def auditor(app: App) -> Desk:
    return app.desk("auditor")


def acts(auditor: Desk, query: str) -> list[tuple[str, str, str]]:
    found = good(auditor.get(f"/audit?{query}"))["entries"]
    return [(one["act"], one["actor"], one["why"]) for one in reversed(found)]


def test_a_resident_is_told_how_often_staff_looked(app: App, served: Any) -> None:
    visit, case = served
    assert good(visit.get("/log"))["reads"] == {"times": 0, "last_at": None}
    desk = app.desk()
    desk.case(case)
    app.clock.forward(minutes=5)
    desk.get(f"/cases/{case}/export")
    desk.get("/cases")
    told = good(visit.get("/log"))["reads"]
    assert told == {"times": 2, "last_at": app.clock.now.isoformat()}


def test_every_look_and_act_names_who_what_and_why(app: App, served: Any, auditor: Desk) -> None:
    _, case = served
    desk = app.desk()
    good(desk.get(f"/cases/{case}"))
    good(desk.get(f"/cases/{case}?why=disclosure_request"))
    problem(desk.get(f"/cases/{case}?why=curiosity"), 422)
    desk.identify(case)
    desk.get(f"/cases/{case}/forms.pdf")
    desk.get(f"/cases/{case}/export")
    app.desk("town_operator").case(case)
    found = acts(auditor, f"case={case}")
    assert ("case_prepare", "resident", "") in found
    assert ("read", "counter_staff", "work") in found
    assert ("read", "counter_staff", "disclosure_request") in found
    assert ("read", "town_operator", "work") in found
    assert {"case_call", "print", "export"} <= {act for act, _, _ in found}


def test_a_look_after_the_end_stands_out(app: App, served: Any, auditor: Desk) -> None:
    _, case = served
    desk = app.desk()
    desk.accept(case)
    good(desk.act(case, "finish", desk.results(case)))
    desk.case(case)
    assert acts(auditor, f"case={case}&kind=read")[-1] == ("read", "counter_staff", "after_end")


def test_a_card_read_and_the_talk_of_a_visit_are_in_it(app: App, auditor: Desk) -> None:
    visit = app.visit().to_plan()
    good(visit.read_card(visit.consent()))
    found = [act for act, actor, _ in acts(auditor, f"case={visit.id}&limit=500") if actor == "resident"]
    assert found[0] == "visit_open"
    assert found.count("visit_change") > 5
    assert ("card_read", "resident", visit.id) in acts(auditor, "kind=card_read")


def test_the_search_itself_is_in_the_audit(app: App, served: Any, auditor: Desk) -> None:
    _, case = served
    auditor.get(f"/audit?case={case}&actor=suzuki")
    auditor.get("/audit")
    found = acts(auditor, "kind=search")[:2]
    assert found == [("search", "auditor", "entity_id.actor"), ("search", "auditor", "everything")]


def test_entries_are_found_by_number_actor_kind_and_time(app: App, served: Any, auditor: Desk) -> None:
    _, case = served
    desk = app.desk()
    ticket = desk.case(case)["ticket"]
    by_number = good(auditor.get(f"/audit?ticket={ticket}&day=2026-04-07"))["entries"]
    assert {one["entity_id"] for one in by_number} == {case}
    problem(auditor.get("/audit?ticket=Z-999"), 404, "case_unknown")
    assert {actor for _, actor, _ in acts(auditor, "actor=counter_staff")} == {"counter_staff"}
    noon = "2026-04-07T12:00"
    assert acts(auditor, f"from={noon}") == []
    assert acts(auditor, f"until={noon}&kind=read")
    page = good(auditor.get("/audit?limit=3"))
    assert page["next_before"] == page["entries"][-1]["number"]
    older = good(auditor.get(f"/audit?limit=3&before={page['next_before']}"))["entries"]
    assert older[0]["number"] == page["next_before"] - 1


@pytest.mark.parametrize("query", ["case=目印", "actor=山田 太郎", "kind=READ IT", "case=' OR 1=1 --"])
def test_names_and_nonsense_are_neither_looked_for_nor_kept(app: App, auditor: Desk, query: str) -> None:
    problem(auditor.get(f"/audit?{query}"), 422, "audit_query_invalid")
    for bad in ("limit=0", "limit=501", "before=0", "before=99999999999", "from=yesterday"):
        problem(auditor.get(f"/audit?{bad}"), 422)
    assert "目印" not in str(app.services.store.audit.list(limit=1000))


def test_the_chain_is_proved_on_wish(app: App, served: Any, auditor: Desk) -> None:
    told = good(auditor.get("/audit/verify"))
    assert told["intact"] is True
    assert told["entries"] > 10
    assert app.services.store.audit.holds(told["head"])


def test_a_case_is_kept_and_let_go_with_a_reason(app: App, served: Any, auditor: Desk) -> None:
    _, case = served
    admin = app.desk("administrator")
    found = good(auditor.get("/preservations/find?day=2026-04-07&ticket=A-101"))
    assert found.keys() == {"case_id", "ticket", "day", "state", "state_ja", "keep_until", "preserved"}
    problem(auditor.post(f"/cases/{case}/preservation", {"reason": " "}), 422, "reason_missing")
    good(auditor.post(f"/cases/{case}/preservation", {"reason": REASON}), 201)
    problem(admin.post(f"/cases/{case}/preservation", {"reason": REASON}), 409, "already_preserved")
    app.clock.forward(days=20)
    app.services.store.sweep()
    auditor, admin, desk = app.desk("auditor"), app.desk("administrator"), app.desk()
    assert good(desk.get(f"/cases/{case}"))["case_id"] == case
    assert good(desk.get("/cases"))["cases"] == []
    (kept,) = good(admin.get("/preservations"))["preservations"]
    assert (kept["reason"], kept["placed_by"], kept["lifted_at"]) == (REASON, "auditor", None)
    assert (
        good(admin.post(f"/cases/{case}/preservation/lift", {"reason": "終わった"}))["lifted_by"]
        == "administrator"
    )
    problem(admin.post(f"/cases/{case}/preservation/lift", {"reason": "終わった"}), 404)
    app.services.store.sweep()
    problem(desk.get(f"/cases/{case}"), 404, "case_unknown")
    assert good(auditor.get("/preservations"))["preservations"] == []
    assert [a for a, _, _ in acts(auditor, f"case={case}") if a.startswith("case_pre")] == [
        "case_prepare", "case_preserve", "case_preserve_lift",
    ]  # fmt: skip
