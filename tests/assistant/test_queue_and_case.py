"""What the desk shows: the queue, and one case whole."""

from tests.assistant.conftest import ALONE, App, Desk, good, problem


def test_the_queue_shows_what_waits_in_order(app: App, desk: Desk) -> None:
    first, second = (app.visit().to_plan().open_case() for _ in range(2))
    cases = good(desk.get("/cases"))["cases"]
    assert [c["ticket"] for c in cases] == [first["ticket"], second["ticket"]]
    assert [c["people_ahead"] for c in cases] == [0, 1]
    line = cases[0]
    assert {"case_id", "ticket", "state", "state_ja", "counter", "procedures", "marks"} <= line.keys()
    assert "facts" not in line


def test_what_is_due_today_stands_on_top(app: App, desk: Desk) -> None:
    app.visit().to_plan().open_case()
    urgent = app.visit().to_plan({**ALONE, "moved_on": "2026-03-24"})
    ticket = urgent.open_case()["ticket"]
    top = good(desk.get("/cases"))["cases"][0]
    assert top["ticket"] == ticket
    assert top["due_today"] is True
    assert "deadline_today" in top["marks"]


def test_the_queue_is_narrowed_by_state_and_counter(desk: Desk, case: str) -> None:
    def ids(query: str) -> list[str]:
        return [c["case_id"] for c in good(desk.get(f"/cases?{query}"))["cases"]]

    assert ids("state=prepared") == [case]
    assert ids("state=called") == []
    assert ids("counter=one_stop") == [case]
    assert ids("counter=child") == []
    problem(desk.get("/cases?state=wings"), 422, "state_unknown")


def test_an_empty_filter_is_none(desk: Desk, case: str) -> None:
    assert [c["case_id"] for c in good(desk.get("/cases?state=&counter="))["cases"]] == [case]


def test_a_stale_act_on_a_free_case_says_that_nobody_has_it(desk: Desk, case: str) -> None:
    assert problem(desk.act(case, "call", etag='"99"'), 409, "stale")["held_by"] is None


def test_a_case_tells_all_a_clerk_needs_and_no_talk(app: App, desk: Desk) -> None:
    visit = app.visit()
    visit.turn(text="先週の水曜に、妻と横浜から引っ越してきました。内緒の話ですが目印です")
    visit.to_plan()
    case = visit.open_case()["case_id"]
    answer = desk.get(f"/cases/{case}")
    shown = good(answer)
    assert answer.headers["etag"] == f'"{shown["version"]}"'
    assert {
        "facts", "people", "mismatches", "open_questions", "plan", "forms", "checks", "consents", "note", "results",
    } <= shown.keys()  # fmt: skip
    for fact in shown["facts"]:
        assert {"fact", "label", "value", "origin", "authenticity", "confidence", "weak"} <= fact.keys()
    assert shown["checks"][0]["id"] == "support_measures"
    assert shown["checks"][0]["required"] is True
    assert "目印" not in answer.text
    assert "内緒" not in answer.text


def test_a_case_that_does_not_exist(desk: Desk) -> None:
    problem(desk.get("/cases/case-none"), 404, "case_unknown")
    problem(desk.post("/cases/case-none/call", None, If_Match='"1"'), 404)
    problem(desk.get("/cases/case-none/forms.pdf"), 404)
    problem(desk.get("/cases/case-none/export"), 404)


def test_before_the_desk_closes_the_queue_tells_how_long_is_left_for_what_is_due_today(
    app: App, desk: Desk
) -> None:
    app.visit().to_plan().open_case()
    app.visit().to_plan({**ALONE, "moved_on": "2026-03-24"}).open_case()
    urgent, other = good(desk.get("/cases"))["cases"]
    assert other["closes_in_min"] is None
    assert 0 < urgent["closes_in_min"] <= 7 * 60
    app.clock.forward(minutes=50)
    assert good(desk.get("/cases"))["cases"][0]["closes_in_min"] == urgent["closes_in_min"] - 50


def test_the_queue_names_the_counters_before_any_case_is_open(desk: Desk) -> None:
    queue = good(desk.get("/cases"))
    assert queue["cases"] == []
    assert queue["counters"][0] == {"id": "one_stop", "number": "1", "name_ja": "引っ越し・くらしの総合窓口"}


def test_a_case_tells_why_they_came_and_what_to_check_and_say(app: App, desk: Desk, case: str) -> None:
    shown = desk.case(case)
    assert shown["reasons"] == [app.services.kb.life_events["moving_in"].name_ja]
    guide = next(g for g in shown["guidance"] if g["id"] == "moving_in_notification")
    assert {"本人確認", "書類", "届け出られる人"} <= {step["label"] for step in guide["check"]}
    assert guide["say"]
    assert all(law["address"] == "" or law["address"].startswith("https://") for law in guide["laws"])
    first = guide["laws"][0]
    assert first["name"] == "住民基本台帳法 第22条第1項"
    assert first["address"] == "https://laws.e-gov.go.jp/law/342AC0000000081"
