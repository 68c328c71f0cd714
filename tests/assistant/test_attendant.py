"""The attendant of a peak day: a reason, a number; the talk is held at the counter."""

import pytest

from tests.assistant.conftest import DAY, App, Desk, good, problem


@pytest.fixture
def attendant(app: App) -> Desk:
    return app.desk("attendant")


def test_a_reason_gives_a_number_and_the_case_says_that_the_talk_is_to_come(
    attendant: Desk, desk: Desk
) -> None:
    body = {"reasons": ["moving_in"], "help_wished": ["wheelchair"], "on": DAY}
    given = good(attendant.post("/tickets", body), 201)
    assert given["ticket"] == "A-101"
    assert not given["filed"]
    assert given["status_qr_svg"].startswith("<svg")
    case = desk.case(given["case_id"])
    assert case["ticket_only"]
    assert case["help_wished"] == ["wheelchair"]
    (reasons,) = [f for f in case["facts"] if f["fact"] == "reasons"]
    assert (reasons["value"], reasons["origin"]) == (["moving_in"], "staff")


def test_the_number_goes_to_the_counter_of_the_reason_or_to_the_one_that_was_touched(attendant: Desk) -> None:
    of_reason = good(attendant.post("/tickets", {"reasons": ["death"], "on": DAY}), 201)
    touched = good(attendant.post("/tickets", {"reasons": ["death"], "counter": "tax", "on": DAY}), 201)
    bare = good(attendant.post("/tickets", {"on": DAY}), 201)
    assert [one["counter_id"] for one in (of_reason, touched, bare)] == ["consultation", "tax", "one_stop"]


def test_what_is_no_reason_no_counter_and_no_machines_number_is_refused(attendant: Desk) -> None:
    problem(attendant.post("/tickets", {"reasons": ["flying"]}), 422, "reason_unknown")
    problem(attendant.post("/tickets", {"counter": "roof"}), 422, "counter_unknown")
    problem(attendant.post("/tickets", {"number": "K012"}), 422, "number_machine_absent")


def test_an_attendant_sees_no_case(attendant: Desk) -> None:
    given = good(attendant.post("/tickets", {"reasons": ["birth"], "on": DAY}), 201)
    problem(attendant.get(f"/cases/{given['case_id']}"), 403, "role_missing")
    problem(attendant.get("/cases"), 403, "role_missing")
