"""From a plan to a ticket: forms as they will be printed, one case per visit, and what may still be changed."""

import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pypdf import PdfReader

from tests.assistant.conftest import FAMILY, FIRST_SENTENCE, App, Desk, VisitScreen, good, problem

PNG = b"\x89PNG\r\n"


@pytest.fixture
def family(visit: VisitScreen) -> VisitScreen:
    return visit.to_plan(FAMILY)


def pages(pdf: bytes) -> int:
    return len(PdfReader(io.BytesIO(pdf)).pages)


def test_every_form_of_the_plan_is_prepared(family: VisitScreen) -> None:
    prepared = good(family.post("/forms"))
    assert {"forms", "writes"} == prepared.keys()
    planned = {f for p in family.plan["procedures"] for f in p["forms"]}
    assert {f["id"] for f in prepared["forms"]} == planned
    for form in prepared["forms"]:
        assert {"id", "name_ja", "for_whom", "pages", "missing", "writes"} <= form.keys()
        assert form["pages"] >= 1
        for box in form["missing"]:
            assert {"key", "label"} <= box.keys()
    assert prepared["writes"] == family.plan["writes"]


def test_preparing_again_gives_the_same(family: VisitScreen) -> None:
    assert good(family.post("/forms")) == good(family.post("/forms"))


def test_forms_are_seen_as_pdf_and_as_pictures(family: VisitScreen) -> None:
    prepared = good(family.post("/forms"))
    everything = family.get("/forms.pdf")
    assert everything.headers["content-type"] == "application/pdf"
    assert everything.headers["cache-control"] == "no-store"
    assert pages(everything.content) == sum(f["pages"] for f in prepared["forms"])
    first = prepared["forms"][0]
    one = family.get(f"/forms/{first['id']}.pdf")
    assert pages(one.content) == first["pages"]
    picture = family.get(f"/forms/{first['id']}.png")
    assert picture.headers["content-type"] == "image/png"
    assert picture.content.startswith(PNG)
    problem(family.get(f"/forms/{first['id']}.png?page=50"), 404, "not_found")
    problem(family.get(f"/forms/{first['id']}.png?page=0"), 422, "request_invalid")
    problem(family.get("/forms/wings.pdf"), 404, "form_unknown")
    problem(family.get("/forms/wings.png"), 404, "form_unknown")


def test_without_a_plan_there_are_no_forms(visit: VisitScreen) -> None:
    assert good(visit.post("/forms"))["forms"] == []
    problem(visit.get("/forms.pdf"), 404, "form_unknown")


def test_a_case_gives_a_ticket_and_files_nothing(family: VisitScreen, desk: Desk) -> None:
    opened = family.open_case()
    assert {"case_id", "ticket", "counter", "people_ahead", "minutes", "filed"} <= opened.keys()
    assert opened["filed"] is False
    assert opened["people_ahead"] == 0
    shown = desk.case(opened["case_id"])
    assert shown["state"] == "prepared"
    assert [p["id"] for p in shown["plan"]] == [p["id"] for p in family.plan["procedures"]]
    assert {f["id"] for f in shown["forms"]} == {f for p in family.plan["procedures"] for f in p["forms"]}


def test_the_same_visit_gets_the_same_ticket(family: VisitScreen, desk: Desk) -> None:
    first = family.open_case()
    again = family.open_case()
    assert (again["case_id"], again["ticket"]) == (first["case_id"], first["ticket"])
    assert len(good(desk.get("/cases"))["cases"]) == 1


def test_two_hands_on_the_button_get_one_ticket(family: VisitScreen, desk: Desk) -> None:
    with ThreadPoolExecutor(4) as hands:
        opened = [f.result() for f in [hands.submit(family.post, "/case") for _ in range(4)]]
    assert {o.status_code for o in opened} <= {200, 201}
    assert len({o.json()["case_id"] for o in opened}) == 1
    assert len(good(desk.get("/cases"))["cases"]) == 1


def test_those_who_came_before_are_counted(app: App) -> None:
    tickets = [app.visit().to_plan().open_case() for _ in range(3)]
    assert [t["people_ahead"] for t in tickets] == [0, 1, 2]
    assert tickets[2]["minutes"] > 0
    assert len({t["ticket"] for t in tickets}) == 3


def to_greeting(_visit: VisitScreen) -> None:
    """Nothing was said yet."""


def to_read_back(visit: VisitScreen) -> None:
    visit.turn(text=FIRST_SENTENCE)


def to_question(visit: VisitScreen) -> None:
    visit.turn(answer={"question": "reasons", "value": "moving_in"})


def to_not_understood(visit: VisitScreen) -> None:
    visit.turn(text="ほげほげ")


def to_hand_over(visit: VisitScreen) -> None:
    good(visit.post("/call_operator"))


def to_plan(visit: VisitScreen) -> None:
    visit.to_plan()


@pytest.mark.parametrize(
    "until", [to_greeting, to_read_back, to_question, to_not_understood, to_hand_over, to_plan]
)
def test_a_bare_ticket_is_given_at_any_step(visit: VisitScreen, desk: Desk, until: Any) -> None:
    until(visit)
    opened = visit.open_case(ticket_only=True)
    assert opened["ticket"]
    shown = desk.case(opened["case_id"])
    assert shown["ticket_only"] is True
    assert {f["fact"] for f in shown["facts"]} == visit.facts().keys(), "with whatever is known"


def test_a_bare_ticket_becomes_a_case_when_the_talk_goes_on(visit: VisitScreen, desk: Desk) -> None:
    ticket = visit.open_case(ticket_only=True)
    visit.to_plan()
    full = visit.open_case()
    assert full["ticket"] == ticket["ticket"]
    shown = desk.case(full["case_id"])
    assert shown["ticket_only"] is False
    assert shown["plan"]


def test_corrections_after_the_ticket_make_a_new_version(family: VisitScreen, desk: Desk) -> None:
    case = family.open_case()["case_id"]
    before = desk.case(case)
    family.turn(correct={"fact": "moved_on", "value": "2026-04-03"})
    after = desk.case(case)
    assert after["version"] > before["version"]
    facts = {f["fact"]: f["value"] for f in after["facts"]}
    assert facts["moved_on"] == "2026-04-03"
    assert after["ticket"] == before["ticket"]


def test_looking_makes_no_new_version(family: VisitScreen, desk: Desk) -> None:
    case = family.open_case()["case_id"]
    before = desk.case(case)["version"]
    good(family.get())
    good(family.get("/log"))
    good(family.post("/forms"))
    good(family.post("/case"))
    assert desk.case(case)["version"] == before


def test_a_correction_while_called_still_counts(family: VisitScreen, desk: Desk) -> None:
    case = family.open_case()["case_id"]
    good(desk.act(case, "call"))
    family.turn(correct={"fact": "moved_on", "value": "2026-04-03"})
    assert desk.case(case)["state"] == "called"


@pytest.mark.parametrize(
    "turn",
    [
        {"text": "引っ越した日は4月3日でした"},
        {"correct": {"fact": "moved_on", "value": "2026-04-03"}},
        {"back": True},
        {"details": {"people.p1.name": "見本　次郎"}},
    ],
)
def test_once_accepted_nothing_is_changed_from_the_screen(
    family: VisitScreen, desk: Desk, turn: dict[str, Any]
) -> None:
    case = family.open_case()["case_id"]
    accepted = desk.accept(case)
    before = family.facts()
    told = problem(family.try_turn(**turn), 409, "case_accepted")
    assert "職員" in told["remedy"]
    assert family.facts() == before
    assert desk.case(case)["version"] == accepted["version"]
    assert good(family.get())["step"], "looking is still possible"


def test_forgetting_the_visit_withdraws_a_case_nobody_accepted(
    app: App, family: VisitScreen, desk: Desk
) -> None:
    case = family.open_case()["case_id"]
    assert family.delete().status_code == 204
    shown = desk.case(case)
    assert shown["state"] == "withdrawn"
    assert shown["facts"] == []
    assert good(desk.get("/cases"))["cases"] == []
    assert good(app.client.get("/api/v1/calls"))["waiting"] == []


def test_forgetting_the_visit_leaves_an_accepted_case(family: VisitScreen, desk: Desk) -> None:
    case = family.open_case()["case_id"]
    desk.accept(case)
    assert family.delete().status_code == 204
    shown = desk.case(case)
    assert shown["state"] == "accepted"
    assert shown["facts"]


def test_a_status_code_shows_where_a_ticket_stands_and_nothing_else(
    app: App, family: VisitScreen, desk: Desk
) -> None:
    problem(family.get("/status-qr.svg"), 404, "case_missing")
    family.turn(details={"people.p1.name": "見本　太郎"})
    opened = family.open_case()
    code = app.services.store.get_case(opened["case_id"]).ticket.status_token
    drawing = family.get("/status-qr.svg")
    assert drawing.headers["content-type"].startswith("image/svg+xml")
    status = good(app.client.post("/api/v1/status", json={"code": code}))
    assert status.keys() == {
        "ticket",
        "counter",
        "state",
        "state_ja",
        "filed",
        "people_ahead",
        "minutes",
    }
    assert status["ticket"] == opened["ticket"]
    assert "見本" not in str(status).replace("見本 窓口", "")
    desk.accept(opened["case_id"])
    later = good(app.client.post("/api/v1/status", json={"code": code}))
    assert (later["state"], later["filed"]) == ("accepted", False)
    problem(app.client.post("/api/v1/status", json={"code": "x" * 43}), 404, "ticket_unknown")
    problem(app.client.post("/api/v1/status", json={"code": "x"}), 422, "request_invalid")


def test_a_status_code_opens_no_visit(app: App, family: VisitScreen) -> None:
    opened = family.open_case()
    code = app.services.store.get_case(opened["case_id"]).ticket.status_token
    answer = app.client.get(family.base, headers={"Authorization": f"Bearer {code}"})
    problem(answer, 401, "token_invalid")


def test_the_take_home_sheet_carries_the_ticket_and_no_person(family: VisitScreen) -> None:
    family.turn(details={"people.p1.name": "目印　太郎", "new_address": "目印県目印市目印町1-1"})
    family.turn(correct={"fact": "people.p1.birth_date", "value": "1985-01-23"})
    opened = family.open_case()
    sheet = family.get("/plan.pdf").content
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(sheet)).pages)
    assert opened["ticket"] in text
    assert "目印" not in text
    assert "1985" not in text
